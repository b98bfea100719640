package shard

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Unit is work that one machine does as a whole: the cells of a round, which decode
// the same instances in turns, on all of the round's batches or on some that follow
// each other. Every pair and every repetition of an instance is in one unit.
type Unit struct {
	// ID is that of the round's first cell, and for a part of a round also the first
	// batch and the number of batches: "c0ffee-64-32". [Find] makes the unit of it.
	ID    string
	Round int           // index in [scenario.Plan.Rounds]
	Span  scenario.Span // of its batches
	Work  float64       // that is expected, in the measure of the plan's cells
}

// Units divides a plan so that so many workers have work: a round that is more than
// the fair share of one of them is cut into parts that are not. A round that ends by
// what it finds (until) stays whole. work is that of one batch by cell id; where it is
// not known, all batches count alike. The result depends on the arguments alone.
func Units(plan *scenario.Plan, work map[string]float64, workers int) (list []Unit) {
	rounds := plan.Rounds()
	costs, total := make([]float64, len(rounds)), 0.0
	for i, round := range rounds {
		for _, c := range round.Cells() {
			one := work[c.ID]
			if work == nil {
				one = 1
			}
			costs[i] += float64(one * float64(round[0].Batches()*round[0].Runs())) // never fused: all machines divide alike
		}
		costs[i] = max(costs[i], 1e-9)
		total += costs[i]
	}
	for i, round := range rounds {
		parts, batches := 1, round[0].Batches()
		if len(round[0].Enough) == 0 {
			parts = int(min(math.Ceil(float64(costs[i]*float64(workers))/total), float64(batches)))
		}
		first := 0
		for k := range max(1, parts) {
			next := batches * (k + 1) / max(1, parts)
			u := Unit{Round: i, Span: scenario.Span{First: first, N: next - first}, Work: costs[i] * float64(next-first) / float64(max(1, batches))}
			u.ID = id(round, u.Span)
			list, first = append(list, u), next
		}
	}
	return list
}

// id names a part of a round; all of it, by the first cell alone.
func id(round scenario.Round, s scenario.Span) string {
	lead := round[0].Cells[0].ID
	if s == (scenario.Span{N: round[0].Batches()}) {
		return lead
	}
	return fmt.Sprintf("%s-%d-%d", lead, s.First, s.N)
}

// Find is the unit of a plan that has this id, without its work.
func Find(plan *scenario.Plan, name string) (Unit, error) {
	lead, rest, divided := strings.Cut(name, "-")
	for i, round := range plan.Rounds() {
		if round[0].Cells[0].ID != lead {
			continue
		}
		u := Unit{ID: name, Round: i, Span: scenario.Span{N: round[0].Batches()}}
		if divided {
			first, n, _ := strings.Cut(rest, "-")
			u.Span.First, _ = strconv.Atoi(first)
			u.Span.N, _ = strconv.Atoi(n)
		}
		if s := u.Span; s.First < 0 || s.N < 1 || s.N > round[0].Batches()-s.First || id(round, s) != name {
			return Unit{}, fmt.Errorf("unit %.80q is no part of its round, which has %d batches", name, round[0].Batches())
		}
		return u, nil
	}
	return Unit{}, fmt.Errorf("the plan has no unit %.80q; it is made from another scenario", name)
}

// Take is the part of a plan that some of its units are. Instances, their seeds and
// the numbers of blocks stay those of the whole plan.
func Take(plan *scenario.Plan, units []Unit) *scenario.Plan {
	spans := map[int][]scenario.Span{}
	for _, u := range units {
		spans[u.Round] = append(spans[u.Round], u.Span)
	}
	own := *plan
	own.Groups = nil
	for i, round := range plan.Rounds() {
		if len(spans[i]) == 0 {
			continue
		}
		for _, g := range round {
			g := *g
			if only := spans[i]; only[0].N < g.Batches() {
				g.Only = only
			}
			own.Groups = append(own.Groups, g)
		}
	}
	own.Groups = slices.Clip(own.Groups)
	return &own
}

// Describe is what the header of a file says that holds some of all units of a plan.
func Describe(plan *scenario.Plan, all, own []Unit, part Part) *result.Shard {
	s := &result.Shard{Index: part.Index, Count: part.Count}
	for _, c := range plan.Cells() {
		s.Cells = append(s.Cells, c.ID)
	}
	for _, u := range own {
		s.Units = append(s.Units, u.ID)
	}
	s.Divided = Divided(plan, all)
	return s
}

// Divided describes the rounds of a plan of which all units are a part each.
func Divided(plan *scenario.Plan, units []Unit) (list []result.Divided) {
	rounds := plan.Rounds()
	at := map[int]int{} // round to place in the list
	for _, u := range units {
		round := rounds[u.Round]
		g := round[0]
		if u.Span.N == g.Batches() {
			continue
		}
		k, known := at[u.Round]
		if !known {
			k, at[u.Round] = len(list), len(list)
			d := result.Divided{Instances: g.Items.Len(), Runs: g.Runs(), Once: g.Order == scenario.Once}
			for _, c := range round.Cells() {
				d.Cells = append(d.Cells, c.ID)
			}
			list = append(list, d)
		}
		list[k].Units = append(list[k].Units, u.ID)
	}
	return list
}
