package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dllmbench/engines/usage"
)

func (k *kit) answers(ctx context.Context) (string, error) {
	b, err := k.ask(ctx, []request{k.request(0, k.Budget)}, nil)
	if err != nil {
		return "", err
	}
	k.first = b
	note := fmt.Sprintf("in %v by its own clock and %v by ours", b.Child.Round(time.Microsecond), b.Parent.Round(time.Microsecond))
	switch {
	case b.Child < 0:
		note = fmt.Sprintf("in %v by our clock; it tells no time (wall_ns)", b.Parent.Round(time.Microsecond))
		if k.e.ready.Sync {
			return note, errors.New("it promises times (sync) and tells none (wall_ns)")
		}
	case !k.e.ready.Sync:
		note += "; it does not promise to synchronise its device (sync), so ours is used"
	case b.Child > b.Parent+max(100*time.Millisecond, b.Parent/10): // more than we may have been late to hear "start"
		return note, fmt.Errorf("it says that %v passed between start and end, in which only %v did", b.Child, b.Parent)
	case b.Clock == ParentClock:
		note += ", which is too far apart: ours is used (a busy machine, or something slow between its end and its line \"end\")"
	}
	if b.Prepared > 50*time.Millisecond && b.Prepared > b.Parent {
		note += fmt.Sprintf("; it started only %v after it was asked: is the answer made before start?", b.Prepared.Round(time.Millisecond))
	}
	return note, nil
}

// same says in which way two answers to one request differ, or nil.
func same(a, b *result) error {
	switch {
	case (a.Text == nil) != (b.Text == nil) || a.Text != nil && *a.Text != *b.Text:
		return errors.New("the texts differ")
	case !slices.Equal(a.IDs, b.IDs):
		return errors.New("the ids differ")
	case a.Usage.Diff(b.Usage) != "":
		return fmt.Errorf("the counters differ: %s", a.Usage.Diff(b.Usage))
	}
	return nil
}

// again asks the first request once more and compares.
func (k *kit) again(ctx context.Context, step func(int, time.Duration, time.Duration, *step) error) (*reading, error) {
	if k.first == nil {
		return nil, skipped("it did not answer the first time")
	}
	b, err := k.ask(ctx, []request{k.request(0, k.Budget)}, step)
	if err == nil && k.e.ready.Repeatable {
		if differs := same(&k.first.Results[0], &b.Results[0]); differs != nil {
			return b, differs
		}
	}
	return b, err
}

func (k *kit) repeats(ctx context.Context) (string, error) {
	if !k.e.ready.Repeatable {
		return "", skipped("it does not promise to (repeatable)")
	}
	if _, err := k.again(ctx, nil); err != nil {
		return "", fmt.Errorf("the same request and seed twice: %w", err)
	}
	return "", nil
}

func (k *kit) batch(ctx context.Context) (string, error) {
	if !slices.Contains(k.e.ready.Takes, "batch") {
		return "", skipped("it takes one request at a time")
	}
	b, err := k.ask(ctx, []request{k.request(0, k.Budget), k.request(1, k.Budget), k.request(2, k.Budget)}, nil)
	if err != nil {
		return "", err
	}
	if k.first != nil && k.e.ready.Repeatable && same(&k.first.Results[0], &b.Results[0]) != nil {
		return "the first request has another answer, or other counters, than alone", nil
	}
	return "", nil
}

// stops asks the first request once more, with the last character of its answer as a stop text.
func (k *kit) stops(ctx context.Context) (string, error) {
	if !slices.Contains(k.e.ready.Takes, "stop") || !slices.Contains(k.e.ready.Takes, "text") {
		return "", skipped("it does not promise to (takes text and stop)")
	}
	if k.first == nil || *k.first.Results[0].Text == "" || !k.e.ready.Repeatable {
		return "", skipped("there is no answer whose end is known")
	}
	text := *k.first.Results[0].Text
	_, size := utf8.DecodeLastRuneInString(text)
	r := k.request(0, k.Budget)
	r.Stop = []string{text[len(text)-size:]}
	b, err := k.ask(ctx, []request{r}, nil)
	if err == nil && strings.Contains(*b.Results[0].Text, r.Stop[0]) {
		err = fmt.Errorf("the stop text %q was to end it, and is in it", r.Stop[0])
	}
	return "", err
}

// steps checks that what is reported pass by pass adds up to the answer.
func (k *kit) steps(ctx context.Context) (string, error) {
	if !slices.Contains(k.e.ready.Gives, "steps") {
		return "", skipped("it does not promise to (gives steps)")
	}
	canvas := map[int]int32{}
	passes := map[int]bool{}
	var commits, revised, rows, steps int
	b, err := k.again(ctx, func(_ int, _, _ time.Duration, s *step) error {
		steps++
		passes[s.Pass] = true
		commits, revised, rows = commits+len(s.Commits), revised+len(s.Revised), rows+int(s.Rows)
		for _, list := range [][]commit{s.Commits, s.Revised} {
			for _, c := range list {
				canvas[c.Pos] = c.ID
			}
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("asked for steps: %w", err)
	}
	r := &b.Results[0]
	for _, sum := range []struct {
		c usage.Counter
		n int
	}{{usage.NFE, len(passes)}, {usage.CommittedTokens, commits}, {usage.RevisedTokens, revised}, {usage.QueryTokens, rows}} {
		if n, known := r.Usage[sum.c].Value(); known && n != int64(sum.n) {
			return "", fmt.Errorf("it counted %d %s, and its steps have %d", n, sum.c.Entry().Words, sum.n)
		}
	}
	for pos, id := range canvas {
		if pos < len(r.IDs) && r.IDs[pos] != id {
			return "", fmt.Errorf("its steps leave token %d at position %d, and its answer has %d", id, pos, r.IDs[pos])
		}
	}
	return fmt.Sprintf("%d passes, %d commits", len(passes), commits), nil
}

// refused is a check whose request an engine may refuse in words.
func (k *kit) refused(ctx context.Context, err error) (string, error) {
	var f *Failure
	if errors.As(err, &f) && (f.Kind == "usage" || f.Kind == "unsupported") {
		return "refused: " + brief(f.Text), k.settle(ctx)
	}
	return "", err
}

func (k *kit) least(ctx context.Context) (string, error) {
	_, err := k.ask(ctx, []request{k.request(0, 1)}, nil)
	return k.refused(ctx, err)
}

func (k *kit) refusal(ctx context.Context) (string, error) {
	r := k.request(0, 0)
	r.Budget = -1
	limited, cancel := context.WithTimeout(ctx, k.Timeout)
	defer cancel()
	_, err := k.e.generate(limited, []request{r}, nil)
	if err == nil {
		return "", errors.New("it answered a request for -1 tokens, which it should refuse (error)")
	}
	return k.refused(ctx, err)
}

func (k *kit) cancels(ctx context.Context) (string, error) {
	const times = 16
	limited, cancel := context.WithTimeout(ctx, k.Timeout)
	defer cancel()
	stop, told := context.WithCancel(limited)
	defer time.AfterFunc(20*time.Millisecond, told).Stop()
	begun := time.Now()
	_, err := k.e.generate(stop, []request{k.request(0, k.Budget*times)}, nil)
	took := time.Since(begun)
	switch {
	case err == nil:
		return "it was done before", k.settle(ctx)
	case k.e.child.Died() != nil && took >= k.e.child.Grace():
		return "", fmt.Errorf("it did not stop within %v: %w", k.e.child.Grace(), err)
	case errors.Is(err, context.Canceled) || errors.As(err, new(*Failure)):
		if err := k.settle(ctx); err != nil {
			return "", err
		}
		return fmt.Sprintf("%v after it began", took.Round(time.Millisecond)), nil
	}
	return "", err
}

func (k *kit) closes(context.Context) (string, error) {
	defer func() { k.e = nil }()
	err := k.e.Close()
	if err == nil && k.e.child.Left() {
		return "", errors.New("a process that it had started lived on, and was ended")
	}
	return "", err
}

// orphan starts a program and leaves it alone: it must not outlive its parent.
func (k *kit) orphan(ctx context.Context) (string, error) {
	k.stop()
	if k.starts >= restarts {
		return "", skipped("the program is not there")
	}
	e, err := start(ctx, k.Command)
	if err != nil {
		return "", err
	}
	return "", e.child.Close()
}
