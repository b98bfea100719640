package chat

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ardanlabs/jinja"
)

// Conversation is what a template is run on.
type Conversation struct {
	Template string            `json:"template"`
	Messages []Message         `json:"messages"`
	Tokens   map[string]string `json:"tokens,omitempty"`
	Thinking *bool             `json:"thinking,omitempty"`
	Answer   bool              `json:"answer,omitempty"` // an answer is to begin (add_generation_prompt)
}

// Message is what somebody says.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// maxTemplate is the most bytes of a template.
const maxTemplate = 1 << 18

// date is what templates that ask for the current day get, so that a prompt is the same
// tomorrow: that of the templates of Llama 3.1 and 3.2, which most who ask for it follow.
var date = strings.NewReplacer("%Y", "2024", "%m", "07", "%d", "26", "%b", "Jul", "%B", "July", "%y", "24", "%A", "Friday", "%a", "Fri", "%H", "12", "%M", "00", "%S", "00")

// Render runs the template as transformers does for a text (apply_chat_template), but
// for the current day. It may run for ever, fill the memory, or end the process by
// calling itself: whoever runs it sets limits.
func (c Conversation) Render() (string, error) {
	if len(c.Template) > maxTemplate {
		return "", fmt.Errorf("it has %d bytes, allowed are %d", len(c.Template), maxTemplate)
	}
	t, err := jinja.Compile(c.Template)
	if err != nil {
		return "", err
	}
	var messages []jinja.Value
	for _, m := range c.Messages {
		messages = append(messages, jinja.FromGoValue(map[string]any{"role": m.Role, "content": m.Content}))
	}
	values := map[string]jinja.Value{
		"messages": jinja.NewList(messages), "add_generation_prompt": jinja.NewBool(c.Answer), "tools": jinja.None(), "documents": jinja.None(),
		"strftime_now": jinja.NewCallable("strftime_now", func(args []jinja.Value, _ map[string]jinja.Value) (jinja.Value, error) {
			if len(args) != 1 || !args[0].IsString() {
				return jinja.Undefined(), errors.New("strftime_now wants one text")
			}
			return jinja.NewString(date.Replace(args[0].AsString())), nil
		}),
	}
	if c.Thinking != nil {
		values["enable_thinking"] = jinja.NewBool(*c.Thinking)
	}
	for name, token := range c.Tokens {
		values[name] = jinja.NewString(token)
	}
	return t.RenderValues(values)
}
