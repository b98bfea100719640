package gate

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Point is one task of a run on which several engines can be compared.
type Point struct {
	Title string
	Cells []result.Cell
}

// Points gathers the cells of a run that decoded the same requests.
func Points(h result.Header) []Point {
	several := threadsDiffer(h)
	var list []Point
	for _, c := range h.Cells {
		title := place(c, several)
		i := slices.IndexFunc(list, func(p Point) bool { return p.Title == title })
		if i < 0 {
			i, list = len(list), append(list, Point{Title: title})
		}
		list[i].Cells = append(list[i].Cells, c)
	}
	return list
}

// CompareEngines makes the comparisons inside one run: at each point every
// engine with the reference, which is named by its label with the swept options,
// or by the label alone; "" is the first engine of the point. The runs were
// interleaved in blocks, unless the scenario's order says otherwise.
func CompareEngines(f *result.File, reference string, q Question, p Policy) ([]Series, error) {
	byCell := perCell(f)
	bad, untimed := barred(f)
	all, tests := Points(f.Header), 0
	for _, pt := range all {
		for _, c := range pt.Cells[1:] {
			tests += q.size(c)
		}
	}
	least := stats.MinBlocks(p.Alpha, max(1, tests))
	var list []Series
	for _, pt := range all {
		ref := pt.reference(reference)
		if ref < 0 {
			return nil, fmt.Errorf("no engine is named %q at %s; there are %s", reference, pt.Title, pt.names())
		}
		a := pt.Cells[ref]
		for i, b := range pt.Cells {
			if i == ref {
				continue
			}
			s := Series{Cell: pt.Title, Side: Decoder(b), Decoder: Decoder(b), Engine: b.Engine}
			for _, c := range []result.Cell{a, b} {
				switch {
				case bad[c.ID] != "":
					s.spoil(Decoder(c) + " is not valid: " + bad[c.ID])
				case untimed[c.ID] != "" && !s.spoiled:
					s.Problem, s.Verdict = "times of "+Decoder(c)+" are not valid: "+untimed[c.ID], Invalid
				}
			}
			list = append(list, q.series(s, b, byCell[a.ID], byCell[b.ID], least)...)
		}
	}
	return list, nil
}

// reference is the index of the cell that others are compared with, -1 if none
// has the name.
func (p Point) reference(name string) int {
	if name == "" {
		return 0
	}
	i := slices.IndexFunc(p.Cells, func(c result.Cell) bool { return Decoder(c) == name })
	if i < 0 {
		i = slices.IndexFunc(p.Cells, func(c result.Cell) bool { return c.Label == name })
	}
	return i
}

// Reference names the engine that the others of a point are compared with.
func (p Point) Reference(name string) string {
	if i := p.reference(name); i >= 0 {
		return Decoder(p.Cells[i])
	}
	return ""
}

func (p Point) names() string {
	var names []string
	for _, c := range p.Cells {
		names = append(names, Decoder(c))
	}
	return strings.Join(names, ", ")
}
