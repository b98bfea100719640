package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/remote"
	"dllmbench/engines/weights"
)

// TestLlamaServer compares greedy texts of llama.cpp's server with ours on the same weights:
// those in the binary and the GGUF files of GGUF_FILES, separated by commas, both exported in
// float32, because the two round activations differently for quantised weights. It runs when
// LLAMA_SERVER names the server.
//
//	LLAMA_SERVER=llama.cpp/build/bin/llama-server GGUF_FILES=SmolLM2-135M-Instruct.Q8_0.gguf go test ./engines/remote -run LlamaServer -v
func TestLlamaServer(t *testing.T) {
	server := os.Getenv("LLAMA_SERVER")
	if server == "" {
		t.Skip("LLAMA_SERVER is not set")
	}
	t.Run("builtin", func(t *testing.T) {
		sameTexts(t, server, "builtin:v1", 12, "sort:3810=", "copy:777=", "add:12+34=", "rev:5021=", "sort:9876543210=")
	})
	if files := os.Getenv("GGUF_FILES"); files != "" {
		for _, file := range strings.Split(files, ",") {
			t.Run(filepath.Base(file), func(t *testing.T) {
				sameTexts(t, server, file, 16, "The capital of France is", "def fibonacci(n):\n", "Water boils at")
			})
		}
	}
}

// sameTexts asks both engines for greedy texts.
func sameTexts(t *testing.T, server, name string, budget int, prompts ...string) {
	stored, err := library.Open(weights.Parse(name))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "exported.gguf")
	if _, err := library.Export(weights.Parse(name), stored, file, "float32"); err != nil {
		t.Fatal(err)
	}
	url := serve(t, server, file)
	w, err := library.Open(weights.Parse(file))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := decoders.Open(w.Model, 2, "autoregressive", "greedy", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	theirs, err := remote.Open(remote.Config{Name: "llama-server", API: remote.Completions, URL: url, Mode: engines.Append, LimitField: "max_tokens"},
		engines.Options{"temperature": 0.0}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	for _, prompt := range prompts {
		ids, err := engines.Prompt(w.Codec, prompt)
		if err != nil {
			t.Fatal(err)
		}
		results, err := ours.Generate(t.Context(), []engines.Request{{Prompt: ids, Budget: budget, Stop: w.Codec.EndIDs()}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		text := w.Codec.Decode(results[0].Tokens[:results[0].Useful])
		start := time.Now()
		var at []time.Duration
		res, err := theirs.Write(t.Context(), engines.TextRequest{Prompt: prompt, Budget: budget}, func(d engines.Delivery) { at = append(at, d.At) })
		if err != nil {
			t.Fatal(err)
		}
		if res.Text != text {
			t.Errorf("%q: ours continues %q, llama-server %q", prompt, text, res.Text)
		}
		if !slices.IsSorted(at) || len(at) > 0 && res.Elapsed < at[len(at)-1] || time.Since(start) < res.Elapsed {
			t.Errorf("%q: deliveries at %v, the end at %v", prompt, at, res.Elapsed)
		}
		t.Logf("%q: %q in %d deliveries, ours in %v, theirs in %v", prompt, text, len(at), results[0].Elapsed.Round(time.Millisecond), res.Elapsed.Round(time.Millisecond))
	}
}

// serve starts llama-server with a file and returns the address of its interface.
func serve(t *testing.T, server, file string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, server, "-m", file, "--host", "127.0.0.1", "--port", fmt.Sprint(port), "-c", "1024", "-np", "1", "-t", "1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); cmd.Wait() })
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 600 {
		resp, err := http.Get(base + "/health")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return base + "/v1"
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(errors.New("llama-server did not start within a minute"))
	return ""
}
