"""PyTorch eager twin of BenchmarkStep, for a side-by-side measurement only.

Same network (6 layers, width 128, 4 heads, MLP 256, q/k norm, tied head,
vocabulary 384), same distribution of samples (prompt 10-29, answer 10-49
tokens), same objective (35% full copies, 65% [x0 | x_t] with random block
length, exact mask counts, weight B/k) and the same number of real rows per
step. Samples are padded to the longest of the step, as an eager program does;
only real rows count as positions. Optimiser: AdamW.

    pip install torch
    python engines/train/testdata/eager.py [threads] [steps]
"""

import random
import sys
import time

import torch
import torch.nn.functional as F

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
WIDTH, LAYERS, HEADS, DIM, FFN, VOCAB, ROWS = 128, 6, 4, 32, 256, 384, 8192
PAD, EOS, MASK = 0, 1, 2
BLOCKS = [1, 2, 4, 8, 16, 32, 0]

torch.set_num_threads(THREADS)
torch.manual_seed(1)
random.seed(1)


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        lin = lambda i, o: torch.nn.Linear(i, o, bias=False)
        self.n1, self.n2 = torch.nn.RMSNorm(WIDTH, 1e-6), torch.nn.RMSNorm(WIDTH, 1e-6)
        self.qn, self.kn = torch.nn.RMSNorm(DIM, 1e-6), torch.nn.RMSNorm(DIM, 1e-6)
        self.qkv, self.o = lin(WIDTH, 3 * HEADS * DIM), lin(HEADS * DIM, WIDTH)
        self.gu, self.down = lin(WIDTH, 2 * FFN), lin(FFN, WIDTH)

    def forward(self, x, cos, sin, mask):
        b, n, _ = x.shape
        q, k, v = self.qkv(self.n1(x)).view(b, n, 3, HEADS, DIM).permute(2, 0, 3, 1, 4)
        q, k = rotate(self.qn(q), cos, sin), rotate(self.kn(k), cos, sin)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.o(a.transpose(1, 2).reshape(b, n, HEADS * DIM))
        g, u = self.gu(self.n2(x)).chunk(2, -1)
        return x + self.down(F.silu(g) * u)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(VOCAB, WIDTH)
        self.layers = torch.nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = torch.nn.RMSNorm(WIDTH, 1e-6)

    def forward(self, tokens, pos, mask, rows):
        freq = 10000.0 ** (-torch.arange(0, DIM, 2) / DIM)
        angle = pos[:, None, :, None] * freq
        x, cos, sin = self.embed(tokens), angle.cos(), angle.sin()
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return self.norm(x[rows]) @ self.embed.weight.T  # logits of rows with a target only


def layout():
    """One sample as (tokens, positions, visible key ranges, targets, weights)."""
    prompt = [random.randrange(3, VOCAB) for _ in range(10 + random.randrange(20))]
    answer = [random.randrange(3, VOCAB) for _ in range(10 + random.randrange(40))]
    p, text = len(prompt), len(answer) + 1
    stretched = text + int(text * random.random() + 0.5)
    full = random.random() < 0.35
    block = 0 if full else random.choice(BLOCKS)
    length = stretched if block == 0 or block >= text else -(-text // block) * block
    block = length if block == 0 or block >= text else block
    canvas = answer + [EOS] + [PAD] * (length - text)
    toks, pos, see, tgt, wgt = [], [], [], [], []
    clean = 0
    if full:
        for i, t in enumerate(prompt):
            toks.append(t), pos.append(i), see.append((p + length, 0, 0)), tgt.append(-100), wgt.append(0.0)
    else:
        clean = p + text - 1
        seq = prompt + answer + [EOS]
        for i in range(clean):
            toks.append(seq[i]), pos.append(i), see.append((i + 1, 0, 0))
            tgt.append(seq[i + 1] if i >= p - 1 else -100), wgt.append(1.0 / 20)
    for b in range(0, length, block):
        e = min(b + block, length)
        k = 1 + random.randrange(e - b)
        masked = set(random.sample(range(b, e), k))
        for i in range(b, e):
            toks.append(MASK if i in masked else canvas[i]), pos.append(p + i)
            see.append((p + length, 0, 0) if full else (p + b, clean + b, clean + e))
            tgt.append(canvas[i] if i in masked else -100), wgt.append(0.5 * (e - b) / k / 20)
    return toks, pos, see, tgt, wgt


def batch():
    samples, rows = [], 0
    while rows < ROWS:
        samples.append(layout())
        rows += len(samples[-1][0])
    n = max(len(s[0]) for s in samples)
    pad = lambda j, fill: torch.tensor([s[j] + [fill] * (n - len(s[j])) for s in samples])
    see = torch.tensor([s[2] + [(1, 0, 0)] * (n - len(s[2])) for s in samples])
    key = torch.arange(n)
    mask = (key < see[..., 0:1]) | ((key >= see[..., 1:2]) & (key < see[..., 2:3]))
    return pad(0, PAD), pad(1, 0).float(), mask[:, None], pad(3, -100), pad(4, 0.0), rows


net = Net()
opt = torch.optim.AdamW(net.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.1)
done, seconds = 0, 0.0
for step in range(STEPS + 1):
    start = time.time()
    tokens, pos, mask, target, weight, rows = batch()
    has = target != -100
    loss = (F.cross_entropy(net(tokens, pos, mask, has), target[has], reduction="none") * weight[has]).sum() / len(tokens)
    opt.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    if step > 0:  # the first step warms up
        done, seconds = done + rows, seconds + time.time() - start
print(f"torch {torch.__version__}, {THREADS} threads: {done / seconds:.0f} positions/s, {sum(p.numel() for p in net.parameters())} parameters, loss {loss.item():.3f}")
