package harness

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Visit is one timed run of one cell on one batch.
type Visit struct {
	Cell       int // index in the round
	Batch      int // of the group
	Repetition int // 2·repeat, and 2·repeat+1 for the second half of the block
	Block      int // repeat × batches + batch, each sample being a repeat of its own
	Order      int // place in the block
}

// schedule lists the visits of a round in the order of execution. It depends on
// the seed and the round only, so that a resumed run continues the same list.
func schedule(r scenario.Round, seed uint64) []Visit {
	g, cells := r[0], r.Cells()
	order := g.Order
	var list []Visit
	for repeat := range g.Repeats * max(1, g.Samples) { // samples take turns: see Group.Sample
		for batch := range g.Batches() {
			if !g.Here(batch) {
				continue
			}
			block := repeat*g.Batches() + batch
			draw := rand.New(rand.NewPCG(seed, roundSeed(cells, block)))
			for at, cell := range blockOrder(len(cells), order, block, draw) {
				list = append(list, Visit{cell, batch, order.Runs()*repeat + at/len(cells), block, at})
			}
		}
	}
	if order == scenario.Sequential {
		slices.SortStableFunc(list, func(a, b Visit) int { return a.Cell - b.Cell })
	}
	if len(g.Enough) > 0 { // all of the instances up to a look before those behind it
		slices.SortStableFunc(list, func(a, b Visit) int { return g.Look(a.Batch) - g.Look(b.Batch) })
	}
	return list
}

// blockOrder is the order of the cells in one block; each cell occurs twice,
// once in each half, or once where the order has no halves.
func blockOrder(cells int, order scenario.Order, block int, draw *rand.Rand) []int {
	half := make([]int, cells)
	for i := range half {
		half[i] = i
	}
	second := slices.Clone(half)
	switch order {
	case scenario.Once:
		return half
	case scenario.Alternate:
		if block%2 == 1 {
			slices.Reverse(half)
		}
		return half
	case scenario.Random:
		draw.Shuffle(cells, func(i, j int) { half[i], half[j] = half[j], half[i] })
		draw.Shuffle(cells, func(i, j int) { second[i], second[j] = second[j], second[i] })
	case scenario.Paired:
		if draw.IntN(2) == 1 {
			slices.Reverse(half)
		} else {
			slices.Reverse(second)
		}
	}
	return append(half, second...)
}

// roundSeed makes blocks of different rounds draw independently.
func roundSeed(cells []result.Cell, block int) uint64 {
	h := sha256.New()
	for _, c := range cells {
		h.Write([]byte(c.ID))
	}
	binary.Write(h, binary.LittleEndian, int64(block))
	return binary.LittleEndian.Uint64(h.Sum(nil))
}

// records are the request records of a run, each (cell, repetition, instance) once.
type records struct {
	list []result.Request
	at   map[result.Key]int
}

func (r *records) put(rec result.Request) { r.list = result.Put(r.list, r.at, rec.Key(), rec) }

// done reports whether all requests of a visit have a record that is no failure.
func (r *records) done(round scenario.Round, v Visit) bool {
	g, c := round.At(v.Cell)
	for k := range g.Batch {
		i, ok := r.at[result.Key{Cell: c.ID, Instance: g.Items.ID(v.Batch*g.Batch + k), Repetition: v.Repetition}]
		if !ok {
			return false
		}
		if rec := &r.list[i]; !place.Usable(rec) && rec.Status != "timeout" && rec.Status != "refused" {
			return false
		}
	}
	return true
}
