package plot

import (
	"math"
	"strings"
	"testing"

	"dllmbench/harness/stats"
)

var forest = Forest{Name: "forest", Title: "e2e: new side against old side", Axis: "e2e, new / old (left of 1 is faster)", Ratio: true, Band: 0.02, Caption: "Bars are intervals."}

// effect is an estimate with its interval.
func effect(value, low, high float64) *stats.Estimate {
	return &stats.Estimate{Value: value, CI: &stats.Interval{Low: low, High: high}}
}

var compared = []Comparison{
	{Group: "lists sort-8, budget 9", Name: "ar", Engine: "autoregressive", Effect: effect(1.001, 0.99, 1.012)},
	{Group: "lists sort-8, budget 9", Name: "diffusion steps=4", Engine: "diffusion", Effect: effect(1.15, 1.12, 1.19), Shown: true},
	{Group: "sudoku holes-12, budget 20", Name: "block", Engine: "block", Effect: effect(0.92, 0.88, 0.95), Shown: true},
	{Group: "sudoku holes-12, budget 20", Name: "not measured", Engine: "block"},
	{Group: "sudoku holes-12, budget 20", Name: "too few pairs", Engine: "block", Effect: &stats.Estimate{Value: 2}},
	{Group: "sudoku holes-12, budget 20", Name: "infinite", Engine: "block", Effect: effect(2, 1, math.Inf(1))},
}

// trends are two panels: a step with a hollow point, and few runs.
func trends() []Trend {
	step := Trend{Title: "diffusion steps=4", Unit: "e2e (ms)", Engine: "diffusion", Marks: []TrendMark{{Since: 8, Run: 9, Before: 10, After: 12}}}
	for i := 1; i <= 16; i++ {
		x := 10 + 0.2*math.Sin(float64(3*i))
		if i > 8 {
			x += 2
		}
		step.Points = append(step.Points, TrendPoint{Run: i, Value: x, Interval: &stats.Interval{Low: x - 4, High: x + 1}, Used: i != 5})
	}
	return []Trend{step, {Title: "ar", Unit: "e2e (ms)", Engine: "autoregressive", Points: []TrendPoint{{Run: 2, Value: 3, Used: true}, {Run: 4, Value: 3.1, Used: true}}}, {Title: "none"}}
}

func TestForestRows(t *testing.T) {
	figures, drawn := Forests(forest, compared)
	if len(figures) != 1 || drawn != 3 {
		t.Fatalf("%d figures with %d rows, want 1 with the 3 that have an interval", len(figures), drawn)
	}
	p := figures[0].panels[0]
	if len(p.heads) != 2 || len(p.y.names) != 5 || p.y.names[3] != "ar" || p.y.names[0] != "block" {
		t.Errorf("headings %v, names %q", p.heads, p.y.names)
	}
	var many []Comparison
	for range 100 {
		many = append(many, compared[1])
	}
	figures, drawn = Forests(forest, many)
	if len(figures) != 3 || drawn != 100 || figures[2].Name != "forest-c" || !strings.HasSuffix(figures[1].Title, ", continued") {
		t.Errorf("100 rows make %d figures with %d rows", len(figures), drawn)
	}
	if figures, drawn = Forests(forest, nil); len(figures) != 0 || drawn != 0 {
		t.Error("a figure without rows")
	}
}

func TestTrendPanels(t *testing.T) {
	figures := Trends("trend", "e2e", trends())
	if len(figures) != 1 || len(figures[0].panels) != 2 {
		t.Fatalf("%d figures", len(figures))
	}
	p := figures[0].panels[0]
	if len(p.guides) != 1 || p.guides[0].from != 8.5 || p.guides[0].label != "+20.0%" {
		t.Errorf("marks %+v", p.guides)
	}
	// Two levels, the used runs, and the one that is not.
	if len(p.series) != 4 || p.series[1].points[0].y != 12 || len(p.series[2].points) != 15 || len(p.series[3].points) != 1 || p.series[3].joined {
		t.Errorf("%d series", len(p.series))
	}
	// Intervals inside a run do not widen the axis.
	if _, _, lo, hi := p.series[2].DataRange(); lo < 9 || hi > 13 {
		t.Errorf("the axis runs from %g to %g", lo, hi)
	}
	var many []Trend
	for range 14 {
		many = append(many, trends()[1])
	}
	if figures := Trends("trend", "e2e", many); len(figures) != 3 || figures[2].Name != "trend-3" || len(figures[2].panels) != 2 {
		t.Errorf("14 panels make %d figures", len(figures))
	}
	for before, want := range map[float64]string{10: "+20.0%", 0: "0 → 12", -3: "-3 → 12"} {
		if got := (TrendMark{Before: before, After: 12}).label(); got != want {
			t.Errorf("from %g: %q, want %q", before, got, want)
		}
	}
}

func TestRatioTicks(t *testing.T) {
	for _, c := range []struct{ lo, hi float64 }{{0.98, 1.02}, {0.9, 1.25}, {0.5, 1.1}, {0.999, 1.001}} {
		ticks := ratioTicks(c.lo, c.hi)
		one := false
		for _, x := range ticks {
			one = one || x == 1
		}
		if !one || len(ticks) > 12 {
			t.Errorf("%g to %g: %v", c.lo, c.hi, ticks)
		}
	}
	if ticks := ratioTicks(0.1, 5); ticks != nil {
		t.Errorf("wide: %v", ticks)
	}
}
