package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// loadPercents are the percentiles of latency that are drawn.
var loadPercents = []float64{50, 75, 90, 95, 99}

// goodputWords say what goodput is.
const goodputWords = " Goodput: requests a second that keep all limits of the run, from five sessions on with 95% BCa bootstrap intervals"

func loadCaption() string {
	return fmt.Sprintf("Latency counts from the moment a request came, waiting included. A percentile that so few requests cannot show is not drawn (p90 needs %d, p95 %d, p99 %d); percentiles have no interval.",
		stats.Floor(90), stats.Floor(95), stats.Floor(99))
}

var (
	latencyAxis = axis{title: "latency under load (ms)", log: true}
	goodputAxis = axis{title: "goodput (good requests/s)", zero: true}
)

// underLoad draws, for a run whose requests came as a load, percentiles of
// latency, and goodput where the run has limits: two panels for each task.
func (m *maker) underLoad() {
	if m.v.Header.Load == "" {
		m.skip("load", "the requests of this run did not come as a load; dllmbench run --load makes such a run")
		return
	}
	var panels []panel
	for _, p := range m.v.Points {
		panels = append(panels, lists.Keep([]panel{m.percentiles(p), m.goodput(p)}, panel.drawn)...)
	}
	m.add(&Figure{Name: "load", Title: "Under load: " + loadText(m.v.Header.Load), Caption: loadCaption() + goodputWords + "."},
		panels, "no task has a percentile of latency that its requests can show")
}

// drawn reports whether a panel has anything to show.
func (p panel) drawn() bool { return len(p.series) > 0 }

func (m *maker) percentiles(p *view.Point) panel {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "percentile of requests"}, y: latencyAxis}
	for _, percent := range loadPercents {
		pn.x.names = append(pn.x.names, fmt.Sprintf("p%g", percent))
	}
	for _, r := range rowsWith(p) {
		s := &series{name: view.Clean(r.Name), style: m.names[r.Name], joined: true}
		for i, e := range r.Percentiles(view.Latency, loadPercents...) {
			if e != nil && e.Value > 0 {
				s.points = append(s.points, point{x: float64(i), y: e.Value})
			}
		}
		pn.series = append(pn.series, s)
	}
	pn.series, pn.notes = uncrowd(lists.Keep(pn.series, (*series).some))
	return pn
}

func (m *maker) goodput(p *view.Point) panel {
	rows := rowsWith(p, view.Goodput)
	rows = rows[:min(len(rows), maxRungs)]
	pn := panel{title: view.Clean(p.Task()), x: goodputAxis, y: axis{names: rowNames(rows, 22)}}
	for i, r := range rows {
		e := r.Values[view.Goodput]
		pn.series = append(pn.series, &series{name: view.Clean(r.Name), style: m.names[r.Name], points: []point{{x: e.Value, xi: e.CI, y: float64(len(rows) - 1 - i)}}})
	}
	return pn
}

// loadKinds are the kinds of load that have a number.
var loadKinds = []struct{ name, what, axis, words string }{
	{"concurrency", "the number of clients", "clients", "%g clients that each wait for their answer"},
	{"poisson", "the rate of arrivals", "arrivals (requests/s)", "%g requests a second, at random moments"},
	{"constant", "the rate of even arrivals", "arrivals (requests/s)", "%g requests a second, evenly spaced"},
}

// loadOf reads "poisson:5" and "concurrency:4".
func loadOf(load string) (kind string, x float64, ok bool) {
	kind, value, _ := strings.Cut(load, ":")
	x, err := strconv.ParseFloat(value, 64)
	return kind, x, err == nil && x > 0
}

// loadText says a load in words.
func loadText(load string) string {
	if load == "concurrency:1" {
		load = "single_stream"
	}
	kind, x, ok := loadOf(load)
	for _, k := range loadKinds {
		if ok && k.name == kind {
			return fmt.Sprintf(k.words, x)
		}
	}
	two := map[string]string{"bursts": "%s requests a second, %s at once, at random moments", "ramp": "from %s to %s requests a second, at random moments"}
	if parts := strings.Split(view.Clean(load), ":"); len(parts) == 3 && two[parts[0]] != "" {
		return fmt.Sprintf(two[parts[0]], parts[1], parts[2])
	}
	return cmp.Or(map[string]string{
		"offline":       "everything comes at once",
		"single_stream": "one client that waits for its answer",
	}[load], view.Clean(load))
}

// loadedRun is a run with the number of its load.
type loadedRun struct {
	load    float64
	rows    map[string]*view.Row       // by cell
	against map[string]*stats.Estimate // how many times as fast as the reference
}

// Loads draws latency and goodput against the load, from several runs of the
// same cells: one figure for arrivals a second and one for clients. A cell that
// only one of the runs has makes no curve.
func Loads(views []*view.View, l Layout) ([]*Figure, []Skipped) {
	if len(views) == 0 {
		return nil, nil
	}
	m := &maker{v: views[0], layout: l, names: newStyles(views[0], func(r *view.Row) string { return r.Name })}
	for _, kind := range loadKinds {
		var runs []loadedRun
		for _, v := range views {
			if name, x, ok := loadOf(v.Header.Load); ok && name == kind.name {
				runs = slices.DeleteFunc(runs, func(r loadedRun) bool { return r.load == x }) // of one load the last run counts
				run := loadedRun{x, map[string]*view.Row{}, map[string]*stats.Estimate{}}
				for _, r := range v.Rows {
					run.rows[r.Cell.ID] = r
				}
				for _, p := range v.Points {
					for r := range p.Against {
						run.against[r.Cell.ID] = v.Served(p.Reference, r)
					}
				}
				runs = append(runs, run)
			}
		}
		slices.SortFunc(runs, func(a, b loadedRun) int { return cmp.Compare(a.load, b.load) })
		var panels []panel
		for _, p := range m.v.Points {
			panels = append(panels, m.againstLoad(p, axis{title: kind.axis, log: true}, runs, kind.name != "concurrency")...)
		}
		m.add(&Figure{Name: "load-" + kind.name, Title: "Latency and goodput against " + kind.what,
			Caption: fmt.Sprintf("From %d runs of the same cells, each under another load. Solid: median latency, dashed and without marks: p95. %s%s; grey: as many as come.", len(runs), loadCaption(), goodputWords)},
			panels, "no two runs of the same cells have loads of this kind")
		if len(runs) > 1 {
			m.crossings(kind.name, kind.what, axis{title: kind.axis, log: true}, runs)
		}
	}
	return m.figures, m.skipped
}

// againstLoad is the panel of latency and that of goodput of a point, as far as
// two runs have them. Where arrivals are counted, the latter shows them too.
func (m *maker) againstLoad(p *view.Point, x axis, runs []loadedRun, arrivals bool) []panel {
	latency := panel{title: view.Clean(p.Task()), x: x, y: latencyAxis}
	good := panel{title: view.Clean(p.Task()), x: x, y: goodputAxis}
	rows, notes := few(p)
	latency.notes, good.notes = notes, notes
	for _, r := range rows {
		name, st := view.Clean(r.Name), m.names[r.Name]
		st.line.Dashes = nil
		median := &series{name: name, owner: name, style: st, joined: true}
		tail := &series{owner: name, style: st, joined: true, bare: true}
		tail.style.line.Dashes = dashes[1]
		goodput := &series{name: name, owner: name, style: st, joined: true}
		for _, run := range runs {
			row := run.rows[r.Cell.ID]
			if row == nil || !row.Usable() {
				continue
			}
			for i, e := range row.Percentiles(view.Latency, 50, 95) {
				if s := []*series{median, tail}[i]; e != nil && e.Value > 0 {
					s.points = append(s.points, point{x: run.load, y: e.Value})
				}
			}
			if e := row.Values[view.Goodput]; e != nil {
				goodput.points = append(goodput.points, point{x: run.load, y: e.Value, yi: e.CI})
			}
		}
		short := func(s *series) bool { return len(s.points) < 2 }
		latency.series = append(latency.series, slices.DeleteFunc([]*series{median, tail}, short)...)
		good.series = append(good.series, slices.DeleteFunc([]*series{goodput}, short)...)
	}
	panels := lists.Keep([]panel{latency, good}, panel.drawn)
	for i := range panels {
		pn := &panels[i]
		pn.x.values = xValues(pn.series)
		if line := offered(*pn); arrivals && pn.y.zero && line != nil {
			pn.series = append(pn.series, line)
		}
	}
	return panels
}

// offered is the line of as many good requests as come, a little beyond the
// highest goodput; nil where all loads are far above it.
func offered(good panel) *series {
	top := 0.0
	for _, s := range good.series {
		_, _, _, high := s.DataRange()
		top = max(top, high)
	}
	loads := good.x.values
	first, last := loads[0], min(loads[len(loads)-1], 1.5*top)
	if last <= first {
		return nil
	}
	line := &series{name: "as many as come", style: neutral(2), joined: true, bare: true}
	for i := range 33 { // on a logarithmic axis it is no straight line
		x := first * math.Pow(last/first, float64(i)/32)
		line.points = append(line.points, point{x: x, y: x})
	}
	return line
}
