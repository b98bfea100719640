package harness

import (
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// measureText gives a record the characters that the decoder wrote and, where another
// tokenizer than its own counts useful text, its useful tokens and deliveries in tokens
// of that one. useful are its own tokens up to the end of the text.
func measureText(rec *result.Request, g *scenario.Group, template, useful []int32) {
	var own []int32
	for i, id := range useful {
		if i >= len(template) || template[i] == engines.Gap {
			own = append(own, id)
		}
	}
	text := g.Codec.Decode(own)
	if template == nil { // a stop text may begin within the last token
		text = rec.Output
	}
	chars := utf8.RuneCountInString(text)
	rec.Chars = &chars
	if g.Counting == nil {
		return
	}
	counted, n := g.Counting.Encode(text), len(own)
	rec.OwnTokens, rec.Usage[usage.UsefulTokens] = &n, usage.Known(len(counted))
	recut(rec.Chunks, ends(g.Codec, own), ends(g.Counting, counted))
}

// recut counts chunks of tokens in other tokens of the same text: one is delivered when
// all of its bytes are. own and other are the ends of the tokens in bytes.
func recut(chunks [][2]int64, own, other []int) {
	given, told := 0, 0
	for i := range chunks {
		given += int(chunks[i][1])
		before := told
		for told < len(other) && (given >= len(own) || other[told] <= own[given-1]) {
			told++
		}
		chunks[i][1] = int64(told - before)
	}
}

// chunksOf are deliveries of text, in bytes, as chunks of the tokens that end at some places
// of it: a token is delivered when all of its bytes are.
func chunksOf(deliveries [][2]int64, told []int) (chunks [][2]int64) {
	at, n := 0, 0
	for _, d := range deliveries {
		at += int(d[1])
		before := n
		for n < len(told) && told[n] <= at {
			n++
		}
		if n > before {
			chunks = append(chunks, [2]int64{d[0], int64(n - before)})
		}
	}
	return chunks
}

// ends are the places in bytes at which tokens end.
func ends(codec engines.Codec, ids []int32) []int {
	list, at := make([]int, len(ids)), 0
	for i, id := range ids {
		at += len(codec.Decode([]int32{id}))
		list[i] = at
	}
	return list
}
