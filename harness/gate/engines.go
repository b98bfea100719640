package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Pairing is two cells of one place of a run, to be compared.
type Pairing struct {
	Place    string // in words
	Old, New result.Cell
}

// Match pairs every cell of a run with the reference of its place, which is chosen
// by [place.Reference]. notes say what is not compared; a name that no cell has
// is an error.
func Match(h result.Header, reference string) (list []Pairing, notes []string, err error) {
	names, at := place.Titles(h), map[place.Place]int{}
	var cells [][]result.Cell
	for _, c := range h.Cells {
		p := place.Of(c)
		i, known := at[p]
		if !known {
			i = len(cells)
			at[p], cells = i, append(cells, nil)
		}
		cells[i] = append(cells[i], c)
	}
	for _, why := range names.Apart() {
		notes = append(notes, "not compared: "+why)
	}
	var alone, without, decoders []string
	for _, group := range cells {
		title, ref := names.Title(place.Of(group[0])), place.Reference(group, reference)
		for i, c := range group {
			if d := place.Decoder(c); !slices.Contains(decoders, d) {
				decoders = append(decoders, d)
			}
			if i != ref && ref >= 0 {
				list = append(list, Pairing{title, group[ref], c})
			}
		}
		if ref < 0 {
			without = append(without, title)
		} else if len(group) == 1 {
			alone = append(alone, title)
		}
	}
	if reference != "" && len(without) == len(cells) {
		return nil, nil, fmt.Errorf("no engine is named %q; there are %s", reference, strings.Join(decoders, ", "))
	}
	if len(without) > 0 {
		notes = append(notes, fmt.Sprintf("not compared: no %s at %s", cmp.Or(reference, "reference"), firstOf(without)))
	}
	if len(alone) > 0 {
		notes = append(notes, "not compared: one engine alone at "+firstOf(alone))
	}
	return list, notes, nil
}

// firstOf names the first of a list and counts the others.
func firstOf(list []string) string {
	if n := len(list) - 1; n > 0 {
		return fmt.Sprintf("%s, and at %d more", list[0], n)
	}
	return list[0]
}

// CompareEngines makes the comparisons of pairs of cells of one run, see [Match].
// They were decoded in turns, in blocks, unless the scenario's order says otherwise.
func CompareEngines(f *result.File, pairs []Pairing, q Question, p Policy) []Series {
	r := read(f)
	var list []candidate
	for _, m := range pairs {
		name := place.Decoder(m.New)
		s := Series{Cell: m.Place, Side: name, Decoder: name, Engine: m.New.Engine}
		if !place.InTurns(m.Old.Group, m.New.Group) {
			s.Problem, s.Verdict = "times are not compared: the two stand in different entries of the scenario and were not decoded in turns", NotComparable
		}
		for _, c := range []result.Cell{m.Old, m.New} {
			r.bar(&s, place.Decoder(c), c)
		}
		list = append(list, candidate{s, m.New, r.requests[m.Old.ID], r.requests[m.New.ID]})
	}
	return q.series(list, p)
}
