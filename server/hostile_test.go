//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"dllmbench/engines"
)

// raw sends bytes and returns the first line of what comes back, and whether the connection
// was closed in time.
func (r *running) raw(t *testing.T, text string) (first string, closed bool) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, text) // may be refused in the middle
	b := bufio.NewReader(c)
	first, _ = b.ReadString('\n')
	_, err = io.Copy(io.Discard, b)
	if timed, ok := err.(net.Error); ok && timed.Timeout() {
		return first, false
	}
	return first, true
}

// TestHostile: what strangers send is bounded in size and time, and never gets through.
func TestHostile(t *testing.T) {
	t.Parallel()
	const key = "the-key-of-this-test"
	r := start(t, setting{key: key, timeout: func(t *Timeouts) {
		t.Header, t.Body, t.Idle, t.Connections = 100*time.Millisecond, 200*time.Millisecond, 100*time.Millisecond, 40
	}})
	with := "Host: x\r\nAuthorization: Bearer " + key + "\r\n"
	post := func(body string) string {
		return fmt.Sprintf("POST /v1/completions HTTP/1.1\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", with, len(body), body)
	}
	deep := strings.Repeat("[", 200_000)
	for name, c := range map[string]struct{ send, status string }{
		"no key":                {"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "401"},
		"wrong key":             {"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-key-of-this-tesu\r\nConnection: close\r\n\r\n", "401"},
		"long key":              {"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + strings.Repeat("k", 9000) + "\r\nConnection: close\r\n\r\n", "401"},
		"the key":               {"GET /v1/models HTTP/1.1\r\n" + with + "Connection: close\r\n\r\n", "200"},
		"health":                {"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"},
		"large head":            {"GET /v1/models HTTP/1.1\r\n" + with + "X: " + strings.Repeat("x", 80<<10) + "\r\n\r\n", "431"},
		"many heads":            {"GET /v1/models HTTP/1.1\r\n" + with + strings.Repeat("X: y\r\n", 20<<10) + "\r\n", "431"},
		"slow head":             {"GET /v1/models HTTP/1.1\r\nHost: x\r\nX", ""},
		"slow body":             {"POST /v1/completions HTTP/1.1\r\n" + with + "Content-Length: 100\r\n\r\n{", "408"},
		"large body":            {post(`{"prompt":"` + strings.Repeat("a", maxBody) + `"}`), "413"},
		"endless body":          {"POST /v1/completions HTTP/1.1\r\n" + with + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("a", 0x10000)+"\r\n", 20), "413"},
		"deep JSON":             {post(`{"prompt":` + deep), "400"},
		"deep JSON, closed":     {post(`{"logit_bias":` + deep + strings.Repeat("]", 200_000) + "}"), "400"},
		"long prompt":           {post(`{"prompt":"` + strings.Repeat("a ", maxBody/2-50) + `"}`), "400"},
		"huge numbers":          {post(`{"prompt":"a","max_tokens":1e400}`), "400"},
		"two lengths":           {"POST /v1/completions HTTP/1.1\r\n" + with + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", "400"},
		"out of the tree":       {"GET /v1/../../../etc/passwd HTTP/1.1\r\n" + with + "Connection: close\r\n\r\n", "404"},
		"out of it, encoded":    {"GET /v1/models/..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + with + "Connection: close\r\n\r\n", "404"},
		"another origin":        {"POST /v1/completions HTTP/1.1\r\n" + with + "Origin: http://evil.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", "403"},
		"another site":          {"POST /v1/completions HTTP/1.1\r\n" + with + "Sec-Fetch-Site: cross-site\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", "403"},
		"no HTTP":               {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		"preflight of a script": {"OPTIONS /v1/completions HTTP/1.1\r\n" + with + "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n", "405"},
	} {
		t.Run(name, func(t *testing.T) {
			first, closed := r.raw(t, c.send)
			if _, status, _ := strings.Cut(first, " "); !strings.HasPrefix(status, c.status) || c.status == "" && first != "" && !strings.Contains(first, "400") || !closed {
				t.Errorf("got %q, closed %v, want %s", first, closed, c.status)
			}
		})
	}
	// Who closes its own direction behind a request reads no empty success.
	half, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	io.WriteString(half, post(strings.Replace(long, `"stream":true,"dllmbench":{"mode":"replace"}`, `"n":4`, 1)))
	half.(*net.TCPConn).CloseWrite()
	if answer, _ := io.ReadAll(half); !strings.HasPrefix(string(answer), "HTTP/1.1 503") {
		t.Errorf("a half-closed connection reads %q", answer)
	}
	resp, err := http.Get(r.url + "/healthz")
	if err != nil || resp.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v, %v", err, resp)
	}
	resp.Body.Close()

	// Thousands of connections: those beyond the bound are closed, and later the server answers.
	var held []net.Conn
	for range 2000 {
		if c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://")); err == nil {
			held = append(held, c)
			defer c.Close()
		}
	}
	closed := 0
	for _, c := range held[len(held)/2:] {
		c.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
			closed++
		}
	}
	if n := len(held) / 2; closed < n {
		t.Errorf("%d of %d connections are closed", closed, n)
	}
	for range 100 {
		if first, _ := r.raw(t, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); strings.Contains(first, "200") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the server does not answer any more")
}

// TestHosts: without a key only this machine is answered, by its own name, so that a page
// whose name leads here is not.
func TestHosts(t *testing.T) {
	t.Parallel()
	r := start(t, setting{})
	for host, want := range map[string]string{"localhost": "200", "127.0.0.1:99": "200", "[::1]:8080": "200", "LOCALHOST:1": "200", "127.0.0.1.evil.example": "403", "evil.example": "403", "": "400"} {
		if first, _ := r.raw(t, "GET /v1/models HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n"); !strings.Contains(first, want) && !(host == "" && strings.Contains(first, "403")) {
			t.Errorf("%s: %q, want %s", host, first, want)
		}
	}
	for address, ok := range map[string]bool{"127.0.0.1:80": true, "localhost:80": true, "[::1]:80": true, ":80": false, "0.0.0.0:80": false, "10.0.0.1:80": false, "127.0.0.1": false} {
		if err := CheckAddress(address, ""); (err == nil) != ok {
			t.Errorf("%s without a key: %v", address, err)
		}
		if err := CheckAddress(address, "k"); (err == nil) != (address != "127.0.0.1") {
			t.Errorf("%s with a key: %v", address, err)
		}
	}
}

// FuzzRequest: no body makes reading panic, and what is taken is within bounds.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{`{"prompt":"a"}`, `{"prompt":[[1,2],[3]],"n":2}`, `{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}`,
		`{"prompt":"a","dllmbench":{"steps":1e9,"mode":"replace"},"stop":["a"],"top_k":-1}`, `{"prompt":{"a":1}}`, `[]`, `{"prompt":"a","stop_token_ids":[1,-1],"stream_options":{}}`} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, chat bool) {
		a := &asked{chat: chat}
		fail := a.decode(data)
		if fail == nil {
			fail = a.check()
		}
		if fail != nil {
			if fail.Message == "" || fail.status < 400 {
				t.Errorf("%q is refused with %+v", data, fail)
			}
			return
		}
		if n := max(1, len(a.Prompt)) * a.n(); n < 1 || n > maxChoices || len(a.Stop) > maxStops {
			t.Errorf("%q asks for %d answers", data, n)
		}
	})
}

// letters is a codec whose tokens are bytes; 0 ends a text, 1 is padding, 2 the mask.
type letters struct{}

func (letters) Encode(text string) (ids []int32) {
	for i := range len(text) {
		ids = append(ids, int32(text[i]))
	}
	return ids
}

func (letters) Decode(ids []int32) string {
	var data []byte
	for _, id := range ids {
		if id > 2 {
			data = append(data, byte(id))
		}
	}
	return string(data)
}
func (letters) MaskID() int32   { return 2 }
func (letters) EndIDs() []int32 { return []int32{0} }
func (letters) PadID() int32    { return 1 }
func (letters) VocabSize() int  { return 256 }

// FuzzAnswer: however an answer is cut into passes, the pieces that are shown are the answer
// up to the first text that ends it, in whole characters.
func FuzzAnswer(f *testing.F) {
	f.Add("the end of it all", "of", "it", 3)
	f.Add("a\xc3\xa4\xe2\x82\xac\xff\xf0\x9f\x98", "\xc3", "", 1)
	f.Add("aaab\x00c", "aab", "", 2)
	f.Fuzz(func(t *testing.T, text, stop, other string, step int) {
		if step < 1 || len(text) > 1000 {
			return
		}
		ids := letters{}.Encode(text)
		a := &answer{codec: letters{}, length: len(ids), bell: newBell(0, time.Now), request: engines.Request{Stop: letters{}.EndIDs()}}
		want := text
		if i := strings.IndexAny(want, "\x00\x01\x02"); i >= 0 {
			want = want[:i]
		}
		useful := len(want)
		cut := len(want)
		for _, s := range []string{stop, other} {
			if s == "" {
				continue
			}
			a.stops = append(a.stops, s)
		}
		// The first byte at which some text of stops is complete decides, as token by token.
		for end := 1; end <= useful && cut == useful; end++ {
			for _, s := range a.stops {
				if strings.HasSuffix(want[:end], s) {
					cut = min(cut, end-len(s))
				}
			}
		}
		shown := ""
		for n := 0; ; n += step {
			goOn := a.Wrote(engines.Progress{Tokens: ids, Settled: min(n, len(ids))})
			piece := a.read(len(shown), 0).text
			shown += piece
			if !strings.HasPrefix(want, shown) {
				t.Fatalf("%q is shown of %q", shown, want)
			}
			if !goOn || n >= len(ids) {
				break
			}
		}
		a.Done(engines.Result{Tokens: ids, Useful: useful}, nil)
		if shown += a.read(len(shown), 0).text; shown != want[:cut] {
			t.Errorf("%q is shown of %q, which %q end: want %q", shown, text, a.stops, want[:cut])
		}
	})
}
