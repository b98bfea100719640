package middle

import (
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/model"
)

// task is a request as a left-to-right decoder sees it under fill-in-the-middle:
// prompt, template with marked gaps, and behind it the fills as a template of
// their own, whose fixed ids are the marks between fills. See model.FIMTokens.
//
//	request    prompt  A B _ _ C _
//	prompt     prompt  Prefix A B Gap C Gap Middle
//	template   _ _ Gap _
//
// Where gaps are counted, the prompt has Gap as often as tokens are missing. A request without template is a task that changes nothing.
type task struct {
	outer, inner engines.Request
	at           []int // for each position of the fills its position in the answer, -1 for marks
	mask, pad    int32

	// Of the event at work.
	committed, revised []engines.Commit
	probe              engines.Probe
}

type tasks []task

// newTasks lays out the requests of a batch, which have been checked.
func newTasks(batch []engines.Request, cfg *model.Config) tasks {
	list := make(tasks, len(batch))
	for i, req := range batch {
		list[i] = newTask(req, cfg)
	}
	return list
}

func newTask(req engines.Request, cfg *model.Config) task {
	t := task{outer: req, inner: req, mask: cfg.MaskToken, pad: cfg.Pad}
	if req.Template == nil {
		return t
	}
	fim := cfg.FIM
	prompt := append(slices.Clone(req.Prompt), fim.Prefix)
	var fills []int32
	for i, id := range req.Template {
		if id != engines.Gap {
			prompt = append(prompt, id)
			continue
		}
		first := i == 0 || req.Template[i-1] != engines.Gap // of a new gap
		if first || fim.Counted {
			prompt = append(prompt, fim.Gap)
		}
		if first && fills != nil {
			fills, t.at = append(fills, fim.Gap), append(t.at, -1)
		}
		fills, t.at = append(fills, engines.Gap), append(t.at, i)
	}
	t.inner.Prompt = append(prompt, fim.Middle)
	t.inner.Template, t.inner.Budget = fills, len(fills)
	// Each gap has its length, so nothing may end it early.
	t.inner.Never = slices.Concat(req.Never, req.Stop, []int32{cfg.EOS, cfg.Pad, fim.Prefix, fim.Gap, fim.Middle})
	t.inner.Stop = nil
	return t
}

// fits reports a template that is too long to be laid out twice, once with
// gaps and once as fills.
func fits(req *engines.Request, cfg *model.Config) error {
	if req.Template == nil {
		return nil
	}
	gaps, marks, context := 0, 0, cfg.MaxPositions
	for i, id := range req.Template {
		if id != engines.Gap {
			continue
		}
		first := i == 0 || req.Template[i-1] != engines.Gap
		if first {
			gaps++
		}
		if first || cfg.FIM.Counted {
			marks++
		}
	}
	// The fixed ids come once and the fills once, each gap is marked where it
	// stands, there are marks between the fills, and Prefix and Middle.
	total := len(req.Prompt) + req.Budget + marks + gaps - 1 + 2
	if total <= context {
		return nil
	}
	return fmt.Errorf("infill fim lays out the prompt (%d tokens), the template (%d) and marks for its gaps (%d of them) as %d positions; the model's context holds %d (max_position_embeddings), and infill left_to_right needs %d",
		len(req.Prompt), req.Budget, gaps, total, context, len(req.Prompt)+req.Budget)
}

// requests are the requests that the tasks stand for.
func (ts tasks) requests() []engines.Request {
	list := make([]engines.Request, len(ts))
	for i := range ts {
		list[i] = ts[i].inner
	}
	return list
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
