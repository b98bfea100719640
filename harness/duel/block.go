package duel

import (
	"context"
	"fmt"
	"math"
	"time"

	"dllmbench/harness"
	"dllmbench/harness/gate"
	"dllmbench/harness/place"
)

// pilot decodes every batch once with each side, keeps the records, and returns
// how long a block will take, start included.
func (d *duel) pilot(ctx context.Context) (time.Duration, error) {
	began := d.opt.Now()
	p, err := d.start(ctx)
	if err != nil {
		return 0, err
	}
	defer p.close()
	started := d.opt.Now().Sub(began)
	began = d.opt.Now()
	for i := range d.out.Cells {
		for batch := range d.group[i].Batches() {
			for side := range 2 {
				if d.out.Cells[i].Problem != "" {
					continue
				}
				list, err := d.visit(ctx, p, side, i, harness.Visit{Batch: batch, Block: batch})
				if err != nil {
					return 0, err
				}
				d.out.Requests[side] = append(d.out.Requests[side], list...)
				if why := place.Failure(list); why != "" {
					d.spoil(i, side, why)
				}
			}
		}
	}
	return started + 2*d.opt.Now().Sub(began), nil
}

// spoil takes a cell out, because a side failed on it.
func (d *duel) spoil(i, side int, why string) {
	d.out.Cells[i].Problem = fmt.Sprintf("the %s side failed: %s", []string{"old", "new"}[side], why)
	d.out.Cells[i].Verdict = gate.Invalid
}

// block makes one block of every cell with two new processes. The first batch of
// a cell is decoded once by each before its times count.
func (d *duel) block(ctx context.Context) error {
	p, err := d.start(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	for i := range d.out.Cells {
		if d.out.Cells[i].Problem != "" {
			continue
		}
		if err := d.round(ctx, p, i); err != nil {
			return err
		}
	}
	return nil
}

// round is a block of one cell: A B B A, or B A A B, for every batch.
func (d *duel) round(ctx context.Context, p *pair, i int) error {
	first := d.draw.IntN(2)
	for _, side := range []int{first, 1 - first} { // warm up
		if _, err := d.visit(ctx, p, side, i, harness.Visit{}); err != nil {
			return err
		}
	}
	var old, new, aa float64
	batches := d.group[i].Batches()
	for batch := range batches {
		first := d.draw.IntN(2)
		var logs [2][]float64
		for order, side := range []int{first, 1 - first, 1 - first, first} {
			list, err := d.visit(ctx, p, side, i, harness.Visit{Batch: batch, Order: order})
			if err != nil {
				return err
			}
			if why := place.Failure(list); why != "" {
				d.spoil(i, side, why)
				return nil
			}
			logs[side] = append(logs[side], math.Log(float64(*list[0].BatchNs)/1e6))
		}
		old += (logs[0][0] + logs[0][1]) / 2
		new += (logs[1][0] + logs[1][1]) / 2
		// Whose turn came first was drawn, and with it the sign of any drift.
		aa += (logs[0][0] - logs[0][1] - logs[1][0] + logs[1][1]) / 2
	}
	pairs, n := &d.out.Cells[i].Pairs, float64(batches)
	pairs.Old = append(pairs.Old, math.Exp(old/n))
	pairs.New = append(pairs.New, math.Exp(new/n))
	pairs.AA = append(pairs.AA, aa/n)
	return nil
}
