"""Runs published samplers on the tiny checkpoints of reference.py, and writes what they do:

    samplers.json                              their texts, at temperature 0 or on a fixed stream of random numbers
    ../../likelihood/testdata/reference.json   losses of published training code for given masks
    sdar/ and Fast_dLLM_Qwen/golden.safetensors   logits of the public modelling files

    python samplers.py CHECKOUTS

CHECKOUTS holds checkouts with these names:

    dllm           github.com/ZHZisZZ/dllm                      ca176752fbceec49c6b4777a2c18ae88e4eb10ed
    LLaDA          github.com/ML-GSAI/LLaDA                     b7e6c3565f194352da44b38dd12b6970597309f3
    SDAR           github.com/JetAstra/SDAR                     c2041a8333333d685f6e15122c84f60f51f85ebd
    Fast-dLLM      github.com/NVlabs/Fast-dLLM                  24cc59e75f20a6384bae8c905965bb090b96388e
    DualDiffusion  github.com/Satgoy152/DualDiffusion           9587d1e437cbb6301f2eb5d018e18f86cbe823e2, for its copy of Fast_dLLM_v2_7B/modeling.py
    DCD            github.com/shuyingte/DCD                     ea6a4b78dedd08cb7651e22072dbe72f6efb5dea, also for its copies of Fast-dLLM v1 (with factor) and v2
    D2F            github.com/zhijie-group/Discrete-Diffusion-Forcing  771f745f6770230dd6ea6a283519b31c5d57e6ed
    dInfer         github.com/inclusionAI/dInfer                fce4e32804103baa5d55230dff0352da0cdd6ceb
    dKV-Cache      github.com/horseee/dKV-Cache                 49a76fcc43b744ec2d960137f216e419317138b1
    d3LLM          github.com/hao-ai-lab/d3LLM                  e5bfcaccb775ee75759c24ccc9a28218b8372b34
    mdlm           github.com/kuleshov-group/mdlm               c112c526d193436838c98d81455ee51f90309470
    remdm          github.com/kuleshov-group/remdm              f830d659fb98d9b2c79ff71bfa12d578312b688a
    bd3lms         github.com/kuleshov-group/bd3lms             1c3e8f43d88dfbcee5ff2aa6932a9e74b31ae1d7

torch 2.15, transformers 4.57.6, einops. Where a sampler is led to something else than it
publishes, so that ours can be compared, a comment says to what and why.
"""

import importlib
import itertools
import json
import pathlib
import sys
import types
from unittest import mock

import torch
import transformers as tf
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
HERE, CHECKOUTS = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
MASK, VOCAB, BUDGET, NEVER, cases = 2, 320, 12, -1e9, []


def load(folder, module, **stubs):
    """Imports one file of a checkout without the package around it."""
    package = types.ModuleType("reference_" + str(len(sys.modules)))
    package.__path__ = [str(CHECKOUTS / folder)]
    sys.modules[package.__name__] = package
    sys.modules.update({name if "." in name else name.replace("__", "."): stub for name, stub in stubs.items()})
    return importlib.import_module(package.__name__ + "." + module)


def weights(name, model, prefix=""):
    """Puts the weights of a committed checkpoint into a network."""
    tensors = {}
    for file in (HERE / name).glob("model*.safetensors"):
        tensors.update(load_file(file))
    tensors = {k.removeprefix(prefix): v for k, v in tensors.items() if not k.endswith("inv_freq")}  # rounded with the rest
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected and all(k == "lm_head.weight" or k.endswith("inv_freq") for k in missing), (missing, unexpected)
    if hasattr(model, "tie_weights"):
        model.tie_weights()
    return model.float().eval()


def keys(name):
    return json.loads((HERE / name / "config.json").read_text())


def visible(block, rows):
    """Which keys a row sees in blocks of a length."""
    i = torch.arange(rows)
    return i[None, :] < (i // block * block + block)[:, None]


def add(checkpoint, engine, preset, options, run, length=5, seeds=4, **more):
    """Keeps the texts of a sampler after some prompts. run gets a prompt and returns prompt and text."""
    for seed in range(seeds):
        torch.manual_seed(seed)
        prompt = torch.randint(5, VOCAB, (1, length))
        with torch.no_grad():
            text = run(prompt, Stream(seed)) if more.get("drawn") else run(prompt)
        text = text[0, length:].tolist()
        case = dict(checkpoint=checkpoint, engine=engine, preset=preset, options=options, prompt=prompt[0].tolist(), text=text)
        cases.append({**case, "seed": seed} if more.get("drawn") else case)


class Stream:
    """The uniform numbers that a request with this seed draws: PCG-DXSM, as in Go's math/rand/v2."""

    def __init__(self, seed):
        self.state = seed << 64 | 0x646C6C6D

    def __call__(self):
        self.state = (self.state * (2549297995355413924 << 64 | 4865540595714422341) + (6364136223846793005 << 64 | 1442695040888963407)) % 2**128
        hi, lo = self.state >> 64, self.state % 2**64
        hi = (hi ^ hi >> 32) * 0xDA942042E4DD58B5 % 2**64
        return ((hi ^ hi >> 48) * (lo | 1) % 2**64 << 11) % 2**64 / 2**64


def golden(name, compute):
    """Replaces golden logits by those of a public modelling file."""
    file = HERE / name / "golden.safetensors"
    old = load_file(file)
    with torch.no_grad():
        logits = compute(old["tokens"][None].long())[0].contiguous()
    print(name, "differs from the stand-in by up to", float((logits - old["logits"]).abs().max()))
    save_file({"tokens": old["tokens"], "logits": logits}, file)


def maskless(out):
    """Ours never draw the mask and give it no probability, so theirs see none either."""
    out.logits[..., MASK] = NEVER
    return out


class Maskless:
    """A network that sees no mask among its predictions."""
    device = "cpu"

    def __init__(self, model):
        self.model = model

    def eval(self):
        pass

    def forward(self, *arguments, **more):
        return maskless(self.model(*arguments, **more))

    __call__ = forward


# Autoregressive decoding of transformers.
def causal(model):
    return lambda prompt: model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=BUDGET, pad_token_id=0)


qwen2, llama3 = [tf.AutoModelForCausalLM.from_pretrained(HERE / name, dtype=torch.float32).eval() for name in ("qwen2", "llama3")]
add("qwen2", "autoregressive", "greedy", {}, causal(qwen2))
add("llama3", "autoregressive", "greedy", {}, causal(llama3))

# LLaDA.
modelling = load("dllm/dllm/pipelines/llada/models", "modeling_llada")
config = modelling.LLaDAConfig.from_pretrained(HERE / "llada")
config.init_device = "cpu"
llada = weights("llada", modelling.LLaDAModelLM(config, model=modelling.LLaDAModel(modelling.create_model_config_from_pretrained_config(config))))
published = load("LLaDA", "generate")


def network(x, attention_mask=None):
    return maskless(llada(x, attention_mask=attention_mask))


network.device = "cpu"
for steps, length, scale in [(12, 12, 0), (6, 12, 0), (12, 4, 0), (3, 4, 0), (6, 6, 0.5)]:
    add("llada", "diffusion", "llada", dict(steps=steps, block_length=length, cfg_scale=scale), lambda prompt: published.generate(
        network, prompt, torch.ones_like(prompt), steps, BUDGET, length, 0.0, scale, mask_id=MASK))


# In random order its numbers are those that the positions it may write draw from the stream.
def random_order(prompt, stream, steps, length):
    def uniform(shape, device=None):
        x = canvas[-1][0]
        free = [i for i in range(len(x)) if x[i] == MASK]
        start = (free[0] - prompt.shape[1]) // length * length + prompt.shape[1]
        numbers = torch.zeros(shape, dtype=torch.float64)
        for i in free:
            if i < start + length:
                numbers[0, i] = stream()
        return numbers

    def watched(x, attention_mask=None):
        canvas.append(x)
        return network(x)

    canvas, watched.device = [], "cpu"
    with mock.patch.object(torch, "rand", uniform):
        return published.generate(watched, prompt, None, steps, BUDGET, length, 0.0, 0.0, "random", MASK)


for steps, length in [(12, 12), (6, 4)]:
    add("llada", "diffusion", "llada", dict(steps=steps, block_length=length, remasking="random"), lambda prompt, stream: random_order(prompt, stream, steps, length), drawn=True)


# Its options for ends of text name two token ids; ours take the request's stop ids and padding. Here
# the stop id is a token that the plain text has, so that the options matter. Where all that is left is
# ends, all are equally sure; topk leaves open which goes first, and is led to take the leftmost.
def topk(values, k):
    return torch.sort(values, descending=True, stable=True).values[:k], torch.sort(values, descending=True, stable=True).indices[:k]


def edited(module, name, *changes):
    """A function of a module with other words in it."""
    text = pathlib.Path(module.__file__).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    space = {"__name__": "reference_edited"}
    exec(compile(text, module.__file__, "exec"), space)
    return space[name]


for ours, theirs in [("eos_logits_inf", "logits_eos_inf"), ("eos_confidence_last", "confidence_eos_eot_inf")]:
    for seed in range(4):
        torch.manual_seed(seed)
        prompt = torch.randint(5, VOCAB, (1, 5))
        plain = published.generate(network, prompt, torch.ones_like(prompt), 12, BUDGET, BUDGET, mask_id=MASK)[0, 5:].tolist()
        end = max(plain, key=plain.count)

        def padless(x, attention_mask=None):
            out = network(x)
            if ours == "eos_logits_inf":
                out.logits[..., 0] = NEVER
            return out

        padless.device = "cpu"
        run = edited(published, "generate", ("126081", str(end)), ("126348", "0"))
        with mock.patch.object(torch, "topk", topk):
            text = run(padless, prompt, None, 12, BUDGET, BUDGET, mask_id=MASK, **{theirs: True})[0, 5:].tolist()
        assert text != plain
        cases.append(dict(checkpoint="llada", engine="diffusion", preset="llada", options={"steps": 12, ours: True}, prompt=prompt[0].tolist(), stop=[end], text=text))

# Fast-dLLM v1, with its own network for its caches. Its factor rule takes the last position even where that
# fails the test; it is led not to, as ours.
modelling = load("Fast-dLLM/llada/model", "modeling_llada")
config = modelling.LLaDAConfig.from_pretrained(HERE / "llada")
config.init_device = "cpu"
cached = weights("llada", modelling.LLaDAModelLM(config, model=modelling.LLaDAModel(modelling.create_model_config_from_pretrained_config(config))))


def fast(*arguments, **more):
    return maskless(cached(*arguments, **more))


fast.device = "cpu"
published = load("DCD/llada", "generate", model=mock.MagicMock(), model__modeling_llada=mock.MagicMock())
published.get_transfer_index_dynamic = edited(published, "get_transfer_index_dynamic",
    ("                break\n\n        if top_i == 0 or top_i == len(threshs)-1:\n            top_i+=1", "                break\n        else:\n            top_i += 1"))
for cache, run in [("none", published.generate), ("prefix", published.generate_with_prefix_cache), ("dual", published.generate_with_dual_cache)]:
    for commit, option, theirs in [("threshold", dict(threshold=0.9), dict(threshold=0.9)), ("threshold", dict(threshold=0.1), dict(threshold=0.1)),
            ("factor", dict(factor=1.0), dict(factor=1)), ("factor", dict(factor=2.0), dict(factor=2)), ("quota", dict(steps=6), {})]:
        options = dict(cache=cache, commit=commit, block_length=4, **option)
        add("llada", "diffusion", "fast-dllm", options, lambda prompt: run(
            fast, prompt, 6, BUDGET, 4, mask_id=MASK, **theirs)[0], seeds=2)

# d3LLM, and D2F with its own network for its attention.
published = load("d3LLM/d3llm/d3llm_LLaDA", "d3llm_llada_generate_util", utils__utils_LLaDA__model__modeling_llada=mock.MagicMock(),
    utils=mock.MagicMock(), utils__utils_LLaDA=mock.MagicMock(), utils__utils_LLaDA__model=mock.MagicMock())
for length, threshold, more, wake in [(4, 0.5, 0.1, 0.95), (4, 4.5, 0.1, 0.95), (4, 4.5, 0.5, 0.5), (6, 5.0, 0.3, 0.2), (4, 4.5, 1.0, 1.0)]:
    options = dict(block_length=length, threshold=threshold, block_add=more, block_wake=wake)
    add("llada", "diffusion", "d3llm", options, lambda prompt: published.generate_multi_block(
        network, prompt, 0, BUDGET, length, 0.0, "low_confidence", MASK, threshold, more, wake)[0], seeds=2)

modelling = load("D2F/D2F-eval/model_cache/llada", "modeling_llada", peft=mock.MagicMock())
config = modelling.LLaDAConfig.from_pretrained(HERE / "llada")
config.init_device = "cpu"
forced = weights("llada", modelling.LLaDAModelLM(config, model=modelling.LLaDAModel(modelling.create_model_config_from_pretrained_config(config))))
names = ("accelerate", "lm_eval", "lm_eval__api__instance", "lm_eval__models__utils", "lm_eval.__main__", "datasets", "peft", "model_cache", "model_cache__llada",
    "model_cache__llada__modeling_llada", "model_cache__llada__configuration_llada")
published = load("D2F/D2F-eval", "eval_llada", **{name: mock.MagicMock() for name in names}, lm_eval__api__model=types.SimpleNamespace(TemplateLM=object),
    lm_eval__api__registry=types.SimpleNamespace(register_model=lambda _: lambda x: x)).DreamLoRA
for length, threshold, more, wake in [(4, 0.9, 0.1, 0.95), (4, 0.1, 0.1, 0.95), (4, 0.05, 0.5, 0.5), (6, 0.04, 0.3, 0.2), (4, 0.05, 1.0, 1.0)]:
    def run(prompt):
        out = types.SimpleNamespace(model=Maskless(forced), mask_token_id=MASK, block_size=length, block_add_threshold=more, skip_threshold=threshold,
            decoded_token_threshold=wake, max_length=32, device="cpu", target_dtype=torch.float32, max_new_tokens=BUDGET, temperature=0, top_p=None, top_k=None,
            sampling_strategy="default", tokenizer=mock.MagicMock())
        out._update_block_completion_states = lambda *a: published._update_block_completion_states(out, *a)
        return torch.cat([prompt, torch.tensor([published._generate_block_single(out, prompt)])], 1)

    options = dict(block_length=length, threshold=threshold, block_add=more, block_wake=wake)
    add("llada", "block", "d2f", options, run, seeds=2)

# Deferred commitment, on the network of Fast-dLLM v1.
published, nets = load("DCD", "decode_algorithm", dllm_model=mock.MagicMock()), load("DCD", "dllm_model", **{name: mock.MagicMock() for name in (
    "llada", "llada.model", "llada.model.modeling_llada", "dream", "dream.model", "dream.model.modeling_dream")})
bound = nets.Llada.__new__(nets.Llada)
nets.BidirectionalDLLM.__init__(bound)
bound.model = cached
for window, longest, threshold, cache, every in [(4, 100, 0.9, "none", 1), (4, 100, 0.1, "none", 1), (3, 5, 0.05, "none", 1), (4, 6, 0.05, "prefix", 3), (3, 100, 0.1, "prefix", 5),
        (4, 6, 0.05, "dual", 3), (3, 100, 0.1, "dual", 5), (5, 7, 0.1, "dual", 100)]:
    settings = published.DecodeConfig(generate_length=BUDGET, initial_window_length=window, max_window_length=longest, decode_param=threshold,
        cache_type=cache if cache == "none" else cache + "-delay2", refresh_count=every, mask_id=MASK, eos_id=-1)
    options = dict(window=window, longest=longest, threshold=threshold, cache=cache, refresh=every, around=2)
    add("llada", "diffusion", "dcd", options, lambda prompt: published.window_bidirectional_decode(bound, prompt, settings)[0])

# dInfer, also on that network, in place of its own, which takes the keys in another form.
with mock.patch.object(torch, "compile", lambda **_: lambda f: f):
    rules = load("dInfer/python/dinfer/decoding", "parallel_strategy")
published, tools = load("dInfer/python/dinfer/decoding", "generate_uniform"), sys.modules[rules.__package__ + ".utils"]


class Kept(tools.DiffusionKVCacheManager):
    def update(self, keys):
        self.past_key_values = keys

    def get_key_values(self, start, end):
        at = torch.zeros((1, 5 + BUDGET), dtype=torch.bool)
        at[:, start:end] = True
        return self.past_key_values, at


for selection, make, options in [
        ("threshold", lambda: rules.ThresholdParallelDecoder(0, 0.9, mask_id=MASK, eos_id=-1), dict(threshold=0.9)),
        ("threshold", lambda: rules.ThresholdParallelDecoder(0, 0.1, mask_id=MASK, eos_id=-1), dict(threshold=0.1)),
        ("hierarchy", lambda: rules.HierarchyDecoder(0, mask_id=MASK, eos_id=-1, threshold=0.3, low_threshold=0.08), dict(threshold=0.3, low_threshold=0.08)),
        ("credit", lambda: rules.CreditThresholdParallelDecoder(temperature=0, threshold=0.2, mask_id=MASK, eos_id=-1), dict(threshold=0.2))]:
    # A warm-up that ends behind the first block makes theirs renew the cache twice: left out.
    for around in [None, (2, 1, 1), (0, 20, 0), (3, 3, 2 if options["threshold"] > 0.5 else 0)] if selection == "threshold" else [None]:
        def run(prompt):
            more = dict(early_stop=True, maximum_unroll=1)
            if around is None:
                engine = published.BlockWiseDiffusionLLM(fast, make(), tools.BlockIteratorFactory(), **more)
            else:
                engine = published.VicinityCacheDiffusionLLM(fast, make(), tools.BlockIteratorFactory(), types.SimpleNamespace(create=lambda: Kept(cache_type="dual")),
                    prefix_look=around[0], after_look=around[1], warmup_steps=around[2], **more)
            return engine.generate(prompt, BUDGET, 4)

        more = {} if around is None else dict(cache="vicinity", look_before=around[0], look_after=around[1], warmup_steps=around[2])
        add("llada", "diffusion", "dinfer", dict(selection=selection, block_length=4, **options, **more), run)

# dKV-Cache-Greedy, with its own network, which wants as many heads of keys as of queries: the one that there is is doubled.
sys.modules["models"] = types.ModuleType("models")
sys.modules["models.configuration_llada"] = load("dKV-Cache/models", "configuration_llada")
modelling = load("dKV-Cache/models", "modeling_llada_dkv_cache_greedy")
config = modelling.LLaDAConfig.from_pretrained(HERE / "llada")
config.init_device, config.n_kv_heads = "cpu", 2
greedy = modelling.LLaDAModelLM(config, model=modelling.LLaDAModel(modelling.create_model_config_from_pretrained_config(config)))
greedy.load_state_dict({k: v.repeat(2, 1) if "k_proj" in k or "v_proj" in k else v for k, v in llada.state_dict().items()})
greedy.float().eval()


class Greedy(Maskless):
    def __getattr__(self, name):
        return getattr(self.model, name)


published = load("dKV-Cache/generation_utils", "llada_dkv_cache_greedy", **{"models.modeling_llada_dkv_cache_greedy": mock.MagicMock()})
for steps, length, every, window in [(12, 12, 4, 0), (12, 12, 4, 3), (12, 4, 3, 1), (6, 12, 3, 0), (12, 12, 1, 0)]:
    def run(prompt, stream):
        def orders(shape, device):  # one number for each position of the block at work
            order = torch.zeros(shape, dtype=torch.float64)
            order[:, start[0]:start[0] + length] = torch.tensor([stream() for _ in range(length)])
            start[0] += length
            return order

        start = [prompt.shape[1]]
        with mock.patch.object(torch, "rand", orders):
            return published.generate(Greedy(greedy), None, prompt, steps, BUDGET, length, 0.0, 0.0, "random", MASK, True, every, window)

    add("llada", "diffusion", "dkv-greedy", dict(steps=steps, block_length=length, cache_steps=every, window=window), run, drawn=True)

# Dream.
dream = load("dllm/dllm/pipelines/dream/models", "modeling_dream")
dreaming = weights("Dream", dream.DreamModel(dream.DreamConfig.from_pretrained(HERE / "Dream")))


def hook(step, x, logits):
    logits[..., MASK] = NEVER
    return logits


for alg, steps in [("entropy", 12), ("entropy", 5), ("maskgit_plus", 12), ("maskgit_plus", 5), ("topk_margin", 12), ("topk_margin", 5)]:
    add("Dream", "diffusion", "dream", dict(alg=alg, steps=steps), lambda prompt: dreaming.diffusion_generate(
        prompt, dream.DreamGenerationConfig(max_new_tokens=BUDGET, steps=steps, temperature=0.0, alg=alg, alg_temp=0.0, mask_token_id=MASK,
        pad_token_id=0, bos_token_id=3, eos_token_id=1), generation_logits_hook_func=hook))


for steps in (4, 12, 40):
    def run(prompt, stream):
        with mock.patch.object(torch, "rand", lambda n, device: torch.tensor([stream() for _ in range(n)])):
            return dreaming.diffusion_generate(prompt, dream.DreamGenerationConfig(max_new_tokens=BUDGET, steps=steps, temperature=0.0, alg="origin",
                mask_token_id=MASK, pad_token_id=0, bos_token_id=3, eos_token_id=1), generation_logits_hook_func=hook)

    add("Dream", "diffusion", "dream", dict(alg="origin", steps=steps), run, drawn=True)


# SDAR. Its modelling file takes two kernels from a library that needs a GPU: the norm and the attention of rows that
# see everything. They are written out here.
def norm(x, weight, bias=None, eps=1e-6, **_):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def attend(q, k, v, causal, softmax_scale):
    q, k, v = [t.transpose(1, 2) for t in (q, k, v)]
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=softmax_scale, enable_gqa=True).transpose(1, 2)


class Cache:
    """Keys and values as the networks below use them."""

    def __init__(self):
        self.key_cache, self.value_cache = [], []

    def update(self, k, v, layer, _=None):
        if layer == len(self.key_cache):
            self.key_cache.append(k), self.value_cache.append(v)
        else:
            self.key_cache[layer], self.value_cache[layer] = [torch.cat(pair, 2) for pair in ((self.key_cache[layer], k), (self.value_cache[layer], v))]
        return self.key_cache[layer], self.value_cache[layer]

    def get_seq_length(self):
        return self.key_cache[0].shape[2] if self.key_cache else 0

    def crop(self, n):
        self.key_cache, self.value_cache = [[t[:, :, :n] for t in c if n] for c in (self.key_cache, self.value_cache)]

    def __len__(self):
        return len(self.key_cache)

    def __getitem__(self, layer):
        return self.key_cache[layer], self.value_cache[layer]


kernels = types.ModuleType("flash_attn")
kernels.flash_attn_func, kernels.flash_attn_varlen_func = attend, None
kernels.rms_norm_fn = norm
stubs = {"flash_attn": kernels, "flash_attn__ops": kernels, "flash_attn__ops__triton": kernels, "flash_attn__ops__triton__layer_norm": kernels}
for name in ("SlidingWindowCache", "StaticCache"):
    if not hasattr(tf.cache_utils, name):
        setattr(tf.cache_utils, name, type(name, (), {}))
if not hasattr(tf.utils, "LossKwargs"):
    tf.utils.LossKwargs = tf.utils.TransformersKwargs
modelling = load("SDAR/training/model/SDAR-4B-Chat", "modeling_sdar", **stubs)
modelling.Cache = Cache
config = modelling.SDARConfig(**{k: v for k, v in keys("sdar").items() if k not in ("architectures", "attn_implementation")}, attn_implementation="sdpa")
sdar = weights("sdar", modelling.SDARForCausalLM(config))
golden("sdar", lambda tokens: sdar(tokens, attention_mask=visible(4, tokens.shape[1])[None, None]).logits)

# Its sampler draws with a temperature, under which all are sure at 0; ours rates tokens by the
# plain probability there. Its prompts here end with a block: a quota of ours counts masks alone.
published = load("SDAR", "generate")
published.sample_with_temperature_topk_topp = lambda logits, **_: logits.softmax(-1).max(-1)[::-1]
published.DynamicCache = Cache


for preset, strategy, steps, more in [("sdar-static", "low_confidence_static", 4, {}), ("sdar-static", "low_confidence_static", 2, {}),
        ("sdar-dynamic", "low_confidence_dynamic", 4, dict(threshold=0.1)), ("sdar-sequential", "sequential", 2, {})]:
    add("sdar", "block", preset, dict(block_length=4, steps_per_block=steps, **more), lambda prompt: published.block_diffusion_generate(
        Maskless(sdar), dict(input_ids=prompt), MASK, BUDGET, 4, steps, remasking_strategy=strategy, confidence_threshold=0.1), 8)

# Fast-dLLM v2. Prompts of one whole block are left out: there the published sampler forgets to read the prompt.
modelling = load("DualDiffusion/FastDLLM_inferencing/Fast_dLLM_v2_7B", "modeling")
modelling.DynamicCache = Cache
config = modelling.Fast_dLLM_QwenConfig(**{k: v for k, v in keys("Fast_dLLM_Qwen").items() if k != "architectures"})
fastv2 = weights("Fast_dLLM_Qwen", modelling.Fast_dLLM_QwenForCausalLM(config))
golden("Fast_dLLM_Qwen", lambda tokens: fastv2(tokens, block_size=8).logits)
published = load("DCD/v2", "generation_functions").Fast_dLLM_QwenForCausalLM


class FastV2(Maskless, published):
    sample_with_top_p = modelling.Fast_dLLM_QwenForCausalLM.sample_with_top_p


for length, budget in [(5, 19), (12, 12), (17, 7)]:
    for part, threshold, block in [(8, 0.95, False), (8, 0.1, False), (4, 0.1, False), (2, 0.05, False), (4, 0.1, True), (2, 0.05, True)]:
        options = dict(sub_block=part, threshold=threshold, block_cache=block, block_length=8)

        def run(prompt):
            out = FastV2(fastv2).batch_sample(prompt.clone(), types.SimpleNamespace(pad_token_id=0), 8, 24, part, length, torch.tensor([length]),
                mask_id=MASK, threshold=threshold, stop_token=-1, use_block_cache=block)
            return out[0][None, :length + budget]

        add("Fast_dLLM_Qwen", "block", "fast-dllm-v2", options, run, length, 2)


# LLaDA2.1, on the network of SDAR: what it does to blocks asks nothing else of one.
base = types.SimpleNamespace(BaseSampler=object, BaseSamplerConfig=type("Config", (), {"return_dict": False}), BaseSamplerOutput=None)
published = load("dllm/dllm/pipelines/llada21", "sampler", **{"dllm": mock.MagicMock(), "dllm.core": mock.MagicMock(), "dllm.core.samplers": mock.MagicMock(), "dllm.core.samplers.base": base})
for threshold, editing, most, length in [(0.95, 2.0, 16, 8), (0.1, 0.1, 16, 8), (0.05, 0.05, 4, 6), (0.1, 0.03, 3, 8)]:
    def run(prompt):
        s = published.LLaDA21Sampler()
        s.model, s.tokenizer = Maskless(lambda x, attention_mask, **more: sdar(x, attention_mask=attention_mask == 0, **more)), types.SimpleNamespace(mask_token_id=MASK, eos_token_id=None)
        return s.sample([prompt[0]], published.LLaDA21SamplerConfig(), block_size=4, max_new_tokens=20 - length, threshold=threshold,
            editing_threshold=editing, max_post_steps=most, return_dict=False)

    add("sdar", "block", "llada2-edit", dict(block_length=4, threshold=threshold, editing_threshold=editing, max_post_steps=most), run, length)

# MDLM and BD3-LM, on a stream of uniform numbers that both get. Theirs draw a token by Gumbel noise, of
# which they need one number for each token of the vocabulary; here they use the inverse of the cumulative
# distribution, as ours: first whether a mask is written, for all masks, and then the tokens.
def diffusion(checkout, **stubs):
    thing = mock.MagicMock()
    base = types.SimpleNamespace(LightningModule=object)
    metric = types.SimpleNamespace(aggregation=types.SimpleNamespace(MeanMetric=object))
    schedule = load(checkout, "noise_schedule")
    module = load(checkout, "diffusion", hydra=thing, hydra__utils=thing, lightning=base, torchmetrics=metric, dataloader=thing, models=thing,
        metrics=thing, noise_schedule=schedule, utils=thing)
    module.noise = schedule.LogLinearNoise()
    return module


class Sampler:
    """What the sampling methods ask of the object they belong to."""

    def __init__(self, module, model, block, **more):
        self.model, self.noise, self.neg_infinity, self.mask_index, self.block_size = model, module.noise, -1000000.0, MASK, block
        self.device, self.dtype, self.time_conditioning, self.parameterization, self.sampler = "cpu", torch.float32, False, "subs", "ddpm_cache"
        self.cross_attn, self.mdlm_loss_scale, self.ignore_bos, self.change_of_variables, self.importance_sampling, self.T = [False] * 6
        self.given, self.module, self.tokenizer = 0, module, types.SimpleNamespace(bos_token_id=None)
        sampling = types.SimpleNamespace(noise_removal=True, kv_cache=False, first_hitting=False, nucleus_p=1.0, var_length=False)
        sampling.__dict__.update(more)
        part = types.SimpleNamespace
        self.config = part(sampling=sampling, noise=part(type="loglinear"), loader=part(eval_batch_size=1), model=part(length=block),
            algo=part(name="bd3lm"), training=part(resample=False))

    def __getattr__(self, name):
        return types.MethodType(getattr(self.module.Diffusion, name), self)

    def forward(self, x, sigma, sample_mode=False):
        self.x = x
        logits = self.model(x[:1])
        return self.module.Diffusion._subs_parameterization(self, logits, x[:, :logits.shape[1]])

    def follow(self, stream):
        self.stream = stream
        self.module._sample_categorical = self.categorical
        return self

    def draw(self, probabilities):
        order = probabilities.argsort(descending=True, stable=True) if self.config.sampling.nucleus_p < 1 else torch.arange(len(probabilities))
        weights = probabilities[order].double()
        at = int((weights.cumsum(0) <= self.stream() * weights.sum()).sum())
        return int(order[at])

    def categorical(self, q):
        q, x = q[0], self.x[0, -q.shape[1]:].clone()
        erased = []
        masks = [i for i in range(len(x)) if x[i] == MASK]
        if self.config.sampling.first_hitting:
            keys = [self.stream() for _ in masks]
            self.chosen = keys.index(max(keys))
            masks = [masks[self.chosen]]
        else:
            masks = []
            for i in range(self.given, len(x)):  # what ReMDM may mask again has all its probability; MDLM copies the rest
                p = float(q[i, MASK] / q[i].sum())
                if x[i] == MASK and (p <= 0 or p < 1 and self.stream() < 1 - p):
                    masks.append(i)
                elif x[i] != MASK and hasattr(self.config.sampling, "sampler") and abs(float(q[i].sum()) - 1) < 1e-4 and (p >= 1 or p > 0 and self.stream() < p):
                    erased.append(i)
        for i in masks:
            p = q[i].clone()
            p[MASK] = 0
            x[i] = self.draw(p)
        x[erased] = MASK
        return x[None]


def rotate(qkv, cos, sin):
    """The rotation of flash_attn, of queries and keys in halves of a head."""
    for x in (qkv[:, :, 0], qkv[:, :, 1]):
        a, b = x.chunk(2, -1)
        x.copy_(torch.cat([a * cos[:, None] - b * sin[:, None], b * cos[:, None] + a * sin[:, None]], -1))
    return qkv


def packed(qkv, *_, causal):
    q, k, v = qkv.transpose(0, 2).unbind(1)
    return torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(0, 1)


kernels = types.SimpleNamespace(flash_attn_interface=types.SimpleNamespace(flash_attn_varlen_qkvpacked_func=packed), apply_rotary_emb_qkv_=rotate)
kernels.layers = types.SimpleNamespace(rotary=kernels)
modelling = load("mdlm/models", "dit", omegaconf=mock.MagicMock(), **{"flash_attn": kernels, "flash_attn.layers": kernels.layers, "flash_attn.layers.rotary": kernels})
shape = types.SimpleNamespace(hidden_size=16, cond_dim=8, n_blocks=2, n_heads=2, dropout=0.1, scale_by_sigma=True)
full = weights("mdlm", modelling.DIT(types.SimpleNamespace(model=shape), VOCAB), "backbone.")
mdlm = diffusion("mdlm")
nets = {"llada": lambda x: llada(x).logits, "mdlm": lambda x: full(x, torch.zeros(1))}


def grid(module, model, steps, prompt, stream, **more):
    s = Sampler(module, model, BUDGET, **more).follow(stream)
    s._sample_prior = lambda *_: torch.cat([prompt, torch.full((1, BUDGET), MASK)], 1)  # theirs has no prompt
    s.given = prompt.shape[1]
    return s._sample(num_steps=steps)


for checkpoint, model in nets.items():
    for steps in (4, 12, 40):
        add(checkpoint, "diffusion", "mdlm", dict(steps=steps), lambda prompt, stream: grid(mdlm, model, steps, prompt, stream), drawn=True)

# ReMDM. The grid of loop is put so that its steps end where the strategy changes: ours has one function of time also across
# that, theirs does not. What theirs rounds to 16 bits is not rounded.
remdm = diffusion("remdm")
remdm.tqdm = lambda x: x
for strategy, options, steps, nucleus in [("cap", dict(eta=0.1), 12, 0.9), ("cap", dict(eta=0.3), 30, 1.0), ("rescale", dict(eta=0.2), 12, 0.9), ("conf", {}, 12, 0.9), ("conf", {}, 30, 1.0),
        ("loop", dict(eta=0.1, t_on=0.55001, t_off=0.05002, alpha_on=0.9), 20, 0.9)]:
    def run(prompt, stream):
        with mock.patch.object(torch, "bfloat16", torch.float32):
            return grid(remdm, nets["llada"], steps, prompt, stream, nucleus_p=nucleus, sampler="remdm-" + strategy, dfm=False, **options)

    add("llada", "diffusion", "remdm", dict(strategy=strategy, steps=steps, top_p=nucleus, **options), run, drawn=True)


def blocks(x):
    return sdar(x, attention_mask=visible(4, x.shape[1])[None, None]).logits


modelling = load("bd3lms/models/hf", "modeling_bd3lm")
own = modelling.BD3LM(modelling.BD3LMConfig.from_pretrained(HERE / "bd3lm"))
own = weights("bd3lm", own)
bd3lms = diffusion("bd3lms")
for (checkpoint, model), (sampler, steps, nucleus) in itertools.product(
        [("sdar", blocks), ("bd3lm", lambda x: own(input_ids=x, timesteps=torch.zeros(1), sample_mode=True))],
        [("first_hitting", 5000, 1.0), ("first_hitting", 5000, 0.9), ("ancestral", 4, 1.0), ("ancestral", 30, 0.9)]):
    def run(prompt, stream):
        s = Sampler(bd3lms, model, 4, first_hitting=sampler == "first_hitting", nucleus_p=nucleus).follow(stream)
        # Theirs has no prompt; and it takes steps of 1/(n-1) in time, of which each undoes the noise of 1/n.
        pieces = iter([prompt[:, :4], prompt[:, 4:]] + [torch.full((1, 4), MASK)] * 9)
        s._sample_prior = lambda *_: next(pieces)
        with mock.patch.object(torch, "linspace", lambda _a, _b, n, device: torch.arange(n, 0, -1) / n), \
                mock.patch.object(torch, "randint", lambda *_: torch.tensor([s.chosen])), mock.patch.object(bd3lms, "tqdm", lambda x: x):
            s.tokenizer.bos_token_id = int(prompt[0, 0])
            return s._semi_ar_sampler(1, steps, (8 + BUDGET) // 4, None)[0]

    options = dict(sampler=sampler, top_p=nucleus, block_length=4)
    if sampler == "ancestral":
        options["steps_per_block"] = steps
    add(checkpoint, "block", "bd3lm", options, run, 8, drawn=True)

(HERE / "samplers.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")
print(len(cases), "texts")

# Losses for given masks: exact terms of the bounds. MDLM and BD3-LM take all probability from the mask token first; on
# networks of others they leave it (neg_infinity 0), as LLaDA does and ours: what these give to a token that cannot be is lost.
losses = []
torch.manual_seed(7)
text = torch.randint(5, VOCAB, (1, 16))


def sets(n):
    return [[i for i in range(n) if s >> i & 1] for s in range(1, 2**n)]


def masked(at):
    return torch.tensor([i in at for i in range(16)])[None]


with torch.no_grad():
    for name, model in [("qwen2", qwen2), ("llama3", llama3)]:
        s = Sampler(bd3lms, None, 16)
        s.parameterization, s.config.data, s.num_tokens = "ar", types.SimpleNamespace(insert_train_special=False), 16
        s.forward = lambda x, sigma: model(x).logits.log_softmax(-1)
        nats = s._loss(text, torch.ones(1, 16)).nlls[0, 7:]
        losses.append(dict(checkpoint=name, kind="ar", text=text[0].tolist(), prompt=8, nats=nats.tolist()))

    published = load("LLaDA", "get_log_likelihood")
    for at in sets(6):
        n, ratio = 16, len(at) / 6
        xt = torch.where(masked([10 + i for i in at]), MASK, text)
        s = Sampler(mdlm, lambda x: llada(x).logits, 16)
        s.neg_infinity, s.q_xt, s._sample_t = 0.0, lambda *_: xt, lambda *_: torch.tensor([ratio])
        loss = s._forward_pass_diffusion(text)[0].sum().item()
        published.forward_process = lambda *_: (xt, torch.full((1, 16), ratio))
        theirs = -published.get_log_likelihood(llada, text[0, :10], text[0, 10:], 1, 1, 0, MASK)
        assert abs(loss - theirs) < 1e-3, (loss, theirs)
        losses.append(dict(checkpoint="llada", kind="full", text=text[0].tolist(), prompt=10, start=10, masked=at, nats=[loss]))

    for at in sets(6):
        xt = torch.where(masked([10 + i for i in at]), MASK, text)
        s = Sampler(mdlm, nets["mdlm"], 16)
        s.q_xt, s._sample_t = lambda *_: xt, lambda *_: torch.tensor([len(at) / 6])
        losses.append(dict(checkpoint="mdlm", kind="full", text=text[0].tolist(), prompt=10, start=10, masked=at, nats=[s._forward_pass_diffusion(text)[0].sum().item()]))

    rule = load("bd3lms/models", "dit", omegaconf=mock.MagicMock()).block_diff_mask
    i = torch.arange(32)
    both = rule(None, None, i[:, None], i[None, :], 4, 16)[None, None]
    config = modelling.BD3LMConfig.from_pretrained(HERE / "bd3lm")
    config.model_length = 16
    own = weights("bd3lm", modelling.BD3LM(config))
    twice = [("sdar", lambda x: sdar(x, attention_mask=both, position_ids=torch.arange(16).repeat(2)[None]).logits[:, :16], 0.0),
        ("bd3lm", lambda x: own(input_ids=x, timesteps=torch.zeros(1)), -1000000.0)]
    for (checkpoint, model, taken), at in itertools.product(twice, sets(4)):
        xt = torch.where(masked([8 + i for i in at] + [12 + i for i in at]), MASK, text)
        t = torch.ones(1, 16)
        t[:, 8:] = len(at) / 4
        s = Sampler(bd3lms, model, 4)
        s.cross_attn, s.config.model.length, s.neg_infinity, s.q_xt = True, 16, taken, lambda *_, **__: xt
        loss = s._forward_pass_diffusion(text, t)[0]
        for start in (8, 12):
            losses.append(dict(checkpoint=checkpoint, kind="block", text=text[0].tolist(), prompt=8, start=start, masked=at, nats=[loss[start:start + 4].sum().item()]))

folder = HERE.parent.parent / "likelihood" / "testdata"
folder.mkdir(exist_ok=True)
(folder / "reference.json").write_text("[\n" + ",\n".join(map(json.dumps, losses)) + "\n]\n")
