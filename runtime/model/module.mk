# SPDX-License-Identifier: MIT
LIB_SRCS += runtime/error.c
LIB_SRCS += $(addprefix runtime/model/,gguf.c gguf_get.c gguf_kv.c gguf_tensor.c gguf_types.c)
LIB_SRCS += $(addprefix runtime/model/,tokenizer.c tokenizer_encode.c tokenizer_piece.c tokenizer_special.c tokenizer_split.c)
LIB_SRCS += $(addprefix runtime/model/,bpe.c bpe_bytes.c bpe_encode.c bpe_tables.c unicode.c unicode_tables.c)
