package harness

import (
	"context"
	"fmt"
	"sync"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// giveUp is the number of failures in a row after which a cell is left alone.
const giveUp = 3

// station is a cell of the round that is running.
type station struct {
	round  scenario.Round
	group  *scenario.Group // of the round, with the cell
	cell   result.Cell
	failed int  // failures in a row
	traced bool // its engine has to show events
	loaded bool // requests come by a rhythm of their own

	mu     sync.Mutex          // of engine: several batches may be in flight
	engine transport.Transport // nil until it is needed, and after it broke
}

// round runs all that is still to do in a round.
func (r *runner) round(ctx context.Context, round scenario.Round) error {
	r.stop(round)
	var todo []Visit
	for _, v := range schedule(round, r.plan.Scenario.Seed) {
		if !r.records.done(round, v) {
			todo = append(todo, v)
		}
	}
	var stations []*station
	untraced := 0
	for _, g := range round {
		for _, c := range g.Cells {
			stations = append(stations, &station{round: round, group: g, cell: c, loaded: r.opt.Arrivals != nil})
			untraced += len(r.untraced(g, c))
		}
	}
	if len(todo)+untraced == 0 {
		return nil
	}
	defer closeAll(stations)
	if len(todo) > 0 {
		if err := r.measure(ctx, stations, todo); err != nil {
			return err
		}
	}
	if r.opt.BuildTraced != nil { // those that measured make room
		closeAll(stations)
		for _, s := range stations {
			s.traced = true
		}
	}
	return r.traces(ctx, stations)
}

// measure warms the cells of a round up and makes the visits.
func (r *runner) measure(ctx context.Context, stations []*station, todo []Visit) error {
	if err := r.announce(); err != nil {
		return err
	}
	if err := r.warmUp(ctx, stations); err != nil {
		return err
	}
	end := r.watchMachine(stations[0].group)
	visit := r.visit
	if r.opt.Arrivals != nil {
		visit = r.serve
	}
	block, g := -1, stations[0].group
	for i, v := range todo {
		s := stations[v.Cell]
		if look := g.Look(v.Batch); i > 0 && len(g.Enough) > 0 && look > g.Look(todo[i-1].Batch) && r.ends(s.round, look*g.Looks()) {
			for _, v := range todo[i:] {
				r.progress.skip(stations[v.Cell].cell)
			}
			break
		}
		if s.failed >= giveUp {
			r.progress.skip(s.cell)
			continue
		}
		if v.Block != block {
			if err := r.settle(ctx, s, v); err != nil {
				return err
			}
			block = v.Block
			r.begin()
		}
		r.progress.show("measure", s.cell)
		if err := visit(ctx, s, v); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ErrInterrupted
		}
	}
	return end()
}

// visit decodes the batch of a visit and writes its records.
func (r *runner) visit(ctx context.Context, s *station, v Visit) error {
	b := s.batch(v, v.Batch*s.group.Batch, s.group.Batch)
	out, err := r.decode(ctx, b)
	if err != nil {
		return err
	}
	s.count(out)
	slept, err := r.slept(s.round, v.Block, out.Stopped)
	if err != nil {
		return err
	}
	useful := usage.Known(0)
	for i := range b.items {
		rec := b.record(out, i)
		useful = useful.Plus(rec.Usage[usage.UsefulTokens])
		if err := r.keep(ctx, b, i, &rec, slept); err != nil {
			return err
		}
	}
	if out.err == nil {
		r.progress.wrote(s.cell, useful, out.Wall)
	}
	r.progress.visited(s.cell, out.Wall)
	return nil
}

// open returns the engine of a station, and makes it if there is none.
func (r *runner) open(ctx context.Context, s *station) (transport.Transport, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine != nil {
		return s.engine, nil
	}
	build := r.opt.Build
	if s.traced {
		build = r.opt.BuildTraced
	}
	engine, err := build(ctx, SpecOf(s.group, s.cell))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ErrInterrupted
		}
		return nil, &SetupError{s.cell, err}
	}
	info := engine.Info()
	ids := info.Capabilities.TokenIDs
	if known := info.WeightsDigest != "" || ids; known && s.cell.Digest != "" && info.WeightsDigest != s.cell.Digest {
		err = fmt.Errorf("the engine runs on weights %s, the plan says %s", info.WeightsDigest, s.cell.Digest)
	} else if !ids {
		err = textual(s.group)
	}
	if err != nil {
		engine.Close()
		return nil, &SetupError{s.cell, err}
	}
	s.engine = engine
	return engine, nil
}

// close releases the engine if the station still has it; nil is whichever it has.
func (s *station) close(engine transport.Transport) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine != nil && (engine == nil || engine == s.engine) {
		s.engine.Close()
		s.engine = nil
	}
}

func closeAll(stations []*station) {
	for _, s := range stations {
		s.close(nil)
	}
}
