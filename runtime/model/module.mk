# SPDX-License-Identifier: MIT
#
# Models: GGUF files and tokenisers.
LIB_SRCS += runtime/error.c
LIB_SRCS += $(addprefix runtime/model/,gguf.c gguf_file.c gguf_kv.c gguf_get.c gguf_tensor.c gguf_types.c quants.c)
LIB_SRCS += $(addprefix runtime/model/,unicode.c unicode_tables.c)
LIB_SRCS += $(addprefix runtime/model/,bpe.c bpe_bytes.c bpe_encode.c bpe_tables.c spm.c)
LIB_SRCS += $(addprefix runtime/model/tokenizer,.c _encode.c _piece.c _special.c _split.c)
LIB_SRCS += $(addprefix runtime/model/,sampler.c session_file.c new_file.c chat.c)

TESTS += $(addprefix build/tests/unit/,test_gguf test_gguf_file test_unicode test_bpe test_tokenizer)
TESTS += tests/tokenizer/compare tests/tokenizer/kinds tests/tokenizer/unicode-tables
TEST_DEPS += build/tests/tokenizer/tokenize

$(addprefix build/tests/,unit/test_gguf unit/test_gguf_file unit/test_repack unit/test_bpe unit/test_tokenizer): build/obj/tests/unit/gguf_builder.o

# loops over 32 elements, which the compiler turns into vectors at this level
$(patsubst %,build/obj/runtime/model/%.o,quants repack_blocks): CFLAGS += -O3
