package plot

import (
	"image/color"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/recorder"
)

// Few elements look the same as many.
func TestSVGElements(t *testing.T) {
	at := func(x, y vg.Length) vg.Point { return vg.Point{X: x, Y: 10 - y} } // as it is written
	lines := func(points ...vg.Point) (p vg.Path) {
		p.Move(points[0])
		for _, q := range points[1:] {
			p.Line(q)
		}
		return p
	}
	area := lines(at(1, 2), at(3, 4), at(5, 6))
	area.Close()
	var circle vg.Path
	circle.Move(at(6, 5))
	circle.Arc(at(5, 5), 1.04, 0, 6.283185307179586)
	const line = `fill:none;stroke:var(--fg,#1b1e22);stroke-width:0.5`
	for _, c := range []struct {
		name string
		draw func(*recorder.Canvas)
		want string
	}{
		{"strokes of one style are one path, with short numbers", func(c *recorder.Canvas) {
			c.Stroke(lines(at(1.04, 2), at(3.06, 2)))
			c.Stroke(lines(at(1, 2), at(1, -0.04)))
		}, `<g style="` + line + `"><path d="M1,2H3.1M1,2V0"/></g>` + "\n"},
		{"another style begins another group", func(c *recorder.Canvas) {
			c.Stroke(lines(at(1, 2), at(3, 4)))
			c.SetLineDash([]vg.Length{6, 3}, 0)
			c.SetColor(color.NRGBA{0x11, 0x22, 0x33, 0xff})
			c.Stroke(lines(at(1, 2), at(3, 4)))
		}, `<g style="` + line + `"><path d="M1,2L3,4"/></g>` + "\n" + `<g style="fill:none;stroke:#112233;stroke-width:0.5;stroke-dasharray:6,3"><path d="M1,2L3,4"/></g>` + "\n"},
		{"an area lies below the outline that is drawn behind it", func(c *recorder.Canvas) {
			c.SetColor(color.White)
			c.Fill(area)
			c.SetColor(ink)
			c.Stroke(area)
		}, `<g style="fill:var(--paper,#ffffff)"><path d="M1,2L3,4L5,6Z"/></g>` + "\n" + `<g style="` + line + `"><path d="M1,2L3,4L5,6Z"/></g>` + "\n"},
		{"areas that can be seen through stay apart", func(c *recorder.Canvas) {
			c.SetColor(pale(color.White, 0x80))
			c.Fill(area)
			c.Fill(lines(at(1, 2), at(3, 4)))
		}, `<g style="fill:var(--paper,#ffffff);fill-opacity:0.5"><path d="M1,2L3,4L5,6Z"/><path d="M1,2L3,4"/></g>` + "\n"},
		{"a text between keeps the order and is escaped", func(c *recorder.Canvas) {
			c.Stroke(lines(at(1, 2), at(3, 4)))
			c.Actions = append(c.Actions, &recorder.FillString{Size: 9, Point: at(1, 2), String: "<a>"})
			c.Stroke(lines(at(1, 2), at(3, 4)))
		}, `<g style="` + line + `"><path d="M1,2L3,4"/></g>` + "\n" + `<text x="1" y="2" style="font-size:9px;fill:var(--fg,#1b1e22)">&lt;a&gt;</text>` + "\n" + `<g style="` + line + `"><path d="M1,2L3,4"/></g>` + "\n"},
		{"a turned text stands where it is drawn", func(c *recorder.Canvas) {
			c.SetColor(color.Black)
			c.Push()
			c.Rotate(1.5707963267948966)
			c.Actions = append(c.Actions, &recorder.FillString{Size: 9, Point: vg.Point{X: 4, Y: -3}, String: "a"})
			c.Pop()
		}, `<text x="3" y="6" transform="rotate(-90 3 6)" style="font-size:9px">a</text>` + "\n"},
		{"a circle is two arcs", func(c *recorder.Canvas) { c.Stroke(circle) },
			`<g style="` + line + `"><path d="M6,5A1,1 0 0 0 4,5A1,1 0 0 0 6,5"/></g>` + "\n"},
		{"lines without width are not drawn", func(c *recorder.Canvas) {
			c.SetLineWidth(0)
			c.Stroke(area)
		}, ""},
	} {
		var canvas recorder.Canvas
		canvas.SetColor(ink)
		canvas.SetLineWidth(0.5)
		c.draw(&canvas)
		w := svgWriter{height: 10, properties: properties()}
		replay(canvas.Actions, &w)
		w.end()
		if got := w.String(); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}
