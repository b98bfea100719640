package scenario

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// Template is the canvas of an infilling task in tokens: the fixed texts, gaps
// (engines.Gap), and at last the end token, since the template says where the
// text ends and a network has seen every text end. It is nil for a task without
// template.
//
// Workloads count gaps in tokens without knowing the tokenizer. So the reference
// answer must fit: as many tokens, the same ones where the text is fixed.
func Template(codec engines.Codec, inst workloads.Instance) ([]int32, error) {
	if inst.Template == nil {
		return nil, nil
	}
	var ids []int32
	for _, p := range inst.Template {
		ids = append(ids, codec.Encode(p.Text)...)
		for range p.Gap {
			ids = append(ids, engines.Gap)
		}
	}
	answer := codec.Encode(inst.Answer)
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
	return append(ids, codec.EndID()), nil
}
