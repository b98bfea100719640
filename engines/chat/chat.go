// Package chat puts a question into the form that a chat model was trained with.
//
// That form is the chat template of a checkpoint, a program in the language Jinja. It is
// run on marks in the place of what somebody says, so that the texts themselves, the
// user's and the system's, never go through it: they take the places of the marks
// afterwards. Added tokens are looked for only in what the template wrote, and
// "<|im_end|>" in a question stays ten characters and ends nothing.
//
// Templates are files of others, and a template may run for ever, or fill the memory. So
// they are run by a [Renderer], which has to set limits; [Conversation.Render] has none.
package chat

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines"
)

// Codec is a tokenizer that finds its added tokens in what a template wrote, and nowhere
// in what others said: the bytes from:to of each entry of said.
type Codec interface {
	engines.Codec
	Rendered(text string, said [][2]int) []int32
}

// Renderer runs a template within limits.
type Renderer func(Conversation) (string, error)

// Source is a chat template and what it is run with.
type Source struct {
	Template string
	Tokens   map[string]string // that it may name: bos_token, eos_token
	System   *string           // what the system says first; nil for what the template has it say
	Thinking *bool             // enable_thinking; nil for the template's default
}

// Form is the form of a question.
type Form struct {
	codec Codec
	parts []part
	end   []int32 // ends an answer
}

// part is what the template wrote, the system's text, or the place of the question.
type part struct {
	text        string
	said        bool
	asked       bool
	left, right bool // of what is said: blanks on that side are taken away
}

// Marks stand for what is said. They have what a template could change other than by
// taking blanks from their ends: letters of both cases, quotes, signs of HTML and a line end.
const (
	pad        = " \n\u2003\n "
	userMark   = "Us\ue000er's \"<q>\" \\ & \n1 \ue000"
	systemMark = "Sy\ue000stem's \"<q>\" \\ & \n2 \ue000"
	answerMark = "An\ue000swer's \"<q>\" \\ & \n3 \ue000"
)

// Open runs a template. The error says what of it cannot be used.
func Open(render Renderer, s Source, codec Codec) (*Form, error) {
	if s.Template == "" {
		return nil, errors.New("the checkpoint has no chat template, as models that only continue texts")
	}
	system := ""
	if s.System != nil {
		if system = *s.System; strings.TrimFunc(system, blank) != "" {
			system = pad + systemMark + pad
		}
	}
	talk := Conversation{Template: s.Template, Tokens: s.Tokens, Thinking: s.Thinking, Answer: true}
	if s.System != nil {
		talk.Messages = append(talk.Messages, Message{"system", system})
	}
	talk.Messages = append(talk.Messages, Message{"user", pad + userMark + pad})
	text, err := render(talk)
	if err != nil {
		return nil, fmt.Errorf("the chat template cannot be used: %w", err)
	}
	f := &Form{codec: codec}
	if err := f.cut(text, s.System); err != nil {
		return nil, err
	}
	if system != "" && s.System != nil && !strings.Contains(text, system) && !strings.Contains(text, systemMark) {
		return nil, errors.New("the chat template leaves out or changes what the system says")
	}
	talk.Answer = false
	talk.Messages = append(talk.Messages, Message{"assistant", answerMark})
	if whole, err := render(talk); err == nil { // a template may refuse it: then the tokens that end a text end an answer too
		if _, rest, ok := strings.Cut(whole, answerMark); ok {
			f.end = f.closing(rest)
		}
	}
	return f, nil
}

// cut finds the marks in what the template wrote.
func (f *Form) cut(text string, system *string) error {
	asked := false
	for text != "" {
		at, mark := len(text), ""
		for _, m := range []string{userMark, systemMark} {
			if i := strings.Index(text, m); i >= 0 && i < at {
				at, mark = i, m
			}
		}
		before, after := text[:at], text[at+len(mark):]
		one := part{said: true, asked: mark == userMark}
		if mark != "" {
			one.left, one.right = !strings.HasSuffix(before, pad), !strings.HasPrefix(after, pad)
			before, after = strings.TrimSuffix(before, pad), strings.TrimPrefix(after, pad)
			if mark == systemMark {
				one.text = one.trim(*system)
			}
			asked = asked || one.asked
		}
		if before != "" {
			f.parts = append(f.parts, part{text: before})
		}
		if mark != "" {
			f.parts = append(f.parts, one)
		}
		text = after
	}
	if !asked {
		return errors.New("the chat template leaves out or changes what the user says")
	}
	for _, p := range f.parts {
		if p.said {
			continue
		}
		if strings.ContainsRune(p.text, '\u2003') {
			return errors.New("the chat template takes away some of the blanks around a text; understood are all and none")
		}
		for _, name := range named.FindAllString(p.text, -1) {
			if len(f.codec.Rendered(name, nil)) != 1 {
				return fmt.Errorf("the chat template writes %q, which is no added token of the tokenizer: one of them belongs to another model", name)
			}
		}
	}
	return nil
}

// named is how most models write the names of special tokens.
var named = regexp.MustCompile(`<\|[^|<>\s]{1,40}\|>`)

// closing is the first special token behind an answer.
func (f *Form) closing(rest string) []int32 {
	for _, id := range f.codec.Rendered(rest, nil) {
		if f.codec.Decode([]int32{id}) == "" {
			return []int32{id}
		}
	}
	return nil
}

// trim takes away what the template does.
func (p part) trim(text string) string {
	if p.left {
		text = strings.TrimLeftFunc(text, blank)
	}
	if p.right {
		text = strings.TrimRightFunc(text, blank)
	}
	return text
}

// blank reports whether Jinja's trim takes a character away, which does as Python.
func blank(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// End are the tokens that end an answer beside those that end a text.
func (f *Form) End() []int32 { return f.end }

// Text is the prompt of a question.
func (f *Form) Text(question string) string {
	text, _ := f.text(question)
	return text
}

func (f *Form) text(question string) (text string, said [][2]int) {
	var out strings.Builder
	for _, p := range f.parts {
		from := out.Len()
		if p.asked {
			p.text = p.trim(question)
		}
		out.WriteString(p.text)
		if p.said {
			said = append(said, [2]int{from, out.Len()})
		}
	}
	return out.String(), said
}

// Prompt returns the ids of a question. The error names a text that the vocabulary lacks.
func (f *Form) Prompt(question string) ([]int32, error) {
	text, said := f.text(question)
	ids := f.codec.Rendered(text, said)
	if slices.Contains(ids, engines.NoToken) {
		if _, err := engines.Encode(f.codec, question); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("the vocabulary has no token for a byte of %.60q", text)
	}
	return ids, nil
}
