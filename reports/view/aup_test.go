package view

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
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
	if len(list) != 2 || list[1].Row.Cell.Label != "diff" || list[1].Settings != 2 || math.Abs(list[1].AUP.Value-want) > 1e-9 || list[0].AUP.Value != 90 || list[0].Settings != 1 {
		t.Errorf("%+v, want %v for diff", list, want)
	}
}

// TestAUPOfItsAuthors compares with values of the code that was published with the
// definition, see testdata/aup.py.
func TestAUPOfItsAuthors(t *testing.T) {
	data, err := os.ReadFile("testdata/aup.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Curve [][2]float64
		Best  float64
		AUP   float64
	}
	if err := json.Unmarshal(data, &list); err != nil || len(list) < 5 {
		t.Fatalf("%d curves: %v", len(list), err)
	}
	for _, c := range list {
		var curve []setting
		for _, q := range c.Curve {
			curve = append(curve, setting{q[0], q[1]})
		}
		if got, _ := aup(curve, c.Best); math.Abs(got-c.AUP) > 1e-9*c.AUP {
			t.Errorf("%v, best %g: %v, want %v", c.Curve, c.Best, got, c.AUP)
		}
	}
}

// TestAUPIntervals: instances are drawn together, so more of them give a narrower
// interval, and a decoder that solves all of them in one way has none to spare.
func TestAUPIntervals(t *testing.T) {
	width := map[int]float64{}
	for _, n := range []int{12, 96} {
		shape := fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 8}, Instances: n, Repeats: 1}
		v := New(fixture.New(shape))
		list := v.Parallelisms()
		if len(list) != 3 {
			t.Fatalf("%d decoders", len(list))
		}
		for _, x := range list {
			if ci := x.AUP.CI; ci == nil || !ci.Contains(x.AUP.Value) || x.AUP.N != n {
				t.Errorf("%s: %+v", x.Row.Decoder(), x.AUP)
				continue
			}
			width[n] += x.AUP.CI.High - x.AUP.CI.Low
		}
		if again := New(fixture.New(shape)).Parallelisms(); *again[1].AUP.CI != *list[1].AUP.CI {
			t.Error("another interval for the same run")
		}
	}
	if width[96] > width[12]/2 {
		t.Errorf("eight times as many instances: %v", width)
	}
}

func TestUnbeaten(t *testing.T) {
	row := func(exact, tpf, ms float64) *Row {
		return &Row{State: Valid, Values: map[Metric]*stats.Estimate{Exact: {Value: exact, CI: &stats.Interval{Low: exact - 5, High: exact + 5}}, TPF: {Value: tpf}, E2E: {Value: ms}}}
	}
	for _, c := range []struct {
		name string
		rows []*Row
		want []bool
	}{
		{"each is best in one", []*Row{row(90, 1, 90), row(50, 9, 80), row(60, 2, 10)}, []bool{true, true, true}},
		{"worse in two, equal in one", []*Row{row(90, 1, 90), row(90, 2, 80)}, []bool{false, true}},
		{"equals", []*Row{row(90, 1, 90), row(90, 1, 90)}, []bool{true, true}},
		{"no better than chance", []*Row{row(90, 1, 90), row(4, 9, 9)}, []bool{true, false}},
	} {
		front := (&Point{Rows: c.rows}).Unbeaten()
		for i, r := range c.rows {
			if front[r] != c.want[i] {
				t.Errorf("%s: row %d is %v", c.name, i, front[r])
			}
		}
	}
}
