"""Writes llama.gguf and qwen3.gguf, tiny networks with random weights of every type
of tensor, and golden.json: their token ids by the library tokenizers and their
logits by transformers in float32, which reads GGUF files by itself.

    pip install gguf==0.19.0 transformers==4.57.6 torch && python golden.py
"""

import json

import gguf
import numpy as np
import torch
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import AutoModelForCausalLM

HIDDEN, FFN, HEADS, KV, DIM, LAYERS = 32, 256, 4, 2, 8, 2
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEXTS = ["the cat and the hat", "In 1234 days, don't\n\n  stop", "caf\u00e9 cafe\u0301 \u65e5\u672c", "<tool>x</tool> <|end|>"]
LACKING = [0x04, 0x06, 0x13, 0x14, 0x16, 0x1D, 0xC0, 0xC1, *range(0xF1, 0xF3), *range(0xF5, 0x100)]  # those of SmolLM2

rng = np.random.default_rng(2)


def alphabet():
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [b for b in range(256) if b not in shown]
    return {b: chr(b) for b in shown} | {b: chr(256 + i) for i, b in enumerate(hidden)}


def vocabulary(lacking):
    """Special tokens, bytes, and merges learned by hand."""
    tokens = ["<|end|>", "<|begin|>", "<tool>"]
    kinds = [3, 3, 4]
    tokens += [c for b, c in alphabet().items() if b not in lacking]
    merges = ["t h", "th e", "\u0120 the", "a n", "an d", "\u0120 and", "a t", "c at", "h at", "1 2", "i n", "' t", "\u00c3 \u00a9", "e \u00cc", "e \u00cc\u0123", "\u00cc \u0123"]
    have = set(tokens)
    good = []
    for m in merges:
        a, b = m.split(" ")
        if a in have and b in have:
            good.append(m)
            if a + b not in have:
                have.add(a + b)
                tokens.append(a + b)
    kinds += [1] * (len(tokens) - len(kinds))
    return tokens, kinds, good


def weight(out, inner, kind):
    numbers, size = GGML_QUANT_SIZES[kind]
    x = (rng.standard_normal((out, inner)) * 0.3).astype(np.float32)
    if kind not in (T.Q4_K, T.Q5_K, T.Q6_K):
        return gguf.quants.quantize(x, kind)
    raw = rng.integers(0, 256, (out, inner // numbers, size), dtype=np.uint8)  # nothing in Python makes these of numbers
    scales = {T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}[kind]
    for at in scales:
        small = (rng.random((out, inner // numbers)) * {208: 2e-4, 0: 2e-3, 2: 1e-2}[at]).astype(np.float16)
        raw[:, :, at:at + 2] = small.view(np.uint8).reshape(out, inner // numbers, 2)
    return raw.reshape(out, -1)


def write(arch, pre, lacking, kinds):
    w = gguf.GGUFWriter(arch + ".gguf", arch)
    tokens, types, merges = vocabulary(lacking)
    w.add_type("model")
    w.add_context_length(128)
    w.add_embedding_length(HIDDEN)
    w.add_block_count(LAYERS)
    w.add_feed_forward_length(FFN)
    w.add_head_count(HEADS)
    w.add_head_count_kv(KV)
    w.add_rope_freq_base(5000.0)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_vocab_size(len(tokens))
    w.add_key_length(DIM)
    w.add_value_length(DIM)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre(pre)
    w.add_token_list(tokens)
    w.add_token_types(types)
    w.add_token_merges(merges)
    w.add_eos_token_id(0)
    w.add_bos_token_id(1)
    w.add_add_bos_token(arch == "qwen3")

    def matrix(name, out, inner, kind):
        w.add_tensor(name, weight(out, inner, kind), raw_dtype=kind)

    def norm(name, n):
        w.add_tensor(name, (1 + 0.3 * rng.standard_normal(n)).astype(np.float32))

    kinds = iter(kinds)
    matrix("token_embd.weight", len(tokens), HIDDEN, next(kinds))
    for i in range(LAYERS):
        b = f"blk.{i}."
        norm(b + "attn_norm.weight", HIDDEN)
        norm(b + "ffn_norm.weight", HIDDEN)
        if arch == "qwen3":
            norm(b + "attn_q_norm.weight", DIM)
            norm(b + "attn_k_norm.weight", DIM)
        matrix(b + "attn_q.weight", HEADS * DIM, HIDDEN, next(kinds))
        matrix(b + "attn_k.weight", KV * DIM, HIDDEN, next(kinds))
        matrix(b + "attn_v.weight", KV * DIM, HIDDEN, next(kinds))
        matrix(b + "attn_output.weight", HIDDEN, HEADS * DIM, next(kinds))
        matrix(b + "ffn_gate.weight", FFN, HIDDEN, next(kinds))
        matrix(b + "ffn_up.weight", FFN, HIDDEN, next(kinds))
        matrix(b + "ffn_down.weight", HIDDEN, FFN, next(kinds))
    norm("output_norm.weight", HIDDEN)
    if arch == "qwen3":
        matrix("output.weight", len(tokens), HIDDEN, next(kinds))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    return tokens, types, merges


def tokenizer(pre, tokens, types, merges):
    vocab = {t: i for i, t in enumerate(tokens)}
    t = Tokenizer(models.BPE(vocab, [tuple(m.split(" ")) for m in merges]))
    t.decoder = decoders.ByteLevel()
    if pre == "smollm":
        t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    else:
        t.normalizer = normalizers.NFC()
        t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.add_tokens(["<tool>"])
    return t


out = {}
for arch, pre, lacking, kinds in [
    ("llama", "smollm", LACKING, [T.Q8_0, T.Q4_1, T.Q5_0, T.F16, T.Q5_1, T.Q4_0, T.Q4_1, T.Q4_K, T.BF16, T.Q8_0, T.Q4_0, T.F32, T.Q5_1, T.Q5_0, T.Q6_K]),
    ("qwen3", "qwen2", [], [T.Q5_1, T.Q8_0, T.Q4_0, T.F32, T.Q4_1, T.Q5_0, T.Q4_0, T.Q5_K, T.F16, T.Q5_1, T.Q8_0, T.BF16, T.Q4_0, T.Q4_1, T.Q6_K, T.Q5_0]),
]:
    vocab = write(arch, pre, lacking, kinds)
    t = tokenizer(pre, *vocab)
    ids = [t.encode(text, add_special_tokens=False).ids for text in TEXTS]
    model = AutoModelForCausalLM.from_pretrained(".", gguf_file=arch + ".gguf", dtype=torch.float32, head_dim=DIM, attn_implementation="eager")
    row = ids[0] + ids[1]
    with torch.no_grad():
        logits = model(torch.tensor([row])).logits[0]
    print(arch, len(vocab[0]), logits.std().item(), model.config.tie_word_embeddings, model.config.rope_theta, model.config.rms_norm_eps)
    out[arch] = {
        "texts": [{"text": x, "ids": i} for x, i in zip(TEXTS, ids)],
        "tokens": row,
        "logits": [[round(v, 6) for v in logits[p, ::16].tolist()] for p in range(len(row))],
    }
with open("golden.json", "w") as f:
    json.dump(out, f, ensure_ascii=True)
    f.write("\n")
