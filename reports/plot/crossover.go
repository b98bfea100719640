package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// crossover draws the map of who is faster, batch against length: a panel for
// each cost-only model or workload with both at two or more values.
func (m *maker) crossover() {
	engines := map[string]bool{}
	groups := lists.Split(m.v.Points, func(p *view.Point) string { return subject(p) + p.Extra() })
	panels := panelsOf(groups, func(g pointGroup) (panel, bool) { return crossoverPanel(g, engines) })
	for _, r := range m.v.Rows { // the colours, in the legend
		if len(panels) > 0 && engines[r.Look] {
			engines[r.Look] = false
			panels[0].series = append(panels[0].series, &series{name: view.Clean(r.Decoder()), style: newStyle(r.Look, 0)})
		}
	}
	_, reference := m.v.Versus()
	m.add(&Figure{Name: "crossover", Title: "Who is faster: batch against length",
		Caption: "The fastest setting of each decoder. A tile has the colour of the fastest and how many times as fast as " + reference + " it is (as the next decoder, where that is the fastest). Several tasks of one length and batch share a tile. Grey: ~ not told apart, ? too few pairs for an interval, ≠ differs by task." + m.v.LengthCaption()},
		panels, "no model or workload has two or more lengths at two or more batch sizes")
}

func crossoverPanel(g pointGroup, engines map[string]bool) (panel, bool) {
	timed := lists.Keep(g.Of, func(p *view.Point) bool { return p.Reference != nil && len(p.Against) > 0 })
	lengths, lengthNames := distinct(timed, func(p *view.Point) int { return p.Budget })
	batches, batchNames := distinct(timed, func(p *view.Point) int { return p.Batch })
	if len(lengths) < 2 || len(batches) < 2 {
		return panel{}, false
	}
	pn := panel{title: view.Clean(g.Key), x: axis{title: "token budget (tokens)", names: lengthNames}, y: axis{title: "batch", names: batchNames}}
	for y, batch := range batches {
		for x, length := range lengths {
			var answers []winner
			for _, p := range g.Of {
				if w, ok := winnerOf(p); ok && p.Budget == length && p.Batch == batch {
					answers = append(answers, w)
				}
			}
			if len(answers) > 0 {
				pn.tiles = append(pn.tiles, crossoverTile(float64(x), float64(y), answers, engines))
			}
		}
	}
	return pn, len(pn.tiles) > 0
}

// distinct are the different numbers of points in order, and as texts.
func distinct(points []*view.Point, of func(*view.Point) int) (numbers []int, texts []string) {
	for _, part := range lists.Split(points, of) {
		numbers = append(numbers, part.Key)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		texts = append(texts, fmt.Sprint(n))
	}
	return numbers, texts
}

// winner is who is faster at a point.
type winner struct {
	row   *view.Row // nil: not told apart, or unknown
	times float64   // as fast as the reference, or as the next one
	few   bool      // too few pairs to tell
}

// winnerOf is false where nothing was timed against the reference.
func winnerOf(p *view.Point) (winner, bool) {
	rows := rowsWith(p, view.E2E)
	if len(rows) == 0 || p.Reference == nil {
		return winner{}, false
	}
	best := slices.MinFunc(rows, view.Least(view.E2E))
	if best == p.Reference {
		return lead(p, best), true
	}
	speed := p.Against[best].Speed
	side, known := view.Side(speed)
	switch {
	case !known:
		return winner{few: true}, true
	case side > 0:
		return winner{row: best, times: speed.Value}, true
	}
	return winner{}, true
}

// lead is the reference as the winner, where its lead over all other decoders is
// shown.
func lead(p *view.Point, best *view.Row) winner {
	next := 0.0
	for r, c := range p.Against {
		if r.Look == best.Look {
			continue
		}
		side, known := view.Side(c.Speed)
		if !known || side >= 0 {
			return winner{}
		}
		next = max(next, c.Speed.Value)
	}
	if next == 0 {
		return winner{}
	}
	return winner{row: best, times: 1 / next}
}

// crossoverTile shows the winners of all tasks of one length and batch: their
// name where it is one, else how many tasks each decoder won.
func crossoverTile(x, y float64, list []winner, engines map[string]bool) tile {
	t := tile{x0: x - .47, x1: x + .47, y0: y - .47, y1: y + .47, color: pale(grey, 0x30)}
	first := list[0].row
	low, high := math.Inf(1), math.Inf(-1)
	names := map[string]bool{}
	for _, w := range list {
		if first == nil || w.row == nil || w.row.Look != first.Look {
			first = nil
			break
		}
		low, high = min(low, w.times), max(high, w.times)
		names[view.Clean(w.row.Name)] = true
	}
	switch {
	case first != nil:
		t.color = pale(lookOf(first.Look).color, 0x66)
		engines[first.Look] = true
		times := fmt.Sprintf("%.2g×", low)
		t.short = times
		if s := fmt.Sprintf("%.2g×", high); s != times {
			t.short = "≥" + times
			times = strings.TrimSuffix(times, "×") + "–" + s
		}
		name := view.Clean(first.Name)
		if len(names) > 1 {
			name = view.Clean(first.Decoder())
		}
		t.text = append(strings.Fields(name), times)
	case len(list) > 1:
		t.text, t.short = []string{"differs", "by task"}, "≠"
	case list[0].few:
		t.text = []string{"?"}
	default:
		t.text, t.short = []string{"not told", "apart"}, "~"
	}
	return t
}
