// Package answer decodes one prompt and says in words what came out and what it cost.
package answer

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
	"dllmbench/workloads"
)

// Decoder is what decodes a prompt.
type Decoder struct {
	Preset  engines.Preset
	Options engines.Options
	Threads int
}

// Answer is what a decoder wrote.
type Answer struct {
	Text    string
	prompt  int // tokens of the prompt
	info    engines.Info
	result  engines.Result
	elapsed time.Duration
}

// Decode decodes a request and takes the time. With a sink it decodes once more
// afterwards, for the sink to see.
func Decode(ctx context.Context, w library.Weights, d Decoder, request engines.Request, now func() time.Time, watch engines.Sink) (*Answer, error) {
	engine, err := decoders.Open(w.Model, d.Threads, d.Preset.Engine, d.Preset.Name, d.Options)
	if err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	defer engine.Close()
	if err := engine.Check([]engines.Request{request}); err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	return generate(ctx, engine, w.Codec, request, now, watch)
}

// generate decodes a request that was checked.
func generate(ctx context.Context, engine engines.Engine, codec engines.Codec, request engines.Request, now func() time.Time, watch engines.Sink) (*Answer, error) {
	batch := []engines.Request{request}
	start := now()
	results, err := engine.Generate(ctx, batch, nil)
	elapsed := now().Sub(start)
	if err == nil && watch != nil {
		_, err = engine.Generate(ctx, batch, watch)
	}
	if ctx.Err() != nil {
		return nil, exit.Errorf(exit.Interrupted, "interrupted")
	} else if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	a := &Answer{prompt: len(request.Prompt), info: engine.Info(), result: results[0], elapsed: elapsed}
	_, a.Text = engines.Answer(codec, a.result.Tokens, request.Stop, request.Until)
	a.result.Useful = harness.Written(request.Template, a.result.Useful)
	return a, nil
}

// Explain says what ran, what it cost and whether the answer is right.
func (a *Answer) Explain(out io.Writer, t prompt.Task) error {
	info, r, u := a.info, a.result, a.result.Usage
	facts := []terminal.Fact{
		{"decoder", fmt.Sprintf("%s / %s, %d threads, %s kernels", info.Engine, info.Preset, info.Threads, info.Kernel)},
		{"weights", info.WeightsDigest},
		{"cache", info.Cache},
		{"tokens", fmt.Sprintf("%d useful of a budget of %s, ended by %s", r.Useful, u[usage.CanvasPositions], r.Finish)},
		{"forward passes", fmt.Sprintf("%s, %s useful tokens each", u[usage.NFE], perPass(r))},
		{"work", gflop(u)},
		{"time", fmt.Sprintf("%s ms, %.0f useful tokens/s", view.Number(a.elapsed.Seconds()*1e3), float64(r.Useful)/max(a.elapsed.Seconds(), 1e-9))},
	}
	if t.Form != nil {
		facts = append(facts, terminal.Fact{"chat template", fmt.Sprintf("%q, a prompt of %d tokens", t.Shape(), a.prompt)})
	}
	for _, use := range info.Untrained {
		facts = append(facts, terminal.Fact{"untrained use", use})
	}
	if u[usage.DraftedTokens].Above(usage.Known(0)) {
		facts = append(facts, terminal.Fact{"speculation", fmt.Sprintf("%s of %s drafted tokens accepted, %s for each of %s verifying passes",
			u[usage.AcceptedTokens], u[usage.DraftedTokens], ratio(u[usage.AcceptedTokens].Float(), u[usage.VerifyingPasses]), u[usage.VerifyingPasses])})
	}
	if u[usage.RevisedTokens].Above(usage.Known(0)) {
		facts = append(facts, terminal.Fact{"revised", fmt.Sprintf("%s of %s commits", u[usage.RevisedTokens], u[usage.CommittedTokens])})
	}
	return judged(out, facts, t, a.Text)
}

// judged prints facts, and whether a text is right.
func judged(out io.Writer, facts []terminal.Fact, t prompt.Task, text string) error {
	if t.Workload == nil {
		return terminal.WriteFacts(out, facts)
	}
	facts = append(facts, terminal.Fact{"task", t.Instance.ID}, terminal.Fact{"prompt", strings.TrimSpace(t.Text)})
	if why := workloads.Abstains(t.Workload, t.Instance); why != "" {
		return terminal.WriteFacts(out, append(facts, terminal.Fact{"answer", "not judged: " + why}))
	}
	score := t.Workload.Check(t.Instance, text)
	verdict := "correct"
	if !score.Exact {
		verdict = fmt.Sprintf("wrong, %.0f%% of it right", 100*score.Partial)
		if t.Instance.Answer != "" {
			verdict += fmt.Sprintf(", one right answer is %q", t.Instance.Answer)
		}
	}
	facts = append(facts, terminal.Fact{"answer", verdict})
	for _, v := range score.Violations {
		facts = append(facts, terminal.Fact{"", v.Doc})
	}
	return terminal.WriteFacts(out, facts)
}

// perPass is the number of useful tokens per forward pass.
func perPass(r engines.Result) string { return ratio(float64(r.Useful), r.Usage[usage.NFE]) }

// ratio shows x per unit of a count, of which there is at least one.
func ratio(x float64, count usage.Count) string {
	if y := x / max(1, count.Float()); !math.IsNaN(y) {
		return fmt.Sprintf("%.2f", y)
	}
	return usage.Unknown
}

// gflop shows the arithmetic of a request.
func gflop(u engines.Usage) string {
	if x := u[usage.FLOPs].Float(); !math.IsNaN(x) {
		return fmt.Sprintf("%.3g GFLOP", x/1e9)
	}
	return usage.Unknown
}

// Table is the table of what came out.
func Table(t prompt.Task, all []*Answer, width int) string {
	out := table.NewWriter()
	out.SetStyle(table.StyleLight)
	out.Style().Format.Header = text.FormatDefault
	row := func(name string, of func(*Answer) string) {
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
	row("text", func(a *Answer) string { return terminal.Visible(a.Text) })
	if t.Workload != nil {
		row("answer", func(a *Answer) string {
			if workloads.Abstains(t.Workload, t.Instance) != "" {
				return "not judged"
			}
			if score := t.Workload.Check(t.Instance, a.Text); !score.Exact {
				return fmt.Sprintf("wrong, %.0f%% of it right", 100*score.Partial)
			}
			return "correct"
		})
	}
	row("useful tokens", func(a *Answer) string { return fmt.Sprint(a.result.Useful) })
	row("forward passes", func(a *Answer) string { return a.result.Usage[usage.NFE].String() })
	row("tokens per pass", func(a *Answer) string { return perPass(a.result) })
	row("work", func(a *Answer) string { return gflop(a.result.Usage) })
	row("time", func(a *Answer) string { return view.Number(a.elapsed.Seconds()*1e3) + " ms" })
	if slices.ContainsFunc(all, func(a *Answer) bool { return len(a.info.Untrained) > 0 }) {
		row("untrained use", func(a *Answer) string { return strings.Join(a.info.Untrained, "; ") })
	}
	// Three columns of text share what the first column and the borders leave.
	share := max(12, (width-15-4-3*len(all))/len(all))
	var columns []table.ColumnConfig
	for i := range all {
		columns = append(columns, table.ColumnConfig{Number: i + 2, WidthMax: share, WidthMaxEnforcer: text.WrapSoft})
	}
	out.SetColumnConfigs(columns)
	return out.Render()
}
