package latin

import (
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/workloads"
)

// sample draws n squares of a family, with probability wrong something else.
func sample(rng *rand.Rand, f *Family, n int, wrong float64) []string {
	texts := make([]string, n)
	for i := range texts {
		if texts[i] = " " + f.shape.Format(f.grids[rng.IntN(len(f.grids))]) + "\n"; rng.Float64() < wrong {
			texts[i] = "5555/5555/5555/5555"
		}
	}
	return texts
}

// TestFloor compares the expectation in closed form with true samples, and
// checks that these stay under the limit.
func TestFloor(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, f := range []*Family{newFamily(fromScratch[anyLatin].shape), newFamily(fromScratch[anyBoxes].shape)} {
		for _, n := range []int{1, 30, 576, 3000} {
			const runs = 60
			var all, classes float64
			over := 0
			var d workloads.Deviation
			for range runs {
				d = f.TotalVariation(sample(rng, f, n, 0))
				all += d.TV / runs
				classes += d.Classes.TV / runs
				if d.TV > d.Limit || d.Classes.TV > d.Classes.Limit {
					over++
				}
				if d.Valid != 1 || d.Samples != n {
					t.Fatalf("%+v of %d valid samples", d, n)
				}
			}
			// One sample moves the total variation by at most 1/n, so its variance is
			// at most 1/(4n) (Efron and Stein).
			if sd := math.Sqrt(0.25 / float64(n) / runs); math.Abs(all-d.Floor) > 4*sd || math.Abs(classes-d.Classes.Floor) > 4*sd {
				t.Errorf("%d squares, %d samples: means %.4f and %.4f, floors %.4f and %.4f",
					len(f.grids), n, all, classes, d.Floor, d.Classes.Floor)
			}
			if over > 3 {
				t.Errorf("%d squares, %d samples: %d of %d over the limit", len(f.grids), n, over, runs)
			}
		}
	}
}

// TestFloorExactly compares the closed form with the sum over all samples.
func TestFloorExactly(t *testing.T) {
	for _, c := range [][2]int{{1, 5}, {2, 1}, {2, 2}, {2, 5}, {3, 4}, {4, 4}, {4, 3}, {5, 6}} {
		k, n := c[0], c[1]
		total, sum := int(math.Pow(float64(k), float64(n))), 0.0
		for outcome := range total {
			count := make([]int, k)
			for range n {
				count[outcome%k]++
				outcome /= k
			}
			sum += distance(count, n)
		}
		if want := sum / float64(total); math.Abs(floor(k, n)-want) > 1e-12 {
			t.Errorf("%d outcomes, %d samples: %g, want %g", k, n, floor(k, n), want)
		}
	}
}

// TestVariation plants what the measure has to find.
func TestVariation(t *testing.T) {
	f := newFamily(fromScratch[anyLatin].shape)
	var once []string
	for _, g := range f.grids {
		once = append(once, f.shape.Format(g))
	}
	near := func(name string, got, want, tolerance float64) {
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s: %g, want %g", name, got, want)
		}
	}
	near("every square once", f.TotalVariation(once).TV, 0, 1e-12)
	near("half of the squares", f.TotalVariation(once[:288]).TV, 0.5, 1e-12)
	near("one square", f.TotalVariation(once[:1]).TV, 575./576, 1e-12)
	near("one square, classes", f.TotalVariation(once[:1]).Classes.TV, 23./24, 1e-12)
	near("nothing valid", f.TotalVariation([]string{"", "1234"}).TV, 1, 1e-12)
	near("nothing valid, share", f.TotalVariation([]string{"", "1234"}).Valid, 0, 0)

	mixed := f.TotalVariation(append([]string{"x", "y", "z", "1"}, once[:4]...))
	near("half invalid", mixed.Valid, 0.5, 0)
	near("half invalid", mixed.TV, 1-4./576, 1e-12)

	// A fifth is wrong, the rest uniform: the distance is a fifth and the noise.
	d := f.TotalVariation(sample(rand.New(rand.NewPCG(3, 4)), f, 60000, 0.2))
	if d.TV < 0.2 || d.TV > 0.2+d.Floor || d.TV < d.Limit || d.Classes.TV < d.Classes.Limit {
		t.Errorf("a fifth wrong: %+v", d)
	}
	near("a fifth wrong, classes", d.Classes.TV, 0.2, 0.02)

	if d := f.TotalVariation(nil); !math.IsNaN(d.TV) || !math.IsNaN(d.Floor) || !math.IsNaN(d.Valid) || !math.IsNaN(d.Classes.Floor) {
		t.Errorf("without samples: %+v", d)
	}
	// Classes hide which of the renamed squares it is.
	d = f.TotalVariation(onePerClass(f))
	near("one of each class", d.Classes.TV, 0, 1e-12)
	near("one of each class, all", d.TV, 1-24./576, 1e-12)
}

func onePerClass(f *Family) []string {
	seen, texts := map[int]bool{}, []string(nil)
	for i, g := range f.grids {
		if !seen[f.class[i]] {
			seen[f.class[i]] = true
			texts = append(texts, f.shape.Format(g))
		}
	}
	return texts
}

// TestLimitOfFew: a distance is at most 1, and so is what few samples may have.
func TestLimitOfFew(t *testing.T) {
	for n, want := range map[int]bool{1: true, 8: true, 3000: false} {
		if got := limit(576, n); got > 1 || (got == 1) != want {
			t.Errorf("limit of %d samples: %g", n, got)
		}
	}
	if !math.IsNaN(limit(576, 0)) {
		t.Error("a limit without samples")
	}
}
