package trace

import "dllmbench/engines"

// Recorder is an engines.Tracer that keeps the passes of a batch. Audits are
// kept where Audit is set: for decoders whose cache may change logits.
type Recorder struct {
	Audit  bool
	Passes [][]Pass // per request of the batch
}

// NewRecorder makes a recorder for a batch.
func NewRecorder(batch int, audit bool) *Recorder {
	return &Recorder{Audit: audit, Passes: make([][]Pass, batch)}
}

// Trace implements engines.Tracer.
func (r *Recorder) Trace() engines.Tracing { return engines.Tracing{Probe: true, Audit: r.Audit} }

// Event implements engines.Sink.
func (r *Recorder) Event(e *engines.Event) {
	p := Pass{
		Pass: e.Pass, Step: e.Step, Block: e.Block, Phase: e.Phase,
		QueryTokens: e.QueryTokens, AttendedKeys: e.AttendedKeys, LogitRows: e.LogitRows,
		Cache: "none", Committed: commits(e.Committed), Revised: commits(e.Revised), Masked: e.Masked, Entropy: Number(e.Entropy),
	}
	switch {
	case e.CacheRefresh:
		p.Cache = "refresh"
	case e.CacheHit:
		p.Cache = "hit"
	}
	if e.Probe != nil {
		p.Argmax = append(p.Argmax, e.Probe.Argmax...)
		p.Confidence, p.Entropies = numbers(e.Probe.Confidence), numbers(e.Probe.Entropy)
		if a := e.Probe.Audit; a != nil {
			p.Audit = &Audit{Rows: a.Rows, Agree: a.Agree, KL: Number(a.KL), Stale: a.Stale, DriftK: numbers(a.DriftK), DriftV: numbers(a.DriftV)}
		}
	}
	r.Passes[e.Request] = append(r.Passes[e.Request], p)
}

func commits(list []engines.Commit) []Commit {
	var out []Commit
	for _, c := range list {
		out = append(out, Commit{Pos: c.Pos, ID: c.ID, Confidence: Number(c.Confidence)})
	}
	return out
}
