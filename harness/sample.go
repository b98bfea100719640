package harness

import (
	"encoding/json"
	"unicode/utf8"

	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// Limits that keep samples small.
const (
	sampleInstances  = 6   // per cell, from the first one
	sampleText       = 600 // bytes of a prompt or an answer
	sampleViolations = 16
	sampleDoc        = 160 // bytes of the words for a violation
)

// sampleOf is what reports need to show a judged request, for its "extra"
// field: task, reference answer and violations in words.
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
