"""Writes llada.json: texts and orders of commits by LLaDA's own sampler, on a
network whose positions are nearly equally sure of their tokens.

    git clone https://github.com/ML-GSAI/LLaDA
    pip install torch
    python engines/diffusion/testdata/llada.py LLaDA/generate.py

The sampler runs unchanged but for the ids of its special tokens. It gets float64,
so that no two positions are equal by rounding, and a topk that takes the first of
equal ones: those whose tokens end the text are all equal to it. It is given temperature 0, where
its confidence_eos_eot_inf means both of its end tokens. Law is the network of
llada_golden_test.go.
"""

import itertools
import json
import sys
import types

import torch

PAD, EOS, MASK, SYMBOLS = 0, 1, 2, 13  # symbols follow behind the mask
PROMPT, LENGTH = [3, 4, 5], 24
DRAWN = [PAD, EOS] + list(range(3, 3 + SYMBOLS))
PROFILE = [18.0, 17.0, 16.5, 15.0] + [14.0 - i / 8 for i in range(len(DRAWN) - 4)]


def mixed(*numbers):
    x = 1
    for n in numbers:
        x = ((x ^ n) * 0x9E3779B1) % 2**32
        x ^= x >> 15
    return x


def law(seed, seen, at):
    """The logits of a position, of the tokens before and behind it and the first."""
    right = seen[at + 1] if at + 1 < len(seen) else 0
    k = mixed(seed, at, seen[at - 1], right, seen[0])
    row = [-30.0] * (3 + SYMBOLS)
    for i, logit in enumerate(PROFILE):
        row[DRAWN[(i + k) % len(DRAWN)]] = logit
    row[DRAWN[k % len(DRAWN)]] += ((k >> 8) % 16 * 64 + at) / 2**19
    return row


class Network:
    device = "cpu"

    def __init__(self, seed):
        self.seed, self.seen = seed, []

    def __call__(self, x, attention_mask=None):
        self.seen.append(x[0].tolist())
        rows = [[law(self.seed, line, at) if at else [0.0] * (3 + SYMBOLS) for at in range(len(line))] for line in x.tolist()]
        return types.SimpleNamespace(logits=torch.tensor(rows, dtype=torch.float64))


def topk(x, k):
    order = torch.sort(x, descending=True, stable=True)
    return order.values[:k], order.indices[:k]


def main():
    sys.modules["transformers"] = types.SimpleNamespace(AutoTokenizer=None, AutoModel=None)
    source = open(sys.argv[1]).read()
    for theirs, ours in (("126081", EOS), ("126348", PAD), ("126336", MASK)):
        source = source.replace(theirs, str(ours))
    torch.topk = topk
    sampler = {"__name__": "sampler"}
    exec(compile(source, sys.argv[1], "exec"), sampler)
    cases = []
    for seed, steps, block, scale, last in itertools.product(range(1, 5), (24, 12), (24, 8), (0.0, 2.0), (False, True)):
        network = Network(seed)
        prompt = torch.tensor([PROMPT])
        out = sampler["generate"](network, prompt, torch.ones_like(prompt), steps=steps, gen_length=LENGTH, block_length=block, cfg_scale=scale, mask_id=MASK, confidence_eos_eot_inf=last)
        states = [line[len(PROMPT):] for line in network.seen] + [out[0].tolist()[len(PROMPT):]]
        order = [[i for i in range(LENGTH) if a[i] == MASK != b[i]] for a, b in zip(states, states[1:])]
        cases.append({"seed": seed, "steps": steps, "block_length": block, "cfg_scale": scale, "last": last, "text": states[-1], "order": order})
    with open(sys.argv[0].removesuffix(".py") + ".json", "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")


main()
