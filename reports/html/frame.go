package html

import "html/template"

// frame is what all pages have in common; its texts are safe to show.
type frame struct {
	Kicker, Title, Meta string
	Made                string // what the page was made from
	Nav                 []anchor
	Style               template.CSS
	Scripts             []template.JS
}

type anchor struct{ ID, Title string }

// load takes in style and scripts. All of it is our own, so none is escaped.
func (f *frame) load(scripts ...string) {
	read := func(name string) string {
		data, err := assets.ReadFile("assets/" + name)
		if err != nil {
			panic("html: an embedded file is missing") // the build embeds them
		}
		return string(data)
	}
	f.Style = template.CSS(read("uplot/uPlot.min.css") + read("style.css"))
	for _, name := range scripts {
		f.Scripts = append(f.Scripts, template.JS(read(name)))
	}
}
