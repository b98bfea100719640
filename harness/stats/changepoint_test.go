package stats

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestChangePoint(t *testing.T) {
	history := []float64{10.1, 9.9, 10, 10.2, 9.8, 10.05, 9.95, 11.1, 11, 10.9, 11.2, 10.8, 11.05}
	c, err := ChangePoint(history, 1999, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.At != 7 || c.Before != 10 || c.After != 11.025 || c.P > 0.005 {
		t.Errorf("a step: %+v", c)
	}
	again, err := ChangePoint(history, 1999, 1)
	if err != nil || again.P != c.P {
		t.Errorf("same seed: %+v, %v", again, err)
	}
	flat, err := ChangePoint(make([]float64, 20), 199, 1)
	if err != nil || flat.P != 1 || len(flat.Warnings) != 1 || !strings.Contains(flat.Warnings[0], "equal values") {
		t.Errorf("a flat history: %+v, %v", flat, err)
	}
	if _, err := ChangePoint(history[:5], 199, 1); !errors.Is(err, ErrInsufficient) {
		t.Errorf("five values: %v", err)
	}
	if _, err := ChangePoint([]float64{1, 2, 3, 4, 5, math.NaN()}, 199, 1); !errors.Is(err, ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
	short, err := ChangePoint(history[3:11], 1999, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := short.Rejects(0.01, 1); !errors.Is(err, ErrInsufficient) {
		t.Errorf("eight values at 0.01: %+v, %v", short, err)
	}
}

// Against all 720 orders of six values, where there is one split.
func TestChangePointAgainstListing(t *testing.T) {
	history := []float64{1, 2, 4, 3, 5, 6}
	seen, larger, all := math.Abs(float64(1+2+4)-10.5), 0, 0
	var list func(order []float64, k int)
	list = func(order []float64, k int) {
		if k == len(order) {
			all++
			if math.Abs(order[0]+order[1]+order[2]-10.5) >= seen {
				larger++
			}
			return
		}
		for i := k; i < len(order); i++ {
			order[k], order[i] = order[i], order[k]
			list(order, k+1)
			order[k], order[i] = order[i], order[k]
		}
	}
	list(append([]float64{}, history...), 0)
	c, err := ChangePoint(history, 9999, 3)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p", c.P, float64(larger)/float64(all), 0.015)
	// Statistic: rank sum 7 of expectation 10.5, deviation √(3·3·7/12).
	near(t, "statistic", c.Statistic, 3.5/math.Sqrt(63.0/12), 1e-12)
}
