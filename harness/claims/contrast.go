package claims

import (
	"math"
	"math/bits"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// distanceBins is the number of bins of distances: bin k holds those from 2ᵏ to
// 2ᵏ⁺¹-1.
const distanceBins = 16

// contrast is what two decoders, a and b, made of the constraints of the same
// instances, by distance. Constraints belong to instances, so both had the same
// opportunities.
type contrast struct {
	names []string // of instances
	// By bin and instance: opportunities, and how many of them each decoder met.
	chances, heldA, heldB [distanceBins][]float64
}

// add takes in the instances that both cells have. Constraints at distance 0,
// which bind nothing together (a text's grammar, its length), are left out.
func (ev *Evidence) add(c *contrast, a, b *Cell) {
	for _, id := range a.Instances() {
		inst, known := ev.File.Instances[id]
		brokenA, okA := a.broken(id)
		brokenB, okB := b.broken(id)
		if !known || !okA || !okB {
			continue
		}
		var chances, heldA, heldB [distanceBins]float64
		for i, k := range inst.Constraints {
			if k.Distance < 1 {
				continue
			}
			bin := min(bits.Len(uint(k.Distance))-1, distanceBins-1)
			chances[bin]++
			heldA[bin] += 1 - brokenA[i]
			heldB[bin] += 1 - brokenB[i]
		}
		c.names = append(c.names, id)
		for bin := range distanceBins {
			c.chances[bin] = append(c.chances[bin], chances[bin])
			c.heldA[bin] = append(c.heldA[bin], heldA[bin])
			c.heldB[bin] = append(c.heldB[bin], heldB[bin])
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

// present lists the bins with at least so many opportunities.
func (c *contrast) present(least float64) []int {
	var list []int
	for bin, chances := range c.chances {
		if n := total(chances); n > 0 && n >= least {
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
// a bin that were met, and the area the mean of C over the bins with at least so
// many opportunities. Opportunities do not depend on the decoders, so the
// difference is a sum over instances.
func (c *contrast) gains(least float64) []float64 {
	bins := c.present(least)
	gains := make([]float64, len(c.names))
	for _, bin := range bins {
		weight := float64(len(gains)) / (float64(len(bins)) * total(c.chances[bin]))
		for i := range gains {
			gains[i] += weight * (c.heldB[bin][i] - c.heldA[bin][i])
		}
	}
	if len(bins) == 0 {
		return nil
	}
	return gains
}

// growth is how b's share of met opportunities minus a's changes per doubling
// of the distance, in points.
func (ev *Evidence) growth(c *contrast, least float64) Finding {
	f := Finding{Name: "change of the difference per doubling of the distance", Matched: ByFLOPs, Unit: "points per doubling"}
	bins := c.present(least)
	t := stats.Trend{Shared: true, LogX: true, Y: func(point int, pick []int32) (float64, bool) {
		n, met := 0.0, 0.0
		for _, i := range pick {
			n += c.chances[bins[point]][i]
			met += c.heldB[bins[point]][i] - c.heldA[bins[point]][i]
		}
		return met / n, n > 0
	}}
	for _, bin := range bins {
		t.X, t.Units = append(t.X, math.Exp2(float64(bin))), append(t.Units, len(c.names))
	}
	line, err := ev.boot.Slope(t)
	if err != nil {
		f.Note = err.Error()
		return f
	}
	f.estimated(line.Slope, 100)
	return f
}

// curves are C(d) of both decoders in percent, with intervals over instances.
func (ev *Evidence) curves(c *contrast, least float64, title string, a, b *Cell) []Series {
	one := func(label string, engine *Cell, held *[distanceBins][]float64) Series {
		s := Series{Label: label + ", " + title, Engine: engine.Engine, Line: true}
		for _, bin := range c.present(least) {
			e, err := ev.boot.RatioOfSums(held[bin], c.chances[bin])
			if err != nil || e.CI == nil {
				continue
			}
			s.X = append(s.X, math.Exp2(float64(bin)))
			s.Y = append(s.Y, 100*e.Value)
			s.Low, s.High = append(s.Low, 100*e.CI.Low), append(s.High, 100*e.CI.High)
		}
		return s
	}
	return []Series{one(a.Title(), a, &c.heldA), one(b.Title(), b, &c.heldB)}
}

// meanGain is the mean of instances' gains in points, with the p of the
// signed-rank test.
func (ev *Evidence) meanGain(name string, matched Matching, gains []float64) Finding {
	f := Finding{Name: name, Matched: matched, Unit: "points"}
	e, err := ev.boot.Mean(gains)
	if err != nil {
		f.Note = "the decoders have no judged instance in common"
		return f
	}
	f.estimated(e, 100)
	if test, err := stats.SignedRank(gains); err == nil {
		f.P = &test.P
	}
	return f
}

// costRatio is the mean of a cost of b over that of a, over groups.
func costRatio(pairs [][2]*Cell, f Field) (float64, bool) {
	var a, b float64
	for _, p := range pairs {
		x, ok := p[0].Mean(f)
		y, also := p[1].Mean(f)
		if !ok || !also {
			return 0, false
		}
		a, b = a+x, b+y
	}
	return b / a, a > 0
}

// perInstance is a field of every instance of a cell, in order.
func (c *Cell) perInstance(f func(*result.Request) (float64, bool)) []float64 {
	var list []float64
	for _, id := range c.Instances() {
		if x, ok := c.Value(id, f); ok {
			list = append(list, x)
		}
	}
	return slices.Clip(list)
}
