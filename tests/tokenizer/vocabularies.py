#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes GGUF files that are vocabularies only, of every kind, from the vocabulary of a model of byte pairs.

usage: vocabularies.py MODEL.gguf DIR

PRE.gguf has the model's tokens and merges with another pre-tokeniser. spm.gguf has the same words for SentencePiece, with
scores in place of merges; spm-bare.gguf does not put a space before a text.
"""
import pathlib
import sys

import gguf

PRES = ["gpt-2", "llama-bpe", "qwen2"]  # starcoder, refact and command-r cut as smollm does, which the model itself has
T = gguf.TokenType


def field(reader, name):
    return reader.get_field(f"tokenizer.ggml.{name}").contents()


def start(path):
    """What llama.cpp wants to know about a model, even if it loads the vocabulary only."""
    w = gguf.GGUFWriter(path, "llama")
    w.add_block_count(1)
    w.add_context_length(64)
    w.add_embedding_length(32)
    w.add_feed_forward_length(32)
    w.add_head_count(1)
    w.add_layer_norm_rms_eps(1e-5)
    return w


def finish(w):
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.close()


def write_byte_pairs(path, reader, pre):
    w = start(path)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre(pre)
    w.add_token_list(field(reader, "tokens"))
    w.add_token_types(field(reader, "token_type"))
    w.add_token_merges(field(reader, "merges"))
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    finish(w)


def alphabet():
    """The byte that each of GPT-2's characters stands for."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}


def words(reader):
    """The model's words as text, in the order of their merges, but for those that are no UTF-8 or hold a zero."""
    byte = alphabet()
    for token, kind in zip(field(reader, "tokens"), field(reader, "token_type")):
        if kind != T.NORMAL or chr(256) in token:
            continue
        try:
            yield bytes(byte[c] for c in token).decode().replace(" ", "\u2581")
        except UnicodeDecodeError:
            pass


def write_sentence_pieces(path, reader, prefix):
    special = [("<unk>", T.UNKNOWN), ("<s>", T.CONTROL), ("</s>", T.CONTROL)]
    special += [(f"<0x{b:02X}>", T.BYTE) for b in range(256)]
    special += [("<|im_start|>", T.CONTROL), ("<|im_end|>", T.CONTROL), ("\n\n", T.USER_DEFINED), ("file_sep", T.USER_DEFINED)]
    known = {text for text, _ in special}
    plain = [(text, T.NORMAL) for text in dict.fromkeys(words(reader)) if text not in known]
    tokens = special + plain
    w = start(path)
    w.add_tokenizer_model("llama")
    w.add_token_list([text for text, _ in tokens])
    w.add_token_types([kind for _, kind in tokens])
    # Every fourth score is that of its neighbour: among equals the leftmost goes first.
    w.add_token_scores([-1000.0] * len(special) + [-float(i - i % 4 // 3) for i in range(len(plain))])
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_add_space_prefix(prefix)
    finish(w)


def main():
    reader, folder = gguf.GGUFReader(sys.argv[1]), pathlib.Path(sys.argv[2])
    for pre in PRES:
        write_byte_pairs(folder / f"{pre}.gguf", reader, pre)
    write_sentence_pieces(folder / "spm.gguf", reader, True)
    write_sentence_pieces(folder / "spm-bare.gguf", reader, False)


if __name__ == "__main__":
    main()
