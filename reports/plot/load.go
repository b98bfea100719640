package plot

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// loadPercents are the percentiles of latency that are drawn.
var loadPercents = []float64{50, 75, 90, 95, 99}

// loadWords say how latency under load is to be read.
const loadWords = "Latency counts from the moment a request came, waiting included. A percentile that so few requests cannot show is not drawn (p90 needs %d, p95 %d, p99 %d); percentiles have no interval."

func loadCaption() string {
	return fmt.Sprintf(loadWords, stats.Floor(90), stats.Floor(95), stats.Floor(99))
}

// underLoad draws, for a run whose requests came as a load, percentiles of
// latency, and goodput where the run has limits: two panels for each task.
func (m *maker) underLoad() {
	if m.v.Header.Load == "" {
		m.skip("load", "the requests of this run did not come as a load; dllmbench run --load makes such a run")
		return
	}
	var panels []panel
	for _, p := range m.v.Points {
		if pn, ok := m.percentilePanel(p); ok {
			panels = append(panels, pn)
		}
		if pn, ok := m.goodputPanel(p); ok {
			panels = append(panels, pn)
		}
	}
	m.add(&Figure{Name: "load", Title: "Under load: " + loadText(m.v.Header.Load),
		Caption: loadCaption() + " Goodput: requests a second that keep all limits of the run, from five sessions on with 95% BCa bootstrap intervals."},
		panels, "no task has a percentile of latency that its requests can show")
}

func (m *maker) percentilePanel(p *view.Point) (panel, bool) {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "percentile of requests"}, y: axis{title: "latency under load (ms)", log: true}}
	for _, percent := range loadPercents {
		pn.x.names = append(pn.x.names, fmt.Sprintf("p%g", percent))
	}
	for _, r := range p.Rows {
		if !r.Usable() {
			continue
		}
		s := &series{name: view.Clean(r.Name), style: m.names[r.Name], joined: true}
		for i, e := range r.Percentiles(view.Latency, loadPercents...) {
			if e != nil && e.Value > 0 {
				s.points = append(s.points, point{x: float64(i), y: e.Value})
			}
		}
		if len(s.points) > 0 {
			pn.series = append(pn.series, s)
		}
	}
	pn.series, pn.notes = uncrowd(pn.series)
	return pn, len(pn.series) > 0
}

func (m *maker) goodputPanel(p *view.Point) (panel, bool) {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "goodput (good requests/s)", zero: true}}
	var rows []*view.Row
	for _, r := range p.Rows {
		if r.Usable() && r.Values[view.Goodput] != nil && len(rows) < maxRungs {
			rows = append(rows, r)
		}
	}
	for i, r := range rows {
		e := r.Values[view.Goodput]
		pn.y.names = append([]string{cutName(view.Clean(r.Name), 22)}, pn.y.names...)
		pn.series = append(pn.series, &series{name: view.Clean(r.Name), style: m.names[r.Name],
			points: []point{{x: e.Value, xi: e.CI, y: float64(len(rows) - 1 - i)}}})
	}
	return pn, len(rows) > 0
}

// Loads draws latency and goodput against the load, from several runs of the
// same cells: one figure for arrivals a second and one for clients. A cell that
// only one of the runs has makes no curve.
func Loads(views []*view.View) ([]*Figure, []Skipped) {
	if len(views) == 0 {
		return nil, nil
	}
	m := &maker{v: views[0], names: newStyles(views[0], func(r *view.Row) string { return r.Name })}
	byKind := map[string]map[float64]*view.View{}
	for _, v := range views {
		kind, x, ok := loadOf(v.Header.Load)
		if !ok {
			continue
		}
		if byKind[kind] == nil {
			byKind[kind] = map[float64]*view.View{}
		}
		byKind[kind][x] = v
	}
	for _, kind := range slices.Sorted(maps.Keys(loadAxes)) {
		var panels []panel
		for _, p := range views[0].Points {
			panels = append(panels, m.againstLoad(p, kind, byKind[kind])...)
		}
		m.add(&Figure{Name: "load-" + kind, Title: "Latency and goodput against " + loadAxes[kind].what,
			Caption: "From " + strconv.Itoa(len(byKind[kind])) + " runs of the same cells, each under another load. Solid: median latency, dashed and without marks: p95. " + loadCaption() +
				" Goodput: requests a second that keep all limits of the run, from five sessions on with 95% BCa bootstrap intervals; grey: as many as come."},
			panels, "no two runs of the same cells have loads of this kind")
	}
	return m.figures, m.skipped
}

// loadAxes are the kinds of load that have a number, and how their axes are named.
var loadAxes = map[string]struct{ what, title string }{
	"poisson":     {"the rate of arrivals", "arrivals (requests/s)"},
	"concurrency": {"the number of clients", "clients"},
}

// loadOf reads "poisson:5" and "concurrency:4".
func loadOf(load string) (kind string, x float64, ok bool) {
	kind, value, _ := strings.Cut(load, ":")
	x, err := strconv.ParseFloat(value, 64)
	_, known := loadAxes[kind]
	return kind, x, err == nil && x > 0 && known
}

// loadText says a load in words.
func loadText(load string) string {
	kind, x, ok := loadOf(load)
	switch {
	case ok && kind == "poisson":
		return fmt.Sprintf("%g requests a second, at random moments", x)
	case ok:
		return fmt.Sprintf("%g clients that each wait for their answer", x)
	case load == "offline":
		return "everything comes at once"
	case load == "single_stream":
		return "one client that waits for its answer"
	}
	return view.Clean(load)
}

// againstLoad is the panel of latency and that of goodput of a point, as far as
// two runs have them.
func (m *maker) againstLoad(p *view.Point, kind string, runs map[float64]*view.View) []panel {
	x := axis{title: loadAxes[kind].title, log: true}
	latency := panel{title: view.Clean(p.Task()), x: x, y: axis{title: "latency under load (ms)", log: true}}
	good := panel{title: view.Clean(p.Task()), x: x, y: axis{title: "goodput (good requests/s)", zero: true}}
	for _, r := range p.Rows {
		name, st := view.Clean(r.Name), m.names[r.Name]
		st.line.Dashes = nil
		median := &series{name: name, owner: name, style: st, joined: true}
		tail := &series{owner: name, style: st, joined: true, bare: true}
		tail.style.line.Dashes = dashes[1]
		goodput := &series{name: name, owner: name, style: st, joined: true}
		for load, v := range runs {
			row := rowOf(v, r.Cell.ID)
			if row == nil || !row.Usable() {
				continue
			}
			for i, e := range row.Percentiles(view.Latency, 50, 95) {
				if s := []*series{median, tail}[i]; e != nil && e.Value > 0 {
					s.points = append(s.points, point{x: load, y: e.Value})
				}
			}
			if e := row.Values[view.Goodput]; e != nil {
				goodput.points = append(goodput.points, point{x: load, y: e.Value, yi: e.CI})
			}
		}
		for _, s := range []*series{median, tail, goodput} {
			slices.SortFunc(s.points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
		}
		if len(median.points) > 1 {
			latency.series = append(latency.series, median)
		}
		if len(tail.points) > 1 {
			latency.series = append(latency.series, tail)
		}
		if len(goodput.points) > 1 {
			good.series = append(good.series, goodput)
		}
	}
	var out []panel
	if list := latency.series; len(list) > 0 {
		latency.x.values = xValues(list)
		out = append(out, latency)
	}
	if list := good.series; len(list) > 0 {
		good.x.values = xValues(list)
		if line := offered(good); kind == "poisson" && line != nil {
			good.series = append(good.series, line)
		}
		out = append(out, good)
	}
	return out
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

func rowOf(v *view.View, id string) *view.Row {
	for _, r := range v.Rows {
		if r.Cell.ID == id {
			return r
		}
	}
	return nil
}
