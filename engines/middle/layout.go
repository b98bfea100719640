package middle

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// task is a request as a left-to-right decoder sees it under fill-in-the-middle:
// prompt, template with marked gaps, and behind it the fills as a template of
// their own, whose fixed ids are the marks between fills. See network.FIM.
//
//	request    prompt  A B _ _ C _
//	prompt     prompt  Prefix A B Gap C Gap Middle
//	template   _ _ Gap _
//
// Where gaps are counted, the prompt has Gap as often as tokens are missing. A
// request without template is a task that changes nothing.
type task struct {
	outer     engines.Request
	at        []int // for each position of the fills its position in the answer, -1 for marks
	mask, pad int32

	// Of the event at work.
	committed, revised []engines.Commit
	probe              engines.Probe
}

// newTask lays out a request, which has been checked, as the other engine gets it.
func newTask(req engines.Request, spec *network.Spec) (t task, inner engines.Request) {
	t, inner = task{outer: req, mask: spec.Mask, pad: spec.Pad}, req
	if req.Template == nil {
		return t, inner
	}
	fim := spec.FIM
	inner.Prompt, inner.Template, t.at = Lay(*fim, req.Prompt, req.Template)
	inner.Budget = len(inner.Template)
	// Each gap has its length, so nothing may end it early.
	inner.Never = slices.Concat(req.Never, req.Stop, spec.End, []int32{fim.Prefix, fim.Gap, fim.Middle})
	if spec.Pad != network.NoToken {
		inner.Never = append(inner.Never, spec.Pad)
	}
	inner.Stop = nil
	return t, inner
}

// Lay lays prompt and template out for fill-in-the-middle; see [network.FIM].
// What is to be written behind head are the fills: engines.Gap for each missing
// token, and marks between gaps. at gives each position of the fills its position
// in the template, -1 for marks. Training lays its samples out by it, too.
func Lay(fim network.FIM, prompt, template []int32) (head, fills []int32, at []int) {
	head = append(slices.Clone(prompt), fim.Prefix)
	for i, id := range template {
		if id != engines.Gap {
			head = append(head, id)
			continue
		}
		first := i == 0 || template[i-1] != engines.Gap // of a new gap
		if first || fim.Counted {
			head = append(head, fim.Gap)
		}
		if first && fills != nil {
			fills, at = append(fills, fim.Gap), append(at, -1)
		}
		fills, at = append(fills, engines.Gap), append(at, i)
	}
	return append(head, fim.Middle), fills, at
}

// fits reports a template that is too long to be laid out twice, once with gaps
// and once as fills.
func (t *task) fits(inner *engines.Request, context int) error {
	total := len(inner.Prompt) + inner.Budget
	if t.at == nil || total <= context {
		return nil
	}
	gaps := 1
	for _, pos := range t.at {
		if pos < 0 {
			gaps++
		}
	}
	return fmt.Errorf("infill fim lays out the prompt (%d tokens), the template (%d) and marks for its gaps (%d of them) as %d positions; the model's context holds %d (max_position_embeddings), and infill left_to_right needs %d",
		len(t.outer.Prompt), t.outer.Budget, gaps, total, context, len(t.outer.Prompt)+t.outer.Budget)
}

// result puts the fills into the template.
func (t *task) result(r engines.Result) engines.Result {
	if t.at == nil {
		return r
	}
	tokens, times := slices.Clone(t.outer.Template), make([]int64, len(t.outer.Template))
	for i, id := range tokens {
		if id == engines.Gap {
			tokens[i], times[i] = t.mask, -1
		}
	}
	for i, id := range r.Tokens {
		if t.at[i] >= 0 {
			tokens[t.at[i]], times[t.at[i]] = id, r.CommitNs[i]
		}
	}
	r.Tokens, r.CommitNs, r.Useful = tokens, times, len(tokens)
	for i, id := range tokens {
		if stop := slices.Contains(t.outer.Stop, id); stop || id == t.mask || id == t.pad {
			r.Useful = i
			if stop && r.Finish != engines.FinishCancelled {
				r.Finish = engines.FinishStop
			}
			break
		}
	}
	return r
}

// progress is how far the answer is, of which the other engine writes the fills.
func (t *task) progress(w engines.Progress) engines.Progress {
	if t.at == nil {
		return w
	}
	tokens, settled := slices.Clone(t.outer.Template), len(t.outer.Template)
	for i, pos := range t.at {
		if pos < 0 {
			continue
		}
		if tokens[pos] = t.mask; i < len(w.Tokens) {
			tokens[pos] = w.Tokens[i]
		}
		if i >= w.Settled {
			settled = min(settled, pos)
		}
	}
	return engines.Progress{Tokens: tokens, Settled: settled}
}

// tell tells a sink of an event in positions of the answers.
func (t *task) tell(sink engines.Sink, e *engines.Event) {
	if t.at == nil {
		sink.Event(e)
		return
	}
	own := *e
	t.committed, t.revised = t.places(t.committed[:0], e.Committed), t.places(t.revised[:0], e.Revised)
	own.Committed, own.Revised = t.committed, t.revised
	if e.Probe != nil {
		t.spread(e.Probe)
		own.Probe = &t.probe
	}
	sink.Event(&own)
}

// places appends commits with their positions in the answer to dst.
func (t *task) places(dst, of []engines.Commit) []engines.Commit {
	for _, k := range of {
		k.Pos = t.at[k.Pos]
		dst = append(dst, k)
	}
	return dst
}

// spread turns a probe of the fills into one of the answer.
func (t *task) spread(of *engines.Probe) {
	p, n := &t.probe, len(t.outer.Template)
	if p.Argmax == nil {
		p.Argmax, p.Confidence, p.Entropy = make([]int32, n), make([]float32, n), make([]float32, n)
	}
	nan := float32(math.NaN())
	for i, id := range t.outer.Template {
		p.Argmax[i], p.Confidence[i], p.Entropy[i] = id, nan, nan
	}
	for i, pos := range t.at {
		if pos >= 0 {
			p.Argmax[pos], p.Confidence[pos], p.Entropy[pos] = of.Argmax[i], of.Confidence[i], of.Entropy[i]
		}
	}
	p.Audit = of.Audit
}
