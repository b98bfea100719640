package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestOutputsSpareWhatIsRead: no output takes the place of an input, of records or of
// another output, however its path is written.
func TestOutputsSpareWhatIsRead(t *testing.T) {
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, line := range []string{"run --out a --progress none", "baseline save mine a"} {
		if code, _, stderr := call(context.Background(), strings.Fields(line)...); code != 0 {
			t.Fatal(stderr)
		}
	}
	records := filepath.Join("a", "results.jsonl")
	part := "workloads:\n  - {workload: lists, rungs: [copy-3], instances: 1}\n"
	tasks := `{"id": "1", "prompt": "p", "answer": "a", "checker": "exact"}` + "\n"
	if err := errors.Join(os.Mkdir("other", 0o755), os.Symlink(filepath.Join("..", records), filepath.Join("other", "link")), os.Link(records, filepath.Join("other", "hard")),
		os.WriteFile("part.yaml", []byte(part), 0o644), os.WriteFile("tasks.jsonl", []byte(tasks), 0o644),
		os.WriteFile("whole.yaml", []byte("version: 1\ninclude: part.yaml\nweights: {path: tiny}\nengines: [{engine: autoregressive}]\nworkloads: [{file: tasks.jsonl, format: jsonl}]\n"), 0o644)); err != nil {
		t.Skip(err)
	}
	before := contents(t, dir)
	for _, line := range []string{
		"export a --out a/results.jsonl", "export a --out other/link", "export a --out other/hard", "export a --out ./other/../a/results.jsonl", "export a --out " + filepath.Join(dir, records),
		"compare a a --html a/results.jsonl", "compare a a --format md=other/hard", "compare a a --format table,md=x,junit=./x", "compare a a --format md=x --html x",
		"history a --out a/results.jsonl", "schema --out a/results.jsonl", "schema --out other/link", "init a/results.jsonl --force", "init baselines/mine.json --force",
		"report a --insert a/results.jsonl", "report a --claims other/link", "check --format junit=scenarios.yaml", "check --baseline mine --html baselines/mine.json",
		"check whole.yaml --baseline mine --accept all --format table,md=tasks.jsonl", "check whole.yaml --baseline mine --accept all --html part.yaml", "check --baseline mine --html tiny/config.json",
		"check --self-test --log other/hard", "train --out tiny --steps 1",
	} {
		if code, _, stderr := call(context.Background(), strings.Fields(line)...); code != 2 {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
	}
	after := contents(t, dir)
	for name, text := range before {
		if !bytes.Equal(after[name], text) {
			t.Errorf("%s has changed", name)
		}
		delete(after, name)
	}
	for name := range after {
		t.Errorf("%s was made", name)
	}
}

// contents are the files below a folder.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// full is a writer whose disk is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestStandardOutputFails: it is exit code 4 of every command, and files are there.
func TestStandardOutputFails(t *testing.T) {
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, line := range []string{
		"run --out a --progress none --trace 1 --set outputs=[html,md,png]", "report a", "merge a --out m --partial", "--help", "run --help", "--version", "version", "help", "env", "env --json", "list decoders", "list metrics --json",
		"list workloads", "list models", "model tiny", "schema", "init -", "validate", "expand", "expand --json", "generate --weights tiny --prompt a --budget 2",
		"generate --weights tiny --prompt a --budget 2 --compare", "export a", "export a --format json", "compare a a", "compare a --by engine --html c.html", "compare a a --format md", "history a --out h.html",
		"history a --format csv", "recommend a --length 4", "recommend a --length 4 --json", "trace a", "coherence a", "coherence a --format csv",
		"likelihood --weights tiny --workload lists --rungs copy-3 --instances 1 --blocks 1 --repeats 2", "baseline save mine a", "baseline list", "baseline show mine", "check --baseline mine --html d.html",
	} {
		var stderr bytes.Buffer
		if code := run(context.Background(), strings.Fields(line), strings.NewReader(""), full{}, &stderr); code != 4 || strings.Count(stderr.String(), "cannot write to standard output: no space left") != 1 {
			t.Errorf("%s: exit code %d, %s", line, code, stderr.String())
		}
	}
	for _, name := range []string{"a/report.html", "a/summary.md", "a/plots", "m/report.html", "c.html", "h.html", "d.html", "baselines/mine.json"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

// TestOutputsThatCannotBeWritten: it is exit code 4 of every command.
func TestOutputsThatCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a folder below a file is another error there")
	}
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if err := os.WriteFile("file", nil, 0o444); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(context.Background(), "run", "--out", "a", "--progress", "none"); code != 0 {
		t.Fatal(stderr)
	}
	for _, line := range []string{
		"run --out file --progress none", "run --out file/x --progress none", "merge a --out file/x --partial", "train --out file/x --steps 1",
		"export a --out file", "export a --out file/x", "compare a a --html file", "compare a a --html file/x", "compare a a --format md=file/x", "history a --out file/x", "history a --plots file",
		"schema --out file/x", "init file --force", "init file/x", "baseline save x a --baselines file/x", "report a --claims file/x.md", "check --self-test --log file/x",
	} {
		code, _, stderr := call(context.Background(), strings.Fields(line)...)
		if code != 4 && !strings.Contains(stderr, "names no claims") {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
	}
}
