package harness

import (
	"context"
	"fmt"
	"io"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// giveUp is the number of failures in a row after which a cell is left alone.
const giveUp = 3

// station is a cell of the group that is running.
type station struct {
	cell   result.Cell
	engine engines.Engine // nil until it is needed, and after a panic
	failed int            // failures in a row
	traced bool           // its engine has to show events
}

// build makes the engine of a station if it has none.
func (r *runner) build(ctx context.Context, g *scenario.Group, s *station) error {
	if s.engine != nil {
		return nil
	}
	build := r.opt.Build
	if s.traced && r.opt.BuildTraced != nil {
		build = r.opt.BuildTraced
	}
	engine, err := build(ctx, Spec{Weights: g.Weights, Engine: s.cell.Engine, Preset: s.cell.Preset, Options: s.cell.Options, Threads: g.Threads})
	if err != nil {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		return &SetupError{s.cell, err}
	}
	if digest := engine.Info().WeightsDigest; s.cell.Digest != "" && digest != s.cell.Digest {
		return &SetupError{s.cell, fmt.Errorf("the engine runs on weights %s, the plan says %s", digest, s.cell.Digest)}
	}
	s.engine = engine
	return nil
}

// close releases the engine.
func (s *station) close() {
	if c, ok := s.engine.(io.Closer); ok {
		c.Close()
	}
	s.engine = nil
}
