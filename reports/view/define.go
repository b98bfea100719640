package view

import (
	"cmp"
	"slices"
	"strings"
)

// A Definition says in a line what a decoder or a task of the run is.
type Definition struct{ Name, Is, Look string }

// Decoders defines the decoders of the run: preset, swept options and a sentence.
func (v *View) Decoders() []Definition {
	var list []Definition
	for _, rows := range Groups(v.Rows, (*Row).Decoder) {
		c := rows[0].Cell
		swept := Groups(options(rows), func(o [2]string) string { return o[0] })
		for _, values := range swept {
			slices.SortFunc(values, func(a, b [2]string) int { return cmp.Or(cmp.Compare(len(a[1]), len(b[1])), cmp.Compare(a[1], b[1])) })
		}
		is := c.Engine
		if c.Preset != "" {
			is += ", preset " + c.Preset
		}
		for _, values := range swept {
			texts := make([]string, len(values))
			for i, o := range values {
				texts[i] = o[1]
			}
			is += "; " + values[0][0] + " " + strings.Join(texts, ", ")
		}
		list = append(list, defined(rows[0].Decoder(), is, v.Header.Docs[c.Engine+"/"+c.Preset], rows[0].Look))
	}
	return list
}

// options are the different swept options of rows, as name and value.
func options(rows []*Row) [][2]string {
	var list [][2]string
	for _, r := range rows {
		for _, s := range strings.Fields(strings.TrimPrefix(r.Name, r.Decoder())) {
			if key, value, is := strings.Cut(s, "="); is && !slices.Contains(list, [2]string{key, value}) {
				list = append(list, [2]string{key, value})
			}
		}
	}
	return list
}

// Tasks defines the tasks with trained weights of the run, of those that say what
// they are.
func (v *View) Tasks() []Definition {
	var list []Definition
	for _, points := range Groups(v.Trained(), func(p *Point) string { return p.Workload + "/" + p.Rung }) {
		if doc := v.Header.Docs[points[0].Workload+"/"+points[0].Rung]; doc != "" {
			list = append(list, defined(points[0].Subject(), "", doc, ""))
		}
	}
	return list
}

func defined(name, is, doc, look string) Definition {
	if is != "" && doc != "" {
		is += ": "
	}
	return Definition{Clean(name), Clean(is + doc), look}
}
