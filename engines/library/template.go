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
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		file, err := userfile.Open(path)
		if err != nil {
			return "", err
		}
		defer file.Close()
		f, err := gguf.Open(file, info.Size())
		if err != nil {
			return "", err
		}
		text, _, err = gguf.Value[string](f, "tokenizer.chat_template")
		return text, err
	}
	files := userfile.Dir(path)
	// transformers writes a file of its own since 4.50, which goes before the key.
	own, err := userfile.ReadIn(files, "chat_template.jinja", model.MaxTokenizer)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(own), err
	}
	config, err := userfile.ReadIn(files, model.ClassFile, model.MaxTokenizer)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var c struct {
		Template json.RawMessage `json:"chat_template"`
	}
	if err == nil {
		err = json.Unmarshal(config, &c)
	}
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
