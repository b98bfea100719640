package tokenizer

import (
	"fmt"
	"maps"
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

// Listing is a byte-level vocabulary as GGUF files have it.
type Listing struct {
	Split  string   // the name of how text is cut into words
	Tokens []string // by id
	Kinds  []Kind   // of each
	Merges []string // by rank, two parts with a space between them
	Around []string // what the reference puts around a text; Encode does not
}

// splits are the names that a listing may have for what a tokenizer.json says at
// length.
var splits = map[string]struct {
	splitter
	nfc, ignoreMerges bool
}{
	"gpt-2":     {splitter: splitter{pattern: gpt2Pattern}},
	"smollm":    {splitter: splitter{pattern: gpt2Pattern, digits: true}},
	"llama-bpe": {splitter: splitter{pattern: llama3Pattern}, ignoreMerges: true},
	"qwen2":     {splitter: splitter{pattern: qwen2Pattern}, nfc: true},
	"llada-moe": {splitter: splitter{pattern: lladaPattern}},
}

// Tokenizer makes a tokenizer as [Parse] does, with the same rules.
func (l Listing) Tokenizer() (*Tokenizer, error) {
	known, ok := splits[l.Split]
	if !ok {
		return nil, engines.UnknownName("rule for cutting text into words", l.Split[:min(len(l.Split), 60)], slices.Sorted(maps.Keys(splits)))
	}
	if len(l.Tokens) > maxVocab || len(l.Kinds) != len(l.Tokens) {
		return nil, fmt.Errorf("the vocabulary has %d tokens with %d types, allowed are %d of both", len(l.Tokens), len(l.Kinds), maxVocab)
	}
	f := file{Model: bpeModel{Vocab: vocabulary{}}}
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
	t := &Tokenizer{split: known.splitter, nfc: known.nfc, ignoreMerges: known.ignoreMerges, around: l.Around}
	return t, f.fill(t)
}

// Listing is the other way round: what [Listing.Tokenizer] makes the same tokenizer of.
// It is an error if no name says how text is cut into words.
func (t *Tokenizer) Listing() (Listing, error) {
	l := Listing{Around: t.around}
	for _, name := range slices.Sorted(maps.Keys(splits)) {
		if s := splits[name]; s.splitter == t.split && s.nfc == t.nfc && s.ignoreMerges == t.ignoreMerges {
			l.Split = name
		}
	}
	if l.Split == "" {
		return l, fmt.Errorf("the tokenizer cuts text into words as none of %s does (NFC and ignore_merges included)", strings.Join(slices.Sorted(maps.Keys(splits)), ", "))
	}
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
	for _, p := range t.order {
		l.Merges = append(l.Merges, t.name(p.left)+" "+t.name(p.right))
	}
	return l, nil
}
