package library

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
)

// class is what a tokenizer_config.json says beside its tokenizer.
type class struct {
	Class    string          `json:"tokenizer_class"`
	BOS      name            `json:"bos_token"`
	EOS      name            `json:"eos_token"`
	Pad      name            `json:"pad_token"`
	Unk      name            `json:"unk_token"`
	AddBOS   *bool           `json:"add_bos_token"`
	AddEOS   bool            `json:"add_eos_token"`
	Template json.RawMessage `json:"chat_template"`
}

// name is that of a token, which stands there alone or with its flags; "" for none.
type name string

// UnmarshalJSON reads both forms.
func (n *name) UnmarshalJSON(data []byte) error {
	if data[0] != '{' { // null too
		return json.Unmarshal(data, (*string)(n))
	}
	var long struct{ Content string }
	err := json.Unmarshal(data, &long)
	*n = name(long.Content)
	return err
}

// readClass reads it; what it does not say of tokens stands in special_tokens_map.json.
func readClass(files fs.FS) (c class, err error) {
	for _, file := range []string{"special_tokens_map.json", model.ClassFile} {
		text, err := userfile.ReadIn(files, file, model.MaxTokenizer)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
	}
	return c, nil
}

// tokens are those that a template may name.
func (c class) tokens() map[string]string {
	list := map[string]string{}
	for key, token := range map[string]name{"bos_token": c.BOS, "eos_token": c.EOS, "pad_token": c.Pad, "unk_token": c.Unk} {
		if token != "" {
			list[key] = string(token)
		}
	}
	return list
}

// framing are the classes of transformers that put bos and eos around a text as their
// tokenizer_config.json says it, whatever tokenizer.json does.
var framing = []string{"LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer"}

// frame gives a tokenizer what the class of its checkpoint puts around a text.
func frame(files fs.FS, codec *tokenizer.Tokenizer) error {
	c, err := readClass(files)
	if err != nil || !slices.Contains(framing, strings.TrimSuffix(c.Class, "Fast")) {
		return err
	}
	ids := func(key string, add bool, n name) (list []int32) {
		id, ok := codec.Added(string(n))
		if add && !ok {
			err = fmt.Errorf("%s: add_%s is true for the class %s, and %s is %q, which is no added token", model.ClassFile, key, c.Class, key, string(n))
		}
		if add && ok {
			list = []int32{id}
		}
		return list
	}
	codec.Frame(ids("bos_token", c.AddBOS == nil || *c.AddBOS, c.BOS), ids("eos_token", c.AddEOS, c.EOS))
	return err
}
