package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
)

// keep completes the record of request i outside of the timed sections and writes
// it. slept says why its times are void, "" if they are not.
func (r *runner) keep(ctx context.Context, b batch, i int, rec *result.Request, slept string) error {
	item := b.items[i]
	rec.Session = r.session.Session
	if slept = cmp.Or(slept, r.opt.Void); slept != "" {
		rec.VoidTimes(slept)
	}
	if err := r.describe(b.group, item); err != nil {
		return err
	}
	if err := r.rate(ctx, item, rec); err != nil {
		return err
	}
	if err := r.out.Write(*rec); err != nil {
		return err
	}
	r.records.put(*rec)
	return nil
}

// describe writes the record of a task instance before the first request that needs it.
func (r *runner) describe(g *scenario.Group, item scenario.Item) error {
	inst := item.Instance
	if inst == nil || r.described[item.ID] {
		return nil
	}
	rec := result.Instance{ID: item.ID, Item: inst.Item, Workload: inst.Workload, Rung: g.Cells[0].Rung, Constraints: []result.Opportunity{}}
	if r.plan.Scenario.KeepPrompts || workloads.Abstains(g.Workload, *inst) != "" {
		rec.Prompt = inst.Whole()
	}
	for _, c := range inst.Constraints {
		rec.Constraints = append(rec.Constraints, result.Opportunity{Kind: c.Kind, Distance: c.Distance, Direction: string(c.Direction)})
	}
	if err := r.out.Write(rec); err != nil {
		return err
	}
	r.described[item.ID] = true
	return nil
}

// A Judge rates texts by another reader's likelihood: it returns the negative
// log-likelihood in nats of an output given its prompt, and the number of tokens
// rated. ended reports whether the writer ended the text: the end is then rated too.
// It gets texts because its tokenizer may be another one. Zero tokens mean that it
// cannot rate this text, for example a long one; an error ends the run.
type Judge func(ctx context.Context, prompt, output string, ended bool) (nats float64, tokens int, err error)

// ratedText is what a rating depends on, whichever cell wrote the tokens.
type ratedText struct {
	digest, instance, output string // of the weights; ID; hash of the tokens
	ended                    bool
}

// rating is the judge's answer.
type rating struct {
	nats   float64
	tokens int
}

// rate asks the judge about the output of a record, outside of all timed sections: of
// the first repetition, and of no infilling, whose fixed text would be rated too.
func (r *runner) rate(ctx context.Context, item scenario.Item, rec *result.Request) error {
	if r.opt.Judge == nil || item.Instance == nil || item.Template != nil || item.Choices != nil || rec.Repetition != 0 || rec.Status == "error" {
		return nil
	}
	key := ratedText{rec.Digest, rec.Instance, rec.OutputSHA256, rec.Finish == "stop"}
	said, known := r.ratings[key]
	if !known {
		var err error
		said.nats, said.tokens, err = r.opt.Judge(ctx, item.Instance.Whole(), rec.Output, key.ended)
		switch {
		case ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return ErrInterrupted
		case err != nil:
			return fmt.Errorf("judge, %s: %w", rec.Instance, err)
		}
		r.ratings[key] = said
	}
	if said.tokens > 0 {
		rec.JudgeNats, rec.JudgeTokens = &said.nats, &said.tokens
	}
	return nil
}
