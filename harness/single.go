package harness

import (
	"context"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
)

// Place is where a single batch stands in a schedule that the caller keeps.
type Place struct {
	Batch      int // of the group
	Repetition int
	Block      int // pair block
	Order      int // inside the block
}

// DecodeBatch decodes one batch of a group with an engine of the caller, outside
// of any run, and returns its records. An engine in a child process tells its
// own wall time. The error is [ErrInterrupted]; everything that happens to the
// engine is in the records.
func DecodeBatch(ctx context.Context, g *scenario.Group, cell result.Cell, at Place, engine engines.Engine, now func() time.Time) ([]result.Request, error) {
	info := engine.Info()
	out := outcome{untrained: info.Untrained, digest: info.WeightsDigest}
	before := metering(engine)
	start := now()
	out.results, out.err = guard(ctx, engine, requests(g, cell, at.Batch, at.Repetition), nil)
	out.wall = now().Sub(start)
	out.meter = since(before, metering(engine))
	if e, ok := engine.(interface{ Measured() worker.Measured }); ok && out.err == nil {
		out.wall, out.meter = e.Measured().Wall, e.Measured().Meter
	}
	if out.err != nil && ctx.Err() == context.Canceled {
		return nil, ErrInterrupted
	}
	v := visit{batch: at.Batch, repetition: at.Repetition, block: at.Block, order: at.Order}
	var list []result.Request
	for i, item := range g.BatchItems(at.Batch) {
		list = append(list, record(g, cell, v, item, out, i))
	}
	return list, nil
}
