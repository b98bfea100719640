package chat

// Family is a form of prompts, and the checkpoints that have it.
type Family struct {
	Name  string
	End   string   // the token that ends what somebody says
	types []string // values of model_type

	begin    string   // the token in front of everything; "" for none
	open     string   // the token in front of a role
	header   string   // the token behind a role; "" for a line end
	system   string   // what the system says unless told otherwise; "" for nothing
	preamble string   // in front of whatever the system says
	trim     bool     // blanks around a text are taken away
	answer   []string // begins the answer: a token, a text, and so on

	has, lacks []string // what the template contains beyond tokens and system text, and what it does not
}

const (
	imStart = "<|im_start|>"
	imEnd   = "<|im_end|>"
	opening = "<|start_header_id|>"
	ending  = "<|end_header_id|>"
	over    = "<|eot_id|>"
)

// families have one question as their templates in transformers give it, with the
// defaults of the templates unless the name says otherwise.
var families = []Family{
	{Name: "Qwen2.5", types: []string{"qwen2", "a2d-qwen2", "Fast_dLLM_Qwen"}, open: imStart, End: imEnd,
		system: "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."},
	{Name: "Qwen2 and Dream", types: []string{"qwen2", "Dream"}, open: imStart, End: imEnd,
		system: "You are a helpful assistant."},
	{Name: "SmolLM2", types: []string{"llama", "a2d-llama"}, open: imStart, End: imEnd,
		system: "You are a helpful AI assistant named SmolLM, trained by Hugging Face"},
	{Name: "Qwen3 and SDAR", types: []string{"qwen3", "sdar"}, open: imStart, End: imEnd,
		has: []string{imStart + "assistant\n"}, lacks: []string{imStart + "system\nYou"}},
	{Name: "A2D of Qwen3, without thinking", types: []string{"a2d-qwen3"}, open: imStart, End: imEnd,
		answer: []string{"<think>", "\n\n", "</think>", "\n\n"},
		has:    []string{"enable_thinking", "<think>\n\n</think>\n\n"}, lacks: []string{imStart + "system\nYou"}},
	{Name: "Llama 3", types: []string{"llama", "a2d-llama"}, begin: "<|begin_of_text|>", open: opening, header: ending, End: over,
		trim: true, has: []string{"bos_token", "trim"}, lacks: []string{"Cutting Knowledge Date"}},
	{Name: "Llama 3.1 and 3.2, dated 26 Jul 2024", types: []string{"llama", "a2d-llama"}, begin: "<|begin_of_text|>", open: opening, header: ending, End: over,
		preamble: "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n",
		trim:     true, has: []string{"bos_token", "trim", "Cutting Knowledge Date: December 2023\n", "26 Jul 2024"}},
	{Name: "LLaDA", types: []string{"llada"}, begin: "<|startoftext|>", open: opening, header: ending, End: over,
		trim: true, has: []string{"bos_token", "trim"}, lacks: []string{"Cutting Knowledge Date"}},
}
