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
	Turns    int               // earlier turns, each a question and its answer
}

// Form is the form of a question, and of the turns before it.
type Form struct {
	*Talk
	system []string // its text, if it says something
	turns  int
}

// Talk is the form of a conversation: of messages of given speakers, in their order.
type Talk struct {
	codec Codec
	parts []part
	end   []int32 // ends an answer
}

// part is what the template wrote, or the place of a message.
type part struct {
	text        string
	message     int  // whose text stands here; -1 for what the template wrote
	left, right bool // of what is said: blanks on that side are taken away
}

// Marks stand for what is said. They have what a template could change other than by
// taking blanks from their ends: letters of both cases, quotes, signs of HTML and a line end.
const (
	pad        = " \n\u2003\n "
	answerMark = "An\ue000swer's \"<q>\" \\ & \n3 \ue000"
)

// markOf stands for the text of a message.
func markOf(message int) string {
	return fmt.Sprintf("Sa\ue000id's \"<q>\" \\ & \n%d \ue000", message)
}

// Open makes the form of a question. The error says what of the template cannot be used.
func Open(render Renderer, s Source, codec Codec) (*Form, error) {
	f := &Form{turns: s.Turns}
	var said []Message
	if s.System != nil {
		said, f.system = []Message{{"system", *s.System}}, []string{*s.System}
	}
	for range s.Turns {
		said = append(said, Message{"user", "?"}, Message{"assistant", "!"})
	}
	var err error
	f.Talk, err = OpenTalk(render, s, append(said, Message{"user", "?"}), codec)
	return f, err
}

// OpenTalk runs a template on a conversation, of which an answer is to follow. Of the texts
// it only matters which are blank; Source.System has no part in it. The error says what of
// the template cannot be used.
func OpenTalk(render Renderer, s Source, said []Message, codec Codec) (*Talk, error) {
	if s.Template == "" {
		return nil, errors.New("the checkpoint has no chat template, as models that only continue texts")
	}
	talk := Conversation{Template: s.Template, Tokens: s.Tokens, Thinking: s.Thinking, Answer: true, Messages: slices.Clone(said)}
	marked := make([]bool, len(said))
	for i, m := range said {
		if marked[i] = !Blank(m.Content); marked[i] {
			talk.Messages[i].Content = pad + markOf(i) + pad
		}
	}
	text, err := render(talk)
	if err != nil {
		return nil, fmt.Errorf("the chat template cannot be used: %w", err)
	}
	t := &Talk{codec: codec}
	if err := t.cut(text, said, marked); err != nil {
		return nil, err
	}
	talk.Answer = false
	talk.Messages = append(talk.Messages, Message{"assistant", answerMark})
	if whole, err := render(talk); err == nil { // a template may refuse it: then the tokens that end a text end an answer too
		if _, rest, ok := strings.Cut(whole, answerMark); ok {
			t.end = t.closing(rest)
		}
	}
	return t, nil
}

// Blank reports whether a text is nothing but blanks.
func Blank(text string) bool { return strings.TrimFunc(text, blank) == "" }

// cut finds the marks in what the template wrote.
func (t *Talk) cut(text string, said []Message, marked []bool) error {
	seen := make([]bool, len(said))
	for text != "" {
		at, mark, message := len(text), "", -1
		for i, m := range marked {
			if !m {
				continue
			}
			if k := strings.Index(text, markOf(i)); k >= 0 && k < at {
				at, mark, message = k, markOf(i), i
			}
		}
		before, after := text[:at], text[at+len(mark):]
		one := part{message: message}
		if mark != "" {
			seen[message] = true
			one.left, one.right = !strings.HasSuffix(before, pad), !strings.HasPrefix(after, pad)
			before, after = strings.TrimSuffix(before, pad), strings.TrimPrefix(after, pad)
		}
		if before != "" {
			t.parts = append(t.parts, part{text: before, message: -1})
		}
		if mark != "" {
			t.parts = append(t.parts, one)
		}
		text = after
	}
	for i, m := range slices.Backward(said) {
		if marked[i] && !seen[i] {
			return fmt.Errorf("the chat template leaves out or changes what the %s says", m.Role)
		}
	}
	for _, p := range t.parts {
		if p.message >= 0 {
			continue
		}
		if strings.ContainsRune(p.text, '\u2003') {
			return errors.New("the chat template takes away some of the blanks around a text; understood are all and none")
		}
		for _, name := range named.FindAllString(p.text, -1) {
			if len(t.codec.Rendered(name, nil)) != 1 {
				return fmt.Errorf("the chat template writes %q, which is no added token of the tokenizer: one of them belongs to another model", name)
			}
		}
	}
	return nil
}

// named is how most models write the names of special tokens.
var named = regexp.MustCompile(`<\|[^|<>\s]{1,40}\|>`)

// closing is the first special token behind an answer.
func (t *Talk) closing(rest string) []int32 {
	for _, id := range t.codec.Rendered(rest, nil) {
		if t.codec.Decode([]int32{id}) == "" {
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
func (t *Talk) End() []int32 { return t.end }

// with are the texts of the messages.
func (f *Form) with(said []string) []string {
	if len(said) != 2*f.turns+1 {
		panic("chat: a form takes as many turns as it was opened for")
	}
	return slices.Concat(f.system, said)
}

// Text is the prompt: what is said, the user and the answerer in turns, as many as the form
// was opened for, and what the answer begins with.
func (f *Form) Text(begin string, said ...string) string {
	text, _ := f.text(f.with(said))
	return text + begin
}

func (t *Talk) text(texts []string) (text string, said [][2]int) {
	var out strings.Builder
	for _, p := range t.parts {
		from := out.Len()
		if p.message >= 0 {
			p.text = p.trim(texts[p.message])
		}
		out.WriteString(p.text)
		if p.message >= 0 {
			said = append(said, [2]int{from, out.Len()})
		}
	}
	return out.String(), said
}

// Prompt returns the ids of the prompt. The error names a text that the vocabulary lacks.
func (f *Form) Prompt(begin string, said ...string) ([]int32, error) {
	return f.Talk.prompt(begin, f.with(said))
}

// Prompt returns the ids of a conversation with these texts, one for each message. The error
// names a text that the vocabulary lacks.
func (t *Talk) Prompt(texts []string) ([]int32, error) { return t.prompt("", texts) }

func (t *Talk) prompt(begin string, texts []string) ([]int32, error) {
	text, said := t.text(texts)
	if begin != "" {
		said, text = append(said, [2]int{len(text), len(text) + len(begin)}), text+begin
	}
	ids := t.codec.Rendered(text, said)
	if slices.Contains(ids, engines.NoToken) {
		for _, one := range append(texts, begin) {
			if _, err := engines.Encode(t.codec, one); err != nil {
				return nil, err
			}
		}
		return nil, fmt.Errorf("the vocabulary has no token for a byte of %.60q", text)
	}
	return ids, nil
}
