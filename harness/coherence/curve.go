package coherence

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// The directions of a constraint.
const (
	Backward  = "backward"  // the cause comes before the place that is checked
	Lookahead = "lookahead" // the cause comes after it
)

// Directions are all directions, in the order of reports.
func Directions() []string { return []string{Backward, Lookahead} }

// Observation is one instance with the requests of one cell that were judged on
// it, in order of repetition.
type Observation struct {
	Instance    string
	Constraints []result.Opportunity
	Requests    []*result.Request
}

// Observe groups requests by instance, in order of name. Requests that were not
// finished or not judged are left out, and so are instances that the file does
// not describe.
func Observe(requests []*result.Request, instances map[string]result.Instance) []Observation {
	usable := lists.Keep(requests, func(q *result.Request) bool {
		_, described := instances[q.Instance]
		return described && q.Violations != nil && place.Usable(q)
	})
	var list []Observation
	for _, g := range lists.Split(usable, func(q *result.Request) string { return q.Instance }) {
		slices.SortStableFunc(g.Of, func(a, b *result.Request) int { return cmp.Compare(a.Repetition, b.Repetition) })
		list = append(list, Observation{g.Key, instances[g.Key].Constraints, g.Of})
	}
	slices.SortFunc(list, func(a, b Observation) int { return cmp.Compare(a.Instance, b.Instance) })
	return list
}

// tally is what the instances made of the constraints of one sort.
type tally struct {
	broken, chances []float64 // of each instance: broken constraints, the mean over its requests, and all
	distance        float64   // sum over the constraints
}

// tallies sorts the constraints of instances by the key that sort gives them;
// those it refuses are left out.
func tallies[K comparable](list []Observation, sort func(result.Opportunity) (K, bool)) map[K]*tally {
	all := map[K]*tally{}
	for at, o := range list {
		for _, c := range o.Constraints {
			if k, ok := sort(c); ok {
				if all[k] == nil {
					all[k] = &tally{broken: make([]float64, len(list)), chances: make([]float64, len(list))}
				}
				all[k].chances[at]++
				all[k].distance += float64(c.Distance)
			}
		}
		for _, q := range o.Requests {
			for _, i := range q.Broken {
				if i < 0 || i >= len(o.Constraints) {
					continue
				}
				if k, ok := sort(o.Constraints[i]); ok {
					all[k].broken[at]++
				}
			}
		}
		for _, t := range all {
			t.broken[at] /= float64(max(len(o.Requests), 1))
		}
	}
	return all
}

// Kept counts the constraints of one sort.
type Kept struct {
	Opportunities int     `json:"opportunities"` // of all instances, each counted once
	Broken        float64 `json:"broken"`        // of them; the mean over the repetitions of an instance
	Instances     int     `json:"instances"`     // that have such an opportunity
}

// kept is the count, and the share of kept constraints with its interval over
// the instances that have one.
func (t *tally) kept(boot *stats.Bootstrap) (n Kept, share *stats.Estimate) {
	var num, den []float64
	for i, chances := range t.chances {
		if chances > 0 {
			num, den = append(num, chances-t.broken[i]), append(den, chances)
			n.Broken += t.broken[i]
			n.Opportunities += int(chances)
		}
	}
	n.Instances = len(num)
	if e, err := boot.RatioOfSums(num, den); err == nil {
		share = widened(&e, n.Instances)
	}
	return n, share
}

// Bin is C(d) for the distances from Low to High. Its estimate is a share in
// [0, 1], with an interval over instances.
type Bin struct {
	Low  int `json:"low"`
	High int `json:"high"`
	Kept
	C *stats.Estimate `json:"c"`
}

// Name writes the distances: "4–7".
func (b Bin) Name() string {
	if b.Low == b.High {
		return fmt.Sprint(b.Low)
	}
	return fmt.Sprintf("%d–%d", b.Low, b.High)
}

// Curve is the coherence of a cell by distance, in one direction.
type Curve struct {
	Direction string          `json:"direction"`
	Bins      []Bin           `json:"bins"` // those that have an opportunity, nearest first
	Area      *stats.Estimate `json:"area"` // mean of C over the bins that count, a share in [0, 1]; nil if none does
}

// FewInstances is the number of instances below which a bin does not count in
// the area: there it would weigh as much as one that all instances have. Which
// bins count depends on the instances alone, and is the same for all decoders.
const FewInstances = 5

// binOf is the number of the bin of a distance: 0, 1, 2–3, 4–7, …
func binOf(distance int) int { return bits.Len(uint(max(0, distance))) }

// boundsOf are the distances of a bin.
func boundsOf(bin int) (low, high int) {
	if bin == 0 {
		return 0, 0
	}
	return 1 << (bin - 1), 1<<bin - 1
}

// Curves are the curves of both directions; a direction that no instance has is
// left out.
func Curves(list []Observation, boot *stats.Bootstrap) []Curve {
	var curves []Curve
	for _, d := range Directions() {
		if c := CurveOf(list, d, boot); c != nil {
			curves = append(curves, *c)
		}
	}
	return curves
}

// CurveOf is the curve of one direction; nil if no instance has a constraint of
// that direction.
func CurveOf(list []Observation, direction string, boot *stats.Bootstrap) *Curve {
	byBin := tallies(list, func(c result.Opportunity) (int, bool) { return binOf(c.Distance), c.Direction == direction })
	if len(byBin) == 0 {
		return nil
	}
	c := &Curve{Direction: direction}
	num, den := make([][]float64, len(list)), make([][]float64, len(list)) // of each instance, by bin that counts
	for _, bin := range slices.Sorted(maps.Keys(byBin)) {
		b, t := Bin{}, byBin[bin]
		b.Low, b.High = boundsOf(bin)
		b.Kept, b.C = t.kept(boot)
		c.Bins = append(c.Bins, b)
		if b.Instances < FewInstances {
			continue
		}
		for i, chances := range t.chances {
			num[i], den[i] = append(num[i], chances-t.broken[i]), append(den[i], chances)
		}
	}
	if e, err := boot.MeanOfRatios(num, den); err == nil {
		c.Area = widenedArea(&e, c.Bins)
	}
	return c
}

// widened replaces an interval without width: resampling instances that are all
// alike shows no spread, as if it were certain. Wilson's interval for that many
// instances takes its place, wide enough because an instance says at least as
// much as one opportunity.
func widened(e *stats.Estimate, instances int) *stats.Estimate {
	if e.CI == nil || e.CI.Low != e.CI.High {
		return e
	}
	kept := int(math.Round(e.Value * float64(instances)))
	if whole, err := stats.Proportion(kept, instances); err == nil {
		e.CI, e.Method = whole.CI, "no instance differs: Wilson interval over instances"
	}
	return e
}

// widenedArea does the same for the area: the means of the ends of its bins'
// intervals take its place.
func widenedArea(e *stats.Estimate, bins []Bin) *stats.Estimate {
	if e.CI == nil || e.CI.Low != e.CI.High {
		return e
	}
	var low, high []float64
	for _, b := range bins {
		if b.Instances >= FewInstances && b.C != nil && b.C.CI != nil {
			low, high = append(low, b.C.CI.Low), append(high, b.C.CI.High)
		}
	}
	if len(low) > 0 {
		e.CI, e.Method = &stats.Interval{Low: stats.Mean(low), High: stats.Mean(high)}, "no instance differs: mean of the intervals of the bins"
	}
	return e
}

// Kind is the share of kept constraints of one kind in one direction. Kinds are
// not spread evenly over distances, so a curve may fall because a harder kind
// begins; this tells.
type Kind struct {
	Kind      string `json:"kind"`
	Direction string `json:"direction"`
	Kept
	Distance float64         `json:"distance"` // mean over opportunities
	C        *stats.Estimate `json:"c"`        // a share in [0, 1], with an interval over instances
}

// Kinds lists the kinds that the instances have, by direction and then by name.
func Kinds(list []Observation, boot *stats.Bootstrap) []Kind {
	type key struct{ direction, kind string }
	var kinds []Kind
	for k, t := range tallies(list, func(c result.Opportunity) (key, bool) { return key{c.Direction, c.Kind}, true }) {
		kind := Kind{Kind: k.kind, Direction: k.direction}
		kind.Kept, kind.C = t.kept(boot)
		kind.Distance = t.distance / float64(kind.Opportunities)
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Kind, b.Kind))
	})
	return kinds
}
