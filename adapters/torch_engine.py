"""What the adapters in PyTorch have in common: arguments, weights, tokenizer, device, one request at a time."""
import argparse
import hashlib
import importlib
import pathlib
import sys
import types

import torch

from dllmbench_engine import Engine, Refused
from watch import Watch


class TorchEngine(Engine):
    """An engine around published code. An adapter sets what stands first here, and writes load and decode."""

    preset, options, cache = "", {}, "none"  # options with their defaults
    masked, mask = True, None  # whether there is a mask, and its id
    deliveries = "whole"

    def load(self):
        """Sets self.model, and what else decode needs."""
        raise NotImplementedError

    def decode(self, ids, request):
        """The ids behind the prompt, which is a tensor of shape (1, length) on the device."""
        raise NotImplementedError

    def more(self, parser):
        """Adds arguments."""

    def __init__(self, code="", file="", repository=""):
        """code says what --code is; file is the file in it that is the sampler, of a repository."""
        p = argparse.ArgumentParser(description=sys.modules[type(self).__module__].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        p.add_argument("--weights", required=True, help="folder of the checkpoint, or its name on the hub")
        if code:
            p.add_argument("--code", required=True, type=pathlib.Path, help=code)
        p.add_argument("--modelling", type=pathlib.Path, help="folder with the modelling files, where the checkpoint has none (trust_remote_code)")
        p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        p.add_argument("--dtype", default="auto", help="float32, bfloat16, float16; by default that of the checkpoint, and float32 on a CPU")
        p.add_argument("--mask", type=int, help="id of the mask, where the checkpoint does not say it")
        p.add_argument("--chat", action="store_true", help="put prompts that are text into the chat template")
        self.more(p)
        self.arguments, self.model, self.tokenizer, self.now = p.parse_args(), None, None, {}
        if self.arguments.dtype == "auto" and self.arguments.device == "cpu":
            self.arguments.dtype = "float32"
        if file:
            text = (self.arguments.code / file).read_bytes()
            self.source = f"{file} of {repository}, SHA-256 {hashlib.sha256(text).hexdigest()[:16]}"

    def module(self, folder, name, **others):
        """Imports one file of a folder, as a package of its own so that it finds its neighbours. others stand for modules it wants."""
        package = types.ModuleType("published_" + hashlib.sha256(str(folder).encode()).hexdigest()[:8])
        package.__path__ = [str(folder)]
        sys.modules[package.__name__] = package
        for other, stub in others.items():
            sys.modules.setdefault(other, stub)
        sys.path.insert(0, str(folder))  # some name their neighbours as if they were run there
        try:
            return importlib.import_module(package.__name__ + "." + name)
        finally:
            sys.path.remove(str(folder))

    def seeing_all(self, model):
        """Lets every position of a causal network of transformers see all others."""
        own = model.forward

        def forward(ids, attention_mask=None):
            return own(input_ids=ids, attention_mask=torch.zeros(len(ids), 1, ids.shape[1], ids.shape[1], dtype=model.dtype, device=ids.device), use_cache=False)

        model.forward = forward
        return model

    def network(self, module="", name="", auto="AutoModel", **others):
        """The network, on the device: of the modelling files that are named, else of those of the checkpoint or of transformers."""
        import transformers
        a = self.arguments
        own = a.modelling and module
        kind = getattr(self.module(a.modelling, module, **others), name) if own else getattr(transformers, auto)
        config = kind.config_class.from_pretrained(a.weights) if own else transformers.AutoConfig.from_pretrained(a.weights, trust_remote_code=True)
        if hasattr(config, "init_device"):  # of LLaDA, whose default is a GPU
            config.init_device = "cpu"
        more = {} if own else {"trust_remote_code": True}
        model = kind.from_pretrained(a.weights, config=config, dtype=a.dtype if a.dtype == "auto" else getattr(torch, a.dtype), **more)
        return model.to(a.device).eval()

    def open(self, options, threads):
        unknown = [name for name in options if name not in self.options]
        if unknown:
            raise Refused(f"unknown option {unknown[0]!r}; known are {', '.join(self.options)}")
        if threads:
            torch.set_num_threads(threads)
        if self.model is None:
            self.load()
            self.load_tokenizer()
        self.now = {**self.options, **options}
        cuda, text = self.arguments.device.startswith("cuda"), ["text"] if self.tokenizer else []
        config = self.model.config
        if self.mask is None and self.masked:
            self.mask = next((i for i in (self.arguments.mask, getattr(config, "mask_token_id", None)) if i is not None), None)
            if self.mask is None:
                raise Refused("the checkpoint does not say which id the mask is: name it with --mask")
        return dict(
            preset=self.preset, options=self.now, cache=self.cache, weights=dict(name=self.arguments.weights, sha256=self.digest("*.safetensors")),
            tokenizer=dict(name=self.arguments.weights, sha256=self.digest("tokenizer.json"), vocab=config.vocab_size, mask=self.mask),
            device=torch.cuda.get_device_name() if cuda else "cpu", precision=str(self.model.dtype).removeprefix("torch."), threads=torch.get_num_threads(),
            takes=["ids", "seed"] + text, gives=["ids", "steps", "commits"] + text, repeatable=not cuda, sync=True, deliveries=self.deliveries,
            counters=["nfe", "query_tokens", "denoising_steps", "canvas_positions", "committed_tokens", "revised_tokens"], peak_bytes=self.peak_bytes())

    def load_tokenizer(self):
        import transformers
        try:
            self.tokenizer = transformers.AutoTokenizer.from_pretrained(self.arguments.weights, trust_remote_code=True)
        except Exception as e:
            print("no tokenizer, so no text:", e)

    def digest(self, pattern):
        """The SHA-256 of files of the checkpoint, in their order; "" where there are none or more than 4 GiB."""
        files = sorted(pathlib.Path(self.arguments.weights).glob(pattern))
        if not files or sum(f.stat().st_size for f in files) > 4 << 30:
            return ""
        digest = hashlib.sha256()
        for f in files:
            with f.open("rb") as data:
                while part := data.read(1 << 20):
                    digest.update(part)
        return digest.hexdigest()

    def generate(self, requests, job):
        if len(requests) != 1:
            raise Refused("one request at a time", "unsupported")
        request = requests[0]
        if "ids" in request:
            prompt = request["ids"]
        elif self.arguments.chat:
            prompt = self.tokenizer.apply_chat_template([dict(role="user", content=request["prompt"])], add_generation_prompt=True)
        else:
            prompt = self.tokenizer(request.get("prompt", ""))["input_ids"]
        self.check(request["budget"])
        ids = torch.tensor([prompt], dtype=torch.long, device=self.arguments.device)
        torch.manual_seed(request["seed"])
        self.job = job
        with torch.no_grad(), Watch(self.model, job, len(prompt), request["budget"], self.mask) as self.watch:
            answer = self.decode(ids, request)[: request["budget"]]
        usage, commit_ns = self.watch.result(answer)
        result = dict(usage=usage, finish="budget")
        if "ids" in request:
            return [dict(result, ids=answer, commit_ns=commit_ns)]
        ends = self.ends()
        end = next((i for i, token in enumerate(answer) if token in ends or token == self.mask), len(answer))
        result["text"] = self.text(answer[:end])
        if end < len(answer) and answer[end] in ends:
            result["finish"] = "stop"
        return [result]

    def text(self, answer):
        """The text of an answer up to its end."""
        return self.tokenizer.decode(answer, skip_special_tokens=True)

    def check(self, budget):
        """Refuses a budget with which the options make no sense."""

    def ends(self):
        """The ids that end a text."""
        known = [getattr(self.model.config, "eos_token_id", None), getattr(getattr(self.model, "generation_config", None), "eos_token_id", None), self.tokenizer.eos_token_id]
        return {i for k in known if k is not None for i in (k if isinstance(k, list) else [k])}

    def blocks(self, budget):
        """Block length and steps in force for a budget, where 0 stands for the whole answer and a step for each token."""
        length, steps = self.now["block_length"] or budget, self.now["steps"] or budget
        if budget % length:
            raise Refused(f"a budget of {budget} is no multiple of the block length {length}")
        if steps % (budget // length):
            raise Refused(f"{steps} steps cannot be shared by {budget // length} blocks")
        return length, steps

    def synchronise(self):
        if self.arguments.device.startswith("cuda"):
            torch.cuda.synchronize()

    def peak_bytes(self):
        if self.arguments.device.startswith("cuda"):
            return torch.cuda.max_memory_allocated()
        return super().peak_bytes()
