package gate

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// CompareLedgers compares the counters of all cells: one finding for each cell
// of the new ledger, and one for each cell that only the old one has.
func CompareLedgers(old, new Ledger, p Policy) []Finding {
	before := old.byKey()
	var list []Finding
	seen := map[string]bool{}
	for _, b := range new.Cells {
		seen[b.Key] = true
		a, ok := before[b.Key]
		switch {
		case !ok:
			f := b.finding(NotComparable, "nothing of it was compared, because the old side has no such cell"+old.Hint)
			f.Accept = slices.Contains(p.Accept, NewCells)
			list = append(list, f)
		case old.Seed != new.Seed:
			list = append(list, b.finding(NotComparable, fmt.Sprintf("the scenario's seed is %d on the old side and %d on the new one", old.Seed, new.Seed)))
		default:
			list = append(list, compareAccounts(a, b, p))
		}
	}
	for _, a := range old.Cells {
		if !seen[a.Key] {
			list = append(list, a.finding(NotComparable, "the new side has no such cell"))
		}
	}
	return list
}

func (l Ledger) byKey() map[string]Account {
	cells := map[string]Account{}
	for _, a := range l.Cells {
		cells[a.Key] = a
	}
	return cells
}

// Unknown says what is not known of the models whose cells both ledgers have.
func Unknown(old, new Ledger) []string {
	before := old.byKey()
	for _, b := range new.Cells {
		if a, ok := before[b.Key]; ok {
			if why := place.Unknown(a.weights(), b.weights()); why != "" {
				return []string{why}
			}
		}
	}
	return nil
}

// finding is what there is to say about the counters of a cell.
func (a Account) finding(v Verdict, why string) Finding {
	f := Finding{Cell: a.Key, Decoder: a.Decoder, Engine: a.Engine, Metric: Counters, Verdict: v}
	if why != "" {
		f.Sentence = a.Key + ": " + why
	}
	return f
}

// compareAccounts compares two accounts of one cell.
func compareAccounts(a, b Account, p Policy) Finding {
	for _, side := range []struct{ name, problem string }{{"old", a.Problem}, {"new", b.Problem}} {
		if side.problem != "" {
			return b.finding(Invalid, fmt.Sprintf("the counters of the %s side cannot be used: %s", side.name, side.problem))
		}
	}
	if why := unlike(a, b); why != "" {
		return b.finding(NotComparable, why)
	}
	list := changes(a.Rows, b.Rows, p)
	for _, name := range a.foreign {
		list = append(list, Change{Counter: name, Of: len(a.Rows), Missing: "this program does not know it", Accept: p.accepts(name)})
	}
	verdict := Changed
	switch {
	case len(list) == 0:
		return b.finding(NoChange, "")
	case !slices.ContainsFunc(list, func(c Change) bool { return c.Missing == "" }):
		verdict = NotComparable
	}
	f := b.finding(verdict, changesSentence(list))
	f.Changes = list
	f.Accept = !slices.ContainsFunc(list, func(c Change) bool { return !c.Accept })
	return f
}

// unlike says why two accounts do not describe the same work, or "". An option
// that only one side knows is one that a program gained or lost: its effect, if
// any, shows in the counters.
func unlike(a, b Account) string {
	if a.Engine != b.Engine || a.Preset != b.Preset {
		return fmt.Sprintf("the decoder is %s/%s on the old side and %s/%s on the new one", a.Engine, a.Preset, b.Engine, b.Preset)
	}
	if d := place.Differs(a.weights(), b.weights()); len(d) > 0 {
		return sides(d[0])
	}
	for _, name := range slices.Sorted(maps.Keys(b.Options)) {
		if x, ok := a.Options[name]; ok && !same(x, b.Options[name]) {
			return fmt.Sprintf("option %s is %v on the old side and %v on the new one", name, x, b.Options[name])
		}
	}
	if ids, other := instances(a.Rows), instances(b.Rows); !slices.Equal(ids, other) {
		return fmt.Sprintf("the two sides decoded different instances (%s, and %s)", span(ids), span(other))
	}
	return ""
}

// same compares option values, of which one may come from JSON.
func same(x, y any) bool {
	if n, ok := x.(int); ok {
		x = float64(n)
	}
	if n, ok := y.(int); ok {
		y = float64(n)
	}
	return reflect.DeepEqual(x, y)
}

// weights is what a baseline keeps of the place of a cell.
func (a Account) weights() place.Place {
	return place.Place{Weights: a.Weights, Digest: a.Digest, Alone: a.Alone, CostOnly: a.CostOnly}
}

func instances(rows []Row) []string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.Instance)
	}
	return ids
}

func span(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d from %s on", len(ids), ids[0])
}

// changes lists the counters that differ, and then those that were not compared
// because one side alone knows them, in the order of [CounterNames]. Both sides have
// the same instances in the same order.
func changes(old, new []Row, p Policy) []Change {
	var list, missing []Change
	for _, f := range facts() {
		c := Change{Counter: f.name, Of: len(old), Accept: p.accepts(f.name)}
		gap := c
		sums := [2]usage.Count{usage.Known(0), usage.Known(0)}
		for k := range old {
			if side := f.unknown(&old[k], &new[k]); side != "" {
				gap.Instances++
				gap.Missing = "the " + side + " side does not know it"
				continue
			}
			if f.text == nil {
				sums[0], sums[1] = sums[0].Plus(f.of(&old[k])), sums[1].Plus(f.of(&new[k]))
			}
			if !f.differ(&old[k], &new[k]) {
				continue
			}
			if c.Instances++; c.Instances == 1 {
				c.Example, c.Old, c.New = old[k].Instance, f.show(&old[k]), f.show(&new[k])
			}
		}
		if gap.Instances > 0 {
			missing = append(missing, gap)
		}
		if c.Instances == 0 {
			continue
		}
		x, known := sums[0].Value()
		y, both := sums[1].Value()
		if f.text == nil && known && both {
			c.OldSum, c.NewSum = &x, &y
		}
		list = append(list, c)
	}
	return append(list, missing...)
}

// NewCells, among the accepted counters, accepts cells that the old side lacks.
const NewCells = "new"

// AcceptProblem says what is wrong with a list of accepted counters, or "".
func AcceptProblem(names []string) string {
	for _, name := range names {
		if name != "all" && name != NewCells && !slices.Contains(CounterNames(), name) {
			return fmt.Sprintf("no counter is named %q; allowed are all, %s, %s", name, NewCells, strings.Join(CounterNames(), ", "))
		}
	}
	return ""
}

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

// unknown names the side that alone does not know a counter, or is "".
func (f *fact) unknown(old, new *Row) string {
	switch {
	case f.text != nil || f.of(old).Known() == f.of(new).Known():
		return ""
	case f.of(new).Known():
		return "old"
	}
	return "new"
}

// differ reports whether both rows have the fact and differ in it.
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
