package jsonl

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/number"
)

// maxOutput bounds the text that is looked at.
const maxOutput = 64 << 10

// single is a checker with one constraint: find returns what is wrong with an
// output and where, or "".
type single struct {
	kind, doc string
	find      func(output string) (msg string, offset, length int)
}

// Constraints implements [Checker].
func (s single) Constraints() []workloads.Constraint {
	return []workloads.Constraint{workloads.Must(s.kind, 0, "%s", s.doc)}
}

// Check implements [Checker].
func (s single) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: 1}
	if len(output) > maxOutput {
		v.Fail(0, 0, "more than %d bytes", maxOutput)
	} else if msg, offset, length := s.find(output); msg != "" {
		v.Mark(0, offset, length, "%s", msg)
	}
	return v.Score()
}

// Exact accepts the answer itself, with or without white space around it.
func Exact(answer string) Checker {
	want, _ := workloads.Trim(answer)
	return single{"answer", fmt.Sprintf("the answer is %q", workloads.Clip(want)), func(output string) (string, int, int) {
		got, at := workloads.Trim(output)
		if got == want {
			return "", 0, 0
		}
		if got == "" {
			return "the output is empty", -1, 0
		}
		i := 0
		for i < len(got) && i < len(want) && got[i] == want[i] {
			i++
		}
		return fmt.Sprintf("%q instead of %q", workloads.Clip(got[i:]), workloads.Clip(want[i:])), at + i, 0
	}}
}

// Numeric accepts an output whose number, see [number.Find], is that of the answer,
// or is farther from it by at most tolerance, a number ("" is 0). Numbers are
// compared exactly, not as floats.
func Numeric(answer, tolerance string) (Checker, error) {
	want, err := number.Reference(answer)
	if err != nil {
		return nil, fmt.Errorf("the answer %q is not one number: %w", workloads.Clip(answer), err)
	}
	slack := new(big.Rat)
	if tolerance != "" {
		if slack, err = number.Parse(tolerance); err != nil {
			return nil, fmt.Errorf("the tolerance: %w", err)
		}
		if slack.Sign() < 0 {
			return nil, errors.New("the tolerance is less than 0")
		}
	}
	doc := "the final number is " + workloads.Clip(want.RatString())
	if slack.Sign() > 0 {
		doc += ", give or take " + tolerance
	}
	return single{"number", doc, func(output string) (string, int, int) {
		got, ok := number.Find(output)
		switch {
		case !ok:
			return "there is no number", -1, 0
		case got.Value == nil:
			return fmt.Sprintf("%q is not a number: it %s", workloads.Clip(output[got.Start:got.End]), got.Why), got.Start, got.End - got.Start
		}
		if d := new(big.Rat).Sub(got.Value, want); d.Abs(d).Cmp(slack) > 0 {
			return fmt.Sprintf("the final number is %s instead of %s", workloads.Clip(got.Value.RatString()), workloads.Clip(want.RatString())), got.Start, got.End - got.Start
		}
		return "", 0, 0
	}}, nil
}

// maxPattern bounds regular expressions, in bytes.
const maxPattern = 1000

// Regex accepts an output that a regular expression of Go's package regexp
// matches as a whole, without white space around it.
func Regex(pattern string) (Checker, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("the pattern has more than %d bytes", maxPattern)
	}
	if _, err := regexp.Compile(pattern); err != nil { // alone, or "a)|(b" would pass
		return nil, fmt.Errorf("the pattern is no regular expression: %w", err)
	}
	re, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return nil, fmt.Errorf("the pattern is no regular expression: %w", err)
	}
	if re.MatchString("") {
		return nil, errors.New("the pattern matches an empty output")
	}
	return single{"pattern", fmt.Sprintf("the output matches %q", workloads.Clip(pattern)), func(output string) (string, int, int) {
		got, at := workloads.Trim(output)
		if re.MatchString(got) {
			return "", 0, 0
		}
		if got == "" {
			return "the output is empty", -1, 0
		}
		return fmt.Sprintf("%q does not match", workloads.Clip(got)), at, len(got)
	}}, nil
}

// maxChoices bounds the choices of an item.
const maxChoices = 100

// What follows a choice: longer makes it the beginning of something else, moreDigits a
// choice that ends with a digit, and joined stands before another choice.
var (
	longer     = regexp.MustCompile(`^(?:[\pL\pN_+#%^@]|[-–−'’=~/][\pL\pN]|[.,:][0-9])`)
	moreDigits = regexp.MustCompile(`^ [0-9]`)
	joined     = regexp.MustCompile("^([\"')\\]*`]*\\s*(?:,|/|&|\\||or\\b|and\\b)?\\s*)[\"'(\\[*`]*")
)

// begin is the longest of several choices that a text begins with as a whole, "" for
// none, and what follows it.
func begin(text string, choices []string) (taken, rest string) {
	for _, c := range choices {
		after, fits := strings.CutPrefix(text, c)
		if !fits || len(c) <= len(taken) || longer.MatchString(after) {
			continue
		}
		if last := c[len(c)-1]; last >= '0' && last <= '9' && moreDigits.MatchString(after) {
			continue
		}
		taken, rest = c, after
	}
	return taken, rest
}

// Choice accepts an output that begins with the right one of several choices.
// White space, quotes and an opening bracket before it are passed over. It must not
// be the beginning of a longer word or number, nor one of two choices side by side.
// Of several choices that fit the longest is the one that was taken. Case matters.
func Choice(answer string, choices []string) (Checker, error) {
	if len(choices) < 2 || len(choices) > maxChoices {
		return nil, fmt.Errorf("there are %d choices instead of 2 to %d", len(choices), maxChoices)
	}
	sorted := slices.Sorted(slices.Values(choices))
	if len(slices.Compact(sorted)) < len(choices) || slices.Contains(choices, "") {
		return nil, errors.New("a choice is empty or occurs twice")
	}
	if !slices.Contains(choices, answer) {
		return nil, fmt.Errorf("the answer %q is not one of the choices (%s)", workloads.Clip(answer), workloads.Clip(strings.Join(choices, ", ")))
	}
	return single{"choice", fmt.Sprintf("the choice is %q", workloads.Clip(answer)), func(output string) (string, int, int) {
		got := strings.TrimLeft(output, " \t\r\n")
		taken, rest := begin(got, choices)
		if taken == "" { // not as it is written, brackets and all
			got = strings.TrimLeft(got, " \t\r\n\"'([*`")
			taken, rest = begin(got, choices)
		}
		at := len(output) - len(got)
		join := joined.FindStringSubmatchIndex(rest)
		other, _ := begin(rest[join[3]:], choices)
		if other == "" {
			other, _ = begin(rest[join[1]:], choices)
		}
		switch {
		case taken == "":
			return "the output begins with none of the choices", -1, 0
		case other != "" && other != taken:
			return fmt.Sprintf("the choices %q and %q stand side by side", workloads.Clip(taken), workloads.Clip(other)), at, len(taken)
		case taken == answer:
			return "", 0, 0
		}
		return fmt.Sprintf("the choice is %q instead of %q", workloads.Clip(taken), workloads.Clip(answer)), at, len(taken)
	}}, nil
}
