package view

import (
	"cmp"
	"math"
	"slices"
	"time"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
)

// Against is a published value beside what a row of the run has.
type Against struct {
	result.Published
	Point *Point
	Row   *Row

	Ours       *stats.Estimate // nil where the row has none
	Theirs     stats.Estimate  // with an interval where the number of items is known and the metric is a share
	Difference *stats.Estimate // ours minus theirs, of independent samples; nil without Ours
	Word       verdict.Word
	// Deviates says which settings differ, Unrecorded which ones no record of this run tells.
	Deviates, Unrecorded []Setting
	// Further is how many other published values of the same weights, task and metric are
	// left out, because more of their settings deviate.
	Further int
	Needs   *Needs // where the word is Inconclusive and the metric has an error; else nil
}

// Setting is a fact about a measurement, here and there.
type Setting struct{ Name, Ours, Theirs string }

// Needs says with how many items a verdict can be expected.
type Needs struct {
	Items int // 0 where no number is enough, because of the error of the published value
	// Takes is how long the items take that are still missing, by the times of this run; 0
	// where it has no valid ones.
	Takes time.Duration
	// Margin is what the items of the published value could show, where Items are more than
	// those; 0 else.
	Margin float64
}

// Bounds of what a file makes us compare: values, and comparisons in all.
const (
	maxPublished = 1000
	maxBeside    = 2000
)

// chance is with which probability Needs.Items show equality if there is no difference.
const chance = 0.8

// Published compares the published values of the run with its rows, those with the fewest
// deviations of each value first. A value of a metric that this program does not know, or
// that is one of time, is left out.
func (v *View) Published() []*Against {
	var list []*Against
	for _, given := range v.Header.Published[:min(len(v.Header.Published), maxPublished)] {
		i := slices.IndexFunc(result.Metrics(), func(m result.Metric) bool { return m.Name == given.Metric })
		if i < 0 || !result.Metrics()[i].Publishable() {
			continue
		}
		var own []*Against
		for _, p := range v.Trained() {
			for _, r := range p.Rows {
				if r.Usable() && about(given, p, r) {
					own = append(own, besidePublished(given, result.Metrics()[i], p, r))
				}
			}
		}
		slices.SortStableFunc(own, func(a, b *Against) int { return cmp.Compare(len(a.Deviates), len(b.Deviates)) })
		if list = append(list, own...); len(list) >= maxBeside {
			break
		}
	}
	return nearest(list[:min(len(list), maxBeside)])
}

// nearest leaves of the values of the same weights, as task cards have many, those of which
// the fewest settings deviate from a row.
func nearest(list []*Against) (kept []*Against) {
	type key struct {
		*Row
		metric string
	}
	of := func(a *Against) key { return key{a.Row, a.Metric} }
	named := func(a *Against) bool { return a.Model != "" && a.Engine == "" }
	least, all := map[key]int{}, map[key]int{}
	for _, a := range list {
		if n, seen := least[of(a)]; named(a) {
			all[of(a)]++
			if !seen || len(a.Deviates) < n {
				least[of(a)] = len(a.Deviates)
			}
		}
	}
	for _, a := range list {
		if named(a) && len(a.Deviates) > least[of(a)] {
			continue
		}
		kept = append(kept, a)
	}
	for _, a := range kept {
		if named(a) {
			same := lists.Keep(kept, func(o *Against) bool { return named(o) && of(o) == of(a) })
			a.Further = all[of(a)] - len(same)
		}
	}
	return kept
}

// about reports whether a published value is about a row.
func about(given result.Published, p *Point, r *Row) bool {
	engine, of := given.Setting["engine"].(string) // a decoder of another kind is no attempt at the same
	return (given.Task == p.Workload || given.Task == p.Workload+" "+p.Rung) &&
		(given.Engine == "" || given.Engine == r.Cell.Label) && (!of || engine == r.Cell.Engine) &&
		(given.Model == "" || place.Called(r.Cell, given.Model))
}

// besidePublished compares a published value with a row.
func besidePublished(given result.Published, m result.Metric, p *Point, r *Row) *Against {
	a := &Against{Published: given, Point: p, Row: r, Ours: r.Values[Metric(m.Name)], Theirs: stats.Estimate{Value: given.Value, N: given.N, Method: "as published"}}
	ours := facts(r.Cell)
	if e, rule := byRule(given, r); e != nil {
		a.Ours, ours[ruleSetting] = e, rule
	}
	a.Deviates, a.Unrecorded = compareSettings(ours, given.Setting)
	share := m.Unit == "%" && given.Value <= 100
	if share && given.N > 0 {
		if e, err := stats.Proportion(int(math.Round(given.Value/100*float64(given.N))), given.N); err == nil {
			e = e.Times(100)
			a.Theirs.CI, a.Theirs.Method = e.CI, "as published, Wilson interval"
		}
	}
	if a.Ours == nil {
		a.Word = verdict.Against(nil, given.Margin)
		return a
	}
	d := stats.Apart(*a.Ours, a.Theirs)
	a.Difference, a.Word = &d, verdict.Against(d.CI, given.Margin)
	if a.Word != verdict.Inconclusive || given.Margin <= 0 {
		return a
	}
	design := stats.Design{Margin: given.Margin}
	switch {
	case share:
		rate := min(max(given.Value/100, 0.01), 0.99)
		design.Deviation = 100 * math.Sqrt(rate*(1-rate))
		if given.N > 0 {
			design.Error = design.Deviation / math.Sqrt(float64(given.N))
		}
	case a.Ours.CI != nil:
		design.Deviation = (a.Ours.CI.High - a.Ours.CI.Low) / 2 / 1.96 * math.Sqrt(float64(a.Ours.N))
	default:
		return a
	}
	a.Needs = needs(design, given.N, r)
	return a
}

// ruleSetting is the setting that names the rule by which results are taken out of answers.
const ruleSetting = "rule"

// byRule is the share that a row solves by the rule of a published value, where the answers
// of the row were judged by it beside others; nil elsewhere.
func byRule(given result.Published, r *Row) (*stats.Estimate, string) {
	rule, named := given.Setting[ruleSetting].(string)
	i := slices.IndexFunc(r.Aspects, func(a Aspect) bool { return a.Name == rule })
	if !named || i < 0 || given.Metric != string(Exact) {
		return nil, ""
	}
	return &r.Aspects[i].Estimate, rule
}

// needs says with how many items a design shows equality, and how long these take.
func needs(d stats.Design, published int, r *Row) *Needs {
	n := &Needs{}
	var enough bool
	if n.Items, enough = d.Units(chance); published > 0 && (!enough || n.Items > published) {
		n.Margin = d.Carries(published, chance)
	}
	if e := r.Values[E2E]; e != nil && n.Items > r.Instances {
		each := e.Value * float64(max(1, r.Cell.Samples)) / float64(max(1, r.Cell.Batch))
		n.Takes = time.Duration(min(each*float64(n.Items-r.Instances)*1e6, math.MaxInt64/2))
	}
	return n
}
