package gate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// machine is a run on a machine of its own, so much slower as a whole.
func machine(host string, whole, second float64) *result.File {
	f := run(12, 2, second, 0.01)
	f.Header.Env.Host = host
	for i := range f.Requests {
		ns := int64(float64(*f.Requests[i].E2ENs) * whole)
		f.Requests[i].E2ENs = &ns
	}
	return f
}

// TestAcrossMachines: the ratio of two decoders is compared across machines, never a time, and
// a difference stops nothing.
func TestAcrossMachines(t *testing.T) {
	policy := DefaultPolicy()
	question, _ := Ask([]string{"e2e"})
	for _, c := range []struct {
		a, b *result.File
		want string
	}{
		{machine("a", 1, 2), machine("b", 7, 2), "e2e ratio: 2 on the old machine and 2 on the new one: 1.00"},
		{machine("a", 1, 2), machine("b", 7, 2), "; the same on both within ±2.0%"},
		{machine("a", 1, 2), machine("b", 7, 3), "; another ratio on the new machine"},
		{machine("a", 1, 2), change(machine("b", 7, 2), "c0", func(r *result.Request) { r.VoidTimes("asleep") }), "no pair of runs"},
	} {
		r := ReportRuns([]string{"a", "b"}, []*result.File{c.a, c.b}, question, policy)
		var found []string
		for _, f := range r.Findings {
			if f.Metric == "e2e" && f.Verdict != NotComparable {
				t.Errorf("times of two machines are compared: %s", f.Sentence)
			}
			if f.Metric == Ratio {
				found = append(found, f.Sentence)
			}
			if f.Metric == Ratio && f.Timing != nil && f.Fails() {
				t.Errorf("it stops a change: %s", f.Sentence)
			}
		}
		if len(found) != 1 || !strings.Contains(found[0], c.want) {
			t.Errorf("%q, want %q", found, c.want)
		}
	}
	same := ReportRuns([]string{"a", "b"}, []*result.File{machine("a", 1, 2), machine("a", 1, 2)}, question, policy)
	other := machine("b", 1, 2)
	other.Header.Env.Kernel = "generic"
	kernels := ReportRuns([]string{"a", "b"}, []*result.File{machine("a", 1, 2), other}, question, policy)
	for _, f := range same.Findings {
		if f.Metric == Ratio {
			t.Errorf("on one machine: %s", f.Sentence)
		}
	}
	if !strings.Contains(fmt.Sprint(kernels.Notes), "Counters and outputs of avx2 and generic kernels are not comparable; here they agree on every instance of 2 of 2 cells") {
		t.Errorf("notes are %q", kernels.Notes)
	}
	for i := range other.Requests {
		other.Requests[i].OutputSHA256 = strings.Repeat("e", 64)
	}
	if text := agreement(machine("a", 1, 2), other, policy); !strings.HasSuffix(text, "not comparable; here they differ in every cell, as they may.") {
		t.Error(text)
	}
}

// TestAcrossCoverage: the interval of the ratio of ratios holds the true one about as often
// as it says, though instances differ tenfold and the machines too.
func TestAcrossCoverage(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	const runs = 300
	held := 0
	for range runs {
		var old, new []unitRatio
		for i := range 20 {
			name, own := fmt.Sprint(i), math.Exp(draw.NormFloat64())
			old = append(old, unitRatio{name, own * math.Exp(0.05*draw.NormFloat64())})
			new = append(new, unitRatio{name, 1.3 * own * math.Exp(0.05*draw.NormFloat64())})
		}
		f := Judge([]Series{{Cell: "c", Metric: Ratio, Unit: "×", Across: true, Pairs: meet(old, new)}}, DefaultPolicy())[0]
		if iv := f.Ratio.CI; iv.Low <= 1.3 && 1.3 <= iv.High {
			held++
		}
	}
	if share := float64(held) / runs; share < 0.9 || share > 0.995 {
		t.Errorf("%.0f%% of intervals hold the true ratio", 100*share)
	}
}
