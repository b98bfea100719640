package view

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// plan is a planted cell: what it costs and which of the first instances it
// solves, with the same time in every run.
type plan struct {
	label  string
	steps  int // 0 without the option
	other  int // a second option
	nfe    int
	flops  int64
	ms     float64
	solved int // of 20
}

func planted(settings ...plan) *result.File {
	f := &result.File{Header: result.Header{Seed: 1, Match: &result.Match{By: result.Matchings(), Factor: 1.25, Points: 5}}}
	for i, s := range settings {
		c := result.Cell{ID: fmt.Sprint(i), Label: s.label, Engine: s.label, Workload: "w", Rung: "r", Budget: 16, Batch: 1, Options: map[string]any{"other": s.other}}
		if s.steps > 0 {
			c.Options["steps"], c.Variant = float64(s.steps), fmt.Sprintf("steps=%d", s.steps)
		}
		f.Header.Cells = append(f.Header.Cells, c)
		for k := range 20 {
			solved, ns := k < s.solved, int64(s.ms*1e6)
			f.Requests = append(f.Requests, result.Request{Cell: c.ID, Instance: fmt.Sprintf("i%02d", k), PairBlock: k, Status: "success",
				Exact: &solved, E2ENs: &ns,
				Usage: usage.Tally{usage.NFE: int64(s.nfe), usage.FLOPs: s.flops, usage.UsefulTokens: 8}.Usage()})
		}
	}
	return f
}

func at(t *testing.T, f *result.File, by string) Equal {
	t.Helper()
	for _, e := range New(f).Equals() {
		if e.By == by {
			return e
		}
	}
	t.Fatalf("no comparison by %s", by)
	return Equal{}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6*math.Max(1, math.Abs(b)) }

// TestEqualsNearest: the nearest setting within the factor is compared, by what
// was planted.
func TestEqualsNearest(t *testing.T) {
	f := planted(
		plan{label: "ar", nfe: 16, flops: 1000, ms: 10, solved: 10},
		plan{label: "d", steps: 8, nfe: 8, flops: 2000, ms: 5, solved: 6},
		plan{label: "d", steps: 14, nfe: 14, flops: 3500, ms: 8.5, solved: 15},
		plan{label: "d", steps: 15, nfe: 15, flops: 3700, ms: 9, solved: 16},
	)
	e := at(t, f, result.MatchNFE)
	if len(e.Found) != 1 || len(e.Missed) != 0 {
		t.Fatalf("%d found, %d missed", len(e.Found), len(e.Missed))
	}
	c := e.Found[0]
	if c.A.Cell.ID != "0" || c.B.Cell.ID != "3" || c.Far != nil || c.CostA != 16 || c.CostB != 15 {
		t.Errorf("compared %s with %s, costs %g and %g", c.A.Name, c.B.Name, c.CostA, c.CostB)
	}
	if !near(c.Exact.Value, 30) || !near(c.Speed.Value, 10.0/9) || !near(c.Work, 3.7) {
		t.Errorf("points %g, speed %g, work %g; planted 30, 10/9, 3.7", c.Exact.Value, c.Speed.Value, c.Work)
	}
	if e := at(t, f, result.MatchTime); len(e.Found) != 1 || e.Found[0].B.Cell.ID != "3" || !near(e.Found[0].CostB, 0.009) {
		t.Errorf("by time %+v", e.Found)
	}
	// At the same budget every setting is equally near.
	if e := at(t, f, result.MatchTokens); len(e.Found) != 3 {
		t.Errorf("by tokens %d comparisons, want all 3", len(e.Found))
	}
	// All settings need at least twice the FLOPs: nothing is near, nothing is around.
	if e := at(t, f, result.MatchFLOPs); len(e.Found) != 0 || len(e.Missed) != 1 || e.Missed[0].Label != "d" {
		t.Errorf("by FLOPs %d found, %d missed", len(e.Found), len(e.Missed))
	}
}

// TestEqualsBetween: where no setting is near, the line between two measured
// neighbours counts, and nothing beyond them.
func TestEqualsBetween(t *testing.T) {
	f := planted(
		plan{label: "ar", nfe: 16, flops: 1000, ms: 10, solved: 10},
		plan{label: "d", steps: 4, nfe: 4, flops: 500, ms: 5, solved: 4},
		plan{label: "d", steps: 8, nfe: 8, flops: 700, ms: 5, solved: 8},
		plan{label: "d", steps: 32, nfe: 32, flops: 2800, ms: 20, solved: 16},
		plan{label: "d", steps: 64, nfe: 64, flops: 5000, ms: 40, solved: 18},
	)
	e := at(t, f, result.MatchNFE)
	if len(e.Found) != 1 || e.Found[0].Far == nil {
		t.Fatalf("found %+v", e.Found)
	}
	c := e.Found[0]
	// 16 lies halfway between 8 and 32 on a logarithmic scale: 12 of 20 solved,
	// 10 ms and 1400 FLOPs.
	if c.Name() != "d between steps=8 and steps=32" || !near(c.Weight, 0.5) || c.CostB != 16 {
		t.Errorf("%s, weight %g, cost %g", c.Name(), c.Weight, c.CostB)
	}
	if !near(c.Exact.Value, 10) || !near(c.Speed.Value, 1) || !near(c.Work, 1.4) {
		t.Errorf("points %g, speed %g, work %g; planted 10, 1, 1.4", c.Exact.Value, c.Speed.Value, c.Work)
	}
	// Solving 50% lies a quarter of the way from 40% to 80%.
	q := at(t, f, result.MatchQuality)
	if len(q.Found) != 1 || !near(q.Found[0].Weight, 0.25) || !near(q.Found[0].Exact.Value, 0) || !near(q.Found[0].Speed.Value, 10/(5*math.Pow(4, 0.25))) {
		t.Errorf("by quality %+v", q.Found)
	}
	// Settings that differ in more than one number are not neighbours.
	for i := range f.Header.Cells[3:] {
		f.Header.Cells[3+i].Options["other"] = 7
	}
	if e := at(t, f, result.MatchNFE); len(e.Found) != 0 || len(e.Missed) != 1 {
		t.Errorf("settings of different kinds were joined: %+v", e.Found)
	}
}

// TestEqualsQuality: within the points, the nearest; chosen by what was solved.
func TestEqualsQuality(t *testing.T) {
	f := planted(
		plan{label: "ar", nfe: 16, flops: 1000, ms: 10, solved: 10},
		plan{label: "d", steps: 4, nfe: 4, flops: 500, ms: 5, solved: 9},
		plan{label: "d", steps: 8, nfe: 8, flops: 700, ms: 6, solved: 14},
	)
	e := at(t, f, result.MatchQuality)
	if len(e.Found) != 1 || e.Found[0].B.Cell.ID != "1" || !near(e.Found[0].Speed.Value, 2) || e.Found[0].CostA != 50 || e.Found[0].CostB != 45 {
		t.Fatalf("%+v", e.Found)
	}
	f.Header.Match.Points = 4
	if e := at(t, f, result.MatchQuality); len(e.Found) != 1 || e.Found[0].Far == nil || !near(e.Found[0].Weight, 0.2) {
		t.Errorf("with 4 points: %+v", e.Found)
	}
}

// TestEqualsSameInstances: costs are compared on the instances of both.
func TestEqualsSameInstances(t *testing.T) {
	f := planted(
		plan{label: "ar", nfe: 16, flops: 1000, ms: 10, solved: 10},
		plan{label: "d", steps: 16, nfe: 16, flops: 1000, ms: 10, solved: 10},
	)
	for i := range 10 { // half of ar's instances are dear, and d failed on them
		f.Requests[i].Usage[usage.NFE] = usage.Known(160)
		f.Requests[20+i].Status = "error"
	}
	if e := at(t, f, result.MatchNFE); len(e.Found) != 1 || e.Found[0].CostA != 16 || e.Found[0].Exact.N != 10 {
		t.Errorf("%+v", e.Found)
	}
}

// TestFloorMarks: rows below the floor are marked by their value.
func TestFloorMarks(t *testing.T) {
	f := planted(plan{label: "ar", nfe: 1, ms: 1, solved: 16}, plan{label: "d", nfe: 1, ms: 1, solved: 15})
	f.Header.Floor = &result.Floor{Metric: "exact_match", Share: 0.8}
	v := New(f)
	if v.Rows[0].BelowFloor || !v.Rows[1].BelowFloor || v.FloorText() != "80% exact" {
		t.Errorf("below: %v %v; %q", v.Rows[0].BelowFloor, v.Rows[1].BelowFloor, v.FloorText())
	}
	f.Header.Floor.Metric = "no such metric"
	if v := New(f); v.Rows[1].BelowFloor {
		t.Error("a row is below a floor of nothing")
	}
	f.Header.Floor = nil
	if v := New(f); v.Rows[1].BelowFloor || v.FloorText() != "" {
		t.Error("a row is below a floor that there is not")
	}
}
