package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/transport"
)

func TestRunIsPaired(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Requests != 3*4*4 || s.summary.Failed != 0 || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	if got := labels(l.calls[:warmups]); got != "abcabc" {
		t.Errorf("warm-up runs %s, want abcabc", got)
	}
	seen := map[string]int{}
	for timed := l.calls[warmups:]; len(timed) > 0; timed = timed[6:] {
		block := timed[:6]
		seen[labels(block)]++
		for _, c := range block {
			if c.prompts != block[0].prompts || !slices.Equal(c.seeds, block[0].seeds) {
				t.Errorf("a block mixes instances or seeds: %v", block)
			}
		}
	}
	if len(seen) != 2 || seen["abccba"] == 0 || seen["cbaabc"] == 0 {
		t.Errorf("orders are %v, want both abccba and cbaabc", seen)
	}
}

func labels(calls []call) string {
	var text strings.Builder
	for _, c := range calls {
		text.WriteString(c.label)
	}
	return text.String()
}

func TestRecords(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	s := run(t, t.Context(), p, l, newFile(t), false)
	blocks := map[int][]string{}
	for _, r := range s.file.Requests {
		blocks[r.PairBlock] = append(blocks[r.PairBlock], r.Instance)
		if r.Order < 0 || r.Order > 5 || r.Repetition/2 != r.PairBlock/4 || (r.Repetition%2 == 1) != (r.Order >= 3) {
			t.Errorf("repetition %d, block %d, order %d", r.Repetition, r.PairBlock, r.Order)
		}
	}
	if len(blocks) != 8 {
		t.Errorf("%d blocks, want 2 repeats × 4 batches", len(blocks))
	}
	for n, instances := range blocks {
		slices.Sort(instances)
		if len(instances) != 6 || len(slices.Compact(instances)) != 1 {
			t.Errorf("block %d holds %v", n, instances)
		}
	}
	r := s.file.Requests[0]
	if r.Status != "success" || !*r.Exact || *r.Partial != 1 || *r.Constraints != 2 || *r.Violations != 0 || r.Output == "" || len(r.OutputSHA256) != 64 {
		t.Errorf("quality: %+v", r)
	}
	// Tokens are committed at 9, 8 and 7 ms: the first one last.
	if *r.TTFTNs != 9e6 || *r.TTFCNs != 7e6 || *r.E2ENs != 10e6 || *r.BatchNs < 10e6 || r.Usage.N(usage.NFE) != 3 || r.Usage.N(usage.UsefulTokens) != 2 || r.Usage.N(usage.PromptTokens) != 2 {
		t.Errorf("times and counters: %+v", r)
	}
	if n := len(s.file.Validity); n != 4 || s.file.Validity[3].Cell != "" || !s.file.Validity[3].Valid {
		t.Errorf("validity: %+v", s.file.Validity)
	}
	if len(s.file.Metrics) != len(result.Metrics()) || len(s.file.Header.Cells) != 3 || s.file.Header.Cells[0].Budget != 3 {
		t.Errorf("header: %+v", s.file.Header)
	}
}

// TestSamples: every sample has a seed of its own, the same in both halves of a
// block and for all cells; the first one is what a cell without samples gets.
func TestSamples(t *testing.T) {
	one, l := plan(t, fourInstances), &lab{clock: newClock()}
	p := plan(t, strings.Replace(fourInstances, "instances: 4", "instances: 4, samples: 3", 1))
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Requests != 3*3*4*4 || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	seeds, runs := map[string]map[int]uint64{}, map[string]int{}
	for _, r := range s.file.Requests {
		if seeds[r.Instance] == nil {
			seeds[r.Instance] = map[int]uint64{}
		}
		if seed, ok := seeds[r.Instance][r.Sample]; ok && seed != r.Seed {
			t.Errorf("%s, sample %d: seeds %d and %d", r.Instance, r.Sample, seed, r.Seed)
		}
		seeds[r.Instance][r.Sample] = r.Seed
		runs[fmt.Sprint(r.Cell, r.Instance, r.Sample)]++
	}
	for _, item := range one.Groups[0].Items.All() {
		of := seeds[item.ID]
		if len(of) != 3 || of[0] != item.Seed || of[1] == of[0] || of[2] == of[0] || of[1] == of[2] {
			t.Errorf("%s: seeds %v, the first of them has to be %d", item.ID, of, item.Seed)
		}
	}
	for at, n := range runs {
		if n != 4 {
			t.Errorf("%s was run %d times, want two repeats of two runs", at, n)
		}
	}
	if a, b := one.Cells()[0].ID, p.Cells()[0].ID; a == b {
		t.Error("a cell with samples has the id of one without")
	}
}

func TestCostCells(t *testing.T) {
	p, l := plan(t, "cost: [{shape: 1m, prompt: 5, budget: 3, batches: 2}]\nmeasurement: {batch: 2, repeats: 1}\n"), &lab{clock: newClock()}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || len(s.file.Requests) != 3*2*4 {
		t.Fatalf("error %v, %d requests", s.err, len(s.file.Requests))
	}
	for _, r := range s.file.Requests {
		if r.Status != "success" || r.Exact != nil || r.Partial != nil || r.Violations != nil || r.Output != "" || r.OutputSHA256 == "" || r.Usage.N(usage.UsefulTokens) != 3 {
			t.Errorf("record: %+v", r)
		}
	}
	if s.file.Requests[0].Instance == s.file.Requests[1].Instance || *s.file.Requests[0].BatchNs != *s.file.Requests[1].BatchNs {
		t.Error("the requests of a batch have their own prompts and share its time")
	}
}

func TestPanicSpoilsOneCell(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	l.behave = func(_ context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool) {
		if label == "b" && n > warmups {
			panic("index out of range")
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Failed != giveUp || len(s.summary.Invalid) != 1 || s.summary.Invalid[0].Cell != p.Cells()[1].ID {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	reasons := strings.Join(s.summary.Invalid[0].Reasons, "; ")
	if !strings.Contains(reasons, "13 of 16 requests were not run") || !strings.Contains(reasons, "3 of 16 requests ended with status error: panic: index out of range") {
		t.Errorf("reasons: %s", reasons)
	}
	if run := s.file.Validity[3]; run.Valid || run.Cell != "" {
		t.Errorf("the run counts as valid: %+v", run)
	}
	good := 0
	for _, r := range s.file.Requests {
		if r.Status == "success" {
			good++
		} else if r.Exact != nil || r.E2ENs != nil || r.Error == "" || r.Varies {
			t.Errorf("a failed request has results: %+v", r)
		}
	}
	if good != 2*16 {
		t.Errorf("%d requests of the other cells, want 32", good)
	}
	if l.built != 3+giveUp-1 {
		t.Errorf("%d engines were made; after a panic a new one is needed", l.built)
	}
}

func TestTimeout(t *testing.T) {
	p, l := plan(t, inTime(fourInstances)), &lab{clock: newClock()}
	l.behave = func(ctx context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool) {
		if label != "c" {
			return nil, nil, false
		}
		<-ctx.Done()
		res := answer(batch[0], batch[0].Prompt[:1])
		res.Finish = engines.FinishCancelled
		return []engines.Result{res}, ctx.Err(), true
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.TimedOut != giveUp || len(s.summary.Invalid) != 1 {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	for _, r := range s.file.Requests {
		if r.Status == "timeout" && (r.E2ENs != nil || !r.Usage[usage.NFE].Above(usage.Known(0)) || *r.Exact || !strings.Contains(r.Error, "not finished after")) {
			t.Errorf("record: %+v", r)
		}
	}
}

// TestTimeoutThatContradictsItself has an engine give results that it never worked on
// when its time is up, as one whose process had no time for it: that is a time-out.
func TestTimeoutThatContradictsItself(t *testing.T) {
	p, l := plan(t, inTime(fourInstances)), &lab{clock: newClock()}
	l.behave = func(ctx context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool) {
		if label != "c" {
			return nil, nil, false
		}
		<-ctx.Done()
		return []engines.Result{{Tokens: batch[0].Prompt, Useful: 1, Usage: usage.Zero()}}, ctx.Err(), true
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.TimedOut != giveUp || s.summary.Failed != 0 {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	for _, r := range s.file.Requests {
		if r.Status == "timeout" && (r.Output != "" || r.Usage[usage.NFE].Known() || *r.Exact || !strings.Contains(r.Error, "contradicts itself: 0 commit times for 2 tokens")) {
			t.Errorf("record: %+v", r)
		}
	}
}

func TestCancellationAndResume(t *testing.T) {
	p, l, path := plan(t, fourInstances), &lab{clock: newClock()}, newFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+10 {
			cancel()
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	first := run(t, ctx, p, l, path, false)
	if !errors.Is(first.err, ErrInterrupted) || len(first.file.Requests) != 9 || len(first.file.Validity) != 0 {
		t.Fatalf("error %v, %d requests, want 9", first.err, len(first.file.Requests))
	}
	l2 := &lab{clock: newClock()}
	second := run(t, t.Context(), p, l2, path, true)
	if second.err != nil || len(second.file.Requests) != 48 || len(second.summary.Invalid) != 0 {
		t.Fatalf("error %v, %d requests, summary %+v", second.err, len(second.file.Requests), second.summary)
	}
	if n := len(l2.calls); n != warmups+48-9 {
		t.Errorf("the second session decoded %d times, want 42", n)
	}
	if got, want := l2.calls[warmups].prompts, l.calls[len(l.calls)-1].prompts; got != want {
		t.Errorf("it went on with %q, want %q", got, want)
	}
	l3 := &lab{clock: newClock()}
	if third := run(t, t.Context(), p, l3, path, true); third.err != nil || len(l3.calls) != 0 || third.summary.Requests != 48 {
		t.Errorf("resuming a finished run: %v, %d calls", third.err, len(l3.calls))
	}
}

func TestResumeTriesErrorsAgain(t *testing.T) {
	p, l, path := plan(t, fourInstances), &lab{clock: newClock()}, newFile(t)
	l.behave = func(_ context.Context, label string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		return nil, errors.New("no memory"), n == warmups+2
	}
	if s := run(t, t.Context(), p, l, path, false); s.summary.Failed != 1 {
		t.Fatalf("summary %+v", s.summary)
	}
	l.calls, l.behave = nil, nil
	s := run(t, t.Context(), p, l, path, true)
	if s.summary.Failed != 0 || len(s.summary.Invalid) != 0 || len(l.calls) != warmups+1 {
		t.Errorf("%d calls, summary %+v", len(l.calls), s.summary)
	}
}

func TestBrokenAccounting(t *testing.T) {
	tests := map[string]func(r *engines.Result, budget int){
		"tokens were written":   func(r *engines.Result, budget int) { r.Tokens = make([]int32, budget+1) },
		"useful tokens of":      func(r *engines.Result, _ int) { r.Useful = len(r.Tokens) + 1 },
		"commit times":          func(r *engines.Result, _ int) { r.CommitNs = nil },
		"a canvas of":           func(r *engines.Result, budget int) { r.Usage[usage.CanvasPositions] = usage.Known(budget + 1) },
		"commits on":            func(r *engines.Result, budget int) { r.Usage[usage.CommittedTokens] = usage.Known(1000) },
		"committed ones":        func(r *engines.Result, _ int) { r.Usage[usage.CommittedTokens] = usage.Known(1) },
		"no forward pass":       func(r *engines.Result, _ int) { r.Usage[usage.NFE] = usage.Known(0) },
		"is a stop token":       func(r *engines.Result, _ int) { r.Useful++ },
		"is a mask or pad":      func(r *engines.Result, _ int) { r.Tokens[0] = 256 },
		"checker of echo: pani": func(r *engines.Result, _ int) { *r = answer(engines.Request{Budget: 9}, codec{}.Encode("panic")) },
	}
	for want, damage := range tests {
		p, l := plan(t, strings.Replace(strings.Replace(fourInstances, "measurement:", "generation: {budget_ratio: 4}\nmeasurement:", 1), "instances: 4", "instances: 1", 1)), &lab{clock: newClock()}
		l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
			res := answer(batch[0], batch[0].Prompt)
			if label == "a" {
				damage(&res, batch[0].Budget)
			}
			return []engines.Result{res}, nil, true
		}
		s := run(t, t.Context(), p, l, newFile(t), false)
		if len(s.summary.Invalid) != 1 || !strings.Contains(strings.Join(s.summary.Invalid[0].Reasons, " "), want) {
			t.Errorf("%s: summary %+v", want, s.summary)
		}
	}
}

func TestSetupErrors(t *testing.T) {
	p := plan(t, fourInstances)
	for want, build := range map[string]func(context.Context, transport.Spec) (transport.Transport, error){
		"file is truncated": func(context.Context, transport.Spec) (transport.Transport, error) {
			return nil, errors.New("file is truncated")
		},
		"the plan says": func(context.Context, transport.Spec) (transport.Transport, error) { return otherWeights{}, nil },
	} {
		w, err := result.Create(newFile(t), Header(p, result.Env{}, time.Unix(0, 0), nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Run(t.Context(), p, w, nil, Options{Build: build, Now: newClock().Now})
		var setup *SetupError
		if !errors.As(err, &setup) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		w.Close()
	}
}

type otherWeights struct{ transport.Transport }

func (otherWeights) Info() engines.Info {
	return engines.Info{WeightsDigest: "sha256:other", Capabilities: engines.InProcess()}
}
func (otherWeights) Close() error { return nil }
