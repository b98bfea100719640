package stories

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/workloads"
)

// TestLikeliest draws the next event of some stories many times, as Generate
// does: the best guess is right as often as computed.
func TestLikeliest(t *testing.T) {
	w := New()
	rung := slices.IndexFunc(w.rungs, func(r storyRung) bool { return r.tell && r.events == 4 })
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 25 {
		inst := w.Generate(workloads.Validation, rung, i)
		for told := range 4 {
			p := parseStory(inst.Prompt)
			seen := []world{*p.world}
			for _, seg := range segments(inst.Answer)[:told] {
				event, _ := seg.read()
				p.world.apply(event, 0)
				seen = append(seen, *p.world)
			}
			const draws = 2000
			count := map[sentence]int{}
			for n := 0; n < draws; {
				e, next := p.world.happen(rng), *p.world
				next.apply(e, 0)
				if e.kind == p.plan[told] && !slices.ContainsFunc(seen, next.sameState) {
					count[e]++
					n++
				}
			}
			most := 0
			for _, n := range count {
				most = max(most, n)
			}
			got, want := w.Likeliest(inst, told), float64(most)/draws
			if math.Abs(got-want) > 4*math.Sqrt(0.25/draws) {
				t.Errorf("%s after %d events: %.3f, drawn %.3f", inst.ID, told, got, want)
			}
		}
	}
}
