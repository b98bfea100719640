package library

import (
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
// Jinja; "" if there is none.
func Template(w weights.Name) (string, error) {
	if w.Kind != weights.Path {
		return "", nil
	}
	text, err := template(w.Name)
	if err != nil {
		return "", fmt.Errorf("%s: chat template: %w", w, err)
	}
	return text, nil
}

func template(path string) (text string, err error) {
	if f, done, err := metadata(path); f != nil || err != nil {
		defer done()
		if err == nil {
			text, _, err = gguf.Value[string](f, "tokenizer.chat_template")
		}
		return text, err
	}
	files := userfile.Dir(path)
	// transformers writes a file of its own since 4.50, which goes before the key.
	own, err := userfile.ReadIn(files, "chat_template.jinja", model.MaxTokenizer)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(own), err
	}
	c, err := readClass(files)
	if err != nil || len(c.Template) == 0 || string(c.Template) == "null" {
		return "", err
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
