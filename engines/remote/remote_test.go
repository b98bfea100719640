package remote

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
	"dllmbench/engines/usage"
)

// asked is what a server was asked last.
type asked struct {
	path, key string
	body      map[string]any
}

// serving answers every request with pieces, each of which is read by itself.
func serving(t *testing.T, pieces ...string) (*httptest.Server, *asked) {
	t.Helper()
	last := &asked{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		*last = asked{path: r.URL.Path, key: r.Header.Get("Authorization")}
		json.Unmarshal(data, &last.body)
		w.Header().Set("Content-Type", "text/event-stream")
		if strings.HasPrefix(pieces[0], "{") {
			w.Header().Set("Content-Type", "application/json")
		}
		w.Header().Set("X-Request-Id", "r1")
		for _, p := range pieces {
			io.WriteString(w, p)
		}
	}))
	t.Cleanup(s.Close)
	return s, last
}

// opened is an engine on a server.
func opened(t *testing.T, c Config, url string, o engines.Options) *Engine {
	t.Helper()
	c.URL, c.Name, c.Spent = url+"/v1", "test", &Spending{}
	if c.API == "" {
		c.API = Chat
	}
	if c.LimitField == "" {
		c.LimitField = "max_tokens"
	}
	e, err := Open(c, o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// write asks an engine and gives the deliveries as texts.
func write(t *testing.T, e *Engine, r engines.TextRequest) (engines.TextResult, []string, error) {
	t.Helper()
	if r.Budget == 0 {
		r.Budget = 16
	}
	var list []engines.Delivery
	res, err := e.Write(t.Context(), r, func(d engines.Delivery) { list = append(list, d) })
	var texts []string
	for _, d := range list {
		texts = append(texts, d.Text)
	}
	if err == nil {
		if _, err := res.Stable(e.config.Mode, list); err != nil {
			t.Errorf("deliveries: %v", err)
		}
	}
	return res, texts, err
}

// pieces is a reader that gives a text a read.
type pieces struct{ left []string }

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	p.left = p.left[1:]
	return n, nil
}

// delta is an event of a chat.
func delta(content string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", content)
}

const (
	role   = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
	stop   = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	ended  = "data: [DONE]\n\n"
	counts = `"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":2}}`
)

// TestQuirks: what servers do in their streams, each of which a tool got wrong.
func TestQuirks(t *testing.T) {
	for _, c := range []struct {
		name   string
		mode   engines.Mode
		pieces []string
		want   string // deliveries, joined by |
		fails  string
		check  func(w *engines.Wire) bool
	}{
		{name: "a role alone is no text", pieces: []string{role, delta("a"), delta("b"), stop, ended}, want: "a|b",
			check: func(w *engines.Wire) bool {
				return *w.FirstEventNs > 0 && slices.Contains(w.Gives, "role") && w.Events == 5
			}},
		{name: "null content", pieces: []string{"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n", delta("a"), stop, ended}, want: "a"},
		{name: "the role in every event", pieces: []string{"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n"}, want: "a|b",
			check: func(w *engines.Wire) bool { return !slices.Contains(w.Gives, "role") }},
		{name: "reasoning under both names", pieces: []string{role, "data: {\"choices\":[{\"delta\":{\"reasoning\":\"hm\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"so\"}}]}\n\n", delta("a"), stop, ended}, want: "a",
			check: func(w *engines.Wire) bool { return w.FirstReasoningNs != nil && w.ReasoningChars == 4 }},
		{name: "several events in one read", pieces: []string{delta("a") + delta("b") + delta("c"), delta("d") + stop + ended}, want: "abc|d",
			check: func(w *engines.Wire) bool { return w.EventsAtOnce == 3 && w.Events == 6 }},
		{name: "an event in several reads", pieces: []string{"data: {\"choices\":[{\"delta\":{\"con", "tent\":\"\xc3", "\xa9\"}}]}\n\n", stop, ended}, want: "é",
			check: func(w *engines.Wire) bool { return w.Replaced == 0 }},
		{name: "no UTF-8", pieces: []string{"data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\"}}]}\n\n", stop}, want: "a\ufffd", check: func(w *engines.Wire) bool { return w.Replaced == 1 }},
		{name: "comments and pings", pieces: []string{": ping\n\n", ": OPENROUTER PROCESSING\n\n", "data: : OPENROUTER PROCESSING\n\n", delta("a"), stop, ended}, want: "a"},
		{name: "no end mark", pieces: []string{delta("a"), stop}, want: "a"},
		{name: "the last empty line left out", pieces: []string{delta("a"), strings.TrimSpace(stop)}, want: "a"},
		{name: "a length", pieces: []string{"data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}\n\n"}, want: "a"},
		{name: "cut off", pieces: []string{delta("a")}, want: "a", fails: "incomplete: the stream ended without a finish_reason or [DONE]"},
		{name: "cut in an event", pieces: []string{delta("a"), "data: {\"choices\":[{\"delta\":{\"content\":\"b"}, want: "a", fails: "incomplete"},
		{name: "usage in the last event", pieces: []string{delta("a"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]," + counts + "}\n\n", ended}, want: "a", check: counted("usage at the end")},
		{name: "usage in an event of its own", pieces: []string{delta("a"), stop, "data: {\"choices\":[]," + counts + "}\n\n", ended}, want: "a", check: counted("usage apart")},
		{name: "usage in every event", pieces: []string{"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}\n\n", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]," + counts + "}\n\n", ended}, want: "a", check: counted("usage always")},
		{name: "usage of null", pieces: []string{"data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n", ended}, want: "a", check: func(w *engines.Wire) bool { return w.Counts == nil }},
		{name: "timings of llama-server", pieces: []string{delta("a"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"timings\":{\"predicted_n\":8,\"predicted_ms\":191.6,\"note\":\"x\"}}\n\n"}, want: "a",
			check: func(w *engines.Wire) bool {
				return w.Counts["timings.predicted_ms"] == 191.6 && len(w.Counts) == 2
			}},
		{name: "an error inside 200", pieces: []string{delta("a"), "data: {\"error\":{\"message\":\"engine died\",\"code\":500}}\n\n", ended}, want: "a", fails: "the server reports an error in its answer: engine died (500)"},
		{name: "an error with empty choices", pieces: []string{"data: {\"choices\":[],\"error\":\"overloaded\"}\n\n", ended}, fails: "overloaded"},
		{name: "an error event", pieces: []string{"event: error\ndata: bad luck\n\n"}, fails: "bad luck"},
		{name: "finish of error", pieces: []string{delta("a"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]}\n\n"}, want: "a", fails: "finish_reason \"abort\""},
		{name: "no JSON", pieces: []string{"data: <html>\n\n"}, fails: "an event is no JSON of a completion"},
		{name: "whole texts", mode: engines.Replace, pieces: []string{delta("xy"), delta("ax"), delta("ab"), stop, ended}, want: "xy|ax|ab"},
		{name: "two frames in one read", mode: engines.Replace, pieces: []string{delta("xy") + delta("ax"), delta("ab"), "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\n"}, want: "ax|ab"},
		{name: "a summary of thinking", pieces: []string{"data: {\"choices\":[],\"reasoning_summary\":{\"content\":\"I thought\",\"status\":\"complete\"}}\n\n", delta("a"), stop}, want: "a",
			check: func(w *engines.Wire) bool { return w.FirstReasoningNs != nil }},
		{name: "a warning", pieces: []string{"data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"warning\":\"temperature was reset to 0.75\",\"model\":\"m\",\"system_fingerprint\":\"f\"}\n\n"}, want: "a",
			check: func(w *engines.Wire) bool {
				return w.Warning == "temperature was reset to 0.75" && w.Model == "m" && w.Fingerprint == "f"
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.mode == "" {
				c.mode = engines.Append
			}
			a := answer{mode: c.mode, bounds: usual}
			var list []engines.Delivery
			var texts []string
			clock := time.Duration(0)
			err := a.read(&pieces{c.pieces}, func() time.Duration { clock++; return clock }, func(d engines.Delivery) {
				list, texts = append(list, d), append(texts, d.Text)
			})
			if got := strings.Join(texts, "|"); got != c.want {
				t.Errorf("deliveries %q, want %q", got, c.want)
			}
			switch {
			case c.fails == "" && err != nil, c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
				t.Fatalf("error %v, want %q", err, c.fails)
			case err != nil:
				return
			}
			if _, err := (engines.TextResult{Text: a.text.String()}).Stable(c.mode, list); err != nil {
				t.Errorf("deliveries: %v", err)
			}
			a.told()
			w := &a.wire
			if c.check != nil && !c.check(w) {
				t.Errorf("%+v", w)
			}
			if want := map[bool]engines.Finish{true: engines.FinishBudget, false: engines.FinishStop}[c.name == "a length"]; a.finish != want {
				t.Errorf("finish %q", a.finish)
			}
		})
	}
}

// counted is the check of an answer with usage.
func counted(where string) func(*engines.Wire) bool {
	return func(w *engines.Wire) bool {
		return slices.Contains(w.Gives, where) && w.Counts["usage.completion_tokens"] == 7 && w.Counts["usage.prompt_tokens_details.cached_tokens"] == 2
	}
}

// TestRequests: what each API is asked, with what must not be left to the server.
func TestRequests(t *testing.T) {
	whole := `{"choices":[{"message":{"role":"assistant","content":"` + "```go\\nab12yz\\n```" + `"},"finish_reason":"stop"}],"object":"edit.completion"}`
	text := "data: {\"choices\":[{\"text\":\"12\",\"finish_reason\":\"stop\"}]}\n\n" + ended
	r := engines.TextRequest{Prompt: "ab", Suffix: "yz", Budget: 9, Seed: 1 << 40}
	for _, c := range []struct {
		api     API
		mode    engines.Mode
		answer  string
		options engines.Options
		want    string
	}{
		{Chat, engines.Append, delta("12") + stop, engines.Options{"temperature": 0.75, "reasoning_effort": "instant", "enable_thinking": false, "seed": true},
			`{"chat_template_kwargs":{"enable_thinking":false},"max_tokens":9,"messages":[{"content":"be brief","role":"system"},{"content":"ab","role":"user"}],"model":"m","reasoning_effort":"instant","seed":0,"stop":["END"],"stream":true,"stream_options":{"include_usage":true},"temperature":0.75}`},
		{Chat, engines.Replace, delta("12") + stop, engines.Options{"diffusing": true}, `{"diffusing":true,"max_tokens":9,"messages":[{"content":"be brief","role":"system"},{"content":"ab","role":"user"}],"model":"m","stop":["END"],"stream":true,"stream_options":{"include_usage":true}}`},
		{Completions, engines.Append, text, engines.Options{"cache_prompt": false, "continuous_usage_stats": true, "ignore_eos": true, "min_tokens": 9, "return_token_ids": true, "stream_interval": 4},
			`{"cache_prompt":false,"ignore_eos":true,"max_tokens":9,"min_tokens":9,"model":"m","prompt":"ab","return_token_ids":true,"stop":["END"],"stream":true,"stream_interval":4,"stream_options":{"continuous_usage_stats":true,"include_usage":true}}`},
		{FIM, engines.Append, text, nil, `{"max_tokens":9,"model":"m","presence_penalty":0,"prompt":"ab","stop":["END"],"stream":true,"stream_options":{"include_usage":true},"suffix":"yz","top_k":-1}`},
		{Edit, engines.Whole, whole, nil, `{"max_tokens":9,"messages":[{"content":"\u003c|current_file_content|\u003e\n\u003c|code_to_edit|\u003e\nab\u003c|cursor|\u003eyz\n\u003c|/code_to_edit|\u003e\n\u003c|/current_file_content|\u003e","role":"user"}],"model":"m","stop":["END"]}`},
	} {
		s, last := serving(t, c.answer)
		e := opened(t, Config{API: c.api, Mode: c.mode, Model: "m", Stop: []string{"END"}}, s.URL, c.options)
		r := r
		if c.api == Chat || c.api == Completions {
			r.Suffix = ""
		}
		if c.api == Chat {
			r.System = "be brief"
		}
		res, _, err := write(t, e, r)
		body, _ := json.Marshal(last.body)
		if err != nil || string(body) != c.want || res.Text != "12" || last.path != "/v1"+c.api.path() || last.key != "" {
			t.Errorf("%s: %v, %q, %+v\n%s\n%s", c.api, err, res.Text, last, body, c.want)
		}
		if w := res.Wire; err == nil && (w.Attempts != 1 || w.FirstByteNs == nil || w.ConnectedNs == nil || w.SentNs == nil || w.SecuredNs != nil || *w.SentNs < *w.ConnectedNs || *w.FirstByteNs > *w.FirstEventNs || w.Reused || w.Protocol != "HTTP/1.1" || !strings.HasPrefix(w.Address, "127.0.0.1:") || w.Headers["x-request-id"] != "r1") {
			t.Errorf("%s: %+v", c.api, w)
		}
		if again, _, _ := write(t, e, r); !again.Wire.Reused {
			t.Errorf("%s: a second request took a connection of its own", c.api)
		}
	}
	whole = `{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],` + counts + `}`
	s, _ := serving(t, whole)
	if _, _, err := write(t, opened(t, Config{Mode: engines.Append}, s.URL, nil), engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), "mode: whole") {
		t.Errorf("one answer where a stream was asked for: %v", err)
	}
	res, _, err := write(t, opened(t, Config{Mode: engines.Whole}, s.URL, nil), engines.TextRequest{Prompt: "q"})
	if n, known := res.Usage[usage.PromptTokens].Value(); err != nil || res.Text != "a" || !known || n != 5 || res.Usage[usage.NFE].Known() {
		t.Errorf("%v, %+v", err, res)
	}
	e := opened(t, Config{API: Completions}, "http://127.0.0.1:1", nil)
	if _, err := e.Write(t.Context(), r, nil); err == nil || !strings.Contains(err.Error(), "fills no gap") {
		t.Errorf("a gap: %v", err)
	}
	if _, err := Open(Config{Name: "m", Mode: engines.Append}, engines.Options{"diffusing": true}, time.Now); err == nil || !strings.Contains(err.Error(), "mode: replace") {
		t.Errorf("diffusing: %v", err)
	}
}

// TestTLS: a server is trusted by the certificates of the entry and by no others, and the
// record says when its name was known and the connection secure.
func TestTLS(t *testing.T) {
	for _, second := range []bool{false, true} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, delta("a")+stop)
		}))
		s.EnableHTTP2, s.Config.ErrorLog = true, log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		url := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
		want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[second]
		res, _, err := write(t, opened(t, Config{Mode: engines.Append, CA: ca, HTTP2: second}, s.URL, nil), engines.TextRequest{Prompt: "q"})
		if w := res.Wire; err != nil || res.Text != "a" || w.Protocol != want || w.SecuredNs == nil || *w.SecuredNs > *w.SentNs {
			t.Errorf("%v, %q, %+v", err, res.Text, w)
		}
		res, _, err = write(t, opened(t, Config{Mode: engines.Append, CA: ca}, url, nil), engines.TextRequest{Prompt: "q"})
		if w := res.Wire; err == nil || !strings.Contains(err.Error(), "certificate") || w.NamedNs == nil { // its certificate is for another name
			t.Errorf("another name: %v, %+v", err, w)
		}
		if _, _, err := write(t, opened(t, Config{Mode: engines.Append}, s.URL, nil), engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("a certificate that nobody signed: %v", err)
		}
	}
}

// TestRefusals: a server that has no room is asked again, where nobody else sets the rhythm.
func TestRefusals(t *testing.T) {
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%3 != 0 {
			w.Header().Set("Retry-After-Ms", "5")
			w.WriteHeader(map[int64]int{1: 429, 2: 503}[n.Load()%3])
			io.WriteString(w, `{"error":{"message":"slow down","code":"rate_limit_reached"}}`)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, delta("a")+stop)
	}))
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append, Limits: Limits{Requests: 2, OutputTokens: 40, Cost: 1, OutputPrice: 1e4}}, s.URL, nil)
	res, _, err := write(t, e, engines.TextRequest{Prompt: "q"})
	if s := e.config.Spent; s.requests != 1 || s.output != 16 || s.cost < 0.159 || s.cost > 0.161 {
		t.Errorf("refused attempts were charged: %d requests, %d tokens, %g", s.requests, s.output, s.cost)
	}
	if err != nil || res.Text != "a" || res.Wire.Attempts != 3 || res.Wire.WaitedNs < 10e6 || res.Elapsed.Nanoseconds() > res.Wire.WaitedNs+1e9 {
		t.Errorf("%v, %+v", err, res.Wire)
	}
	res, _, err = write(t, e, engines.TextRequest{Prompt: "q", Once: true})
	if err == nil || err.Error() != "HTTP 429 (Too Many Requests): slow down (rate_limit_reached)" || res.Wire.Attempts != 1 {
		t.Errorf("%v, %+v", err, res.Wire)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Duration{"7": 7 * time.Second, "Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second, "Fri, 02 Jan 2026 03:04:00 GMT": 0, "-1": 0, "soon": 0, "": 0} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestLimits: nothing is sent that could break a limit, and what was billed counts.
func TestLimits(t *testing.T) {
	s, _ := serving(t, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"+counts+"}\n\n")
	for want, l := range map[string]Limits{
		"max_requests of 1 are used up":             {Requests: 1},
		"max_output_tokens of 20 leave no room for": {OutputTokens: 20},
		"max_cost of 0.00022 leaves no room":        {Cost: 0.00022, InputPrice: 1, CachedPrice: 0.5, OutputPrice: 5},
	} {
		e := opened(t, Config{Mode: engines.Append, Limits: l}, s.URL, nil)
		if _, _, err := write(t, e, engines.TextRequest{Prompt: "q"}); err != nil {
			t.Fatal(err)
		}
		if l.Cost > 0 { // 3 tokens of input, 2 cached ones, 7 of output
			if got := e.config.Spent.cost; got < 38.9e-6 || got > 39.1e-6 {
				t.Errorf("spent %g", got)
			}
		}
		if _, _, err := write(t, e, engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	long := strings.Repeat("x", 1000)
	for _, r := range []engines.TextRequest{{Prompt: "q", Turns: [][2]string{{"a", long}}}, {Prompt: "q", System: long}, {Prompt: long}} {
		e := opened(t, Config{Mode: engines.Append, Limits: Limits{Cost: 0.001, InputPrice: 1}}, s.URL, nil)
		if _, _, err := write(t, e, r); err == nil || !strings.Contains(err.Error(), "leaves no room") {
			t.Errorf("a request that can cost more than there is was sent: %v", err)
		}
	}
	var spent Spending
	clock := time.Unix(0, 0)
	now := func() time.Time { return clock }
	l := Limits{RequestsPerMinute: 1200, OutputPerMinute: 6000}
	if waited, err := spent.pace(t.Context(), l, 1, 4, now); waited || err != nil || spent.next.Sub(clock) != 50*time.Millisecond {
		t.Errorf("%v, %v", err, spent.next)
	}
	start := time.Now()
	spent.settle(l, 1, 4, bill{input: 1, output: 1}) // a request takes 50 ms whatever it wrote
	if waited, err := spent.pace(t.Context(), l, 1, 10, now); !waited || err != nil || time.Since(start) < 50*time.Millisecond || spent.next.Sub(clock) != 150*time.Millisecond {
		t.Errorf("%v, %v", err, spent.next)
	}
	if spent.settle(l, 1, 10, bill{input: 1, output: 6}); spent.next.Sub(clock) != 110*time.Millisecond { // four tokens were not written
		t.Errorf("%v", spent.next)
	}
}

// TestUsageRequired: an answer without counts is none where the file says so.
func TestUsageRequired(t *testing.T) {
	s, _ := serving(t, delta("a")+stop)
	if _, _, err := write(t, opened(t, Config{Mode: engines.Append, NeedsUsage: true}, s.URL, nil), engines.TextRequest{Prompt: "q"}); err == nil || !strings.Contains(err.Error(), "usage: required") {
		t.Errorf("%v", err)
	}
}

// TestStaleConnection: a connection that the server closed while nothing was asked is no
// failure of a request, under load neither.
func TestStaleConnection(t *testing.T) {
	s := remotetest.Serve(func(w net.Conn, n int, _ remotetest.Request) bool {
		if n == 1 { // on the connection of the first
			return false
		}
		remotetest.Head(w, http.StatusOK, "text/event-stream")
		remotetest.Chunk(w, []byte(delta("a")+stop))
		return remotetest.Chunk(w, nil) == nil
	})
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append}, strings.TrimSuffix(s.URL, "/v1"), nil)
	for i := range 2 {
		if res, _, err := write(t, e, engines.TextRequest{Prompt: "q", Once: true}); err != nil || res.Wire.Attempts != 1 {
			t.Errorf("request %d: %v, %+v", i, err, res.Wire)
		}
	}
	if n := len(s.Requests()); n != 3 {
		t.Errorf("the server saw %d requests, not the second one twice", n)
	}
}

// TestMetrics: what a server counted during a request is recorded by its source, and not at
// all where it served somebody else too.
func TestMetrics(t *testing.T) {
	scrapes, requests := 0, 0
	busy := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			if scrapes++; busy {
				requests++
			}
			fmt.Fprintf(w, "# TYPE vllm:request_success counter\nvllm:request_success_total{finished_reason=\"stop now\"} %d.0\nvllm:request_success_total{finished_reason=\"length\"} 5.0\n"+
				"vllm:diffusion_num_denoising_steps_total{engine=\"0\"} %d\nvllm:diffusion_num_denoising_steps_total{engine=\"1\"} 2e0 1700000000\nvllm:other_total 3\nvllm:diffusion_num_committed_tokens_total NaN\n", 7+requests, 100+requests*16)
			return
		}
		requests++
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, delta("a")+stop)
	}))
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append, Metrics: true}, s.URL, nil)
	res, _, err := write(t, e, engines.TextRequest{Prompt: "q"})
	if err != nil || scrapes != 2 || len(res.Wire.Counts) != 1 || res.Wire.Counts["metrics.vllm:diffusion_num_denoising_steps_total"] != 16 || res.Usage[usage.DenoisingSteps].Known() {
		t.Errorf("%v, %d, %+v", err, scrapes, res.Wire)
	}
	busy = true
	if res, _, err := write(t, e, engines.TextRequest{Prompt: "q"}); err != nil || len(res.Wire.Counts) != 0 {
		t.Errorf("with others: %v, %+v", err, res.Wire.Counts)
	}
}

// TestListed: what a list of models says of the one that is asked, and nothing of lists that
// are none, too long, or hold the key.
func TestListed(t *testing.T) {
	t.Setenv("LISTED_KEY", "sk-listed")
	page := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/models" || page == "" {
			w.WriteHeader(http.StatusNotFound)
		}
		io.WriteString(w, page)
	}))
	defer s.Close()
	for _, c := range []struct{ model, page, want string }{
		{"m", `{"data":[{"id":"a"},{"id":"m", "context_length": 32, "id":"m"}]}`, `{"id":"m","context_length":32,"id":"m"}`},
		{"", `{"data":[{"id":"only"}]}`, `{"id":"only"}`},
		{"", `{"data":[{"id":"a"},{"id":"b"}]}`, ""},
		{"x", `{"data":[{"id":"a"}]}`, ""},
		{"m", "", ""},
		{"m", `{"data":[{"id":"m","key":"sk-listed"}]}`, ""},
		{"m", `{"data":[{"id":"m","text":"` + strings.Repeat("x", maxListed) + `"}]}`, ""},
		{"m", `{"data":[{"id":"m","deep":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}]}`, ""},
		{"m", `{"data":7}`, ""},
		{"m", `[`, ""},
	} {
		page = c.page
		e := opened(t, Config{Model: c.model, Mode: engines.Append, KeyEnv: "LISTED_KEY"}, s.URL, nil)
		if got := e.Listed(t.Context()); got != c.want {
			t.Errorf("%.60s: %q, want %q", c.page, got, c.want)
		}
	}
}

// TestCounters: names and labels of SGLang; those of other servers are not read.
func TestCounters(t *testing.T) {
	page := "sglang:dllm_forward_execution_passes_total{mode=\"decode\"} 3\nsglang:dllm_forward_execution_passes_total{mode=\"prefill\"} 1\nsglang:num_requests_total 7\ndlmserve_step_batch_size 0\n"
	m, err := counters(strings.NewReader(page))
	if list := m.since(metrics{"sglang:num_requests_total": 6, "sglang:dllm_forward_execution_passes_total": 1}); err != nil || len(list) != 1 || list["metrics.sglang:dllm_forward_execution_passes_total"] != 3 {
		t.Errorf("%v, %v, %v", m, list, err)
	}
}

func FuzzCounters(f *testing.F) {
	f.Add([]byte("vllm:diffusion_x_total{a=\"}\"} 1\nsglang:dllm_y 2\n{} 3\nvllm:request_success_total 1e400\n"))
	f.Fuzz(func(t *testing.T, page []byte) {
		if m, _ := counters(bytes.NewReader(page)); len(m) > maxCounts {
			t.Errorf("%d counters", len(m))
		}
	})
}
