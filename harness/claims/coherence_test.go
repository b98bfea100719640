package claims

import (
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// coherent plants shares of broken constraints by decoder, stratum and distance
// (1, 2, 4 and 8).
type coherent func(label, experiment string, distance int) float64

// coherenceRun is a run of the strata with n instances each.
func coherenceRun(n int, broken coherent, labels ...string) *fakeRun {
	r := newFakeRun()
	for _, s := range coherenceStrata {
		for _, label := range labels {
			c := r.cell(s.experiment, label, "world", s.experiment, func(c *result.Cell) {
				if label != "diffusion" {
					c.Engine = "autoregressive"
				}
			})
			flops := int64(10000)
			if label == "greedy" {
				flops = 500
			}
			for i := range n {
				var violated []int
				var constraints []result.Opportunity
				for k, d := range []int{1, 2, 4, 8} {
					constraints = append(constraints, result.Opportunity{Kind: "x", Distance: d, Direction: "backward"})
					if planted(i+17*k, broken(label, s.experiment, d)) {
						violated = append(violated, k)
					}
				}
				constraints = append(constraints, result.Opportunity{Kind: "length"})
				name := id(s.experiment, i)
				r.file.Instances[name] = result.Instance{ID: name, Constraints: constraints}
				r.request(c, name, len(violated) == 0, func(q *result.Request) {
					cost(8, flops)(q)
					q.Broken = violated
				})
			}
		}
	}
	return r
}

func TestCoherence(t *testing.T) {
	far := func(label, experiment string, d int) float64 { // autoregressive fails far away
		if label != "diffusion" {
			return float64(d) * 0.05
		}
		return 0.02
	}
	all := []string{"greedy", "best-of-n", "diffusion"}
	for _, x := range []struct {
		name   string
		n      int
		broken coherent
		labels []string
		want   Result
	}{
		{"far away, everywhere", 200, far, all, Supported},
		{"no difference", 200, func(string, string, int) float64 { return 0.1 }, all, Refuted},
		{"only where the announcement comes last", 200, func(label, experiment string, d int) float64 {
			if experiment == "coherence-lookahead" {
				return far(label, experiment, d)
			}
			return 0.1
		}, all, Conditional},
		{"everywhere, but no more so at a distance", 200, func(label, _ string, _ int) float64 {
			return map[bool]float64{true: 0.2, false: 0.05}[label != "diffusion"]
		}, all, Conditional},
		{"better than best-of-n, but not than a greedy answer", 200, func(label, experiment string, d int) float64 {
			return map[bool]float64{true: float64(d) * 0.05, false: 0.02}[label == "best-of-n"]
		}, all, Refuted},
		{"a small difference on few instances", 70, func(label, _ string, d int) float64 {
			return map[bool]float64{true: 0.34, false: 0.3}[label != "diffusion"]
		}, all, Inconclusive},
		{"too few instances", 20, far, all, Inconclusive},
		{"one side only", 200, far, []string{"diffusion"}, Inconclusive},
		{"nothing of equal cost", 200, far, []string{"greedy", "diffusion"}, Inconclusive},
	} {
		t.Run(x.name, func(t *testing.T) {
			v := judged(t, coherenceRun(x.n, x.broken, x.labels...).evidence(), 1)
			expect(t, v, x.want)
			if x.want == Supported && (v.Figure == nil || len(v.Figure.Series) != 6 || !strings.Contains(v.Paragraph, "grows with distance")) {
				t.Errorf("figure %+v, paragraph %s", v.Figure, v.Paragraph)
			}
		})
	}
	if v := judged(t, newFakeRun().evidence(), 1); v.Result != Inconclusive || v.Primary.Effect != nil {
		t.Errorf("an empty run: %+v", v)
	}
}

func TestCoherenceOfUnsolvedRungsIsExcluded(t *testing.T) {
	v := judged(t, coherenceRun(200, func(label, _ string, d int) float64 {
		return map[bool]float64{true: 1, false: 0.97}[label == "greedy"]
	}, "greedy", "best-of-n", "diffusion").evidence(), 1)
	expect(t, v, Inconclusive)
	if len(v.Excluded) < 3 || !strings.Contains(v.Excluded[0], "ten points above") {
		t.Errorf("excluded %v", v.Excluded)
	}
}

// The mean of the instances' gains is the difference of the areas.
func TestGainsAddUp(t *testing.T) {
	r := coherenceRun(50, func(label, _ string, d int) float64 {
		return map[bool]float64{true: 0.3, false: 0.1}[label == "greedy"] * float64(d) / 8
	}, "greedy", "diffusion")
	ev := r.evidence()
	g := ev.Find("coherence-nested")[0]
	c := byDistance{least: 1}
	ev.takeIn(&c, pair{the("greedy")(g), the("diffusion")(g)})
	area := 0.0
	for _, bin := range c.present() {
		area += (total(c.heldB[bin]) - total(c.heldA[bin])) / total(c.chances[bin]) / 4
	}
	if gains := c.gains(); math.Abs(total(gains)/float64(len(gains))-area) > 1e-12 || area <= 0 || len(c.present()) != 4 {
		t.Errorf("gains %v, area %g", gains, area)
	}
	c.least = 51
	if c.gains() != nil {
		t.Error("bins with too few opportunities count")
	}
}

func TestOracleIsNotCompetence(t *testing.T) {
	r := newFakeRun()
	r.solve(r.cell("one", "greedy", "lists", "sort-4", nil), 20, 0, nil)
	r.solve(r.cell("one", "tries", "lists", "sort-4", func(c *result.Cell) {
		c.Options["best_of"], c.Options["best_of_pick"] = 8, "checker"
	}), 20, 20, nil)
	if ok, why := r.evidence().Find("one")[0].Competent(); ok || !strings.Contains(why, "greedy") {
		t.Errorf("an oracle makes a rung usable: %q", why)
	}
}
