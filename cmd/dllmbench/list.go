package main

import (
	"io"
	"strings"
	"text/tabwriter"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
	"dllmbench/workloads/all"
)

// listCmd prints what a scenario may name.
type listCmd struct {
	What string `arg:"" enum:"decoders,workloads,tasks,metrics,models" help:"One of: decoders, workloads, tasks, metrics, models."`
	Name string `arg:"" optional:"" help:"Only entries whose name contains this text; of tasks also the path of a card of one's own."`
	jsonFlag
}

func (*listCmd) Help() string {
	return `Examples:

    dllmbench list decoders
    dllmbench list decoders dream
    dllmbench list workloads
    dllmbench list workloads sudoku
    dllmbench list tasks gsm8k
    dllmbench list tasks my/card.yaml
    dllmbench list metrics coherence
    dllmbench list metrics --json`
}

// Run prints one list.
func (c *listCmd) Run(con *console) error {
	width := terminal.Width(con.stdout)
	switch c.What {
	case "decoders":
		return entries(c, con, decoders.Presets(), func(p engines.Preset) string { return p.Engine + " / " + p.Name },
			func(w io.Writer, list []engines.Preset) { catalog.WriteDecoders(w, list, width) })
	case "workloads":
		return entries(c, con, catalog.Workloads(all.Workloads()), func(l catalog.Ladder) string { return l.Name },
			func(w io.Writer, list []catalog.Ladder) { catalog.WriteWorkloads(w, list, c.Name != "", width) })
	case "tasks":
		var own []string // a card of the user's
		if strings.ContainsAny(c.Name, `/\.`) {
			own, c.Name = []string{c.Name}, ""
		}
		list, err := catalog.Tasks(own...)
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		return entries(c, con, list, func(t catalog.Task) string { return t.Name },
			func(w io.Writer, list []catalog.Task) { catalog.WriteTasks(w, list, c.Name != "" || own != nil, width) })
	case "metrics":
		return entries(c, con, catalog.Metrics(result.Registry()), func(m result.Metric) string { return string(m.Group) + " / " + m.Name }, catalog.WriteMetrics)
	}
	models, err := catalog.Models()
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	return entries(c, con, models, func(m catalog.Model) string { return m.Name },
		func(w io.Writer, list []catalog.Model) { io.WriteString(w, table.Of(list).Text(0)) })
}

// entries prints those whose name holds the text that was asked for.
func entries[T any](c *listCmd, con *console, all []T, name func(T) string, write func(io.Writer, []T)) error {
	var list []T
	var names []string
	for _, x := range all {
		names = append(names, name(x))
		if strings.Contains(name(x), c.Name) {
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		return exit.With(exit.Usage, engines.UnknownName(strings.TrimSuffix(c.What, "s"), c.Name, names))
	}
	if c.JSON {
		return table.Object(con.stdout, list)
	}
	t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
	write(t, list)
	return t.Flush()
}
