package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"dllmbench/engines"
)

// asked is a request as its body has it. Fields of one kind of request are marked.
type asked struct {
	chat bool

	Model       string          `json:"model"`
	Prompt      prompts         `json:"prompt" of:"completion"`
	Suffix      string          `json:"suffix" of:"completion"`
	Echo        bool            `json:"echo" of:"completion"`
	Logprobs    *int            `json:"logprobs" of:"completion"`
	Messages    []said          `json:"messages" of:"chat"`
	Most        *int            `json:"max_completion_tokens"`
	Template    *templateKwargs `json:"chat_template_kwargs" of:"chat"`
	Diffusing   bool            `json:"diffusing"`
	MaxTokens   *int            `json:"max_tokens"`
	Temperature *float64        `json:"temperature"`
	TopP        *float64        `json:"top_p"`
	TopK        *int            `json:"top_k"`
	MinP        *float64        `json:"min_p"`
	N           *int            `json:"n"`
	Stream      bool            `json:"stream"`
	Options     streamOptions   `json:"stream_options"`
	Stop        texts           `json:"stop"`
	StopIDs     []int32         `json:"stop_token_ids"`
	Seed        *int64          `json:"seed"`
	IgnoreEnd   bool            `json:"ignore_eos"`
	MinTokens   int             `json:"min_tokens"`
	TokenIDs    bool            `json:"return_token_ids"`
	Decoder     map[string]any  `json:"dllmbench"`
	// Names of dlmserve for two of its options.
	Steps *int `json:"num_denoising_steps"`
	Block *int `json:"block_length"`
}

type streamOptions struct {
	Usage       bool `json:"include_usage"`
	Always      bool `json:"continuous_usage_stats"`
	Obfuscation bool `json:"include_obfuscation"`
}

type templateKwargs struct {
	Thinking *bool `json:"enable_thinking"`
}

// said is a message of a chat.
type said struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
	Name    string  `json:"name"`
}

// content is a text, or several parts that are texts.
type content string

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(data []byte) error {
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(data, (*string)(c)) == nil {
		return nil
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		return errors.New("a text, or a list of texts")
	}
	var all strings.Builder
	for _, p := range parts {
		if p.Type != "text" {
			return fmt.Errorf("texts alone, and a part is of type %q", p.Type)
		}
		all.WriteString(p.Text)
	}
	*c = content(all.String())
	return nil
}

// prompt is a text or token ids.
type prompt struct {
	text string
	ids  []int32 // nil for a text
}

// prompts are one prompt or several.
type prompts []prompt

// UnmarshalJSON implements json.Unmarshaler.
func (p *prompts) UnmarshalJSON(data []byte) error {
	var text string
	var list []string
	var ids []int32
	var lists [][]int32
	switch {
	case json.Unmarshal(data, &text) == nil:
		*p = prompts{{text: text}}
	case json.Unmarshal(data, &list) == nil:
		for _, text := range list {
			*p = append(*p, prompt{text: text})
		}
	case json.Unmarshal(data, &ids) == nil:
		*p = prompts{{ids: ids}}
	case json.Unmarshal(data, &lists) == nil:
		for _, ids := range lists {
			*p = append(*p, prompt{ids: ids})
		}
	default:
		return errors.New("a text, token ids (whole numbers of 32 bits), or a list of one of them")
	}
	return nil
}

// texts are one text or several.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*t = texts{text}
		return nil
	}
	if json.Unmarshal(data, (*[]string)(t)) != nil {
		return errors.New("a text, or a list of texts")
	}
	return nil
}

// strict reads JSON without names that occur twice, bytes that are no UTF-8, or names that
// differ in case.
func strict(data []byte, v any) error {
	return jsonv2.Unmarshal(data, v, jsonv2.RejectUnknownMembers(true))
}

// noRequest is the failure of a body that is no JSON object.
func noRequest(err error) *failure {
	if errors.As(err, new(*jsonv2.SemanticError)) {
		return invalid("", "the body is no request: a JSON object is needed")
	}
	return invalid("", "the body is no request: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
}

// typed says which field has a value of a wrong type.
func (a *asked) typed(err error) *failure {
	var at *jsonv2.SemanticError
	if !errors.As(err, &at) || at.JSONPointer == "" {
		return noRequest(err)
	}
	field := strings.ReplaceAll(strings.TrimPrefix(string(at.JSONPointer), "/"), "/", ".")
	want := ""
	switch {
	case errors.Is(err, jsonv2.ErrUnknownName):
		return invalid(field, "%s is not known here%s", field, nearest(field, at.GoType))
	case at.GoType == nil:
	case at.GoType.Kind() == reflect.Map, at.GoType.Kind() == reflect.Struct:
		want = "an object"
	case at.GoType.Kind() == reflect.Slice && at.Err == nil:
		want = "a list"
	case strings.Contains(at.GoType.String(), "int"):
		want = "a whole number"
		if errors.Is(err, strconv.ErrRange) {
			want += fmt.Sprintf(" of %d bits with a sign", at.GoType.Bits())
		}
	case strings.Contains(at.GoType.String(), "float"):
		want = "a number"
		if errors.Is(err, strconv.ErrRange) {
			want += " of 64 bits"
		}
	case strings.Contains(at.GoType.String(), "bool"):
		want = "true or false"
	case at.GoType.String() == "string":
		want = "a text"
	}
	if want == "" && at.Err != nil {
		want = at.Err.Error()
	}
	if want == "" {
		want = "a value of another type"
	}
	return invalid(field, "%s has a wrong value; allowed is %s", field, want)
}

// nearest is a hint at the field of an object that was meant; "" for none.
func nearest(field string, object reflect.Type) string {
	if object == nil || object.Kind() != reflect.Struct {
		return ""
	}
	var names []string
	for i := range object.NumField() {
		names = append(names, object.Field(i).Tag.Get("json"))
	}
	return engines.Hint("; did you mean %s?", field[strings.LastIndexByte(field, '.')+1:], names)
}

// Limits of a request beside those of its model.
const (
	maxChoices  = 128 // answers to one request
	maxStops    = 16
	maxStop     = 256 // bytes of a text that ends an answer
	maxTop      = 20  // tokens beside each in logprobs
	maxMessages = 512
)

// check reports values that are out of range, whatever the model.
func (a *asked) check() *failure {
	within := func(name string, x *float64, least, most float64) *failure {
		if x != nil && !(*x >= least && *x <= most) {
			return invalid(name, "%s is %.12g, allowed is %.12g to %.12g", name, *x, least, most)
		}
		return nil
	}
	whole := func(name string, x *int, least, most float64) *failure {
		if x == nil {
			return nil
		}
		f := float64(*x)
		return within(name, &f, least, most)
	}
	least := 1.0
	if a.Echo {
		least = 0
	}
	for _, f := range []*failure{
		within("temperature", a.Temperature, 0, 100), within("top_p", a.TopP, 1e-6, 1), within("min_p", a.MinP, 0, 1), whole("top_k", a.TopK, -1, 1<<21),
		whole("n", a.N, 1, maxChoices), whole("max_tokens", a.MaxTokens, least, math.MaxInt32), whole("max_completion_tokens", a.Most, 1, math.MaxInt32),
		whole("logprobs", a.Logprobs, 0, maxTop),
	} {
		if f != nil {
			return f
		}
	}
	choices := max(1, len(a.Prompt)) * a.n()
	roles := []string{"system", "developer", "user", "assistant"} // the template writes them among its tokens
	speaker := slices.IndexFunc(a.Messages, func(m said) bool { return !slices.Contains(roles, m.Role) })
	long := slices.IndexFunc(a.Stop, func(s string) bool { return s == "" || len(s) > maxStop })
	switch {
	case a.chat && len(a.Messages) == 0:
		return invalid("messages", "messages is empty, at least one message of the user is needed")
	case a.chat && speaker >= 0:
		return invalid("messages", "message %d is of the role %.40q, allowed are %s", speaker, a.Messages[speaker].Role, strings.Join(roles, ", "))
	case len(a.Messages) > maxMessages:
		return invalid("messages", "there are %d messages, allowed are %d", len(a.Messages), maxMessages)
	case !a.chat && len(a.Prompt) == 0:
		return invalid("prompt", "prompt is missing: a text, or a list of token ids")
	case choices > maxChoices:
		return invalid("n", "the request asks for %d answers, allowed are %d", choices, maxChoices)
	case len(a.Stop)+len(a.StopIDs) > maxStops:
		return invalid("stop", "%d texts and tokens end the answer, allowed are %d", len(a.Stop)+len(a.StopIDs), maxStops)
	case long >= 0:
		return invalid("stop", "text %d of stop has %d bytes, allowed are 1 to %d", long, len(a.Stop[long]), maxStop)
	case a.Most != nil && a.MaxTokens != nil && *a.Most != *a.MaxTokens:
		return invalid("max_tokens", "max_tokens and max_completion_tokens say the same thing, and differ")
	case a.MinTokens != 0 && !a.IgnoreEnd:
		return invalid("min_tokens", "min_tokens is %d, allowed is 0, or any with ignore_eos, which writes all of max_tokens", a.MinTokens)
	case a.Echo && a.Suffix != "":
		return invalid("echo", "echo and suffix exclude each other")
	}
	return nil
}

// bytes is the length of the longest text.
func (a *asked) bytes() int {
	n := len(a.Suffix)
	for _, p := range a.Prompt {
		n = max(n, len(p.text))
	}
	for _, m := range a.Messages {
		n = max(n, len(m.Content))
	}
	return n
}

func (a *asked) n() int {
	if a.N == nil {
		return 1
	}
	return *a.N
}

// budget is the most tokens of an answer, where the request says it.
func (a *asked) budget(usual int) int {
	switch {
	case a.MaxTokens != nil:
		return *a.MaxTokens
	case a.Most != nil:
		return *a.Most
	}
	return usual
}

// mode is how the text arrives in a stream.
func (a *asked) mode() (engines.Mode, *failure) {
	mode, _ := a.Decoder["mode"].(string)
	switch {
	case a.Diffusing && mode == string(engines.Append):
		return "", invalid("diffusing", "diffusing and mode append of dllmbench exclude each other")
	case a.Diffusing, mode == string(engines.Replace):
		return engines.Replace, nil
	case mode == string(engines.Append), a.Decoder["mode"] == nil:
		return engines.Append, nil
	}
	return "", invalid("dllmbench.mode", "mode of dllmbench is %v, allowed are append and replace", engines.Shown(a.Decoder["mode"]))
}
