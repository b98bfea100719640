package plot

import "testing"

func TestCompact(t *testing.T) {
	const stroke, area = `fill:none;stroke:var(--fg,#000000);stroke-width:0.5`, `fill:#FFFFFF`
	path := func(d, style string) string { return `<path d="` + d + `" style="` + style + `" />` + "\n" }
	for _, c := range []struct{ name, in, want string }{
		{"strokes of one style are one path", path("M1.04,2L3.06,2", stroke) + path("M1,2L1,-0.04", stroke),
			`<path d="M1,2H3.1M1,2V0" style="` + stroke + `"/>` + "\n"},
		{"another style begins another path", path("M1,2L3,4", stroke) + path("M1,2L3,4", "fill:none;stroke:#112233"),
			`<path d="M1,2L3,4" style="` + stroke + `"/>` + "\n" + `<path d="M1,2L3,4" style="fill:none;stroke:#112233"/>` + "\n"},
		{"an outline becomes the stroke of its area", path("M1,2L3,4L5,6Z", area) + path("M1,2L3,4L5,6Z", stroke) + path("M7,8L9,9Z", area),
			`<path d="M1,2L3,4L5,6Z" style="fill:#FFFFFF;stroke:var(--fg,#000000);stroke-width:0.5"/>` + "\n" + `<path d="M7,8L9,9Z" style="fill:#FFFFFF"/>` + "\n"},
		{"areas that can be seen through stay apart", path("M1,2L3,4Z", area+";fill-opacity:0.5") + path("M1,2L5,5Z", area+";fill-opacity:0.5"),
			`<g style="fill:#FFFFFF;fill-opacity:0.5"><path d="M1,2L3,4Z"/><path d="M1,2L5,5Z"/></g>` + "\n"},
		{"a text between keeps the order", path("M1,2L3,4", stroke) + "<text>a</text>\n" + path("M1,2L3,4", stroke),
			`<path d="M1,2L3,4" style="` + stroke + `"/>` + "\n<text>a</text>\n" + `<path d="M1,2L3,4" style="` + stroke + `"/>` + "\n"},
		{"arcs are rounded", path("M1.04,2A3.61,4 0 1 1 5,6.02Z", stroke), `<path d="M1,2A3.6,4 0 1 1 5,6Z" style="` + stroke + `"/>` + "\n"},
		{"other curves are left alone", path("M1.04,2C3,4 5,6 7.02,8", stroke), `<path d="M1.04,2C3,4 5,6 7.02,8" style="` + stroke + `"/>` + "\n"},
	} {
		if got := compact(c.in); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}
