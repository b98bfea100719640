package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
	"dllmbench/harness/scenario"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
	"dllmbench/workloads"
)

// Asked is what an endpoint is asked beside the task.
type Asked struct {
	Engine engines.TextEngine
	About  *scenario.Endpoint
	Codec  library.Weights // whose tokenizer counts
	Budget int             // 0 for what the task needs
	Seed   uint64
	System string
}

// Told is what an endpoint wrote.
type Told struct {
	Text   string
	about  *scenario.Endpoint
	result engines.TextResult
	tokens int           // useful ones of the tokenizer that counts; negative for text that it has no tokens for
	first  time.Duration // any text; with frames it may not have stayed
	stable time.Duration // the first text that stayed; negative without a stream
	parts  int           // deliveries
}

// Ask asks an endpoint that takes text.
func (a Asked) Ask(ctx context.Context, t prompt.Task) (*Told, error) {
	inst := t.Instance
	inst.Prompt = t.Text
	left, right, one := harness.Sides(inst.Template)
	switch {
	case !one:
		return nil, exit.Errorf(exit.Usage, "%s has several gaps, and an endpoint that takes text fills one", inst.ID)
	case right != "" && !a.About.Fills:
		return nil, exit.Errorf(exit.Usage, "%s has a gap, and endpoint %s of kind %s fills none", inst.ID, a.About.About.Name, a.About.About.Kind)
	}
	r := engines.TextRequest{System: a.System, Prompt: inst.Whole() + left, Suffix: right, Budget: a.Budget, Seed: a.Seed, Stop: t.Stop, Force: t.Force}
	if template, _ := workloads.TemplateTokens(a.Codec.Codec, t.Instance); template != nil && r.Budget == 0 {
		r.Budget = harness.Written(template, len(template))
	} else if r.Budget == 0 {
		r.Budget = t.Budget(a.Codec.Codec)
	}
	var list []engines.Delivery
	res, err := a.Engine.Write(ctx, r, func(d engines.Delivery) { list = append(list, d) })
	switch {
	case ctx.Err() != nil:
		return nil, exit.Errorf(exit.Interrupted, "interrupted")
	case err != nil:
		return nil, exit.With(exit.Execution, fmt.Errorf("endpoint %s: %w", a.About.About.Name, err))
	}
	stable, err := res.Stable(a.Engine.Info().Capabilities.Deliveries, list)
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	if at := engines.FirstStop(res.Text, t.Stop); at >= 0 {
		res.Text = res.Text[:at]
	}
	told := &Told{Text: res.Text, about: a.About, result: res, tokens: -1, stable: -1, parts: len(list)}
	if ids, err := engines.Encode(a.Codec.Codec, res.Text); err == nil {
		told.tokens = len(ids)
	}
	if len(list) > 0 && len(stable) > 0 {
		told.first, told.stable = list[0].At, stable[0].At
	}
	return told, nil
}

// Explain says who answered, when, and whether the answer is right.
func (a *Told) Explain(out io.Writer, t prompt.Task) error {
	about, res, seconds := a.about.About, a.result, max(a.result.Elapsed.Seconds(), 1e-9)
	chars := utf8.RuneCountInString(a.Text)
	amount := fmt.Sprintf("%d characters", chars)
	if a.tokens >= 0 {
		amount += fmt.Sprintf(", %d tokens of the tokenizer of --weights", a.tokens)
	}
	facts := []terminal.Fact{
		{"endpoint", strings.TrimSuffix(about.Name+", "+about.Kind+" at "+about.Address+", "+about.Model, ", ")},
		{"text", amount + ", ended by " + string(res.Finish)},
		{"time", fmt.Sprintf("%s ms, %.0f characters/s", view.Number(seconds*1e3), float64(chars)/seconds)},
	}
	if a.stable >= 0 {
		facts = append(facts, terminal.Fact{"first text", fmt.Sprintf("after %s ms, %d deliveries", view.Number(a.first.Seconds()*1e3), a.parts)})
		facts = append(facts, terminal.Fact{"first stable text", fmt.Sprintf("after %s ms", view.Number(a.stable.Seconds()*1e3))})
	}
	if w := res.Wire; w != nil {
		facts = append(facts, terminal.Fact{"stream", fmt.Sprintf("%d events, up to %d a read, %s", w.Events, w.EventsAtOnce, w.Protocol)})
		var counts []string
		for _, name := range slices.Sorted(maps.Keys(w.Counts)) {
			if short, usage := strings.CutPrefix(name, "usage."); usage {
				counts = append(counts, fmt.Sprintf("%s %.12g", short, w.Counts[name]))
			}
		}
		if counts != nil {
			facts = append(facts, terminal.Fact{"usage, as the server says", terminal.Visible(strings.Join(counts, ", "))})
		}
		if w.Warning != "" {
			facts = append(facts, terminal.Fact{"warning", terminal.Visible(w.Warning)})
		}
	}
	return judged(out, facts, t, a.Text)
}

// Share decodes with an endpoint that takes the ids of the tokenizer.
func (a Asked) Share(ctx context.Context, t prompt.Task, now func() time.Time) (*Answer, error) {
	shared, ok := a.Engine.(engines.Sharing)
	if !ok {
		return nil, errors.New("the endpoint does not share its tokenizer")
	}
	e, err := shared.Share(a.Codec.Codec)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	request, err := t.Request(a.Codec.Codec, a.Codec.Model.Spec().Context, a.Budget, a.Seed)
	if err == nil {
		err = engines.Check(e, []engines.Request{request})
	}
	if err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	return generate(ctx, e, a.Codec.Codec, request, now, nil)
}
