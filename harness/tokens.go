package harness

import (
	"dllmbench/engines"
	"dllmbench/harness/trace"
	"dllmbench/workloads"
)

// tokenSpans turns spans of an answer's bytes into spans of its tokens. A token
// that lies across an end belongs to the span that it starts in.
func tokenSpans(codec engines.Codec, ids []int32, spans []workloads.Span) []trace.Span {
	var list []trace.Span
	for _, s := range spans {
		span := trace.Span{Name: s.Name, Start: -1}
		at := 0
		for i, id := range ids {
			if at >= s.Start && at < s.End {
				if span.Start < 0 {
					span.Start = i
				}
				span.End = i + 1
			}
			at += len(codec.Decode([]int32{id}))
		}
		if span.Start >= 0 {
			list = append(list, span)
		}
	}
	return list
}

// words are the texts of all tokens that a trace names. A token that is no text
// of its own (padding, the mask) has the empty one.
func words(codec engines.Codec, t *trace.Trace) map[int32]string {
	list := map[int32]string{}
	add := func(ids ...int32) {
		for _, id := range ids {
			if _, ok := list[id]; !ok && id >= 0 && int(id) < codec.VocabSize() {
				list[id] = codec.Decode([]int32{id})
			}
		}
	}
	add(t.Tokens...)
	add(t.Reference...)
	for _, p := range t.Passes {
		add(p.Argmax...)
		for _, c := range p.Committed {
			add(c.ID)
		}
		for _, c := range p.Revised {
			add(c.ID)
		}
	}
	return list
}
