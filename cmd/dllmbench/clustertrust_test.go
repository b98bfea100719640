package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/library"
	"dllmbench/harness/cluster"
)

// TestClusterTrust: a scenario of the queue starts no programs and reaches no endpoint, file or
// build that the worker does not allow.
func TestClusterTrust(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("models", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"models/tiny", "secret"} {
		if err := writeCheckpoint(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../secret", "models/link"); err != nil {
		t.Skip(err)
	}
	files := map[string]string{
		"endpoints.yaml": "version: 1\nendpoints:\n  listed: {kind: completions, base_url: 'http://127.0.0.1:1/v1', model: m}\n  other: {kind: completions, base_url: 'http://127.0.0.1:2/v1', model: m}\n  program: {kind: process, command: [touch, started]}\n",
		"tasks.jsonl":    `{"prompt":"a","answer":"b"}` + "\n",
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const head = "version: 1\nname: x\nmeasurement: {warmup: 0, repeats: 1, threads: 1}\n"
	plain := func(weights string) string {
		return head + "weights: " + weights + "\nengines:\n  - {name: ar, engine: autoregressive, preset: greedy}\nworkloads:\n  - {workload: lists, rungs: [sort-4], instances: 1}\n"
	}
	endpoint := func(name string) string {
		return head + "weights: {path: models/tiny}\nengines:\n  - {name: there, endpoint: " + name + "}\nworkloads:\n  - {workload: lists, rungs: [sort-4], instances: 1}\n"
	}
	for _, c := range []struct {
		name, text string
		want       string // of the error; "" for none
	}{
		{"allowed file", plain("{path: models/tiny}"), ""},
		{"other file", plain("{path: secret}"), `name no file "secret"`},
		{"absolute", plain("{path: " + mustAbs(t, "secret") + "}"), "name no file"},
		{"out of the folder", plain("{path: models/../secret}"), "name no file"},
		{"by a link", plain("{path: models/link}"), "name no file"},
		{"beside it", plain("{path: models/tiny/../../models-not}"), "name no file"},
		{"judge", plain("{path: models/tiny}") + "judge: {path: secret}\n", `name no file "secret"`},
		{"include", "include: other.yaml\n", "include"},
		{"variable", head + "name: ${HOME}\n", ""},
		{"tasks", strings.Replace(plain("{path: models/tiny}"), "{workload: lists, rungs: [sort-4], instances: 1}", "{file: tasks.jsonl, format: jsonl, instances: 1, budget: 4}", 1), `name no file "tasks.jsonl"`},
		{"card", strings.Replace(plain("{path: models/tiny}"), "{workload: lists, rungs: [sort-4], instances: 1}", "{file: models/tasks.jsonl, task: ./card.yaml, instances: 1}", 1), "name no file"},
		{"endpoint", endpoint("other"), `no endpoint "other"`},
		{"program", endpoint("program"), "start none"},
		{"listed", endpoint("listed"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			con := newConsole(t.Context(), nil, nil, &out, &out)
			con.files = &ledger{}
			w := &clusterWorker{con: con, weights: &library.Shelf{}, about: cluster.Machine{Build: "b"},
				flags: &clusterWorkerCmd{Endpoints: "endpoints.yaml", AllowEndpoint: []string{"listed", "program"}, AllowDir: []string{"models"}}}
			text, err := json.Marshal(clusterJob{Name: "x.yaml", Text: c.text, Trace: -1})
			if err != nil {
				t.Fatal(err)
			}
			err = w.prepare(t.Context(), cluster.Run{ID: "r", Build: "b", Job: text})
			if c.name == "variable" { // nothing of this machine is read into it
				if err == nil || strings.Contains(err.Error(), os.Getenv("HOME")) {
					t.Error(err)
				}
				return
			}
			if got := ""; err != nil {
				if got = err.Error(); c.want == "" || !strings.Contains(got, c.want) {
					t.Errorf("%s; want %q", got, c.want)
				}
			} else if c.want != "" {
				t.Errorf("taken; want %q", c.want)
			}
			if err := w.prepare(t.Context(), cluster.Run{ID: "r2", Build: "c", Job: text}); err == nil || !strings.Contains(err.Error(), "is of build c") {
				t.Error(err)
			}
		})
	}
	if _, err := os.Stat("started"); err == nil {
		t.Error("a program was started")
	}
}

func mustAbs(t *testing.T, name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
