package process

import (
	"context"
	"fmt"
	"slices"

	"dllmbench/engines"
)

// Write answers one request. Deliveries are handed on when the answer is there: only
// then it is known which clock holds for them.
func (e *Engine) Write(ctx context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	list, err := e.WriteBatch(ctx, []engines.TextRequest{r}, func(_ int, d engines.Delivery) { deliver(d) })
	if len(list) == 0 {
		return engines.TextResult{Finish: engines.FinishCancelled}, err
	}
	return list[0], err
}

// WriteBatch answers requests together. Times count from the start of the batch.
func (e *Engine) WriteBatch(ctx context.Context, batch []engines.TextRequest, deliver func(i int, d engines.Delivery)) ([]engines.TextResult, error) {
	done, err := e.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	list := make([]request, len(batch))
	for i, r := range batch {
		list[i] = request{Prompt: r.Prompt, Suffix: r.Suffix, Stop: r.Stop, Budget: r.Budget, Seed: r.Seed}
		if err := e.refuses(map[string]bool{"text": true, "suffix": r.Suffix != "", "stop": len(r.Stop) > 0, "batch": len(batch) > 1}); err != nil {
			return nil, err
		}
	}
	b, err := e.generate(ctx, list, nil)
	if b == nil {
		return nil, err
	}
	all := make([]engines.TextResult, len(b.Results))
	for i := range b.Results {
		var wrong error
		if all[i], wrong = e.text(b, &b.Results[i]); wrong != nil {
			return nil, e.breach("%v", wrong)
		}
	}
	for _, d := range b.Deliveries {
		at := d.at
		if b.Clock == ChildClock {
			at = d.told
		}
		deliver(d.r, engines.Delivery{At: at, Text: d.text})
	}
	return all, err
}

// text is a result of text.
func (e *Engine) text(b *reading, r *result) (engines.TextResult, error) {
	finish, err := e.finish(r)
	switch {
	case err != nil:
		return engines.TextResult{}, err
	case r.Text == nil:
		return engines.TextResult{}, fmt.Errorf("gave a result without its text")
	}
	return engines.TextResult{Text: *r.Text, Finish: finish, Usage: r.Usage, Elapsed: b.wall(), Clock: b.clocks()}, nil
}

// refuses says what of the needs of a request the engine does not take, or nil.
func (e *Engine) refuses(needs map[string]bool) error {
	for _, what := range takes {
		if needs[what] && !slices.Contains(e.ready.Takes, what) {
			return &Failure{"unsupported", fmt.Sprintf("it takes no %s", what)}
		}
	}
	return nil
}
