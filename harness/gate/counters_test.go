package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// TestCounters compares an old run with one in which something is different.
func TestCounters(t *testing.T) {
	for _, c := range []struct {
		name   string
		edit   func(*result.File)
		accept []string
		want   Verdict
		fails  bool
		say    string // in the sentence
	}{
		{name: "nothing", edit: func(*result.File) {}, want: NoChange},
		{name: "times alone", edit: func(f *result.File) { change(f, "c1", func(r *result.Request) { *r.E2ENs *= 9 }) }, want: NoChange},
		{name: "an extra pass", edit: func(f *result.File) { change(f, "c1", func(r *result.Request) { r.Usage.Increase(usage.NFE, 1) }) },
			want: Changed, fails: true, say: "bl, lists sort-3, budget 8: nfe (forward passes) changed from 4 to 5 on lists/sort-3/test/0 and differs on 3 of 3 instances, 12 → 15 in all"},
		{name: "on one instance", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) {
				if r.Instance == "lists/sort-3/test/1" {
					r.Usage.Increase(usage.FLOPs, -1)
				}
			})
		}, want: Changed, fails: true, say: "flops (floating-point operations) changed from 1000 to 999 on lists/sort-3/test/1 alone of 3 instances"},
		{name: "another output", edit: func(f *result.File) { change(f, "c1", func(r *result.Request) { r.OutputSHA256 = "cd" }) },
			want: Changed, fails: true, say: "output_sha256 (the hash of the written tokens) changed from ab1 to cd"},
		{name: "accepted", edit: func(f *result.File) { change(f, "c1", func(r *result.Request) { r.Usage.Increase(usage.NFE, 1) }) }, accept: []string{"nfe"}, want: Changed},
		{name: "half accepted", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) { r.Usage.Increase(usage.NFE, 1); r.Usage.Increase(usage.FLOPs, 1) })
		},
			accept: []string{"nfe"}, want: Changed, fails: true, say: "; flops"},
		{name: "all accepted", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) { r.Usage.Increase(usage.NFE, 1); r.Finish = "budget"; r.OutputSHA256 = "x" })
		}, accept: []string{"all"}, want: Changed},
		{name: "many counters", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) {
				r.Usage.Increase(usage.NFE, 1)
				r.Usage.Increase(usage.DenoisingSteps, 1)
				r.Usage.Increase(usage.FLOPs, 1)
				r.Usage.Increase(usage.LogitRows, 1)
				r.Usage.Increase(usage.QueryTokens, 1)
			})
		}, want: Changed, fails: true, say: "2 more differ: query_tokens, logit_rows"},
		{name: "not deterministic", edit: func(f *result.File) { f.Requests[1].Usage[usage.NFE] = usage.Known(7) }, want: Invalid, fails: true,
			say: "the new side cannot be used: repetitions of lists/sort-3/test/0 with the same seed gave nfe of 7 and 4"},
		{name: "failed", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) { r.Status, r.Error = "error", "boom" })
		}, want: Invalid, fails: true, say: "ended with status error: boom"},
		{name: "other weights", edit: func(f *result.File) { f.Header.Cells[0].Digest, f.Header.Cells[1].Digest = "sha256:bb", "sha256:bb" }, want: NotComparable, fails: true,
			say: "digests of the models (weights, configuration and tokenizer) differ: sha256:aa on the old side and sha256:bb on the new one"},
		{name: "other option", edit: func(f *result.File) { f.Header.Cells[1].Options = map[string]any{"steps": 8} }, want: NotComparable, fails: true,
			say: "option steps is 4 on the old side and 8 on the new one"},
		{name: "a new option", edit: func(f *result.File) { f.Header.Cells[1].Options = map[string]any{"steps": 4, "new": true} }, want: NoChange},
		{name: "other instances", edit: func(f *result.File) {
			change(f, "c1", func(r *result.Request) { r.Instance += "x" })
		}, want: NotComparable, fails: true, say: "different instances"},
		{name: "other seed", edit: func(f *result.File) { f.Header.Seed = 2 }, want: NotComparable, fails: true, say: "seed is 1 on the old side and 2"},
		{name: "not run", edit: func(f *result.File) { f.Requests = nil }, want: Invalid, fails: true, say: "it was not run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := run(3, 2, 1, 0)
			c.edit(f)
			list := CompareLedgers(NewLedger(run(3, 2, 1, 0)), NewLedger(f), Policy{Accept: c.accept})
			if len(list) != 2 {
				t.Fatalf("%d findings, want one for each of 2 cells", len(list))
			}
			got := list[1]
			if got.Verdict != c.want || got.Fails() != c.fails || !strings.Contains(got.Sentence, c.say) {
				t.Errorf("%s, fails %v: %q\nwant %s, fails %v, with %q", got.Verdict, got.Fails(), got.Sentence, c.want, c.fails, c.say)
			}
			if got.Verdict == NoChange != (got.Sentence == "") {
				t.Errorf("a sentence of %q for %s", got.Sentence, got.Verdict)
			}
		})
	}
}

// TestOlderModel: a baseline of an older version knows models by their weights
// alone. Its counters are compared where these are equal, and what is not known is said.
func TestOlderModel(t *testing.T) {
	const text = `{"key": "k", "weights": "builtin:v0", "weights_digest": "sha256:ww"}`
	var old Account
	if err := json.Unmarshal([]byte(text), &old); err != nil {
		t.Fatal(err)
	}
	if old.Digest != "" || old.Alone != "sha256:ww" {
		t.Errorf("digest %q, of the weights alone %q", old.Digest, old.Alone)
	}
	now := NewLedger(run(2, 1, 1, 0))
	before := Ledger{Seed: now.Seed, Cells: slices.Clone(now.Cells)}
	for i := range before.Cells {
		before.Cells[i].Digest = ""
	}
	if list := CompareLedgers(before, now, Policy{}); list[0].Verdict != NoChange || len(Unknown(before, now)) != 1 || Unknown(now, now) != nil {
		t.Errorf("%+v, %q and %q", list[0], Unknown(before, now), Unknown(now, now))
	}
	before.Cells[0].Alone = "sha256:xx"
	if list := CompareLedgers(before, now, Policy{}); list[0].Verdict != NotComparable || !strings.Contains(list[0].Sentence, "digests of the weights differ: sha256:xx on the old side") {
		t.Errorf("%+v", list[0])
	}
}

// TestEveryCounterIsCompared changes each counter by itself.
func TestEveryCounterIsCompared(t *testing.T) {
	for i, name := range CounterNames() {
		old, new := NewLedger(run(2, 1, 1, 0)), NewLedger(run(2, 1, 1, 0))
		row := &new.Cells[0].Rows[1]
		switch {
		case i < len(usage.Compared()):
			row.Usage[usage.Compared()[i]] = usage.Known(99)
			old.Cells[0].Rows[1].Usage[usage.Compared()[i]] = usage.Known(98)
		case name == outputCounter:
			row.Output += "x"
		default:
			row.Finish += "x"
		}
		list := CompareLedgers(old, new, Policy{})
		if got := unaccepted(list); !slices.Equal(got, []string{name}) {
			t.Errorf("%s was changed, found %v", name, got)
		}
	}
}

// TestCellsOfOneSide checks that a missing cell is no pass.
func TestCellsOfOneSide(t *testing.T) {
	less := run(2, 1, 1, 0)
	less.Header.Cells = less.Header.Cells[:1]
	for _, c := range []struct {
		name     string
		old, new *result.File
		say      string
	}{
		{"only new", less, run(2, 1, 1, 0), "nothing of it was compared, because the old side has no such cell"},
		{"only old", run(2, 1, 1, 0), less, "the new side has no such cell"},
	} {
		list := CompareLedgers(NewLedger(c.old), NewLedger(c.new), Policy{})
		if len(list) != 2 || list[1].Verdict != NotComparable || !strings.HasSuffix(list[1].Sentence, c.say) {
			t.Errorf("%s: %+v", c.name, list)
		}
	}
}

// TestKeysNameThreadsOnlyWhereTheyDiffer checks that a machine with more cores
// has the same keys.
func TestKeysNameThreadsOnlyWhereTheyDiffer(t *testing.T) {
	f := run(1, 1, 1, 0)
	if key := place.Keys(f.Header)["c0"]; key != "au, lists sort-3, budget 8" {
		t.Errorf("key %q", key)
	}
	f.Header.Cells[1].Threads = 1
	if key := place.Keys(f.Header)["c0"]; key != "au, lists sort-3, budget 8, 2 threads" {
		t.Errorf("key %q", key)
	}
}

func TestBaseline(t *testing.T) {
	f := run(3, 2, 1, 0)
	var b Baseline
	b.Name = "ci"
	generic := run(3, 2, 1, 0)
	generic.Header.Env.Kernel = "generic"
	change(generic, "c0", func(r *result.Request) { r.OutputSHA256 = "other" })
	for _, file := range []*result.File{generic, f, generic} {
		if err := b.Put(file); err != nil {
			t.Fatal(err)
		}
	}
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(text.String()) {
		if strings.Contains(line, `"instance":`) {
			rows++
			if line = strings.Trim(line, " ,\n"); line[0] != '{' || line[len(line)-1] != '}' {
				t.Errorf("an instance is broken up: %s", line)
			}
		}
	}
	if rows != 12 {
		t.Errorf("%d lines hold an instance, want 12", rows)
	}
	got, err := ReadBaseline(bytes.NewReader(text.Bytes()), "b.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Variants) != 2 {
		t.Errorf("%d variants, want avx2 and generic", len(got.Variants))
	}
	for kernel, file := range map[string]*result.File{"avx2": f, "generic": generic} {
		l, err := got.Ledger(kernel)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range CompareLedgers(l, NewLedger(file), Policy{}) {
			if found.Verdict != NoChange {
				t.Errorf("%s: %s", kernel, found.Sentence)
			}
		}
	}
	l, _ := got.Ledger("avx2")
	if list := CompareLedgers(l, NewLedger(generic), Policy{}); list[0].Verdict != Changed {
		t.Errorf("counters of two kernels compared equal: %+v", list)
	}
	if l, err := got.Ledger("neon"); err != nil || CompareLedgers(l, NewLedger(f), Policy{})[0].Verdict != NoChange {
		t.Errorf("NEON has not the counters of AVX2, whose sums it makes: %v", err)
	}
	if _, err := got.Ledger("sve"); err == nil || !strings.Contains(err.Error(), "no counters for the sve kernels, only for avx2, generic") {
		t.Errorf("error %v", err)
	}
	other := run(3, 2, 1, 0)
	other.Header.ScenarioSHA256 = "11"
	if err := b.Put(other); err != nil || len(b.Variants) != 1 {
		t.Errorf("error %v, %d variants after another scenario was saved", err, len(b.Variants))
	}
	bad := change(run(3, 2, 1, 0), "c1", func(r *result.Request) { r.Status = "timeout" })
	if err := b.Put(bad); err == nil {
		t.Error("a failed run became a baseline")
	}
}

// TestBaselineOfOtherCounters reads a file whose counters stand in another
// order, lack one and have one that nobody knows any more. What was not compared is
// not equal.
func TestBaselineOfOtherCounters(t *testing.T) {
	read := func(counters, numbers string) Ledger {
		t.Helper()
		b, err := ReadBaseline(strings.NewReader(fmt.Sprintf(`{"schema": "dllmbench-baseline/v1", "name": "x", "seed": 1, "variants": [{"kernel": "avx2", "cells": [{"key": "k",
			"counters": [%s], "instances": [{"instance": "i", "counters": [%s], "finish": "stop", "output_sha256": "ab"}]}]}]}`, counters, numbers)), "x.json")
		if err != nil {
			t.Fatal(err)
		}
		l, _ := b.Ledger("avx2")
		return l
	}
	var work usage.Usage
	work[usage.NFE], work[usage.FLOPs] = usage.Known(9), usage.Known(7)
	more := work
	more[usage.NFE], more[usage.DenoisingSteps] = usage.Known(10), usage.Known(3)
	for _, c := range []struct {
		name, counters, numbers string
		now                     usage.Usage
		accept                  []string
		want                    Verdict
		fails                   bool
		say                     string
	}{
		{"another order", `"flops", "nfe"`, "7, 9", work, nil, NoChange, false, ""},
		{"unknown on both sides", `"flops", "nfe", "denoising_steps"`, "7, 9, null", work, nil, NoChange, false, ""},
		{"one that nobody knows", `"flops", "gone", "nfe"`, "7, 8, 9", work, nil, NotComparable, true, "k: not compared, because this program does not know it: gone"},
		{"none that anybody knows", `"x0", "x1"`, "7, 7", work, nil, NotComparable, true, "not compared, because the old side does not know it: nfe, flops; not compared, because this program does not know it: x0, x1"},
		{"no counters", ``, "", work, nil, NotComparable, true, "the old side does not know it: nfe, flops"},
		{"written by an old program", `"flops", "nfe"`, "7, -1", work, nil, NotComparable, true, "the old side does not know it: nfe"},
		{"one is missing", `"flops", "nfe"`, "7, 10", more, nil, NotComparable, true, "the old side does not know it: denoising_steps"},
		{"and accepted", `"flops", "nfe"`, "7, 10", more, []string{"denoising_steps"}, NotComparable, false, ""},
		{"another accepted", `"flops", "nfe"`, "7, 10", more, []string{"flops"}, NotComparable, true, ""},
		{"the new side lacks one", `"flops", "nfe", "denoising_steps"`, "7, 9, 3", work, nil, NotComparable, true, "the new side does not know it: denoising_steps"},
		{"changed and missing", `"flops", "nfe"`, "7, 9", more, nil, Changed, true, "nfe (forward passes) changed from 9 to 10 on i; not compared, because the old side does not know it: denoising_steps"},
	} {
		now := Ledger{Seed: 1, Cells: []Account{{Key: "k", Rows: []Row{{Instance: "i", Usage: c.now, Finish: "stop", Output: "ab"}}}}}
		got := CompareLedgers(read(c.counters, c.numbers), now, Policy{Accept: c.accept})[0]
		if got.Verdict != c.want || got.Fails() != c.fails || !strings.Contains(got.Sentence, c.say) {
			t.Errorf("%s: %s, fails %v: %q\nwant %s, fails %v, with %q", c.name, got.Verdict, got.Fails(), got.Sentence, c.want, c.fails, c.say)
		}
	}
}

// TestNewCells: a cell without a baseline says what to do, and passes when that is
// asked for; what is accepted of counters does not cover it.
func TestNewCells(t *testing.T) {
	less := run(2, 1, 1, 0)
	less.Header.Cells = less.Header.Cells[:1]
	old := NewLedger(less)
	old.Hint = "; save it"
	for accept, fails := range map[string]bool{"": true, "all": true, "new": false} {
		got := CompareLedgers(old, NewLedger(run(2, 1, 1, 0)), Policy{Accept: []string{accept}})[1]
		if got.Verdict != NotComparable || got.Fails() != fails || !strings.HasSuffix(got.Sentence, "; save it") {
			t.Errorf("--accept %q: %+v", accept, got)
		}
	}
}

func TestDamagedBaselines(t *testing.T) {
	for text, want := range map[string]string{
		`nonsense`:          "b.json:1 is not a baseline",
		"{\n<<<<<<< HEAD\n": "b.json:2 is not a baseline",
		`[]`:                "b.json is not a baseline: it is of type array",
		`{"variants":[{"cells":[{"options":"x"}]}]}`: "b.json is not a baseline: options is of type string",
		`{"schema":"x"}`:                     `schema "x"`,
		`{"schema":"dllmbench-baseline/v1"}`: "holds no counters",
		`{"schema":"dllmbench-baseline/v1","variants":[{"cells":[{"key":"k","counters":["nfe"],"instances":[{"instance":"i","counters":[1,2]}]}]}]}`:                               "2 counters with 1 names",
		`{"schema":"dllmbench-baseline/v1","variants":[{"kernel":"avx2","cells":[]}]}`:                                                                                             "holds no counters",
		`{"schema":"dllmbench-baseline/v1","variants":[{"cells":[{"key":"k","counters":["nfe"],"instances":[{"instance":"i","counters":[-424]}]}]}]}`:                              "k, i: nfe is -424; a counter is at least 0, or null",
		`{"schema":"dllmbench-baseline/v1","variants":[{"cells":[{"key":"k","counters":["nfe","nfe"]}]}]}`:                                                                         "named twice",
		`{"schema":"dllmbench-baseline/v1","variants":[{"cells":[{"key":"k","counters":["nfe"],"instances":[{"instance":"i","counters":[1]},{"instance":"i","counters":[1]}]}]}]}`: "the instance i twice",
		`{"schema":"dllmbench-baseline/v1","variants":[{"kernel":"avx2","cells":[{"key":"k"},{"key":"k"}]}]}`:                                                                      "k is there twice",
		`{"schema":"dllmbench-baseline/v1","variants":[{"kernel":"avx2","cells":[{"key":"k"}]},{"kernel":"avx2"}]}`:                                                                "two variants",
	} {
		if _, err := ReadBaseline(strings.NewReader(text), "b.json"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "b.json") {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestAcceptProblem(t *testing.T) {
	if got := AcceptProblem([]string{"nfe", "all"}); got != "" {
		t.Error(got)
	}
	if got := AcceptProblem([]string{"nfes"}); !strings.Contains(got, `"nfes"`) || !strings.Contains(got, "output_sha256") {
		t.Error(got)
	}
}

// TestMetricsAreMadeFromTheirCounters: a metric that is not exact may depend on
// every counter.
func TestMetricsAreMadeFromTheirCounters(t *testing.T) {
	for _, m := range result.Metrics() {
		if m.Exact() && len(m.Counters) == 0 {
			t.Errorf("%s is exact and names no counters", m.Name)
		}
	}
	if !MadeFrom("nfe", "nfe") || MadeFrom("nfe", "flops") || !MadeFrom("exact_match", "output_sha256") {
		t.Error("sources of nfe and exact_match")
	}
}

// unaccepted lists the counters of findings that changed and were not accepted.
func unaccepted(list []Finding) []string {
	found := map[string]bool{}
	for _, f := range list {
		for _, c := range f.Changes {
			if !c.Accept {
				found[c.Counter] = true
			}
		}
	}
	var names []string
	for _, name := range CounterNames() {
		if found[name] {
			names = append(names, name)
		}
	}
	return names
}
