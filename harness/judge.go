package harness

import (
	"context"
	"errors"
	"fmt"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// A Judge rates texts by another reader's likelihood: it returns the negative
// log-likelihood in nats of an output given its prompt, and the number of tokens
// rated; ended tells whether the writer ended the text, so that its end is rated
// too. It gets texts, not tokens, because its tokenizer may be another one.
// Zero tokens mean that it cannot rate this text, for example because it is too
// long; an error ends the run.
type Judge func(ctx context.Context, prompt, output string, ended bool) (nats float64, tokens int, err error)

// JudgeError is a failure of the judge.
type JudgeError struct {
	Instance string
	Err      error
}

func (e *JudgeError) Error() string { return fmt.Sprintf("judge, %s: %v", e.Instance, e.Err) }

func (e *JudgeError) Unwrap() error { return e.Err }

// bench is what the judge of a run has said so far: the same tokens for the same
// instance are rated once, whichever cell wrote them.
type bench map[verdict]rating

// verdict is what a rating depends on.
type verdict struct {
	digest, instance, output string // of the weights; ID; hash of the tokens
	ended                    bool
}

// rating is the judge's answer.
type rating struct {
	nats   float64
	tokens int
}

// rate asks the judge about the output of a record, outside of all timed
// sections. Only the first repetition is rated, and no infilling: its fixed
// text would be rated too.
func (r *runner) rate(ctx context.Context, item scenario.Item, rec *result.Request) error {
	if r.opt.Judge == nil || item.Instance == nil || item.Template != nil || rec.Repetition != 0 || rec.Status == "error" {
		return nil
	}
	key := verdict{rec.Digest, rec.Instance, rec.OutputSHA256, rec.Finish == "stop"}
	said, known := r.bench[key]
	if !known {
		var err error
		said.nats, said.tokens, err = r.opt.Judge(ctx, item.Instance.Prompt, rec.Output, key.ended)
		switch {
		case ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return ErrInterrupted
		case err != nil:
			return &JudgeError{rec.Instance, err}
		}
		r.bench[key] = said
	}
	if said.tokens > 0 {
		rec.JudgeNats, rec.JudgeTokens = &said.nats, &said.tokens
	}
	return nil
}
