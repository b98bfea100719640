package view

import (
	"math"
	"testing"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

func TestAUP(t *testing.T) {
	tests := []struct {
		name  string
		curve []setting
		best  float64
		want  float64
		n     int
	}{
		{"one setting is a rectangle", []setting{{1, 80}}, 80, 80, 1},
		{"no loss", []setting{{1, 80}, {3, 80}}, 80, 240, 2},
		{"in any order", []setting{{3, 80}, {1, 80}}, 80, 240, 2},
		// 1·80 + 1·(76·e^(−3·0.05) + 80)/2
		{"a little loss", []setting{{1, 80}, {2, 76}}, 80, 80 + (76*math.Exp(-0.15)+80)/2, 2},
		{"too much loss ends it", []setting{{1, 80}, {2, 74.9}, {3, 20}}, 80, 80, 1},
		// The weight of the first setting counts in the trapezoid, not in the rectangle.
		{"another decoder is better", []setting{{1, 40}, {2, 40}}, 80, 40 + 40*math.Exp(-1.5), 2},
		{"nothing right", []setting{{1, 0}, {2, 0}}, 0, 0, 0},
		{"nothing", nil, 80, 0, 0},
	}
	for _, tt := range tests {
		if got, n := aup(tt.curve, tt.best); math.Abs(got-tt.want) > 1e-9 || n != tt.n {
			t.Errorf("%s: %v of %d settings, want %v of %d", tt.name, got, n, tt.want, tt.n)
		}
	}
}

func TestParallelisms(t *testing.T) {
	row := func(label string, state State, tpf, exact float64) *Row {
		return &Row{Cell: result.Cell{Label: label}, State: state, Values: map[Metric]*stats.Estimate{TPF: {Value: tpf}, Exact: {Value: exact}}}
	}
	v := &View{Points: []*Point{
		{Place: place.Place{Workload: "w"}, Rows: []*Row{row("ar", Valid, 1, 90), row("diff", Valid, 1, 80), row("diff", Valid, 2, 80), row("diff", Invalid, 9, 80), {Cell: result.Cell{Label: "diff"}, State: NotRun}}},
		{Place: place.Place{CostOnly: true}, Rows: []*Row{row("diff", Valid, 1, 80), row("diff", Valid, 2, 80)}},
	}}
	list := v.Parallelisms()
	want := 80 + 80*math.Exp(-3*(1-80.0/90))
	if len(list) != 1 || list[0].Label != "diff" || list[0].Settings != 2 || math.Abs(list[0].AUP-want) > 1e-9 {
		t.Errorf("%+v, want %v for diff alone", list, want)
	}
}
