package tokenizer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	Normalizer    *typed          `json:"normalizer"`
	PreTokenizer  *preTokenizer   `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       *preTokenizer   `json:"decoder"` // only its type is looked at
	Model         bpeModel        `json:"model"`
}

type typed struct {
	Type string `json:"type"`
}

// UnmarshalJSON looks at the type alone.
func (t *typed) UnmarshalJSON(data []byte) error {
	type plain typed
	return json.Unmarshal(data, (*plain)(t))
}

// processor is a post_processor: what the reference puts around a text.
type processor struct {
	Type       string      `json:"type"`
	Processors []processor `json:"processors"` // Sequence
	Single     []struct {
		Special struct {
			ID string `json:"id"`
		} `json:"SpecialToken"`
	} `json:"single"` // TemplateProcessing
}

// tokens lists the tokens that it puts around a single text.
func (p *processor) tokens() (list []string, err error) {
	switch p.Type {
	case "", "ByteLevel", "TemplateProcessing", "Sequence":
	default:
		return nil, fmt.Errorf("post_processor is %q, allowed are ByteLevel, TemplateProcessing, a Sequence of them, and none", p.Type)
	}
	for _, piece := range p.Single {
		if piece.Special.ID != "" {
			list = append(list, piece.Special.ID)
		}
	}
	for i := range p.Processors {
		more, err := p.Processors[i].tokens()
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
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

// Parse reads a tokenizer.json. The model must be byte-level BPE with the GPT-2,
// Llama 3, Qwen2 or LLaDA split, with or without single digits; the normaliser must be
// NFC or absent. Anything else is an error, so that a text never gets other ids
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
			return nil, err
		}
	}
	var post processor
	if f.PostProcessor != nil {
		if err := json.Unmarshal(f.PostProcessor, &post); err != nil {
			return nil, fmt.Errorf("post_processor: %w", err)
		}
	}
	split, errSplit := f.PreTokenizer.splitter()
	around, errAround := post.tokens()
	if err := cmp.Or(f.check(), errSplit, errAround, unknownKey(unknown)); err != nil {
		return nil, err
	}
	t = &Tokenizer{split: split, around: around, nfc: f.Normalizer != nil, ignoreMerges: f.Model.IgnoreMerges}
	return t, f.fill(t)
}

// fill gives a tokenizer the tokens and merges of a file.
func (f *file) fill(t *Tokenizer) (err error) {
	if t.tokens, err = f.tokens(); err != nil {
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
// byte-level BPE as Encode does it.
func (f *file) check() error {
	filled := func(s *string) bool { return s != nil && *s != "" }
	switch {
	case f.Model.Type != "BPE" && f.Model.Type != "": // old GPT-2 files leave it out
		return fmt.Errorf("model type is %q, allowed is BPE", f.Model.Type)
	case f.Normalizer != nil && f.Normalizer.Type != "NFC":
		return fmt.Errorf("normalizer is %q, allowed is NFC or none", f.Normalizer.Type)
	case f.Decoder == nil || f.Decoder.Type != "ByteLevel":
		return errors.New("decoder is not ByteLevel; only byte-level BPE can be read")
	case f.Model.Dropout != nil && *f.Model.Dropout != 0:
		return errors.New("model has dropout; allowed is none")
	case filled(f.Model.Prefix) || filled(f.Model.Suffix):
		return errors.New("model marks word parts with a prefix or suffix; byte-level BPE does not")
	case f.Model.ByteFallback:
		return errors.New("model has byte_fallback; byte-level BPE does not")
	case len(f.Model.Vocab)+len(f.AddedTokens) > maxVocab:
		return fmt.Errorf("vocabulary has more than %d tokens", maxVocab)
	}
	return nil
}

// tokens merges vocab and added_tokens into one list by id without gaps.
func (f *file) tokens() ([]token, error) {
	added := map[int32]addedToken{}
	contents := map[string]bool{}
	size := len(f.Model.Vocab)
	for _, a := range f.AddedTokens {
		if _, twice := added[a.ID]; twice || contents[a.Content] || a.Content == "" {
			return nil, fmt.Errorf("added token %q (id %d) is empty or listed twice", a.Content, a.ID)
		}
		if !a.Special && (a.SingleWord || a.LStrip || a.RStrip || a.Normalized && f.Normalizer != nil) {
			return nil, fmt.Errorf("added token %q uses single_word, lstrip, rstrip or normalized, allowed only for special tokens", a.Content)
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
		if err := place(a.Content, a.ID, token{a.Content, true, a.Special}); err != nil {
			return nil, err
		}
	}
	for name, id := range f.Model.Vocab {
		if contents[name] {
			continue
		}
		text, ok := fromAlphabet(name)
		if !ok || text == "" {
			return nil, fmt.Errorf("token %q (id %d) is not written in the byte-level alphabet", name, id)
		}
		if err := place(name, id, token{text: text}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// finish builds the tables for encoding from tokens and order. It refuses merges
// that could turn text into an added token.
func (t *Tokenizer) finish() error {
	t.special = Special{Mask: -1, Pad: -1}
	t.ids = make(map[string]int32, len(t.tokens))
	for id, tok := range t.tokens {
		if !tok.added {
			t.ids[tok.text] = int32(id)
		} else if !tok.special {
			t.literals = append(t.literals, int32(id))
		}
	}
	slices.SortFunc(t.literals, func(a, b int32) int { return len(t.tokens[b].text) - len(t.tokens[a].text) })
	for b := range t.symbol {
		t.symbol[b] = engines.NoToken
		if id, ok := t.ids[string([]byte{byte(b)})]; ok {
			t.symbol[b] = id
		}
	}
	t.merges = make(map[pair]merge, len(t.order))
	for rank, p := range t.order {
		if _, twice := t.merges[p]; twice {
			return fmt.Errorf("merge %d of %q and %q is listed twice", rank, t.Token(p.left), t.Token(p.right))
		}
		id, ok := t.ids[t.tokens[p.left].text+t.tokens[p.right].text]
		if !ok || t.tokens[p.left].added || t.tokens[p.right].added {
			return fmt.Errorf("merge %d of %q and %q touches an added token or gives one that is not in vocab", rank, t.Token(p.left), t.Token(p.right))
		}
		t.merges[p] = merge{int32(rank), id}
	}
	return nil
}
