package plot

import (
	"dllmbench/reports/view"
)

// roofline draws the arithmetic that was reached against arithmetic intensity:
// a panel for trained weights and one for each cost-only model.
func (m *maker) roofline() {
	groups := group(m.v.Points, func(p *view.Point) (string, bool) {
		if p.CostOnly {
			return subject(p) + p.Extra(), true
		}
		return "trained weights" + p.Extra(), true
	})
	var panels []panel
	for _, g := range groups {
		peak, bandwidth := 0.0, 0.0
		seen := func(_ *view.Point, r *view.Row) (point, bool) {
			c := r.Cost()
			if c == nil {
				return point{}, false
			}
			x, okX := c.Intensity()
			rate, okY := c.Rate()
			peak, bandwidth = max(peak, rate/1e9), max(bandwidth, rate/1e9/max(x, 1e-9))
			return point{x: x, y: rate / 1e9}, okX && okY
		}
		engine := func(r *view.Row) string { return r.Cell.Engine }
		list := collect(g.points, engine, engine, func(engine string, _ int) style { return newStyle(engine, 0) }, seen)
		if len(list) == 0 {
			continue
		}
		for _, s := range list {
			s.joined = false
		}
		xs := xValues(list)
		lo, hi, knee := xs[0]/1.5, xs[len(xs)-1]*1.5, peak/bandwidth
		roof := &series{name: "envelope of this run", style: neutral(1), joined: true, bare: true}
		roof.points = []point{{x: lo, y: min(peak, lo*bandwidth)}}
		if knee > lo && knee < hi {
			roof.points = append(roof.points, point{x: knee, y: peak})
		}
		roof.points = append(roof.points, point{x: hi, y: min(peak, hi*bandwidth)})
		panels = append(panels, panel{title: view.Clean(g.title), series: append([]*series{roof}, list...),
			x: axis{title: "arithmetic intensity (FLOP per byte)", log: true}, y: axis{title: "reached (GFLOP/s)", log: true}})
	}
	m.add(&Figure{Name: "roofline", Title: "Roofline: arithmetic against memory traffic",
		Caption: "Each point is a cell: its FLOPs over its bytes of weights, keys and values, and FLOPs over the time in the network. The dashed line is the highest rate and the highest bytes per second of any cell here, not a limit of the machine. Weights count as read in every pass, also where they stay in the processor's cache. Batches are left out: their requests share passes."},
		panels, "no cell without batches has times in the network and bytes")
}
