package decoders

import (
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// tracer asks for everything and checks what it gets.
type tracer struct {
	t      *testing.T
	exact  bool // cached passes must equal uncached ones
	edits  bool // a pass may judge written tokens alone, of which a probe says nothing
	events int
	probes int
	tokens []map[int]int32 // per request, what is written
}

// Trace implements engines.Tracer.
func (tr *tracer) Trace() engines.Tracing { return engines.Tracing{Audit: true} }

// Event implements engines.Sink.
func (tr *tracer) Event(e *engines.Event) {
	tr.events++
	written := tr.tokens[e.Request]
	for _, k := range e.Revised { // perhaps before the pass
		if k.ID == enginetest.Mask {
			delete(written, k.Pos)
		}
	}
	if e.Probe != nil {
		tr.probes++
		tr.probe(e.Request, e.Probe)
	}
	for _, k := range e.Revised {
		if k.ID != enginetest.Mask {
			written[k.Pos] = k.ID
		}
	}
	for _, k := range e.Committed {
		written[k.Pos] = k.ID
	}
}

// probe checks what the network predicts before the pass writes anything.
func (tr *tracer) probe(request int, p *engines.Probe) {
	t := tr.t
	if len(p.Confidence) != len(p.Argmax) || len(p.Entropy) != len(p.Argmax) || p.Audit == nil {
		t.Fatalf("probe is incomplete: %+v", p)
	}
	for i, id := range p.Argmax {
		asked := !math.IsNaN(float64(p.Confidence[i]))
		if asked != (p.Entropy[i] >= 0) || asked && (id < 0 || p.Confidence[i] <= 0 || p.Confidence[i] > 1.0001) {
			t.Errorf("position %d: argmax %d, confidence %g, entropy %g", i, id, p.Confidence[i], p.Entropy[i])
		}
		if want, ok := tr.tokens[request][i]; ok && !asked && id != want {
			t.Errorf("position %d holds %d, the probe says %d", i, want, id)
		}
	}
	a := p.Audit
	if a.Rows == 0 && !tr.edits || a.Agree > a.Rows || a.Rows > 0 && !(a.KL >= 0) || (a.Stale > 0) != (len(a.DriftK) > 0 && a.DriftK[0] >= 0) {
		t.Errorf("audit is %+v", a)
	}
	if tr.exact && (a.Agree != a.Rows || a.Rows > 0 && a.KL > 1e-12) {
		t.Errorf("an exact cache changes logits: %+v", a)
	}
	if tr.exact && a.Stale > 0 && (slices.Max(a.DriftK) != 0 || slices.Max(a.DriftV) != 0) {
		t.Errorf("keys or values of an exact cache drift: %+v", a)
	}
}

// trace checks that watching changes neither text nor counters, and that what
// is cached exactly equals what is computed anew.
func (c *checks) trace(t *testing.T) {
	e, batch := c.engine(t, c.net), requests()
	tr := &tracer{t: t, exact: e.Info().Cache != "approximate", edits: c.edits()}
	for range batch {
		tr.tokens = append(tr.tokens, map[int]int32{})
	}
	for i, r := range generate(t, e, batch, tr) {
		sameWork(t, "with a tracer", r, generate(t, e, batch, nil)[i])
	}
	if tr.probes == 0 || tr.probes > tr.events {
		t.Errorf("%d probes in %d events", tr.probes, tr.events)
	}
}
