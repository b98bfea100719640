package race

import (
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/workloads/all"
)

// Catalog is what a race may name.
type Catalog struct {
	Weights   string     `json:"weights"` // their name
	Digest    string     `json:"digest"`
	Params    int64      `json:"params"`
	Context   int        `json:"context"` // positions
	Workloads []Workload `json:"workloads"`
	Presets   []Preset   `json:"presets"`
	MaxLanes  int        `json:"lanes"`
	Chat      bool       `json:"chat"`  // prompts may be questions
	Usual     Request    `json:"usual"` // what to begin with
}

// Workload is a task with its difficulty ladder.
type Workload struct {
	Name  string `json:"name"`
	Doc   string `json:"doc"`
	Rungs []Rung `json:"rungs"`
}

// Rung is a step of the ladder.
type Rung struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

// Preset is a decoding rule.
type Preset struct {
	Engine  string  `json:"engine"`
	Name    string  `json:"name"`
	Doc     string  `json:"doc"`
	Source  string  `json:"source"`
	Revises bool    `json:"revises"`
	Params  []Param `json:"params"`
}

// Param is an option of a preset, see [engines.Param].
type Param struct {
	Name    string   `json:"name"`
	Role    string   `json:"role,omitempty"`
	Kind    string   `json:"kind"`
	Default any      `json:"default"` // null: it may be left out
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Allowed []string `json:"allowed,omitempty"`
	Doc     string   `json:"doc"`
}

// usual is the race to begin with: a task where the weights have learned ours.
func usual(weights string, chat bool) Request {
	q := Request{Workload: "arithmetic", Rung: "sum-4x3"}
	switch {
	case strings.HasPrefix(weights, "builtin:"):
	case chat:
		q = Request{Prompt: "Why is the sky blue?", Chat: true, Budget: 48}
	default:
		q = Request{Prompt: "Once upon a time", Budget: 48}
	}
	q.Lanes = []Lane{
		{Engine: "autoregressive", Preset: "greedy"},
		{Engine: "diffusion", Preset: "llada", Options: engines.Options{"steps": 12}},
		{Engine: "block", Preset: "threshold", Options: engines.Options{"block_length": 8}},
	}
	return q
}

// tried is the budget with which presets are asked whether they suit the weights.
const tried = 16

// Catalog lists the tasks, and the presets that suit the weights. The error is that of
// holding them.
func (r *Races) Catalog(weights string) (Catalog, error) {
	m, release, err := r.Hold()
	if err != nil {
		return Catalog{}, err
	}
	defer release()
	spec := m.Spec()
	c := Catalog{Weights: weights, Digest: spec.Digest, Params: spec.Params, Context: spec.Context, MaxLanes: MaxLanes, Chat: r.Form != nil}
	for _, w := range all.Workloads() {
		one := Workload{Name: w.Name(), Doc: w.Doc()}
		for _, g := range w.Rungs() {
			one.Rungs = append(one.Rungs, Rung{g.Name, g.Doc})
		}
		c.Workloads = append(c.Workloads, one)
	}
	for _, p := range decoders.Presets() {
		options, err := engines.Resolve(p, nil)
		if err != nil {
			continue // something has no default
		}
		if _, err := decoders.Fits(spec, p.Engine, p.Name, options, tried); err != nil {
			continue
		}
		one := Preset{Engine: p.Engine, Name: p.Name, Doc: p.Doc, Source: p.Source, Revises: p.Revises, Params: []Param{}}
		for _, q := range p.Params {
			one.Params = append(one.Params, Param{q.Name, string(q.Role), string(q.Kind), q.Default, q.Min, q.Max, q.Allowed, q.Doc})
		}
		c.Presets = append(c.Presets, one)
	}
	c.Usual = usual(weights, c.Chat)
	// Of these decoders those that suit the weights.
	c.Usual.Lanes = slices.DeleteFunc(c.Usual.Lanes, func(l Lane) bool {
		return !slices.ContainsFunc(c.Presets, func(p Preset) bool { return p.Engine == l.Engine && p.Name == l.Preset })
	})
	return c, nil
}
