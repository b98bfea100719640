package main

import (
	"context"
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// cost is what one request of a cell is estimated to need.
type cost struct {
	nfe   int
	flops float64
}

// estimator guesses what cells cost, before they are measured. The decoder
// itself is run, on a network of its kind with the smallest possible layers and
// random numbers, which costs next to nothing and counts its passes, rows and
// keys; FLOPs follow from these and the true shape by the closed formulas. So
// rules with a fixed number of steps are exact for requests that use their whole
// budget. A rule that follows confidence behaves differently on trained weights,
// and a text that ends early costs less: estimates are upper bounds for most.
type estimator struct {
	models *library.Shelf
	known  map[string]engines.Usage
}

func newEstimator(models *library.Shelf) *estimator {
	return &estimator{models, map[string]engines.Usage{}}
}

// request estimates one request of a cell.
func (e *estimator) request(g *scenario.Group, c result.Cell) (cost, error) {
	config, err := e.models.Config(g.Weights)
	if err != nil {
		return cost{}, err
	}
	u, err := e.count(config, g, c)
	if err != nil {
		return cost{}, fmt.Errorf("%s %s: %w", c.Label, c.Variant, err)
	}
	return cost{u.N(usage.NFE), float64(config.FLOPs(int64(u.N(usage.QueryTokens)), int64(u.N(usage.AttendedKeys)), int64(u.N(usage.LogitRows))))}, nil
}

// count runs the decoder of a cell on a tiny network.
func (e *estimator) count(config model.Config, g *scenario.Group, c result.Cell) (engines.Usage, error) {
	prompt, template := typical(g)
	tiny := library.Tiny(config)
	tiny.MaxPositions = config.MaxPositions
	spec := tiny.Spec()
	ordinary := spec.Ordinary()
	r := engines.Request{Budget: g.Budget, Prompt: slices.Repeat([]int32{ordinary}, prompt), Oracle: func([]int32) bool { return false }}
	if template != nil {
		r.Template, r.Budget = template, len(template)
		for i, id := range template {
			if id != engines.Gap {
				r.Template[i] = ordinary
			}
		}
	}
	key := fmt.Sprintf("%s/%s/%v/%d/%d/%v/%d", c.Engine, c.Preset, c.Options, prompt, r.Budget, template, tiny.VocabSize)
	if u, ok := e.known[key]; ok {
		return u, nil
	}
	engine, err := newEngine(model.Random(tiny, library.RandomSeed), 1, c.Engine, c.Preset, c.Options)
	if err != nil {
		return engines.Usage{}, err
	}
	defer engine.Close()
	results, err := engine.Generate(context.Background(), []engines.Request{r}, nil)
	if err != nil {
		return engines.Usage{}, err
	}
	e.known[key] = results[0].Usage
	return results[0].Usage, nil
}

// typical is the mean length of a group's prompts, and the template of its first
// item; nil without.
func typical(g *scenario.Group) (prompt int, template []int32) {
	for _, item := range g.Items {
		prompt += len(item.Prompt)
	}
	return max(1, prompt/len(g.Items)), slices.Clone(g.Items[0].Template)
}
