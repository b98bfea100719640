package card

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/workloads"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/rows"
)

// Template is a text with fields: "Question: {{question}}\nAnswer:".
//
// Between the brackets stands the name of a field, then, for what is in it, any number of
// .name and [index], then any number of filters, each behind a bar. A list is written as
// its elements, one a line. Anything else is taken as it stands.
type Template struct {
	source string
	pieces []piece
}

// piece is fixed text, or a field.
type piece struct {
	text    string
	path    []string // nil for fixed text
	filters []filter
}

// filter changes a value.
type filter struct {
	name  string
	args  []string
	match *regexp.Regexp // of drop
}

// filters are their names and how many texts each takes.
var filters = map[string]int{
	"trim":       0, // without white space at its ends
	"after":      1, // what stands behind the last of a text; all where it does not occur
	"before":     1, // what stands in front of the first of a text
	"replace":    2, // a text by another, everywhere
	"drop":       1, // without what a regular expression of Go's package regexp matches
	"letters":    0, // a list as "A. first", "B. second", one a line
	"letter":     0, // a number from 0 as A, B, C
	"capitalize": 0, // the first letter large and all others small, as Python does
	"boxed":      0, // what stands in the last \boxed{}; a mistake where there is none
}

// Bounds of templates.
const (
	maxTemplate = 64 << 10 // bytes
	maxText     = 1 << 20  // bytes of what one makes of a row
)

// pathForm is the name of a field and what follows it.
var (
	pathForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,4}\])*`)
	stepForm = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]`)
	wordForm = regexp.MustCompile(`^[a-z]+`)
)

// ParseTemplate reads one.
func ParseTemplate(source string) (Template, error) {
	t := Template{source: source}
	if len(source) > maxTemplate {
		return t, fmt.Errorf("the text has more than %d bytes", maxTemplate)
	}
	for rest := source; rest != ""; {
		before, inside, found := strings.Cut(rest, "{{")
		if before != "" {
			t.pieces = append(t.pieces, piece{text: before})
		}
		if !found {
			break
		}
		inside, after, closed := cutField(inside)
		if !closed {
			return t, errors.New("{{ without its }}")
		}
		p, err := field(inside)
		if err != nil {
			return t, err
		}
		t.pieces, rest = append(t.pieces, p), after
	}
	return t, nil
}

// cutField finds the end of a field, which no quoted text holds.
func cutField(s string) (inside, after string, found bool) {
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "}}"):
			return s[:i], s[i+2:], true
		case s[i] == '"':
			q, err := strconv.QuotedPrefix(s[i:])
			if err != nil {
				return "", "", false
			}
			i += len(q) - 1
		}
	}
	return "", "", false
}

// field reads what stands between the brackets.
func field(s string) (piece, error) {
	rest := strings.TrimSpace(s)
	name := pathForm.FindString(rest)
	if name == "" {
		return piece{}, fmt.Errorf("{{%s}} does not begin with the name of a field", workloads.Clip(s))
	}
	p := piece{path: stepForm.FindAllString(name, -1)}
	for rest = strings.TrimSpace(rest[len(name):]); rest != ""; rest = strings.TrimSpace(rest) {
		after, bar := strings.CutPrefix(rest, "|")
		if !bar {
			return piece{}, fmt.Errorf("{{%s}}: expected is | and a filter, found %q", workloads.Clip(s), workloads.Clip(rest))
		}
		rest = strings.TrimSpace(after)
		f := filter{name: wordForm.FindString(rest)}
		count, known := filters[f.name]
		if !known {
			return piece{}, engines.UnknownName("filter", cmp.Or(f.name, workloads.Clip(rest)), slices.Sorted(maps.Keys(filters)))
		}
		rest = rest[len(f.name):]
		for range count {
			rest = strings.TrimLeft(rest, " ")
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return piece{}, fmt.Errorf("the filter %s needs %d texts in quotes", f.name, count)
			}
			arg, _ := strconv.Unquote(q)
			f.args, rest = append(f.args, arg), rest[len(q):]
		}
		if f.name == "drop" {
			var err error
			if f.match, err = regexp.Compile(f.args[0]); err != nil {
				return piece{}, fmt.Errorf("the filter drop: %w", err)
			}
		}
		p.filters = append(p.filters, f)
	}
	return p, nil
}

// Value is what a template of a single field leads to, else its text.
func (t Template) Value(r rows.Row) (any, error) {
	if len(t.pieces) == 1 && t.pieces[0].path != nil {
		return t.pieces[0].value(r)
	}
	return t.Text(r)
}

// Source is the text that it was read from.
func (t Template) Source() string { return t.source }

// Fields are the names of the fields that it needs.
func (t Template) Fields() (names []string) {
	for _, p := range t.pieces {
		if p.path != nil && !slices.Contains(names, p.path[0]) {
			names = append(names, p.path[0])
		}
	}
	return names
}

// Text puts a row into the template.
func (t Template) Text(r rows.Row) (string, error) {
	var b strings.Builder
	for _, p := range t.pieces {
		text := p.text
		if p.path != nil {
			v, err := p.value(r)
			if err == nil {
				text, err = written(v)
			}
			if err != nil {
				return "", err
			}
		}
		if b.Len()+len(text) > maxText {
			return "", fmt.Errorf("the text of the row has more than %d bytes", maxText)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// value is what the path leads to, filtered.
func (p piece) value(r rows.Row) (any, error) {
	v, ok := r.Fields[p.path[0]]
	if !ok {
		return nil, fmt.Errorf("the field %q is missing (the row has %s)", p.path[0], r.Names())
	}
	for _, step := range p.path[1:] {
		switch in := v.(type) {
		case map[string]any:
			if v, ok = in[step]; !ok {
				return nil, fmt.Errorf("the field %q has no %q", p.path[0], step)
			}
		case []any:
			i, err := strconv.Atoi(strings.Trim(step, "[]"))
			if err != nil || i >= len(in) {
				return nil, fmt.Errorf("the field %q has %d elements and no %s", p.path[0], len(in), step)
			}
			v = in[i]
		default:
			return nil, fmt.Errorf("the field %q has nothing in it that could be called %s", p.path[0], step)
		}
	}
	var err error
	for _, f := range p.filters {
		if v, err = f.apply(v); err != nil {
			return nil, fmt.Errorf("the field %q: %w", p.path[0], err)
		}
	}
	return v, nil
}

// apply changes a value.
func (f filter) apply(v any) (any, error) {
	switch f.name {
	case "letters":
		list, ok := v.([]any)
		if !ok || len(list) > 26 {
			return nil, errors.New("letters is for a list of at most 26 elements")
		}
		out := make([]any, len(list))
		for i, x := range list {
			text, err := written(x)
			if err != nil {
				return nil, err
			}
			out[i] = string(rune('A'+i)) + ". " + text
		}
		return out, nil
	case "letter":
		text, err := written(v)
		n, bad := strconv.Atoi(text)
		if err != nil || bad != nil || n < 0 || n > 25 {
			return nil, errors.New("letter is for a whole number from 0 to 25")
		}
		return string(rune('A' + n)), nil
	}
	if list, ok := v.([]any); ok { // each of its elements
		out := make([]any, len(list))
		for i, x := range list {
			var err error
			if out[i], err = f.apply(x); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	text, err := written(v)
	if err != nil {
		return nil, err
	}
	switch f.name {
	case "trim":
		text = strings.TrimSpace(text)
	case "after":
		if i := strings.LastIndex(text, f.args[0]); i >= 0 {
			text = text[i+len(f.args[0]):]
		}
	case "before":
		text, _, _ = strings.Cut(text, f.args[0])
	case "replace":
		if text = strings.ReplaceAll(text, f.args[0], f.args[1]); len(text) > maxText {
			return nil, fmt.Errorf("more than %d bytes", maxText)
		}
	case "drop":
		text = f.match.ReplaceAllString(text, "")
	case "capitalize":
		if _, n := utf8.DecodeRuneInString(text); n > 0 {
			text = strings.ToUpper(text[:n]) + strings.ToLower(text[n:])
		}
	case "boxed":
		rule, err := extract.RuleNamed("boxed")
		if err != nil {
			return nil, err
		}
		found, ok := rule.Find(text)
		if !ok {
			return nil, errors.New("no \\boxed{} in it")
		}
		text = found
	}
	return text, nil
}

// written is a value as text.
func written(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case []any:
		lines := make([]string, len(v))
		for i, x := range v {
			var err error
			if lines[i], err = written(x); err != nil {
				return "", err
			}
		}
		return strings.Join(lines, "\n"), nil
	}
	return "", errors.New("not a text, a number or a list of these")
}
