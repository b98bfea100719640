package published

import (
	"dllmbench/engines"
	"dllmbench/engines/weights"
)

// Sources, with the commits that were read.
const (
	llada     = "github.com/ML-GSAI/LLaDA@b7e6c35 EVAL.md"
	fastDLLM  = "github.com/NVlabs/Fast-dLLM@24cc59e"
	dreamEval = "github.com/DreamLM/Dream@fac0a7f eval_instruct/eval.sh"
	dreamBase = "github.com/DreamLM/Dream@fac0a7f eval/eval_dream_gen.sh"
	sdar      = "github.com/JetAstra/SDAR@c2041a8 evaluation/opencompass"
	dllm      = "github.com/ZHZisZZ/dllm@ca17675 examples/a2d"
	generated = "generation_config.json of the repository"
)

// Settings that several models share.
var (
	greedy   = Setting{Label: "greedy", Engine: "autoregressive", Preset: "greedy", Of: "the baseline of other decoders", Source: "standard practice"}
	fastDual = Setting{"fast-dllm", "diffusion", "fast-dllm", engines.Options{"block_length": 32, "threshold": 0.9}, "GSM8K, 5 shots, 256 tokens", fastDLLM}
)

func sample(o engines.Options, source string) []Setting {
	return []Setting{greedy, {"sample", "autoregressive", "sample", o, "the authors' own default", source}}
}

func dream(o engines.Options, of, source string) Setting {
	return Setting{"dream", "diffusion", "dream", o, of, source}
}

// inBlocks are SDAR's settings, for any size.
var inBlocks = []Setting{
	{"static", "block", "sdar-static", engines.Options{"block_length": 4, "steps_per_block": 4}, "GSM8K and others, greedy, 4096 tokens", sdar},
	{"dynamic", "block", "sdar-dynamic", engines.Options{"block_length": 4, "steps_per_block": 4, "threshold": 0.95}, "GSM8K and others, greedy, 4096 tokens", sdar},
}

var fastV2 = []Setting{{"fast-dllm-v2", "block", "fast-dllm-v2", engines.Options{"block_length": 32, "sub_block": 8, "threshold": 0.9}, "the demo, greedy", fastDLLM + " v2"}}

// threeModes are Nemotron's, for any size.
var threeModes = []Setting{
	greedy,
	{"diffusion", "block", "threshold", engines.Options{"block_length": 32, "threshold": 0.9}, "the authors' diffusion mode", "arXiv 2607.05722"},
	{"self-speculation", "hybrid", "self-speculation", engines.Options{"block_length": 32}, "the authors' self-speculation, without their adapter", "arXiv 2607.05722"},
}

// Models lists the public checkpoints of the architectures that are computed here.
func Models() []Model {
	return []Model{
		{"GSAI-ML", "LLaDA-8B-Instruct", "llada", 4096, 32, 8.0e9, weights.Trained{}, false, []Setting{
			{"blocks-8", "diffusion", "llada", engines.Options{"block_length": 8}, "GSM8K, 256 tokens in 256 steps", llada},
			{"whole", "diffusion", "llada", engines.Options{"eos_confidence_last": true}, "GSM8K and MATH, 512 tokens in 512 steps", llada},
			fastDual,
		}},
		{"GSAI-ML", "LLaDA-8B-Base", "llada", 4096, 32, 8.0e9, weights.Trained{}, true, []Setting{
			{"whole", "diffusion", "llada", nil, "GSM8K and others, 1024 tokens in 1024 steps", llada}, fastDual,
		}},
		{"GSAI-ML", "LLaDA-1.5", "llada", 4096, 32, 8.0e9, weights.Trained{}, false, []Setting{
			{"blocks-16", "diffusion", "llada", engines.Options{"block_length": 16}, "GSM8K, 256 tokens in 256 steps", llada},
			{"blocks-32", "diffusion", "llada", engines.Options{"block_length": 32}, "HumanEval and MBPP, 512 tokens in 512 steps", llada},
		}},
		{"GSAI-ML", "iLLaDA-8B-Instruct", "illada", 4096, 32, 7.6e9, weights.Trained{}, false, []Setting{
			{"blocks-8", "diffusion", "llada", engines.Options{"block_length": 8}, "as LLaDA, whose code it reuses", "github.com/ML-GSAI/LLaDA@b7e6c35 README.md"},
		}},
		{"Dream-org", "Dream-v0-Instruct-7B", "Dream", 3584, 28, 7.6e9, weights.Trained{}, false, []Setting{
			dream(engines.Options{"alg": "entropy", "temperature": 0.1, "top_p": 0.9}, "GSM8K, 256 tokens in 256 steps", dreamEval),
		}},
		{"Dream-org", "Dream-v0-Base-7B", "Dream", 3584, 28, 7.6e9, weights.Trained{}, true, []Setting{
			dream(engines.Options{"alg": "entropy", "top_p": 0.95}, "GSM8K, 8 shots, 256 tokens in 256 steps", dreamBase),
		}},
		{"apple", "DiffuCoder-7B-Instruct", "Dream", 3584, 28, 7.6e9, weights.Trained{}, false, []Setting{
			dream(engines.Options{"alg": "entropy", "temperature": 0.3, "top_p": 0.95}, "the demo, 256 tokens in 256 steps", "github.com/apple/ml-diffucoder inference_demo.py"),
		}},
		{"inclusionAI", "LLaDA-MoE-7B-A1B-Instruct", "lladamoe", 2048, 16, 7.4e9, weights.Trained{}, false, []Setting{
			{"dinfer", "diffusion", "dinfer", engines.Options{"block_length": 64, "threshold": 0.9}, "GSM8K, 4 shots, 1024 tokens", "github.com/inclusionAI/dInfer@fce4e32"},
		}},
		{"inclusionAI", "LLaDA2.0-mini", "llada2_moe", 2048, 20, 16e9, weights.Trained{}, false, []Setting{
			{"llada2", "block", "sdar-dynamic", engines.Options{"block_length": 32, "threshold": 0.95}, "the authors' own default, 32 steps a block", "github.com/inclusionAI/LLaDA2.X@a798329"},
		}},
		{"nvidia", "Nemotron-Labs-Diffusion-3B", "nemotron_labs_diffusion", 3072, 26, 3.8e9, weights.Trained{}, false, threeModes},
		{"nvidia", "Nemotron-Labs-Diffusion-8B", "nemotron_labs_diffusion", 4096, 34, 8.5e9, weights.Trained{}, false, threeModes},
		{"JetLM", "SDAR-1.7B-Chat", "sdar", 2048, 28, 1.7e9, weights.Trained{}, false, inBlocks},
		{"JetLM", "SDAR-4B-Chat", "sdar", 2560, 36, 4.4e9, weights.Trained{}, false, inBlocks},
		{"JetLM", "SDAR-8B-Chat", "sdar", 4096, 36, 8.2e9, weights.Trained{}, false, inBlocks},
		{"Efficient-Large-Model", "Fast_dLLM_v2_1.5B", "Fast_dLLM_Qwen", 1536, 28, 1.5e9, weights.Trained{}, false, fastV2},
		{"Efficient-Large-Model", "Fast_dLLM_v2_7B", "Fast_dLLM_Qwen", 3584, 28, 7.6e9, weights.Trained{}, false, fastV2},
		{"dllm-hub", "Qwen3-0.6B-diffusion-mdlm-v0.1", "a2d-qwen3", 1024, 28, 0.6e9, weights.Trained{}, false, []Setting{
			{"whole", "diffusion", "llada", nil, "GSM8K and others, 256 tokens in 256 steps", dllm},
		}},
		{"dllm-hub", "Qwen3-0.6B-diffusion-bd3lm-v0.1", "a2d-qwen3", 1024, 28, 0.6e9, weights.Trained{Context: "block", Block: 32}, false, []Setting{
			{"blocks-32", "block", "sdar-static", engines.Options{"block_length": 32}, "GSM8K and others, 256 tokens in 256 steps", dllm},
		}},
		{"dllm-hub", "Qwen2.5-Coder-0.5B-Instruct-diffusion-mdlm-v0.1", "a2d-qwen2", 896, 24, 0.5e9, weights.Trained{}, false, []Setting{
			{"whole", "diffusion", "llada", nil, "HumanEval and MBPP, 256 tokens in 256 steps", dllm},
		}},
		{"dllm-hub", "Qwen2.5-Coder-0.5B-Instruct-diffusion-bd3lm-v0.1", "a2d-qwen2", 896, 24, 0.5e9, weights.Trained{Context: "block", Block: 32}, false, []Setting{
			{"blocks-32", "block", "sdar-static", engines.Options{"block_length": 32}, "HumanEval and MBPP, 256 tokens in 256 steps", dllm},
		}},
		{"fredzzp", "open-dcoder-0.5B", "qwen2", 896, 24, 0.5e9, weights.Trained{Mask: 151665, Context: "full", Shift: true}, true, []Setting{
			{"p2", "diffusion", "p2", engines.Options{"temperature": 0.8}, "HumanEval, 128 tokens in 128 steps, there with top-p 0.95", "github.com/pengzhangzhi/Open-dLLM@8b38787"},
		}},
		{"diffusionfamily", "diffugpt-s", "diffugpt", 768, 12, 0.13e9, weights.Trained{}, true, []Setting{
			{"random", "diffusion", "dream", engines.Options{"alg": "origin", "steps": 64, "temperature": 0.95, "top_p": 0.9}, "the demo", "github.com/HKUNLP/DiffuLLaMA@c17e897 inf_diffugpt.py"},
		}},
		{"kuleshov-group", "bd3lm-owt-block_size16", "bd3lm", 768, 12, 0.17e9, weights.Trained{}, true, []Setting{
			{"first-hitting", "block", "bd3lm", engines.Options{"block_length": 16, "top_p": 0.9}, "samples of OpenWebText", "github.com/kuleshov-group/bd3lms@1c3e8f4 README.md"},
		}},
		{"kuleshov-group", "mdlm-owt", "mdlm", 768, 12, 0.17e9, weights.Trained{}, true, []Setting{
			{"ancestral", "diffusion", "mdlm", engines.Options{"steps": 1000}, "samples of OpenWebText, 1024 tokens", "github.com/kuleshov-group/mdlm@c112c52"},
		}},
		{"openai-community", "gpt2", "gpt2", 768, 12, 0.12e9, weights.Trained{}, true, []Setting{greedy}},
		{"Qwen", "Qwen2.5-0.5B-Instruct", "qwen2", 896, 24, 0.5e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.7, "top_p": 0.8, "top_k": 20}, generated)},
		{"Qwen", "Qwen2.5-1.5B-Instruct", "qwen2", 1536, 28, 1.5e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.7, "top_p": 0.8, "top_k": 20}, generated)},
		{"Qwen", "Qwen2.5-7B-Instruct", "qwen2", 3584, 28, 7.6e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.7, "top_p": 0.8, "top_k": 20}, generated)},
		{"Qwen", "Qwen3-0.6B", "qwen3", 1024, 28, 0.6e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.7, "top_p": 0.8, "top_k": 20}, "the model card, without thinking")},
		{"Qwen", "Qwen3-1.7B", "qwen3", 2048, 28, 1.7e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.7, "top_p": 0.8, "top_k": 20}, "the model card, without thinking")},
		{"meta-llama", "Meta-Llama-3-8B-Instruct", "llama", 4096, 32, 8.0e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.6, "top_p": 0.9}, generated)},
		{"meta-llama", "Llama-3.2-1B-Instruct", "llama", 2048, 16, 1.2e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.6, "top_p": 0.9}, generated)},
		{"mistralai", "Mistral-7B-Instruct-v0.3", "mistral", 4096, 32, 7.2e9, weights.Trained{}, false, []Setting{greedy}},
		{"google", "gemma-3-270m-it", "gemma3_text", 640, 18, 0.27e9, weights.Trained{}, false, sample(engines.Options{"temperature": 1.0, "top_p": 0.95, "top_k": 64}, generated)},
		{"google", "gemma-3-1b-it", "gemma3_text", 1152, 26, 1.0e9, weights.Trained{}, false, sample(engines.Options{"temperature": 1.0, "top_p": 0.95, "top_k": 64}, generated)},
		{"HuggingFaceTB", "SmolLM2-135M-Instruct", "llama", 576, 30, 0.13e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.2, "top_p": 0.9}, "the model card")},
		{"HuggingFaceTB", "SmolLM2-360M-Instruct", "llama", 960, 32, 0.36e9, weights.Trained{}, false, sample(engines.Options{"temperature": 0.2, "top_p": 0.9}, "the model card")},
	}
}
