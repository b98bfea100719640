package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/published"
	"dllmbench/harness/scenario"
	"dllmbench/workloads/card"
)

// TestTaskScenarios: the ready scenarios of published tasks are valid on extracts in the
// published layout, their published values are about their tasks and in the cards, and
// the comments at their heads say how to get the weights.
func TestTaskScenarios(t *testing.T) {
	data := t.TempDir()
	for name, extract := range map[string]string{"gsm8k-test.jsonl": "gsm8k.jsonl", "gsm8k-train.jsonl": "gsm8k-train.jsonl", "gsm8k_opencompass.jsonl": "gsm8k-opencompass.jsonl",
		"math500.jsonl": "math.jsonl", "minerva_math.jsonl": "minerva.jsonl", "HumanEval.jsonl.gz": "humaneval.jsonl"} {
		text, err := os.ReadFile("../../workloads/card/testdata/extracts/" + extract)
		if err == nil && (name == "gsm8k_opencompass.jsonl" || name == "minerva_math.jsonl") {
			text = append(text, text...) // two examples instead of four
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(data, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("../../scenarios/tasks/*.yaml")
	if err != nil || len(files) != 5 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenario.Load(file, text, setup.Catalog(), scenario.Options{Env: func(name string) (string, bool) { return data, name == "DATA" }})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, m := range regexp.MustCompile(`MODELS:models}/([^"]*)"`).FindAllSubmatch(text, -1) {
			if p, ok := published.Called(string(m[1])); !ok || !strings.Contains(string(text), "\n#   "+p.Download("models/"+p.Name)+"\n") {
				t.Errorf("%s: %s is no published model, or the head does not say how to get it", file, m[1])
			}
		}
		for _, task := range s.Tasks {
			if task.Card == nil || len(task.Budget) != 1 || len(task.Stop) == 0 && task.Card.Style != "chat" && task.Card.Style != "chat-4" {
				t.Errorf("%s: %+v", file, task)
			}
		}
	}
}

// TestPublishedValues: what cards say of published values can be run.
func TestPublishedValues(t *testing.T) {
	n := 0
	for _, name := range card.Names() {
		c, err := card.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.Published {
			n++
			preset, err := decoders.Find(p.Engine, p.Preset)
			if err != nil {
				t.Errorf("%s: %+v: %v", name, p, err)
				continue
			}
			if _, err := engines.Resolve(preset, p.Options); err != nil {
				t.Errorf("%s: %+v: %v", name, p, err)
			}
			style, err := c.Style(p.Style)
			if _, ok := published.Called(p.Model); !ok || err != nil || p.Length == 0 && style.Rated == nil {
				t.Errorf("%s: %+v: no such model, or no length", name, p)
			}
		}
	}
	if n < 40 {
		t.Errorf("%d published values", n)
	}
}
