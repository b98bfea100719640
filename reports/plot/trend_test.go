package plot

import (
	"math"
	"strings"
	"testing"

	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/history"
)

// finding is a comparison of latency with the interval of its ratio.
func finding(task, decoder, engine string, verdict gate.Verdict, ratio *stats.Estimate) gate.Finding {
	return gate.Finding{Cell: decoder + ", " + task, Decoder: decoder, Engine: engine, Metric: "e2e", Verdict: verdict, Timing: &gate.Timing{Unit: "ms", Ratio: ratio}}
}

// effect is an estimate with its interval.
func effect(value, low, high float64) *stats.Estimate {
	return &stats.Estimate{Value: value, CI: &stats.Interval{Low: low, High: high}}
}

// compared is a report with three comparisons that have an interval, and more that
// have none.
func compared() *gate.Report {
	return &gate.Report{Old: gate.Side{Name: "old"}, New: []gate.Side{{Name: "new"}}, Policy: gate.Policy{Alpha: 0.01, Noise: 0.02}, Findings: []gate.Finding{
		finding("lists sort-8, budget 9", "ar", "autoregressive", gate.NoChange, effect(1.001, 0.99, 1.012)),
		finding("lists sort-8, budget 9", "diffusion steps=4", "diffusion", gate.Regressed, effect(1.15, 1.12, 1.19)),
		finding("sudoku holes-12, budget 20", "block", "block", gate.Improved, effect(0.92, 0.88, 0.95)),
		finding("sudoku holes-12, budget 20", "not measured", "block", gate.Insufficient, nil),
		finding("sudoku holes-12, budget 20", "too few pairs", "block", gate.Insufficient, &stats.Estimate{Value: 2}),
		finding("sudoku holes-12, budget 20", "infinite", "block", gate.Insufficient, effect(2, 1, math.Inf(1))),
		{Metric: gate.Counters, Verdict: gate.NoChange},
	}}
}

// trends are two series: a step with a point that is not used, and few runs.
func trends() *history.History {
	e2e := result.Metric{Name: "e2e", Title: "e2e", Unit: "ms"}
	step := history.Series{Metric: e2e, Task: "lists sort-8", Decoder: "diffusion steps=4", Engine: "diffusion", Marks: []history.Mark{{Since: 7, Run: 8, Before: 10, After: 12}}}
	for i := range 16 {
		x := 10 + 0.2*math.Sin(float64(3*(i+1)))
		if i > 7 {
			x += 2
		}
		step.Points = append(step.Points, history.Point{Run: i, Value: *effect(x, x-4, x+1), Used: i != 4})
	}
	few := history.Series{Metric: e2e, Task: "lists sort-8", Decoder: "ar", Engine: "autoregressive",
		Points: []history.Point{{Run: 1, Value: stats.Estimate{Value: 3}, Used: true}, {Run: 3, Value: stats.Estimate{Value: 3.1}, Used: true}}}
	return &history.History{Series: []history.Series{step, few, {Metric: e2e, Task: "lists sort-8", Decoder: "none"}}}
}

func TestForestRows(t *testing.T) {
	r := compared()
	figures, missing := Forests(r)
	if len(figures) != 1 || !strings.HasPrefix(missing, "3 of 6 comparisons") {
		t.Fatalf("%d figures, %q; want 1 with the 3 that have an interval", len(figures), missing)
	}
	p := figures[0].panels[0]
	if len(p.heads) != 2 || len(p.y.names) != 5 || p.y.names[3] != "ar" || p.y.names[0] != "block" {
		t.Errorf("headings %v, names %q", p.heads, p.y.names)
	}
	if p.series[1].name != "diffusion" || p.series[0].name != "autoregressive, no difference that counts" {
		t.Errorf("names of series %q, %q", p.series[0].name, p.series[1].name)
	}
	one := r.Findings[1]
	r.Findings = nil
	for range 100 {
		r.Findings = append(r.Findings, one)
	}
	figures, missing = Forests(r)
	if len(figures) != 3 || missing != "" || figures[2].Name != "forest-e2e-c" || !strings.HasSuffix(figures[1].Title, ", continued") {
		t.Errorf("100 rows make %d figures, %q", len(figures), missing)
	}
	if figures, missing = Forests(&gate.Report{}); len(figures) != 0 || missing != "" {
		t.Error("a figure without rows")
	}
}

// Shares are differences, in points.
func TestForestOfShares(t *testing.T) {
	r := compared()
	f := &r.Findings[1]
	f.Metric, f.Unit, f.Ratio = "exact_match", "share", effect(-0.1, -0.2, 0.05)
	figures, _ := Forests(r)
	p := figures[1].panels[0]
	if q := p.series[0].points[0]; figures[1].Name != "forest-exact_match" || q.x != -10 || q.xi.Low != -20 || p.x.log || len(p.guides) != 1 {
		t.Errorf("%s: %+v with %d guides", figures[1].Name, q, len(p.guides))
	}
}

func TestTrendPanels(t *testing.T) {
	figures := Trends(trends())
	if len(figures) != 1 || len(figures[0].panels) != 2 || !figures[0].Changed || figures[0].Name != "trend-e2e-1" {
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
	many := trends()
	few := many.Series[1]
	many.Series = nil
	for range 14 {
		many.Series = append(many.Series, few)
	}
	if figures := Trends(many); len(figures) != 3 || figures[2].Name != "trend-e2e-1-3" || len(figures[2].panels) != 2 {
		t.Errorf("14 panels make %d figures", len(figures))
	}
	other := few
	other.Task = "sudoku"
	if figures := Trends(&history.History{Series: append([]history.Series{other}, trends().Series...)}); figures[0].Name != "trend-e2e-2" || figures[1].Changed {
		t.Errorf("%s comes first, without a change", figures[0].Name)
	}
	for before, want := range map[float64]string{10: "+20.0%", 0: "0 → 12", -3: "-3 → 12"} {
		if got := markLabel(history.Mark{Before: before, After: 12}); got != want {
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
