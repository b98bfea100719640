package plot

import (
	"fmt"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// parallelism draws AUP of the decoders of each task, with its interval.
func (m *maker) parallelism() {
	byTask := lists.Split(m.v.Parallelisms(), func(x view.Parallelism) *view.Point { return x.Point })
	m.add(&Figure{Name: "aup", Title: "Accuracy under parallelism (AUP)",
		Caption: "Area under the curve of exact match over tokens per pass of all settings of a decoder, in which accuracy below the best of the task counts less (d3LLM); beside it the number of settings. Bars are 95% intervals over instances. Better is to the right; only decoders of one task can be compared."},
		panelsOf(byTask, parallelismPanel), "no decoder ran with several settings on a task of trained weights")
}

func parallelismPanel(g lists.Part[*view.Point, view.Parallelism]) (panel, bool) {
	list := g.Of[:min(len(g.Of), maxRungs)]
	pn := panel{title: view.Clean(g.Key.Task()), x: axis{title: "AUP (% × tokens/pass)", zero: true}}
	if len(g.Of) > len(list) {
		pn.notes = []note{{fmt.Sprintf("%d of %d decoders", len(list), len(g.Of)), grey}}
	}
	for i := range list {
		x := list[len(list)-1-i]
		name := view.Clean(x.Row.Decoder())
		pn.y.names = append(pn.y.names, cutName(name, 22))
		pn.series = append(pn.series, &series{style: newStyle(x.Row.Look, 0), fixed: true, points: []point{{x: x.AUP.Value, xi: x.AUP.CI, y: float64(i), label: fmt.Sprint(x.Settings)}}})
	}
	return pn, true
}
