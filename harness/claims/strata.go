package claims

import (
	"math"
	"math/bits"

	"dllmbench/harness/stats"
)

// distanceBins is the number of bins of distances: bin k holds those from 2ᵏ to
// 2ᵏ⁺¹-1.
const distanceBins = 16

// byDistance is what two decoders, a and b, made of the constraints of the same
// instances, by bin of distance and instance: opportunities, and how many of them
// each decoder met. Constraints belong to instances, so both had the same
// opportunities.
type byDistance struct {
	chances, heldA, heldB [distanceBins][]float64
	least                 float64 // bins with fewer opportunities are left out
}

// takeIn adds the instances that both cells have. Constraints at distance 0,
// which bind nothing together (a text's grammar, its length), are left out.
func (ev *index) takeIn(c *byDistance, p pair) {
	for _, id := range p.a.Instances() {
		inst, known := ev.file.Instances[id]
		brokenA, okA := p.a.broken(id)
		brokenB, okB := p.b.broken(id)
		if !known || !okA || !okB {
			continue
		}
		at := len(c.chances[0])
		for bin := range distanceBins {
			c.chances[bin], c.heldA[bin], c.heldB[bin] = append(c.chances[bin], 0), append(c.heldA[bin], 0), append(c.heldB[bin], 0)
		}
		for i, k := range inst.Constraints {
			if k.Distance < 1 {
				continue
			}
			bin := min(bits.Len(uint(k.Distance))-1, distanceBins-1)
			c.chances[bin][at]++
			c.heldA[bin][at] += 1 - brokenA[i]
			c.heldB[bin][at] += 1 - brokenB[i]
		}
	}
}

// broken is the share of the runs of an instance that broke each constraint;
// false when none was judged.
func (c *Cell) broken(instance string) (map[int]float64, bool) {
	share, n := map[int]float64{}, 0
	for _, q := range c.Runs[instance] {
		if q.Exact == nil {
			continue
		}
		n++
		for _, i := range q.Broken {
			share[i]++
		}
	}
	for i := range share {
		share[i] /= float64(n)
	}
	return share, n > 0
}

// present lists the bins with enough opportunities.
func (c *byDistance) present() []int {
	var list []int
	for bin, chances := range c.chances {
		if n := total(chances); n > 0 && n >= c.least {
			list = append(list, bin)
		}
	}
	return list
}

func total(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum
}

// gains gives each instance its part of the difference of coherence: their mean
// is b's area under C(d) minus a's, where C(d) is the share of opportunities in
// a bin that were met, and the area the mean of C over the bins with enough
// opportunities. Opportunities do not depend on the decoders, so the
// difference is a sum over instances.
func (c *byDistance) gains() []float64 {
	bins := c.present()
	if len(bins) == 0 {
		return nil
	}
	gains := make([]float64, len(c.chances[0]))
	for _, bin := range bins {
		weight := float64(len(gains)) / (float64(len(bins)) * total(c.chances[bin]))
		for i := range gains {
			gains[i] += weight * (c.heldB[bin][i] - c.heldA[bin][i])
		}
	}
	return gains
}

// growth is how b's share of met opportunities minus a's changes per doubling
// of the distance, in points.
func (ev *index) growth(c *byDistance) Finding {
	bins := c.present()
	t := stats.Trend{Shared: true, LogX: true, Y: func(point int, pick []int32) (float64, bool) {
		n, met := 0.0, 0.0
		for _, i := range pick {
			n += c.chances[bins[point]][i]
			met += c.heldB[bins[point]][i] - c.heldA[bins[point]][i]
		}
		return met / n, n > 0
	}}
	for _, bin := range bins {
		t.X, t.Units = append(t.X, math.Exp2(float64(bin))), append(t.Units, len(c.chances[bin]))
	}
	f, _ := ev.slope(finding("change of the difference per doubling of the distance", ByFLOPs, "points per doubling"), t)
	if f.known() {
		f = f.met(f.CI.Low > 0)
	}
	return f
}

// curves are C(d) of both decoders in percent, with intervals over instances.
func (ev *index) curves(c *byDistance, title string, p pair) []Series {
	a, b := curve(p.a.Title()+", "+title, p.a.Engine), curve(p.b.Title()+", "+title, p.b.Engine)
	for _, bin := range c.present() {
		x := math.Exp2(float64(bin))
		a.add(x, finding("", "", "%").of(ev.boot.RatioOfSums(c.heldA[bin], c.chances[bin])))
		b.add(x, finding("", "", "%").of(ev.boot.RatioOfSums(c.heldB[bin], c.chances[bin])))
	}
	return []Series{a, b}
}

// equalWeight puts strata together so that the mean of the result is the mean
// of their means; a stratum without a value does not count.
func equalWeight(strata ...[]float64) []float64 {
	n, filled := 0, 0
	for _, s := range strata {
		n += len(s)
		if len(s) > 0 {
			filled++
		}
	}
	var list []float64
	for _, s := range strata {
		weight := float64(n) / float64(filled*len(s))
		for _, x := range s {
			list = append(list, weight*x)
		}
	}
	return list
}
