package decoders

import (
	"slices"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// events checks order and content of the events, and that they sum to the usage.
func (c *checks) events(t *testing.T) {
	batch := requests()
	var log []engines.Event
	results := generate(t, c.engine(t, c.net), batch, engines.SinkFunc(func(e *engines.Event) {
		kept := *e
		kept.Committed, kept.Revised = slices.Clone(e.Committed), slices.Clone(e.Revised)
		log = append(log, kept)
	}))
	seen := make([]replay, len(batch))
	for i, req := range batch {
		seen[i] = replay{tokens: map[int]int32{}, last: engines.Event{Pass: -1, Step: -1, Masked: results[i].Usage.N(usage.CanvasPositions)}, req: req, revises: c.revises()}
	}
	for i := range log {
		e := &log[i]
		if i > 0 && (e.Pass < log[i-1].Pass || e.Pass == log[i-1].Pass && e.Request <= log[i-1].Request || e.Pass > log[i-1].Pass+1) {
			t.Errorf("event of pass %d, request %d follows pass %d, request %d", e.Pass, e.Request, log[i-1].Pass, log[i-1].Request)
		}
		if e.Start < 0 || e.Forward < 0 || e.Sampling < 0 || e.Bookkeeping < 0 || i > 0 && e.Start < log[i-1].Start {
			t.Errorf("times run backward in %+v", e)
		}
		seen[e.Request].add(t, e, results[e.Request])
	}
	for i, r := range results {
		seen[i].compare(t, r)
	}
}

// replay rebuilds a request's result from its events.
type replay struct {
	req     engines.Request
	revises bool // the decoder may
	usage   usage.Tally
	steps   map[int]bool
	tokens  map[int]int32
	last    engines.Event
}

func (p *replay) add(t *testing.T, e *engines.Event, r engines.Result) {
	switch e.Phase {
	case engines.PhaseDenoise, engines.PhaseDecode:
		if e.Step != p.last.Step && e.Step != p.last.Step+1 {
			t.Errorf("step %d follows step %d", e.Step, p.last.Step)
		}
		p.last.Step = e.Step
		if e.Phase == engines.PhaseDenoise {
			if p.steps == nil {
				p.steps = map[int]bool{}
			}
			p.steps[e.Step] = true
		}
	case engines.PhasePrefill, engines.PhaseCommit:
		if e.Step != -1 {
			t.Errorf("a %s pass has step %d", e.Phase, e.Step)
		}
	default:
		t.Errorf("phase is %q", e.Phase)
	}
	masked := p.last.Masked - len(e.Committed)
	for _, k := range e.Revised {
		if k.ID == enginetest.Mask {
			masked++
		}
	}
	if e.Block < p.last.Block && len(e.Revised) == 0 || e.Masked != masked { // what takes text back may begin again
		t.Errorf("block %d, %d masked with %d commits and %d revisions follow block %d, %d masked", e.Block, e.Masked, len(e.Committed), len(e.Revised), p.last.Block, p.last.Masked)
	}
	p.revise(t, e)
	if len(e.Committed) > 0 && !(e.Entropy >= 0) {
		t.Errorf("entropy is %g", e.Entropy)
	}
	p.last.Block, p.last.Masked, p.last.Committed = e.Block, e.Masked, e.Committed
	var at int64 = -1
	for _, k := range e.Committed {
		if _, twice := p.tokens[k.Pos]; twice {
			t.Errorf("position %d is committed twice", k.Pos)
		}
		p.tokens[k.Pos] = k.ID
		if !(k.Confidence >= 0 && k.Confidence <= 1) {
			t.Errorf("confidence is %g", k.Confidence)
		}
		if p.revises { // a later commit, or a mask, may have replaced this one
			if k.Pos < len(r.CommitNs) && r.CommitNs[k.Pos] >= 0 && r.CommitNs[k.Pos] < int64(e.Start) {
				t.Errorf("position %d has its last value since %d, a pass that began at %d wrote it", k.Pos, r.CommitNs[k.Pos], e.Start)
			}
			continue
		}
		if r.CommitNs[k.Pos] < int64(e.Start) || at >= 0 && r.CommitNs[k.Pos] != at {
			t.Errorf("commit time of position %d is %d, its pass began at %d", k.Pos, r.CommitNs[k.Pos], e.Start)
		}
		at = r.CommitNs[k.Pos]
	}
	p.usage[usage.NFE]++
	p.usage[usage.CommittedTokens] += int64(len(e.Committed))
	p.usage[usage.RevisedTokens] += int64(len(e.Revised))
	p.usage[usage.QueryTokens] += e.QueryTokens
	p.usage[usage.AttendedKeys] += e.AttendedKeys
	p.usage[usage.LogitRows] += e.LogitRows
}

// revise replays what was taken back or changed. A revision of the pass itself
// comes after its commits in the text of the event only, so a position that is
// masked again must have been written in an earlier pass.
func (p *replay) revise(t *testing.T, e *engines.Event) {
	if len(e.Revised) > 0 && !p.revises {
		t.Errorf("the preset says that it does not revise, and revised %v", e.Revised)
	}
	for _, k := range e.Revised {
		if _, written := p.tokens[k.Pos]; !written {
			t.Errorf("position %d is revised before it was written", k.Pos)
		}
		if k.ID == enginetest.Mask {
			delete(p.tokens, k.Pos)
		} else {
			p.tokens[k.Pos] = k.ID
		}
	}
}

func (p *replay) compare(t *testing.T, r engines.Result) {
	p.usage[usage.DenoisingSteps] = int64(len(p.steps))
	u := r.Usage
	for _, c := range []usage.Counter{usage.FLOPs, usage.WeightBytes, usage.CacheReadBytes, usage.CacheWriteBytes, usage.PeakCacheBytes} {
		if u.N(c) <= 0 {
			t.Errorf("work was done but not counted: %s is %s", c, u[c])
		}
	}
	for _, c := range []usage.Counter{usage.NFE, usage.CommittedTokens, usage.RevisedTokens, usage.QueryTokens, usage.AttendedKeys, usage.LogitRows, usage.DenoisingSteps} {
		if u.N(c) != int(p.usage[c]) {
			t.Errorf("events sum to %d %s, usage is %s", p.usage[c], c, u[c])
		}
	}
	if len(p.last.Committed) == 0 && !p.revises {
		t.Error("the last pass committed nothing")
	}
	for i, id := range r.Tokens {
		want, ok := p.tokens[i]
		if fixed := p.req.Template != nil && p.req.Template[i] != engines.Gap; fixed {
			want, ok = p.req.Template[i], true
		}
		if !ok {
			want = enginetest.Mask
		}
		if id != want {
			t.Errorf("token %d is %d, the events say %d", i, id, want)
		}
	}
	if r.Elapsed <= 0 || r.Elapsed > time.Hour {
		t.Errorf("elapsed is %v", r.Elapsed)
	}
}
