package rating

import (
	"context"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/model"
)

// Judge rates texts by the likelihood under the autoregressive mode of a
// checkpoint. It has threads of its own, which sleep between texts.
type Judge struct {
	weights library.Weights
	session *model.Session
	scorer  *likelihood.Scorer
}

// NewJudge makes a judge of trained weights, which have a tokenizer.
func NewJudge(w library.Weights, threads int) *Judge {
	session := model.NewSession(w.Model, threads)
	return &Judge{w, session, likelihood.New(session)}
}

// Digest is that of the judge's weights.
func (j *Judge) Digest() string { return j.weights.Model.Digest() }

// Rate rates one text. Texts that are empty, longer than the judge's context, or
// with a byte that none of its tokens stands for are not rated.
func (j *Judge) Rate(ctx context.Context, prompt, output string, ended bool) (float64, int, error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	t := reference(j.weights.Codec, prompt, output, ended)
	if slices.Contains(t.Prompt, engines.NoToken) || slices.Contains(t.Answer, engines.NoToken) {
		return 0, 0, nil
	}
	if len(t.Prompt) == 0 || len(t.Answer) == 0 || len(t.Prompt)+len(t.Answer) > j.weights.Model.Spec().Context {
		return 0, 0, nil
	}
	r, err := j.scorer.AR(t)
	return r.Total(), len(t.Answer), err
}

// reference is a prompt and a text behind it as token ids.
func reference(codec engines.Codec, prompt, answer string, ended bool) likelihood.Text {
	ids, err := engines.Prompt(codec, prompt)
	if err != nil { // shown by the token that is none
		ids = codec.Encode(prompt)
	}
	t := likelihood.Text{Prompt: ids, Answer: engines.Continue(codec, answer)}
	if ended {
		t.Answer = append(t.Answer, codec.EndIDs()[0])
	}
	return t
}

// Close ends the judge's threads.
func (j *Judge) Close() {
	j.session.Close()
}
