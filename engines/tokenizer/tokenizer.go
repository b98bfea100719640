// Package tokenizer turns text into token ids and back by byte-level byte pair
// encoding (BPE), in the tokenizer.json format of Hugging Face.
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
	nfc          bool     // text is normalised to NFC first
	around       []string // what the file's post-processor puts around a text; Encode does not
	ignoreMerges bool     // a whole word that is a token skips the merges
	tokens       []token  // by id
	order        []pair   // the merges by rank
	merges       map[pair]merge
	symbol       [256]int32       // id of each single byte; engines.NoToken for none
	ids          map[string]int32 // id of each token that is not an added one, by its bytes
	literals     []int32          // added tokens that text may name, longest first
	special      Special

	cache   cache
	scratch sync.Pool // of *scratch
}

var _ engines.Codec = (*Tokenizer)(nil)

// token is one entry of the vocabulary.
type token struct {
	text    string // the bytes it stands for
	added   bool   // listed in added_tokens, never the result of a merge
	special bool   // a control sign: never encoded, never decoded
}

// Encode returns the ids of a text, without any special token: nothing is put
// in front or behind, and text that looks like a special token is text.
func (t *Tokenizer) Encode(text string) []int32 {
	out := make([]int32, 0, len(text)/2+1)
	var missed []entry
	t.cache.mu.RLock() // once a text: a lock per word would cost as much as the word
	for text != "" {
		start, id := t.literal(text)
		plain := text[:start]
		if t.nfc {
			plain = norm.NFC.String(plain)
		}
		for word := range t.split.words(plain) {
			from, fresh := len(out), false
			if out, fresh = t.appendWord(out, word); fresh {
				missed = append(missed, entry{word, from, len(out)})
			}
		}
		if id < 0 {
			break
		}
		out = append(out, id)
		text = text[start+len(t.tokens[id].text):]
	}
	t.cache.mu.RUnlock()
	if len(missed) > 0 {
		t.cache.put(missed, out)
	}
	return out
}

// literal finds the first place where text names an added token that is not a
// special one, the longest if there are several. Without one it returns
// len(text) and -1.
func (t *Tokenizer) literal(text string) (start int, id int32) {
	if len(t.literals) > 0 {
		for i := range len(text) {
			for _, id := range t.literals {
				if strings.HasPrefix(text[i:], t.tokens[id].text) {
					return i, id
				}
			}
		}
	}
	return len(text), -1
}

// Decode returns the text of the ids. Special tokens are left out, and so are
// ids outside the vocabulary. The text may end within a UTF-8 sequence, because
// a token can be a part of one.
func (t *Tokenizer) Decode(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		if t.known(id) && !t.tokens[id].special {
			text.WriteString(t.tokens[id].text)
		}
	}
	return text.String()
}

// Token returns a printable form of one token for reports and traces: its text
// with control characters, quotes, backslashes and broken UTF-8 escaped as in a
// Go string.
func (t *Tokenizer) Token(id int32) string {
	if !t.known(id) {
		return fmt.Sprintf("<unknown id %d>", id)
	}
	quoted := strconv.Quote(t.tokens[id].text)
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
}

// Mark says which tokens are the special ones, before the first text. Whatever the
// file says of them, they are control signs from now on. The error names an id
// that belongs to an ordinary token, which any text could hold.
func (t *Tokenizer) Mark(s Special) error {
	ids := append([]int32{s.Mask, s.Pad}, s.End...)
	for _, id := range ids {
		if t.known(id) && !t.tokens[id].added {
			return fmt.Errorf("token %d is used as a special one, but it is the ordinary token %q; special tokens stand in added_tokens", id, t.Token(id))
		}
	}
	for _, id := range ids {
		if t.known(id) {
			t.tokens[id].special = true
		}
	}
	t.literals = slices.DeleteFunc(t.literals, func(id int32) bool { return t.tokens[id].special })
	t.special = s
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

// Around lists the special tokens that the reference puts around a text by the
// file's post-processor. Encode leaves that to its caller.
func (t *Tokenizer) Around() []string { return t.around }

// Lacking lists the bytes that no token stands for.
func (t *Tokenizer) Lacking() (list []byte) {
	for b, id := range t.symbol {
		if id == engines.NoToken {
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
