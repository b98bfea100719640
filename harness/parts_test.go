package harness

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"

	"pgregory.net/rapid"
)

// TestSchedule checks what every order promises: each cell decodes each batch
// as often as the order says, and in paired blocks the mean place of all cells is equal.
func TestSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &scenario.Group{Batch: rapid.IntRange(1, 3).Draw(t, "batch"), Repeats: rapid.IntRange(1, 3).Draw(t, "repeats")}
		g.Items = scenario.Listed(make([]scenario.Item, g.Batch*rapid.IntRange(1, 3).Draw(t, "batches"))...)
		g.Cells = make([]result.Cell, rapid.IntRange(1, 5).Draw(t, "cells"))
		sibling := *g // on other weights
		sibling.Cells = make([]result.Cell, rapid.IntRange(0, 3).Draw(t, "cells of a sibling"))
		order := rapid.SampledFrom([]scenario.Order{scenario.Paired, scenario.Random, scenario.Sequential, scenario.Alternate, scenario.Once}).Draw(t, "order")
		seed := rapid.Uint64().Draw(t, "seed")
		g.Order = order
		round := scenario.Round{g, &sibling}
		list := schedule(round, seed)
		if !slices.Equal(list, schedule(round, seed)) {
			t.Fatal("the schedule is not the same twice")
		}
		type run struct{ cell, batch, repetition int }
		seen, places := map[run]int{}, map[[2]int]int{}
		for _, v := range list {
			seen[run{v.Cell, v.Batch, v.Repetition}]++
			places[[2]int{v.Block, v.Cell}] += v.Order
			if v.Block != v.Repetition/order.Runs()*g.Batches()+v.Batch {
				t.Fatalf("block %d of repetition %d, batch %d", v.Block, v.Repetition, v.Batch)
			}
		}
		if len(seen) != len(round.Cells())*g.Batches()*order.Runs()*g.Repeats || len(list) != len(seen) {
			t.Fatalf("%d visits, %d different ones", len(list), len(seen))
		}
		for at, sum := range places {
			if order == scenario.Paired && sum != 2*len(round.Cells())-1 {
				t.Fatalf("cell %d has places that add up to %d in block %d", at[1], sum, at[0])
			}
		}
		if order == scenario.Sequential && !slices.IsSortedFunc(list, func(a, b Visit) int { return a.Cell - b.Cell }) {
			t.Fatal("sequential order mixes cells")
		}
	})
}

func TestAuditWarnings(t *testing.T) {
	p := plan(t, strings.Replace(fourInstances, "repeats: 2", "repeats: 1", 1))
	id := p.Cells()[0].ID
	var requests []result.Request
	for _, item := range p.Groups[0].Items.All() {
		for repetition := range 2 {
			ns := int64(100)
			if repetition == 0 {
				ns = 150
			}
			requests = append(requests, result.Request{Cell: id, Repetition: repetition, Instance: item.ID, Status: "success", E2ENs: &ns, Usage: usage.Tally{usage.NFE: 4}.Usage()})
		}
	}
	check := func(valid bool, want ...string) {
		t.Helper()
		v := Audit(p, &result.File{Requests: requests})[0]
		text := strings.Join(append(v.Reasons, v.Warnings...), "; ")
		if v.Valid != valid {
			t.Errorf("valid is %v: %s", v.Valid, text)
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("reasons are %q, want %q", text, w)
			}
		}
	}
	check(true, "1 ABBA block;", "took 1.50 times as long")
	requests[3].Usage[usage.NFE] = usage.Known(5)
	check(false, "1 of 4 instances gave different outputs or counters")
	requests = requests[:7]
	check(false, "1 of 8 requests were not run")
}

func TestProgress(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	w, err := result.Create(newFile(t), Header(p, result.Env{}, l.clock.Now(), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var seen []Progress
	if _, err := Run(t.Context(), p, w, nil, Options{Build: l.build, Now: l.clock.Now, Progress: func(p Progress) { seen = append(seen, p) }}); err != nil {
		t.Fatal(err)
	}
	first, last := seen[0], seen[len(seen)-1]
	if first.Phase != "warm-up" || first.Left >= 0 || first.Visits != 48 || first.Cells != 3 {
		t.Errorf("first: %+v", first)
	}
	if last.Phase != "done" || last.VisitsDone != 48 || last.CellsDone != 3 || last.Left != 0 {
		t.Errorf("last: %+v", last)
	}
	for i, now := range seen[1 : len(seen)-1] {
		if now.Elapsed-seen[i].Elapsed < 100*time.Millisecond {
			t.Errorf("two calls within %v", now.Elapsed-seen[i].Elapsed)
		}
		// Every batch takes 10 ms on the fake clock.
		if want := time.Duration(48-now.VisitsDone) * 10 * time.Millisecond; now.Phase == "measure" && (now.Left < want || now.Left > want*11/10) {
			t.Errorf("%d of 48 done, %v left, want about %v", now.VisitsDone, now.Left, want)
		}
	}
}

func TestEnginesAreClosed(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	w, err := result.Create(newFile(t), Header(p, result.Env{}, l.clock.Now(), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	open := 0
	build := func(ctx context.Context, spec transport.Spec) (transport.Transport, error) {
		e, err := l.build(ctx, spec)
		open++
		return closing{e, &open}, err
	}
	if _, err := Run(t.Context(), p, w, nil, Options{Build: build, Now: l.clock.Now}); err != nil || open != 0 {
		t.Errorf("error %v, %d engines are still open", err, open)
	}
}

type closing struct {
	transport.Transport
	open *int
}

func (c closing) Close() error { *c.open--; return nil }
