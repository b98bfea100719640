package harness

import (
	"iter"
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// writtenIn gives the positions that the decoder writes, all but the fixed tokens of a
// template, with the times of their last commits (negative for none).
func writtenIn(commitNs []int64, template []int32) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for i, ns := range commitNs {
			if (template == nil || template[i] == engines.Gap) && !yield(i, ns) {
				return
			}
		}
	}
}

// deliveries are the chunks in which a reader could have been shown the useful
// tokens of a request: a token is delivered when it and all before it have their
// final value. Tokens behind one that never was committed are not delivered.
func deliveries(commitNs []int64, useful int, template []int32) [][2]int64 {
	var chunks [][2]int64
	latest := int64(0)
	for _, ns := range writtenIn(commitNs[:min(useful, len(commitNs))], template) {
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

// firstTimes are the time to the first token (the first position to be written
// is final) and to the first commit of any position; nil where there was none.
func firstTimes(commitNs []int64, template []int32) (ttft, ttfc *int64) {
	first := max(0, slices.Index(template, engines.Gap))
	for i, ns := range writtenIn(commitNs, template) {
		if ns < 0 {
			continue
		}
		if i == first {
			ttft = &commitNs[i]
		}
		if ttfc == nil || ns < *ttfc {
			ttfc = &commitNs[i]
		}
	}
	return ttft, ttfc
}

// firstBlockOf is the time at which the first block of an answer is complete. Under
// fill-in-the-middle blocks are those of the fills, which stand behind each other
// there, with one mark between them; see package engines/middle.
func firstBlockOf(cell result.Cell, res *engines.Result, template []int32) *int64 {
	length := max(1, cell.Unit(len(res.CommitNs))) // an answer may be empty
	if template == nil || !cell.Apart() {
		return firstBlock(res.CommitNs, res.Useful, length, template)
	}
	var fills []int64
	for i, ns := range writtenIn(res.CommitNs, template) {
		if len(fills) > 0 && template[i-1] != engines.Gap {
			fills = append(fills, 0)
		}
		fills = append(fills, ns)
	}
	return firstBlock(fills, len(fills), length, nil)
}

// firstBlock is the time at which the first block of an answer is complete, up
// to the end of the text; nil where that never was. length is the block's.
func firstBlock(commitNs []int64, useful, length int, template []int32) (latest *int64) {
	first := max(0, slices.Index(template, engines.Gap))
	end := min(length, len(commitNs), useful+1) // the end of the text belongs to it
	if first >= end {                           // only fixed text: what is asked is the block of the first gap
		end = min((first/length+1)*length, len(commitNs), useful+1)
	}
	for i, ns := range writtenIn(commitNs[:end], template) {
		if ns < 0 {
			return nil
		}
		if latest == nil || ns > *latest {
			latest = &commitNs[i]
		}
	}
	return latest
}

// cutAt are deliveries up to a byte of the text that they bring.
func cutAt(list []engines.Delivery, at int) []engines.Delivery {
	for i := range list {
		if n := len(list[i].Text); at < n {
			list[i].Text, list[i].Tokens = list[i].Text[:at], 0 // nobody counted these
			return list[:min(i+at, i+1)]
		} else {
			at -= n
		}
	}
	return list
}
