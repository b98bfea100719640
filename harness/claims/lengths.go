package claims

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// lengths are the differences of two decoders, b minus a, in violations per 100
// constraints, by length.
type lengths struct {
	x     []float64
	units [][]float64 // of each length, an instance each; tasks have equal weight
	a, b  []float64   // means of the decoders
}

// tasks are the names of what the rungs of groups have in common but for their
// length, in order: "long repeat" of repeat-32.
func tasks(groups []*Group) []string {
	var list []string
	for _, g := range groups {
		if t := taskName(g); !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

func taskName(g *Group) string {
	parts := strings.Split(g.Rung, "-")
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == fmt.Sprint(int(g.Knobs["length"])) })
	return g.Workload + " " + strings.Join(parts, "-")
}

func ofTask(groups []*Group, task string) []*Group {
	var list []*Group
	for _, g := range groups {
		if taskName(g) == task {
			list = append(list, g)
		}
	}
	return list
}

// violations of a request per 100 constraints.
func violations(q *result.Request) (float64, bool) {
	if q.Violations == nil || q.Constraints == nil || *q.Constraints == 0 {
		return 0, false
	}
	return 100 * float64(*q.Violations) / float64(*q.Constraints), true
}

// lengths collects the differences of the decoder of a role from the
// autoregressive one.
func (j *longJudge) lengths(groups []*Group, role string, keep func(*Group) bool) lengths {
	byLength := map[float64][]*Group{}
	for _, g := range groups {
		if x := g.Knobs["length"]; x > 0 && keep(g) {
			byLength[x] = append(byLength[x], g)
		}
	}
	var l lengths
	for _, x := range sortedKeys(byLength) {
		var parts [][]float64
		var a, b float64
		for _, g := range byLength[x] {
			first, second := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder(role))
			if first == nil || second == nil {
				continue
			}
			p, q := Pair(first, second, violations)
			if float64(len(p)) < j.rule.Number("instances") {
				j.v.exclude(fmt.Sprintf("%s: %d instances with both decoders, %g are asked for", g.Place, len(p), j.rule.Number("instances")))
				continue
			}
			if limit := j.rule.Number("saturated"); stats.Mean(p) > limit && stats.Mean(q) > limit {
				j.v.exclude(fmt.Sprintf("%s: %s and %s break more than %g of 100 constraints", g.Place, first.Title(), second.Title(), limit))
				continue
			}
			j.v.untrained(first, second)
			diffs := make([]float64, len(p))
			for i := range p {
				diffs[i] = q[i] - p[i]
			}
			parts = append(parts, diffs)
			a, b = a+stats.Mean(p), b+stats.Mean(q)
		}
		if n := float64(len(parts)); n > 0 {
			l.x, l.units = append(l.x, x), append(l.units, equalWeight(parts))
			l.a, l.b = append(l.a, a/n), append(l.b, b/n)
		}
	}
	return l
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
