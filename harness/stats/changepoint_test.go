package stats

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
)

// levels is a history with ten values around each level.
func levels(list ...float64) []float64 {
	var history []float64
	for i, level := range list {
		for k := range 10 {
			history = append(history, level*(1+0.01*math.Sin(float64(7*k+3*i))))
		}
	}
	return history
}

func TestChangePoints(t *testing.T) {
	for _, c := range []struct {
		name    string
		history []float64
		want    []int
	}{
		{"flat", levels(10, 10, 10), nil},
		{"equal values", make([]float64, 20), nil},
		{"one step", levels(10, 12), []int{10}},
		{"a step up and back", levels(10, 12, 12, 10), []int{10, 30}},
		{"a stair", levels(10, 11, 12, 13), []int{10, 20, 30}},
		{"the newest five", levels(10, 10, 12)[:25], []int{20}},
		{"one outlier is no level", append(append(levels(10), 20), levels(10)...), nil},
	} {
		marks, err := ChangePoints(c.history, 0.01, 999, 1)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, m := range marks {
			got = append(got, m.At)
			if m.P > 0.01 || m.P < m.MinP {
				t.Errorf("%s: a mark with p = %g", c.name, m.P)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: marks at %v, want %v", c.name, got, c.want)
		}
		again, err := ChangePoints(c.history, 0.01, 999, 1)
		if err != nil || !reflect.DeepEqual(again, marks) {
			t.Errorf("%s: the same seed gives %v and %v", c.name, marks, again)
		}
	}
	marks, err := ChangePoints(levels(10, 12, 12, 10), 0.01, 999, 1)
	if err != nil || len(marks) != 2 {
		t.Fatalf("%v, %v", marks, err)
	}
	near(t, "level before the second mark", marks[1].Before, 12, 0.1)
	near(t, "level after it", marks[1].After, 10, 0.1)
	if _, err := ChangePoints(append(levels(1), math.NaN()), 0.01, 999, 1); !errors.Is(err, ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
}

func TestMinHistory(t *testing.T) {
	for alpha, want := range map[float64]int{0.1: 6, 0.05: 8, 0.01: 10, 0.001: 14} {
		n := MinHistory(alpha)
		if n != want {
			t.Errorf("α = %g: %d values, want %d", alpha, n, want)
		}
		if _, err := ChangePoints(make([]float64, n-1), alpha, 1999, 1); !errors.Is(err, ErrInsufficient) {
			t.Errorf("α = %g, %d values: %v", alpha, n-1, err)
		}
	}
	step := append(levels(10)[:5], levels(20)[:5]...)
	if marks, err := ChangePoints(step, 0.01, 9999, 1); err != nil || len(marks) != 1 || marks[0].At != 5 {
		t.Errorf("a clean step in ten values: %v, %v", marks, err)
	}
}

// Against the energy distance by its definition, over all cuts and ends.
func TestEnergyAgainstDefinition(t *testing.T) {
	x := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}
	mean := func(a, b []float64, pairs float64) float64 {
		sum := 0.0
		for _, p := range a {
			for _, q := range b {
				sum += math.Abs(p - q)
			}
		}
		return sum / pairs
	}
	best, at := 0.0, 0
	for cut := ChangeSegment; cut <= len(x)-ChangeSegment; cut++ {
		for end := cut + ChangeSegment; end <= len(x); end++ {
			a, b := x[:cut], x[cut:end]
			n, m := float64(len(a)), float64(len(b))
			d := 2*mean(a, b, n*m) - mean(a, a, n*(n-1)) - mean(b, b, m*(m-1))
			if q := d * n * m / (n + m); q > best {
				best, at = q, cut
			}
		}
	}
	got, cut := (&energy{len(x), make([]float64, len(x)*(len(x)+1))}).largest(x)
	near(t, "largest distance", got, best, 1e-9)
	if cut != at {
		t.Errorf("cut at %d, want %d", cut, at)
	}
}
