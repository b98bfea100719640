"""LLaDA 8B and 1.5 by the published sampler: generate.py of github.com/ML-GSAI/LLaDA, as it is.

    python3 adapters/llada.py --weights GSAI-ML/LLaDA-8B-Base --code path/to/LLaDA

It asks of a network only what stands where, so it decodes dllmbench's own weights too, which are those of a Qwen3 that is trained to see
everything: dllmbench model export builtin:v1 --out v1, and then --weights v1 --see-all.
"""
from dllmbench_engine import serve
from torch_engine import TorchEngine


class LLaDA(TorchEngine):
    name = preset = "llada"
    options = dict(steps=0, block_length=0, temperature=0.0, cfg_scale=0.0, remasking="low_confidence")

    def __init__(self):
        super().__init__("checkout of github.com/ML-GSAI/LLaDA", "generate.py", "github.com/ML-GSAI/LLaDA")

    def more(self, parser):
        parser.add_argument("--see-all", action="store_true", help="the checkpoint is a causal network of transformers; let every position see all others")

    def load(self):
        self.published = self.module(self.arguments.code, "generate")
        if self.arguments.see_all:
            self.model = self.seeing_all(self.network(auto="AutoModelForCausalLM"))
        else:
            self.model = self.network("modeling_llada", "LLaDAModelLM")

    def check(self, budget):
        self.blocks(budget)

    def decode(self, ids, request):
        o = self.now
        length, steps = self.blocks(request["budget"])
        canvas = self.published.generate(self.model, ids, attention_mask=ids.new_ones(ids.shape), steps=steps, gen_length=request["budget"], block_length=length,
                                         temperature=o["temperature"], cfg_scale=o["cfg_scale"], remasking=o["remasking"], mask_id=self.mask)
        return canvas[0, ids.shape[1]:].tolist()


if __name__ == "__main__":
    serve(LLaDA())
