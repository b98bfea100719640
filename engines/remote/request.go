package remote

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"

	"dllmbench/engines"
)

// field is an option that goes into the body of a request under its name.
type field struct {
	engines.Param
	apis []API // that know it; nil for all
	// put, where set, says how it goes into the body.
	put func(body map[string]any, v any)
}

// Params are the options that an API takes, beside what every request has. One without a
// value is not sent, and the server decides.
func Params(a API) (list []engines.Param) {
	for _, f := range fields(a) {
		list = append(list, f.Param)
	}
	return list
}

// fields lists the options of an API.
func fields(a API) []field {
	number := func(name string, low, high float64, doc string, apis ...API) field {
		return field{engines.Param{Name: name, Kind: engines.KindFloat, Min: low, Max: high, Doc: doc}, apis, nil}
	}
	whole := func(name string, low, high float64, doc string, apis ...API) field {
		return field{engines.Param{Name: name, Kind: engines.KindInt, Min: low, Max: high, Doc: doc}, apis, nil}
	}
	truth := func(name, doc string, apis ...API) field {
		return field{engines.Param{Name: name, Kind: engines.KindBool, Doc: doc}, apis, nil}
	}
	all := []field{
		number("temperature", 0, 2, "Sampling temperature; Mercury takes 0.5 to 1 and replaces any other by 0.75."),
		number("top_p", 0, 1, "Share of probability that is sampled from."),
		whole("top_k", -1, 1000, "Most probable tokens that are sampled from; -1 for all."),
		number("min_p", 0, 1, "Least probability of a token, as a share of that of the most probable one."),
		number("presence_penalty", -2, 2, "Penalty of tokens that occurred."),
		number("frequency_penalty", -2, 2, "Penalty of tokens for each time that they occurred."),
		number("repetition_penalty", 0, 2, "Factor on tokens that occurred."),
		truth("seed", "Whether the seed of the request is sent. It promises equal texts nowhere."),
		truth("ignore_eos", "Whether writing goes on behind the end of the text, to the token budget."),
		whole("min_tokens", 0, 1<<20, "Least tokens of an answer."),
		truth("cache_prompt", "llama-server: whether the start of a prompt is taken from an earlier request."),
		truth("cache_salt", "vLLM: a salt of its own for each request, so that no start of a prompt is taken from an earlier one."),
		truth("unique_prefix", "A line of random letters before each prompt, so that no server takes its start from an earlier request. What is compared should have it alike.", Chat, Completions),
		truth("cached_prompts", "Says that prompts may come from the server's cache. Without it the times of such a cell are not used."),
		truth("continuous_usage_stats", "vLLM, SGLang: counts of tokens in every event; the last ones are kept."),
		truth("include_obfuscation", "OpenAI: false leaves out the bytes that hide how long texts are. They never count as text."),
		truth("timings_per_token", "llama-server: its own times in every event; the last ones are kept."),
		truth("include_reasoning", "vLLM: false leaves out the thinking, and with it token ids and log probabilities.", Chat),
		truth("logprobs", "The log probability of each token, which a probe then finds; they make events larger.", Chat, Completions),
		truth("return_token_ids", "vLLM: the ids of tokens in every event, which a probe then finds."),
		whole("stream_interval", 1, 1<<20, "vLLM: tokens of an event."),
		truth("diffusing", "Mercury, dllmbench serve: each frame is the whole text as it is; needs mode: replace.", Chat, Completions),
		truth("realtime", "Mercury: a shorter time to the first token.", Chat),
		{engines.Param{Name: "reasoning_effort", Kind: engines.KindChoice, Allowed: []string{"none", "minimal", "instant", "low", "medium", "high"}, Doc: "How long the model may think aloud."}, []API{Chat}, nil},
		truth("reasoning_summary", "Mercury: whether a summary of the thinking is sent.", Chat),
		truth("enable_thinking", "vLLM, SGLang: what the chat template is told of thinking.", Chat),
		whole("num_denoising_steps", 1, 1<<20, "dlmserve, dllmbench serve: denoising steps of an answer."),
		whole("block_length", 1, 1<<20, "dlmserve, dllmbench serve: positions of a block."),
	}
	all = slices.DeleteFunc(all, func(f field) bool { return f.apis != nil && !slices.Contains(f.apis, a) })
	for i, f := range all {
		switch f.Name {
		case "continuous_usage_stats", "include_obfuscation":
			all[i].put = func(body map[string]any, v any) {
				if o, streams := body["stream_options"].(map[string]any); streams {
					o[f.Name] = v
				}
			}
		case "unique_prefix", "cached_prompts": // no field of a request
			all[i].put = func(map[string]any, any) {}
		case "logprobs":
			if a == Completions { // of so many of the most probable tokens; a chat says true
				all[i].put = func(body map[string]any, v any) {
					if v == true {
						body[f.Name] = 1
					}
				}
			}
		case "enable_thinking":
			all[i].put = func(body map[string]any, v any) { body["chat_template_kwargs"] = map[string]any{f.Name: v} }
		}
	}
	return all
}

// body is the JSON of a request.
func (e *Engine) body(r engines.TextRequest) ([]byte, error) {
	c := e.config
	b := map[string]any{c.LimitField: r.Budget}
	if c.Mode != engines.Whole {
		if b["stream"] = true; !c.NoUsage {
			b["stream_options"] = map[string]any{"include_usage": true}
		}
	}
	if c.Model != "" {
		b["model"] = c.Model
	}
	if stop := c.stops(r); len(stop) > 0 {
		b["stop"] = stop
	}
	if len(c.StopIDs) > 0 {
		b["stop_token_ids"] = c.StopIDs
	}
	messages := []map[string]string{}
	first := ""
	if e.options["unique_prefix"] == true {
		first = rand.Text() + "\n"
	}
	say := func(role, text string) {
		messages = append(messages, map[string]string{"role": role, "content": first + text})
		first = ""
	}
	if r.System != "" {
		say("system", r.System)
	}
	switch c.API {
	case Chat:
		for _, t := range r.Turns {
			say("user", t[0])
			say("assistant", t[1])
		}
		say("user", r.Prompt)
		if r.Begin != "" && c.Continues { // fields of vLLM and SGLang
			say("assistant", r.Begin)
			b["continue_final_message"], b["add_generation_prompt"] = true, false
		}
	case Completions:
		b["prompt"] = first + r.Prompt
	case FIM: // the defaults of Mercury end a fill at its first empty line, and punish repetition
		b["prompt"], b["suffix"] = r.Prompt, r.Suffix
		b["presence_penalty"], b["top_k"], b["stop"] = 0, -1, c.stops(r)
	case Edit:
		messages = nil
		say("user", "<|current_file_content|>\n<|code_to_edit|>\n"+r.Prompt+"<|cursor|>"+r.Suffix+"\n<|/code_to_edit|>\n<|/current_file_content|>")
	}
	if c.API == Chat || c.API == Edit {
		b["messages"] = messages
	} else if r.System != "" {
		return nil, fmt.Errorf("endpoint %s: kind %s takes no word of the system", c.Name, c.API)
	}
	if r.Turns != nil && c.API != Chat || r.Begin != "" && !c.Continues {
		return nil, fmt.Errorf("endpoint %s: it takes no earlier turns, or goes on with no begun answer", c.Name)
	}
	if r.Suffix != "" && c.API != FIM && c.API != Edit {
		return nil, fmt.Errorf("endpoint %s: kind %s fills no gap", c.Name, c.API)
	}
	if r.Force {
		if why := c.Ends(); why != "" {
			return nil, fmt.Errorf("endpoint %s: %s", c.Name, why)
		}
		b["ignore_eos"], b["min_tokens"] = true, r.Budget
	}
	for _, f := range e.fields {
		v, given := e.options[f.Name]
		switch {
		case !given:
		case f.Name == "seed":
			if v == true {
				b["seed"] = r.Seed & (1<<31 - 1) // all servers take so many bits
			}
		case f.Name == "cache_salt":
			if v == true {
				b[f.Name] = rand.Text()
			}
		case f.put != nil:
			f.put(b, v)
		default:
			b[f.Name] = v
		}
	}
	return json.Marshal(b)
}

// hostedStops is the most stop texts that hosted services take.
const hostedStops = 4

// stops are the stop texts of a request; the caller cuts at those that do not fit.
func (c Config) stops(r engines.TextRequest) []string {
	list := slices.Concat([]string{}, c.Stop, r.Stop)
	if r.Force {
		list = list[:len(c.Stop)]
	}
	if c.Hosted() {
		list = list[:min(len(list), hostedStops)]
	}
	return list
}

// Ends says why an answer cannot be made to go on to its budget; "" where it can.
func (c Config) Ends() string {
	switch {
	case c.API != Chat && c.API != Completions:
		return fmt.Sprintf("kind %s has no ignore_eos, and decides itself where an answer ends", c.API)
	case c.Hosted():
		return "ignore_eos is an option of vLLM, SGLang and llama-server, and hosted services have none"
	}
	return ""
}
