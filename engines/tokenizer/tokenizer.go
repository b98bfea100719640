// Package tokenizer turns text into token ids and back by byte pair encoding (BPE) of
// bytes or of characters, in the tokenizer.json format of Hugging Face.
//
// Encoding has two stages. A split cuts the text into words, so that no token
// reaches across a word's end (see [Train] for the split of our own files).
// Inside a word the bytes are the first symbols, and the learned merges join
// neighbours, lowest rank first, until none applies. Where every byte has a token of
// its own, any string, valid UTF-8 or not, decodes to itself. A vocabulary may lack
// bytes that its training never met: in their place stands [engines.NoToken], and
// [engines.Encode] refuses such a text.
//
// Special tokens (end, pad, mask) are control signs. [Tokenizer.Encode] never
// produces them: "<|end|>" in a prompt is seven ordinary characters, because
// text may come from anyone.
//
// Sources: Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare
// Words with Subword Units", section 3.2, for BPE; Radford et al. 2019,
// "Language Models are Unsupervised Multitask Learners", section 2.2, for bytes
// as its alphabet.
package tokenizer

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dllmbench/engines"

	"golang.org/x/text/unicode/norm"
)

// The contents of the special tokens that every decoder needs, as [Train] writes
// them.
const (
	PadToken  = "<|pad|>"
	EndToken  = "<|end|>"
	MaskToken = "<|mask|>"
)

// Tokenizer encodes and decodes. It does not change after Parse or Train and
// is safe for concurrent use.
type Tokenizer struct {
	split        splitter
	spaces       *metaspace // of a vocabulary of characters; nil for one of bytes
	nfc          bool       // text is normalised to NFC first
	begin, end   []int32    // what the file puts in front of a text and behind it
	ignoreMerges bool       // a whole word that is a token skips the merges
	tokens       []token    // by id
	order        []pair     // the merges by rank
	ties         []int32    // their ranks, if some are equal
	merges       map[pair]merge
	symbol       [256]int32       // id of each single byte; engines.NoToken for none
	ids          map[string]int32 // id of each token that is not an added one, by its text
	named        [2]*names        // added tokens found in a text, and in a normalised one; nil for none
	literal      bool             // some of them are not special
	special      Special

	cache   cache
	scratch sync.Pool // of *scratch
}

var _ engines.Codec = (*Tokenizer)(nil)

// token is one entry of the vocabulary.
type token struct {
	text    string // the bytes it stands for; of a vocabulary of characters with ▁ for a blank
	byte    bool   // of byte fallback
	added   bool   // listed in added_tokens, never the result of a merge
	special bool   // a control sign: never encoded, never decoded
	flags   flags
}

// Encode returns the ids of a text, without any special token: nothing is put
// in front or behind, and text that looks like a special token is text.
func (t *Tokenizer) Encode(text string) []int32 {
	return t.encode(text, begins, t.plain())
}

// Continue is Encode for a text behind another one: no blank is put in front of it.
func (t *Tokenizer) Continue(text string) []int32 { return t.encode(text, continues, t.plain()) }

// plain keeps special tokens out of a text; nil if no other could be found in it.
func (t *Tokenizer) plain() func(id int32, from, to int) bool {
	if !t.literal {
		return nil
	}
	return func(id int32, _, _ int) bool { return !t.tokens[id].special }
}

// Rendered returns the ids of a text that names special tokens, as chat templates
// do. In what others said, which are the bytes from:to of each entry, no added token is
// found at all.
func (t *Tokenizer) Rendered(text string, said [][2]int) []int32 {
	return t.encode(text, begins, func(_ int32, from, to int) bool {
		return !slices.ContainsFunc(said, func(s [2]int) bool { return from < s[1] && s[0] < to })
	})
}

// place is what is in front of a text: nothing, another text, or an added token.
type place uint8

const (
	begins place = iota
	continues
	behind
)

// from is the place of what begins at a byte of a text, all in front of it being a token.
func (p place) from(at int) place {
	if at > 0 {
		return behind
	}
	return p
}

// encode finds the added tokens that it may, and encodes what is left by words.
func (t *Tokenizer) encode(text string, at place, may func(id int32, from, to int) bool) []int32 {
	out := make([]int32, 0, len(text)/2+1)
	var missed []entry
	plain := func(text string, at place) {
		if t.spaces != nil {
			text = t.spaces.read(text, at)
		}
		for word := range t.split.words(text) {
			from, fresh := len(out), false
			if out, fresh = t.appendWord(out, word); fresh {
				missed = append(missed, entry{word, from, len(out)})
			}
		}
	}
	found := func(id int32) { out = append(out, id) }
	normal := func(text string, at place) {
		if t.nfc {
			text = norm.NFC.String(text)
		}
		if t.named[1] == nil || may == nil {
			plain(text, at)
			return
		}
		t.parts(t.named[1], text, may, found, func(part string, from int) { plain(part, at.from(from)) })
	}
	t.cache.mu.RLock() // once a text: a lock per word would cost as much as the word
	if t.named[0] == nil || may == nil {
		normal(text, at)
	} else {
		t.parts(t.named[0], text, may, found, func(part string, from int) { normal(part, at.from(from)) })
	}
	t.cache.mu.RUnlock()
	if len(missed) > 0 {
		t.cache.put(missed, out)
	}
	return out
}

// Decode returns the text of the ids. Special tokens are left out, and so are
// ids outside the vocabulary. The text may end within a UTF-8 sequence, because
// a token can be a part of one. Where Encode puts a blank in front of a text, it stays:
// [Tokenizer.Continue] is the inverse.
func (t *Tokenizer) Decode(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		if t.known(id) && !t.tokens[id].special {
			text.WriteString(t.text(id))
		}
	}
	return text.String()
}

// text is what a token stands for in a text.
func (t *Tokenizer) text(id int32) string {
	if t.spaces != nil && !t.tokens[id].byte {
		return strings.ReplaceAll(t.tokens[id].text, meta, " ")
	}
	return t.tokens[id].text
}

// Token returns a printable form of one token for reports and traces: its text
// with control characters, quotes, backslashes and broken UTF-8 escaped as in a
// Go string.
func (t *Tokenizer) Token(id int32) string {
	if !t.known(id) {
		return fmt.Sprintf("<unknown id %d>", id)
	}
	quoted := strconv.Quote(t.text(id))
	return quoted[1 : len(quoted)-1]
}

func (t *Tokenizer) known(id int32) bool { return id >= 0 && int(id) < len(t.tokens) }

// VocabSize is the number of tokens, special ones included. Ids run from 0 to
// VocabSize-1.
func (t *Tokenizer) VocabSize() int { return len(t.tokens) }

// Special are the ids of the tokens that decoders know by their meaning. Nothing
// in tokenizer.json says which they are: whoever reads a checkpoint has them from
// its config.
type Special struct {
	Mask, Pad int32   // -1 for none
	End       []int32 // end a text
	// Borrowed is true where the mask is an ordinary token that training took for it.
	Borrowed bool
}

// Mark says which tokens are the special ones, before the first text. Whatever the
// file says of them, they are control signs from now on. The error names an id
// that belongs to an ordinary token, which any text could hold.
func (t *Tokenizer) Mark(s Special) error {
	ids := append([]int32{s.Mask, s.Pad}, s.End...)
	for _, id := range ids {
		if t.known(id) && !t.tokens[id].added && !(s.Borrowed && id == s.Mask) {
			return fmt.Errorf("token %d is used as a special one, but it is the ordinary token %q; special tokens stand in added_tokens", id, t.Token(id))
		}
	}
	for _, id := range ids {
		if t.known(id) {
			t.tokens[id].special = true
		}
	}
	if t.spaces != nil || s.Borrowed && t.known(s.Mask) && !t.tokens[s.Mask].added { // merges may have given one
		maps.DeleteFunc(t.ids, func(_ string, id int32) bool { return t.tokens[id].special })
		maps.DeleteFunc(t.merges, func(p pair, m merge) bool {
			return t.tokens[m.id].special || t.tokens[p.left].special || t.tokens[p.right].special
		})
	}
	t.special, t.literal = s, slices.ContainsFunc(t.tokens, func(tok token) bool { return tok.added && !tok.special })
	return nil
}

// MarkOwn marks the special tokens of a vocabulary of [Train], which has every byte.
func (t *Tokenizer) MarkOwn() error {
	if b := slices.Index(t.symbol[:], engines.NoToken); b >= 0 {
		return fmt.Errorf("tokenizer.json: vocab has no token for byte 0x%02x (%q)", b, alphabet[b])
	}
	var ids [3]int32
	for i, name := range []string{PadToken, EndToken, MaskToken} {
		at := slices.IndexFunc(t.tokens, func(tok token) bool { return tok.special && tok.text == name })
		if at < 0 {
			return fmt.Errorf("tokenizer.json: added_tokens has no special token %q", name)
		}
		ids[i] = int32(at)
	}
	return t.Mark(Special{Pad: ids[0], End: ids[1:2], Mask: ids[2]})
}

// Begin lists the tokens that the reference puts in front of a text by the file.
// Encode does not: an answer is no beginning. See [engines.Encode].
func (t *Tokenizer) Begin() []int32 { return t.begin }

// Behind names the tokens that the reference puts behind a text. Nothing here does:
// a prompt is to be continued.
func (t *Tokenizer) Behind() (list []string) {
	for _, id := range t.end {
		list = append(list, t.tokens[id].text)
	}
	return list
}

// Lacking lists the bytes that no token stands for.
func (t *Tokenizer) Lacking() (list []byte) {
	for b, id := range t.symbol {
		if _, known := t.ids[string([]byte{byte(b)})]; id == engines.NoToken && !known {
			list = append(list, byte(b))
		}
	}
	return list
}

// Added returns the id of an added token.
func (t *Tokenizer) Added(name string) (id int32, ok bool) {
	at := slices.IndexFunc(t.tokens, func(tok token) bool { return tok.added && tok.text == name })
	return int32(at), at >= 0
}

// MaskID implements engines.Codec.
func (t *Tokenizer) MaskID() int32 { return t.special.Mask }

// EndIDs implements engines.Codec.
func (t *Tokenizer) EndIDs() []int32 { return t.special.End }

// PadID implements engines.Codec.
func (t *Tokenizer) PadID() int32 { return t.special.Pad }
