"""SDAR by the published sampler: generate.py of github.com/JetAstra/SDAR, as it is.

    python3 adapters/sdar.py --weights JetLM/SDAR-1.7B-Chat --code path/to/SDAR

Its blocks are counted from the start of the prompt, and those at both ends are cut. The network wants flash-attn, for a GPU; without
it plain PyTorch computes the same.
"""
import importlib.machinery
import importlib.util
import types

import torch
import transformers

from dllmbench_engine import serve
from torch_engine import TorchEngine


def norm(x, weight, bias=None, eps=1e-6, **_):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def attend(q, k, v, causal, softmax_scale):
    q, k, v = [t.transpose(1, 2) for t in (q, k, v)]
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=softmax_scale, enable_gqa=True).transpose(1, 2)


def kernels():
    """What the modelling file imports and this machine lacks."""
    for name in ("SlidingWindowCache", "StaticCache"):  # of older versions of transformers; imported, not used
        if not hasattr(transformers.cache_utils, name):
            setattr(transformers.cache_utils, name, type(name, (), {}))
    if not hasattr(transformers.utils, "LossKwargs"):
        transformers.utils.LossKwargs = transformers.utils.TransformersKwargs
    if importlib.util.find_spec("flash_attn"):
        return {}
    plain = types.ModuleType("flash_attn")
    plain.__spec__ = importlib.machinery.ModuleSpec("flash_attn", None)
    plain.flash_attn_func, plain.flash_attn_varlen_func, plain.rms_norm_fn = attend, None, norm
    return {name: plain for name in ("flash_attn", "flash_attn.ops", "flash_attn.ops.triton", "flash_attn.ops.triton.layer_norm")}


class SDAR(TorchEngine):
    name, preset, cache = "block", "sdar", "exact"
    options = dict(block_length=4, steps_per_block=4, temperature=1.0, top_k=1, top_p=1.0, remasking="low_confidence_dynamic", threshold=0.85)

    def __init__(self):
        super().__init__("checkout of github.com/JetAstra/SDAR", "generate.py", "github.com/JetAstra/SDAR")

    def load(self):
        self.published = self.module(self.arguments.code, "generate")
        self.model = self.network("modeling_sdar", "SDARForCausalLM", "AutoModelForCausalLM", **kernels())

    def decode(self, ids, request):
        o = self.now
        canvas = self.published.block_diffusion_generate(
            self.model, dict(input_ids=ids), self.mask, gen_length=request["budget"], block_length=o["block_length"], denoising_steps=o["steps_per_block"],
            temperature=o["temperature"], top_k=o["top_k"], top_p=o["top_p"], remasking_strategy=o["remasking"], confidence_threshold=o["threshold"],
            stopping_criteria_idx=request.get("stop_ids") or (sorted(self.ends()) if self.tokenizer else None))
        return canvas[0, ids.shape[1]:].tolist()


if __name__ == "__main__":
    serve(SDAR())
