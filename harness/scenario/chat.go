package scenario

import (
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/lists"
	"dllmbench/workloads"
)

// The forms of a prompt.
const (
	promptChat = "chat"
	promptRaw  = "raw"
)

// Chat is what an entry says of the form of a chat.
type Chat struct {
	System   *string // what the system says first; nil for what the template has it say
	Thinking *bool   // nil for the template's default
	Turns    int     // earlier turns, each a question and its answer
}

// Form is the form of a chat for some weights.
type Form interface {
	// Text and Prompt take what the answer begins with, and what is said, the user and the
	// answerer in turns, as many as the form was opened for.
	Text(begin string, said ...string) string
	Prompt(begin string, said ...string) ([]int32, error)
	End() []int32 // ends an answer beside what ends a text
}

// blank stands for the prompt in the form that results keep, see [result.Cell].
const blank = "{prompt}"

// form is that of the prompts of a task on a side; nil for prompts as they are. ok is false after
// a problem.
func (x *expander) form(t Task, s side) (f Form, ok bool) {
	asked := t.Prompt == promptChat || t.Chat != Chat{}
	if s.endpoint != nil { // whose server has a form of its own
		if asked && !s.endpoint.Chats {
			x.add(t.at, "%s continues texts and takes no chat; allowed is prompt: raw, without system and thinking, or an endpoint of kind chat", s.weights)
			return nil, false
		}
		if t.Turns > 0 && !s.endpoint.Chats {
			x.add(t.at, "%s continues texts, and the style of this task has turns before its question; allowed are styles without, shots: 0, or an endpoint of kind chat", s.weights)
			return nil, false
		}
		if t.Begins && !s.endpoint.Begins {
			x.add(t.at, "the style of this task begins the answer, and %s is not said to go on with one; allowed are styles without, or an endpoint of kind chat with continues: true (servers with continue_final_message, as vLLM)", s.weights)
			return nil, false
		}
		return nil, true
	}
	if t.Prompt == promptRaw || !asked && (!t.Asks || t.Score != "") { // choices are rated as texts to continue, as lm-eval does unless it is told otherwise
		return nil, true
	}
	talk := t.Chat
	talk.Turns = t.Turns
	if s.info.Chat != nil {
		var err error
		if f, err = s.info.Chat(talk); err != nil {
			x.add(t.at, "weights %s: %v; prompt: raw takes the prompts as they are", s.weights, err)
			return nil, false
		}
	}
	switch {
	case f == nil && asked:
		x.add(t.at, "weights %s have no chat template, as models that only continue texts; allowed is prompt: raw, without system and thinking", s.weights)
		return nil, false
	case f != nil && !asked:
		note := fmt.Sprintf("%s: prompts stand in the form of the chat template of weights %s (prompt: raw takes them as they are)", t.Workload.Name(), s.weights)
		x.plan.Chats = lists.With(x.plan.Chats, note)
	}
	return f, true
}

// Prompt is the ids of what stands before an answer, in a form, nil for none, and the tokens
// that end an answer.
func Prompt(f Form, codec engines.Codec, inst workloads.Instance) (ids, stop []int32, err error) {
	if stop = codec.EndIDs(); f == nil {
		ids, err = engines.Prompt(codec, inst.Whole())
		return ids, stop, err
	}
	for _, id := range f.End() {
		if !slices.Contains(stop, id) {
			stop = append(slices.Clip(stop), id)
		}
	}
	ids, err = f.Prompt(inst.Begin, inst.Said()...)
	return ids, stop, err
}

// Shape is a form with names in the place of what is said.
func Shape(f Form, turns int) string {
	var said []string
	for range turns {
		said = append(said, "{question}", "{answer}")
	}
	return f.Text("", append(said, blank)...)
}
