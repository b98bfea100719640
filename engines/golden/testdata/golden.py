"""Writes what `dllmbench model PATH --check golden.json` compares, with transformers in float32:

    python golden.py CHECKPOINT golden.json [answer length]
    python golden.py model.gguf golden.json [answer length]

CHECKPOINT is a folder; networks with full attention get no answers (length 0)."""

import json
import os
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

path, out, length = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 32
args = dict(pretrained_model_name_or_path=path, trust_remote_code=True)
if path.endswith(".gguf"):
    args = dict(pretrained_model_name_or_path=os.path.dirname(path) or ".", gguf_file=os.path.basename(path))
tokenizer = AutoTokenizer.from_pretrained(**args)
model = AutoModelForCausalLM.from_pretrained(**args, dtype=torch.float32).eval()
texts = ["The capital of France is", "Once upon a time, there was a little", "def fibonacci(n):\n", "Q: What is 2 + 2?\nA:", "The quick brown fox",
    "In 1969, the first humans", "Water boils at", "My favourite colour is blue because", "Rome wasn't built in 12345 days, it's", "Großmutter's café — naïve 日本語 test:\n\n  "]
prompts = []
for text in texts:
    ids = tokenizer(text, add_special_tokens=False).input_ids
    with torch.no_grad():
        top = torch.topk(model(input_ids=torch.tensor([ids])).logits[0, -1].float(), 20)
        answer = model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=length, do_sample=False)[0, len(ids):].tolist() if length else None
    prompts.append(dict(text=text, ids=ids, top=[[i, round(v, 5)] for i, v in zip(top.indices.tolist(), top.values.tolist())], answer=answer))
with open(out, "w") as f:
    f.write('{"source": %s, "prompts": [\n' % json.dumps("transformers, float32") + ",\n".join(map(json.dumps, prompts)) + "\n]}\n")
