package tokenizer

import (
	"cmp"
	"errors"
	"fmt"
)

// step is a normalizer, pre_tokenizer or decoder of a file: one step, or a Sequence of
// them. Every field belongs to some types of step.
type step struct {
	Type             string   `json:"type"`
	Pretokenizers    []step   `json:"pretokenizers,omitempty"`     // Sequence
	Normalizers      []step   `json:"normalizers,omitempty"`       // Sequence
	Decoders         []step   `json:"decoders,omitempty"`          // Sequence
	IndividualDigits *bool    `json:"individual_digits,omitempty"` // Digits
	AddPrefixSpace   *bool    `json:"add_prefix_space,omitempty"`  // ByteLevel, where absent means true, and old Metaspace
	TrimOffsets      *bool    `json:"trim_offsets,omitempty"`      // ByteLevel; changes no ids
	UseRegex         *bool    `json:"use_regex,omitempty"`         // ByteLevel; absent means true
	Pattern          *pattern `json:"pattern,omitempty"`           // Split, Replace
	Behavior         string   `json:"behavior,omitempty"`          // Split, Punctuation
	Invert           *bool    `json:"invert,omitempty"`            // Split; absent means false
	Replacement      string   `json:"replacement,omitempty"`       // Metaspace
	StrRep           string   `json:"str_rep,omitempty"`           // old Metaspace: the same again
	PrependScheme    string   `json:"prepend_scheme,omitempty"`    // Metaspace
	Split            *bool    `json:"split,omitempty"`             // Metaspace; absent means true
	Prepend          string   `json:"prepend,omitempty"`           // Prepend
	Content          string   `json:"content,omitempty"`           // Replace, Strip
	Start            *int     `json:"start,omitempty"`             // Strip
	Stop             *int     `json:"stop,omitempty"`              // Strip
}

type pattern struct {
	Regex  string `json:"Regex,omitempty"`
	String string `json:"String,omitempty"`
}

// steps are those of a Sequence, or the one that it is.
func (p *step) steps() []step {
	switch {
	case p == nil:
		return nil
	case p.Type == "Sequence":
		return append(append(p.Pretokenizers, p.Normalizers...), p.Decoders...)
	}
	return []step{*p}
}

// splitter recognises any number of Split, Digits and Punctuation, and then ByteLevel,
// with the expression of GPT-2 or without one.
func (p *step) splitter() (s splitter, err error) {
	list := p.steps()
	if len(list) == 0 {
		return nil, errors.New("pre_tokenizer is missing; allowed are ByteLevel and a Sequence that ends with it")
	}
	last := list[len(list)-1]
	for _, one := range list[:len(list)-1] {
		next, err := one.stage()
		if err != nil {
			return nil, err
		}
		s = append(s, next)
	}
	switch {
	case last.Type != "ByteLevel":
		return nil, fmt.Errorf("pre_tokenizer ends with %q, which is none of the known sequences: they end with ByteLevel", last.Type)
	case last.AddPrefixSpace == nil || *last.AddPrefixSpace:
		return nil, errors.New("pre_tokenizer ByteLevel has add_prefix_space, allowed is false")
	case last.UseRegex == nil || *last.UseRegex:
		s = append(s, split(gpt2Pattern))
	}
	return s, nil
}

// stage is what a step of a splitter does.
func (p *step) stage() (s stage, err error) {
	s.step = *p
	switch expr := ""; {
	case p.Type == "Digits" && p.IndividualDigits != nil && *p.IndividualDigits:
		s.find = findDigit
		return s, nil
	case p.Type == "Digits":
		s.find, err = compile(`\p{N}+`)
	case p.Type == "Punctuation" && p.Behavior == "Contiguous":
		s.find, err = compile(punctuation + "+")
	case p.Type == "Punctuation" && cmp.Or(p.Behavior, "Isolated") == "Isolated":
		s.find, err = compile(punctuation)
	case p.Type != "Split":
		return s, fmt.Errorf("pre_tokenizer %q %s is not known before ByteLevel; allowed are Split, Digits and Punctuation", p.Type, p.Behavior)
	case p.Pattern == nil || p.Pattern.Regex == "":
		return s, errors.New("pre_tokenizer Split has no expression (Regex)")
	case p.Behavior != "Isolated" || p.Invert != nil && *p.Invert:
		return s, fmt.Errorf("pre_tokenizer Split has behavior %q or invert, allowed is Isolated without invert", p.Behavior)
	default:
		if expr = p.Pattern.Regex; scanners[expr] != nil {
			s.find = scanners[expr]
		} else if s.find, err = compile(expr); err != nil {
			err = fmt.Errorf("pre_tokenizer splits by %.200q, which is not known: %w", expr, err)
		}
	}
	return s, err
}

// split is the stage of an expression of this program.
func split(expr string) stage {
	no := false
	s, err := (&step{Type: "Split", Pattern: &pattern{Regex: expr}, Behavior: "Isolated", Invert: &no}).stage()
	if err != nil {
		panic("tokenizer: " + err.Error())
	}
	return s
}

// describe is the inverse of splitter.
func (s splitter) describe() step {
	var list []step
	for _, one := range s {
		list = append(list, one.step)
	}
	last := len(list) - 1
	gpt2 := last >= 0 && list[last].Type == "Split" && list[last].Pattern.Regex == gpt2Pattern
	if gpt2 {
		list = list[:last]
	}
	return step{Type: "Sequence", Pretokenizers: append(list, byteLevel(gpt2))}
}

// byteLevel is the step that writes bytes as characters; as a decoder it has
// the same fields and ignores them.
func byteLevel(regex bool) step {
	yes, no := true, false
	return step{Type: "ByteLevel", AddPrefixSpace: &no, TrimOffsets: &yes, UseRegex: &regex}
}
