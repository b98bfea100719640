package harness

import (
	"context"

	"dllmbench/harness/scenario"
)

// group runs all that is still to do in a group.
func (r *runner) group(ctx context.Context, g *scenario.Group) error {
	var todo []visit
	for _, v := range schedule(g, r.plan.Scenario.Seed) {
		if !r.records.done(g, v) {
			todo = append(todo, v)
		}
	}
	if len(todo) == 0 && !r.untraced(g) {
		return nil
	}
	stations := make([]*station, len(g.Cells))
	for i, c := range g.Cells {
		stations[i] = &station{cell: c}
	}
	defer func() {
		for _, s := range stations {
			s.close()
		}
	}()
	if len(todo) > 0 {
		if err := r.measure(ctx, g, stations, todo); err != nil {
			return err
		}
	}
	if r.opt.BuildTraced != nil { // those that measured make room
		for _, s := range stations {
			s.close()
			s.traced = true
		}
	}
	return r.traces(ctx, g, stations)
}

// measure warms the cells of a group up and makes the visits.
func (r *runner) measure(ctx context.Context, g *scenario.Group, stations []*station, todo []visit) error {
	if err := r.announce(); err != nil {
		return err
	}
	if err := r.warmUp(ctx, r.single(g), stations); err != nil {
		return err
	}
	end := r.watchLoad(g)
	block := -1
	for _, v := range todo {
		s := stations[v.cell]
		if s.failed >= giveUp {
			r.progress.skip(s.cell)
			continue
		}
		if v.block != block {
			if err := r.settle(ctx, g, s, v); err != nil {
				return err
			}
			block = v.block
			r.awake.begin()
		}
		r.progress.show("measure", s.cell)
		visit := r.visit
		if r.opt.Arrivals != nil {
			visit = r.serve
		}
		if err := visit(ctx, g, s, v); err != nil {
			return err
		}
	}
	return end()
}

// visit decodes one batch with one cell and writes its records.
func (r *runner) visit(ctx context.Context, g *scenario.Group, s *station, v visit) error {
	reqs := requests(g, s.cell, v.batch, v.repetition)
	out, err := r.decode(ctx, g, s, reqs)
	if err != nil {
		return err
	}
	s.failed++
	if out.err == nil {
		s.failed = 0
	}
	if slept := r.awake.slept(); slept != "" {
		if err := r.void(g, v.block, slept); err != nil {
			return err
		}
	}
	var useful int
	for i, item := range g.BatchItems(v.batch) {
		rec := record(g, s.cell, v, item, out, i)
		rec.Session = r.session.Session
		if slept := r.awake.slept(); slept != "" {
			rec.VoidTimes(slept)
		}
		useful += rec.UsefulTokens
		if err := r.finish(ctx, g, item, &rec); err != nil {
			return err
		}
	}
	if out.err == nil {
		r.progress.wrote(s.cell, useful, out.wall)
	}
	r.progress.visited(s.cell, out.wall)
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	return nil
}
