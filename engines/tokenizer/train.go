package tokenizer

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// TrainOptions say how large a vocabulary becomes.
type TrainOptions struct {
	// VocabSize is the largest number of tokens, special ones included. It must
	// hold the special tokens and all 256 bytes; at most 65536.
	VocabSize int
	// Specials are the contents of the special tokens, which take the first ids.
	// Each has the form <|name|>, and PadToken, EndToken and MaskToken must be
	// among them. Nil means DefaultSpecials.
	Specials []string
	// MinFrequency is the number of times a pair has to occur to be merged; less
	// than 1 means 1.
	MinFrequency int
}

// DefaultSpecials are the three special tokens that every decoder needs and 13
// spare ones, so that a model can learn new signs without a new vocabulary.
func DefaultSpecials() []string {
	specials := []string{PadToken, EndToken, MaskToken}
	for i := range 13 {
		specials = append(specials, fmt.Sprintf("<|reserved_%d|>", i))
	}
	return specials
}

// Train learns a vocabulary from texts: first the special tokens, then the 256
// bytes in the order of their characters in the byte-level alphabet, then one
// token per merge. Each step merges the most frequent pair of neighbours, the
// one with the lowest ids among equals (Sennrich et al. 2016, algorithm 1), so
// the result depends on nothing but the texts and the options. It ends at
// VocabSize, or earlier when no pair occurs MinFrequency times.
//
// Words are split as in GPT-2, after every digit has become a word of its own:
// a number always costs one token per digit, which makes place values visible
// to a small model.
func Train(texts iter.Seq[string], opt TrainOptions) (*Tokenizer, error) {
	if opt.Specials == nil {
		opt.Specials = DefaultSpecials()
	}
	if err := opt.check(); err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t := &Tokenizer{split: digitsGPT2()}
	for _, s := range opt.Specials {
		t.tokens = append(t.tokens, token{text: s, added: true, special: true})
	}
	var symbol [256]int32
	ids := map[string]int32{}
	add := func(text string) int32 {
		id, ok := ids[text]
		if !ok {
			id = int32(len(t.tokens))
			ids[text] = id
			t.tokens = append(t.tokens, token{text: text})
		}
		return id
	}
	for _, b := range bytesByCharacter() {
		symbol[b] = add(string([]byte{b}))
	}
	c := newCorpus(t.split, texts, &symbol)
	known := map[pair]bool{}
	for len(t.tokens) < opt.VocabSize {
		p, n := c.best()
		if n < max(1, opt.MinFrequency) {
			break
		}
		// Two pairs can spell the same token, and a pair can come back when its
		// parts are spelled in a second way; neither gets a second entry.
		c.merge(p, add(t.tokens[p.left].text+t.tokens[p.right].text))
		if !known[p] {
			known[p] = true
			t.order = append(t.order, p)
		}
	}
	if err := t.finish(); err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	return t, t.MarkOwn()
}

func (opt *TrainOptions) check() error {
	least := len(opt.Specials) + 256
	if opt.VocabSize < least || opt.VocabSize > 1<<16 {
		return fmt.Errorf("vocabulary size is %d, allowed is %d (special tokens and bytes) to %d", opt.VocabSize, least, 1<<16)
	}
	for i, s := range opt.Specials {
		// A word never goes on from "<|" into letters, so no merge can spell this form.
		if !strings.HasPrefix(s, "<|") || !strings.HasSuffix(s, "|>") || strings.IndexFunc(s, unicode.IsLetter) < 0 {
			return fmt.Errorf("special token %q does not have the form <|name|>", s)
		}
		if slices.Contains(opt.Specials[:i], s) {
			return fmt.Errorf("special token %q is listed twice", s)
		}
	}
	for _, s := range []string{PadToken, EndToken, MaskToken} {
		if !slices.Contains(opt.Specials, s) {
			return fmt.Errorf("special token %q is missing", s)
		}
	}
	return nil
}

// corpus is the texts as different words with their counts.
type corpus struct {
	words []word
	pairs map[pair]int // occurrences of every pair of neighbours, weighted by words
}

type word struct {
	ids   []int32
	count int
}

func newCorpus(split splitter, texts iter.Seq[string], symbol *[256]int32) *corpus {
	counts := map[string]int{}
	for text := range texts {
		for w := range split.words(text) {
			if _, ok := counts[w]; !ok {
				w = strings.Clone(w) // a key must not keep its whole text alive
			}
			counts[w]++
		}
	}
	c := &corpus{pairs: map[pair]int{}}
	for w, n := range counts {
		ids := make([]int32, len(w))
		for i := range len(w) {
			ids[i] = symbol[w[i]]
		}
		c.words = append(c.words, word{ids, n})
		c.count(ids, n)
	}
	return c
}

// count adds n to the pairs of a word.
func (c *corpus) count(ids []int32, n int) {
	for i := 1; i < len(ids); i++ {
		p := pair{ids[i-1], ids[i]}
		if c.pairs[p] += n; c.pairs[p] == 0 {
			delete(c.pairs, p)
		}
	}
}

// best returns the most frequent pair, the one with the lowest ids on a tie,
// and how often it occurs; 0 if there is no pair.
func (c *corpus) best() (pair, int) {
	var best pair
	most := 0
	for p, n := range c.pairs {
		lower := p.left < best.left || p.left == best.left && p.right < best.right
		if n > most || n == most && lower {
			best, most = p, n
		}
	}
	return best, most
}

// merge puts id in the place of every p, from left to right.
func (c *corpus) merge(p pair, id int32) {
	for w := range c.words {
		ids := c.words[w].ids
		if !contains(ids, p) {
			continue
		}
		c.count(ids, -c.words[w].count)
		out := ids[:0]
		for i := 0; i < len(ids); i++ {
			if i+1 < len(ids) && ids[i] == p.left && ids[i+1] == p.right {
				out = append(out, id)
				i++
			} else {
				out = append(out, ids[i])
			}
		}
		c.words[w].ids = out
		c.count(out, c.words[w].count)
	}
}

func contains(ids []int32, p pair) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i-1] == p.left && ids[i] == p.right {
			return true
		}
	}
	return false
}
