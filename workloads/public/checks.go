package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// AspectStrict is 1 if the published strict form of the metric accepts the
// output too.
const AspectStrict = "strict"

// maxOutput and maxItems bound what is looked at, in bytes and items.
const (
	maxOutput = 64 << 10
	maxItems  = 10_000
)

// finding is what a check found.
type finding struct {
	wrong   string // what is wrong, or ""
	partial float64
	strict  bool // the strict form accepts it; only if nothing is wrong
}

// check is a [jsonl.Checker] with one constraint.
type check struct {
	kind, doc string
	strict    bool // there is a strict form
	find      func(output string) finding
}

// Constraints implements [jsonl.Checker].
func (c check) Constraints() []workloads.Constraint {
	return []workloads.Constraint{workloads.Must(c.kind, 0, "%s", c.doc)}
}

// Check implements [jsonl.Checker].
func (c check) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: 1}
	f := finding{wrong: "the output is longer than anything that is looked at"}
	if len(output) <= maxOutput {
		f = c.find(output)
	}
	if f.wrong != "" {
		v.Fail(0, -1, "%s", f.wrong)
	}
	s := v.Score()
	if !s.Exact {
		s.Partial = min(f.partial, 1)
	}
	if c.strict {
		s.Aspects = map[string]float64{AspectStrict: 0}
		if s.Exact && f.strict {
			s.Aspects[AspectStrict] = 1
		}
	}
	return s
}

// lenient reads the last list of a text: what follows the last opening bracket,
// up to a closing one, between commas, without quotes. A text without brackets
// is a list too.
func lenient(output string) []string {
	if i := strings.LastIndexByte(output, '['); i >= 0 {
		output = output[i+1:]
	}
	output, _, _ = strings.Cut(output, "]")
	var list []string
	for part := range strings.SplitSeq(output, ",") {
		if strings.TrimSpace(part) != "" {
			list = append(list, strings.Trim(part, "\" "))
		}
	}
	return list
}

// strictly reads a list in which every item is quoted and ", " is between them.
func strictly(output string) ([]string, bool) {
	i := strings.LastIndexByte(output, '[')
	if i < 0 {
		return nil, false
	}
	output, _, ok := strings.Cut(output[i+1:], "]")
	if !ok {
		return nil, false
	}
	list := strings.Split(output, ", ")
	for i, item := range list {
		if len(item) < 2 || item[0] != '"' || item[len(item)-1] != '"' || strings.Contains(item[1:len(item)-1], "\"") {
			return nil, false
		}
		list[i] = item[1 : len(item)-1]
	}
	return list, true
}

// onLists makes a check of a rule on lists: wrong says what is wrong with a
// list and what share of it is right.
func onLists(kind, doc string, rule func(list []string) (wrong string, partial float64)) check {
	return check{kind, doc, true, func(output string) finding {
		f := finding{}
		f.wrong, f.partial = rule(lenient(output))
		if list, ok := strictly(output); ok {
			wrong, _ := rule(list)
			f.strict = wrong == ""
		}
		return f
	}}
}

// listMatch wants one list.
func listMatch(raw json.RawMessage) (jsonl.Item, error) {
	var answer string
	if json.Unmarshal(raw, &answer) != nil || answer == "" {
		return jsonl.Item{}, errors.New("not a text")
	}
	want := lenient(answer)
	if strings.Count(answer, "[") > 1 {
		return jsonl.Item{}, errors.New("more than one list")
	}
	if len(want) == 0 || len(want) > maxItems {
		return jsonl.Item{}, errors.New("not a list")
	}
	return jsonl.Item{Answer: answer, Unique: true, Checker: onLists("list", fmt.Sprintf("the list is %s", workloads.Clip(answer)), func(list []string) (string, float64) {
		right := 0
		for i := range min(len(list), len(want)) {
			if list[i] == want[i] {
				right++
			}
		}
		switch {
		case len(list) != len(want):
			return fmt.Sprintf("%d items instead of %d", len(list), len(want)), float64(right) / float64(max(len(list), len(want)))
		case right < len(want):
			return fmt.Sprintf("%d of %d items are in their place", right, len(want)), float64(right) / float64(len(want))
		}
		return "", 1
	})}, nil
}

// given reads an answer that is an object with the input list, an example, and
// the new word where there is one.
func given(raw json.RawMessage, word bool) (it jsonl.Item, input []string, w string, err error) {
	o := objectOf(raw)
	o.only("example", "input", "n_words", "word")
	if input = o.texts("input"); len(input) > maxItems {
		o.fail("more than %d items", maxItems)
	}
	if word {
		w = o.text("word")
	}
	if n, ok := o.fields["n_words"]; ok && string(n) != "1" {
		o.fail("n_words is not 1: only changes of one item are known")
	}
	it.Answer = o.text("example")
	return it, input, w, o.err
}

// yes makes the result of a rule that is right or wrong as a whole.
func yes(ok bool, wrong string) (string, float64) {
	if ok {
		return "", 1
	}
	return wrong, 0
}

func listShuffle(raw json.RawMessage) (jsonl.Item, error) {
	it, input, _, err := given(raw, false)
	sorted := slices.Sorted(slices.Values(input))
	it.Checker = onLists("list", "the same items in another order", func(list []string) (string, float64) {
		if slices.Equal(list, input) {
			return "the order is the old one", 0
		}
		return yes(slices.Equal(slices.Sorted(slices.Values(list)), sorted), "the items are not the same")
	})
	return it, err
}

func listInsert(raw json.RawMessage) (jsonl.Item, error) {
	it, input, word, err := given(raw, true)
	it.Checker = onLists("list", fmt.Sprintf("the same list with %q somewhere", workloads.Clip(word)), func(list []string) (string, float64) {
		i := slices.Index(list, word)
		if i < 0 {
			return "the new item is missing", 0
		}
		return yes(slices.Equal(slices.Concat(list[:i], list[i+1:]), input), "the other items are not the old list")
	})
	return it, err
}

func listRemove(raw json.RawMessage) (jsonl.Item, error) {
	it, input, _, err := given(raw, false)
	it.Checker = onLists("list", "the same list without one item", func(list []string) (string, float64) {
		if len(list) != len(input)-1 {
			return fmt.Sprintf("%d items instead of %d", len(list), len(input)-1), 0
		}
		i := 0
		for i < len(list) && list[i] == input[i] {
			i++
		}
		return yes(slices.Equal(list[i:], input[i+1:]), "more than one item has changed")
	})
	return it, err
}

func listReplace(raw json.RawMessage) (jsonl.Item, error) {
	it, input, word, err := given(raw, true)
	it.Checker = onLists("list", fmt.Sprintf("the same list with %q in the place of one item", workloads.Clip(word)), func(list []string) (string, float64) {
		i := slices.Index(list, word)
		switch {
		case len(list) != len(input):
			return fmt.Sprintf("%d items instead of %d", len(list), len(input)), 0
		case i < 0:
			return "the new item is missing", 0
		}
		return yes(slices.Equal(list[:i], input[:i]) && slices.Equal(list[i+1:], input[i+1:]), "more than one item has changed")
	})
	return it, err
}
