package plot

import (
	"fmt"
	"math"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Trend is a panel of a figure of trends: one metric of one decoder over runs.
type Trend struct {
	Title  string
	Unit   string // with the name of the metric: title of the axis
	Engine string
	Points []TrendPoint // in order
	Marks  []TrendMark
}

// TrendPoint is the value of a run.
type TrendPoint struct {
	Run      int // number of the run, from 1
	Value    float64
	Interval *stats.Interval
	Used     bool // else it is drawn hollow, and no line runs through it
}

// TrendMark is a change of level.
type TrendMark struct {
	Since, Run    int     // numbers of the last run of the old level and the first one of the new
	Before, After float64 // levels
}

// trendCaption explains a figure of trends.
const trendCaption = "Points are runs, by their number in the list of runs; pale bars are 95% intervals over what one run decoded, and may go on beyond the frame. Dashed lines mark changes, " +
	"with the change of the level; grey lines are the levels. Hollow points were not used."

// Trends draws trends, up to six as panels of one figure; more make several.
// Trends without a point are left out.
func Trends(name, title string, list []Trend) []*Figure {
	var panels []panel
	for _, t := range list {
		if len(t.Points) > 0 {
			panels = append(panels, t.panel())
		}
	}
	var out []*Figure
	for part := 0; len(panels) > 0; part++ {
		n := min(len(panels), maxPanels)
		f := &Figure{Name: name, Title: view.Clean(title), Caption: trendCaption, panels: panels[:n]}
		if part > 0 {
			f.Name += "-" + fmt.Sprint(part+1)
			f.Title += ", continued"
		}
		out, panels = append(out, f), panels[n:]
	}
	return out
}

func (t Trend) panel() panel {
	first, last := t.Points[0].Run, t.Points[len(t.Points)-1].Run
	p := panel{
		title: view.Clean(t.Title),
		x:     axis{title: "run", values: runTicks(first, last)},
		y:     axis{title: view.Clean(t.Unit), least: 0.2}, // a few per cent shall not look like much
	}
	if len(t.Marks) > 0 {
		p.y.room = 0.12 // for the labels of the marks
	}
	from := first
	levels := []TrendMark{}
	for _, m := range t.Marks {
		at := float64(m.Since+m.Run) / 2
		p.guides = append(p.guides, guide{from: at, to: at, label: m.label(), color: ink, dashed: true})
		levels = append(levels, TrendMark{Since: from, Run: m.Since, Before: m.Before})
		from = m.Run
	}
	if n := len(t.Marks); n > 0 {
		levels = append(levels, TrendMark{Since: from, Run: last, Before: t.Marks[n-1].After})
	}
	for _, l := range levels {
		s := &series{name: "level", style: neutral(0), joined: true, bare: true}
		s.points = []point{{x: float64(l.Since) - 0.4, y: l.Before}, {x: float64(l.Run) + 0.4, y: l.Before}}
		p.series = append(p.series, s)
	}
	used := &series{name: view.Clean(t.Engine), style: newStyle(t.Engine, 0), joined: true, faint: true}
	hollow := &series{name: view.Clean(t.Engine) + ", not used", style: newStyle(t.Engine, 1), faint: true}
	for _, q := range t.Points {
		s := used
		if !q.Used {
			s = hollow
		}
		s.points = append(s.points, point{x: float64(q.Run), y: q.Value, yi: q.Interval})
	}
	for _, s := range []*series{used, hollow} {
		if len(s.points) > 0 {
			p.series = append(p.series, s)
		}
	}
	return p
}

// label is the change of the level in per cent.
func (m TrendMark) label() string {
	if m.Before == 0 || math.Signbit(m.Before) != math.Signbit(m.After) {
		return fmt.Sprintf("%s → %s", view.Number(m.Before), view.Number(m.After))
	}
	return fmt.Sprintf("%+.1f%%", 100*(m.After/m.Before-1))
}

// runTicks are whole numbers, about eight.
func runTicks(first, last int) []float64 {
	step := max(1, (last-first+7)/8)
	var ticks []float64
	for n := first; n <= last; n += step {
		ticks = append(ticks, float64(n))
	}
	return ticks
}
