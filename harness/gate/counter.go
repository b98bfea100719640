package gate

import (
	"fmt"
	"slices"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// fact is something exact about a request: a counter, or a text.
type fact struct {
	name  string // as in results.jsonl
	words string // in sentences
	of    func(*Row) usage.Count
	text  func(*Row) string // of what is no counter; nil for counters
}

// The exact facts of a request that are not numbers.
const (
	outputCounter = "output_sha256"
	finishCounter = "finish"
)

// facts lists what two runs are compared by, the most telling first: a sentence
// names the first one that differs.
func facts() []fact {
	var list []fact
	for _, c := range usage.Compared() {
		list = append(list, fact{c.Entry().Name, c.Entry().Words, func(r *Row) usage.Count { return r.Usage[c] }, nil})
	}
	return append(list,
		fact{outputCounter, "the hash of the written tokens", nil, func(r *Row) string { return r.Output }},
		fact{finishCounter, "why decoding ended", nil, func(r *Row) string { return r.Finish }})
}

// differ reports whether both rows have the fact and differ in it. A counter that
// either row does not know is not compared.
func (f *fact) differ(a, b *Row) bool {
	if f.text != nil {
		return f.text(a) != f.text(b)
	}
	x, y := f.of(a), f.of(b)
	return x != y && x.Known() && y.Known()
}

// show is the fact of a row for a reader; of a hash the start.
func (f *fact) show(r *Row) string {
	switch {
	case f.text == nil:
		return f.of(r).String()
	case f.name == outputCounter:
		return fmt.Sprintf("%.12s", f.text(r))
	}
	return f.text(r)
}

// CounterNames lists what an accepted difference may name.
func CounterNames() []string {
	var names []string
	for _, f := range facts() {
		names = append(names, f.name)
	}
	return names
}

// MadeFrom reports whether a metric of reports is made from a counter. A metric
// that is not made from counters alone, such as a score, may depend on every one
// of them.
func MadeFrom(metric, counter string) bool {
	for _, m := range result.Metrics() {
		if m.Name == metric && m.Exact() {
			return slices.ContainsFunc(m.Counters, func(c usage.Counter) bool { return c.String() == counter })
		}
	}
	return true
}

// Words explains a counter, for example "nfe (forward passes)".
func Words(name string) string {
	for _, f := range facts() {
		if f.name == name {
			return fmt.Sprintf("%s (%s)", name, f.words)
		}
	}
	return name
}
