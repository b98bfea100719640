package duel

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"dllmbench/harness"
	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// pilot decodes every batch once with each side, keeps the records, and returns
// how long a block will take, start included.
func (d *duel) pilot(ctx context.Context) (time.Duration, error) {
	began := d.opt.Now()
	var block time.Duration
	err := d.with(ctx, func(p *pair) error {
		started := d.opt.Now().Sub(began)
		began = d.opt.Now()
		for i := range d.out.Cells {
			for batch := range d.group[i].Batches() {
				for side := range sides {
					if d.out.Cells[i].Problem != "" {
						continue
					}
					var list []result.Request
					var err error
					for range tries {
						if list, err = d.visit(ctx, p, side, i, harness.Visit{Batch: batch, Block: batch}); err != nil {
							return err
						}
						if list[0].Void == "" {
							break
						}
					}
					d.out.Requests[side] = append(d.out.Requests[side], list...)
					d.spoil(i, side, list)
				}
			}
		}
		block = started + 2*d.opt.Now().Sub(began)
		return nil
	})
	return block, err
}

// spoil takes a cell out if a side failed on it, and reports whether it did.
func (d *duel) spoil(i, side int, list []result.Request) bool {
	why := place.Failure(list)
	if why != "" {
		d.out.Cells[i].fail(gate.Invalid, "the %s side failed: %s", sides[side], why)
	}
	return why != ""
}

// block makes one block of every cell with two new processes. The first batch of
// a cell is decoded once by each before its times count.
func (d *duel) block(ctx context.Context) error {
	return d.with(ctx, func(p *pair) error {
		for i := range d.out.Cells {
			if d.out.Cells[i].Problem != "" {
				continue
			}
			void, err := "", error(nil)
			for range tries {
				if void, err = d.round(ctx, p, i); err != nil || void == "" {
					break
				}
			}
			if err != nil {
				return err
			}
			if void != "" {
				d.out.Cells[i].fail(gate.Invalid, "a block has no times, and so had it when it was made again: %s", void)
			}
		}
		return nil
	})
}

// tries is how often a block is made in which a process was stopped.
const tries = 4

// round is a block of one cell: A B B A, or B A A B, for every batch. It counts for
// nothing if it is void, for a reason.
func (d *duel) round(ctx context.Context, p *pair, i int) (void string, err error) {
	first := d.draw.IntN(2)
	for _, side := range []int{first, 1 - first} { // warm up
		if _, err := d.visit(ctx, p, side, i, harness.Visit{}); err != nil {
			return "", err
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
				return "", err
			}
			if list[0].Void != "" {
				return list[0].Void, nil
			}
			if d.spoil(i, side, list) {
				return "", nil
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
	return "", nil
}

// Findings judges what a duel brought: the exact counters of both programs
// against each other, then the times.
func Findings(plan *scenario.Plan, out *Outcome, name string, p gate.Policy) []gate.Finding {
	var series []gate.Series
	var list []gate.Finding
	header := result.Header{Cells: plan.Cells(), Seed: plan.Scenario.Seed}
	keys, timed := place.Keys(header), map[string]bool{}
	for _, c := range out.Cells {
		s := gate.Series{Cell: keys[c.Cell.ID], Decoder: place.Decoder(c.Cell), Engine: c.Cell.Engine, Metric: "e2e", Unit: "ms", Pairs: c.Pairs, Problem: c.Problem, Verdict: c.Verdict}
		if a, b := out.Hello[0].Kernel, out.Hello[1].Kernel; a != b {
			s.Problem, s.Verdict = fmt.Sprintf("the old side ran on %s kernels, the new one on %s", a, b), gate.NotComparable
		}
		timed[s.Cell] = s.Problem == ""
		if p.Times != gate.NoTimes || s.Problem != "" {
			series = append(series, s)
		}
	}
	var ledgers [2]gate.Ledger
	for i := range ledgers {
		ledgers[i] = gate.NewLedger(&result.File{Header: header, Requests: out.Requests[i]})
		ledgers[i].Cells = slices.DeleteFunc(ledgers[i].Cells, func(a gate.Account) bool { return !timed[a.Key] })
	}
	for _, f := range gate.CompareLedgers(ledgers[0], ledgers[1], p) {
		f.Side = name
		if f.Sentence != "" {
			f.Sentence = "against " + name + ": " + f.Sentence
		}
		list = append(list, f)
	}
	return append(list, gate.Judge(series, p)...)
}
