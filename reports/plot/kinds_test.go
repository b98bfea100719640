package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
	"dllmbench/workloads"
)

// only is the figure of that name, which a run must have.
func only(t *testing.T, name string, run *result.File, traces ...trace.Trace) *Figure {
	t.Helper()
	figures, skipped := Figures(view.New(run), traces, Screen)
	for _, f := range figures {
		if f.Name == name {
			f.SVG() // which must not panic
			return f
		}
	}
	t.Fatalf("no figure %s; skipped %v", name, skipped)
	return nil
}

func TestExponents(t *testing.T) {
	f := only(t, "latency-length-cost", fixture.New(fixture.Shape{Lengths: []int{32, 64, 128}, Steps: []int{4}, Blocks: 8}))
	text := ""
	for _, s := range f.panels[0].series {
		text += s.name + ": " + s.fit + "\n"
	}
	if !strings.Contains(text, "ar: k = 1.0") && !strings.Contains(text, "ar: k = 0.9") || strings.Count(text, "k = ") != 3 {
		t.Errorf("the time of the autoregressive decoder grows with the length, but the fits are\n%s", text)
	}
}

// Decoders in several precisions are curves over their names; one in a single one is none.
func TestPrecision(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:2], Steps: []int{4, 8, 16}, Instances: 12, Repeats: 1})
	for i := range run.Header.Cells {
		if c := &run.Header.Cells[i]; c.Engine == "diffusion" {
			c.Weights = "builtin:v1#precision=" + map[string]string{"4": "f32", "8": "q8_0", "16": "q4_0"}[fmt.Sprint(c.Options["steps"])]
			c.Options = map[string]any{"remasking": "low_confidence"}
		}
	}
	p := only(t, "quality-precision", run).panels[0]
	if got := fmt.Sprint(p.title, p.x.names, len(p.series), len(p.series[0].points), p.series[0].points[0].yi != nil); got != "2 tasks[f32 q8_0 q4_0] 1 3 true" {
		t.Error(got)
	}
}

func TestDominatedPointsArePale(t *testing.T) {
	list := []*series{
		{points: []point{{x: 1, y: 50}, {x: 4, y: 80}}},
		{points: []point{{x: 2, y: 50}, {x: 3, y: 90}, {x: 5, y: 90}}},
	}
	front := markDominated(list, false)
	got := ""
	for _, s := range list {
		for _, q := range s.points {
			got += fmt.Sprintf("%g,%g:%v ", q.x, q.y, q.pale)
		}
	}
	if got != "1,50:false 4,80:true 2,50:true 3,90:false 5,90:true " {
		t.Error(got)
	}
	if len(front.points) != 2 || front.points[0].x != 1 || front.points[1].x != 3 {
		t.Errorf("frontier %v", front.points)
	}
}

// crowded is a run with a dozen kinds of diffusion at three numbers of steps.
func crowded() *result.File {
	run := fixture.New(fixture.Shape{Tasks: []fixture.Task{{Workload: "lists", Rung: "sort-8", Budget: 32, AR: 0.6, Parallel: 0.9}},
		Steps: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24, 28, 32, 36}, Instances: 12, Repeats: 1})
	n := 0
	for i := range run.Header.Cells {
		if c := &run.Header.Cells[i]; c.Engine == "diffusion" {
			kind := fmt.Sprint("kind-", n%12)
			n++
			c.Label, c.Options = kind, map[string]any{"steps": c.Options["steps"], "remasking": kind}
		}
	}
	return run
}

// What is not named is a dot, and no point lies left of the axis.
func TestCrowdedSteps(t *testing.T) {
	pn := only(t, "quality-steps-lists", crowded()).panels[0]
	named, dots := 0, 0
	for _, s := range pn.series {
		switch {
		case s.other:
			dots += len(s.points)
		default:
			named++
		}
		if s.dodge < -numberSpread/2-1e-9 {
			t.Errorf("%s is moved by %v", s.name, s.dodge)
		}
	}
	if named != maxSeries || dots == 0 || len(pn.notes) != 1 {
		t.Errorf("%d settings named, %d dots, notes %v", named, dots, pn.notes)
	}
}

func TestCrossoverMap(t *testing.T) {
	run := fixture.New(fixture.Shape{Lengths: []int{32, 256}, Steps: []int{8}, Blocks: 8, Batches: []int{1, 4}})
	pn := only(t, "crossover", run).panels[0]
	if len(pn.tiles) != 4 || len(pn.x.names) != 2 || pn.y.names[1] != "4" {
		t.Fatalf("%d tiles, %v × %v", len(pn.tiles), pn.x.names, pn.y.names)
	}
	for _, tl := range pn.tiles {
		if len(tl.text) != 3 || strings.HasPrefix(tl.text[0], "ar") {
			t.Errorf("eight steps for 32 tokens and more are faster, but the tile says %q", tl.text)
		}
	}
	slow := fixture.New(fixture.Shape{Lengths: []int{32, 256}, Steps: []int{8}, Blocks: 3, Batches: []int{1, 4}})
	if tl := only(t, "crossover", slow).panels[0].tiles[0]; tl.text[0] != "?" {
		t.Errorf("three pair blocks are too few, but the tile says %q", tl.text)
	}
}

// lengths is a run with two block lengths.
func lengths() *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 8}, Instances: 8, Repeats: 1})
	left := []int{4, 16}
	for i := range run.Header.Cells {
		if c := &run.Header.Cells[i]; c.Engine == "block" {
			c.Options = map[string]any{blockLengthOption: float64(left[0]), "steps": 0}
			left = left[1:]
		}
	}
	return run
}

func TestBlockLengthCurve(t *testing.T) {
	f := only(t, "block-length-stories", lengths())
	if len(f.panels) != 2 || len(f.panels[0].series) != 2 || !f.panels[0].series[0].level {
		t.Fatalf("got %+v", f.panels)
	}
	if q := f.panels[1].series[1].points; len(q) != 2 || q[0].x != 4 || q[1].x != 16 || q[0].y <= 0 {
		t.Errorf("points %v", q)
	}
}

// constrained is a run with constraints at two distances.
func constrained(steps ...int) *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: steps, Instances: 8, Repeats: 1})
	run.Instances = map[string]result.Instance{}
	for i := range run.Requests {
		q := &run.Requests[i]
		run.Instances[q.Instance] = result.Instance{ID: q.Instance, Constraints: []result.Opportunity{
			{Distance: 1, Direction: coherence.Backward}, {Distance: 9, Direction: coherence.Backward},
		}}
		two, one := 2, 1
		q.Constraints, q.Violations, q.Broken = &two, &one, []int{1}
	}
	return run
}

func TestCoherenceCurve(t *testing.T) {
	pn := only(t, "coherence-backward", constrained(4)).panels[0]
	if strings.Join(pn.x.names, " ") != "1 8–15" || len(pn.series) != 3 {
		t.Fatalf("bins %v, %d curves", pn.x.names, len(pn.series))
	}
	if q := pn.series[0].points; q[0].y != 100 || q[1].y != 0 || q[1].yi == nil {
		t.Errorf("near all hold and far none, but the points are %v", q)
	}
}

// TestCrowdedCoherence: of many settings the best of each decoder is named, and
// the points of all others are there as dots.
func TestCrowdedCoherence(t *testing.T) {
	run := constrained(1, 2, 3, 4, 5, 6)
	best := map[string]bool{} // one cell of each decoder, which breaks nothing
	for _, c := range run.Header.Cells {
		if c.Options["steps"] == 5 || c.Options["steps"] == nil {
			best[c.ID] = true
		}
	}
	for i := range run.Requests {
		if q := &run.Requests[i]; best[q.Cell] {
			none := 0
			q.Violations, q.Broken = &none, nil
		}
	}
	pn := only(t, "coherence-backward", run).panels[0]
	dots := 0
	var named []string
	for _, s := range pn.series {
		if s.other {
			dots += len(s.points)
			continue
		}
		named = append(named, s.name)
		if s.points[1].y != 100 {
			t.Errorf("%s is named and not the best", s.name)
		}
	}
	if all := len(run.Header.Cells); len(named) != len(best) || dots != 2*(all-len(best)) || len(pn.notes) != 1 {
		t.Errorf("named %v, %d dots of %d settings, notes %v", named, dots, all, pn.notes)
	}
}

// TestRichest: of many tasks those that compare kinds of decoder are drawn.
func TestRichest(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks, Steps: []int{4}, Instances: 8, Repeats: 1})
	var order []string
	for i, c := range run.Header.Cells { // the first three tasks keep diffusion alone
		if c.Engine != "diffusion" && slices.Index([]string{"stories-2", "stories-4", "sum-2"}, c.Rung) >= 0 {
			run.Header.Cells[i].Workload, run.Header.Cells[i].Rung = "gone", c.Rung+c.Label
		}
	}
	for _, p := range (&maker{v: view.New(run)}).richest() {
		order = append(order, p.Rung)
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "sum-3 holes-4 holes-6 sort-4 sort-8 stories-2") {
		t.Errorf("order %s", got)
	}
}

// TestBounds has the values of Kang et al. 2025 for eight items.
func TestBounds(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: []fixture.Task{{Workload: "lists", Rung: "shuffle-8", Budget: 9, AR: 1, Parallel: 1}}, Steps: []int{1, 8}, Instances: 8, Repeats: 1})
	for i := range run.Header.Cells {
		run.Header.Cells[i].Knobs = map[string]float64{"items": 8}
	}
	list := only(t, "floors", run).panels[0].series
	bound := list[len(list)-1]
	for steps, want := range map[int]float64{8: 100, 4: 27.3, 2: 3.85, 1: 0.24} {
		if len(bound.points) != 8 || math.Abs(bound.points[steps-1].y-want) > 0.05 {
			t.Errorf("%d steps, want %g: bound %+v", steps, want, bound)
		}
	}
}

// costed is a run with times in the network and bytes.
func costed() *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 6, Repeats: 1})
	for i := range run.Requests {
		q := &run.Requests[i]
		q.Usage[usage.FLOPs], q.Usage[usage.WeightBytes], q.Spent = usage.Known(int64(8e6)), usage.Known(int64(4e6)), &result.Spent{ForwardNs: 1e6}
	}
	return run
}

func TestRoofline(t *testing.T) {
	run := costed()
	list := only(t, "roofline", run).panels[0].series
	if q := list[1].points[0]; math.Abs(q.x-2) > 1e-9 || math.Abs(q.y-8) > 1e-9 {
		t.Errorf("8 MFLOP over 4 MB in 1 ms are at %v", q)
	}
}

// traced is a run with traces of one instance: reasoning at positions 0 and 1,
// the result at 2; diffusion knows the result first.
func traced() (*result.File, []trace.Trace) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[2:3], Steps: []int{4}, Instances: 6, Repeats: 1})
	yes := true
	base := trace.Trace{
		Type: "trace", Instance: "arithmetic/sum-2/test/0", Budget: 3, Tokens: []int32{5, 6, 7}, Useful: 3, Exact: &yes,
		Reference: []int32{5, 6, 7}, Mask: 2, Words: map[int32]string{5: "a", 6: "b", 7: "c"},
		Spans: []trace.Span{{Name: workloads.Reasoning, Start: 0, End: 2}, {Name: workloads.Result, Start: 2, End: 3}},
	}
	pass := func(step, pos int, conf ...trace.Number) trace.Pass {
		return trace.Pass{Phase: engines.PhaseDenoise, Step: step, Committed: []trace.Commit{{Pos: pos, ID: int32(5 + pos), Confidence: 0.9}},
			Argmax: []int32{5, 6, 7}, Confidence: conf, Entropies: make([]trace.Number, 3)}
	}
	var traces []trace.Trace
	for _, c := range run.Header.Cells {
		t := base
		t.Cell = c.ID
		t.Passes = []trace.Pass{pass(0, 0, .1, .2, .9), pass(1, 1, .9, .9, .9), pass(2, 2, 1, 1, 1)}
		if c.Engine == "diffusion" {
			t.Passes = []trace.Pass{pass(0, 2, .1, .2, .9), pass(1, 1, .9, .9, .9), pass(2, 0, 1, 1, 1)}
		}
		traces = append(traces, t)
	}
	return run, traces
}

func TestTracedFigures(t *testing.T) {
	run, traces := traced()
	order := only(t, "order", run, traces...)
	if len(order.panels) != 3 {
		t.Fatalf("%d panels", len(order.panels))
	}
	if q := order.panels[1].series[0].points; q[0].y != 3 || q[2].y != 1 {
		t.Errorf("diffusion wrote from right to left, but the points are %v", q)
	}
	emergence := only(t, "emergence", run, traces...).panels[0]
	if q := emergence.series[0].points; q[2].x < 33 || q[2].x > 34 || q[2].y != 100 {
		t.Errorf("the result is predicted from the first step on, but the curve is %v", q)
	}
	heat := only(t, "heat", run, traces...).panels[0]
	// Pass 1 has three levels; neighbours of one level are one tile.
	if len(heat.tiles) != 3+1+1 {
		t.Errorf("%d tiles", len(heat.tiles))
	}
	for _, f := range []string{"order", "heat", "emergence"} {
		_, skipped := Figures(view.New(run), nil, Screen)
		found := false
		for _, s := range skipped {
			found = found || s.Name == f && s.Reason != ""
		}
		if !found {
			t.Errorf("%s is not skipped without traces", f)
		}
	}
}

// However many traces there are, no step of a curve is lost.
func TestStairs(t *testing.T) {
	var values []float64
	for i := range 3 * maxPoints {
		values = append(values, float64(i/3)/(3*maxPoints))
	}
	curve := emergenceCurve("ar", "result right", newStyle("autoregressive", 0), append(values, 1, 1))
	if n := len(curve.points); n != 1+2*(maxPoints+1)+1 {
		t.Errorf("%d points for %d different moments", n, maxPoints+1)
	}
	panels := []panel{{series: []*series{curve}}}
	if all, drawn := thin(panels); all != drawn {
		t.Errorf("%d of %d points are drawn", drawn, all)
	}
	line := &series{joined: true, points: curve.points}
	panels[0].series[0] = line
	all, drawn := thin(panels)
	few := panels[0].series[0].points
	if drawn >= all || few[0] != line.points[0] || few[len(few)-1] != line.points[len(line.points)-1] {
		t.Errorf("%d of %d points, from %v to %v", drawn, all, few[0], few[len(few)-1])
	}
}

func TestLadder(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 16}, Instances: 8, Repeats: 1})
	// A decoder with several tries is not the plain one, however many passes it makes.
	tried := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 16}, Instances: 8, Repeats: 1})
	changed := 0
	for i := range tried.Header.Cells {
		if c := &tried.Header.Cells[i]; view.DecoderName(*c) == "diffusion steps=16" {
			c.Options["best_of"] = 4.0
			changed++
		}
	}
	faster := only(t, "ladder", tried).panels[0]
	for _, s := range faster.series {
		for _, q := range s.points {
			if name := faster.y.names[int(q.y)]; (q.xi == nil) != (name == "diffusion steps=4") || changed != 1 {
				t.Errorf("%s is at %v with interval %v", name, q.x, q.xi)
			}
		}
	}
	pn := only(t, "ladder", run).panels[0]
	if len(pn.y.names) != 5 || pn.y.names[0] != "diffusion steps=16" && pn.y.names[0] != "block steps=16" {
		t.Errorf("rungs %v, the slowest should stand below", pn.y.names)
	}
	for _, s := range pn.series {
		for _, q := range s.points {
			if s.name == "diffusion" && q.x == 1 && q.xi != nil {
				t.Error("the plain decoder has an interval against itself")
			}
		}
	}
}
