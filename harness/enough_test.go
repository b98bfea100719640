package harness

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
)

// TestUntil: a round ends at the first look at which the intervals of all its cells are
// narrow enough, also where it is continued, and has no more than that then.
func TestUntil(t *testing.T) {
	const text = `
workloads: [{workload: echo, rungs: [two], instances: 88, batch: 4, until: {exact_match: 6%}}]
measurement: {warmup: 0, repeats: 1, order: alternate, timeout: 1m}
`
	counts := func(s session) (list []int) {
		n := map[string]map[string]bool{}
		for _, r := range s.file.Requests {
			if n[r.Cell] == nil {
				n[r.Cell] = map[string]bool{}
			}
			n[r.Cell][r.Instance] = true
		}
		for _, seen := range n {
			list = append(list, len(seen))
		}
		return list
	}
	whole := run(t, t.Context(), plan(t, text), &lab{clock: newClock()}, newFile(t), false)
	if got := counts(whole); whole.err != nil || !slices.Equal(got, []int{64, 64, 64}) || len(whole.summary.Invalid) != 0 {
		t.Fatalf("%v instances, %v, %+v", got, whole.err, whole.summary)
	}
	if v := whole.file.Validity[len(whole.file.Validity)-2]; !slices.ContainsFunc(v.Warnings, func(w string) bool { return strings.HasPrefix(w, "64 of 88 instances were decoded") }) {
		t.Errorf("%+v", v)
	}

	for _, at := range []int{20, 48, 90} { // calls before it is broken off; a look is behind the 24th and 48th
		ctx, cancel := context.WithCancel(t.Context())
		l, path := &lab{clock: newClock()}, newFile(t)
		l.behave = func(_ context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
			if n == at {
				cancel()
			}
			return nil, nil, false
		}
		run(t, ctx, plan(t, text), l, path, false)
		l.behave = nil
		s := run(t, t.Context(), plan(t, text), l, path, true)
		if got := counts(s); s.err != nil || !slices.Equal(got, []int{64, 64, 64}) || len(s.file.Requests) != len(whole.file.Requests) {
			t.Errorf("broken off at %d: %v instances, %d requests, %v", at, got, len(s.file.Requests), s.err)
		}
		calls := len(l.calls)
		if again := run(t, t.Context(), plan(t, text), l, path, true); again.err != nil || len(l.calls) != calls {
			t.Errorf("%d calls of a finished run, %v", len(l.calls)-calls, again.err)
		}
	}

	// One cell that is wrong half of the time keeps all at work; one that fails does, too.
	l := &lab{clock: newClock()}
	l.behave = func(_ context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool) {
		var results []engines.Result
		for i, r := range batch {
			text := r.Prompt
			if label == "b" && i%2 == 0 {
				text = []int32{'x', 'x'}
			}
			results = append(results, answer(r, text))
		}
		return results, nil, label == "b"
	}
	if got := counts(run(t, t.Context(), plan(t, text), l, newFile(t), false)); !slices.Equal(got, []int{88, 88, 88}) {
		t.Errorf("%v instances with a wide interval", got)
	}
}
