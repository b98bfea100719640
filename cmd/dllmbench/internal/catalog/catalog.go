// Package catalog describes for a reader what a scenario may name: decoders with
// their options, workloads with their rungs, metrics and models.
package catalog

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/bestof"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/reports/table"
	"dllmbench/workloads"
)

// WriteDecoders prints every preset with its source, cache and options.
func WriteDecoders(w io.Writer, presets []engines.Preset, width int) {
	for i, p := range presets {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s / %s\n", p.Engine, p.Name)
		say := func(what, words string) {
			if words != "" {
				io.WriteString(w, table.Wrap(words, "  "+what, width))
			}
		}
		say("", p.Doc)
		say("source: ", p.Source)
		say("cache: ", exactness(p))
		if p.Revises {
			say("revises: ", "tokens that were written may change")
		}
		if p.LeftToRight {
			say("writes: ", "left to right, so it cannot begin with planted errors")
		}
		say("differs: ", p.Differs)
		for _, o := range p.Params {
			if !slices.ContainsFunc(bestof.Params(), func(shared engines.Param) bool { return shared.Name == o.Name }) {
				writeParam(w, o)
			}
		}
	}
	fmt.Fprintf(w, "\nevery decoder\n  Several tries, of which one is kept, at the cost of all (best-of-N).\n")
	for _, o := range bestof.Params() {
		writeParam(w, o)
	}
}

// writeParam prints one option.
// WriteParams prints options with their defaults, which are – where a server decides.
func WriteParams(w io.Writer, list []engines.Param) error {
	t := table.New(4, "option", "default", "allowed", "meaning")
	for _, o := range list {
		t.Add(o.Name, fmt.Sprint(cmp.Or(o.Default, any("–"))), allowed(o), o.Doc)
	}
	_, err := io.WriteString(w, t.Known().Text(0))
	return err
}

func writeParam(w io.Writer, o engines.Param) {
	fmt.Fprintf(w, "    %s\t%v\t%s\t%s\n", o.Name, o.Default, allowed(o), o.Doc)
}

// exactness says in words what a preset's cache does to the text.
func exactness(p engines.Preset) string {
	kind := map[string]string{
		"none":        "none, everything is computed in every pass",
		"exact":       "exact, the text is that of decoding without cache",
		"approximate": "approximate, the text may differ from decoding without cache",
	}[p.Cache]
	for _, o := range p.Params {
		if o.Role == engines.RoleCache {
			kind += fmt.Sprintf("; option %s: %s", o.Name, strings.Join(o.Allowed, ", "))
		}
	}
	return kind
}

// allowed says in words which values an option takes.
func allowed(p engines.Param) string {
	switch {
	case p.Kind == engines.KindChoice:
		return strings.Join(p.Allowed, " | ")
	case p.Kind == engines.KindBool:
		return "true | false"
	case p.Min == 0 && p.Max == 0:
		return string(p.Kind)
	}
	bound := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return fmt.Sprintf("%s %s to %s", p.Kind, bound(p.Min), bound(p.Max))
}

// Ladder is a workload as list shows it.
type Ladder struct {
	Name, Doc string
	Rungs     []workloads.Rung
}

func Workloads(all []workloads.Workload) []Ladder {
	var list []Ladder
	for _, w := range all {
		list = append(list, Ladder{w.Name(), w.Doc(), w.Rungs()})
	}
	return list
}

// WriteWorkloads prints every workload with the names of its rungs, easiest
// first, or with all that is known of each rung.
func WriteWorkloads(w io.Writer, all []Ladder, details bool, width int) {
	for i, l := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		io.WriteString(w, l.Name+"\n"+table.Wrap(l.Doc, "  ", width))
		if !details {
			var names []string
			for _, r := range l.Rungs {
				names = append(names, r.Name)
			}
			io.WriteString(w, table.Wrap(fmt.Sprintf("%d rungs: %s", len(names), strings.Join(names, ", ")), "    ", width))
			continue
		}
		t := table.New(4, "rung", "chance", "knobs", "meaning")
		for _, r := range l.Rungs {
			var knobs []string
			for _, name := range slices.Sorted(maps.Keys(r.Knobs)) {
				knobs = append(knobs, fmt.Sprintf("%s=%v", name, r.Knobs[name]))
			}
			t.Add(r.Name, strconv.FormatFloat(100*r.Chance, 'g', 2, 64)+"%", strings.Join(knobs, " "), r.Doc)
		}
		for line := range strings.Lines(t.Text(0)) {
			io.WriteString(w, "    "+line)
		}
	}
	if !details {
		fmt.Fprintln(w, "\nA name shows chance, knobs and meaning of its rungs: dllmbench list workloads sudoku")
	}
}

// Metrics sorts metrics by group, in the order of the groups.
func Metrics(list []result.Metric) []result.Metric {
	groups := result.Groups()
	slices.SortStableFunc(list, func(a, b result.Metric) int {
		return slices.Index(groups, a.Group) - slices.Index(groups, b.Group)
	})
	return list
}

func WriteMetrics(w io.Writer, list []result.Metric) {
	t := table.New(9, "name", "title", "unit", "better", "kind", "group", "never without", "definition", "source")
	for _, m := range list {
		doc := m.Doc
		if m.From != "" {
			doc = "(dllmbench " + m.From + ") " + doc
		}
		t.Add(m.Name, m.Title, m.Unit, cmp.Or(m.Better, "neither"), m.Assume, m.Group, strings.Join(m.With, ", "), doc, m.Source)
	}
	io.WriteString(w, t.Text(0))
}

// Model is a model as list shows it.
type Model struct {
	Name    string `json:"name" title:"name"` // as scenarios and flags name it
	Params  int64  `json:"params" title:"parameters"`
	Width   int    `json:"width" title:"width"`
	Layers  int    `json:"layers" title:"layers"`
	Vocab   int    `json:"vocabulary" title:"vocabulary"` // tokens
	Context int    `json:"context" title:"context"`       // tokens that the model was made for
	Digest  string `json:"digest" title:"digest"`         // of random weights, which are made when they are needed, a remark
}

// Models lists the trained weights in the binary and the shapes that
// are filled with random numbers.
func Models() ([]Model, error) {
	var list []Model
	entry := func(name string, c model.Config, digest string) {
		list = append(list, Model{name, c.Params(), c.HiddenSize, c.Layers, c.VocabSize, c.Positions(), digest})
	}
	for _, name := range builtin.Names() {
		w, err := library.Open(weights.Name{Kind: weights.Builtin, Name: name})
		if err != nil {
			return nil, err
		}
		entry(weights.Name{Kind: weights.Builtin, Name: name}.String(), w.Model.Config(), w.Model.Digest())
	}
	for _, name := range model.ShapeNames() {
		config, err := model.Shape(name)
		if err != nil {
			return nil, err
		}
		entry(weights.Name{Kind: weights.Shape, Name: name}.String(), config, "random weights: cost only, quality is null")
	}
	return list, nil
}
