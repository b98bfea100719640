package methods

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestReferences: the file is whole, and no key or id is there twice.
func TestReferences(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range References() {
		for _, id := range append([]string{r.Key}, r.ids...) {
			if shared := id == "task:math-500"; seen[id] && !shared { // which two papers make
				t.Errorf("%s is there twice", id)
			}
			seen[id] = true
		}
		for _, field := range []string{"title", "author", "year"} {
			if strings.Count(r.Text, "\n  "+field+" = {") != 1 {
				t.Errorf("%s has not one %s:\n%s", r.Key, field, r.Text)
			}
		}
		if len(r.ids) == 0 || strings.Contains(r.Text, "keywords") || strings.Count(r.Text, "{") != strings.Count(r.Text, "}") || !strings.HasSuffix(r.Text, "}\n}\n") {
			t.Errorf("%s is broken:\n%s", r.Key, r.Text)
		}
	}
	if n := strings.Count(bib, "\n@"); n != len(References()) {
		t.Errorf("%d of %d entries are read", len(References()), n)
	}
}

// TestFiles: what is said of a run, in all forms, and what it cites.
func TestFiles(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Lengths = shape.Tasks[:1], nil
	file := fixture.New(shape)
	file.Header.LeftOut = []string{"lists_50% was too long"}
	for i := range file.Header.Cells {
		c := &file.Header.Cells[i]
		c.Workload, c.Weights, c.Threads = "gsm8k", "models/LLaDA-8B-Instruct", 1
		if c.Engine == "diffusion" {
			c.Source = "Nie et al. 2025, arXiv 2502.09992; github.com/ML-GSAI/LLaDA"
		}
	}
	file.Header.Cells[0].Options = map[string]any{"steps": 0, "block_length": 0}
	v := view.New(file)
	for format, wants := range map[string][]string{
		"methods": {" of 2 January 2026 was made on ", "LLaDA-8B-Instruct [@nie2025llada] (1.1M parameters, sha256:aa)", "diffusion (diffusion/plain; remasking low\\_confidence; steps 4, 8, 16) [@nie2025llada]",
			"gsm8k [@cobbe2021gsm8k] (stories-2; 24 instances each, run 2 times; at most 24 tokens)", "Left out: lists\\_50% was too long."},
		"methods-tex": {`ar (autoregressive/plain; block\_length all; steps length)`, `with 1 worker thread;`, `LLaDA-8B-Instruct~\cite{nie2025llada} (1.1M`, `remasking low\_confidence`, `lists\_50\% was too long`},
		"bib":         {"@article{nie2025llada,\n  title = {Large Language Diffusion Models},\n", "  year = {2025}\n}\n\n@article{cobbe2021gsm8k,"},
	} {
		got := ""
		for _, f := range Files() {
			if f.Format == format {
				var b strings.Builder
				if err := f.Write(&b, v); err != nil {
					t.Fatal(err)
				}
				got = b.String()
			}
		}
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", format, want, got)
			}
		}
	}
	for _, f := range Files() { // an empty run
		if err := f.Write(&strings.Builder{}, view.New(&result.File{})); err != nil {
			t.Error(err)
		}
	}
}
