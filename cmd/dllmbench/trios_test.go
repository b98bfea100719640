package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/published"
	"dllmbench/harness/exit"
)

// TestTrios: without the folders one sentence says of all checkpoints of a trio how to
// get them. On tiny checkpoints of the same architectures each is valid and uses nothing
// untrained, the comments at its head name the same checkpoints, and a run says what they
// share.
func TestTrios(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/trios/*.yaml")
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			models := t.TempDir()
			t.Setenv("MODELS", models)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var list []published.Model
			var sentence []string
			for _, m := range regexp.MustCompile(`MODELS:models}/([^"]*)"`).FindAllSubmatch(text, -1) {
				p, ok := published.Called(string(m[1]))
				if !ok || !strings.Contains(string(text), "\n#   "+p.Download("models/"+p.Name)+"\n") {
					t.Fatalf("%s is no published model, or the head does not say how to get it", m[1])
				}
				folder := filepath.Join(models, p.Name)
				list, sentence = append(list, p), append(sentence, fmt.Sprintf("there is no %s: get it with %s", folder, p.Download(folder)))
			}
			code, _, stderr := call(t.Context(), "validate", file)
			if want := "dllmbench: " + strings.Join(sentence, "\ndllmbench: ") + "\n"; code != exit.Setup || stderr != want {
				t.Errorf("without the files: exit code %d, %swant %s", code, stderr, want)
			}
			for i, m := range list {
				tiny := filepath.Join(models, fmt.Sprint(i))
				vocab := 320
				if strings.Contains(file, "llada") {
					vocab -= 32 * i // another tokenizer
				}
				if err := writeOther(tiny, vocab); err != nil {
					t.Fatal(err)
				}
				tokenizer, err := os.ReadFile(filepath.Join(tiny, model.TokenizerFile))
				if err != nil {
					t.Fatal(err)
				}
				tinyLike(t, m, tokenizer, filepath.Join(models, m.Name))
			}
			if code, stdout, stderr := call(t.Context(), "validate", file); code != exit.OK || strings.Contains(stderr, "untrained") {
				t.Fatalf("exit code %d, %s%s", code, stdout, stderr)
			}
			out := filepath.Join(models, "out")
			code, _, stderr = call(t.Context(), "run", file, "--out", out, "--progress", "none", "--quick", "--set", "workloads.0.instances=4", "--set", "measurement.threads=1")
			if code != exit.OK {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			summary, err := os.ReadFile(filepath.Join(out, "summary.md"))
			if err != nil {
				t.Fatal(err)
			}
			counted := strings.Contains(string(summary), "are in tokens of llama-3")
			for _, want := range []string{"Measured: the same: ", "ar on "} {
				if !strings.Contains(string(summary), want) || counted != strings.Contains(file, "llada") {
					t.Errorf("no %q, or tokens of another model, in\n%s", want, summary)
				}
			}
		})
	}
}
