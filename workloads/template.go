package workloads

import (
	"fmt"
	"slices"

	"dllmbench/engines"
)

// TemplateTokens is the canvas of an infilling task in tokens: the fixed texts, gaps
// (engines.Gap), and at last the end token, since the template says where the
// text ends and a network has seen every text end. It is nil for a task without
// template.
//
// Where a workload counts gaps in tokens it does so without knowing the tokenizer,
// and the reference answer must fit: as many tokens, the same ones where the text is
// fixed. Where it states the text of a gap, the reference answer is cut into tokens, and
// those that have a byte of such a text are the gap: a token that reaches over a
// border belongs to the gap and is to be written, too.
func TemplateTokens(codec engines.Codec, inst Instance) ([]int32, error) {
	if inst.Template == nil {
		return nil, nil
	}
	answer, err := engines.Encode(codec, inst.Answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", inst.ID, err)
	}
	if slices.ContainsFunc(inst.Template, func(p Piece) bool { return p.Fill != "" }) {
		return filled(codec, inst, answer)
	}
	var ids []int32
	for _, p := range inst.Template {
		ids = append(ids, codec.Encode(p.Text)...)
		for range p.Gap {
			ids = append(ids, engines.Gap)
		}
	}
	if len(answer) != len(ids) {
		return nil, fmt.Errorf("%s: the template has %d tokens and the reference answer %d: this tokenizer does not count gaps as the workload does",
			inst.ID, len(ids), len(answer))
	}
	for i, id := range ids {
		if id != engines.Gap && id != answer[i] {
			return nil, fmt.Errorf("%s: token %d of the template is %q and %q in the reference answer: this tokenizer joins fixed text and gaps",
				inst.ID, i, codec.Decode(ids[i:i+1]), codec.Decode(answer[i:i+1]))
		}
	}
	return append(ids, codec.EndIDs()[0]), nil
}

// filled is the template whose gaps state their texts.
func filled(codec engines.Codec, inst Instance, answer []int32) ([]int32, error) {
	open := make([]bool, 0, len(inst.Answer)) // of each byte
	text := ""
	for _, p := range inst.Template {
		if p.Gap > 0 {
			return nil, fmt.Errorf("%s: the template has gaps counted in tokens beside gaps with a text", inst.ID)
		}
		text += p.Text + p.Fill
		for len(open) < len(text) {
			open = append(open, p.Fill != "")
		}
	}
	if text != inst.Answer {
		return nil, fmt.Errorf("%s: the template says %q and the reference answer %q", inst.ID, text, inst.Answer)
	}
	ids := slices.Clone(answer)
	at := 0
	for i := range ids {
		end := at + len(codec.Decode(answer[i:i+1]))
		if end > len(open) {
			break
		}
		if slices.Contains(open[at:end], true) {
			ids[i] = engines.Gap
		}
		at = end
	}
	if at != len(open) {
		return nil, fmt.Errorf("%s: the tokens of the reference answer have %d of its %d bytes: this tokenizer does not keep texts as they are", inst.ID, at, len(open))
	}
	return append(ids, codec.EndIDs()[0]), nil
}
