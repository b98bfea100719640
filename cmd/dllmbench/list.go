package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"dllmbench/engines"
	"dllmbench/engines/bestof"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/internal/exit"
	"dllmbench/reports/table"
	"dllmbench/terminal"
	"dllmbench/workloads"
	"dllmbench/workloads/all"

	"github.com/jedib0t/go-pretty/v6/text"
)

// listCmd prints what a scenario may name.
type listCmd struct {
	What string `arg:"" enum:"decoders,workloads,metrics,models" help:"One of: decoders, workloads, metrics, models."`
	Name string `arg:"" optional:"" help:"Only entries whose name holds this text."`
	JSON bool   `help:"Print JSON instead of text."`
}

// Help shows how the command is used.
func (*listCmd) Help() string {
	return `Examples:

    dllmbench list decoders
    dllmbench list decoders dream
    dllmbench list workloads
    dllmbench list workloads sudoku
    dllmbench list metrics coherence
    dllmbench list metrics --json`
}

// Run prints one list.
func (c *listCmd) Run(con *console) error {
	switch c.What {
	case "decoders":
		list, err := named(c, decoders.Presets(), func(p engines.Preset) string { return p.Engine + " / " + p.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { writeDecoders(w, list, terminal.Width(con.stdout)) })
	case "workloads":
		list, err := named(c, describeWorkloads(all.Workloads()), func(l ladder) string { return l.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { writeWorkloads(w, list, c.Name != "", terminal.Width(con.stdout)) })
	case "metrics":
		list, err := named(c, byGroup(result.Registry()), func(m result.Metric) string { return string(m.Group) + " / " + m.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { writeMetrics(w, list) })
	default:
		models, err := describeModels()
		if err != nil {
			return exit.With(exit.Setup, err)
		}
		list, err := named(c, models, func(m modelEntry) string { return m.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { io.WriteString(w, table.Of(list).Text(0)) })
	}
}

// named keeps the entries whose name holds the text that was asked for.
func named[T any](c *listCmd, all []T, name func(T) string) ([]T, error) {
	var list []T
	var names []string
	for _, x := range all {
		names = append(names, name(x))
		if strings.Contains(name(x), c.Name) {
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		return nil, exit.With(exit.Usage, engines.UnknownName(strings.TrimSuffix(c.What, "s"), c.Name, names))
	}
	return list, nil
}

func (c *listCmd) print(w io.Writer, value any, text func(io.Writer)) error {
	if c.JSON {
		return writeJSON(w, value)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	text(t)
	return t.Flush()
}

// writeDecoders prints every preset with its source, cache and options.
func writeDecoders(w io.Writer, presets []engines.Preset, width int) {
	for i, p := range presets {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s / %s\n", p.Engine, p.Name)
		say := func(what, words string) {
			if words != "" {
				indent := "  "
				for line := range strings.Lines(text.WrapSoft(what+words, width-4)) {
					fmt.Fprintln(w, indent+strings.TrimRight(line, " \n"))
					indent = "    "
				}
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

// ladder is a workload as list shows it.
type ladder struct {
	Name, Doc string
	Rungs     []workloads.Rung
}

func describeWorkloads(all []workloads.Workload) []ladder {
	var list []ladder
	for _, w := range all {
		list = append(list, ladder{w.Name(), w.Doc(), w.Rungs()})
	}
	return list
}

// writeWorkloads prints every workload with the names of its rungs, easiest
// first, or with all that is known of each rung.
func writeWorkloads(w io.Writer, all []ladder, details bool, width int) {
	say := func(indent, words string) {
		for line := range strings.Lines(text.WrapSoft(words, width-len(indent))) {
			fmt.Fprintln(w, indent+strings.TrimRight(line, " \n"))
		}
	}
	for i, l := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, l.Name)
		say("  ", strings.ReplaceAll(l.Doc, "\n", " "))
		if !details {
			var names []string
			for _, r := range l.Rungs {
				names = append(names, r.Name)
			}
			say("    ", fmt.Sprintf("%d rungs: %s", len(names), strings.Join(names, ", ")))
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

// byGroup sorts metrics by group, in the order of the groups.
func byGroup(list []result.Metric) []result.Metric {
	groups := result.Groups()
	slices.SortStableFunc(list, func(a, b result.Metric) int {
		return slices.Index(groups, a.Group) - slices.Index(groups, b.Group)
	})
	return list
}

func writeMetrics(w io.Writer, list []result.Metric) {
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

// modelEntry is a model as list shows it.
type modelEntry struct {
	Name    string `json:"name" title:"name"` // as scenarios and flags name it
	Params  int64  `json:"params" title:"parameters"`
	Width   int    `json:"width" title:"width"`
	Layers  int    `json:"layers" title:"layers"`
	Vocab   int    `json:"vocabulary" title:"vocabulary"` // tokens
	Context int    `json:"context" title:"context"`       // tokens that the model was made for
	Digest  string `json:"digest" title:"digest"`         // of random weights, which are made when they are needed, a remark
}

// describeModels lists the trained weights in the binary and the shapes that
// are filled with random numbers.
func describeModels() ([]modelEntry, error) {
	var list []modelEntry
	entry := func(name string, c model.Config, digest string) {
		list = append(list, modelEntry{name, c.Params(), c.HiddenSize, c.Layers, c.VocabSize, c.MaxPositions, digest})
	}
	for _, name := range builtinNames() {
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
