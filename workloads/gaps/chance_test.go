package gaps

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/stories"
	"dllmbench/workloads/world"
)

// chanceOf estimates how often somebody is right who knows the prompt and the
// text before the gap, but not the text behind it.
func (w *Workload) chanceOf(index, instances int) float64 {
	switch r := &w.rungs[index]; r.source {
	case fromStories:
		return w.storyChance(index, instances)
	case fromWorld:
		return w.worldChance(index, instances)
	default:
		return w.codeChance(index, instances)
	}
}

// taken is what draw cuts an instance of training from, without the instance.
func (w *Workload) taken(index, i int) cut {
	rng, split, _ := w.Again(workloads.Instance{ID: fmt.Sprintf("gaps/%s/%s/%d", w.rungs[index].name, workloads.Train, i), Rung: index})
	return w.cut(rng, split, index)
}

// storyChance is the mean probability of guessing every event of the gap, each
// one after the true ones before it.
func (w *Workload) storyChance(index, instances int) (p float64) {
	for i := range instances {
		c := w.taken(index, i)
		right := 1.0
		for event := c.at; event < c.to; event++ {
			right *= c.source.Workload.(*stories.Workload).Likeliest(c.whole, event)
		}
		p += right / float64(instances)
	}
	return p
}

// worldChance is the rate of a writer who draws the gap and the rest from the
// generator's law until they fit the prompt and the text before the gap.
func (w *Workload) worldChance(index, instances int) (p float64) {
	const texts = 25
	rng := rand.New(rand.NewPCG(7, uint64(index)))
	for i := range instances {
		c := w.taken(index, i)
		left, _, right := c.texts()
		fit, found := 0, 0
		for n := 0; n < 20*texts && fit < texts; n++ {
			other := c
			other.parts = c.source.parts(c.source.Workload.(*world.Workload).Redraw(c.whole, rng))
			_, gap, rest := other.texts()
			if !c.source.Check(c.whole, left+gap+rest).Exact {
				continue
			}
			fit++
			if c.source.Check(c.whole, left+gap+right).Exact {
				found++
			}
		}
		p += float64(found) / float64(max(1, fit)) / float64(instances)
	}
	return p
}

// codeChance is the rate of the likeliest gap among those of as many bytes.
func (w *Workload) codeChance(index, instances int) (p float64) {
	count := map[string]int{}
	for i := range instances {
		c := w.taken(index, i)
		_, gap, _ := c.texts()
		count[gap]++
	}
	most := map[int]int{}
	for gap, n := range count {
		most[len(gap)] = max(most[len(gap)], n)
	}
	for _, n := range most {
		p += float64(n) / float64(instances)
	}
	return p
}

// TestChance: the chances of the ladder are those that are estimated here. Those of
// functions fall with the number of instances, so that is the same.
func TestChance(t *testing.T) {
	w := New()
	for i := range w.rungs {
		r := &w.rungs[i]
		n := 400
		if r.code() {
			n = 4000
		}
		got := w.chanceOf(i, n)
		if math.Abs(got-r.chance) > 0.1*r.chance+0.5*math.Sqrt(r.chance/float64(n)) {
			t.Errorf("%s: chance %.3g, the ladder says %.3g", r.name, got, r.chance)
		}
		if strings.HasSuffix(r.name, "-1") && r.chance < 0.01 {
			t.Errorf("%s: a chance of %g for the shortest gap", r.name, r.chance)
		}
	}
}
