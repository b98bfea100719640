package place

import (
	"cmp"
	"fmt"
	"strings"
)

// field is a field of [Place] in words.
type field struct {
	what string // in the plural
	of   func(Place) any
	mark string // format of the value in titles
	// wide lists the places whose titles show the field as soon as it differs
	// among them. Other titles show it only where they would be equal without it.
	wide func(Place) bool
	// clock is true of a field on which only times depend.
	clock bool
	// older is true of a field that older files do not hold: one that only one side
	// knows is no difference. [Unknown] says so.
	older bool
}

func everywhere(Place) bool { return true }
func onTasks(p Place) bool  { return !p.CostOnly }

// fields lists all fields, in the order in which titles show them.
func fields() []field {
	return []field{
		{what: "origins of the numbers", of: func(p Place) any { return p.Origin }, mark: "measured by %s", wide: everywhere},
		{what: "thread counts", of: func(p Place) any { return p.Threads }, mark: "%s threads", wide: everywhere, clock: true},
		{what: "planted errors", of: func(p Place) any { return p.Planted }, mark: "%s planted errors"},
		{what: "splits", of: func(p Place) any { return p.Split }, mark: "%s split", wide: onTasks},
		{what: "weights", of: func(p Place) any { return p.Weights }, mark: "%s", wide: onTasks},
		{what: "digests of the weights", of: func(p Place) any { return p.Alone }, mark: "weights %s"},
		{what: "digests of the models (weights, configuration and tokenizer)", of: func(p Place) any { return p.Digest }, mark: "model %s", older: true},
		{what: "datasets", of: func(p Place) any { return p.Dataset }, mark: "dataset %s"},
		{what: "numbers of samples", of: func(p Place) any { return p.Samples }, mark: "%s samples"},
		{what: "ends of answers", of: func(p Place) any { return p.Ends }, mark: "ended by %s"},
		{what: "ways of scoring", of: func(p Place) any { return p.Score }, mark: "scored by %s"},
		{what: "forms of the prompts", of: func(p Place) any { return p.Chat }, mark: "prompts in the form %s"},
		{what: "knobs of the rung", of: func(p Place) any { return p.Knobs }, mark: "%s"},
		{what: "chance levels", of: func(p Place) any { return p.Chance }, mark: "chance %s"},
		{what: "prompt lengths", of: func(p Place) any { return p.Prompt }, mark: "prompt %s"},
		{what: "numbers of parameters", of: func(p Place) any { return p.Params }, mark: "%s parameters"},
		{what: "workloads", of: func(p Place) any { return p.Workload }, mark: "workload %s"},
		{what: "rungs", of: func(p Place) any { return p.Rung }, mark: "rung %s"},
		{what: "token budgets", of: func(p Place) any { return p.Budget }, mark: "budget %s"},
		{what: "batch sizes", of: func(p Place) any { return p.Batch }, mark: "batch %s"},
		{what: "arrivals of requests", of: func(p Place) any { return p.Load }, mark: "load %s", clock: true},
		{what: "cost-only marks", of: func(p Place) any { return p.CostOnly }, mark: "cost only %s"},
	}
}

// shown is the value of the field for people; "" for none.
func (f field) shown(p Place) string {
	text := fmt.Sprint(f.of(p))
	if strings.HasPrefix(text, "sha256:") {
		return fmt.Sprintf("%.19s", text)
	}
	return text
}

// text is the field as titles show it; "" for none.
func (f field) text(p Place) string {
	switch value := f.shown(p); {
	case value == "":
		return ""
	case value == "1":
		return ", " + strings.TrimSuffix(fmt.Sprintf(f.mark, value), "s")
	default:
		return ", " + fmt.Sprintf(f.mark, value)
	}
}

// Difference is a field in which two places differ, with both values.
type Difference struct {
	What string // in the plural: "weights"
	A, B string
	// Clock is true where only times are not comparable for it.
	Clock bool
}

// Between says which side has what: "weights differ: a here and b there".
func (d Difference) Between(a, b string) string {
	return fmt.Sprintf("%s differ: %s%s and %s%s", d.What, cmp.Or(d.A, "none"), a, cmp.Or(d.B, "none"), b)
}

// Unknown says what is not known of the models of two places that may be compared;
// "" for nothing.
func Unknown(a, b Place) string {
	if a.Alone == "" || a.Digest != "" && b.Digest != "" {
		return ""
	}
	return "an older version knew models by their weights alone: these are equal, whether configuration and tokenizer are is not known"
}

// Differs lists the fields in which two places differ; none means that readings
// at both may be compared. Fields on which only times depend come last.
func Differs(a, b Place) []Difference {
	var all, clocks []Difference
	for _, f := range fields() {
		d := Difference{f.what, f.shown(a), f.shown(b), f.clock}
		switch {
		case f.of(a) == f.of(b), f.older && (f.of(a) == "" || f.of(b) == ""):
		case f.clock:
			clocks = append(clocks, d)
		default:
			all = append(all, d)
		}
	}
	return append(all, clocks...)
}
