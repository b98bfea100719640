package harness

import (
	"dllmbench/engines"
	"dllmbench/harness/result"
)

// drafted is the number of tokens that stand on a canvas at the start.
func drafted(draft []int32) (n int) {
	for _, id := range draft {
		if id != engines.Gap {
			n++
		}
	}
	return n
}

// fateOf compares the tokens that stood on a canvas at the start with the
// reference and with what stands there in the end.
func fateOf(draft, reference, tokens []int32) *result.Draft {
	var d result.Draft
	for i, id := range draft {
		if id == engines.Gap || i >= len(reference) || i >= len(tokens) {
			continue
		}
		right := tokens[i] == reference[i]
		switch {
		case id != reference[i]:
			d.Wrong++
			if right {
				d.Mended++
			}
		default:
			d.Right++
			if !right {
				d.Spoiled++
			}
		}
	}
	return &d
}
