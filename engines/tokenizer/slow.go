package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines"

	jsonv2 "github.com/go-json-experiment/json"
)

// classes are the tokenizers of transformers without a tokenizer.json, by the
// tokenizer_class of their tokenizer_config.json: how they split a text, and
// whether they bring it to NFC first.
var classes = map[string]struct {
	pattern string
	nfc     bool
	end     string // an added token where tokenizer_config.json lists none
}{
	"GPT2Tokenizer":  {gpt2Pattern, false, "<|endoftext|>"},
	"Qwen2Tokenizer": {qwen2Pattern, true, ""},
	"DreamTokenizer": {qwen2Pattern, true, ""},
}

// ParseSlow reads a vocab.json, a merges.txt and the tokenizer_config.json that
// says what they belong to, as Dream has them in place of a tokenizer.json.
func ParseSlow(vocab, merges, config []byte) (*Tokenizer, error) {
	var c struct {
		Class  string                `json:"tokenizer_class"`
		Prefix bool                  `json:"add_prefix_space"`
		BOS    bool                  `json:"add_bos_token"`
		EOS    bool                  `json:"add_eos_token"`
		Added  map[string]addedToken `json:"added_tokens_decoder"`
	}
	fail := func(name string, err error) (*Tokenizer, error) { return nil, fmt.Errorf("%s: %w", name, err) }
	if err := json.Unmarshal(config, &c); err != nil {
		return fail("tokenizer_config.json", err)
	}
	class, known := classes[strings.TrimSuffix(c.Class, "Fast")]
	switch {
	case !known:
		return fail("tokenizer_config.json", engines.UnknownName("tokenizer_class without a tokenizer.json", c.Class, slices.Sorted(maps.Keys(classes))))
	case c.Prefix || c.BOS || c.EOS:
		return fail("tokenizer_config.json", fmt.Errorf("add_prefix_space is %v, add_bos_token %v, add_eos_token %v, allowed is false without a tokenizer.json", c.Prefix, c.BOS, c.EOS))
	}
	f := file{Decoder: &step{Type: "ByteLevel"}}
	for _, key := range slices.Sorted(maps.Keys(c.Added)) {
		token := c.Added[key]
		if err := json.Unmarshal([]byte(key), &token.ID); err != nil {
			return fail("tokenizer_config.json", fmt.Errorf("added_tokens_decoder: %q is no token id", key))
		}
		f.AddedTokens = append(f.AddedTokens, token)
	}
	if err := jsonv2.Unmarshal(vocab, &f.Model.Vocab); err != nil {
		return fail("vocab.json", err)
	}
	if id, known := f.Model.Vocab[class.end]; known && c.Added == nil {
		f.AddedTokens = []addedToken{{ID: id, Content: class.end, Special: true}}
	}
	for i, line := range strings.Split(string(merges), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || i == 0 && strings.HasPrefix(line, "#version:") {
			continue
		}
		left, right, ok := strings.Cut(line, " ")
		if !ok || strings.Contains(right, " ") {
			return fail("merges.txt", fmt.Errorf("line %d is %q, wanted are two tokens", i+1, line))
		}
		f.Model.Merges = append(f.Model.Merges, mergeRule{left, right})
	}
	t := &Tokenizer{split: splitter{split(class.pattern)}, nfc: class.nfc}
	if err := cmp.Or(f.check(), f.fill(t)); err != nil {
		return fail("vocab.json, merges.txt and tokenizer_config.json", err)
	}
	return t, nil
}
