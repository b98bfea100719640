"""LLaDA by the samplers of Fast-dLLM: llada/generate.py of github.com/NVlabs/Fast-dLLM (v1/llada in later versions), as it is.

    python3 adapters/fast_dllm.py --weights GSAI-ML/LLaDA-8B-Instruct --code path/to/Fast-dLLM/v1/llada

The option cache is none, prefix or dual; a threshold above 0 writes every token that is as sure as that in parallel.
"""
from dllmbench_engine import Refused, serve
from torch_engine import TorchEngine

SAMPLERS = {"none": "generate", "prefix": "generate_with_prefix_cache", "dual": "generate_with_dual_cache"}


class FastDLLM(TorchEngine):
    name = preset = "fast-dllm"
    options = dict(cache="dual", steps=0, block_length=0, threshold=0.9, temperature=0.0, remasking="low_confidence")

    def __init__(self):
        super().__init__("folder llada of a checkout of github.com/NVlabs/Fast-dLLM", "generate.py", "github.com/NVlabs/Fast-dLLM")
        self.arguments.modelling = self.arguments.modelling or self.arguments.code / "model"  # a network with these caches

    def load(self):
        self.published = self.module(self.arguments.code, "generate")
        self.model = self.network("modeling_llada", "LLaDAModelLM")

    def open(self, options, threads):
        if options.get("cache", "dual") not in SAMPLERS:
            raise Refused(f"unknown cache {options['cache']!r}; known are {', '.join(SAMPLERS)}")
        self.cache = "none" if options.get("cache", "dual") == "none" else "approximate"
        return super().open(options, threads)

    def check(self, budget):
        self.blocks(budget)

    def decode(self, ids, request):
        o = self.now
        length, steps = self.blocks(request["budget"])
        canvas, nfe = getattr(self.published, SAMPLERS[o["cache"]])(
            self.model, ids, steps=steps, gen_length=request["budget"], block_length=length, temperature=o["temperature"],
            remasking=o["remasking"], mask_id=self.mask, threshold=o["threshold"] or None)
        if nfe != len(self.watch.calls):
            raise AssertionError(f"the sampler counts {nfe} passes, and {len(self.watch.calls)} were made")
        return canvas[0, ids.shape[1]:].tolist()


if __name__ == "__main__":
    serve(FastDLLM())
