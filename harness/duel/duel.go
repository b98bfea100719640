// Package duel times two builds of the program against each other.
//
// Both run as child processes (package worker) on the same machine at the same
// time, and take turns: for every batch A B B A, or B A A B, as a coin falls.
// So whatever the machine does hits both alike, and start-up is in no time. A
// block is one such round over all batches of a cell, and gives one log-ratio.
// Each block gets two new processes, because one process keeps its layout in
// memory for life, and with it an advantage or disadvantage of a per cent or two
// that no repetition would remove.
//
// The number of blocks is fixed before the first of them is timed, from a pilot
// round that counts for nothing else but the exact counters of both sides.
// Stopping when a difference shows would make false alarms.
package duel

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"dllmbench/engines"
	"dllmbench/harness"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
)

// Starter starts a child process of one side.
type Starter func(context.Context) (*worker.Client, error)

// Options say how to run a duel.
type Options struct {
	Sides [2]Starter // old and new
	// Time is how long the timed blocks should take together.
	Time time.Duration
	// Least is the smallest number of blocks: that of which a verdict is possible.
	Least int
	// Blocks, if not 0, is the number of blocks, whatever the time.
	Blocks int
	// CountersOnly leaves the timed blocks out.
	CountersOnly bool
	Seed         uint64
	Now          func() time.Time
	// Stopped is that of [harness.Options].
	Stopped func(since time.Time) string
	// Planned, if not nil, is told before the first block how many there will be, and
	// how long one takes.
	Planned  func(blocks int, block time.Duration)
	Progress func(block, blocks int) // may be nil
}

// mostBlocks is the largest number of blocks that a time is filled with.
const mostBlocks = 40

// Outcome is what came out.
type Outcome struct {
	Hello  [2]worker.Hello
	Blocks int
	// WeightsAlone is true when the old side knows models by their weights alone: these
	// are equal.
	WeightsAlone bool
	// Requests are those of the pilot round, by side: for the exact counters.
	Requests [2][]result.Request
	Cells    []Cell
}

// Cell is what was timed of one cell.
type Cell struct {
	Cell    result.Cell
	Problem string // why a side could not decode it, "" if both could
	Verdict gate.Verdict
	Pairs   gate.Pairs
}

// SideError is a failure to start or to understand the program of a side.
type SideError struct {
	Side int // 0 is old, 1 is new
	Err  error
}

func (e *SideError) Error() string { return e.Err.Error() }
func (e *SideError) Unwrap() error { return e.Err }

// Run makes the pilot round and all blocks of the plan's cells. Its error is
// [harness.ErrInterrupted] or a [*SideError].
func Run(ctx context.Context, plan *scenario.Plan, opt Options) (*Outcome, error) {
	d := &duel{plan: plan, opt: opt, out: &Outcome{}, draw: rand.New(rand.NewPCG(opt.Seed, 0x6475656c))} // "duel": a stream of its own
	for i := range plan.Groups {
		for _, c := range plan.Groups[i].Cells {
			d.out.Cells = append(d.out.Cells, Cell{Cell: c})
			d.group = append(d.group, &plan.Groups[i])
		}
	}
	err := d.run(ctx)
	if err != nil && ctx.Err() != nil { // it follows from the interruption
		err = harness.ErrInterrupted
	}
	return d.out, err
}

// duel is the state of one Run.
type duel struct {
	plan  *scenario.Plan
	opt   Options
	out   *Outcome
	group []*scenario.Group // of each cell
	draw  *rand.Rand
}

// run makes the pilot round and as many blocks as it says.
func (d *duel) run(ctx context.Context) error {
	perBlock, err := d.pilot(ctx)
	if err != nil {
		return err
	}
	if d.opt.CountersOnly {
		return nil
	}
	if d.out.Blocks = d.opt.Blocks; d.out.Blocks == 0 {
		d.out.Blocks = min(max(int(d.opt.Time/max(perBlock, time.Microsecond)), d.opt.Least), mostBlocks)
	}
	if d.opt.Planned != nil {
		d.opt.Planned(d.out.Blocks, perBlock)
	}
	for n := range d.out.Blocks {
		if d.opt.Progress != nil {
			d.opt.Progress(n, d.out.Blocks)
		}
		if err := d.block(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pair is one process of each side, with an engine for every cell that both can
// decode.
type pair struct {
	clients [2]*worker.Client
	engines [2][]*worker.Engine
}

// with starts both sides, in the order of a coin, opens their engines, and ends
// both after f.
func (d *duel) with(ctx context.Context, f func(*pair) error) error {
	p := &pair{}
	first := d.draw.IntN(2)
	for _, side := range []int{first, 1 - first} {
		client, err := d.opt.Sides[side](ctx)
		if err != nil {
			return &SideError{side, err}
		}
		defer client.Close()
		p.clients[side], d.out.Hello[side] = client, client.Hello
		p.engines[side] = make([]*worker.Engine, len(d.out.Cells))
	}
	for i := range d.out.Cells {
		if err := d.open(ctx, p, i); err != nil {
			return err
		}
	}
	return f(p)
}

// sides are the names of both.
var sides = [2]string{"old", "new"}

// open opens the engines of a cell on both sides; one that cannot be had is a
// problem of the cell.
func (d *duel) open(ctx context.Context, p *pair, i int) error {
	cell, g := &d.out.Cells[i], d.group[i]
	if cell.Problem != "" {
		return nil
	}
	var infos [2]engines.Info
	for side := range sides {
		engine, err := p.clients[side].Open(ctx, harness.SpecOf(g, cell.Cell))
		var died *transport.DiedError
		switch {
		case errors.As(err, &died):
			return &SideError{side, err}
		case err != nil && ctx.Err() != nil:
			return err
		case err != nil:
			cell.fail(gate.NotComparable, "the %s side cannot decode it: %v", sides[side], err)
			return nil
		}
		p.engines[side][i], infos[side] = engine, engine.Info()
	}
	switch old, now := infos[0], infos[1]; {
	case old.WeightsDigest == now.WeightsDigest:
	case old.WeightsAlone == "" && old.WeightsDigest != "" && old.WeightsDigest == now.WeightsAlone:
		d.out.WeightsAlone = true
	default:
		cell.fail(gate.NotComparable, "the model %s has the digest %.19s on the old side and %.19s on the new one", g.Weights, old.WeightsDigest, now.WeightsDigest)
	}
	return nil
}

// fail takes a cell out.
func (c *Cell) fail(v gate.Verdict, format string, args ...any) {
	c.Problem, c.Verdict = fmt.Sprintf(format, args...), v
}

// visit decodes a batch of a cell with one side.
func (d *duel) visit(ctx context.Context, p *pair, side, i int, at harness.Visit) ([]result.Request, error) {
	limited, cancel := context.WithTimeout(ctx, d.plan.Scenario.Measurement.Timeout)
	defer cancel()
	return harness.DecodeBatch(limited, d.group[i], d.out.Cells[i].Cell, at, p.engines[side][i], d.opt.Now, d.opt.Stopped)
}
