// Package chat writes a question the way a chat model was trained to read it: between
// tokens that say who speaks. Checkpoints carry that form as a template, a program in
// the language Jinja. It is not run here. A table holds the forms of the families that
// this program reads, and a checkpoint has one of them if its template contains what
// that family's template contains.
//
// The tokens between the texts are put there by their ids. The texts themselves, the
// user's and the system's, are encoded as any other text, so that "<|im_end|>" in a
// question stays ten characters and ends nothing.
package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines"
)

// Codec is a tokenizer that knows its added tokens by name.
type Codec interface {
	engines.Codec
	Added(name string) (id int32, ok bool)
}

// piece is a text or, as a token, the name of an added one.
type piece struct {
	text  string
	token bool
}

// pieces returns the prompt of one question in its parts, no two texts next to each
// other. A nil system text is the family's own.
func (f *Family) pieces(system *string, user string) (list []piece) {
	token := func(name string) { list = append(list, piece{name, true}) }
	turn := func(role, before, text string) {
		if f.trim {
			text = strings.TrimFunc(text, blank)
		}
		token(f.open)
		if f.header == "" {
			list = append(list, piece{text: role + "\n" + before + text})
		} else {
			list = append(list, piece{text: role})
			token(f.header)
			list = append(list, piece{text: "\n\n" + before + text})
		}
	}
	closing := func() {
		token(f.End)
		if f.header == "" {
			list = append(list, piece{text: "\n"})
		}
	}
	if f.begin != "" {
		token(f.begin)
	}
	if system == nil && f.system+f.preamble != "" {
		system = &f.system
	}
	if system != nil {
		turn("system", f.preamble, *system)
		closing()
	}
	turn("user", "", user)
	closing()
	turn("assistant", "", "")
	for i, text := range f.answer {
		list = append(list, piece{text, i%2 == 0})
	}
	return list
}

// blank reports whether Jinja's trim takes a character away, which does as Python.
func blank(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// Prompt returns the ids of one question. A nil system text is the family's own.
func (f *Family) Prompt(codec Codec, system *string, user string) (ids []int32, err error) {
	for _, p := range f.pieces(system, user) {
		var more []int32
		if p.token {
			id, _ := codec.Added(p.text) // Find has seen it
			more = []int32{id}
		} else if more, err = engines.Encode(codec, p.text); err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return ids, nil
}

// Find returns the family of a checkpoint by its model_type and its template. The
// error says why there is none.
func Find(modelType, template string, codec Codec) (*Family, error) {
	if template == "" {
		return nil, errors.New("the checkpoint has no chat template, as models that only continue texts: give the text with --prompt")
	}
	// In Jinja's texts a line ends as in Python's.
	template = strings.ReplaceAll(template, `\n`, "\n")
	var near []string
	for i := range families {
		f := &families[i]
		if !slices.Contains(f.types, modelType) {
			continue
		}
		near = append(near, f.Name)
		if f.wrote(template) {
			return f, f.fits(codec)
		}
	}
	if near == nil {
		return nil, fmt.Errorf("no chat template is known for model_type %q; known are those of %s", modelType, names())
	}
	return nil, fmt.Errorf("the chat template of the checkpoint is none that is known for model_type %q: %s", modelType, strings.Join(near, "; "))
}

// wrote reports whether a template is of the family.
func (f *Family) wrote(template string) bool {
	in := func(s string) bool { return strings.Contains(template, s) }
	marks := append([]string{f.open, f.header, f.End}, f.has...)
	if f.header == "" && f.system != "" {
		marks = append(marks, f.open+"system\n"+f.system+f.End+"\n")
	}
	lacks := append([]string{f.open + "assistant\n<think>"}, f.lacks...)
	return !slices.ContainsFunc(marks, func(s string) bool { return !in(s) }) && !slices.ContainsFunc(lacks, in)
}

// fits checks that the vocabulary has the tokens of the family, and that no text can
// hold those that begin and end what somebody says.
func (f *Family) fits(codec Codec) error {
	for _, p := range f.pieces(nil, "") {
		if !p.token {
			continue
		}
		id, ok := codec.Added(p.text)
		if !ok {
			return fmt.Errorf("the chat template of %s needs the token %q, which added_tokens does not have", f.Name, p.text)
		}
		if !slices.Contains(f.answer, p.text) && slices.Contains(codec.Encode(p.text), id) {
			return fmt.Errorf("the token %q of the chat template is not special, so that a question could hold it", p.text)
		}
	}
	return nil
}

func names() string {
	var list []string
	for _, f := range families {
		list = append(list, f.Name)
	}
	return strings.Join(list, "; ")
}
