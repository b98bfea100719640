package remote

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
)

const planted = "sk-planted-7f3a9c"

// TestKeyStaysIn: a server that repeats the key everywhere does not get it out of the engine.
func TestKeyStaysIn(t *testing.T) {
	t.Setenv("TEST_KEY", planted)
	for name, answer := range map[string]string{
		"error":   `HTTP 401 {"error":{"message":"bad key ` + planted + `"}}`,
		"refusal": "HTTP 429 " + planted,
		"event":   "data: {\"error\":\"no such key: " + planted + "\"}\n\n",
		"text":    delta("it is "+planted[:9]) + delta(planted[9:]) + stop,
		"facts":   "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"warning\":\"" + planted + "\",\"model\":\"" + planted + "\",\"system_fingerprint\":\"" + planted + "\"}\n\n",
		"no JSON": "data: " + planted + "\n\n",
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+planted {
				t.Errorf("the key did not arrive: %v", r.Header)
			}
			w.Header().Set("X-Request-Id", "of "+planted)
			if status, text, ok := strings.Cut(strings.TrimPrefix(answer, "HTTP "), " "); strings.HasPrefix(answer, "HTTP ") && ok {
				w.WriteHeader(map[string]int{"401": 401, "429": 429}[status])
				io.WriteString(w, text)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, answer)
		}))
		res, _, err := write(t, opened(t, Config{Mode: engines.Append, KeyEnv: "TEST_KEY"}, s.URL, nil), engines.TextRequest{Prompt: "q", Once: true})
		s.Close()
		out, _ := json.Marshal([]any{res, res.Wire})
		if err != nil {
			out = append(out, err.Error()...)
		} else if name != "facts" {
			t.Errorf("%s: no error", name)
		}
		if strings.Contains(string(out), planted) || res.Wire.Headers["x-request-id"] != "of [key]" {
			t.Errorf("%s: %s", name, out)
		}
	}
	t.Setenv("TEST_KEY", planted+"\n")
	if _, err := Open(Config{KeyEnv: "TEST_KEY"}, nil, time.Now); err == nil || strings.Contains(err.Error(), planted) {
		t.Errorf("a key with a line end: %v", err)
	}
}

// TestAddresses: what may be dialled depends on what the file names, not on what a name
// becomes.
func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		url, address string
		private, key bool
		want         string
	}{
		{url: "http://127.0.0.1:8080", address: "127.0.0.1:8080"},
		{url: "http://localhost", address: "[::1]:80"},
		{url: "https://api.example.org", address: "93.184.216.34:443"},
		{url: "https://api.example.org", address: "127.0.0.1:443", want: "which is this machine"},
		{url: "https://api.example.org", address: "[::ffff:127.0.0.1]:443", want: "which is this machine"},
		{url: "https://api.example.org", address: "169.254.169.254:80", want: "no address of a server"},
		{url: "http://169.254.169.254", address: "169.254.169.254:80", private: true, want: "no address of a server"},
		{url: "https://api.example.org", address: "0.0.0.0:443", want: "no address of a server"},
		{url: "https://api.example.org", address: "[fe80::1]:443", want: "no address of a server"},
		{url: "https://api.example.org", address: "10.0.0.7:443", want: "private: true"},
		{url: "https://api.example.org", address: "100.64.1.1:443", want: "private: true"},
		{url: "https://api.example.org", address: "[fd00:ec2::254]:443", want: "private: true"},
		{url: "http://gpu", address: "10.0.0.7:80", private: true},
		{url: "http://10.0.0.7", address: "10.0.0.7:80"},
		{url: "http://localhost", address: "10.0.0.7:80", private: true, key: true, want: "plain text"},
	} {
		config := Config{URL: c.url, Private: c.private}
		if c.key {
			config.KeyEnv = "KEY"
		}
		err := config.allowed(c.address)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s at %s: %v, want %q", c.url, c.address, err, c.want)
		}
	}
}

// TestNoRedirect: a server that sends the prompt elsewhere is not obeyed.
func TestNoRedirect(t *testing.T) {
	there := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer there.Close()
	s := httptest.NewServer(http.RedirectHandler(there.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	if _, _, err := write(t, opened(t, Config{Mode: engines.Append}, s.URL, nil), engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("%v", err)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	if _, _, err := write(t, opened(t, Config{Mode: engines.Append}, secure.URL, nil), engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
}
