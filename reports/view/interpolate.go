package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// between compares a with the point on the line from b to far, unit by unit;
// its intervals take the weight as known.
func between(a, b, far *Row, weight float64, boot *stats.Bootstrap) Comparison {
	var c Comparison
	order, near := unitLogs(a.paired, b.paired)
	_, other := unitLogs(a.paired, far.paired)
	var logs []float64
	for _, u := range order {
		if y, ok := other[u]; ok {
			logs = append(logs, (1-weight)*near[u]+weight*y)
		}
	}
	if e, err := stats.PairedRatio(logs); err == nil {
		c.Speed, c.SpeedP = &e, stats.SignedRankP(logs)
	}
	if a.Cell.CostOnly || b.Cell.CostOnly {
		return c
	}
	solvedA, solvedFar := solved(a.paired), solved(far.paired)
	var diffs []float64
	for _, s := range b.paired.scores {
		y, okY := solvedFar[s.instance]
		z, okZ := solvedA[s.instance]
		if okY && okZ {
			diffs = append(diffs, (1-weight)*s.exact+weight*y-z)
		}
	}
	if e, test, err := tested(diffs, boot); err == nil {
		e = e.Times(100)
		c.Exact, c.ExactTest = &e, test
	}
	return c
}

// neighbours lists the pairs of settings that differ in the value of one
// numeric option and have no third one between them.
func neighbours(rows []*Row) [][2]int {
	var list [][2]int
	for _, option := range numericOptions(rows) {
		families := map[string][]int{}
		var order []string
		for i, r := range rows {
			if _, ok := optionValue(r.Cell, option); !ok {
				continue
			}
			key := r.except(func(o string) bool { return o == option })
			if families[key] == nil {
				order = append(order, key)
			}
			families[key] = append(families[key], i)
		}
		value := func(i int) float64 { x, _ := optionValue(rows[i].Cell, option); return x }
		for _, key := range order {
			at := families[key]
			slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(value(i), value(j)) })
			for k := 1; k < len(at); k++ {
				if value(at[k-1]) != value(at[k]) {
					list = append(list, [2]int{at[k-1], at[k]})
				}
			}
		}
	}
	return list
}

func numericOptions(rows []*Row) []string {
	var names []string
	for _, r := range rows {
		for name := range r.Cell.Options {
			if _, ok := optionValue(r.Cell, name); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// optionValue is a numeric option. Of steps, 0 stands for one step a token, the
// most there are.
func optionValue(c result.Cell, name string) (float64, bool) {
	x, ok := c.Option(name)
	if ok && x == 0 && steppy(name) {
		x = math.Inf(1)
	}
	return x, ok
}

// Name is that of the matched setting, "diffusion between steps=4 and steps=8"
// where it lies between two.
func (m *Matched) Name() string {
	if m.Far == nil {
		return m.B.Name
	}
	own, far := strings.Fields(m.B.Name), strings.Fields(m.Far.Name)
	return fmt.Sprintf("%s between %s and %s", own[0], strings.Join(own[1:], " "), strings.Join(far[1:], " "))
}
