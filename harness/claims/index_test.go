package claims

import (
	"math"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

func TestEvidenceGroupsAndPairs(t *testing.T) {
	r := newFakeRun()
	ar := r.cell("one", "ar", "lists", "sort-4", nil)
	fast := r.cell("one", "diffusion", "lists", "sort-4", func(c *result.Cell) { c.Options["steps"] = 4 })
	slow := r.cell("one", "diffusion", "lists", "sort-4", func(c *result.Cell) { c.Options["steps"] = 8.0 })
	other := r.cell("two", "ar", "lists", "sort-8", nil)
	invalid := r.cell("one", "block", "lists", "sort-4", nil)
	empty := r.cell("one", "hybrid", "lists", "sort-4", nil)
	r.solve(ar, 10, 4, nil)
	r.solve(fast, 8, 6, func(q *result.Request) { ns := int64(2e6); q.E2ENs = &ns })
	r.solve(slow, 10, 9, func(q *result.Request) { q.Usage[usage.FLOPs] = usage.Known(3000) })
	r.solve(other, 10, 0, nil)
	r.solve(invalid, 10, 10, nil)
	r.file.Validity = append(r.file.Validity, result.Validity{Cell: invalid})
	r.file.Requests = append(r.file.Requests, result.Request{Cell: empty, Instance: "x", Status: "error"})
	ev := r.evidence()

	groups := ev.Find("one")
	if len(groups) != 1 || len(groups[0].Cells) != 3 {
		t.Fatalf("groups %+v, want one with ar and two of diffusion", groups)
	}
	g := groups[0]
	if c := swept("diffusion", "steps", 8)(g); c == nil || c.ID != slow {
		t.Errorf("steps=8 finds %+v, want %s", c, slow)
	}
	if c := swept("diffusion", "steps", 2)(g); c != nil {
		t.Errorf("steps=2 finds %s", c.ID)
	}
	p := pair{the("ar")(g), swept("diffusion", "steps", 4)(g)}
	x, y := outcomes([]pair{p}, solved)
	if len(x) != 8 || len(y) != 8 || !x[3] || x[4] || !y[5] || y[6] {
		t.Errorf("answers %v %v: want the eight shared instances in order", x, y)
	}
	if c := nearest(p.a, g.Labelled("diffusion"), flops, 1.2); c == nil || c.ID != fast {
		t.Errorf("nearest in FLOPs is %+v, want %s", c, fast)
	}
	if ok, why := g.Competent(); !ok {
		t.Error(why)
	}
	if ok, why := ev.Find("two")[0].Competent(); ok || !strings.Contains(why, "ar, solves 0%") {
		t.Errorf("competent without a solved instance: %q", why)
	}
}

func TestHolmTakesSupportBack(t *testing.T) {
	p := func(x float64) *float64 { return &x }
	verdicts := []Verdict{{Claim: 1, Result: Supported, Primary: Finding{P: p(0.03)}}, {Claim: 2, Result: Supported, Primary: Finding{P: p(0.001)}}, {Claim: 3}}
	rules := map[int]Rule{}
	for i := range 4 {
		rules[i] = Rule{Numbers: map[string]float64{"alpha": 0.05}}
	}
	correct(verdicts, rules)
	if verdicts[0].Result != Inconclusive || len(verdicts[0].Warnings) != 1 || math.Abs(*verdicts[0].PHolm-0.06) > 1e-12 {
		t.Errorf("p=0.03 of three: %+v", verdicts[0])
	}
	if verdicts[1].Result != Supported || math.Abs(*verdicts[1].PHolm-0.003) > 1e-12 || verdicts[2].PHolm != nil {
		t.Errorf("p=0.001 of three: %+v, without a test: %+v", verdicts[1], verdicts[2])
	}
}
