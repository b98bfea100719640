package main

import (
	"io"
	"strings"
	"text/tabwriter"

	"dllmbench/catalog"
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/harness/result"
	"dllmbench/internal/exit"
	"dllmbench/reports/table"
	"dllmbench/terminal"
	"dllmbench/workloads/all"
)

// listCmd prints what a scenario may name.
type listCmd struct {
	What string `arg:"" enum:"decoders,workloads,metrics,models" help:"One of: decoders, workloads, metrics, models."`
	Name string `arg:"" optional:"" help:"Only entries whose name contains this text."`
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
		return c.print(con.stdout, list, func(w io.Writer) { catalog.WriteDecoders(w, list, terminal.Width(con.stdout)) })
	case "workloads":
		list, err := named(c, catalog.Workloads(all.Workloads()), func(l catalog.Ladder) string { return l.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { catalog.WriteWorkloads(w, list, c.Name != "", terminal.Width(con.stdout)) })
	case "metrics":
		list, err := named(c, catalog.Metrics(result.Registry()), func(m result.Metric) string { return string(m.Group) + " / " + m.Name })
		if err != nil {
			return err
		}
		return c.print(con.stdout, list, func(w io.Writer) { catalog.WriteMetrics(w, list) })
	default:
		models, err := catalog.Models()
		if err != nil {
			return exit.With(exit.Setup, err)
		}
		list, err := named(c, models, func(m catalog.Model) string { return m.Name })
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
