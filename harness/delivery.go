package harness

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// deliveries are the chunks in which a reader could have been shown the useful
// tokens of a request: a token is delivered when it and all before it have their
// final value. Fixed tokens of a template are there from the start and are no
// deliveries. Tokens behind one that never was committed are not delivered.
func deliveries(commitNs []int64, useful int, template []int32) [][2]int64 {
	var chunks [][2]int64
	latest := int64(0)
	for i, ns := range commitNs[:min(useful, len(commitNs))] {
		if template != nil && template[i] != engines.Gap {
			continue
		}
		if ns < 0 {
			break
		}
		if latest = max(latest, ns); len(chunks) > 0 && chunks[len(chunks)-1][0] == latest {
			chunks[len(chunks)-1][1]++
		} else {
			chunks = append(chunks, [2]int64{latest, 1})
		}
	}
	return chunks
}

// firstBlockOf is the time at which the first block of an answer is complete. Under
// fill-in-the-middle blocks are those of the fills, which stand behind each other
// there, with one mark between them; see package engines/middle.
func firstBlockOf(cell result.Cell, res *engines.Result, template []int32) *int64 {
	length := cell.Unit(len(res.CommitNs))
	if template == nil || !cell.Apart() {
		return firstBlock(res.CommitNs, res.Useful, length, template)
	}
	var fills []int64
	for i, ns := range res.CommitNs {
		if template[i] != engines.Gap {
			continue
		}
		if len(fills) > 0 && template[i-1] != engines.Gap {
			fills = append(fills, 0)
		}
		fills = append(fills, ns)
	}
	return firstBlock(fills, len(fills), length, nil)
}

// firstBlock is the time at which the first block of an answer is complete, up
// to the end of the text; nil where that never was. length is the block's.
func firstBlock(commitNs []int64, useful, length int, template []int32) *int64 {
	first := max(0, slices.Index(template, engines.Gap))
	end := min(length, len(commitNs), useful+1) // the end of the text belongs to it
	if first >= end {                           // only fixed text: what is asked is the block of the first gap
		end = min((first/length+1)*length, len(commitNs), useful+1)
	}
	latest, any := int64(0), false
	for i := first; i < end; i++ {
		if template != nil && template[i] != engines.Gap {
			continue
		}
		if commitNs[i] < 0 {
			return nil
		}
		latest, any = max(latest, commitNs[i]), true
	}
	if !any {
		return nil
	}
	return &latest
}
