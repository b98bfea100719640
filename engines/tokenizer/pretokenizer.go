package tokenizer

import (
	"errors"
	"fmt"
)

// preTokenizer is the pre_tokenizer of a file: one step, or a Sequence of them.
// Every field belongs to one type of step.
type preTokenizer struct {
	Type             string         `json:"type"`
	Pretokenizers    []preTokenizer `json:"pretokenizers,omitempty"`     // Sequence
	IndividualDigits bool           `json:"individual_digits,omitempty"` // Digits
	AddPrefixSpace   *bool          `json:"add_prefix_space,omitempty"`  // ByteLevel; absent means true
	TrimOffsets      *bool          `json:"trim_offsets,omitempty"`      // ByteLevel; changes no ids
	UseRegex         *bool          `json:"use_regex,omitempty"`         // ByteLevel; absent means true
	Pattern          *splitPattern  `json:"pattern,omitempty"`           // Split
	Behavior         string         `json:"behavior,omitempty"`          // Split
	Invert           *bool          `json:"invert,omitempty"`            // Split; absent means false
}

type splitPattern struct {
	Regex string `json:"Regex"`
}

// splitter recognises the sequences [Digits] ByteLevel with the built-in GPT-2
// expression and [Digits] Split ByteLevel with one of the known expressions.
func (p *preTokenizer) splitter() (splitter, error) {
	if p == nil {
		return splitter{}, errors.New("pre_tokenizer is missing; allowed are ByteLevel and a Sequence that ends with it")
	}
	steps := []preTokenizer{*p}
	if p.Type == "Sequence" {
		steps = p.Pretokenizers
	}
	var s splitter
	if len(steps) > 0 && steps[0].Type == "Digits" {
		if !steps[0].IndividualDigits {
			return splitter{}, errors.New("pre_tokenizer Digits keeps digits together, allowed is individual_digits")
		}
		s.digits, steps = true, steps[1:]
	}
	ownRegex := true
	if len(steps) == 2 && steps[0].Type == "Split" {
		if err := steps[0].checkSplit(); err != nil {
			return splitter{}, err
		}
		s.pattern, ownRegex, steps = steps[0].Pattern.Regex, false, steps[1:]
	} else {
		s.pattern = gpt2Pattern
	}
	if len(steps) != 1 || steps[0].Type != "ByteLevel" {
		return splitter{}, errors.New("pre_tokenizer is none of the known sequences: ByteLevel, or Split and ByteLevel, either with Digits before it")
	}
	last := steps[0]
	if last.AddPrefixSpace == nil || *last.AddPrefixSpace {
		return splitter{}, errors.New("pre_tokenizer ByteLevel has add_prefix_space, allowed is false")
	}
	if (last.UseRegex == nil || *last.UseRegex) != ownRegex {
		return splitter{}, fmt.Errorf("pre_tokenizer ByteLevel has use_regex %v, allowed is %v here", !ownRegex, ownRegex)
	}
	return s, nil
}

func (p *preTokenizer) checkSplit() error {
	if p.Pattern == nil || scanners[p.Pattern.Regex] == nil {
		found := ""
		if p.Pattern != nil {
			found = p.Pattern.Regex
		}
		return fmt.Errorf("pre_tokenizer splits by %q, which is not known; allowed are the expressions of GPT-2, Llama 3, Qwen2 and LLaDA", found)
	}
	if p.Behavior != "Isolated" || p.Invert != nil && *p.Invert {
		return fmt.Errorf("pre_tokenizer Split has behavior %q or invert, allowed is Isolated without invert", p.Behavior)
	}
	return nil
}

// describe is the inverse of splitter.
func (s splitter) describe() preTokenizer {
	no := false
	ownRegex := s.pattern == gpt2Pattern
	var steps []preTokenizer
	if s.digits {
		steps = append(steps, preTokenizer{Type: "Digits", IndividualDigits: true})
	}
	if !ownRegex {
		steps = append(steps, preTokenizer{Type: "Split", Pattern: &splitPattern{s.pattern}, Behavior: "Isolated", Invert: &no})
	}
	return preTokenizer{Type: "Sequence", Pretokenizers: append(steps, byteLevel(ownRegex))}
}

// byteLevel is the step that writes bytes as characters; as a decoder it has
// the same fields and ignores them.
func byteLevel(regex bool) preTokenizer {
	yes, no := true, false
	return preTokenizer{Type: "ByteLevel", AddPrefixSpace: &no, TrimOffsets: &yes, UseRegex: &regex}
}
