package server

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines"
)

// Fields of requests are of three kinds: those that are read (type asked), those that change
// nothing in an answer, and those that would change it, of which only the values are taken
// that ask for nothing. Any other name is refused: it may have been meant.

// ignored are fields that change nothing in an answer.
var ignored = []string{
	"user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "request_id", "priority",
	"cache_salt", "cache_prompt", "realtime", "reasoning_summary", "reasoning_summary_wait", "include_reasoning", "parallel_tool_calls", "stream_interval",
}

// neutral are fields that are not known here, with the values that ask for nothing, as JSON;
// null always does.
var neutral = map[string][]string{
	"presence_penalty": {"0"}, "frequency_penalty": {"0"}, "repetition_penalty": {"1"}, "length_penalty": {"1"}, "best_of": {"1"},
	"logit_bias": {"{}"}, "use_beam_search": {"false"}, "early_stopping": {"false"}, "add_special_tokens": {"true"}, "skip_special_tokens": {"true"},
	"spaces_between_special_tokens": {"true"}, "include_stop_str_in_output": {"false"}, "bad_words": {"[]"}, "prompt_logprobs": {}, "truncate_prompt_tokens": {},
	"response_format": {`{"type":"text"}`}, "typical_p": {"1"},
}

// neutralChat are those of chats alone.
var neutralChat = map[string][]string{
	"logprobs": {"false"}, "top_logprobs": {"0"}, "echo": {"false"}, "tools": {"[]"}, "tool_choice": {`"none"`, `"auto"`}, "functions": {"[]"}, "modalities": {`["text"]`},
	"add_generation_prompt": {"true"}, "continue_final_message": {"false"}, "reasoning_effort": {}, "verbosity": {},
}

// read are the fields of each kind of request that asked has.
func (a *asked) read() (list []string) {
	t := reflect.TypeFor[asked]()
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("json")
		if of := t.Field(i).Tag.Get("of"); of == "" || (of == "chat") == a.chat {
			list = append(list, name)
		}
	}
	return list
}

// decode reads the body of a request.
func (a *asked) decode(body []byte) *failure {
	var all map[string]json.RawMessage
	if err := strict(body, &all); err != nil {
		return noRequest(err)
	}
	known, given := a.read(), len(all)
	more := maps.Clone(neutral)
	if a.chat {
		maps.Copy(more, neutralChat)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		value := all[name]
		allowed, takesNone := more[name]
		switch {
		case slices.Contains(known, name):
			continue
		case slices.Contains(ignored, name):
		case !takesNone && (slices.Contains((&asked{chat: !a.chat}).read(), name) || neutralChat[name] != nil):
			return invalid(name, "%q is no field of this request, but of %s", name, map[bool]string{true: "/v1/completions", false: "/v1/chat/completions"}[a.chat])
		case !takesNone:
			return invalid(name, "%q is no field of this request%s", name, engines.Hint("; did you mean %s?", name, append(slices.Sorted(maps.Keys(more)), known...)))
		case string(value) != "null" && !slices.ContainsFunc(allowed, func(v string) bool { return equal(value, v) }):
			if allowed == nil {
				allowed = []string{"null"}
			}
			return invalid(name, "%s is %.100s, which this server cannot do; allowed is %s", name, value, strings.Join(allowed, " or "))
		}
		delete(all, name)
	}
	for name, value := range all {
		if string(value) == "null" {
			delete(all, name)
		}
	}
	rest, err := body, error(nil)
	if len(all) < given {
		rest, err = json.Marshal(all)
	}
	if err == nil {
		err = strict(rest, a)
	}
	if err != nil {
		return a.typed(err)
	}
	return nil
}

// equal compares values of JSON.
func equal(a json.RawMessage, b string) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}
