package decode

import (
	"errors"
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// Check reports every way in which the requests cannot be run on a model of
// this shape.
func Check(spec *network.Spec, batch []engines.Request) error {
	var errs []error
	for i := range batch {
		for _, err := range checkOne(spec, &batch[i]) {
			errs = append(errs, fmt.Errorf("request %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func checkOne(spec *network.Spec, r *engines.Request) (errs []error) {
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(r.Prompt) == 0 {
		fail("the prompt is empty, at least one token is needed")
	}
	if r.Budget < 1 {
		fail("the token budget is %d, at least 1 is needed", r.Budget)
	} else if len(r.Prompt)+r.Budget > spec.Context {
		fail("the prompt has %d tokens and the budget is %d, together %d; the model's context holds %d (max_position_embeddings)",
			len(r.Prompt), r.Budget, len(r.Prompt)+r.Budget, spec.Context)
	}
	token := func(place string, i int, id int32) {
		if id < 0 || int(id) >= spec.Vocab {
			fail("%s[%d] is token id %d, allowed is 0 to %d", place, i, id, spec.Vocab-1)
		} else if id == spec.Mask {
			fail("%s[%d] is the mask token (id %d), which stands for positions still to be written", place, i, id)
		}
	}
	for k, ids := range [][]int32{r.Prompt, r.Stop, r.Never} {
		for i, id := range ids {
			token([]string{"prompt", "stop", "never"}[k], i, id)
		}
	}
	canvas := func(name string, ids []int32) {
		if ids == nil {
			return
		}
		if len(ids) != r.Budget {
			fail("the %s has %d positions and the token budget is %d, they must be equal", name, len(ids), r.Budget)
		}
		gaps := 0
		for i, id := range ids {
			if id == engines.Gap {
				gaps++
				continue
			}
			token(name, i, id)
		}
		if gaps == 0 {
			fail("the %s has no gap to be written", name)
		}
	}
	if err := r.CheckStops(); err != nil {
		fail("%w", err)
	}
	canvas("template", r.Template)
	canvas("draft", r.Draft)
	if r.Template != nil && r.Draft != nil {
		fail("a request has both a template and a draft, allowed is one of them")
	}
	return errs
}

// NoDraft is the error for requests with a draft, of decoders that cannot begin
// with one; nil if there is none.
func NoDraft(batch []engines.Request) error {
	for i := range batch {
		if batch[i].Draft != nil {
			return fmt.Errorf("request %d: this decoder writes from left to right and cannot begin with a draft", i)
		}
	}
	return nil
}
