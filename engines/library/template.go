package library

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/model"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// Template returns the chat template of a checkpoint as its files have it, in the language
// Jinja, "" if there is none; and the tokens that it may name.
func Template(w weights.Name) (text string, tokens map[string]string, err error) {
	if w.Kind != weights.Path {
		return "", nil, nil
	}
	if text, tokens, err = template(w.Name); err != nil {
		err = fmt.Errorf("%s: chat template: %w", w, err)
	}
	return text, tokens, err
}

func template(path string) (text string, tokens map[string]string, err error) {
	if f, done, err := metadata(path); f != nil || err != nil {
		defer done()
		if err != nil {
			return "", nil, err
		}
		text, _, err = gguf.Value[string](f, "tokenizer.chat_template")
		list, _, errList := gguf.Value[[]string](f, "tokenizer.ggml.tokens")
		tokens = map[string]string{}
		for key, name := range map[string]string{"bos": "bos_token", "eos": "eos_token", "padding": "pad_token", "unknown": "unk_token"} {
			id, known, errID := gguf.Value[uint64](f, "tokenizer.ggml."+key+"_token_id")
			if err = cmp.Or(err, errList, errID); known && id < uint64(len(list)) {
				tokens[name] = list[id]
			}
		}
		return text, tokens, err
	}
	files := userfile.Dir(path)
	c, err := readClass(files)
	if err != nil {
		return "", nil, err
	}
	// transformers writes a file of its own since 4.50, which goes before the key.
	own, err := userfile.ReadIn(files, "chat_template.jinja", model.MaxTokenizer)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = c.template()
	} else {
		text = string(own)
	}
	return text, c.tokens(), err
}

// template is that of its file.
func (c class) template() (text string, err error) {
	if len(c.Template) == 0 || string(c.Template) == "null" {
		return "", nil
	}
	if c.Template[0] != '[' {
		err = json.Unmarshal(c.Template, &text)
		return text, err
	}
	var several []struct{ Name, Template string }
	err = json.Unmarshal(c.Template, &several)
	for _, one := range several {
		if one.Name == "default" {
			text = one.Template
		}
	}
	return text, err
}

// metadata opens a GGUF file; nil for a folder.
func metadata(path string) (f *gguf.File, done func() error, err error) {
	done = func() error { return nil }
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return nil, done, nil
	}
	file, err := userfile.Open(path)
	if err != nil {
		return nil, done, err
	}
	info, err := file.Stat()
	if err == nil {
		f, err = gguf.Open(file, info.Size())
	}
	return f, file.Close, err
}

// begin is the id of the token that texts begin with, as far as the files say it.
func begin(w weights.Name) (id uint64, ok bool, err error) {
	if w.Kind != weights.Path {
		return 0, false, nil
	}
	f, done, err := metadata(w.Name)
	defer done()
	if f != nil && err == nil {
		return gguf.Value[uint64](f, "tokenizer.ggml.bos_token_id")
	}
	var config struct {
		Begin *uint64 `json:"bos_token_id"`
	}
	text, err := userfile.ReadIn(userfile.Dir(w.Name), model.ConfigFile, model.MaxTokenizer)
	if err != nil || json.Unmarshal(text, &config) != nil || config.Begin == nil {
		return 0, false, err
	}
	return *config.Begin, true, nil
}
