package harness

import "testing"

// TestSettle: behind a collection the first decoder of a block decodes its batch
// once more, without a record; no other block has such a batch.
func TestSettle(t *testing.T) {
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	asked := 0
	l.options = func(o *Options) {
		o.Collect = func() bool { asked++; return asked%3 == 0 }
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Requests != 3*4*4 || len(s.file.Requests) != 3*4*4 {
		t.Fatalf("error %v, summary %+v, %d records", s.err, s.summary, len(s.file.Requests))
	}
	if asked != 8 {
		t.Errorf("asked %d times, want before each of 8 blocks", asked)
	}
	calls := l.calls[warmups:]
	for block := 1; block <= 8; block++ {
		if block%3 == 0 {
			if calls[0].label != calls[1].label || calls[0].prompts != calls[1].prompts {
				t.Errorf("block %d begins with %v and %v, want the same twice", block, calls[0], calls[1])
			}
			calls = calls[1:]
		}
		if got := labels(calls[:6]); got != "abccba" && got != "cbaabc" {
			t.Errorf("block %d is %s", block, got)
		}
		calls = calls[6:]
	}
	if len(calls) != 0 {
		t.Errorf("%d batches too many", len(calls))
	}
}
