package setup

import (
	"encoding/json"
	"strconv"
	"strings"

	"dllmbench/engines/chat"
	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
)

// Form is the form that the chat template of a checkpoint gives a question; nil without
// a template. The template is run in the judge's child process. A model of A2D was
// trained without thinking.
func Form(j *worker.Judge, name weights.Name, w library.Weights, o scenario.Chat) (*chat.Form, error) {
	s := chat.Source{System: o.System, Thinking: o.Thinking, Turns: o.Turns}
	var err error
	s.Template, s.Tokens, err = library.Template(name)
	if err != nil || s.Template == "" {
		return nil, err
	}
	if no := false; s.Thinking == nil && strings.HasPrefix(w.Config.ModelType, "a2d-") {
		s.Thinking = &no
	}
	return chat.Open(func(c chat.Conversation) (string, error) {
		order, err := json.Marshal(c)
		if err != nil {
			return "", err
		}
		return j.Render(order)
	}, s, w.Codec.(chat.Codec))
}

// Described says what form the chat template of weights gives a prompt, or why it cannot
// be used.
func Described(name weights.Name, w library.Weights) string {
	if w.Codec == nil {
		return ""
	}
	j := Judge()
	defer j.Close()
	switch f, err := Form(j, name, w, scenario.Chat{}); {
	case err != nil:
		return "not usable: " + err.Error()
	case f == nil:
		return "none"
	default:
		return strconv.Quote(f.Text("", "{prompt}"))
	}
}

// Rendering is the other end: it renders in this process.
func Rendering(order json.RawMessage) (string, error) {
	var c chat.Conversation
	if err := json.Unmarshal(order, &c); err != nil {
		return "", err
	}
	return c.Render()
}
