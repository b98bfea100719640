package library

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/engines/tokenizer"
)

// TestClass: what tokenizer_config.json says of begin and end, and of the tokens that a
// template may name.
func TestClass(t *testing.T) {
	own, err := tokenizer.Train(slices.Values([]string(nil)), tokenizer.TrainOptions{VocabSize: 272})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		config, more string
		begin        []int32
		behind       []string
		tokens       map[string]string
		want         string // part of an error
	}{
		{config: `{"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": true, "bos_token": "<|pad|>"}`, tokens: map[string]string{"bos_token": "<|pad|>"}},
		{config: `{"tokenizer_class": "LlamaTokenizerFast", "bos_token": {"content": "<|pad|>", "lstrip": false}, "eos_token": "<|end|>"}`,
			begin: []int32{0}, tokens: map[string]string{"bos_token": "<|pad|>", "eos_token": "<|end|>"}},
		{config: `{"tokenizer_class": "GemmaTokenizer", "add_bos_token": false, "add_eos_token": true, "bos_token": null, "eos_token": "<|end|>"}`,
			behind: []string{"<|end|>"}, tokens: map[string]string{"eos_token": "<|end|>"}},
		{config: `{"tokenizer_class": "LlamaTokenizer"}`, more: `{"bos_token": "<|end|>", "pad_token": {"content": "<|pad|>"}}`,
			begin: []int32{1}, tokens: map[string]string{"bos_token": "<|end|>", "pad_token": "<|pad|>"}},
		{config: `{"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>"}`, tokens: map[string]string{"bos_token": "<s>"}, want: `bos_token is "<s>", which is no added token`},
		{config: `{"bos_token": 1}`, want: "tokenizer_config.json: "},
	} {
		files := fstest.MapFS{"tokenizer.json": {Data: own.JSON()}, "tokenizer_config.json": {Data: []byte(c.config)}}
		if c.more != "" {
			files["special_tokens_map.json"] = &fstest.MapFile{Data: []byte(c.more)}
		}
		class, _ := readClass(files)
		codec, err := readTokenizer(files)
		if c.want != "" || err != nil {
			if c.want == "" || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %v, which should say %q", c.config, err, c.want)
			}
			continue
		}
		if !slices.Equal(codec.Begin(), c.begin) || !slices.Equal(codec.Behind(), c.behind) || !maps.Equal(class.tokens(), c.tokens) {
			t.Errorf("%s: begin %v, behind %q, tokens %v", c.config, codec.Begin(), codec.Behind(), class.tokens())
		}
	}
}
