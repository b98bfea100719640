package tokenizer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dllmbench/engines"

	jsonv2 "github.com/go-json-experiment/json"
)

// Limits on what a file may ask for.
const (
	maxFile  = 1 << 27 // bytes
	maxVocab = 1 << 21 // tokens
)

// file is a tokenizer.json. Version, truncation and padding, which the reference
// sets anew for every text, and what becomes of unknown characters, of which
// bytes have none, are not looked at.
type file struct {
	Version       any             `json:"version"`
	Truncation    any             `json:"truncation"`
	Padding       any             `json:"padding"`
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    *step           `json:"normalizer"`
	PreTokenizer  *step           `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       *step           `json:"decoder"`
	Model         bpeModel        `json:"model"`
}

// unknownKey says which key of a file is not known; nil for no error.
func unknownKey(err error) error {
	var at *jsonv2.SemanticError
	if !errors.As(err, &at) {
		return err
	}
	return fmt.Errorf("the key %q of %q is not known and may change token ids", at.JSONPointer.LastToken(), cmp.Or(at.JSONPointer.Parent(), "/"))
}

type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

type bpeModel struct {
	Type         string      `json:"type"`
	Dropout      *float64    `json:"dropout"`
	UnkToken     any         `json:"unk_token"`
	Prefix       *string     `json:"continuing_subword_prefix"`
	Suffix       *string     `json:"end_of_word_suffix"`
	FuseUnk      any         `json:"fuse_unk"`
	ByteFallback bool        `json:"byte_fallback"`
	IgnoreMerges bool        `json:"ignore_merges"`
	Vocab        vocabulary  `json:"vocab"`
	Merges       []mergeRule `json:"merges"`
}

// vocabulary holds the ids of tokens by their names.
type vocabulary map[string]int32

// mergeRule is one line of merges: "a b" in files before tokenizers 0.20,
// ["a", "b"] since.
type mergeRule [2]string

// UnmarshalJSON reads both forms.
func (m *mergeRule) UnmarshalJSON(data []byte) error {
	var parts []string
	if data[0] == '"' {
		var line string
		if err := json.Unmarshal(data, &line); err != nil {
			return err
		}
		parts = strings.Split(line, " ")
	} else if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("merge %s does not have two parts", data)
	}
	*m = mergeRule(parts)
	return nil
}

// Parse reads a tokenizer.json. The model must be BPE: of bytes, cut into words by
// expressions that [compile] reads, or of characters with byte fallback; see [spaces].
// Anything else is an error, so that a text never gets other ids
// than in the reference implementation. Added tokens that are not special are
// found in texts as there; special ones never are. Which of them ends a text, or
// is the mask, is for the caller to [Tokenizer.Mark].
func Parse(data []byte) (t *Tokenizer, err error) {
	defer func() {
		if err != nil {
			t, err = nil, fmt.Errorf("tokenizer.json: %w", err)
		}
	}()
	if len(data) > maxFile {
		return nil, fmt.Errorf("the file has %d bytes, allowed is at most %d", len(data), maxFile)
	}
	var f file
	unknown := jsonv2.Unmarshal(data, &f, jsonv2.RejectUnknownMembers(true))
	if unknown != nil { // whatever else is wrong with it says more
		f = file{}
		if err := jsonv2.Unmarshal(data, &f); err != nil {
			if f.Model.Type != "" && f.Model.Type != "BPE" { // whose vocabulary has another form
				err = f.check()
			}
			return nil, err
		}
	}
	t = &Tokenizer{ignoreMerges: f.Model.IgnoreMerges}
	if err := cmp.Or(f.check(), f.cut(t), unknownKey(unknown)); err != nil {
		return nil, err
	}
	return t, cmp.Or(f.fill(t), f.frame(t))
}

// cut reads how texts become words.
func (f *file) cut(t *Tokenizer) (err error) {
	if f.Decoder == nil || f.Decoder.Type != "ByteLevel" {
		if t.spaces, t.nfc, err = f.spaces(); err == nil && t.spaces.split {
			t.split = splitter{{find: t.spaces.find}}
		}
		return err
	}
	for _, p := range f.Normalizer.steps() {
		if p.Type != "NFC" {
			return fmt.Errorf("normalizer is %q, allowed is NFC or none", p.Type)
		}
		t.nfc = true
	}
	t.split, err = f.PreTokenizer.splitter()
	return err
}

// fill gives a tokenizer the tokens and merges of a file.
func (f *file) fill(t *Tokenizer) (err error) {
	if t.tokens, err = f.tokens(t.spaces != nil); err != nil {
		return err
	}
	for i, rule := range f.Model.Merges {
		left, okL := f.Model.Vocab[rule[0]]
		right, okR := f.Model.Vocab[rule[1]]
		if !okL || !okR {
			return fmt.Errorf("merge %d joins %q and %q, which are not both in vocab", i, rule[0], rule[1])
		}
		t.order = append(t.order, pair{left, right})
	}
	return t.finish()
}

// check refuses settings under which the reference would give other ids than
// BPE as Encode does it.
func (f *file) check() error {
	filled := func(s *string) bool { return s != nil && *s != "" }
	bytes := f.Decoder != nil && f.Decoder.Type == "ByteLevel"
	switch {
	case f.Model.Type != "BPE" && f.Model.Type != "": // old GPT-2 files leave it out
		return fmt.Errorf("model type is %q, allowed is BPE", f.Model.Type)
	case f.Model.Dropout != nil && *f.Model.Dropout != 0:
		return errors.New("model has dropout; allowed is none")
	case filled(f.Model.Prefix) || filled(f.Model.Suffix):
		return errors.New("model marks word parts with a prefix or suffix; byte-level BPE does not")
	case f.Model.ByteFallback && bytes:
		return errors.New("model has byte_fallback; byte-level BPE does not")
	case len(f.Model.Vocab)+len(f.AddedTokens) > maxVocab:
		return fmt.Errorf("vocabulary has more than %d tokens", maxVocab)
	}
	return nil
}

// tokens merges vocab and added_tokens into one list by id without gaps.
func (f *file) tokens(characters bool) ([]token, error) {
	added := map[int32]addedToken{}
	contents := map[string]bool{}
	size := len(f.Model.Vocab)
	for _, a := range f.AddedTokens {
		if _, twice := added[a.ID]; twice || contents[a.Content] || a.Content == "" {
			return nil, fmt.Errorf("added token %q (id %d) is empty or listed twice", a.Content, a.ID)
		}
		if characters && !a.Special && a.Normalized && f.Normalizer != nil {
			return nil, fmt.Errorf("added token %q is normalized: its blanks would be replaced; allowed only for special tokens", a.Content)
		}
		if id, ok := f.Model.Vocab[a.Content]; !ok {
			size++
		} else if id != a.ID {
			return nil, fmt.Errorf("added token %q has id %d, but %d in vocab", a.Content, a.ID, id)
		}
		added[a.ID], contents[a.Content] = a, true
	}
	list := make([]token, size)
	place := func(name string, id int32, t token) error {
		if id < 0 || int(id) >= size {
			return fmt.Errorf("token %q has id %d, allowed is 0 to %d for %d tokens", name, id, size-1, size)
		}
		if list[id].text != "" {
			return fmt.Errorf("id %d belongs to two tokens, one of them %q", id, name)
		}
		list[id] = t
		return nil
	}
	for _, a := range added {
		if err := place(a.Content, a.ID, token{text: a.Content, added: true, special: a.Special, flags: flags{a.SingleWord, a.LStrip, a.RStrip, a.Normalized}}); err != nil {
			return nil, err
		}
	}
	for name, id := range f.Model.Vocab {
		if contents[name] {
			continue
		}
		tok, ok := token{text: name}, name != ""
		if !characters {
			if tok.text, ok = fromAlphabet(name); !ok || name == "" {
				return nil, fmt.Errorf("token %q (id %d) is not written in the byte-level alphabet", name, id)
			}
		} else if b, is := fallback(name); is {
			tok = token{text: string([]byte{b}), byte: true}
		} else if !ok {
			return nil, fmt.Errorf("token %d has no text", id)
		}
		if err := place(name, id, tok); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// finish builds the tables for encoding from tokens and order. Merges that could turn
// text into a special token are refused; of a vocabulary of characters, in which any two
// parts of a token may be a merge, they are left out.
func (t *Tokenizer) finish() error {
	t.ids = make(map[string]int32, len(t.tokens))
	inside := false // a token has a blank behind another character
	for b := range t.symbol {
		t.symbol[b] = engines.NoToken
	}
	for id, tok := range t.tokens {
		switch {
		case tok.byte, t.spaces == nil && len(tok.text) == 1 && !tok.added:
			t.symbol[tok.text[0]] = int32(id)
		case tok.added && (t.spaces == nil || tok.special):
			continue
		}
		if !tok.byte {
			t.ids[tok.text] = int32(id)
			inside = inside || strings.Contains(strings.TrimLeft(tok.text, meta), meta)
		}
	}
	if t.spaces != nil && t.split == nil && !inside {
		t.split = splitter{{find: findRun}}
	}
	t.merges = make(map[pair]merge, len(t.order))
	order, ties := t.order[:0], t.ties[:0]
	for i, p := range t.order {
		left, right := t.tokens[p.left], t.tokens[p.right]
		id, ok := t.ids[left.text+right.text]
		ok = ok && !left.byte && !right.byte && (t.spaces != nil || !left.added && !right.added)
		switch _, twice := t.merges[p]; {
		case twice:
			return fmt.Errorf("merge %d of %q and %q is listed twice", i, t.Token(p.left), t.Token(p.right))
		case !ok && (t.spaces == nil || !left.special && !right.special && !t.isSpecial(left.text+right.text)):
			return fmt.Errorf("merge %d of %q and %q touches an added token or gives one that is not in vocab", i, t.Token(p.left), t.Token(p.right))
		case !ok || left.special || right.special:
			continue
		}
		rank := int32(len(order))
		if t.ties != nil {
			rank = t.ties[i]
			ties = append(ties, rank)
		}
		t.merges[p] = merge{rank, id}
		order = append(order, p)
	}
	t.order, t.ties = order, ties
	t.enter()
	return t.Mark(Special{Mask: -1, Pad: -1})
}

// isSpecial reports whether a special token has this name.
func (t *Tokenizer) isSpecial(name string) bool {
	id, ok := t.Added(name)
	return ok && t.tokens[id].special
}
