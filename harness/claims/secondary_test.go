package claims

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/harness/result"
)

// TestThreads: ratios by number of threads, from their own cells alone.
func TestThreads(t *testing.T) {
	r := newFakeRun()
	for threads, slower := range inOrder(map[int]int64{1: 4, 2: 2}) {
		for label, ns := range inOrder(map[string]int64{"ar": 1e6, "fast": 1e6 * slower}) {
			c := r.cell("threads", label, "gocode", "steps-2", func(c *result.Cell) { c.Threads = threads })
			for i := range 24 {
				r.request(c, fmt.Sprintf("instance-%04d", i), true, func(q *result.Request) {
					batch := ns + int64(i)
					q.BatchNs, q.PairBlock = &batch, i
				})
			}
		}
	}
	shown := func(r *fakeRun) []Finding {
		d := r.decision(t, 6)
		d.threads("time", plain("ar"), plain("fast"), unitSeconds)
		return d.v.Sensitivity
	}
	list := shown(r)
	if len(list) != 2 {
		t.Fatalf("findings %v", list)
	}
	for name, want := range map[string]float64{"time, 1 worker thread": 4, "time, 2 worker threads": 2} {
		if f := findNamed(t, list, name); f.Effect == nil || math.Abs(*f.Effect-want) > 0.01 || f.N != 24 {
			t.Errorf("%s: %+v, want %g", name, f, want)
		}
	}
	list = shown(newFakeRun())
	if len(list) != 1 || list[0].Effect != nil || list[0].Note != "not measured" {
		t.Errorf("without cells: %+v", list)
	}
}

// TestPassesOfSamples: of four answers, one side has one right on every
// instance, the other four on half of them: it leads at k = 1 and not at k = 4.
func TestPassesOfSamples(t *testing.T) {
	r := newFakeRun()
	a, b := r.cell("code-samples", "a", "gocode", "loop", nil), r.cell("code-samples", "b", "gocode", "loop", nil)
	for i := range 40 {
		for sample := range 4 {
			for cell, right := range map[string]bool{a: sample == i%4, b: i%2 == 0} {
				r.request(cell, fmt.Sprintf("instance-%04d", i), right, func(q *result.Request) {
					q.Repetition, q.Sample, q.Seed, q.Aspects = sample, sample, uint64(sample+1), map[string]float64{"passes": 0}
					if right {
						q.Aspects["passes"] = 1
					}
				})
			}
		}
	}
	shown := func(r *fakeRun) []Finding {
		d := r.decision(t, 8)
		d.samples("a", "b")
		return d.v.Sensitivity
	}
	list := shown(r)
	if len(list) != 3 {
		t.Fatalf("findings %v", list)
	}
	for name, want := range map[string]float64{"pass@1 of b minus a": 25, "pass@2 of b minus a": 0, "pass@4 of b minus a": -50} {
		if f := findNamed(t, list, name); f.Effect == nil || math.Abs(*f.Effect-want) > 1e-9 || !f.known() || f.N != 40 {
			t.Errorf("%s: %+v, want %g", name, f, want)
		}
	}
	if one := shown(newFakeRun()); len(one) != 1 || one[0].Effect != nil || one[0].Note != "not measured" {
		t.Errorf("without cells: %+v", one)
	}
}

func TestNext(t *testing.T) {
	var ks []int
	for k := 1; k <= 10; k = next(k, 10) {
		ks = append(ks, k)
	}
	if fmt.Sprint(ks) != "[1 2 4 8 10]" {
		t.Errorf("k = %v", ks)
	}
}

// TestPlanted: shares over tokens, by decoder and number of errors; a cell without
// errors shows what is spoiled alone.
func TestPlanted(t *testing.T) {
	r := newFakeRun()
	for wrong, mended := range inOrder(map[int]int{0: 0, 2: 1}) {
		c := r.cell("remasking-planted", "path", "lists", "insert-16", func(c *result.Cell) { c.Planted = &wrong })
		for i := range 30 {
			r.request(c, fmt.Sprintf("instance-%04d", i), i%2 == 0, func(q *result.Request) {
				q.Draft = &result.Fate{Right: 5, Wrong: wrong, Mended: mended, Spoiled: i % 2}
			})
		}
	}
	shown := func(r *fakeRun) []Finding {
		d := r.decision(t, 3)
		d.planted()
		return d.v.Sensitivity
	}
	list := shown(r)
	if len(list) != 3 {
		t.Fatalf("findings %v", list)
	}
	for name, want := range map[string]float64{
		"path, 0 planted errors: right tokens spoiled": 10, "path, 2 planted errors: right tokens spoiled": 10, "path, 2 planted errors: mended": 50,
	} {
		if f := findNamed(t, list, name); f.Effect == nil || math.Abs(*f.Effect-want) > 1e-9 || f.N != 30 || f.Note != "solves 50.0%" {
			t.Errorf("%s: %+v, want %g", name, f, want)
		}
	}
	if one := shown(newFakeRun()); len(one) != 1 || one[0].Effect != nil || one[0].Note != "not measured" {
		t.Errorf("without cells: %+v", one)
	}
}
