// Package forecast says before a run what it will cost. A [Counter] counts the
// passes and the work of every cell, exactly where a rule has a fixed number of
// steps. [New] turns work into time, by decoding a few batches of the cells that
// are cheap enough. From that a plan is fitted to a time ([Forecast.Factor]), and
// [PowerLeft] says what it can still show.
package forecast

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// Engines are the decoders that a forecast may run.
type Engines struct {
	// Open makes an engine on its weights.
	Open func(context.Context, transport.Spec) (transport.Transport, error)
	// Tiny makes a decoder on the smallest network of the kind of the weights, with
	// random numbers. ordinary is a token without a special meaning.
	Tiny func(transport.Spec) (e TinyEngine, ordinary int32, err error)
	// FLOPs are those of rows through the network of the weights, of the keys that
	// they attend to and of the rows whose logits are computed.
	FLOPs func(w weights.Name, rows, keys, logits int64) (float64, error)
	// Pass is the time of one pass over the first rows of a text, on weights that are
	// not random; nil where nothing can be measured.
	Pass func(ctx context.Context, w weights.Name, threads, rows int) (time.Duration, error)
	// Base are random weights that can be made at once, to begin with.
	Base weights.Name
}

// TinyEngine is an engine that has to be closed.
type TinyEngine interface {
	engines.Engine
	Close() error
}

// Counter counts what cells need, before they are measured. The decoder itself is
// run, on a tiny network, which costs next to nothing and counts its passes, rows
// and keys; FLOPs follow from these and the true shape. So rules with a fixed
// number of steps are exact for requests that use their whole budget. A rule that
// follows confidence behaves differently on trained weights, and a text that ends
// early costs less: counts are upper bounds for most.
type Counter struct {
	engines Engines
	known   map[string]engines.Usage
}

// NewCounter makes a counter.
func NewCounter(e Engines) *Counter { return &Counter{e, map[string]engines.Usage{}} }

// Need is what one request of a cell needs; zero for an endpoint, of which nothing is known.
func (k *Counter) Need(ctx context.Context, g *scenario.Group, c result.Cell) (pace.Need, error) {
	if g.Open != nil {
		return pace.Need{}, nil
	}
	u, err := k.count(ctx, g, c)
	if err != nil {
		return pace.Need{}, fmt.Errorf("%s %s: %w", c.Label, c.Variant, err)
	}
	need := pace.Need{Passes: u.N(usage.NFE)}
	if need.FLOPs, err = k.engines.FLOPs(g.Weights, int64(u.N(usage.QueryTokens)), int64(u.N(usage.AttendedKeys)), int64(u.N(usage.LogitRows))); err == nil {
		need.Row, err = k.engines.FLOPs(g.Weights, 1, 1, 1)
	}
	return need, err
}

// Work is that of one batch of each cell of a plan, by its id.
func (k *Counter) Work(ctx context.Context, plan *scenario.Plan) (map[string]float64, error) {
	work := map[string]float64{}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			need, err := k.Need(ctx, g, c)
			if err != nil {
				return nil, err
			}
			work[c.ID] = need.Work() * float64(g.Batch)
		}
	}
	return work, nil
}

// count runs the decoder of a cell on a tiny network.
func (k *Counter) count(ctx context.Context, g *scenario.Group, c result.Cell) (engines.Usage, error) {
	prompt, template := typical(g)
	budget := g.Budget
	if template != nil {
		budget = len(template)
	}
	var choices []int // lengths of those that are rated
	for _, ids := range g.Items.At(0).Choices {
		choices = append(choices, len(ids))
	}
	key := fmt.Sprintf("%s/%s/%s/%v/%d/%d/%v/%v/%d", g.Weights, c.Engine, c.Preset, c.Options, prompt, budget, template, choices, g.Draws)
	if u, ok := k.known[key]; ok {
		return u, nil
	}
	engine, ordinary, err := k.engines.Tiny(transport.Spec{Weights: g.Weights, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Threads: 1})
	if err != nil {
		return engines.Usage{}, err
	}
	defer engine.Close()
	for i, id := range template {
		if id != engines.Gap {
			template[i] = ordinary
		}
	}
	r := engines.Request{Prompt: slices.Repeat([]int32{ordinary}, prompt), Template: template, Budget: budget, Force: g.ForceLength, Oracle: func([]int32) bool { return false }}
	if choices != nil {
		r = engines.Request{Prompt: r.Prompt, Draws: g.Draws}
		for _, n := range choices {
			r.Choices = append(r.Choices, slices.Repeat([]int32{ordinary}, n))
		}
	}
	results, err := engine.Generate(ctx, []engines.Request{r}, nil)
	if err != nil {
		return engines.Usage{}, err
	}
	k.known[key] = results[0].Usage
	return results[0].Usage, nil
}

// typical is the mean length of a group's prompts and the template of its first item.
func typical(g *scenario.Group) (prompt int, template []int32) {
	for i := range g.Items.Len() {
		prompt += g.Items.PromptLen(i)
	}
	return max(1, prompt/g.Items.Len()), slices.Clone(g.Items.At(0).Template)
}
