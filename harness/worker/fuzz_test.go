package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// within fails the test when f takes long.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
}

// locked is a buffer for several goroutines.
type locked struct {
	mu   sync.Mutex
	text []byte
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

// host is a program that decodes in fake engines.
func host() Host {
	return Host{
		Open: func(s transport.Spec) (engines.Engine, error) {
			switch s.Preset {
			case "missing":
				return nil, errors.New("no such weights")
			case "", "fail", "judged":
				return &fake{spec: s}, nil
			}
			panic("bad weights")
		},
		Judge:  func(Case) workloads.Score { return workloads.Score{} },
		Gauges: transport.Gauges{Now: time.Now},
	}
}

// FuzzServe: whatever a parent writes, a child ends with it, and each line that it
// answers is one of the protocol.
func FuzzServe(f *testing.F) {
	for _, orders := range []string{
		`{"do":"open","spec":{}}` + "\n" + `{"do":"decode","requests":[{"Prompt":[1,2]}]}`,
		`{"do":"open","engine":1,"spec":{"preset":"judged"}}` + "\n" + `{"do":"decode","engine":1,"requests":[{"Prompt":[1],"judged":true}]}` + "\n" + `{"do":"say","right":true}`,
		`{"do":"say"}`,
		`{"do":"cancel"}` + "\n" + `{"do":"close"}`,
		`{"do":"open","spec":{}}` + "\n" + `{"do":"open","spec":{}}` + "\n" + `{"do":"close"}` + "\n" + `{"do":"close"}`,
		`{"do":"judge"}`, `{"do":"decode","limit_ns":-1}`, "[]", "\x00", `{"do":"open","spec":{"preset":"panic"}}`,
	} {
		f.Add([]byte(orders))
	}
	f.Fuzz(func(t *testing.T, orders []byte) {
		var out locked
		within(t, func() { Serve(bytes.NewReader(orders), &out, host()) })
		out.mu.Lock()
		defer out.mu.Unlock()
		for line := range bytes.Lines(out.text) {
			if !json.Valid(line) {
				t.Fatalf("a line that is no JSON: %q", line)
			}
		}
	})
}

// FuzzClient: whatever a child answers, its parent ends with an error or an answer.
func FuzzClient(f *testing.F) {
	cat, err := exec.LookPath("cat")
	if err != nil {
		f.Skip("no cat")
	}
	hello := string(encode(Hello{Protocol: Protocol}))
	for _, replies := range []string{
		`{"info":{"options":{"steps":4}}}` + "\n" + `{"Results":[{}]}` + "\n{}\n",
		`{"info":{}}` + "\n" + `{"ask":{"request":0,"tokens":[1]}}` + "\n" + `{"ask":{"request":-1}}` + "\n",
		`{"info":null}` + "\n", `{"failure":{"kind":"panic"}}` + "\n", "{}\n{}\n{}\n", "[]\n", "\n", "",
		`{"info":{}}` + "\n" + `{"failure":{"kind":"limit","text":""}}` + "\n",
	} {
		f.Add([]byte(hello + replies))
	}
	f.Add([]byte(`{"protocol":-1}`))
	f.Fuzz(func(t *testing.T, replies []byte) {
		path := filepath.Join(t.TempDir(), "replies")
		if err := os.WriteFile(path, replies, 0o600); err != nil {
			t.Fatal(err)
		}
		within(t, func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			e, err := Alone(ctx, exec.Command(cat, path), Limits{}, transport.Spec{Options: engines.Options{"steps": 4}})
			if err != nil {
				return
			}
			batch := []engines.Request{{Prompt: []int32{1}, Budget: 1, Oracle: func([]int32) bool { return true }}}
			if a, err := e.Send(ctx, transport.Batch{Tokens: batch}); err == nil && len(a.Results) > len(replies) {
				t.Errorf("%d results", len(a.Results))
			}
			e.Close()
		})
	})
}

// TestOrdersOutOfTurn: an order that has no sense ends the child, which says why.
func TestOrdersOutOfTurn(t *testing.T) {
	open := `{"do":"open","spec":{"preset":"judged"}}` + "\n"
	decode := `{"do":"decode","requests":[{"Prompt":[1],"judged":true}]}` + "\n"
	for orders, want := range map[string]string{
		`{"do":"say"}`:                   "an answer to no question",
		open + open:                      "engine 0 is open already",
		open + decode + `{"do":"close"}`: "asked to close while decoding",
		open + decode + open:             "asked to open while decoding",
		`{"do":"decode","limit_ns":-5}`:  "a time limit of -5 ns",
	} {
		within(t, func() {
			var out locked
			if err := Serve(strings.NewReader(orders+"\n"), &out, host()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", orders, err, want)
			}
		})
	}
}
