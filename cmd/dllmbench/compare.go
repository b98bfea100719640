package main

import (
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
	"dllmbench/reports/terminal"
	"dllmbench/workloads"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// contestant is one decoder of a comparison and what it wrote.
type contestant struct {
	info    engines.Info
	result  engines.Result
	elapsed time.Duration
	text    string
	frames  []*terminal.Canvas // after each pass, of a second, watched run
}

// comparePresets are the decoders of --compare, each with its first preset.
func comparePresets() []engines.Preset {
	var list []engines.Preset
	for _, name := range []string{"autoregressive", "diffusion", "block"} {
		preset, err := decoders.Find(name, "")
		if err != nil {
			panic("compare: a decoder is missing")
		}
		list = append(list, preset)
	}
	return list
}

// compare decodes the same prompt with three decoders.
func (c *generateCmd) compare(con *console, t prompt.Task, w library.Weights) error {
	request, err := t.Request(w.Codec, w.Model.Config().MaxPositions, c.Budget, c.Seed)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	var all []*contestant
	for _, preset := range comparePresets() {
		options, err := c.optionsOf(preset)
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		one, err := c.contest(con, w, request, preset, options)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	if c.Watch {
		var shown []terminal.Answer
		for _, one := range all {
			shown = append(shown, terminal.Answer{Name: one.info.Engine + " / " + one.info.Preset, Frames: one.frames})
		}
		terminal.Play(con.ctx, terminal.NewScreen(con.stderr), shown, c.Delay)
	}
	fmt.Fprintln(con.stdout, comparison(t, all, terminal.Width(con.stdout)))
	return nil
}

// contest decodes with one decoder: timed, and for --watch once more.
func (c *generateCmd) contest(con *console, w library.Weights, request engines.Request, preset engines.Preset, options engines.Options) (*contestant, error) {
	engine, err := decoders.Open(w.Model, c.threads(), preset.Engine, preset.Name, options)
	if err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	defer engine.Close()
	one := &contestant{info: engine.Info()}
	if one.result, one.elapsed, err = c.decode(con, engine, request, nil); err != nil {
		return nil, err
	}
	one.text = w.Codec.Decode(one.result.Tokens[:one.result.Useful])
	one.result.Useful = harness.Written(request.Template, one.result.Useful)
	if c.Watch {
		drawing := terminal.NewCanvas(w.Codec, request, preset.LeftToRight)
		record := engines.SinkFunc(func(e *engines.Event) {
			drawing.Event(e)
			one.frames = append(one.frames, drawing.Snapshot())
		})
		if _, _, err = c.decode(con, engine, request, record); err != nil {
			return nil, err
		}
	}
	return one, nil
}

// comparison is the table of what came out.
func comparison(t prompt.Task, all []*contestant, width int) string {
	out := table.NewWriter()
	out.SetStyle(table.StyleLight)
	out.Style().Format.Header = text.FormatDefault
	row := func(name string, of func(*contestant) string) {
		cells := table.Row{name}
		for _, one := range all {
			cells = append(cells, of(one))
		}
		out.AppendRow(cells)
	}
	head := table.Row{""}
	for _, one := range all {
		head = append(head, one.info.Engine+" / "+one.info.Preset)
	}
	out.AppendHeader(head)
	row("text", func(c *contestant) string { return terminal.Visible(c.text) })
	if t.Workload != nil {
		row("answer", func(c *contestant) string {
			if workloads.Abstains(t.Workload, t.Instance) != "" {
				return "not judged"
			}
			if score := t.Workload.Check(t.Instance, c.text); !score.Exact {
				return fmt.Sprintf("wrong, %.0f%% of it right", 100*score.Partial)
			}
			return "correct"
		})
	}
	row("useful tokens", func(c *contestant) string { return fmt.Sprint(c.result.Useful) })
	row("forward passes", func(c *contestant) string { return c.result.Usage[usage.NFE].String() })
	row("tokens per pass", func(c *contestant) string { return perPass(c.result) })
	row("work", func(c *contestant) string { return gflop(c.result.Usage) })
	row("time", func(c *contestant) string { return fmt.Sprintf("%.3g ms", c.elapsed.Seconds()*1e3) })
	// Three columns of text share what the first column and the borders leave.
	share := max(12, (width-15-4-3*len(all))/len(all))
	var columns []table.ColumnConfig
	for i := range all {
		columns = append(columns, table.ColumnConfig{Number: i + 2, WidthMax: share, WidthMaxEnforcer: text.WrapSoft})
	}
	out.SetColumnConfigs(columns)
	return out.Render()
}
