package gate

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
)

// CompareLedgers compares the counters of all cells: one finding for each cell
// of the new ledger, and one for each cell that only the old one has.
func CompareLedgers(old, new Ledger, p Policy) []Finding {
	before := map[string]Account{}
	for _, a := range old.Cells {
		before[a.Key] = a
	}
	var list []Finding
	seen := map[string]bool{}
	for _, b := range new.Cells {
		seen[b.Key] = true
		a, ok := before[b.Key]
		switch {
		case !ok:
			list = append(list, b.finding(NotComparable, "the old side has no such cell"))
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
	if len(list) == 0 {
		return b.finding(NoChange, "")
	}
	f := b.finding(Changed, changesSentence(list))
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
	return place.Place{Weights: a.Weights, Digest: a.Digest, CostOnly: a.CostOnly}
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

// changes lists the counters that differ, in the order of [CounterNames]. Both
// sides have the same instances in the same order.
func changes(old, new []Row, p Policy) []Change {
	var list []Change
	for _, f := range facts() {
		c := Change{Counter: f.name, Of: len(old), Accept: p.accepts(f.name)}
		sums := [2]usage.Count{usage.Known(0), usage.Known(0)}
		for k := range old {
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
	return list
}

// AcceptProblem says what is wrong with a list of accepted counters, or "".
func AcceptProblem(names []string) string {
	for _, name := range names {
		if name != "all" && !slices.Contains(CounterNames(), name) {
			return fmt.Sprintf("no counter is named %q; allowed are all, %s", name, strings.Join(CounterNames(), ", "))
		}
	}
	return ""
}
