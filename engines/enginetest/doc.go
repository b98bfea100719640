// Package enginetest holds what every decoder must do, as tests: [RunAll] runs
// them on all presets of a package. It also has the networks for it: a tiny
// transformer with random weights, and [Table], whose answers are known
// beforehand, so that a decoder's output can be too.
package enginetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// Subject is a decoder package under test.
type Subject struct {
	New     func(net network.Network, preset string, opts engines.Options) (engines.Engine, error)
	Presets []engines.Preset
	// Variants are option sets, by preset, to test beside the defaults. They
	// must be possible for token budgets of 4, 8 and 12.
	Variants map[string][]engines.Options
	// Edits are the presets that replace written tokens in place, and so take
	// weights whose written tokens predict themselves.
	Edits []string
}

// Must returns an engine or ends the test.
func (s *Subject) Must(t *testing.T, net network.Network, preset string, opts engines.Options) engines.Engine {
	t.Helper()
	e, err := s.New(net, preset, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// NewSession is a tiny transformer with random weights, 40 tokens of
// vocabulary and 64 positions; it is closed at the end of the test.
func NewSession(t testing.TB) *model.Session {
	s := model.NewSession(model.Random(Config(40, 64), 3), 2)
	t.Cleanup(s.Close)
	return s
}

// RunAll runs the conformance suite.
func RunAll(t *testing.T, s Subject) {
	net := NewSession(t)
	for _, p := range s.Presets {
		for _, opts := range append([]engines.Options{nil}, s.Variants[p.Name]...) {
			c := &checks{Subject: s, preset: p, opts: opts, net: net}
			t.Run(fmt.Sprintf("%s%v", p.Name, opts), func(t *testing.T) {
				t.Run("info", c.info)
				t.Run("results", c.results)
				t.Run("every pass counts", c.everyPassCounts)
				t.Run("events", c.events)
				t.Run("same seed, same text", c.repeats)
				t.Run("batch is single", c.batchIsSingle)
				t.Run("end of text", c.endOfText)
				t.Run("template", c.template)
				t.Run("draft", c.draft)
				t.Run("forbidden tokens", c.forbidden)
				t.Run("cancelled", c.cancelled)
				t.Run("bad requests", c.badRequests)
				t.Run("broken network", c.brokenNetwork)
				t.Run("trace", c.trace)
				t.Run("whole context", c.wholeContext)
			})
		}
	}
	t.Run("unknown preset", func(t *testing.T) {
		if e, err := s.New(net, "no-such-preset", nil); err == nil {
			t.Errorf("got %v", e.Info())
		}
	})
	t.Run("unknown option", func(t *testing.T) {
		if e, err := s.New(net, "", engines.Options{"no_such_option": 1}); err == nil {
			t.Errorf("got %v", e.Info())
		}
	})
}

type checks struct {
	Subject
	preset engines.Preset
	opts   engines.Options
	net    *model.Session
}

// edits reports whether the preset is one of Edits.
func (c *checks) edits() bool { return slices.Contains(c.Subject.Edits, c.preset.Name) }

func (c *checks) engine(t *testing.T, net network.Network) engines.Engine {
	t.Helper()
	return c.Must(t, net, c.preset.Name, c.opts)
}

// requests is a batch of different lengths, seeds and stops, one of them with
// a template.
func requests() []engines.Request {
	const gap = engines.Gap
	return []engines.Request{
		{Prompt: []int32{5, 6, 7}, Budget: 12, Seed: 1, Stop: []int32{End}},
		{Prompt: []int32{9}, Budget: 4, Seed: 2},
		{Prompt: []int32{9, 8, 7, 6, 5, 4, 3}, Budget: 8, Seed: 3, Stop: []int32{End, 30, 31, 32}},
		{Prompt: []int32{11, 12}, Budget: 8, Seed: 4, Template: []int32{20, gap, gap, 21, 22, gap, 23, gap}},
		{Prompt: []int32{5, 6, 7}, Budget: 12, Seed: 5},
	}
}

func generate(t *testing.T, e engines.Engine, batch []engines.Request, sink engines.Sink) []engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), batch, sink)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(batch) {
		t.Fatalf("%d requests gave %d results", len(batch), len(results))
	}
	return results
}
