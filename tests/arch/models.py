#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes small models with random weights, one of every architecture and kind of RoPE scaling.

usage: models.py DIR [NAME...]     files DIR/NAME.gguf, all of them by default
       models.py --refused DIR     models that Ingot must refuse
       models.py --list            the names

Quantised models come with a second file, DIR/NAME.exact.gguf: the same numbers in F32. And each name has spoilt
versions, DIR/NAME.spoilt-DETAIL.gguf, in which one detail differs: they show what a test would see if it were
computed wrongly.

The weights are drawn so that attention is far from uniform and logits far from flat: then a detail that is computed
wrongly (a bias left out, a wrong RoPE base, a missing cap) moves the logits by much more than rounding does.
"""
import pathlib
import sys
import zlib

import gguf
import numpy as np

CONTEXT = 512
F32, F16, Q8_0 = gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16, gguf.GGMLQuantizationType.Q8_0


def model(arch, **options):
    """A model of an architecture: what its file says and which tensors it has."""
    m = dict(arch=arch, layers=2, dim=64, heads=4, kv_heads=2, head_dim=None, ffn=160, type=F32, keys={},
             biases="", norms="", gate=True, output=True, post_norms=False, layer_norm=False, fused=False,
             positions=False, rope_freqs=False, zeroed=(), exact=False, embd_gain=1.0, score_gain=1.6, logit_gain=2.0)
    m.update(options)
    m["head_dim"] = m["head_dim"] or m["dim"] // m["heads"]
    return m


def gemma(arch, **options):
    # Tied: one tensor is embedding and head. The embedding is multiplied by sqrt(dim), so a small gain is enough.
    return model(arch, output=False, head_dim=32, embd_gain=0.15, **options)


def gemma2(**options):
    caps = {"attn_logit_softcapping": 4.0, "final_logit_softcapping": 6.0, "attention.sliding_window": 40}
    return gemma("gemma2", layers=3, post_norms=True, keys=caps, **options)


def gemma3(**options):
    keys = {"attention.sliding_window": 70, "rope.freq_base": 1000000.0}
    keys.update(options.pop("keys", {}))
    return gemma("gemma3", layers=7, heads=2, kv_heads=1, ffn=96, post_norms=True, norms="qk", keys=keys, **options)


def gpt2(**options):
    heads = options.pop("heads", 4)
    return model("gpt2", heads=heads, kv_heads=heads, layer_norm=True, fused=True, positions=True, gate=False,
                 output=False, ffn=256, biases="q k v o up down", embd_gain=0.15, **options)


YARN = {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 128}
LINEAR = {"rope.scaling.type": "linear", "rope.scaling.factor": 4.0}

MODELS = {
    "llama": model("llama"),
    "llama-tied": model("llama", output=False, embd_gain=0.2, keys={"rope.freq_base": 50000.0}),
    "llama-wide-heads": model("llama", head_dim=64, kv_heads=1, biases="q k v o"),
    "llama-padded": model("llama", dim=80, heads=2, kv_heads=1, head_dim=40, ffn=100),
    "llama-linear": model("llama", keys=LINEAR),
    "llama-yarn": model("llama", head_dim=64, keys=YARN),
    "llama-yarn-attn": model("llama", head_dim=64, keys={**YARN, "rope.scaling.attn_factor": 1.3}),
    "llama-llama3": model("llama", rope_freqs=True, keys={"rope.freq_base": 500000.0}),
    "qwen2": model("qwen2", biases="q k v", keys={"rope.freq_base": 1000000.0}),
    "qwen2-q8": model("qwen2", biases="q k v", heads=2, kv_heads=1, type=Q8_0),
    "qwen3": model("qwen3", norms="qk", head_dim=32, keys={"rope.freq_base": 1000000.0}),
    "qwen3-yarn": model("qwen3", norms="qk", head_dim=64, keys=YARN),
    "qwen3-f16": model("qwen3", norms="qk", head_dim=32, type=F16),
    "gemma": gemma("gemma"),
    "gemma-q8": gemma("gemma", type=Q8_0),
    "gemma2": gemma2(),
    "gemma2-q8": gemma2(type=Q8_0),
    "gemma3": gemma3(),
    "gemma3-linear": gemma3(keys=LINEAR),
    "gemma3-q8": gemma3(type=Q8_0),
    "gpt2": gpt2(),
    "gpt2-q8": gpt2(heads=2, type=Q8_0),
    "starcoder2": model("starcoder2", layer_norm=True, gate=False, biases="q k v o up down"),
}


def keys(**changed):
    """Metadata with other values; __ stands for a dot."""
    return dict(keys={key.replace("__", "."): value for key, value in changed.items()})


# What each architecture has of its own, and a model that lacks it.
SPOILT = {
    "llama": {"base": keys(rope__freq_base=20000.0)},
    "llama-wide-heads": {f"{n}-bias": dict(zeroed=[f"attn_{n}.bias"]) for n in ("q", "k", "v", "output")},
    "llama-linear": {"factor": keys(rope__scaling__factor=2.0)},
    "llama-yarn": {"factor": keys(rope__scaling__factor=2.0), "kind": keys(rope__scaling__type="linear"),
                   "context": keys(rope__scaling__original_context_length=512)},
    "llama-yarn-attn": {"attention": keys(rope__scaling__attn_factor=1.0)},
    "llama-llama3": {"factors": dict(rope_freqs=False)},
    "qwen2": {f"{n}-bias": dict(zeroed=[f"attn_{n}.bias"]) for n in "qkv"} | {"base": keys(rope__freq_base=10000.0)},
    "qwen3": {f"{n}-norm": dict(zeroed=[f"attn_{n}_norm"]) for n in "qk"},
    "gemma2": {"attention-cap": keys(attn_logit_softcapping=6.0), "logit-cap": keys(final_logit_softcapping=8.0),
               "window": keys(attention__sliding_window=41), "post-norm": dict(zeroed=["post_attention_norm"])},
    "gemma3": {"window": keys(attention__sliding_window=71), "base": keys(rope__freq_base=10000.0),
               "local-base": keys(rope__freq_base_swa=20000.0), "post-norm": dict(zeroed=["post_ffw_norm"]),
               "period": keys(attention__sliding_window_pattern=7)},
    "gemma3-linear": {"factor": keys(rope__scaling__factor=2.0)},
    "gpt2": {"qkv-bias": dict(zeroed=["attn_qkv.bias"]), "norm-bias": dict(zeroed=["_norm.bias"]),
             "up-bias": dict(zeroed=["ffn_up.bias"]), "down-bias": dict(zeroed=["ffn_down.bias"]),
             "positions": dict(zeroed=["position_embd"])},
}


# Models that must be refused.
REFUSED = {
    "extra-tensor": model("qwen2", biases="q k v o"),
    "longrope": model("llama", keys={"rope.scaling.type": "longrope"}),
    "experts": model("llama", keys={"expert_count": 8}),
    "values": model("llama", keys={"attention.key_length": 16, "attention.value_length": 32}),
    "cap": gemma("gemma2", post_norms=True, keys={"attn_logit_softcapping": -1.0}),
    "positions": gpt2(),
}


def spoil(m, detail):
    changed = {**m, **detail}
    changed["keys"] = {**m["keys"], **detail.get("keys", {})}
    return changed


def byte_characters():
    """The characters that stand for bytes in vocabularies of byte pairs."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}


def write_sentence_pieces(w):
    """What gemma files have: bytes, characters, and words with scores."""
    words = ["\u2581the", "\u2581a", "\u2581of", "\u2581to", "th", "he", "in", "er", "on", "an", "re", "\u2581t", "\u2581"]
    words += [chr(c) for c in range(33, 127)]
    special = [("<unk>", gguf.TokenType.UNKNOWN), ("<bos>", gguf.TokenType.CONTROL), ("<eos>", gguf.TokenType.CONTROL)]
    tokens = special + [(f"<0x{b:02X}>", gguf.TokenType.BYTE) for b in range(256)]
    tokens += [(word, gguf.TokenType.NORMAL) for word in words]
    w.add_tokenizer_model("llama")
    w.add_token_list([text for text, _ in tokens])
    w.add_token_types([kind for _, kind in tokens])
    w.add_token_scores([-float(i) for i in range(len(tokens))])
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_add_bos_token(True)
    w.add_add_space_prefix(False)
    return len(tokens)


def write_byte_pairs(w):
    """All bytes, a few merges, and a token that ends texts."""
    space = byte_characters()[32]
    merges = ["t h", "th e", "i n", "e r", "o n", f"{space} t", f"{space} a", "a n", "o r", f"{space}t he", "r e"]
    tokens = [c for _, c in sorted(byte_characters().items())] + [m.replace(" ", "") for m in merges]
    tokens.append("<|end|>")
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("smollm")
    w.add_token_list(tokens)
    w.add_token_types([gguf.TokenType.NORMAL] * (len(tokens) - 1) + [gguf.TokenType.CONTROL])
    w.add_token_merges(merges)
    w.add_bos_token_id(len(tokens) - 1)
    w.add_eos_token_id(len(tokens) - 1)
    w.add_add_bos_token(False)
    return len(tokens)


def write_keys(w, m):
    arch = m["arch"]
    keys = {"block_count": m["layers"], "embedding_length": m["dim"], "feed_forward_length": m["ffn"],
            "context_length": CONTEXT, "attention.head_count": m["heads"], "attention.head_count_kv": m["kv_heads"],
            "attention.layer_norm_epsilon" if m["layer_norm"] else "attention.layer_norm_rms_epsilon": 1e-5}
    if m["head_dim"] != m["dim"] // m["heads"]:
        keys |= {"attention.key_length": m["head_dim"], "attention.value_length": m["head_dim"]}
    for key, value in (keys | m["keys"]).items():
        add = w.add_string if isinstance(value, str) else w.add_float32 if isinstance(value, float) else w.add_uint32
        add(f"{arch}.{key}", value)


class Weights:
    """Draws tensors and writes them."""

    def __init__(self, writer, m, seed):
        self.writer, self.m, self.random = writer, m, np.random.default_rng(seed)

    def put(self, name, data, kind=F32):
        if any(part in name for part in self.m["zeroed"]):
            data = np.full_like(data, 0 if "norm.weight" not in name else data.mean())
        if kind != F32 and self.m["exact"]:
            data = gguf.quants.dequantize(gguf.quants.quantize(data, kind), kind)
            kind = F32
        if kind != F32:
            self.writer.add_tensor(name, gguf.quants.quantize(data, kind), raw_dtype=kind)
        else:
            self.writer.add_tensor(name, data)

    def matrix(self, name, rows, columns, gain=1.0):
        data = self.random.standard_normal((rows, columns), dtype=np.float32) * np.float32(gain / columns ** 0.5)
        self.put(name, data, self.m["type"])

    def norm(self, name, size, gain=1.0):
        self.put(name, (gain * self.random.uniform(0.6, 1.4, size)).astype(np.float32))

    def bias(self, name, size, gain=0.5):
        self.put(name, gain * self.random.standard_normal(size, dtype=np.float32))


def write_layer(w, m, i):
    dim, q, kv, ffn = m["dim"], m["heads"] * m["head_dim"], m["kv_heads"] * m["head_dim"], m["ffn"]
    score = m["score_gain"] if "qk" not in m["norms"] else 1.0
    sizes = {"q": q, "k": kv, "v": kv, "o": dim, "up": ffn, "gate": ffn, "down": dim}
    names = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "up": "ffn_up", "down": "ffn_down"}
    p = f"blk.{i}."

    w.norm(p + "attn_norm.weight", dim)
    if m["fused"]:
        w.matrix(p + "attn_qkv.weight", q + 2 * kv, dim, 1.4)
        w.bias(p + "attn_qkv.bias", q + 2 * kv)
    else:
        w.matrix(p + "attn_q.weight", q, dim, score)
        w.matrix(p + "attn_k.weight", kv, dim, score)
        w.matrix(p + "attn_v.weight", kv, dim)
    for name in m["biases"].split():
        if not (m["fused"] and name in "qkv"):
            w.bias(f"{p}{names[name]}.bias", sizes[name])
    if "qk" in m["norms"]:
        w.norm(p + "attn_q_norm.weight", m["head_dim"], m["score_gain"])
        w.norm(p + "attn_k_norm.weight", m["head_dim"], m["score_gain"])
    w.matrix(p + "attn_output.weight", dim, q)
    w.norm(p + "ffn_norm.weight", dim)
    if m["gate"]:
        w.matrix(p + "ffn_gate.weight", ffn, dim, 1.5)
    w.matrix(p + "ffn_up.weight", ffn, dim)
    w.matrix(p + "ffn_down.weight", dim, ffn)
    if m["layer_norm"]:
        w.bias(p + "attn_norm.bias", dim)
        w.bias(p + "ffn_norm.bias", dim)
    if m["post_norms"]:
        w.norm(p + "post_attention_norm.weight", dim)
        w.norm(p + "post_ffw_norm.weight", dim)


def write_model(path, m, seed):
    writer = gguf.GGUFWriter(path, m["arch"])
    vocab = (write_sentence_pieces if m["arch"].startswith("gemma") else write_byte_pairs)(writer)
    write_keys(writer, m)
    w = Weights(writer, m, seed)
    dim = m["dim"]
    w.matrix("token_embd.weight", vocab, dim, m["embd_gain"] * dim ** 0.5)
    if m["positions"]:
        w.put("position_embd.weight", 0.4 * w.random.standard_normal((CONTEXT, dim), dtype=np.float32))
    if m["rope_freqs"]:
        w.put("rope_freqs.weight", np.geomspace(1, 8, m["head_dim"] // 2, dtype=np.float32))
    for i in range(m["layers"]):
        write_layer(w, m, i)
    w.norm("output_norm.weight", dim)
    if m["layer_norm"]:
        w.bias("output_norm.bias", dim)
    if m["output"]:
        w.matrix("output.weight", vocab, dim, m["logit_gain"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_versions(folder, name):
    m = MODELS[name]
    seed = zlib.crc32(name.encode())  # of the name: a model stays what it is when others come
    write_model(folder / f"{name}.gguf", m, seed)
    if m["type"] != F32:
        write_model(folder / f"{name}.exact.gguf", m | {"exact": True}, seed)
    for detail, change in SPOILT.get(name, {}).items():
        write_model(folder / f"{name}.spoilt-{detail}.gguf", spoil(m, change), seed)


def main():
    if sys.argv[1:] == ["--list"]:
        print(*MODELS, sep="\n")
        return
    if sys.argv[1] == "--refused":
        for name, m in REFUSED.items():
            write_model(pathlib.Path(sys.argv[2]) / f"{name}.gguf", m, 1)
        return
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or MODELS:
        write_versions(folder, name)


if __name__ == "__main__":
    main()
