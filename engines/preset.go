package engines

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Options are decoder parameters by name. Values are int, float64, bool or string.
type Options map[string]any

// Kind is the type of a parameter's value.
type Kind string

// The kinds of parameters.
const (
	KindInt    Kind = "int"
	KindFloat  Kind = "float"
	KindBool   Kind = "bool"
	KindChoice Kind = "choice" // a string out of Param.Allowed
)

// Role is a meaning of parameters that others have to know, whatever their name.
type Role string

// The roles of parameters.
const (
	RoleSteps Role = "steps" // number of denoising steps, of the canvas or of each block
	RoleCache Role = "cache" // chooses what is kept from pass to pass
)

// Param describes one decoder parameter for help texts, scenario checks and JSON schemas.
type Param struct {
	Name     string
	Role     Role // "" for most
	Kind     Kind
	Default  any      // nil: the parameter may be left out, and then Options lack it
	Min, Max float64  // inclusive range of numbers; ignored when both are 0
	Allowed  []string // for KindChoice
	Doc      string   // one sentence with the unit
}

// Int is a parameter that is a whole number from least to most.
func Int(name string, usual, least, most int, doc string) Param {
	return Param{Name: name, Kind: KindInt, Default: usual, Min: float64(least), Max: float64(most), Doc: doc}
}

// Float is a parameter that is a number from least to most.
func Float(name string, usual, least, most float64, doc string) Param {
	return Param{Name: name, Kind: KindFloat, Default: usual, Min: least, Max: most, Doc: doc}
}

// Bool is a parameter that is on or off.
func Bool(name string, usual bool, doc string) Param {
	return Param{Name: name, Kind: KindBool, Default: usual, Doc: doc}
}

// Choice is a parameter that is one of some words.
func Choice(name, usual string, allowed []string, doc string) Param {
	return Param{Name: name, Kind: KindChoice, Default: usual, Allowed: allowed, Doc: doc}
}

// As is the parameter in a role.
func (p Param) As(r Role) Param {
	p.Role = r
	return p
}

// Preset is a published decoding rule under its own name.
type Preset struct {
	Engine string // package that runs it: "autoregressive", "diffusion", "block", "hybrid"
	Name   string
	Doc    string // one sentence
	Source string // paper or code base, with year
	Cache  string // "none", "exact" or "approximate"
	// Revises is true when a token that was written may change again.
	Revises bool
	// LeftToRight is true when the rule needs an empty canvas: it refuses a Request
	// with a Draft.
	LeftToRight bool
	// Baseline is true of a rule that writes one token after another from left to
	// right, however it is called: other ways of decoding are compared with it.
	Baseline bool
	// Differs says where the rule departs from its source on purpose; "" if nowhere.
	Differs string
	Params  []Param
}

// Resolve checks given options against a preset and fills in the defaults. The
// result holds every parameter of the preset that has a value, with the Go type of its kind:
// int, float64, bool or string. Whole numbers are accepted for floats, and
// whole floats (as JSON has them) for ints. The error names everything that is
// wrong, what is allowed, and for an unknown name the nearest known one.
func Resolve(p Preset, given Options) (Options, error) {
	out := Options{}
	var names []string
	var errs []error
	for _, param := range p.Params {
		names = append(names, param.Name)
		value, ok := given[param.Name]
		if !ok {
			if value = param.Default; value == nil {
				continue
			}
		}
		v, err := param.check(value)
		if err != nil {
			errs = append(errs, fmt.Errorf("preset %s: %w", p.Name, err))
		}
		out[param.Name] = v
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			errs = append(errs, UnknownName("option of preset "+p.Name, name, names))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return out, nil
}

// check returns v as the Go type of the parameter's kind.
func (p *Param) check(v any) (any, error) {
	switch p.Kind {
	case KindBool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, fmt.Errorf("%s is %v, allowed are true and false", p.Name, Shown(v))
	case KindChoice:
		s, ok := v.(string)
		if ok && slices.Contains(p.Allowed, s) {
			return s, nil
		}
		return nil, fmt.Errorf("%s is %q, allowed are %s%s", p.Name, fmt.Sprint(Shown(v)), strings.Join(p.Allowed, ", "), Hint("; did you mean %s?", s, p.Allowed))
	case KindInt, KindFloat:
		x, ok := number(v)
		whole := p.Kind == KindInt
		// 2^53 is the largest range in which a float64 holds every whole number.
		if ok = ok && !math.IsNaN(x) && !math.IsInf(x, 0) && (!whole || x == math.Trunc(x) && math.Abs(x) <= 1<<53); !ok {
			kind := "a number"
			if whole {
				kind = "a whole number"
			}
			return nil, fmt.Errorf("%s is %v, allowed is %s%s", p.Name, Shown(v), kind, p.span())
		}
		if (p.Min != 0 || p.Max != 0) && (x < p.Min || x > p.Max) {
			return nil, fmt.Errorf("%s is %v, allowed is%s", p.Name, v, p.span())
		}
		if whole {
			return int(x), nil
		}
		return x, nil
	}
	panic("engines: a parameter has an unknown kind")
}

// Shown is a value of a file or a request as messages show it, in the words of JSON.
func Shown(v any) any {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case nil:
		return "null"
	}
	return v
}

// span says the range of a number in words, or nothing when there is none.
func (p *Param) span() string {
	if p.Min == 0 && p.Max == 0 {
		return ""
	}
	return fmt.Sprintf(" from %.12g to %.12g", p.Min, p.Max)
}

func number(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// UnknownName is the error for a name that is not one of allowed: what it was
// meant to be, the nearest name if one is near, and the list.
func UnknownName(what, name string, allowed []string) error {
	list := cmp.Or(strings.Join(allowed, ", "), "none")
	return fmt.Errorf("%q is not a known %s%s (known: %s)", name, what, Hint("; did you mean %s?", name, allowed), list)
}

// Hint writes the nearest name with a format, as in "; did you mean %s?"; "" where none is near.
func Hint(format, name string, among []string) string {
	if near := Nearest(name, among); near != "" {
		return fmt.Sprintf(format, near)
	}
	return ""
}

// Nearest returns the name among the given ones with the smallest edit distance
// (Levenshtein, in lower case), or "" if none is nearer than half of the letters of
// name. Of equally near names the first one is returned.
func Nearest(name string, among []string) string {
	best, limit := "", (len(name)+1)/2+1
	for _, candidate := range among {
		if longer := len(name) - len(candidate); max(longer, -longer) >= limit {
			continue // so is the distance, and a name from a file may have any length
		}
		if d := editDistance(strings.ToLower(name), strings.ToLower(candidate)); d < limit {
			best, limit = candidate, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
