package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/harness"
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
	frames  []*canvas // after each pass, of a second, watched run
}

// comparePresets are the decoders of --compare, each with its first preset.
func comparePresets() []engines.Preset {
	var list []engines.Preset
	for _, name := range []string{"autoregressive", "diffusion", "block"} {
		preset, err := findPreset(name, "")
		if err != nil {
			panic("compare: a decoder is missing")
		}
		list = append(list, preset)
	}
	return list
}

// compare decodes the same prompt with three decoders.
func (c *generateCmd) compare(con *console, t task, w weights) error {
	request, err := c.request(t, w)
	if err != nil {
		return withCode(exitUsage, err)
	}
	var all []*contestant
	for _, preset := range comparePresets() {
		options, err := c.optionsOf(preset)
		if err != nil {
			return withCode(exitUsage, err)
		}
		one, err := c.contest(con, w, request, preset, options)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	if c.Watch {
		play(con, all, c.Delay)
	}
	fmt.Fprintln(con.stdout, comparison(t, all, widthOf(con.stdout)))
	return nil
}

// contest decodes with one decoder: timed, and for --watch once more.
func (c *generateCmd) contest(con *console, w weights, request engines.Request, preset engines.Preset, options engines.Options) (*contestant, error) {
	engine, err := newEngine(w.model, c.threads(), preset.Engine, preset.Name, options)
	if err != nil {
		return nil, withCode(exitUsage, err)
	}
	defer engine.Close()
	one := &contestant{info: engine.Info()}
	if one.result, one.elapsed, err = c.decode(con, engine, request, nil); err != nil {
		return nil, err
	}
	one.text = w.codec.Decode(one.result.Tokens[:one.result.Useful])
	one.result.Useful = harness.Written(request.Template, one.result.Useful)
	if c.Watch {
		drawing := newCanvas(w.codec, request, preset.Engine)
		record := engines.SinkFunc(func(e *engines.Event) {
			drawing.Event(e)
			one.frames = append(one.frames, drawing.snapshot())
		})
		if _, _, err = c.decode(con, engine, request, record); err != nil {
			return nil, err
		}
	}
	return one, nil
}

// play shows all answers being written on one time axis, slowed down so that
// the slowest one has the given delay between its passes on average.
func play(con *console, all []*contestant, delay time.Duration) {
	s := newScreen(con.stderr)
	if !s.live { // one line per pass would say nothing side by side
		return
	}
	fmt.Fprintln(con.stderr, legend(s.styled))
	type moment struct {
		at   time.Duration
		who  int
		what *canvas
	}
	var moments []moment
	longest, passes := time.Duration(1), 1
	for i, one := range all {
		for _, f := range one.frames {
			moments = append(moments, moment{f.at(), i, f})
		}
		if n := len(one.frames); n > 0 && one.frames[n-1].at() > longest {
			longest, passes = one.frames[n-1].at(), n
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return int(a.at - b.at) })
	slow := float64(delay) * float64(passes) / float64(longest)
	now := make([]*canvas, len(all))
	for i, m := range moments {
		now[m.who] = m.what
		s.show(sideBySide(all, now, m.at, s))
		if i+1 < len(moments) {
			pause(con.ctx, time.Duration(float64(moments[i+1].at-m.at)*slow))
		}
	}
}

// sideBySide puts the answers into columns.
func sideBySide(all []*contestant, now []*canvas, at time.Duration, s *screen) []string {
	width := max(8, (s.width-2*(len(all)-1))/len(all))
	columns := make([][]string, len(all))
	tallest := 0
	for i, one := range all {
		head := fmt.Sprintf("%s / %s", one.info.Engine, one.info.Preset)
		columns[i] = []string{text.Trim(head, width), ""}
		if c := now[i]; c != nil {
			columns[i][1] = text.Trim(c.progress(), width)
			columns[i] = append(columns[i], c.lines(s.styled, width)...)
		}
		tallest = max(tallest, len(columns[i]))
	}
	lines := []string{fmt.Sprintf("%.2f ms", at.Seconds()*1e3)}
	for row := range tallest {
		var b strings.Builder
		for i, column := range columns {
			cell := ""
			if row < len(column) {
				cell = column[row]
			}
			if i+1 < len(columns) {
				cell = text.Pad(cell, width+2, ' ')
			}
			b.WriteString(cell)
		}
		lines = append(lines, b.String())
	}
	return lines
}

// comparison is the table of what came out.
func comparison(t task, all []*contestant, width int) string {
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
	row("text", func(c *contestant) string { return visible(c.text) })
	if t.workload != nil {
		row("answer", func(c *contestant) string {
			if workloads.Abstains(t.workload, t.instance) != "" {
				return "not judged"
			}
			if score := t.workload.Check(t.instance, c.text); !score.Exact {
				return fmt.Sprintf("wrong, %.0f%% of it right", 100*score.Partial)
			}
			return "correct"
		})
	}
	row("useful tokens", func(c *contestant) string { return fmt.Sprint(c.result.Useful) })
	row("forward passes", func(c *contestant) string { return fmt.Sprint(c.result.Usage.NFE) })
	row("tokens per pass", func(c *contestant) string { return fmt.Sprintf("%.2f", perPass(c.result)) })
	row("work", func(c *contestant) string { return fmt.Sprintf("%.3g GFLOP", float64(c.result.Usage.FLOPs)/1e9) })
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
