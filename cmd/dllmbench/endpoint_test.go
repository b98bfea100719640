package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// plantedKey is looked for in everything that a run writes.
const plantedKey = "sk-planted-5d1e80"

// completions is a server that answers the task copy-3 rightly, in two events.
func completions(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Prompt    string
			MaxTokens int `json:"max_tokens"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.URL.Path != "/v1/completions" || asked.MaxTokens < 3 {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		key := r.Header.Get("Authorization")
		if key != "Bearer "+plantedKey {
			t.Errorf("the key did not arrive: %q", key)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Request-Id", key)
		_, list, _ := strings.Cut(asked.Prompt, ":")
		answer := strings.TrimSuffix(list, "=")
		for _, part := range []string{answer[:1], answer[1:]} {
			fmt.Fprintf(w, "data: {\"model\":%q,\"choices\":[{\"text\":%q}]}\n\n", key, part)
			w.(http.Flusher).Flush()
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(s.Close)
	return s
}

// program runs the program in a folder with files.
func program(t *testing.T, dir string, files map[string]string, args ...string) (string, error) {
	t.Helper()
	var errs []error
	for name, text := range files {
		errs = append(errs, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dllmbench", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

const besideEndpoint = `
version: 1
name: beside
weights: {builtin: v1}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {endpoint: stub, generation: {temperature: 0.5}}
workloads:
  - {workload: lists, rungs: [copy-3], instances: 4}
measurement: {repeats: 1, warmup: 1}
outputs: [html, md, csv, json]
`

// TestRunBesideEndpoint takes a server from the user's file to the report: its cell stands
// beside that of a decoder of this program, on the same instances, and what nobody counts is
// unknown. The requests that a dry run says suffice.
func TestRunBesideEndpoint(t *testing.T) {
	dir, server := t.TempDir(), completions(t)
	t.Setenv("STUB_KEY", plantedKey)
	text, err := program(t, dir, map[string]string{
		"beside.yaml":    besideEndpoint,
		"endpoints.yaml": "version: 1\nendpoints:\n  stub: {kind: completions, base_url: " + server.URL + "/v1, key_env: STUB_KEY, max_requests: 10, stop: [\"\\n\"]}\n",
	}, "run", "beside.yaml", "--out", "out", "--progress", "none")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f := records(t, dir)
	if len(f.Header.Cells) != 2 {
		t.Fatalf("%+v", f)
	}
	ar, stub := f.Header.Cells[0], f.Header.Cells[1]
	if e := stub.Endpoint; e == nil || e.Kind != "completions" || e.Address != server.URL+"/v1" || stub.Weights != "endpoint:stub" || stub.Digest != "" || stub.Precision != "" ||
		stub.Group != ar.Group || stub.Options["temperature"] != 0.5 {
		t.Errorf("%+v", stub)
	}
	n := 0
	for _, r := range f.Requests {
		if r.Cell != stub.ID {
			continue
		}
		n++
		if !*r.Exact || r.Status != "success" || r.TTFTNs == nil || r.PeakBytes != nil || r.Usage[usage.NFE].Known() || r.Usage.N(usage.UsefulTokens) == 0 {
			t.Errorf("%+v", r)
		}
	}
	if want := len(f.Requests) / 2; n != want || n == 0 {
		t.Errorf("%d of %d requests went to the endpoint", n, len(f.Requests))
	}
	if w := f.Sessions[0].Probes; len(w) != 1 || w[0].Endpoint != "stub" || w[0].Wire == nil || w[0].Deliveries == 0 {
		t.Errorf("probes: %+v", w)
	}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		seen++
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(plantedKey)) {
			t.Errorf("%s has the key", path)
		}
		return err
	})
	said, wrong := program(t, dir, nil, "generate", "--endpoint", "stub", "--workload", "lists")
	if wrong != nil || !strings.Contains(said, "first stable text") || !strings.Contains(said, "correct") || strings.Contains(said, plantedKey) {
		t.Errorf("%v\n%s", wrong, said)
	}
	if err != nil || seen < 5 || strings.Contains(text, plantedKey) {
		t.Errorf("%d files, %v\n%s", seen, err, text)
	}
	if !strings.Contains(text, "not shown to differ") {
		t.Errorf("the two are not compared:\n%s", text)
	}
}

// TestEndpointMistakes: a name that the file lacks, and a mistake in the file, have their place.
func TestEndpointMistakes(t *testing.T) {
	for name, want := range map[string][2]string{
		"no file":  {"", "beside.yaml:7:16: there is no file of endpoints: looked for endpoints.yaml"},
		"no name":  {"version: 1\nendpoints:\n  stubs: {kind: completions, base_url: http://127.0.0.1:1}\n", `beside.yaml:7:16: "stub" is not a known endpoint of endpoints.yaml; did you mean stubs?`},
		"bad key":  {"version: 1\nendpoints:\n  stub: {kind: completions, base_ur: http://127.0.0.1:1}\n", `endpoints.yaml:3:29: unknown key "base_ur" in an endpoint of kind completions; allowed are `},
		"bad kind": {"version: 1\nendpoints:\n  stub: {kind: compltions}\n", `endpoints.yaml:3:16: unknown kind "compltions"; allowed are chat, completions`},
	} {
		files := map[string]string{"beside.yaml": besideEndpoint}
		if want[0] != "" {
			files["endpoints.yaml"] = want[0]
		}
		text, err := program(t, t.TempDir(), files, "validate", "beside.yaml")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(text, want[1]) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

// TestDryRun: what a run may cost is said before, and one that may cost too much does not begin.
func TestDryRun(t *testing.T) {
	dir := t.TempDir()
	text, err := program(t, dir, map[string]string{
		"beside.yaml":    besideEndpoint,
		"endpoints.yaml": "version: 1\nendpoints:\n  stub: {kind: chat, base_url: http://127.0.0.1:1/v1, max_requests: 10, price: {input: 1, output: 100}}\n",
	}, "run", "beside.yaml", "--dry-run")
	if err != nil || !strings.Contains(text, "stub            10           118             52  0.005318") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = program(t, dir, nil, "run", "beside.yaml", "--out", "out", "--set", "measurement.repeats=2")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(text, "endpoint stub: up to 18 requests, and its max_requests is 10; nothing was sent") {
		t.Errorf("%v\n%s", err, text)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("a run that was refused left a folder")
	}
}

// mercuryFields are the fields of a request in the published schema of Mercury's chat, and what
// each may be.
var mercuryFields = map[string]func(any) bool{
	"model":             func(v any) bool { return v == "mercury-2" },
	"messages":          func(v any) bool { list, ok := v.([]any); return ok && 1 <= len(list) && len(list) <= 2 },
	"max_tokens":        func(v any) bool { n, ok := v.(float64); return ok && 1 <= n && n <= 50_000 },
	"temperature":       func(v any) bool { x, ok := v.(float64); return ok && 0.5 <= x && x <= 1 },
	"stream":            func(v any) bool { return v == true },
	"stream_options":    func(v any) bool { o, ok := v.(map[string]any); return ok && o["include_usage"] == true && len(o) == 1 },
	"diffusing":         func(v any) bool { return v == true },
	"reasoning_effort":  func(v any) bool { return v == "instant" },
	"reasoning_summary": func(v any) bool { return v == false },
}

// records are the results of a run, with the times that a busy machine makes invalid.
func records(t *testing.T, dir string) *result.File {
	t.Helper()
	path := filepath.Join(dir, "out", "results.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := result.Read(bytes.NewReader(text), path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestMercuryScenario runs the ready scenario, with the entries of the example file, against a
// stand-in that takes what the published schema has and answers with streams of both modes.
func TestMercuryScenario(t *testing.T) {
	streams := map[bool]remotetest.Stream{}
	for _, s := range remotetest.Streams() {
		if s.Name == "mercury-append" || s.Name == "mercury-diffusing" {
			streams[s.Mode == engines.Replace] = s
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/models" {
			fmt.Fprint(w, `{"data":[{"id":"mercury-2","context_length":128000}]}`)
			return
		}
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer "+plantedKey {
			t.Errorf("%v, %s", err, r.URL)
		}
		for name, v := range body {
			if may := mercuryFields[name]; may == nil || !may(v) {
				t.Errorf("the schema does not take %s: %v", name, v)
			}
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Write(streams[body["diffusing"] == true].Body)
	}))
	defer server.Close()
	t.Setenv("INCEPTION_API_KEY", plantedKey)
	dir, files := t.TempDir(), map[string]string{}
	for name, from := range map[string]string{"endpoints.yaml": "../../endpoints.example.yaml", "mercury.yaml": "../../scenarios/mercury.yaml"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = strings.ReplaceAll(string(text), "https://api.inceptionlabs.ai", server.URL)
	}
	files["endpoints.yaml"] = strings.ReplaceAll(files["endpoints.yaml"], "per_minute:", "#")
	text, err := program(t, dir, files, "run", "mercury.yaml", "--out", "out", "--progress", "none", "--set", "workloads.0.instances=1", "--set", "workloads.1.instances=1", "--set", "outputs=md")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f := records(t, dir)
	if len(f.Requests) == 0 {
		t.Fatal(text)
	}
	for _, p := range f.Sessions[0].Probes {
		if p.Listed != `{"id":"mercury-2","context_length":128000}` {
			t.Errorf("%s: the list of models says %q", p.Endpoint, p.Listed)
		}
	}
	modes := map[string]string{}
	for _, c := range f.Header.Cells {
		modes[c.ID] = c.Endpoint.Mode
	}
	for _, r := range f.Requests {
		s := streams[modes[r.Cell] == "replace"]
		if r.Status != "success" || r.Output != s.Text || r.TTFTNs == nil || r.Usage[usage.NFE].Known() || r.Wire.Counts["usage.completion_tokens"] != float64(s.Completion) || r.Usage.N(usage.PromptTokens) != s.Prompt {
			t.Errorf("%s: %+v, %+v", modes[r.Cell], r, r.Wire)
		}
	}
}

const turnsOfTasks = `
version: 1
name: turns
weights: {builtin: v1}
engines: [{endpoint: stub}]
workloads:
  - {task: gsm8k, style: chat-4, shots: 2, file: gsm8k.jsonl, fewshot: shots.jsonl, instances: 2}
  - {task: gsm8k, style: d1, file: gsm8k.jsonl, instances: 2}
measurement: {repeats: 1, warmup: 0}
outputs: [json]
`

// TestTaskTurns takes the earlier turns of a style and an answer that it begins to a server:
// they arrive as messages, and what comes back is judged. A server that is not said to go on
// with a begun answer is refused before it is asked anything.
func TestTaskTurns(t *testing.T) {
	type message struct{ Role, Content string }
	type body struct {
		Messages []message
		Continue bool  `json:"continue_final_message"`
		Add      *bool `json:"add_generation_prompt"`
	}
	var sent []body // by requests that come one after another
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // the list of models
			w.WriteHeader(http.StatusNotFound)
			return
		}
		var b body
		if err := json.NewDecoder(r.Body).Decode(&b); err != nil || r.URL.Path != "/v1/chat/completions" {
			t.Errorf("%s: %v", r.URL, err)
		}
		sent = append(sent, b)
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"so \\\\boxed{22}\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	defer server.Close()
	files := map[string]string{"turns.yaml": turnsOfTasks}
	for name, from := range map[string]string{"gsm8k.jsonl": "gsm8k.jsonl", "shots.jsonl": "gsm8k-opencompass.jsonl"} {
		text, err := os.ReadFile("../../workloads/card/testdata/extracts/" + from)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	entry := "version: 1\nendpoints:\n  stub: {kind: %s, base_url: " + server.URL + "/v1%s}\n"
	for _, c := range [][3]string{
		{"chat", "", "turns.yaml:8:5: the style of this task begins the answer, and endpoint:stub is not said to go on with one; allowed are styles without, or an endpoint of kind chat with continues: true"},
		{"completions", "", "turns.yaml:7:5: endpoint:stub continues texts"},
		{"completions", ", continues: true", `endpoints.yaml:3:`},
	} {
		dir := t.TempDir()
		files["endpoints.yaml"] = fmt.Sprintf(entry, c[0], c[1])
		text, err := program(t, dir, files, "run", "turns.yaml", "--out", "out")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(text, c[2]) || len(sent) > 0 {
			t.Errorf("%s%s: %v, %d requests\n%s", c[0], c[1], err, len(sent), text)
		}
	}
	dir := t.TempDir()
	files["endpoints.yaml"] = fmt.Sprintf(entry, "chat", ", continues: true")
	if text, err := program(t, dir, files, "run", "turns.yaml", "--out", "out", "--progress", "none"); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	right := map[string]int{}
	for _, r := range records(t, dir).Requests {
		if r.Status != "success" || r.Output != `so \boxed{22}` || *r.Exact != strings.HasSuffix(r.Instance, "/0") {
			t.Errorf("%+v", r)
		}
		if *r.Exact {
			right[r.Instance]++
		}
	}
	if len(right) != 2 {
		t.Errorf("right are %v", right)
	}
	const ask = "\nLet's think step by step\nAnswer:"
	turns := []message{{"user", "Question: A train has 8 cars with 30 seats each. How many seats are there?" + ask}, {"assistant", "Each car has 30 seats.\nWith 8 cars there are 8*30=240 seats.\nThe answer is 240\n"},
		{"user", "Question: Of 12 cups 5 broke. How many are whole?" + ask}, {"assistant", "There were 12 cups.\nAfter 5 broke, 12-5=7 are whole.\nThe answer is 7\n"}}
	seen := map[bool]int{}
	for _, b := range sent {
		if len(b.Messages) == 1 {
			continue // the probe of the connection
		}
		seen[b.Continue]++
		last := b.Messages[len(b.Messages)-1]
		if b.Continue {
			if len(b.Messages) != 2 || last != (message{"assistant", "<reasoning>"}) || b.Add == nil || *b.Add || !strings.HasPrefix(b.Messages[0].Content, "You are a math expert.") {
				t.Errorf("begun: %+v", b)
			}
		} else if !slices.Equal(b.Messages[:len(b.Messages)-1], turns) || last.Role != "user" || !strings.HasSuffix(last.Content, ask) || b.Add != nil {
			t.Errorf("turns: %+v", b)
		}
	}
	if seen[true] == 0 || seen[true] != seen[false] {
		t.Errorf("%d requests with turns, %d with begun answers", seen[false], seen[true])
	}
}
