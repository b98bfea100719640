package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestBands: where each answer was drawn several times, an area stands for the bars of a
// curve, in every kind of file, and the caption says so; one answer each has bars only.
func TestBands(t *testing.T) {
	t.Parallel()
	quick := fixture.Shape{Tasks: small.Tasks, Steps: small.Steps, Instances: 6, Repeats: 1}
	for samples, want := range map[int]bool{1: false, 3: true} {
		run := fixture.New(quick)
		for i := range run.Header.Cells {
			run.Header.Cells[i].Samples = samples
		}
		for _, l := range []Layout{Screen, Paper} {
			figures, _ := Figures(view.New(run), nil, l)
			f := figures[slices.IndexFunc(figures, func(f *Figure) bool { return f.Name == "quality-latency-sudoku" })]
			if strings.Contains(f.Text(), "filled band") != want {
				t.Errorf("%d samples: the caption says %q", samples, f.Text())
			}
			c := lookOf("diffusion").color
			opacity := fmt.Sprintf("%.2g", float64(bandOpacity)/0xff)
			area := fmt.Sprintf("fill:%s;fill-opacity:%s", hex(c), opacity)
			if got := bytes.Contains(written(t, f.WriteSVG), []byte(area)); got != want {
				t.Errorf("%d samples, %s: SVG has %s: %v", samples, l.Name, area, got)
			}
			if got := bytes.Contains(written(t, f.PDF), fmt.Appendf(nil, "/ca %.3f", float64(bandOpacity)/0xff)); got != want {
				t.Errorf("%d samples, %s: the PDF has an area that can be seen through: %v", samples, l.Name, got)
			}
			if l.printed() {
				continue
			}
			band, n := mixed(color.NRGBA{0xff, 0xff, 0xff, 0xff}, c, float64(bandOpacity)/0xff), 0
			for seen, count := range colours(f.raster(dpi).Image()) {
				if max(apartBy(seen.R, band.R), apartBy(seen.G, band.G), apartBy(seen.B, band.B)) <= 2 {
					n += count
				}
			}
			if n > 500 != want {
				t.Errorf("%d samples: %d pixels of the band of diffusion", samples, n)
			}
		}
	}
}

func apartBy(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

// TestRuns: a band joins neighbours at different x that pool several answers.
func TestRuns(t *testing.T) {
	at := func(x float64, pooled bool) point {
		return point{x: x, yi: &stats.Interval{Low: 1, High: 2}, pooled: pooled}
	}
	bare := at(5, true)
	bare.yi = nil
	s := &series{joined: true, points: []point{at(1, true), at(2, true), at(2, true), at(3, true), at(4, false), bare, at(6, true)}}
	if got := fmt.Sprint(s.runs()); got != "[[0 2] [2 4]]" {
		t.Errorf("runs %s", got)
	}
	s.joined = false
	if s.runs() != nil {
		t.Error("points that no line joins have a band")
	}
}

// TestDashes: without colour every two curves differ in how many dashes a period has, in
// the length of the longest or in how much of the line is there; and so do curves and the
// dotted lines of no decoder.
func TestDashes(t *testing.T) {
	looks := func(d []vg.Length) (longest, ink float64) {
		if d == nil {
			return 1000, 1
		}
		on, all := 0.0, 0.0
		for i, x := range d {
			on, all = on+float64(x)*float64(1-i%2), all+float64(x)
		}
		return float64(slices.Max(d)), on / all
	}
	all := append(slices.Clone(dashes), neutralDashes[2])
	for i, a := range all {
		for _, b := range all[:i] {
			la, ia := looks(a)
			lb, ib := looks(b)
			if len(a) == len(b) && max(la/lb, lb/la) < 2 && math.Abs(ia-ib) < 0.3 {
				t.Errorf("%v and %v look alike", a, b)
			}
		}
	}
	for _, l := range []Layout{Screen, Paper} {
		var list []*series
		for i := range dashes { // numbers in a run that leave the same rest
			st := newStyle("diffusion", 0)
			st.order = i * len(dashes)
			ci := &stats.Interval{}
			list = append(list, &series{name: fmt.Sprint(i), style: st, joined: true, points: []point{{yi: ci, pooled: true}, {x: 1, yi: ci, pooled: true}}})
		}
		l.fine([]panel{{series: list}})
		seen := map[string]bool{}
		for _, s := range list {
			seen[fmt.Sprint(s.style.line.Dashes)] = true
		}
		if len(seen) != len(dashes) {
			t.Errorf("%s: %d curves of a figure have %d kinds of dashes", l.Name, len(dashes), len(seen))
		}
	}
}
