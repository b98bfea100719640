package html

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strings"
	"sync"

	"dllmbench/harness/gate"
	"dllmbench/reports/history"
	"dllmbench/reports/plot"
	"dllmbench/reports/view"
)

//go:embed parts/*.html
var partFiles embed.FS

// assets are the style and the scripts of the page; uplot holds the charting
// library with its licence.
//
//go:embed assets
var assets embed.FS

// parts are the templates: of the frame, of what the pages share, and of the
// sections of each. They are parsed when the first page is written.
var parts = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"engine": engineOf, "outcome": outcomeOf, "modelOnly": func(task string) string { return strings.TrimPrefix(task, "cost only, ") },
		"effect": effectOf, "interval": intervalOf, "holds": holds, "p": probability, "percent": func(x float64) string { return fmt.Sprintf("%g%%", 100*x) },
		"badge": badgeOf, "word": wordOf, "timing": timingOf, "counter": gate.Words, "trend": trendRowOf, "commit": history.ShortCommit,
		"whole":  strings.NewReplacer(", ", ",\u00a0", " = ", "\u00a0=\u00a0", " points", "\u00a0points").Replace, // lines break between numbers only
		"params": view.Params, "next": func(i int) int { return i + 1 }, "add": func(a, b int) int { return a + b },
	}).ParseFS(partFiles, "parts/*.html"))
})

// frame is what all pages have in common; its texts are safe to show.
type frame struct {
	Kicker, Title, Meta string
	Made                string // what the page was made from
	Sections            []section
	Style               template.CSS
	Scripts             []template.JS

	kind    string   // of page: the names of its parts begin with it
	scripts []string // files
}

// section is a part of a page, with its name in the list of sections and its
// heading.
type section struct {
	ID, Nav, Title string
	there          bool
	Body           template.HTML
}

// write writes a page of the sections that are there. All of them show the same
// data.
func (f frame) write(w io.Writer, data any, sections ...section) error {
	for _, s := range sections {
		if !s.there {
			continue
		}
		var b bytes.Buffer
		if err := parts().ExecuteTemplate(&b, f.kind+" "+s.ID, data); err != nil {
			return fmt.Errorf("%s page: %w", f.kind, err)
		}
		s.Body = template.HTML(b.String())
		f.Sections = append(f.Sections, s)
	}
	f.Style = template.CSS(asset("uplot/uPlot.min.css") + asset("style.css"))
	for _, name := range append([]string{"theme.js", "table.js"}, f.scripts...) {
		f.Scripts = append(f.Scripts, template.JS(asset(name)))
	}
	if err := parts().ExecuteTemplate(w, "frame.html", f); err != nil {
		return fmt.Errorf("%s page: %w", f.kind, err)
	}
	return nil
}

// asset is a file of our own, which needs no escaping.
func asset(name string) string {
	data, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic("html: an embedded file is missing") // the build embeds them
	}
	return string(data)
}

// pair is a term with what is said about it.
type pair struct{ Key, Value string }

// engine is how a decoder looks on the page.
type engine struct {
	Name  string       `json:"name"`
	Color template.CSS `json:"color"`
	Class string       `json:"-"` // gives the colour on the page
	Shape string       `json:"shape"`
}

func engineOf(name string) engine {
	return engine{
		Name:  view.Clean(name),
		Color: template.CSS("var(" + plot.Property(name) + "," + plot.Color(name) + ")"), // of a fixed list
		Class: "e" + plot.Property(name),
		Shape: plot.Shape(name),
	}
}

// figure is a picture on the page.
type figure struct {
	Name, Title string
	SVG         template.HTML
}

// drawn turns figures into SVG, whose text is escaped.
func drawn(figures ...*plot.Figure) []figure {
	var out []figure
	for _, f := range figures {
		out = append(out, figure{f.Name, f.Title, template.HTML(f.SVG())})
	}
	return out
}

// maxDrawn is the most bytes of figures that a page has room for; only figures that go on
// from others are left out.
const maxDrawn = 1_200_000

// fitting draws figures as far as a page has room, and names those that are left out.
func fitting(figures []*plot.Figure) (out []figure, left []plot.Skipped) {
	all, room := drawn(figures...), maxDrawn
	for i, f := range figures {
		if !f.GoesOn {
			room -= len(all[i].SVG)
		}
	}
	for i, f := range figures {
		if f.GoesOn && len(all[i].SVG) > room {
			left = append(left, plot.Skipped{Name: f.Name, Reason: "this page has no room for it; it is among the figures in the folder of the run"})
			continue
		}
		if f.GoesOn {
			room -= len(all[i].SVG)
		}
		out = append(out, all[i])
	}
	return out, left
}

// mark is a badge: a shape and words, so that colour is never needed.
type mark struct {
	Class, Shape, Text string
	Title              string // why; "" without
}

// safe is a copy of a value of which all texts are safe to show: see [view.Clean].
func safe[T any](x T) T { return cleaned(reflect.ValueOf(&x).Elem()).Interface().(T) }

func cleaned(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch {
	case v.Kind() == reflect.String:
		out.SetString(view.Clean(v.String()))
	case v.Kind() == reflect.Pointer && !v.IsNil():
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(cleaned(v.Elem()))
	case v.Kind() == reflect.Slice && !v.IsNil():
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(cleaned(v.Index(i)))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(cleaned(v.Field(i)))
			}
		}
	}
	return out
}

// first is the beginning of a list, and a sentence where there is more: rest says
// of what, and where it is.
func first[T any](list []T, most int, rest string) ([]T, string) {
	if len(list) <= most {
		return list, ""
	}
	return list[:most:most], fmt.Sprintf("Only the first %d of %d %s", most, len(list), rest)
}

// Shared are the style and the scripts of the reports that other pages of the program
// use: colours, tokens, the button that switches colours.
func Shared() (style, theme, tokens string) {
	return asset("style.css"), asset("theme.js"), asset("tokens.js")
}
