package remote

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
	"dllmbench/engines/usage"
)

// What servers do in practice, and where it is tested. TestPractice has what no other test has.
//
//	first chunk       role alone, null, repeated: TestQuirks, TestStreams; prompt ids: here
//	reasoning         both names, summaries: TestQuirks; include_reasoning: here
//	usage             at the end, apart, always, null: TestQuirks; 0 for a cached prompt, null behind counts: here; missing: TestUsageRequired
//	token ids         return_token_ids: TestRequests, TestStreams (vllm-chat); log probabilities: here; asked for and not given: setup.TestProbe
//	fixed length      ignore_eos, min_tokens: TestRequests, TestEnds; stop_token_ids: here; an answer that is shorter: harness.TestForcedShort
//	chunk size        stream_interval: TestRequests; re-chunked: TestStreams at every byte
//	own timing        timings: TestQuirks; timings_per_token, metrics: here
//	cache isolation   cache_salt: TestSalts; cache_prompt: TestRequests; unique_prefix: here; cached cells: harness.TestCachedPrompts
//	keep-alive        TestQuirks, FuzzEvents
//	parser            FuzzEvents against another implementation; end mark: TestQuirks, an open stream behind it: here
//	errors in a 200   TestQuirks, TestAdversaries; finish_reason error: here
//	limit field       here; obfuscation: TestStreams (openai-chat), here; seed: TestRequests, here; fingerprint: TestQuirks
//	retries           TestRefusals; cap, others held back, no connection, none behind the first byte: here
//	HTTP              Accept, Expect: TestConnections; HTTP/2, TLS: TestTLS; pool, packed streams, proxies: here
//	record            TestRequests, TestTLS; headers: here
//	server counters   TestMetrics, FuzzCounters; SGLang: here

const whole = `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]` // of a chat, to be continued

// TestPractice: what is sent of an option, and what is made of an answer.
func TestPractice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		config  Config
		options engines.Options
		request engines.TextRequest // Turns and Begin of it
		answer  string              // of the server; one text and its end where empty
		sent    string              // a part of the body
		unsent  string              // what it must not hold
		counts  map[string]float64
		fails   string
		check   func(res engines.TextResult) bool
	}{
		{name: "prompt ids beside the role", answer: `data: {"prompt_token_ids":[1,2],"choices":[{"delta":{"role":"assistant","content":""}}]}` + "\n\n" + delta("a") + stop,
			check: func(res engines.TextResult) bool { return strings.Join(res.Wire.Gives, " ") == "role" }},
		{name: "thinking left out", options: engines.Options{"include_reasoning": false}, sent: `"include_reasoning":false`},
		{name: "a cached prompt counted as 0", answer: whole + `,"usage":{"prompt_tokens":0,"completion_tokens":1}}` + "\n\n", counts: map[string]float64{"usage.prompt_tokens": 0},
			check: func(res engines.TextResult) bool { return !res.Usage[usage.PromptTokens].Known() }},
		{name: "null behind counts", answer: whole + `,` + counts + "}\n\n" + `data: {"choices":[],"usage":null}` + "\n\n" + ended, counts: map[string]float64{"usage.completion_tokens": 7}},
		{name: "log probabilities of a chat", options: engines.Options{"logprobs": true}, sent: `"logprobs":true`, answer: whole[:len(whole)-2] + `,"logprobs":{"content":[{"token":"a","logprob":-1}]}}]}` + "\n\n",
			check: func(res engines.TextResult) bool { return strings.Join(res.Wire.Gives, " ") == "logprobs" }},
		{name: "log probabilities of a completion", config: Config{API: Completions}, options: engines.Options{"logprobs": true}, sent: `"logprobs":1`},
		{name: "none of a completion", config: Config{API: Completions}, options: engines.Options{"logprobs": false}, unsent: "logprobs"},
		{name: "turns, and a begun answer", config: Config{Continues: true}, request: engines.TextRequest{Turns: [][2]string{{"q1", "a1"}}, Begin: "b"},
			sent: `"add_generation_prompt":false,"continue_final_message":true,"max_tokens":16,"messages":[{"content":"q1","role":"user"},{"content":"a1","role":"assistant"},{"content":"q","role":"user"},{"content":"b","role":"assistant"}]`},
		{name: "a begun answer that is not gone on with", request: engines.TextRequest{Begin: "b"}, fails: "goes on with no begun answer"},
		{name: "ids that end an answer", config: Config{StopIDs: []int{2, 151645}}, sent: `"stop_token_ids":[2,151645]`},
		{name: "times of the server in every event", options: engines.Options{"timings_per_token": true}, sent: `"timings_per_token":true`,
			answer: `data: {"choices":[{"delta":{"content":"a"}}],"timings":{"predicted_n":1}}` + "\n\n" + `data: {"choices":[{"delta":{},"finish_reason":"stop"}],"timings":{"predicted_n":2}}` + "\n\n", counts: map[string]float64{"timings.predicted_n": 2}},
		{name: "metrics of the server", answer: whole + `,"metrics":{"time_to_first_token_ms":12.5}}` + "\n\n", counts: map[string]float64{"metrics.time_to_first_token_ms": 12.5}},
		{name: "finish_reason error", answer: delta("a") + `data: {"choices":[{"delta":{},"finish_reason":"error"}]}` + "\n\n", fails: `finish_reason "error"`},
		{name: "text behind the end mark", answer: delta("a") + stop + ended + delta("b"), check: func(res engines.TextResult) bool { return res.Text == "a" }},
		{name: "the newer name of the limit", config: Config{LimitField: "max_completion_tokens"}, sent: `"max_completion_tokens":16`, unsent: "max_tokens"},
		{name: "a server without stream_options", config: Config{NoUsage: true}, sent: `"stream":true`, unsent: "stream_options"},
		{name: "no obfuscation", options: engines.Options{"include_obfuscation": false}, sent: `"stream_options":{"include_obfuscation":false,"include_usage":true}`},
		{name: "obfuscation is no text", answer: whole + `,"obfuscation":"qV3kX0Zr"}` + "\n\n", check: func(res engines.TextResult) bool { return res.Text == "a" }},
		{name: "a prompt of its own", options: engines.Options{"unique_prefix": true, "cached_prompts": true}, sent: `\nq"`, unsent: "unique_prefix"},
		{name: "a prompt of its own to complete", config: Config{API: Completions}, options: engines.Options{"unique_prefix": true}, sent: `\nq"`, unsent: "messages"},
		{name: "a seed of 31 bits", options: engines.Options{"seed": true}, sent: `"seed":5`},
		{name: "no seed", options: engines.Options{"seed": false}, unsent: "seed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.answer == "" {
				c.answer = `data: {"choices":[{"text":"a","finish_reason":"stop"}]}` + "\n\n" + ended
			}
			c.config.Mode = engines.Append
			s, last := serving(t, c.answer)
			res, _, err := write(t, opened(t, c.config, s.URL, c.options), engines.TextRequest{Prompt: "q", Turns: c.request.Turns, Begin: c.request.Begin, Seed: 1<<40 + 5})
			body, _ := json.Marshal(last.body)
			if !strings.Contains(string(body), c.sent) || c.unsent != "" && strings.Contains(string(body), `"`+c.unsent+`"`) {
				t.Errorf("sent %s, want %s and not %q", body, c.sent, c.unsent)
			}
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("error %v, want %q", err, c.fails)
				}
				return
			}
			for name, want := range c.counts {
				if got, known := res.Wire.Counts[name]; !known || got != want {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
			if err != nil || c.check != nil && !c.check(res) {
				t.Errorf("%v, %+v, %+v", err, res, res.Wire)
			}
		})
	}
}

// TestHeaders: of the headers of an answer those of a list are kept, and a packed stream is
// neither asked for nor read.
func TestHeaders(t *testing.T) {
	t.Parallel()
	kept := map[string]string{"server": "uvicorn", "x-request-id": "r1", "x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-requests": "6ms", "retry-after": "1", "openai-processing-ms": "42"}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("asks for %q", got)
		}
		for name, v := range kept {
			w.Header().Set(name, v)
		}
		w.Header().Set("Set-Cookie", "session=1")
		w.Header().Set("X-Other", "1")
		w.Header().Set("Content-Type", "text/event-stream")
		if b, _ := io.ReadAll(r.Body); strings.Contains(string(b), "packed") {
			w.Header().Set("Content-Encoding", "gzip")
		}
		io.WriteString(w, delta("a")+stop)
	}))
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append, InFlight: 7}, s.URL, nil)
	res, _, err := write(t, e, engines.TextRequest{Prompt: "q"})
	if err != nil || len(res.Wire.Headers) != len(kept) {
		t.Errorf("%v, %v", err, res.Wire.Headers)
	}
	for name, v := range kept {
		if res.Wire.Headers[name] != v {
			t.Errorf("%s is %q, want %q", name, res.Wire.Headers[name], v)
		}
	}
	if _, _, err := write(t, e, engines.TextRequest{Prompt: "packed"}); err == nil || !strings.Contains(err.Error(), `Content-Encoding "gzip", which was not asked for`) {
		t.Errorf("a packed stream: %v", err)
	}
	if way := e.client.Transport.(*http.Transport); !way.DisableCompression || way.Proxy != nil || way.MaxIdleConnsPerHost != 7 {
		t.Errorf("%+v", way)
	}
}

// TestPool: as many connections as there are requests at once are kept for the next ones.
func TestPool(t *testing.T) {
	t.Parallel()
	const together = 8
	var round sync.WaitGroup
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		round.Done()
		round.Wait()
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, delta("a")+stop)
	}))
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append, InFlight: together}, s.URL, nil)
	for turn := range 2 {
		round.Add(together)
		var all sync.WaitGroup
		for range together {
			all.Go(func() {
				res, err := e.Write(t.Context(), engines.TextRequest{Prompt: "q", Budget: 4}, func(engines.Delivery) {})
				if err != nil || res.Wire.Reused != (turn == 1) {
					t.Errorf("round %d: reused %v, %v", turn, res.Wire.Reused, err)
				}
			})
		}
		all.Wait()
	}
}

// TestOpenBehindEnd: nothing is waited for behind the end mark, on a stream that the server
// leaves open, as some do with HTTP/2.
func TestOpenBehindEnd(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, delta("a")+stop+ended)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	e := opened(t, Config{Mode: engines.Append, HTTP2: true}, s.URL, nil)
	e.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if res, err := e.Write(ctx, engines.TextRequest{Prompt: "q", Budget: 4}, func(engines.Delivery) {}); err != nil || res.Text != "a" || res.Wire.Protocol != "HTTP/2.0" {
		t.Errorf("%v, %+v", err, res.Wire)
	}
}

// TestNotAgain: what has begun is not asked for twice, no connection is a refusal, and what a
// server asks to wait is bounded and holds for those that were not sent.
func TestNotAgain(t *testing.T) {
	t.Parallel()
	s := remotetest.Serve(remotetest.Replay([]byte(delta("a")), 1<<20))
	e := against(t, s.URL, engines.Append)
	if _, err := e.Write(t.Context(), engines.TextRequest{Prompt: "q", Budget: 4}, func(engines.Delivery) {}); err == nil || len(s.Requests()) != 1 {
		t.Errorf("a stream that broke off: %v, %d requests", err, len(s.Requests()))
	}
	s.Close()
	var refused *refusal
	if _, _, err := against(t, s.URL, engines.Append).attempt(t.Context(), time.Now(), []byte("{}"), nil); !errors.As(err, &refused) {
		t.Errorf("no connection: %v", err)
	}
	full := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "100000")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer full.Close()
	e = opened(t, Config{Mode: engines.Append}, full.URL, nil)
	ctx, cancel := context.WithCancel(t.Context())
	before, spent := time.Now(), e.config.Spent
	go func() {
		for held := time.Duration(0); held < time.Second && t.Context().Err() == nil; time.Sleep(time.Millisecond) {
			spent.mu.Lock()
			held = spent.next.Sub(before)
			spent.mu.Unlock()
		}
		cancel()
	}()
	res, err := e.Write(ctx, engines.TextRequest{Prompt: "q", Budget: 4}, func(engines.Delivery) {})
	if held := spent.next.Sub(before); !errors.Is(err, context.Canceled) || res.Finish != engines.FinishCancelled || held < maxWait || held > maxWait+time.Minute/2 {
		t.Errorf("%v, held for %v", err, held)
	}
}
