package plot

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// heated is a run with two decoders at three temperatures, whose texts vary more
// and are less likely the warmer they are; and one at a single temperature.
func heated() *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 8, 16}, Instances: 12, Repeats: 1})
	heat := map[string]float64{}
	for i := range run.Header.Cells {
		c := &run.Header.Cells[i]
		warm := float64(i%3)/2 + .5
		if c.Engine == "autoregressive" {
			warm = 1
		}
		c.Options = map[string]any{"temperature": warm}
		c.Variant = fmt.Sprint("temperature=", warm)
		heat[c.ID] = warm
	}
	for i := range run.Requests {
		q := &run.Requests[i]
		words := int(4*heat[q.Cell]) + i%2
		var text []string
		for w := range words {
			text = append(text, fmt.Sprint("w", w))
		}
		yes, p := true, -2*heat[q.Cell]*float64(words)
		q.Output, q.InSupport, q.LogProb = strings.Join(text, " "), &yes, &p
	}
	return run
}

func TestTemperatures(t *testing.T) {
	f := only(t, "temperature-stories", heated())
	list := f.panels[0].series
	if len(list) != 2 || len(list[0].points) != 3 || list[0].points[0].label != "0.5" || list[0].points[2].label != "1.5" {
		t.Fatalf("curves %+v, want those of diffusion and block at three temperatures", list)
	}
	if a, b := list[0].points[0], list[0].points[2]; a.y >= b.y || a.x >= b.x || a.yi != nil && a.yi.Low > a.y {
		t.Errorf("from cool to warm: %v to %v", a, b)
	}
	if !strings.Contains(f.Caption, "One point alone says nothing") {
		t.Error("the reader is not warned of single points")
	}
	if q := only(t, "diversity-stories", heated()).panels[0]; q.y.title != "valid texts (%)" || q.series[0].points[0].y != 100 {
		t.Errorf("quality %q at %v", q.y.title, q.series[0].points[0])
	}
}

// loaded is a run under a load; waits grow with it.
func loaded(load string, wait int64, instances int) *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: instances, Repeats: 2})
	limit := int64(1e12)
	run.Header.Load, run.Header.Goodput = load, &result.Goodput{E2ENs: &limit}
	for i := range run.Requests {
		q := &run.Requests[i]
		came, queue := int64(i)*1e6, wait
		q.IntendedNs, q.QueueNs = &came, &queue
	}
	return run
}

func TestUnderLoad(t *testing.T) {
	f := only(t, "load", loaded("poisson:5", 1e6, 40)) // 80 requests: p90 needs 64, p95 130
	if len(f.panels) != 2 || !strings.Contains(f.Title, "5 requests a second") {
		t.Fatalf("%q with %d panels", f.Title, len(f.panels))
	}
	for _, s := range f.panels[0].series {
		if len(s.points) != 3 || s.points[2].x != 2 || s.points[0].y <= 1 {
			t.Errorf("%s: %v, want p50, p75 and p90, the wait included", s.name, s.points)
		}
	}
	if g := f.panels[1]; len(g.y.names) != 3 || g.series[0].points[0].x <= 0 || g.y.names[2] != "ar" {
		t.Errorf("goodput of %v", g.y.names)
	}
}

func TestLoads(t *testing.T) {
	var views []*view.View
	for i, load := range []string{"poisson:2", "poisson:8", "poisson:32", "concurrency:2"} {
		views = append(views, view.New(loaded(load, int64(i)*1e7, 8)))
	}
	figures, skipped := Loads(views, Screen)
	if len(figures) != 2 || figures[0].Name != "load-poisson" || figures[1].Name != "crossing-poisson" || len(skipped) != 2 || skipped[0].Name != "load-concurrency" || skipped[1].Name != "load-constant" {
		t.Fatalf("figures %v, skipped %v", figures, skipped)
	}
	latency := figures[0].panels[0]
	if len(latency.series) != 3 { // 16 requests show no p95
		t.Errorf("%d curves of latency", len(latency.series))
	}
	for _, s := range latency.series {
		if len(s.points) != 3 || s.points[0].x != 2 || s.points[2].x != 32 || s.points[2].y <= s.points[0].y {
			t.Errorf("%s: %v", s.name, s.points)
		}
	}
	if n := len(figures[0].panels[1].series); n != 4 {
		t.Errorf("%d curves of goodput, want three and what comes", n)
	}
}

// crowding is a run of so many clients in which all but AR take so many times as long.
func crowding(clients int, by float64) *result.File {
	run := loaded(fmt.Sprint("concurrency:", clients), 0, 40)
	ar := map[string]bool{}
	for _, c := range run.Header.Cells {
		ar[c.ID] = c.Engine == "autoregressive"
	}
	for i := range run.Requests {
		if q := &run.Requests[i]; !ar[q.Cell] {
			longer := int64(by * (1 + 0.3*math.Sin(float64(i))) * float64(*q.E2ENs))
			q.E2ENs = &longer
		}
	}
	return run
}

func TestCrossing(t *testing.T) {
	at := func(values ...float64) (list []point) {
		for i, y := range values {
			list = append(list, point{x: math.Exp2(float64(i)), y: y, yi: &stats.Interval{Low: y / 1.5, High: y * 1.5}})
		}
		return list
	}
	for _, tt := range []struct {
		list []point
		want string
	}{
		{at(4, 2, 0.5), "as fast at 2.83 clients (2.31 to 3.46)"}, // on logarithmic axes half-way between 2 and 4
		{at(0.5, 2), "as fast at 1.41 clients (1.15 to 1.73)"},
		{at(1.2, 0.4), "as fast at 1.12 clients (below 1 to 1.45)"},
		{at(3, 0.9), "as fast at 1.88 clients (1.49 to above 2)"},
		{at(3, 2), ""},
		{at(2, 0.5, 2), "passes 1 at 2 places"},
	} {
		if got := passes(tt.list, "clients"); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.list, got, tt.want)
		}
	}
}

func TestDelivery(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 8, Repeats: 1})
	for i := range run.Requests {
		run.Requests[i].Chunks = [][2]int64{{2e6, 1}, {5e6, 1}, {6e6, 2}}
	}
	pn := only(t, "delivery", run).panels[0]
	if strings.Join(pn.y.names, ", ") != "block steps=4, diffusion steps=4, ar" {
		t.Errorf("lines %v", pn.y.names)
	}
	gaps := 0
	for _, s := range pn.series {
		for _, q := range s.points {
			if s.style.glyph.name == "cross" && q.x == 3 || s.style.glyph.name == "plus" && q.x == 2 {
				gaps++
			}
		}
	}
	if gaps != 6 {
		t.Errorf("%d gaps at their places, want mean and longest of three decoders", gaps)
	}
}

// Comparisons that are only numbered get their names and a line each.
func TestClaimForest(t *testing.T) {
	f, none := Claim(claims.Verdict{Claim: 3, Figure: &claims.Figure{Title: "T", XLabel: "comparison", YLabel: "points", Series: []claims.Series{
		{Label: "first", Engine: "diffusion", X: []float64{1}, Y: []float64{-3}, Low: []float64{-5}, High: []float64{-1}},
		{Label: "second", Engine: "diffusion", X: []float64{2}, Y: []float64{4}, Low: []float64{2}, High: []float64{6}},
	}}})
	if none != nil {
		t.Fatal(none.Reason)
	}
	pn := f.panels[0]
	if strings.Join(pn.y.names, " ") != "second first" || pn.x.title != "points" || len(pn.series) != 3 || !pn.series[0].bare {
		t.Fatalf("%+v", pn)
	}
	if q := pn.series[2].points[0]; q.x != -3 || q.y != 1 || q.xi.Low != -5 {
		t.Errorf("the first comparison is at %v", q)
	}
}
