package pace

import (
	"testing"
	"time"

	"dllmbench/harness/result"
)

// TestWork: passes over few rows cost the reading of the weights, many rows their FLOPs.
func TestWork(t *testing.T) {
	narrow := Need{Passes: 10, FLOPs: 1000, Row: 100}
	if got := narrow.Work(); got != 1000+8*10*100 {
		t.Errorf("ten single rows are %g", got)
	}
	wide := Need{Passes: 1, FLOPs: 1000, Row: 100}
	if wide.Work() >= narrow.Work() {
		t.Errorf("the same rows in one pass are %g, in ten %g", wide.Work(), narrow.Work())
	}
}

// TestGuess: the most alike cell that has run decides.
func TestGuess(t *testing.T) {
	var p Pace
	cell := func(id, weights, engine string, threads int) result.Cell {
		return result.Cell{ID: id, Weights: weights, Engine: engine, Threads: threads}
	}
	if p.Known() || p.Guess(cell("a", "v1", "ar", 1), 5) != 0 {
		t.Error("a guess before anything ran")
	}
	p.Took(cell("a", "v1", "ar", 1), 10, 10*time.Second)
	p.Took(cell("b", "v1", "diffusion", 1), 10, 30*time.Second)
	for _, c := range []struct {
		what string
		cell result.Cell
		want time.Duration
	}{
		{"the cell itself", cell("b", "v1", "diffusion", 1), 3 * time.Second},
		{"decoder and weights", cell("c", "v1", "ar", 1), time.Second},
		{"decoder", cell("c", "v2", "diffusion", 2), 3 * time.Second},
		{"all", cell("c", "v2", "block", 2), 2 * time.Second},
	} {
		if got := p.Guess(c.cell, 1); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
