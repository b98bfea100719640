package jsonl

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/workloads"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/number"
)

// record is a line of a file.
type record struct {
	ID, Prompt, Answer, Checker string
	Split, Rung, Pattern        string
	Compare                     string
	Rules                       []string
	Prefix, Suffix              *string
	Choices                     []string
	Tolerance                   json.Number
	Tests                       []goTest
	number                      bool // the answer is a JSON number, as it was written
}

// isNumber reports whether a JSON value is a number.
func isNumber(value json.RawMessage) bool {
	return value[0] == '-' || value[0] >= '0' && value[0] <= '9'
}

// goTest is one call of the checker go-tests.
type goTest struct{ Call, Want string }

// fields are the names a line may have; the first four it must have, the answer
// only where a checker judges it.
var fields = [...]string{"id", "prompt", "answer", "checker", "split", "rung", "suffix", "choices", "pattern", "tolerance", "prefix", "tests", "rules", "compare"}

// noChecker is the checker of items that are not judged, and noReason why.
const (
	noChecker = "none"
	noReason  = `its line in the file has the checker "none"`
)

// checkers are the names of checkers, and which further field each one takes.
var checkers = [...]struct {
	name, field string
	needed      bool
}{
	{"choice", "choices", true},
	{"exact", "", false},
	{"extract", "rules", true},  // and compare
	{"go-tests", "tests", true}, // and prefix
	{noChecker, "", false},
	{"numeric", "tolerance", false},
	{"regex", "pattern", true},
}

// Read reads the lines of a file. Errors name file, line, what is wrong, what
// is allowed and the nearest name.
func Read(r io.Reader, file string) ([]Item, error) {
	return ReadItems(r, file, func(_ int, data []byte) (Item, error) { return item(data) })
}

// ReadItems reads the lines of a file of any format. Answers have to pass their
// own checkers, and ids have to differ.
func ReadItems(r io.Reader, file string, read func(line int, data []byte) (Item, error)) ([]Item, error) {
	var items []Item
	ids := map[string]int{}
	err := Lines(r, file, func(line int, data []byte) error {
		it, err := read(line, data)
		if err != nil {
			return err
		}
		if abstains(it.Checker) == "" {
			if s := it.Check(it.Answer); !s.Exact {
				return fmt.Errorf("the answer does not pass its own checker: %s", s.Violations[0].Doc)
			}
		}
		if was, ok := ids[it.ID]; ok {
			return fmt.Errorf("the id %q is that of line %d", it.ID, was)
		}
		ids[it.ID] = line
		items = append(items, it)
		return nil
	})
	if err == nil && len(items) == 0 {
		err = fmt.Errorf("%s: no items", file)
	}
	return items, err
}

// item reads one line.
func item(data []byte) (Item, error) {
	var rec record
	has := map[string]bool{}
	into := map[string]any{
		"id": &rec.ID, "prompt": &rec.Prompt, "answer": &rec.Answer, "checker": &rec.Checker, "split": &rec.Split, "rung": &rec.Rung,
		"choices": &rec.Choices, "pattern": &rec.Pattern, "tolerance": &rec.Tolerance, "prefix": &rec.Prefix, "rules": &rec.Rules, "compare": &rec.Compare, "suffix": &rec.Suffix,
	}
	err := Fields(data, func(name string, value json.RawMessage) error {
		has[name] = true
		if name == "tests" {
			var err error
			rec.Tests, err = tests(value)
			return err
		}
		target, ok := into[name]
		if !ok {
			return unknown("field", name, fields[:])
		}
		if name == "answer" && isNumber(value) {
			rec.Answer, rec.number = string(value), true
			return nil
		}
		if json.Unmarshal(value, target) != nil || string(value) == "null" || name == "tolerance" && !isNumber(value) {
			want := map[string]string{"choices": "not a list of texts", "rules": "not a list of texts", "tolerance": "not a number", "answer": "neither a text nor a number"}[name]
			return fmt.Errorf("the field %q is %s", name, cmp.Or(want, "not a text"))
		}
		return nil
	})
	if err != nil {
		return Item{}, err
	}
	for _, name := range fields[:4] {
		if !has[name] && !(name == "answer" && rec.Checker == noChecker) {
			return Item{}, fmt.Errorf("the field %q is missing (needed are %s)", name, strings.Join(fields[:4], ", "))
		}
	}
	return rec.item(has)
}

// tests reads the calls of go-tests.
func tests(value json.RawMessage) ([]goTest, error) {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil || len(list) == 0 || len(list) > maxTests {
		return nil, fmt.Errorf("the field \"tests\" is not a list of 1 to %d objects", maxTests)
	}
	var out []goTest
	for i, v := range list {
		var t goTest
		err := Fields(v, func(name string, value json.RawMessage) error {
			target := map[string]*string{"call": &t.Call, "want": &t.Want}[name]
			if target == nil {
				return unknown("field", name, []string{"call", "want"})
			}
			if json.Unmarshal(value, target) != nil {
				return fmt.Errorf("%q is not a text", name)
			}
			return nil
		})
		if err == nil && (t.Call == "" || t.Want == "") {
			err = fmt.Errorf("\"call\" and \"want\" are needed")
		}
		if err != nil {
			return nil, fmt.Errorf("test %d: %w", i+1, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// item checks what the fields say and makes the item.
func (rec record) item(has map[string]bool) (Item, error) {
	var names []string
	kind := -1
	for i, c := range checkers {
		names = append(names, c.name)
		if c.name == rec.Checker {
			kind = i
		}
	}
	if kind < 0 {
		return Item{}, unknown("checker", rec.Checker, names)
	}
	if c := checkers[kind]; c.needed && !has[c.field] {
		return Item{}, fmt.Errorf("the checker %s needs the field %q", c.name, c.field)
	}
	for _, name := range fields[7:] {
		if has[name] && name != checkers[kind].field && !(name == "prefix" && rec.Checker == "go-tests") && !(name == "compare" && rec.Checker == "extract") {
			return Item{}, fmt.Errorf("the checker %s has no use for the field %q", rec.Checker, name)
		}
	}
	if rec.number && rec.Checker != "numeric" {
		return Item{}, fmt.Errorf("the answer is a number; the checker %s needs a text, %q", rec.Checker, workloads.Clip(rec.Answer))
	}
	splits := []string{string(workloads.Train), string(workloads.Validation), string(workloads.Test)}
	if has["split"] && !slices.Contains(splits, rec.Split) {
		return Item{}, unknown("split", rec.Split, splits)
	}
	if has["rung"] && !goodName(rec.Rung) {
		return Item{}, fmt.Errorf("%q cannot name a rung: allowed are a-z, 0-9, - and _", rec.Rung)
	}
	for _, f := range []struct{ name, text string }{{"id", rec.ID}, {"prompt", rec.Prompt}, {"answer", rec.Answer}} {
		if f.text == "" && has[f.name] {
			return Item{}, fmt.Errorf("the field %q is empty", f.name)
		}
	}
	if rec.Checker != noChecker && strings.TrimSpace(rec.Answer) == "" {
		return Item{}, errors.New("the answer is only white space")
	}
	if has["suffix"] && (rec.Checker == "go-tests" || rec.Checker == "choice" || rec.Answer == "") {
		return Item{}, fmt.Errorf("the field \"suffix\" makes a gap as long as the answer; it needs one, and the checker exact, numeric, regex or none")
	}
	it := Item{ID: rec.ID, Prompt: rec.Prompt, Answer: rec.Answer, Suffix: rec.Suffix, Rung: rec.Rung, Split: workloads.Split(rec.Split)}
	var err error
	switch rec.Checker {
	case "choice":
		it.Checker, err = Choice(rec.Answer, rec.Choices)
		it.Chance = 1 / float64(max(1, len(rec.Choices)))
		it.Choices = rec.Choices
	case "exact":
		it.Checker, it.Unique = Exact(rec.Answer), true
	case "extract":
		it.Checker, it.Result, err = extracted(rec.Answer, rec.Rules, rec.Compare)
	case "go-tests":
		prefix := rec.Prompt
		if rec.Prefix != nil {
			prefix = *rec.Prefix
		}
		it.Checker, err = goTests(prefix, rec.Tests)
	case "numeric":
		it.Checker, err = Numeric(rec.Answer, string(rec.Tolerance))
		if value, err := number.Reference(rec.Answer); err == nil {
			it.Result = "number " + value.RatString()
		}
	case noChecker:
		it.Checker = Unscored(noReason)
	case "regex":
		it.Checker, err = Regex(rec.Pattern)
	}
	return it, err
}

// extracted judges by extraction rules. The reference is what the first one finds in the
// answer, so that an answer may have its steps.
func extracted(answer string, rules []string, compare string) (Checker, string, error) {
	if len(rules) == 0 {
		return nil, "", errors.New("the list \"rules\" is empty")
	}
	first, err := extract.RuleNamed(rules[0])
	if err != nil {
		return nil, "", err
	}
	if text, ok := first.Find(answer); ok {
		answer = text
	}
	c, err := extract.New(rules, "", compare, answer)
	return c, answer, err
}

// unknown is the error for a name that is not among the allowed ones.
func unknown(what, name string, allowed []string) error {
	return fmt.Errorf("%q is not a %s%s (allowed: %s)", workloads.Clip(name), what, engines.Hint(", did you mean %q?", name, allowed), strings.Join(allowed, ", "))
}
