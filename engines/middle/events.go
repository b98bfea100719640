package middle

import (
	"math"

	"dllmbench/engines"
)

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
