package middle

import (
	"math"

	"dllmbench/engines"
)

// sink returns a sink that tells the events of the tasks in positions of the
// answers; nil for nil.
func (ts tasks) sink(sink engines.Sink) engines.Sink {
	if sink == nil {
		return nil
	}
	s := translator{ts, sink}
	if t, ok := sink.(engines.Tracer); ok {
		return tracer{s, t}
	}
	return s
}

// translator turns positions of fills into positions of answers.
type translator struct {
	tasks tasks
	sink  engines.Sink
}

// tracer is a translator for a sink that asks for more.
type tracer struct {
	translator
	asks engines.Tracer
}

// Trace implements engines.Tracer.
func (t tracer) Trace() engines.Tracing { return t.asks.Trace() }

// Event implements engines.Sink.
func (s translator) Event(e *engines.Event) {
	t := &s.tasks[e.Request]
	if t.at == nil {
		s.sink.Event(e)
		return
	}
	own := *e
	t.committed, t.revised = t.places(t.committed[:0], e.Committed), t.places(t.revised[:0], e.Revised)
	own.Committed, own.Revised = t.committed, t.revised
	if e.Probe != nil {
		t.spread(e.Probe)
		own.Probe = &t.probe
	}
	s.sink.Event(&own)
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
