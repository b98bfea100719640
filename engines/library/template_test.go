package library

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/weights"
)

// TestTemplate: a chat template is read from wherever checkpoints have it.
func TestTemplate(t *testing.T) {
	text := func(s string) string { return string(rune(len(s))) + strings.Repeat("\x00", 7) + s }
	gguf := "GGUF\x03\x00\x00\x00" + strings.Repeat("\x00", 8) + "\x01" + strings.Repeat("\x00", 7) +
		text("tokenizer.chat_template") + "\x08\x00\x00\x00" + text("of a file")
	for _, c := range []struct {
		files map[string]string
		want  string
		fails bool
	}{
		{nil, "", false},
		{map[string]string{"tokenizer_config.json": `{}`}, "", false},
		{map[string]string{"tokenizer_config.json": `{"chat_template": null}`}, "", false},
		{map[string]string{"tokenizer_config.json": `{"chat_template": "one"}`}, "one", false},
		{map[string]string{"tokenizer_config.json": `{"chat_template": [{"name": "tool_use", "template": "two"}, {"name": "default", "template": "one"}]}`}, "one", false},
		{map[string]string{"tokenizer_config.json": `{"chat_template": "one"}`, "chat_template.jinja": "own"}, "own", false},
		{map[string]string{"tokenizer_config.json": `{"chat_template": 3}`}, "", true},
		{map[string]string{"tokenizer_config.json": `{`}, "", true},
		{map[string]string{"model.gguf": gguf}, "of a file", false},
		{map[string]string{"model.gguf": gguf[:40]}, "", true},
	} {
		name := t.TempDir()
		for file, content := range c.files {
			if err := os.WriteFile(filepath.Join(name, file), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			if file == "model.gguf" {
				name = filepath.Join(name, file)
			}
		}
		got, _, err := Template(weights.Name{Kind: weights.Path, Name: name})
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%v: %q, %v", c.files, got, err)
		}
	}
	if got, _, err := Template(weights.Parse("builtin:v1")); got != "" || err != nil {
		t.Errorf("builtin:v1: %q, %v", got, err)
	}
}
