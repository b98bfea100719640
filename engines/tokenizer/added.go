package tokenizer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// flags say where the name of an added token counts and what goes with it.
type flags struct {
	alone       bool // no letter, digit or underscore beside it (single_word)
	left, right bool // white space on that side belongs to it (lstrip, rstrip)
	normal      bool // it is found in the normalised text
}

// names lists added tokens by their first byte, the longest first.
type names [256][]int32

// enter lists the added tokens. A normalised text is searched only where there is
// something to normalise.
func (t *Tokenizer) enter() {
	for id, tok := range t.tokens {
		if !tok.added {
			continue
		}
		list := &t.named[0]
		if tok.flags.normal && t.nfc {
			list = &t.named[1]
		}
		if *list == nil {
			*list = &names{}
		}
		(*list)[tok.text[0]] = append((*list)[tok.text[0]], int32(id))
	}
	for _, list := range t.named {
		if list == nil {
			continue
		}
		for _, ids := range list {
			slices.SortFunc(ids, func(a, b int32) int { return len(t.tokens[b].text) - len(t.tokens[a].text) })
		}
	}
}

// parts finds the tokens of list that a text names, the leftmost first and of those
// that begin there the longest, as far as it may. What lies between goes to plain.
func (t *Tokenizer) parts(list *names, text string, may func(id int32, from, to int) bool, found func(id int32), plain func(part string, from int)) {
	done := 0
	for i := 0; i < len(text); i++ {
		for _, id := range list[text[i]] {
			tok := &t.tokens[id]
			from, to := i, i+len(tok.text)
			if !strings.HasPrefix(text[i:], tok.text) || !may(id, from, to) || tok.flags.alone && (wordAt(text[:from], true) || wordAt(text[to:], false)) {
				continue
			}
			if tok.flags.left {
				from = done + len(strings.TrimRightFunc(text[done:from], unicode.IsSpace))
			}
			if tok.flags.right {
				to = len(text) - len(strings.TrimLeftFunc(text[to:], unicode.IsSpace))
			}
			if from > done {
				plain(text[done:from], done)
			}
			found(id)
			done, i = to, to-1
			break
		}
	}
	if done < len(text) {
		plain(text[done:], done)
	}
}

// wordAt reports whether a text ends, or begins, with a letter, mark, digit or connector.
func wordAt(text string, ends bool) bool {
	r, w := utf8.DecodeRuneInString(text)
	if ends {
		r, w = utf8.DecodeLastRuneInString(text)
	}
	return w > 0 && (unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc))
}
