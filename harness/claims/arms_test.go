package claims

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// arm is what a decoder is planted to do on n instances.
type arm struct {
	n      int
	solved float64 // share, spread evenly over the instances
	ms     float64 // time of a request, with noise of some per cent
	nfe    int
	mflop  float64
	tokens int
	batch  int                // requests that share their time; 0 is 1
	aspect map[string]float64 // shares of yes-or-no aspects
}

// fill adds the requests of an arm to a cell. The same instances come out the
// same way in all cells with equal shares; noise of times differs by cell.
func (r *fakeRun) fill(cell string, a arm) {
	a.batch = max(a.batch, 1)
	for i := range a.n {
		rank := (float64(i*37%a.n) + 0.5) / float64(a.n)
		r.request(cell, fmt.Sprintf("instance-%04d", i), rank < a.solved, func(q *result.Request) {
			noise := 1 + 0.04*math.Sin(float64(i/a.batch*13+len(cell)*7+a.nfe))
			ns := int64(a.ms * 1e6 * noise)
			q.E2ENs, q.BatchNs, q.PairBlock = &ns, &ns, i/a.batch
			q.Usage[usage.NFE], q.Usage[usage.FLOPs], q.Usage[usage.UsefulTokens] = usage.Known(a.nfe), usage.Known(int64(a.mflop*1e6)), usage.Known(a.tokens)
			for name, share := range a.aspect {
				if q.Aspects == nil {
					q.Aspects = map[string]float64{}
				}
				q.Aspects[name] = 0
				if rank < share {
					q.Aspects[name] = 1
				}
			}
		})
	}
}

// wantVerdict checks a result and that the verdict can be read.
func wantVerdict(t *testing.T, v Verdict, want Result) {
	t.Helper()
	if v.Result != want {
		t.Errorf("%s, want %s\n%s\nprimary %s, conditions %d, excluded %v", v.Result, want, v.Paragraph, v.Primary.said(), len(v.Conditions), v.Excluded)
	}
	if v.Paragraph == "" || v.Rule == "" {
		t.Error("a verdict without words")
	}
	for _, f := range slices.Concat([]Finding{v.Primary}, v.Conditions, v.Sensitivity) {
		if f.CI != nil && (math.IsNaN(f.CI.Low) || math.IsNaN(f.CI.High) || f.CI.Low > f.CI.High) {
			t.Errorf("%s has the interval %+v", f.Name, *f.CI)
		}
	}
}

// empty runs of an experiment: one cell, without its counterpart.
func TestOneSidedEvidenceIsInconclusive(t *testing.T) {
	for number, cells := range map[int][][2]string{
		2: {{"iterations", "full"}, {"short", "ar"}, {"short-cost", "ar"}},
		6: {{"reuse", "fast"}, {"reuse-cost", "ar"}},
		7: {{"blocks", "ar"}, {"blocks-cost", "block-steps"}},
		8: {{"code", "block"}, {"code-cost", "ar"}},
	} {
		for k := range cells {
			r := newFakeRun()
			for _, c := range cells[:k+1] {
				r.fill(r.cell(c[0], c[1], "lists", "sort-4", nil), arm{n: 30, solved: 0.8, ms: 1, nfe: 8, mflop: 1, tokens: 8})
			}
			v := judged(t, r.evidence(), number)
			wantVerdict(t, v, Inconclusive)
			if v.Primary.P != nil || v.PHolm != nil {
				t.Errorf("claim %d has a p without a comparison", number)
			}
		}
		wantVerdict(t, judged(t, newFakeRun().evidence(), number), Inconclusive)
	}
}

func TestUnitsAreBatches(t *testing.T) {
	r := newFakeRun()
	a := r.cell("x", "a", "lists", "sort-4", nil)
	b := r.cell("x", "b", "lists", "sort-4", nil)
	r.fill(a, arm{n: 32, solved: 1, ms: 10, nfe: 8, mflop: 1, tokens: 8, batch: 8})
	r.fill(b, arm{n: 32, solved: 1, ms: 20, nfe: 8, mflop: 3, tokens: 4, batch: 8})
	ev := r.evidence()
	g := ev.Find("x")[0]
	ps := pairs(ev.Find("x"), plain("a"), plain("b"))
	if n := len(g.Cells[0].units()); n != 4 {
		t.Errorf("%d units, want 4 batches", n)
	}
	if f := ratio("", ByTokens, ps, unitFLOPs, 1); f.N != 4 || math.Abs(*f.Effect-3) > 1e-9 || f.CI != nil {
		t.Errorf("four batches: %+v, want 3 without interval", f)
	}
	if f := ratio("", ByTokens, ps, unitRate, 1); math.Abs(*f.Effect-0.25) > 0.03 {
		t.Errorf("rate %v, want a quarter", *f.Effect)
	}
	if f := ratio("", ByTokens, ps, unitSeconds, 1); math.Abs(*f.Effect-2) > 0.2 {
		t.Errorf("time %v, want 2", *f.Effect)
	}
}

func TestSettled(t *testing.T) {
	for _, c := range []struct {
		pooled answer
		under  []answer
		want   answer
	}{
		{yes, nil, yes}, {yes, []answer{open, yes}, yes}, {yes, []answer{no}, depends}, {no, []answer{yes, open}, depends},
		{open, []answer{yes, no}, depends}, {open, []answer{yes, yes}, open}, {no, []answer{no}, no},
	} {
		if got := settled(c.pooled, c.under...); got != c.want {
			t.Errorf("settled(%s, %v) = %s, want %s", c.pooled, c.under, got, c.want)
		}
	}
	for _, c := range []struct {
		parts []answer
		want  Result
	}{{[]answer{yes, yes}, Supported}, {[]answer{no, no}, Refuted}, {[]answer{yes, no}, Conditional}, {[]answer{depends, open}, Conditional}, {[]answer{yes, open}, Inconclusive}} {
		if got := verdictOf(c.parts...); got != c.want {
			t.Errorf("verdictOf(%v) = %s, want %s", c.parts, got, c.want)
		}
	}
}

func TestGapIsSaidAsMoreOrLess(t *testing.T) {
	effect := func(x, low, high float64) Finding {
		return Finding{Effect: &x, CI: &stats.Interval{Low: low, High: high}, N: 9}
	}
	for want, f := range map[string]Finding{
		"3 points less (-1 to 7, n = 9)": effect(-3, -7, 1), "3 points more (1 to 7, n = 9)": effect(3, 1, 7), "an unknown number of points more or less": {},
	} {
		if got := f.gap(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
