package claims

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// longRun has both tasks at five lengths; broken tells how many of 100
// constraints a decoder breaks.
func longRun(n int, broken func(label string, length float64) float64, labels ...string) *fakeRun {
	r := newFakeRun()
	for _, task := range []string{"repeat", "totals"} {
		for _, length := range []int{32, 64, 128, 256, 512} {
			for _, label := range labels {
				c := r.cell("long", label, "long", fmt.Sprintf("%s-%d", task, length), func(c *result.Cell) {
					c.Budget, c.Knobs = length+1, map[string]float64{"length": float64(length)}
				})
				for i := range n {
					r.request(c, id(task, i), true, func(q *result.Request) {
						constraints := 1000
						bad := int(10*broken(label, float64(length))) + (i*7)%5 // some spread
						q.Constraints, q.Violations = &constraints, &bad
					})
				}
			}
		}
	}
	return r
}

func TestLong(t *testing.T) {
	all := []string{"greedy", "long-diffusion", "long-fixed", "long-adaptive"}
	doublings := func(length float64) float64 { return math.Log2(length / 32) }
	for _, x := range []struct {
		name   string
		n      int
		broken func(label string, length float64) float64
		labels []string
		want   Result
	}{
		{"diffusion gets worse", 20, func(label string, length float64) float64 {
			return map[bool]float64{true: 2, false: 2 + 3*doublings(length)}[label == "greedy"]
		}, all, Supported},
		{"both get worse alike", 20, func(_ string, length float64) float64 { return 2 + 3*doublings(length) }, all, Refuted},
		{"only with the same number of steps", 20, func(label string, length float64) float64 {
			return map[bool]float64{true: 2 + 4*doublings(length), false: 2}[label == "long-fixed"]
		}, all, Conditional},
		{"only beyond the trained length", 20, func(label string, length float64) float64 {
			return map[bool]float64{true: 40, false: 2}[label == "long-diffusion" && length > 256]
		}, all, Conditional},
		{"too few", 5, func(label string, length float64) float64 {
			return map[bool]float64{true: 2, false: 2 + 3*doublings(length)}[label == "greedy"]
		}, all, Inconclusive},
		{"nobody can do it", 20, func(string, float64) float64 { return 90 }, all, Inconclusive},
		{"one side only", 20, func(string, float64) float64 { return 2 }, []string{"long-diffusion"}, Inconclusive},
	} {
		t.Run(x.name, func(t *testing.T) {
			v := judged(t, longRun(x.n, x.broken, x.labels...).evidence(), 5)
			expect(t, v, x.want)
			if x.name == "nobody can do it" && !strings.Contains(v.Paragraph, "more than 50 of 100") {
				t.Errorf("the paragraph does not say why: %s", v.Paragraph)
			}
		})
	}
}

// A slope between 0 and the margin, on noisy data, decides nothing.
func TestLongInconclusive(t *testing.T) {
	r := longRun(12, func(string, float64) float64 { return 2 }, "greedy", "long-diffusion")
	k := 0
	for i := range r.file.Requests {
		q := &r.file.Requests[i]
		for _, c := range r.file.Header.Cells {
			if c.ID == q.Cell && c.Label == "long-diffusion" {
				k++
				bad := 20
				if planted(k, 0.1+0.03*math.Log2(c.Knobs["length"]/32)) {
					bad = 300
				}
				q.Violations = &bad
			}
		}
	}
	v := judged(t, r.evidence(), 5)
	expect(t, v, Inconclusive)
	if !v.Primary.known() || !v.Primary.CI.Contains(1) {
		t.Errorf("the slope is %s, want an interval around the margin", v.Primary.String())
	}
}

func TestLongMasksAndBudget(t *testing.T) {
	r := longRun(20, func(string, float64) float64 { return 2 }, "greedy", "long-diffusion")
	for _, extra := range []int{0, 100, 200} {
		for label, solved := range inOrder(map[string]int{"greedy": 40, "long-diffusion": 40 - extra/10}) {
			c := r.cell("long-masks", label, "masks", fmt.Sprintf("extra-%d", extra), func(c *result.Cell) {
				c.Budget, c.Knobs = 4+extra, map[string]float64{"extra": float64(extra)}
			})
			r.solve(c, 40, solved, nil)
		}
	}
	v := judged(t, r.evidence(), 5)
	f := findNamed(t, v.Conditions, "right answers by number of superfluous positions, long-diffusion minus greedy")
	if f.Effect == nil || math.Abs(*f.Effect+25) > 1e-9 {
		t.Errorf("slope %s, want -25 points per 100 positions", f.String())
	}
}
