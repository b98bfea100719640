package plot

import (
	"fmt"
	"image/color"

	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// Limits of the heat map: a picture of more tiles is slow and shows nothing.
const (
	maxHeatTiles  = 6000
	maxHeatPanels = 4
	heatLevels    = 8
)

// heat draws the confidence at every position in every pass: a panel for each
// decoder, on the first traced instance of one task.
func (m *maker) heat() {
	p, rows := m.tracedPoint()
	if p == nil {
		m.skip("heat", "the run has no traces; dllmbench run --trace makes some")
		return
	}
	var panels []panel
	for _, r := range rows {
		t := m.tracesOf(r)[0]
		if len(panels) == maxHeatPanels || t.Budget*len(t.Passes) > maxHeatTiles {
			continue
		}
		if pn, ok := heatPanel(r, t); ok {
			panels = append(panels, pn)
		}
	}
	m.add(&Figure{Name: "heat", Title: "Confidence by position and pass: " + view.Clean(p.Task()),
		Caption: fmt.Sprintf("The darker, the more probable the network holds its best token, in %d levels; marks show where a token was written. Instance %s.", heatLevels, view.Clean(m.tracesOf(rows[0])[0].Instance))},
		panels, "no trace has confidences and is small enough to draw")
}

func heatPanel(r *view.Row, t *trace.Trace) (panel, bool) {
	pn := panel{title: view.Clean(r.Name), x: axis{title: "position (token)"}, y: axis{title: "forward pass"}}
	base := lookOf(r.Cell.Engine).color
	marks := &series{name: "token written", style: neutral(0)}
	marks.style.radius = points(1.6)
	for i := range t.Passes {
		q := &t.Passes[i]
		y := float64(i + 1)
		// Neighbours of one level are one tile.
		for pos := 0; pos < len(q.Confidence); {
			level, known := levelOf(q.Confidence[pos])
			end := pos + 1
			for end < len(q.Confidence) {
				if l, k := levelOf(q.Confidence[end]); l != level || k != known {
					break
				}
				end++
			}
			if known {
				pn.tiles = append(pn.tiles, tile{x0: float64(pos) + .5, x1: float64(end) + .5, y0: y - .5, y1: y + .5, color: shade(base, level)})
			}
			pos = end
		}
		for _, k := range q.Committed {
			marks.points = append(marks.points, point{x: float64(k.Pos + 1), y: y})
		}
	}
	if len(marks.points) == 0 || len(pn.tiles) == 0 {
		return panel{}, false
	}
	marks.style.line.Color = ink
	pn.series = []*series{marks}
	return pn, true
}

// levelOf is the level of a confidence, 0 to heatLevels-1.
func levelOf(x trace.Number) (int, bool) {
	if !x.Known() {
		return 0, false
	}
	return min(int(min(max(float64(x), 0), 1)*heatLevels), heatLevels-1), true
}

// shade is the colour of a level: the higher, the less white is in it.
func shade(c color.NRGBA, level int) color.Color {
	return pale(c, uint8(0x12+level*(0xd0-0x12)/(heatLevels-1)))
}
