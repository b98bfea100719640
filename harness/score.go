package harness

import (
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// score has the workload check the output of the record and returns the
// violations. An answer that came too late counts for what was there in time.
func score(rec *result.Request, w workloads.Workload, inst workloads.Instance) (list []workloads.Violation, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &transport.PanicError{Value: v}
		}
	}()
	if rec.Unscored = workloads.Abstains(w, inst); rec.Unscored != "" {
		return nil, nil
	}
	got := workloads.Score{}
	if rec.Ratings != nil {
		got = choice(rec, inst)
	} else {
		got = w.Check(inst, rec.Output)
	}
	violations, constraints := len(got.Violations), len(inst.Constraints)
	scored := *rec
	for _, v := range got.Violations {
		if v.Constraint < 0 || v.Constraint >= constraints {
			return nil, fmt.Errorf("constraint %d of %d is broken", v.Constraint, constraints)
		}
		scored.Broken = append(scored.Broken, v.Constraint)
	}
	scored.Exact, scored.Partial, scored.Violations, scored.Constraints = &got.Exact, &got.Partial, &violations, &constraints
	scored.Aspects = got.Aspects
	if p, ok := w.(workloads.Prober); ok && rec.Ratings == nil {
		log := p.LogProb(inst, rec.Output) // NaN: it cannot tell; -Inf: it never writes this
		if ever := !math.IsInf(log, -1); !math.IsNaN(log) {
			scored.InSupport = &ever
			if ever {
				scored.LogProb = &log
			}
		}
	}
	if err := scored.Check(); err != nil {
		return nil, err
	}
	*rec = scored
	return got.Violations, nil
}

// Limits that keep samples small.
const (
	sampleInstances  = 6   // per cell, from the first one
	sampleText       = 600 // bytes of a prompt or an answer
	sampleViolations = 16
	sampleDoc        = 160 // bytes of the words for a violation
)

// sampleOf is the "extra" field of a judged request: task, answer, violations in words.
func sampleOf(inst workloads.Instance, output string, violations []workloads.Violation) json.RawMessage {
	s := result.Sample{Prompt: clip(inst.Prompt, sampleText), Answer: clip(inst.Answer, sampleText), Violations: []result.Breach{}}
	for _, v := range violations[:min(len(violations), sampleViolations)] {
		s.Violations = append(s.Violations, result.Breach{
			Constraint: v.Constraint, Offset: recordedAt(output, v.Offset),
			Doc: clip(v.Doc, sampleDoc), Distance: inst.Constraints[v.Constraint].Distance,
		})
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic("harness: sample cannot be encoded")
	}
	return data
}

// clip cuts text after most bytes, between characters, and shows that it did.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// recordedAt turns a byte offset in an output into that of the same character in
// the recorded output, where U+FFFD stands for every byte that is not UTF-8.
// It is -1 for places outside the output.
func recordedAt(output string, offset int) int {
	if offset < 0 || offset >= len(output) {
		return -1
	}
	at, next := 0, 0
	for i, r := range output {
		if i > offset {
			break
		}
		at, next = next, next+utf8.RuneLen(r)
	}
	return at
}

// onCanvas is the number of tokens that stand on a canvas at the start.
func onCanvas(draft []int32) (n int) {
	for _, id := range draft {
		if id != engines.Gap {
			n++
		}
	}
	return n
}

// fateOf compares a draft's tokens with the reference and with what became of them.
func fateOf(draft, reference, tokens []int32) *result.Fate {
	var d result.Fate
	for i, id := range draft {
		if id == engines.Gap || i >= len(reference) || i >= len(tokens) {
			continue
		}
		switch right := tokens[i] == reference[i]; {
		case id == reference[i] && right:
			d.Right++
		case id == reference[i]:
			d.Right, d.Spoiled = d.Right+1, d.Spoiled+1
		case right:
			d.Wrong, d.Mended = d.Wrong+1, d.Mended+1
		default:
			d.Wrong++
		}
	}
	return &d
}
