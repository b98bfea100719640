// Package trace records what a decoder did pass by pass, and derives from it
// what no counter can tell: in which order positions became final, how well
// confidences are calibrated, and when an answer was already predicted.
//
// A trace is made on a separate, untimed repetition, since asking the network
// what it thinks of every position costs passes of its own. Traces go to a file
// of their own, traces.jsonl, one request a line, so that results stay small.
package trace

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// Trace is the course of one request.
type Trace struct {
	Type     string `json:"type"` // "trace"
	Cell     string `json:"cell"`
	Digest   string `json:"weights_digest"`
	Instance string `json:"instance"`
	Seed     uint64 `json:"seed"`

	Prompt    string           `json:"prompt"`                                // in text
	Budget    int              `json:"budget"`                                // token budget (canvas length)
	Tokens    []int32          `json:"tokens" range:"any"`                    // as written, see engines.Result
	Useful    int              `json:"useful"`                                // of them, before the first stop token
	Finish    string           `json:"finish" range:"|stop|budget|cancelled"` // "stop", "budget", "cancelled"
	Exact     *bool            `json:"exact"`                                 // the checker's verdict; null for cost-only cells
	Reference []int32          `json:"reference"`                             // tokens of one correct answer with its end token; null for cost-only cells
	Unique    bool             `json:"unique"`                                // no other answer is correct
	Spans     []Span           `json:"spans,omitempty"`                       // named parts of the reference
	Mask      int32            `json:"mask" range:"-1.."`                     // id of the mask token, -1 without
	Words     map[int32]string `json:"words"`                                 // text of every token id that occurs above or below
	Passes    []Pass           `json:"passes"`
	Untrained []string         `json:"untrained,omitempty"` // how the decoder used weights untrained for that
}

// Names of spans that derived numbers know.
const (
	Reasoning = workloads.Reasoning
	Result    = workloads.Result
)

// Span is a named part of the reference, in tokens: [Start, End).
type Span struct {
	Name  string `json:"name"`
	Start int    `json:"start"` // first token
	End   int    `json:"end"`   // behind the last token
}

// Parts are the reasoning and the result of a right answer; false unless it has both.
func (t *Trace) Parts() (reasoning, result Span, ok bool) {
	for _, s := range t.Spans {
		switch s.Name {
		case Reasoning:
			reasoning = s
		case Result:
			result = s
		}
	}
	return reasoning, result, reasoning.Name != "" && result.Name != "" && t.Exact != nil && *t.Exact
}

// Pass is one forward pass of a trace; see engines.Event.
type Pass struct {
	Pass         int           `json:"pass"`              // number of the pass, from 0
	Step         int           `json:"step" range:"-1.."` // -1 for prefill and commit
	Block        int           `json:"block"`             // that is written, from 0
	Phase        engines.Phase `json:"phase"`             // what the pass is for: prefill, decode, denoise or commit
	QueryTokens  int64         `json:"query_tokens"`
	AttendedKeys int64         `json:"attended_keys"`
	LogitRows    int64         `json:"logit_rows"`
	Cache        string        `json:"cache" range:"|none|hit|refresh"` // "none", "hit" or "refresh"
	Committed    []Commit      `json:"committed,omitempty"`             // positions that took a token
	Revised      []Commit      `json:"revised,omitempty"`               // id is the mask when masked again
	Masked       int           `json:"masked"`                          // positions still masked after the pass
	Entropy      Number        `json:"entropy" range:"any"`             // mean over the rows that could be committed, nats

	// What the network predicted for every position before this pass wrote
	// anything; absent for decoders without masks. See engines.Probe.
	Argmax     []int32  `json:"argmax,omitempty" range:"any"`     // token ids
	Confidence []Number `json:"confidence,omitempty" range:"any"` // by position
	Entropies  []Number `json:"entropies,omitempty" range:"any"`  // nats, by position
	Audit      *Audit   `json:"audit,omitempty"`                  // only for caches that may change logits
}

// Commit is a position that took a token.
type Commit struct {
	Pos        int    `json:"pos"`                    // position of the canvas, from 0
	ID         int32  `json:"id" range:"any"`         // of the token
	Confidence Number `json:"confidence" range:"any"` // of the rule, whose scale it has
}

// Audit is engines.Audit.
type Audit struct {
	Rows   int      `json:"rows"`           // that could be committed from
	Agree  int      `json:"agree"`          // of them, with the same most probable token
	KL     Number   `json:"kl" range:"any"` // divergence from that pass, mean over rows, nats
	Stale  int      `json:"stale"`          // positions whose keys and values came from an earlier pass
	DriftK []Number `json:"drift_k"`        // by layer: relative distance of cached keys from fresh ones
	DriftV []Number `json:"drift_v"`        // the same of values
}

// Number is a number that may be unknown: NaN here, null in the file. Files
// hold four significant digits.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	x := float64(n)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, x, 'g', 4, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

// Known reports whether the number was measured.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) }

func numbers[T float32 | float64](from []T) []Number {
	to := make([]Number, len(from))
	for i, x := range from {
		to[i] = Number(x)
	}
	return to
}

// Recorder is an engines.Tracer that keeps the passes of a batch. Audits are
// kept where Audit is set: for decoders whose cache may change logits.
type Recorder struct {
	Audit  bool
	Passes [][]Pass // per request of the batch
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
