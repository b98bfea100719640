// Package ifeval judges whether an answer follows the verifiable instructions of IFEval
// (arXiv 2311.07911), as its own program does.
//
// Of the 25 kinds three need language data that are not here: the language of an answer,
// the number of sentences, and of words in capitals. Items with one of them are not
// judged. Of "in English, and in all capital letters" and "in all lowercase letters" only
// the letters are looked at.
package ifeval

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines"
	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// Names of aspects.
const (
	Loose             = "loose"              // all instructions hold once first or last lines or stars are left out
	Instructions      = "instructions"       // share of the instructions that hold
	InstructionsLoose = "instructions_loose" // the same, loosely
)

// Bounds of what is looked at.
const (
	maxOutput       = 64 << 10
	maxInstructions = 20
)

// Instruction is one instruction of an item.
type Instruction struct {
	ID   string         // "punctuation:no_comma"
	Args map[string]any // as in the published file; null and empty ones are none
}

// follows reports whether a text follows an instruction.
type follows func(text string) bool

// checker has a constraint for each instruction.
type checker struct {
	ids  []string
	test []follows
}

// New makes the checker of an item. It is [jsonl.Unscored] where an instruction needs
// what is not here.
func New(list []Instruction) (jsonl.Checker, error) {
	if len(list) == 0 || len(list) > maxInstructions {
		return nil, fmt.Errorf("%d instructions; allowed are 1 to %d", len(list), maxInstructions)
	}
	c := &checker{}
	missing := ""
	for _, in := range list {
		k, known := kinds()[in.ID]
		if !known {
			return nil, engines.UnknownName("instruction", in.ID, slices.Sorted(maps.Keys(kinds())))
		}
		if k.needs != "" {
			missing = fmt.Sprintf("the instruction %s needs %s", in.ID, k.needs)
			continue
		}
		a := args{in.Args, nil}
		test := k.make(&a)
		if a.err != nil {
			return nil, fmt.Errorf("the instruction %s: %w", in.ID, a.err)
		}
		c.ids, c.test = append(c.ids, in.ID), append(c.test, test)
	}
	if missing != "" {
		return jsonl.Unscored(missing), nil
	}
	return c, nil
}

// Constraints implements [jsonl.Checker].
func (c *checker) Constraints() []workloads.Constraint {
	list := make([]workloads.Constraint, len(c.ids))
	for i, id := range c.ids {
		list[i] = workloads.Must(id, 0, "the answer follows %s", id)
	}
	return list
}

// Check implements [jsonl.Checker]. Exact is strict: the whole answer follows all
// instructions.
func (c *checker) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: len(c.test)}
	loosely := 0
	if len(output) > maxOutput {
		v.FailAll(0, len(c.test), 0, "more than %d bytes", maxOutput)
	} else {
		variants := variants(output)
		for i, test := range c.test {
			holds := func(text string) bool { return strip(text) != "" && test(text) }
			if !holds(output) {
				v.Fail(i, -1, "%s does not hold", c.ids[i])
			}
			if slices.ContainsFunc(variants, holds) {
				loosely++
			}
		}
	}
	s := v.Score()
	share := float64(loosely) / float64(len(c.test))
	s.Aspects = map[string]float64{Loose: 0, Instructions: s.Partial, InstructionsLoose: share}
	if loosely == len(c.test) {
		s.Aspects[Loose] = 1
	}
	return s
}

// variants are the texts of which one has to follow, loosely: with and without the first
// line, the last, both, and with and without stars.
func variants(text string) []string {
	lines := strings.Split(text, "\n")
	last := len(lines) - 1
	list := []string{text, strip(strings.Join(lines[1:], "\n")), strip(strings.Join(lines[:last], "\n")), ""}
	if last > 0 {
		list[3] = strip(strings.Join(lines[1:last], "\n"))
	}
	for _, t := range list[:4] {
		list = append(list, strings.ReplaceAll(t, "*", ""))
	}
	return list
}

// strip is str.strip of Python.
func strip(s string) string { return strings.TrimFunc(s, isSpace) }

func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// args reads the arguments of an instruction; the first mistake is kept.
type args struct {
	values map[string]any
	err    error
}

// get is a value that must be there.
func (a *args) get(name string) any {
	v := a.values[name]
	if v == nil && a.err == nil {
		a.err = fmt.Errorf("the argument %q is missing", name)
	}
	return v
}

// text is a text.
func (a *args) text(name string) string {
	s, is := a.get(name).(string)
	if !is && a.err == nil {
		a.err = fmt.Errorf("the argument %q is no text", name)
	}
	return s
}

// texts are a list of texts.
func (a *args) texts(name string) (list []string) {
	values, is := a.get(name).([]any)
	for _, v := range values {
		s, text := v.(string)
		is = is && text
		list = append(list, s)
	}
	if (!is || len(list) == 0) && a.err == nil {
		a.err = fmt.Errorf("the argument %q is no list of texts", name)
	}
	return list
}

// number is a whole number, at least 0.
func (a *args) number(name string) int {
	switch v := a.get(name).(type) {
	case float64:
		if v >= 0 && v <= 1e6 && v == float64(int(v)) {
			return int(v)
		}
	case interface{ Int64() (int64, error) }: // of package json
		if n, err := v.Int64(); err == nil && n >= 0 && n <= 1e6 {
			return int(n)
		}
	case int64:
		if v >= 0 && v <= 1e6 {
			return int(v)
		}
	}
	if a.err == nil {
		a.err = fmt.Errorf("the argument %q is no whole number from 0 to 1,000,000", name)
	}
	return 0
}

// atLeast compares a count as an argument says: "less than" or "at least".
func (a *args) atLeast(relation, limit string) func(n int) bool {
	most, text := a.number(limit), a.text(relation)
	switch {
	case text == "at least":
		return func(n int) bool { return n >= most }
	case text != "less than" && a.err == nil:
		a.err = errors.New(`the relation is neither "less than" nor "at least"`)
	}
	return func(n int) bool { return n < most }
}
