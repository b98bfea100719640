package tokenizer

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines"
)

// Kind is what the token of a [Listing] is.
type Kind uint8

const (
	Ordinary Kind = iota // the result of merges, or a byte
	Named                // added, and found where text names it
	Control              // added, and neither found in texts nor shown
)

// Listing is a vocabulary as GGUF files have it.
type Listing struct {
	Split  string    // of bytes: the name of how text is cut into words
	Tokens []string  // by id
	Kinds  []Kind    // of each
	Merges []string  // of bytes: by rank, two parts with a space between them
	Scores []float32 // of characters: of each token, the highest is merged first; nil for a vocabulary of bytes
	Bare   bool      // of characters: no blank is put in front of a text
	Begin  []int32   // stand in front of a text
	End    []int32   // stand behind a text
}

// cut is how a listing may say what a tokenizer.json says at length.
type cut struct {
	digits            bool // one by one, before anything else
	expressions       []string
	nfc, ignoreMerges bool
}

func (c cut) splitter() (s splitter) {
	if c.digits {
		s = digitsGPT2()[:1:1]
	}
	for _, e := range c.expressions {
		s = append(s, split(e))
	}
	return s
}

// Expressions of llama.cpp, src/llama-vocab.cpp, with the sets of its comments.
const (
	tekken      = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	seedCoder   = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+`
	deepSeek3   = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"
	deepSeekABC = `\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+`
	han         = `[一-龥ࠀ-一가-퟿]+`
)

var cuts = map[string]cut{
	"gpt-2":          {expressions: []string{gpt2Pattern}},
	"smollm":         {digits: true, expressions: []string{gpt2Pattern}},
	"starcoder":      {digits: true, expressions: []string{gpt2Pattern}},
	"refact":         {digits: true, expressions: []string{gpt2Pattern}},
	"falcon":         {expressions: []string{punctuation + "+", gpt2Pattern, `[0-9][0-9][0-9]`}},
	"llama-bpe":      {expressions: []string{llama3Pattern}, ignoreMerges: true},
	"qwen2":          {expressions: []string{qwen2Pattern}, nfc: true},
	"llada-moe":      {expressions: []string{lladaPattern}},
	"tekken":         {expressions: []string{tekken}, ignoreMerges: true},
	"seed-coder":     {expressions: []string{seedCoder}},
	"deepseek-llm":   {expressions: []string{`[\r\n]`, deepSeekABC, `\s?[!-/:-~！-／：-～‘-‟　-。]+`, `\s+$`, han, `\p{N}+`}},
	"deepseek-coder": {expressions: []string{`[\r\n]`, `\s?\p{L}+`, `\s?\p{P}+`, han, `\p{N}`}},
	"deepseek-v3":    {expressions: []string{`\p{N}{1,3}`, `[一-龥぀-ゟ゠-ヿ]+`, deepSeek3}},
}

// Tokenizer makes a tokenizer as [Parse] does, with the same rules.
func (l Listing) Tokenizer() (*Tokenizer, error) {
	if len(l.Tokens) > maxVocab || len(l.Kinds) != len(l.Tokens) || l.Scores != nil && len(l.Scores) != len(l.Tokens) {
		return nil, fmt.Errorf("the vocabulary has %d tokens, %d scores and %d types, allowed are %d of each", len(l.Tokens), len(l.Scores), len(l.Kinds), maxVocab)
	}
	t := &Tokenizer{}
	f := file{Model: bpeModel{Vocab: vocabulary{}, ByteFallback: l.Scores != nil}}
	if l.Scores != nil {
		t.spaces = &metaspace{prefix: always, strip: true}
		if l.Bare {
			t.spaces = &metaspace{}
		}
	} else {
		known, ok := cuts[l.Split]
		if !ok {
			return nil, engines.UnknownName("rule for cutting text into words", l.Split[:min(len(l.Split), 60)], slices.Sorted(maps.Keys(cuts)))
		}
		t.nfc, t.ignoreMerges = known.nfc, known.ignoreMerges
		t.split = known.splitter()
	}
	for id, name := range l.Tokens {
		if kind := l.Kinds[id]; kind != Ordinary {
			f.AddedTokens = append(f.AddedTokens, addedToken{ID: int32(id), Content: name, Special: kind == Control})
			continue
		}
		if first, twice := f.Model.Vocab[name]; twice {
			return nil, fmt.Errorf("tokens %d and %d are both %q", first, id, name)
		}
		f.Model.Vocab[name] = int32(id)
	}
	for i, line := range l.Merges {
		left, right, ok := strings.Cut(line, " ")
		if !ok {
			return nil, fmt.Errorf("merge %d is %.60q, wanted are two parts with a space between them", i, line)
		}
		f.Model.Merges = append(f.Model.Merges, mergeRule{left, right})
	}
	if l.Scores != nil {
		t.order, t.ties = l.scored(f.Model.Vocab)
	}
	if err := f.fill(t); err != nil {
		return nil, err
	}
	for _, id := range slices.Concat(l.Begin, l.End) {
		if !t.known(id) || !t.tokens[id].added {
			return nil, fmt.Errorf("token %d is put around a text, and is none of the %d tokens, or a word", id, len(t.tokens))
		}
	}
	t.begin, t.end = l.Begin, l.End
	return t, nil
}

// scored makes merges of scores: whatever two ordinary tokens together are a third one,
// the highest score first. Equal scores have equal ranks.
func (l Listing) scored(vocab vocabulary) (order []pair, ranks []int32) {
	type scored struct {
		pair
		id int32
	}
	var list []scored
	for id, name := range l.Tokens {
		if l.Kinds[id] == Control {
			continue
		}
		for i := range name {
			left, okL := vocab[name[:i]]
			right, okR := vocab[name[i:]]
			if okL && okR {
				list = append(list, scored{pair{left, right}, int32(id)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(l.Scores[b.id], l.Scores[a.id]) })
	rank := int32(0)
	for i, one := range list {
		if i > 0 && l.Scores[one.id] != l.Scores[list[i-1].id] {
			rank = int32(i)
		}
		order, ranks = append(order, one.pair), append(ranks, rank)
	}
	return order, ranks
}

// Listing is the other way round: what [Listing.Tokenizer] makes the same tokenizer of.
// It is an error if no name says how text is cut into words, or if its merges follow from
// no scores.
func (t *Tokenizer) Listing() (l Listing, err error) {
	for i, tok := range t.tokens {
		kind := Ordinary
		switch {
		case tok.added && tok.special:
			kind = Control
		case tok.added:
			kind = Named
		}
		l.Tokens, l.Kinds = append(l.Tokens, t.name(int32(i))), append(l.Kinds, kind)
	}
	l.Begin, l.End = t.begin, t.end
	if t.spaces != nil {
		return l, l.score(t)
	}
	own := t.split.describe()
	for _, name := range slices.Sorted(maps.Keys(cuts)) {
		if c := cuts[name]; reflect.DeepEqual(c.splitter().describe(), own) && c.nfc == t.nfc && c.ignoreMerges == t.ignoreMerges {
			l.Split = name
		}
		if l.Split == "smollm" { // of several names for one rule, that of a network that is known here
			break
		}
	}
	if l.Split == "" {
		return l, fmt.Errorf("the tokenizer cuts text into words as none of %s does (NFC and ignore_merges included)", strings.Join(slices.Sorted(maps.Keys(cuts)), ", "))
	}
	for _, p := range t.order {
		l.Merges = append(l.Merges, t.name(p.left)+" "+t.name(p.right))
	}
	return l, nil
}

// score gives tokens the scores from which the merges of a tokenizer follow.
func (l *Listing) score(t *Tokenizer) error {
	l.Bare, l.Scores = t.spaces.prefix == never, make([]float32, len(t.tokens))
	if t.nfc || t.ignoreMerges || t.spaces.split || t.spaces.prefix != always && t.spaces.prefix != never {
		return errors.New("the tokenizer normalises text or puts blanks in front of it as no list of scores says it")
	}
	before := float32(0)
	for _, p := range t.order {
		m, ok := t.merges[p]
		if ok && l.Scores[m.id] == 0 {
			l.Scores[m.id] = -float32(m.rank) - 1
		}
		if ok && l.Scores[m.id] > before {
			return fmt.Errorf("the merges of the tokenizer follow from no scores: %q and %q come late", t.Token(p.left), t.Token(p.right))
		}
		if ok {
			before = l.Scores[m.id]
		}
	}
	same, err := l.Tokenizer()
	if err == nil && len(same.merges) != len(t.merges) {
		err = fmt.Errorf("the merges of the tokenizer follow from no scores: there are %d, and %d pairs of tokens are a third one", len(t.merges), len(same.merges))
	}
	return err
}
