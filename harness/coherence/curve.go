package coherence

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

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
	at := map[string]int{}
	var list []Observation
	for _, q := range requests {
		inst, described := instances[q.Instance]
		if !described || q.Violations == nil || !place.Usable(q) {
			continue
		}
		i, ok := at[q.Instance]
		if !ok {
			i = len(list)
			at[q.Instance] = i
			list = append(list, Observation{Instance: q.Instance, Constraints: inst.Constraints})
		}
		list[i].Requests = append(list[i].Requests, q)
	}
	slices.SortFunc(list, func(a, b Observation) int { return cmp.Compare(a.Instance, b.Instance) })
	for _, o := range list {
		slices.SortStableFunc(o.Requests, func(a, b *result.Request) int { return cmp.Compare(a.Repetition, b.Repetition) })
	}
	return list
}

// Bin is C(d) for the distances from Low to High. Its estimate is a share in
// [0, 1], with an interval over instances.
type Bin struct {
	Low           int             `json:"low"`
	High          int             `json:"high"`
	Opportunities int             `json:"opportunities"` // of all instances, each counted once
	Broken        float64         `json:"broken"`        // of them; the mean over the repetitions of an instance
	Instances     int             `json:"instances"`     // that have an opportunity here
	C             *stats.Estimate `json:"c"`
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
	broken, chances := counts(list, direction)
	c := &Curve{Direction: direction}
	for bin := range columns(chances) {
		b := Bin{}
		b.Low, b.High = boundsOf(bin)
		var num, den []float64
		for i := range list {
			if chances[i][bin] > 0 {
				num, den = append(num, chances[i][bin]-broken[i][bin]), append(den, chances[i][bin])
				b.Broken += broken[i][bin]
				b.Opportunities += int(chances[i][bin])
			}
		}
		if b.Instances = len(num); b.Instances == 0 {
			continue
		}
		if e, err := boot.RatioOfSums(num, den); err == nil {
			b.C = widened(&e, b.Instances)
		}
		c.Bins = append(c.Bins, b)
	}
	if len(c.Bins) == 0 {
		return nil
	}
	broken, chances = counting(broken, chances)
	if e, err := boot.MeanOfRatios(minus(chances, broken), chances); err == nil {
		c.Area = widenedArea(&e, c.Bins)
	}
	return c
}

// counting keeps the columns of the bins that count in the area.
func counting(broken, chances [][]float64) (b, n [][]float64) {
	var keep []int
	for bin := range columns(chances) {
		have := 0
		for i := range chances {
			if chances[i][bin] > 0 {
				have++
			}
		}
		if have >= FewInstances {
			keep = append(keep, bin)
		}
	}
	pick := func(lines [][]float64) [][]float64 {
		out := make([][]float64, len(lines))
		for i := range lines {
			for _, bin := range keep {
				out[i] = append(out[i], lines[i][bin])
			}
		}
		return out
	}
	return pick(broken), pick(chances)
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

// counts lists the broken constraints of each instance by bin, as means over its
// requests, and the opportunities. All lines have the same length.
func counts(list []Observation, direction string) (broken, chances [][]float64) {
	bins := 0
	for _, o := range list {
		for _, c := range o.Constraints {
			if c.Direction == direction {
				bins = max(bins, binOf(c.Distance)+1)
			}
		}
	}
	for _, o := range list {
		b, n := make([]float64, bins), make([]float64, bins)
		for _, c := range o.Constraints {
			if c.Direction == direction {
				n[binOf(c.Distance)]++
			}
		}
		for _, q := range o.Requests {
			for _, i := range q.Broken {
				if i >= 0 && i < len(o.Constraints) && o.Constraints[i].Direction == direction {
					b[binOf(o.Constraints[i].Distance)]++
				}
			}
		}
		for j := range b {
			b[j] /= float64(max(len(o.Requests), 1))
		}
		broken, chances = append(broken, b), append(chances, n)
	}
	return broken, chances
}

func columns(lines [][]float64) int {
	if len(lines) == 0 {
		return 0
	}
	return len(lines[0])
}

func minus(a, b [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = make([]float64, len(a[i]))
		for j := range a[i] {
			out[i][j] = a[i][j] - b[i][j]
		}
	}
	return out
}
