"""Dream 7B by its own diffusion_generate, which stands in the modelling files of the checkpoint.

    python3 adapters/dream.py --weights Dream-org/Dream-v0-Base-7B
"""
from dllmbench_engine import serve
from torch_engine import TorchEngine


class Dream(TorchEngine):
    name = preset = "dream"
    options = dict(steps=0, alg="entropy", temperature=0.0, top_p=1.0, alg_temp=0.0)

    def __init__(self):
        super().__init__()
        self.source = f"diffusion_generate of the modelling files of {self.arguments.modelling or self.arguments.weights}"

    def load(self):
        self.model = self.network("modeling_dream", "DreamModel")

    def decode(self, ids, request):
        o = self.now
        out = self.model.diffusion_generate(ids, self.model.generation_config, max_new_tokens=request["budget"], steps=o["steps"] or request["budget"], alg=o["alg"],
                                            temperature=o["temperature"], top_p=o["top_p"], alg_temp=o["alg_temp"], mask_token_id=self.mask)
        return getattr(out, "sequences", out)[0, ids.shape[1]:].tolist()


if __name__ == "__main__":
    serve(Dream())
