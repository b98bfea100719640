package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"dllmbench/harness/exit"
)

// TestServe starts a real process that needs a key, asks it, and ends it with a signal.
func TestServe(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no signal to send")
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("sixteen-letters!\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dllmbench", "serve", "--listen", "127.0.0.1:0", "--key-file", key, "--model", "a=builtin:v1")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, found := strings.Cut(strings.TrimSpace(line), "serving a at ")
	if err != nil || !found {
		t.Fatalf("%q, %v", line, err)
	}
	for sent, want := range map[string]int{"": http.StatusUnauthorized, "Bearer sixteen-letters!": http.StatusOK} {
		req, _ := http.NewRequest(http.MethodPost, url+"/completions", strings.NewReader(`{"model":"a","prompt":"sort:3142=","max_tokens":9}`))
		req.Header.Set("Authorization", sent)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want || want == http.StatusOK && !strings.Contains(string(text), `"text":"1234"`) {
			t.Errorf("with %q: %d %s", sent, resp.StatusCode, text)
		}
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// TestServeRefuses: what cannot be served is said before anything is.
func TestServeRefuses(t *testing.T) {
	t.Setenv("SHORT_KEY", "short")
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	_, port, _ := net.SplitHostPort(busy.Addr().String())
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"serve --listen 0.0.0.0:0", exit.Usage, "needs a key"},
		{"serve --listen nowhere", exit.Usage, "no address to listen at"},
		{"serve --key-env SHORT_KEY", exit.Usage, "at least 16"},
		{"serve --key-env NO_SUCH_KEY", exit.Usage, "holds no key"},
		{"serve --key-env A --key-file B", exit.Usage, "give one of them"},
		{"serve --model a=builtin:v9", exit.Setup, "v9"},
		{"serve --model a=builtin:v1 --model a=b", exit.Usage, "two models are called a"},
		{"serve --model a/b=builtin:v1", exit.Usage, `"a/b" is no name of a model`},
		{"serve --listen " + busy.Addr().String(), exit.Execution, "; --listen names another one"},
		{"show --port " + port, exit.Execution, "; --port names another one"},
		{"serve --model shape:2m", exit.Setup, "without a tokenizer"},
		{"serve --memory 0.001 --listen 127.0.0.1:0", exit.Setup, "allowed for weights"},
		{"serve --model no/such/folder", exit.Setup, "no/such/folder"},
		{"serve --batch 0", exit.Usage, "batch"},
		{"serve --queue x", exit.Usage, "queue"},
		{"serve --listen 127.0.0.1:0 --key-file /none", exit.Usage, "/none"},
	} {
		var stderr strings.Builder
		if code := run(t.Context(), strings.Fields(c.line), strings.NewReader(""), io.Discard, &stderr); code != c.code || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%s: exit code %d, want %d; %s; which should say %q", c.line, code, c.code, stderr.String(), c.want)
		}
	}
}
