package harness

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// judged runs four instances with a judge.
func judged(t *testing.T, ctx context.Context, l *lab, judge Judge) ([]result.Request, error) {
	t.Helper()
	p, path := plan(t, fourInstances), newFile(t)
	w, err := result.Create(path, Header(p, result.Env{}, l.clock.Now(), nil), result.Metrics())
	if err != nil {
		t.Fatal(err)
	}
	_, runErr := Run(ctx, p, w, nil, Options{Build: l.build, Now: l.clock.Now, Judge: judge})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file.Requests, runErr
}

// The judge sees every text once, whoever wrote it, and what it takes is in no time.
func TestJudgeRatesFirstRepetitionOnceAndUntimed(t *testing.T) {
	l := &lab{clock: newClock()}
	l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		if label != "c" {
			return nil, nil, false
		}
		return []engines.Result{answer(batch[0], codec{}.Encode("other"))}, nil, true
	}
	calls := 0
	list, err := judged(t, t.Context(), l, func(_ context.Context, prompt, output string, ended bool) (float64, int, error) {
		calls++
		l.clock.pass(time.Hour)
		if output != prompt && output != "other"[:len(output)] {
			t.Errorf("the judge is shown %q after %q", output, prompt)
		}
		nats := float64(len(output))
		if ended {
			nats += 0.5
		}
		return nats, len(output), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls != 2*4 {
		t.Errorf("%d calls, a and b write the same text for each of 4 instances and c another one", calls)
	}
	for _, r := range list {
		switch {
		case r.Repetition > 0 && (r.JudgeNats != nil || r.JudgeTokens != nil):
			t.Errorf("repetition %d is rated", r.Repetition)
		case r.Repetition == 0:
			want := float64(len(r.Output))
			if r.Finish == "stop" {
				want += 0.5
			}
			if r.JudgeNats == nil || *r.JudgeNats != want || *r.JudgeTokens != len(r.Output) {
				t.Errorf("%s wrote %q (%s): rated %v", r.Cell, r.Output, r.Finish, r.JudgeNats)
			}
		}
		if r.BatchNs == nil || *r.BatchNs > int64(time.Minute) {
			t.Errorf("the judge's hour is in the time of the batch: %v", r.BatchNs)
		}
	}
}

func TestJudgeMayPassFailOrBeStopped(t *testing.T) {
	list, err := judged(t, t.Context(), &lab{clock: newClock()}, func(context.Context, string, string, bool) (float64, int, error) { return 3, 0, nil })
	if err != nil || len(list) != 3*4*4 {
		t.Fatalf("%d records, error %v", len(list), err)
	}
	for _, r := range list {
		if r.JudgeNats != nil || r.JudgeTokens != nil {
			t.Fatalf("a text that cannot be rated has %g nats", *r.JudgeNats)
		}
	}
	broken := errors.New("broken")
	_, err = judged(t, t.Context(), &lab{clock: newClock()}, func(context.Context, string, string, bool) (float64, int, error) { return 0, 0, broken })
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "judge, echo/two/test/") {
		t.Errorf("a broken judge gives %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	_, err = judged(t, ctx, &lab{clock: newClock()}, func(ctx context.Context, _, _ string, _ bool) (float64, int, error) {
		stop()
		return 0, 0, ctx.Err()
	})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("a run that is stopped while the judge works gives %v", err)
	}
}
