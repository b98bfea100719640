package claims

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// perToken is how many passes a decoder took for each token that it wrote, in the
// mean over those cells: what decides the cost on random weights, which cannot
// tell how sure a trained model is and write their whole budget. Positions behind
// an early end were not written; autoregressive decoding takes one pass a token.
func perToken(cells []*Cell) (float64, bool) {
	passes, tokens := 0.0, 0.0
	for _, c := range cells {
		nfe, ok := c.Mean(NFE)
		written, also := c.Mean(Committed)
		if ok && also {
			n := float64(len(c.Runs))
			passes, tokens = passes+n*nfe, tokens+n*written
		}
	}
	return passes / tokens, tokens > 0
}

// atPasses are ln(time/reference) of a decoder on random weights if it took
// that number of passes, from two cells with fewer and with more, between which
// time is linear in passes. Units are those of all three cells. The reason when
// it cannot be done.
func atPasses(reference *Cell, cells []*Cell, passes float64) (logs []float64, why string) {
	low, high := around(cells, passes)
	if low == nil {
		return nil, fmt.Sprintf("%.3g passes lie outside what was measured", passes)
	}
	x, y := low.passes(), high.passes()
	share := 0.0
	if y > x {
		share = (passes - x) / (y - x)
	}
	ref, first, second := reference.units(), low.units(), high.units()
	for _, id := range slices.Sorted(maps.Keys(ref)) {
		a, ok := first[id]
		b, also := second[id]
		if !ok || !also {
			continue
		}
		if r := math.Log(((1-share)*a.seconds + share*b.seconds) / ref[id].seconds); !math.IsNaN(r) && !math.IsInf(r, 0) {
			logs = append(logs, r)
		}
	}
	return logs, ""
}

// around are the cells with the nearest numbers of passes on both sides; nil
// when there is none on one side.
func around(cells []*Cell, passes float64) (low, high *Cell) {
	for _, c := range cells {
		n := c.passes()
		if n <= passes && (low == nil || n > low.passes()) {
			low = c
		}
		if n >= passes && (high == nil || n < high.passes()) {
			high = c
		}
	}
	if low == nil || high == nil {
		return nil, nil
	}
	return low, high
}

// passes is the mean number of passes of a request.
func (c *Cell) passes() float64 {
	nfe, _ := c.Mean(NFE)
	return nfe
}

// expected is the time ratio of a decoder over the reference in each group of
// cost-only cells, at the passes per token that trained weights take.
type expected struct {
	group   *Group
	finding Finding
}

// onRandomWeights computes expected ratios; what cannot be computed is
// excluded with its reason.
func onRandomWeights(groups []*Group, reference, label string, perToken float64, v *Verdict) []expected {
	var list []expected
	for _, g := range groups {
		ar, cells := plain(reference)(g), g.Labelled(label)
		if ar == nil || len(cells) == 0 {
			continue
		}
		passes := perToken * float64(g.Budget)
		logs, why := atPasses(ar, cells, passes)
		if why != "" {
			v.exclude(fmt.Sprintf("%s, %s, budget %d, batch %d: %s", g.Weights, label, g.Budget, g.Batch, why))
			continue
		}
		f := ratioOf(fmt.Sprintf("time of %s over %s on random weights %s, budget %d, batch %d", label, reference, g.Weights, g.Budget, g.Batch), ByTokens, logs, 1)
		f.Note = strings.TrimPrefix(f.Note+"; "+fmt.Sprintf("at %.3g passes for %d tokens, as on the trained weights", passes, g.Budget), "; ")
		list = append(list, expected{g, f})
	}
	return list
}
