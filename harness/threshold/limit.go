package threshold

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/stats"
)

// Limit is a parsed expression:
//
//	limit     = term { "&&" term }
//	term      = aggregate compare number [ unit ]
//	aggregate = "value" | "avg" | "med" | "min" | "max" | "count" | "p(" number ")"
//	compare   = "<" | "<=" | ">" | ">=" | "==" | "!="
type Limit struct {
	Text  string
	Terms []Term
}

// String is the expression as written.
func (l *Limit) String() string { return l.Text }

// Term is one comparison.
type Term struct {
	Aggregate Aggregate
	Percent   float64 // of the aggregate Percentile, above 0 and below 100
	Compare   string
	Bound     float64 // in the unit of the metric; of Count, a number
	Text      string
}

// Aggregate makes one number of many.
type Aggregate string

// The aggregates.
const (
	Value      Aggregate = "value" // the metric as reports show it
	Mean       Aggregate = "avg"
	Median     Aggregate = "med"
	Least      Aggregate = "min"
	Most       Aggregate = "max"
	Count      Aggregate = "count" // of requests with a value
	Percentile Aggregate = "p"
)

var plain = []string{string(Value), string(Mean), string(Median), string(Least), string(Most), string(Count)}

// compares lists the comparisons, longer ones before their beginnings.
var compares = []string{"<=", ">=", "==", "!=", "<", ">"}

// scales holds the units that a number may have, by unit of the metric, and how
// many of the metric's units each is. Other metrics take bare numbers.
var scales = map[string]map[string]float64{
	"ms": {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3, "m": 6e4},
	"%":  {"%": 1},
	"MB": {"B": 1e-6, "kB": 1e-3, "MB": 1, "GB": 1e3},
}

// SyntaxError is a mistake in an expression.
type SyntaxError struct {
	Offset int // bytes before the mistake
	Msg    string
}

func (e *SyntaxError) Error() string { return e.Msg }

// Bounds of an expression, in bytes, and of the numbers in it.
const (
	maxText   = 500
	maxNumber = 1e15
)

// Parse reads an expression on a metric with that unit. Its error is a
// [*SyntaxError].
func Parse(text, unit string) (*Limit, error) {
	if len(text) > maxText {
		return nil, &SyntaxError{0, fmt.Sprintf("the expression has more than %d bytes", maxText)}
	}
	l := &Limit{Text: text}
	at := 0
	for part := range strings.SplitSeq(text, "&&") {
		t, offset, msg := term(part, unit)
		if msg != "" {
			return nil, &SyntaxError{at + offset, msg}
		}
		l.Terms = append(l.Terms, t)
		at += len(part) + len("&&")
	}
	return l, nil
}

// term reads one comparison; msg says what is wrong at an offset.
func term(text, unit string) (t Term, offset int, msg string) {
	t.Text = strings.TrimSpace(text)
	at := strings.IndexAny(text, "<>=!")
	lead := len(text) - len(strings.TrimLeft(text, " \t"))
	if t.Text == "" || at < 0 {
		return t, lead, fmt.Sprintf("%q is no comparison; allowed is an aggregate, a comparison and a number, for example p(95)<2s", clip(t.Text))
	}
	if msg = t.aggregate(strings.TrimSpace(text[:at])); msg != "" {
		return t, lead, msg
	}
	i := slices.IndexFunc(compares, func(c string) bool { return strings.HasPrefix(text[at:], c) })
	if i < 0 {
		return t, at, fmt.Sprintf("%q is no comparison; allowed are %s", text[at:at+1], strings.Join(compares, " "))
	}
	t.Compare = compares[i]
	at += len(t.Compare)
	if t.Aggregate == Count {
		unit = ""
	}
	t.Bound, msg = number(strings.TrimSpace(text[at:]), unit)
	return t, at, msg
}

// aggregate reads what stands before the comparison.
func (t *Term) aggregate(text string) string {
	if slices.Contains(plain, text) {
		t.Aggregate = Aggregate(text)
		return ""
	}
	inner, isP := strings.CutPrefix(text, "p(")
	inner, closed := strings.CutSuffix(inner, ")")
	if !isP || !closed {
		return fmt.Sprintf("unknown aggregate %q; allowed are %s, p(N)", clip(text), strings.Join(plain, ", "))
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(inner), 64)
	if err != nil || !(v > 0 && v < 100) {
		return fmt.Sprintf("p(%s) is no percentile; allowed is a number above 0 and below 100", clip(inner))
	}
	t.Aggregate, t.Percent = Percentile, v
	return ""
}

// number reads a number with its unit, and gives it in the unit of the metric.
func number(text, unit string) (v float64, msg string) {
	end := strings.LastIndexAny(text, "0123456789.") + 1
	scale, known := scales[unit], ""
	for _, u := range []string{"ns", "us", "ms", "s", "m", "%", "B", "kB", "MB", "GB"} {
		if _, ok := scale[u]; ok {
			known += ", " + u
		}
	}
	v, err := strconv.ParseFloat(text[:end], 64)
	if err != nil || math.Abs(v) > maxNumber {
		return 0, fmt.Sprintf("%q is no number; allowed is one of at most %g", clip(text), maxNumber)
	}
	suffix := strings.TrimSpace(text[end:])
	by, ok := scale[suffix]
	switch {
	case ok:
		return v * by, ""
	case len(scale) == 0 && suffix == "":
		return v, ""
	case len(scale) == 0:
		return 0, fmt.Sprintf("the number has the unit %q; it must have none", clip(suffix))
	}
	return 0, fmt.Sprintf("%q needs a unit; allowed is one of %s", clip(text), known[2:])
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

// check judges one comparison.
func (t Term) check(n Numbers) Outcome {
	v, why := t.observe(n)
	if why == "" && math.IsNaN(v) {
		why = "it is not a number"
	}
	if why != "" {
		return Outcome{Term: t, Why: why}
	}
	met := false
	switch t.Compare {
	case "<":
		met = v < t.Bound
	case "<=":
		met = v <= t.Bound
	case ">":
		met = v > t.Bound
	case ">=":
		met = v >= t.Bound
	case "==":
		met = v == t.Bound
	case "!=":
		met = v != t.Bound
	}
	return Outcome{Term: t, Met: met, Observed: &v}
}

// observe works the aggregate out; why says what is missing.
func (t Term) observe(n Numbers) (v float64, why string) {
	if t.Aggregate == Value {
		v, ok := n.Value()
		if !ok {
			return 0, "it was not measured"
		}
		return v, ""
	}
	each := n.Each()
	if len(each) == 0 {
		return 0, "no request has a value"
	}
	var e stats.Estimate
	var err error
	switch t.Aggregate {
	case Count:
		return float64(len(each)), ""
	case Mean:
		sum := 0.0
		for _, x := range each {
			sum += x
		}
		return sum / float64(len(each)), ""
	case Least:
		return slices.Min(each), ""
	case Most:
		return slices.Max(each), ""
	case Median:
		e, err = stats.Median(each)
	default:
		e, err = stats.Quantile(each, t.Percent)
	}
	if err != nil {
		return 0, err.Error()
	}
	return e.Value, ""
}
