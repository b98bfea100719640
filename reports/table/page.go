package table

import (
	"embed"
	"html/template"
	"io"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

//go:embed page.html
var pageFile embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFile, "page.html"))

// pageTable is one table of the page.
type pageTable struct {
	Caption string
	Head    []string
	Texts   int // columns that hold text, at the left
	Rows    [][]string
}

// HTML writes the tables of [Markdown] as a page of its own: it opens offline,
// has no scripts, and all text of the run is escaped.
func HTML(w io.Writer, v *view.View) error {
	var tables []pageTable
	for _, part := range parts(v) {
		groups := [][]result.Group{principal}
		for _, g := range result.Groups() {
			if !slices.Contains(principal, g) {
				groups = append(groups, []result.Group{g})
			}
		}
		for i, g := range groups {
			caption := part.title
			if i > 0 {
				caption = g[0].Title()
			}
			chosen := complete(part.points, g...)
			if chosen == nil {
				continue
			}
			t := pageTable{Caption: caption, Texts: 2}
			for _, c := range chosen {
				t.Head = append(t.Head, c.title)
			}
			for _, p := range part.points {
				for _, r := range p.Rows {
					t.Rows = append(t.Rows, fields(chosen, p, r))
				}
			}
			tables = append(tables, t)
		}
	}
	return pageTemplate.Execute(w, map[string]any{
		"Title": view.Clean(v.Header.Scenario), "Tables": tables, "Note": Note, "Floor": floorNote(v), "Bounds": v.Bounds(),
	})
}
