package published

import (
	"slices"
	"strings"
	"testing"
)

func TestRecognise(t *testing.T) {
	names := func(list []Model) (names []string) {
		for _, m := range list {
			names = append(names, m.Name)
		}
		return names
	}
	for folder, want := range map[string][]string{
		"models/mine":                   {"Dream-v0-Instruct-7B", "Dream-v0-Base-7B", "DiffuCoder-7B-Instruct"},
		"models/dream-v0-instruct-7b/":  {"Dream-v0-Instruct-7B"},
		"models/Qwen2.5-7B-Instruct":    {"Dream-v0-Instruct-7B", "Dream-v0-Base-7B", "DiffuCoder-7B-Instruct"}, // of the same shape, of another type
		"models/DiffuCoder-7B-Instruct": {"DiffuCoder-7B-Instruct"},
	} {
		if got := names(Recognise("Dream", 3584, 28, folder)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", folder, got, want)
		}
	}
	if got := Recognise("Dream", 16, 2, "models/mine"); got != nil {
		t.Errorf("a tiny one is %v", names(got))
	}
}

// TestModels: every model is told from the others by its name, and has settings.
func TestModels(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Models() {
		if seen[strings.ToLower(m.Name)] || m.Hidden == 0 || m.Layers == 0 || m.Params == 0 || len(m.Settings) == 0 || m.Trained.Check() != nil {
			t.Errorf("%+v", m)
		}
		seen[strings.ToLower(m.Name)] = true
		for _, s := range m.Settings {
			if s.Label == "" || s.Of == "" || s.Source == "" {
				t.Errorf("%s: %+v", m.Name, s)
			}
		}
	}
}
