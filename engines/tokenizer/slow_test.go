package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestSlow: vocab.json, merges.txt and tokenizer_config.json give the tokenizer that
// a tokenizer.json with the same content gives.
func TestSlow(t *testing.T) {
	for class, name := range map[string]string{"DreamTokenizer": "qwen2", "Qwen2TokenizerFast": "qwen2", "GPT2Tokenizer": "gpt2"} {
		var f file
		if err := json.Unmarshal(read(t, name+".json"), &f); err != nil {
			t.Fatal(err)
		}
		added := map[string]addedToken{}
		for _, a := range f.AddedTokens {
			added[fmt.Sprint(a.ID)] = a
		}
		vocab, merges := marshal(t, f.Model.Vocab), "#version: 0.2\n"
		for _, m := range f.Model.Merges {
			merges += m[0] + " " + m[1] + "\n"
		}
		config := map[string]any{"tokenizer_class": class, "added_tokens_decoder": added, "chat_template": "{{ x }}", "errors": "replace"}
		got, err := ParseSlow(vocab, []byte(merges), marshal(t, config))
		if err != nil {
			t.Fatalf("%s: %v", class, err)
		}
		if !bytes.Equal(got.JSON(), load(t, name+".json").JSON()) {
			t.Errorf("%s: another tokenizer than that of %s.json", class, name)
		}
		for _, c := range []struct{ key, value, merges, want string }{
			{"tokenizer_class", `"LlamaTokenizer"`, merges, `tokenizer_config.json: "LlamaTokenizer" is not a known tokenizer_class without a tokenizer.json`},
			{"add_prefix_space", "true", merges, "tokenizer_config.json: add_prefix_space is true"},
			{"add_bos_token", "true", merges, "add_bos_token true"},
			{"added_tokens_decoder", `{"x": {"content": "y"}}`, merges, `added_tokens_decoder: "x" is no token id`},
			{"added_tokens_decoder", `{"9999": {"content": "<y>", "special": true}}`, merges, `token "<y>" has id 9999, allowed is 0 to`},
			{"errors", "1", merges + "a b c\n", `merges.txt: line `},
			{"errors", "1", merges + "a zzz\n", `vocab.json, merges.txt and tokenizer_config.json: merge `},
		} {
			changed := map[string]any{"tokenizer_class": class, "added_tokens_decoder": added, c.key: json.RawMessage(c.value)}
			if _, err := ParseSlow(vocab, []byte(c.merges), marshal(t, changed)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s is %s: error %v, which should say %q", class, c.key, c.value, err, c.want)
			}
		}
	}
}

// TestSlowEnd: the class of GPT-2 has an end of its own where its files list none.
func TestSlowEnd(t *testing.T) {
	vocab := vocabulary{"<|endoftext|>": 256}
	for b := range 256 {
		vocab[string(alphabet[b])] = int32(b)
	}
	got, err := ParseSlow(marshal(t, vocab), nil, []byte(`{"tokenizer_class": "GPT2Tokenizer"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Mark(Special{Mask: 257, Pad: -1, End: []int32{256}}); err != nil || len(got.Encode("<|endoftext|>")) != 13 {
		t.Errorf("error %v, ids %v", err, got.Encode("<|endoftext|>"))
	}
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
