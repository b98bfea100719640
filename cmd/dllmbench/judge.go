package main

import (
	"context"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/internal/exit"
)

// judge rates texts by the likelihood under the autoregressive mode of a
// checkpoint. It has threads of its own, which sleep between texts.
type judge struct {
	name    string
	weights library.Weights
	session *model.Session
	scorer  *likelihood.Scorer
}

// openJudge loads the judge of a run: the one of the flag, else that of the
// scenario; nil if neither names one.
func openJudge(flag string, named weights.Name, models *library.Shelf, threads int) (*judge, error) {
	if flag != "" {
		named = namedWeights(flag)
	}
	if named == (weights.Name{}) {
		return nil, nil
	}
	w, err := models.Open(named)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	if w.Codec == nil {
		return nil, exit.Errorf(exit.Usage, "the judge %s has random weights without a tokenizer; allowed is builtin:NAME or a checkpoint folder", named)
	}
	session := model.NewSession(w.Model, threads)
	return &judge{named.String(), w, session, likelihood.New(session)}, nil
}

// harness is what a run needs of the judge; nil without one.
func (j *judge) harness() harness.Judge {
	if j == nil {
		return nil
	}
	return j.rate
}

// rate implements harness.Judge. Texts that are empty or longer than the judge's
// context are not rated.
func (j *judge) rate(ctx context.Context, prompt, output string, ended bool) (float64, int, error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	t := reference(j.weights.Codec, prompt, output, ended)
	if len(t.Prompt) == 0 || len(t.Answer) == 0 || len(t.Prompt)+len(t.Answer) > j.weights.Model.Config().MaxPositions {
		return 0, 0, nil
	}
	r, err := j.scorer.AR(t)
	return r.Total(), len(t.Answer), err
}

// reference is a prompt and a text behind it as token ids.
func reference(codec engines.Codec, prompt, answer string, ended bool) likelihood.Text {
	t := likelihood.Text{Prompt: codec.Encode(prompt), Answer: codec.Encode(answer)}
	if ended {
		t.Answer = append(t.Answer, codec.EndIDs()[0])
	}
	return t
}

// Close ends the judge's threads.
func (j *judge) Close() {
	if j != nil {
		j.session.Close()
	}
}
