"""Writes blocks.json: blocks of every type of tensor, and their numbers by the
reference implementation (PyPI package gguf, gguf.quants.dequantize).

    pip install gguf numpy && python blocks.py
"""

import base64
import json

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T

# Where a block has its half-precision scales.
SCALES = {
    T.F32: [], T.F16: [0], T.BF16: [], T.Q8_0: [0], T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2],
    T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208],
}

rng = np.random.default_rng(1)
out = {}
for kind, at in SCALES.items():
    numbers, size = GGML_QUANT_SIZES[kind]
    n = max(2, 256 // numbers)
    raw = rng.integers(0, 256, (n, size), dtype=np.uint8)
    if kind in (T.F32, T.BF16):
        x = rng.standard_normal(n).astype(np.float32).view(np.uint8).reshape(n, 4)
        raw = x if kind == T.F32 else x[:, 2:].copy()
    for a in at:
        scale = rng.standard_normal(n).astype(np.float16)
        scale[0] = np.float16(6e-6)  # subnormal
        raw[:, a:a + 2] = scale.view(np.uint8).reshape(n, 2)
    values = gguf.quants.dequantize(raw.reshape(1, -1), kind).astype("<f4")
    assert values.size == n * numbers and np.isfinite(values).all()
    out[kind.name] = {
        "type": int(kind),
        "blocks": base64.b64encode(raw.tobytes()).decode(),
        "numbers": base64.b64encode(values.tobytes()).decode(),
    }
with open("blocks.json", "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
