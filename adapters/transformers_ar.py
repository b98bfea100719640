"""Any causal model by generate() of transformers: greedy, or drawn at a temperature. Text is delivered as it is written.

    python3 adapters/transformers_ar.py --weights Qwen/Qwen2.5-0.5B
"""
import transformers

from dllmbench_engine import serve
from torch_engine import TorchEngine


class Deliveries(transformers.TextStreamer):
    """Hands finished words to the job."""

    def __init__(self, tokenizer, job):
        super().__init__(tokenizer, skip_prompt=True, skip_special_tokens=True)
        self.job, self.sent = job, ""

    def on_finalized_text(self, text, stream_end=False):
        if text:
            self.sent += text
            self.job.text(text)


class Causal(TorchEngine):
    name, preset, cache, masked = "autoregressive", "transformers", "exact", False
    options = dict(temperature=0.0, top_p=1.0, top_k=0)
    deliveries = "append"

    def __init__(self):
        super().__init__()
        self.source = f"transformers {transformers.__version__}"

    def load(self):
        self.model = self.network(auto="AutoModelForCausalLM")

    def decode(self, ids, request):
        o, stop = self.now, request.get("stop_ids")
        drawn = dict(do_sample=True, temperature=o["temperature"], top_p=o["top_p"], top_k=o["top_k"]) if o["temperature"] > 0 else dict(do_sample=False)
        self.streamer = Deliveries(self.tokenizer, self.job) if "ids" not in request else None
        never = [[i] for i in request.get("never_ids", [])]
        out = self.model.generate(ids, attention_mask=ids.new_ones(ids.shape), max_new_tokens=request["budget"], streamer=self.streamer,
                                  bad_words_ids=never or None, **({"eos_token_id": stop} if stop else {}), **drawn)
        return out[0, ids.shape[1]:].tolist()

    def text(self, answer):
        return self.streamer.sent  # what was delivered, and nothing else


if __name__ == "__main__":
    serve(Causal())
