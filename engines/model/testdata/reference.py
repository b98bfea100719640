"""Makes tiny checkpoints with the keys and tensor names of public ones, and the logits that
reference code computes for them in float32: NAME/config.json, NAME/model*.safetensors (random
numbers, BF16) and NAME/golden.safetensors. Also llada2_moe/samplers.json, what the sampler in its
modelling file writes.

    python reference.py DLLM DIFFUGPT BD3LM MDLM

DLLM is a checkout of github.com/ZHZisZZ/dllm at ca176752fbceec49c6b4777a2c18ae88e4eb10ed, which
keeps the modelling files of LLaDA and Dream and has those of A2D. torch 2.15, transformers 4.57.6.

DIFFUGPT is a checkout of github.com/HKUNLP/DiffuLLaMA at c17e897f6476c174b4623da594e4c65554f1613d, BD3LM one of
github.com/kuleshov-group/bd3lms at 1c3e8f43d88dfbcee5ff2aa6932a9e74b31ae1d7, and MDLM one of github.com/kuleshov-group/mdlm at
c112c526d193436838c98d81455ee51f90309470, whose attention and rotations, kernels for a GPU, are replaced by plain ones.

SDAR and Fast-dLLM v2 are the networks of Qwen3 and Qwen2.5 under a block-causal mask, and that is
what is computed here, with the keys of the public files in config.json; samplers.py computes their
logits with the public modelling files. iLLaDA, whose modelling file is in no repository, is the
network of Llama with a bias behind every matrix and LayerNorm.
"""

import importlib.util
import json
import pathlib
import sys
import types

import torch
import transformers as tf
from safetensors.torch import load_file, save_file

HERE, ROWS, VOCAB = pathlib.Path(__file__).parent, 16, 320
SHAPE = dict(vocab_size=VOCAB, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1)
PLAIN = dict(SHAPE, max_position_embeddings=128, rope_theta=10000.0, eos_token_id=1, bos_token_id=3)
IDS = dict(eos_token_id=1, pad_token_id=0, bos_token_id=3, mask_token_id=2)


def pipeline(name, module):
    """Imports one modelling file without the package around it."""
    package = types.ModuleType("reference_" + name.replace("/", "_"))
    package.__path__ = [str(pathlib.Path(sys.argv[1], "dllm/pipelines", name))]
    sys.modules[package.__name__] = package
    return importlib.import_module(package.__name__ + "." + module)


def visible(kind, rows=ROWS):
    """Which keys a row sees: causal, full, or a number, the length of blocks."""
    i = torch.arange(rows)
    last = {"causal": i, "full": torch.full_like(i, rows)}[kind] if isinstance(kind, str) else i // kind * kind + kind - 1
    return i[None, :] <= last[:, None]


def fill(model):
    """Random numbers that BF16 holds exactly, large enough for mistakes to show."""
    with torch.no_grad():
        for name, p in [*model.named_parameters(), *(b for b in model.named_buffers() if b[0].endswith("expert_bias"))]:
            x = torch.randn(p.shape)
            if "embed" in name or "wte" in name:
                pass
            elif p.dim() > 1:
                x *= 0.35
            elif name.endswith("bias"):
                x *= 0.5
            else:
                x = 1 + 0.3 * x
            p.copy_(x.bfloat16().float())


def checkout(path, module):
    """Imports a module of a checkout."""
    sys.path.insert(0, str(path))
    for name in [n for n in sys.modules if n.partition(".")[0] == module.partition(".")[0]]:
        del sys.modules[name]
    found = importlib.import_module(module)
    sys.path.pop(0)
    return found


def make(name, model, kind, keys=None, call=None, shard="5GB", save=None):
    torch.manual_seed(len(name))
    model = model.float().eval()
    fill(model)
    model.tie_weights()
    tokens = torch.randint(3, VOCAB, (1, ROWS))
    tokens[0, 1::4] = 2
    mask = torch.where(visible(kind), 0.0, torch.finfo(torch.float32).min)[None, None]
    with torch.no_grad():
        logits = call(model, tokens) if call else model(input_ids=tokens, attention_mask=mask, use_cache=False).logits
    (save or (lambda model, path: model.save_pretrained(path, max_shard_size=shard)))(model.bfloat16(), HERE / name)
    for extra in ("generation_config.json", "README.md"):
        (HERE / name / extra).unlink(missing_ok=True)
    config = HERE / name / "config.json"
    text = json.loads(config.read_text())
    text = {**text, **(keys or {})}
    config.write_text(json.dumps({k: v for k, v in text.items() if v != "drop"}, indent=1, sort_keys=True) + "\n")
    save_file({"tokens": tokens[0].float(), "logits": logits[0].float().contiguous()}, HERE / name / "golden.safetensors")
    print(name, float(logits.std()))
    return model.float()


make("qwen2", tf.Qwen2ForCausalLM(tf.Qwen2Config(**PLAIN, tie_word_embeddings=True)), "causal")
scaled = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)
make("llama3", tf.LlamaForCausalLM(tf.LlamaConfig(**PLAIN, rope_scaling=scaled)), "causal", dict(eos_token_id=[1, 4]))
yarn = dict(type="yarn", factor=4.0, original_max_position_embeddings=64)
make("yarn", tf.Qwen3ForCausalLM(tf.Qwen3Config(**PLAIN, head_dim=8, rope_scaling=yarn)), "causal")
make("mistral", tf.MistralForCausalLM(tf.MistralConfig(**PLAIN, head_dim=8, sliding_window=None)), "causal")

public = dict(model_type="sdar", architectures=["SDARForCausalLM"], block_size=4, mask_token_id=2, debug=False, ep_size=1, fuse_cross_entropy=True,
    micro_forward=False, skip_checkpoint=False, use_deepep=False, attn_implementation="flex_attention")
make("sdar", tf.Qwen3ForCausalLM(tf.Qwen3Config(**PLAIN, head_dim=8, attention_bias=False)), 4, public)
public = dict(model_type="Fast_dLLM_Qwen", architectures=["Fast_dLLM_QwenForCausalLM"], bd_size=8, mask_token_id=2, pad_token_id=1)
make("Fast_dLLM_Qwen", tf.Qwen2ForCausalLM(tf.Qwen2Config(**PLAIN, tie_word_embeddings=True)), 8, public)

a2d = pipeline("a2d/models/qwen2", "modeling_qwen2")
make("a2d-qwen2", a2d.A2DQwen2LMHeadModel(a2d.A2DQwen2Config(**PLAIN, tie_word_embeddings=True)), "full", dict(mask_token_id=2), lambda m, t: m(input_ids=t).logits)
a2d = pipeline("a2d/models/qwen3", "modeling_qwen3")
make("a2d-qwen3", a2d.A2DQwen3LMHeadModel(a2d.A2DQwen3Config(**PLAIN, head_dim=8)), 8, dict(mask_token_id=2, context="block", block_size=8),
    lambda m, t: m(input_ids=t, attention_mask=visible(8)[None, None]).logits)
a2d = pipeline("a2d/models/llama", "modeling_llama")
make("a2d-llama", a2d.A2DLlamaLMHeadModel(a2d.A2DLlamaConfig(**PLAIN)), "full", dict(mask_token_id=2), lambda m, t: m(input_ids=t).logits)

dream = pipeline("dream/models", "modeling_dream")
config = dream.DreamConfig(**SHAPE, **IDS, max_position_embeddings=128)
make("Dream", dream.DreamModel(config), "full", call=lambda m, t: m(input_ids=t).logits)

llada = pipeline("llada/models", "modeling_llada")
config = llada.LLaDAConfig(**IDS, d_model=16, mlp_hidden_size=24, n_layers=2, n_heads=2, n_kv_heads=1, max_sequence_length=128, rope_theta=10000.0,
    vocab_size=VOCAB, embedding_size=VOCAB, activation_type="silu", block_type="llama", layer_norm_type="rms", rope=True, weight_tying=False,
    bias_for_layer_norm=False, rope_full_precision=True, attention_dropout=0.0, residual_dropout=0.0, embedding_dropout=0.0, init_device="cpu")
inner = llada.LLaDAModel(llada.create_model_config_from_pretrained_config(config), init_params=True)
make("llada", llada.LLaDAModelLM(config, model=inner), "full", call=lambda m, t: m(input_ids=t).logits, shard="15KB")

model = tf.LlamaForCausalLM(tf.LlamaConfig(**PLAIN, attention_bias=True, mlp_bias=True, tie_word_embeddings=True))
for at, norm in [(model.model, "norm")] + [(l, n) for l in model.model.layers for n in ("input_layernorm", "post_attention_layernorm")]:
    setattr(at, norm, torch.nn.LayerNorm(16, eps=1e-5))
public = dict(model_type="illada", architectures=["ILLaDAForCausalLM"], layer_norm_eps=1e-5, mask_token_id=2, resid_pdrop=0.0, head_dim="drop")
make("illada", model, "full", public)

moe = pipeline("llada/models", "modeling_lladamoe")
config = moe.LLaDAMoEConfig(**{**SHAPE, "intermediate_size": None}, **IDS, max_position_embeddings=128, rope_theta=10000.0, partial_rotary_factor=1, rms_norm_eps=1e-5,
    dense_intermediate_size=24, expert_intermediate_size=12, shared_expert_intermediate_size=None, num_experts=7, num_experts_per_tok=3, qk_layernorm=True,
    moe_layer_freq=[1, 1], moe_router_enable_expert_bias=False, moe_router_score_function="softmax", router_num_group=None, router_topk_group=None)
make("lladamoe", moe.LLaDAMoEModelLM(config), "full", dict(intermediate_size="drop"), lambda m, t: m(input_ids=t).logits)

moe = pipeline("llada2/models", "modeling_llada2_moe")
config = moe.LLaDA2MoeConfig(**PLAIN, pad_token_id=0, mask_token_id=2, head_dim=8, rms_norm_eps=1e-6, use_bias=False, num_experts=8, n_group=4, topk_group=2,
    num_experts_per_tok=3, num_shared_experts=1, moe_intermediate_size=12, first_k_dense_replace=1, embedding_dropout=0.0, attention_dropout=0.0,
    output_dropout=0.0, norm_topk_prob=True, score_function="sigmoid", moe_router_enable_expert_bias=True, router_dtype="fp32", norm_softmax=False, rotary_dim=4)
llada2 = make("llada2_moe", moe.LLaDA2MoeModelLM(config), 8, dict(block_size=8))
plain, cases = llada2.forward, []


def maskless(*args, attention_mask, **more):
    """Gives the mask token no probability, as ours does."""
    out = plain(*args, attention_mask=torch.where(attention_mask == 0, 0.0, torch.finfo(torch.float32).min), use_cache=False, **more)
    out.logits[..., 2] = -1e9
    return out


llada2.forward = maskless
for length, steps, threshold in [(5, 8, 0.95), (5, 8, 0.05), (8, 8, 0.1), (8, 4, 0.1), (8, 2, 0.5), (11, 8, 0.1)]:
    # Ours counts a quota over masks alone, so that blocks with a part of the prompt agree at one token per step.
    for seed in range(4):
        torch.manual_seed(seed)
        prompt = torch.randint(5, VOCAB, (1, length))
        with torch.no_grad():
            text = llada2.generate(prompt, gen_length=24 - length, block_length=8, steps=steps, threshold=threshold, eos_id=-1, mask_id=2)
        cases.append(dict(checkpoint="llada2_moe", engine="block", preset="sdar-dynamic", options=dict(block_length=8, steps_per_block=steps, threshold=threshold),
            prompt=prompt[0].tolist(), text=text[0].tolist()))
(HERE / "llada2_moe/samplers.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")

gemma = dict(PLAIN, head_dim=8, query_pre_attn_scalar=6, sliding_window=5, rope_theta=1e6, rope_scaling=dict(rope_type="linear", factor=8.0), hidden_activation="gelu_pytorch_tanh", num_hidden_layers=3,
    layer_types=["sliding_attention", "full_attention", "sliding_attention"])
make("gemma3_text", tf.Gemma3ForCausalLM(tf.Gemma3TextConfig(**gemma)), "causal", call=lambda m, t: m(input_ids=t, use_cache=False).logits)

# The modelling file of Nemotron-Labs-Diffusion stands on one of Ministral 3 that is in no public
# repository. Its network is that of Mistral with queries that grow with the position.
turn = tf.models.mistral.modeling_mistral.apply_rotary_pos_emb
growth = dict(original_max_position_embeddings=8, llama_4_scaling_beta=0.1)


def grown(q, k, *angles):
    q, k = turn(q, k, *angles)
    return q * (1 + growth["llama_4_scaling_beta"] * torch.log(1 + torch.arange(q.shape[2]) // 8))[:, None], k


def renamed(model, path):
    model.save_pretrained(path)
    tensors = {k.replace("model.", "encoder.").replace("lm_head", "diffusion_head"): v for k, v in load_file(path / "model.safetensors").items()}
    save_file(tensors, path / "model.safetensors", {"format": "pt"})


tf.models.mistral.modeling_mistral.apply_rotary_pos_emb = grown
stretched = dict(rope_type="yarn", rope_theta=10000.0, factor=0.25, beta_fast=2.0, beta_slow=0.1, mscale=1.0, mscale_all_dim=1.0, **growth)
config = tf.MistralConfig(**PLAIN, head_dim=8, rms_norm_eps=1e-5, sliding_window=None, rope_scaling=stretched)
public = dict(model_type="nemotron_labs_diffusion", architectures=["NemotronLabsDiffusionModel"], rope_parameters=stretched, rope_scaling="drop", rope_theta="drop",
    block_size=32, dlm_paradigm="bidirectional", dlm_loss_weight=None, ar_loss_weight=1.0, dp_varying_mask_ratio=False, attn_implementation="sdpa",
    mask_token_id=2, attention_bias=False, mlp_bias=False)
make("nemotron_labs_diffusion", tf.MistralForCausalLM(config), "causal", public, save=renamed)
tf.models.mistral.modeling_mistral.apply_rotary_pos_emb = turn

gpt = dict(vocab_size=VOCAB, n_embd=16, n_inner=24, n_layer=2, n_head=2, n_positions=32, eos_token_id=1, bos_token_id=3, attn_implementation="eager")


def openai(model, path):
    """Saves a model with the tensor names of the first files of GPT-2, causal masks included."""
    model.config.architectures = ["GPT2LMHeadModel"]
    masks = {"h.%d.attn.bias" % i: torch.ones(1, 1, 32, 32).tril() for i in range(2)}
    model.transformer.save_pretrained(path)
    save_file({**load_file(path / "model.safetensors"), **masks}, path / "model.safetensors", {"format": "pt"})


make("gpt2", tf.GPT2LMHeadModel(tf.GPT2Config(**gpt)), "causal", save=openai)

sys.modules["attention_patch"] = types.SimpleNamespace(replace_attention_mask=lambda: None)  # of an older transformers
diffugpt, config = checkout(sys.argv[2], "model"), tf.GPT2Config(**gpt, architectures=["GPT2LMHeadModel"])
model = diffugpt.DiscreteDiffusionModel(tf.GPT2LMHeadModel(config), config, range(VOCAB), "cpu")
model.tie_weights = lambda: None


def mixin(model, path):
    model.save_pretrained(path, config={})
    config.save_pretrained(path)


make("diffugpt", model, "full", dict(mask_token_id=2), lambda m, t: m(t, torch.zeros(1, 1, ROWS, ROWS)), save=mixin)

dit = dict(vocab_size=VOCAB, model_length=32, hidden_dim=16, cond_dim=8, n_blocks=2, n_heads=2, dropout=0.1, time_conditioning=False, return_dict=False)
bd3lm = checkout(sys.argv[3], "models.hf")
model = bd3lm.BD3LM(bd3lm.BD3LMConfig(**dit, block_size=4, attn_backend="sdpa"))
make("bd3lm", model, 4, dict(mask_token_id=2), lambda m, t: m(input_ids=t, timesteps=torch.zeros(1), sample_mode=True))


def rotate(qkv, cos, sin):
    """The rotation of flash_attn, of queries and keys in halves of a head."""
    cos, sin = cos[:, None], sin[:, None]
    for x in (qkv[:, :, 0], qkv[:, :, 1]):
        a, b = x.chunk(2, -1)
        x.copy_(torch.cat([a * cos - b * sin, b * cos + a * sin], -1))
    return qkv


def attend(qkv, *_, causal):
    q, k, v = qkv.transpose(0, 2).unbind(1)
    return torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(0, 1)


for name, module in {"flash_attn": dict(flash_attn_interface=types.SimpleNamespace(flash_attn_varlen_qkvpacked_func=attend)),
        "flash_attn.layers": {}, "flash_attn.layers.rotary": dict(apply_rotary_emb_qkv_=rotate)}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(module)
sys.modules["flash_attn"].layers = types.SimpleNamespace(rotary=sys.modules["flash_attn.layers.rotary"])
mdlm = checkout(pathlib.Path(sys.argv[4], "models"), "dit")
model = mdlm.DIT(dict(model=dict(hidden_size=16, cond_dim=8, n_blocks=2, n_heads=2, dropout=0.1, scale_by_sigma=True)), VOCAB)
model.tie_weights = lambda: None


def hub(model, path):
    path.mkdir(exist_ok=True)
    save_file({"backbone." + k: v for k, v in model.state_dict().items()}, path / "model.safetensors", {"format": "pt"})
    keys = dict(dit, architectures=["MDLM"], auto_map={"AutoConfig": "configuration_mdlm.MDLMConfig"}, model_type="mdlm", torch_dtype="bfloat16")
    (path / "config.json").write_text(json.dumps(keys))


make("mdlm", model, "full", dict(mask_token_id=2), lambda m, t: m(t, torch.zeros(1)), save=hub)
