package autoregressive

import (
	"slices"

	"dllmbench/engines/internal/causal"
)

// lookup drafts by copying: speculation without a second model. Where the last
// tokens have occurred before, what followed them then is proposed again. Tokens
// are drawn as without speculation, so the text is the same.
type lookup struct {
	length      int // of the draft
	most, least int // length of the n-gram
	first       bool
}

// draft proposes what followed an earlier occurrence of the last tokens.
func (l *lookup) draft(w *causal.Writer) {
	front := w.Front()
	from := l.find(w.Text[:front])
	if from < 0 {
		return
	}
	w.Draft = min(front+l.length, len(w.Seq))
	for pos := front; pos < w.Draft; pos++ {
		if w.Masked(pos) { // a fixed id stays
			w.Text[pos] = w.Text[from+pos-front]
		}
	}
}

// find returns the position behind an earlier occurrence of the longest n-gram
// that ends the text, or -1.
func (l *lookup) find(text []int32) int {
	for n := min(l.most, len(text)-1); n >= l.least; n-- {
		gram, places := text[len(text)-n:], len(text)-n
		for i := range places {
			at := i
			if !l.first {
				at = places - 1 - i
			}
			if slices.Equal(text[at:at+n], gram) {
				return at + n
			}
		}
	}
	return -1
}
