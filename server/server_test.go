//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/chat"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/pool"
	"dllmbench/engines/remote/wire"
	"dllmbench/engines/weights"
)

// running is a server at work.
type running struct {
	*Server
	url   string // of its root
	stop  context.CancelFunc
	ended chan error
}

// setting is how a server of a test differs from the usual one.
type setting struct {
	models  []string
	pool    pool.Config
	key     string
	vllm    bool
	timeout func(*Timeouts)
	drain   time.Duration
	log     func(error) // nil for one that fails the test
}

// start starts a server that ends with the test.
func start(t testing.TB, with setting) *running {
	t.Helper()
	c := with.pool
	for _, d := range []struct {
		of    *int
		usual int
	}{{&c.Threads, 1}, {&c.Batch, 16}, {&c.Waiting, 256}, {&c.Engines, 8}, {&c.Positions, 8192}} {
		if *d.of == 0 {
			*d.of = d.usual
		}
	}
	if c.Memory == 0 {
		c.Memory = 1 << 30
	}
	if with.models == nil {
		with.models = []string{"v1=builtin:v1"}
	}
	p := pool.New(c)
	for _, m := range with.models {
		name, w, _ := strings.Cut(m, "=")
		if _, err := p.Add(name, weights.Parse(w)); err != nil {
			t.Fatal(err)
		}
	}
	timeout := Usual()
	if with.timeout != nil {
		with.timeout(&timeout)
	}
	if with.log == nil {
		with.log = func(err error) { t.Error(err) }
	}
	s, err := New(Config{Pool: p, Key: with.key, Budget: 64, VLLM: with.vllm, Kernel: "test", Now: time.Now, Seed: func() uint64 { return 7 }, Timeout: timeout, Log: with.log,
		Render: func(c chat.Conversation) (string, error) { return c.Render() }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &running{Server: s, url: "http://" + l.Addr().String(), stop: stop, ended: make(chan error, 1)}
	go func() { r.ended <- s.Serve(ctx, l, with.drain) }()
	t.Cleanup(func() {
		stop()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		r.ended <- nil
	})
	return r
}

// post sends a body and returns the answer.
func (r *running) post(t testing.TB, path, body string) (status int, answer []byte) {
	t.Helper()
	resp, err := http.Post(r.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// ask sends a request that is answered at once.
func (r *running) ask(t testing.TB, path, body string) wire.Answer {
	t.Helper()
	status, data := r.post(t, path, body)
	var a wire.Answer
	if err := json.Unmarshal(data, &a); err != nil || status != http.StatusOK || len(a.Choices) == 0 {
		t.Fatalf("%s: %d %s", body, status, data)
	}
	return a
}

// streamed sends a request and returns the events of its stream.
func (r *running) streamed(t testing.TB, path, body string) (events []wire.Answer, done bool) {
	t.Helper()
	resp, err := http.Post(r.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		data, isData := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		var a wire.Answer
		switch {
		case !isData:
		case string(data) == "[DONE]":
			done = true
		case json.Unmarshal(data, &a) != nil:
			t.Fatalf("%s: an event is %s", body, data)
		default:
			events = append(events, a)
		}
	}
	return events, done
}

// whole is the text of a stream of one answer, and its last event with a choice.
func whole(events []wire.Answer, frames bool) (text string, last wire.Choice) {
	for _, e := range events {
		for _, c := range e.Choices {
			piece := c.Delta.Said()
			if c.Text != nil {
				piece = *c.Text
			}
			if last = c; frames && piece != "" {
				text = piece
			} else {
				text += piece
			}
		}
	}
	return text, last
}

// alone decodes a prompt without any server.
func alone(t testing.TB, w library.Weights, engine, preset string, o engines.Options, prompt string, budget int, seed uint64) (string, engines.Result) {
	t.Helper()
	e, err := decoders.Open(w.Model, 1, engine, preset, o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ids, err := engines.Prompt(w.Codec, prompt)
	if err != nil {
		t.Fatal(err)
	}
	results, err := e.Generate(context.Background(), []engines.Request{{Prompt: ids, Budget: budget, Seed: seed, Stop: w.Codec.EndIDs()}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.Codec.Decode(results[0].Tokens[:results[0].Useful]), results[0]
}

// TestManyStreams: of 64 streams at once, of several decoders, none is lost or mixed up
// with another, and each is what its seed gives alone, text and counters.
func TestManyStreams(t *testing.T) {
	r := start(t, setting{})
	type decoder struct {
		engine, preset string
		o              engines.Options
		extra          string
	}
	list := []decoder{
		{"autoregressive", "greedy", nil, ``},
		{"autoregressive", "sample", engines.Options{"temperature": 1.0}, `,"temperature":1`},
		{"diffusion", "llada", engines.Options{"steps": 6, "temperature": 0.5}, `,"dllmbench":{"engine":"diffusion","steps":6},"temperature":0.5`},
		{"block", "revise", engines.Options{"block_length": 8}, `,"dllmbench":{"engine":"block","preset":"revise","block_length":8}`},
	}
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			d := list[i%len(list)]
			prompt, budget := fmt.Sprintf("sort:%d=", 1000+37*i), 12+i%5
			body := fmt.Sprintf(`{"model":"v1","prompt":%q,"max_tokens":%d,"seed":%d,"stream":true,"stream_options":{"include_usage":true}%s}`, prompt, budget, i, d.extra)
			events, done := r.streamed(t, "/v1/completions", body)
			text, last := whole(events, false)
			want, result := alone(t, w, d.engine, d.preset, d.o, prompt, budget, uint64(i))
			end := events[len(events)-1]
			nfe, _ := end.Counters["nfe"].(float64)
			wantNFE, _ := result.Usage[0].Value()
			if !done || text != want || last.FinishReason == nil || end.Usage["completion_tokens"] != float64(result.Useful) || int64(nfe) != wantNFE {
				t.Errorf("%s: %q, alone it is %q; done %v, %v %v, alone %d passes", body, text, want, done, end.Usage, end.Counters, wantNFE)
			}
		})
	}
	wait.Wait()
	if waiting, active := r.pool.Load(); waiting+active != 0 {
		t.Errorf("%d wait and %d are at work", waiting, active)
	}
}

// TestRefusals: a request with a mistake says what is wrong and what is meant.
func TestRefusals(t *testing.T) {
	r := start(t, setting{pool: pool.Config{Positions: 64}})
	for body, want := range map[string]string{
		`{`:                                     "the body is no request: unexpected EOF",
		`[]`:                                    "the body is no request: a JSON object is needed",
		`{"prompt":"a","prompt":"b"}`:           "the body is no request",
		`{"prompt":"a","temprature":1}`:         "did you mean temperature?",
		`{"prompt":"a","Temperature":1}`:        "did you mean temperature?",
		`{"prompt":"a","presence_penalty":0.5}`: "allowed is 0",
		`{"prompt":"a","response_format":{"type":"json_object"}}`:                               `allowed is {\"type\":\"text\"}`,
		`{"prompt":"a","max_tokens":"many"}`:                                                    "max_tokens has a wrong value; allowed is a whole number",
		`{"prompt":"a","max_tokens":1000000000}`:                                                "together",
		`{"prompt":"a","max_tokens":0}`:                                                         "allowed is 1 to 2147483647",
		`{"prompt":"a","dllmbench":5}`:                                                          "dllmbench has a wrong value; allowed is an object",
		`{"prompt":"a","stop_token_ids":5}`:                                                     "allowed is a list",
		`{"prompt":"a","stop_token_ids":[1,999999]}`:                                            `has token id 999999, allowed is 0 to`,
		`{"prompt":[[1,2],["a"]]}`:                                                              "token ids",
		`{"prompt":[999999]}`:                                                                   `token id 999999, allowed is 0 to 1023","type":"invalid_request_error","param":"prompt"`,
		`{"prompt":""}`:                                                                         `the prompt is empty, at least one token is needed, in front of a suffix too","type":"invalid_request_error","param":"prompt"`,
		`{"prompt":"","suffix":"b","model":"v1/diffusion"}`:                                     "in front of a suffix too",
		`{"prompt":"a","tools":[]}`:                                                             "no field of this request, but of /v1/chat/completions",
		`{"prompt":"a","dllmbench":{"engine":[1]}}`:                                             "engine of dllmbench is a list, and is a name",
		`{"prompt":"a","model":"v1/diffusion","dllmbench":{"steps":{}}}`:                        "steps is an object, allowed is a whole number",
		`{"prompt":"a","model":"v1/block","dllmbench":{"cache":[]}}`:                            `cache is \"a list\", allowed are`,
		`{"max_tokens":4}`:                                                                      "prompt is missing",
		`{"prompt":"a","n":1000}`:                                                               "allowed is 1 to 128",
		`{"prompt":"a","stop":["",""]}`:                                                         "text 0 of stop",
		`{"prompt":"a","stream_options":{"include_usgae":true}}`:                                "stream_options.include_usgae is not known here; did you mean include_usage?",
		`{"prompt":"a","model":"v2"}`:                                                           "did you mean v1?",
		`{"prompt":"a","model":"v1/diffuson"}`:                                                  `did you mean diffusion? (known: autoregressive, diffusion, block, hybrid)","type":"invalid_request_error","param":"model"`,
		`{"prompt":"a","dllmbench":{"step":3,"engine":"diffusion"}}`:                            "did you mean steps?",
		`{"prompt":"a","dllmbench":{"mode":"apend"}}`:                                           "allowed are append and replace",
		`{"prompt":"a","model":"v1/block","dllmbench":{"engine":"hybrid"}}`:                     "dllmbench says hybrid",
		`{"prompt":"a","model":"v1/diffusion","echo":true,"logprobs":1}`:                        "ask for v1/autoregressive",
		`{"prompt":"a","model":"v1/block","stream":true,"logprobs":1}`:                          "ask for v1/autoregressive",
		`{"prompt":"a","stream":true,"logprobs":1,"diffusing":true}`:                            "leave one of them away",
		`{"prompt":"a","stream":true,"echo":true,"diffusing":true}`:                             "leave one of them away",
		`{"prompt":"a","model":"v1/diffusion","temperature":1,"top_k":3}`:                       "has no top_k",
		`{"prompt":"a","messages":[]}`:                                                          `no field of this request, but of /v1/chat/completions`,
		"{\"prompt\":\"a\xff\"}":                                                                "no UTF-8",
		`{"prompt":"\ud800"}`:                                                                   "the body is no request",
		"":                                                                                      "the body is empty",
		`{"prompt":"a","seed":9223372036854775808}`:                                             "a whole number of 64 bits with a sign",
		`{"prompt":"a","temperature":1e999}`:                                                    "a number of 64 bits",
		`{"prompt":"a","model":"v1/diffusion","num_denoising_steps":3,"dllmbench":{"steps":4}}`: "leave one of them away",
		`{"prompt":"a","` + strings.Repeat("x", 5000) + `":1}`:                                  "x…",
	} {
		status, answer := r.post(t, "/v1/completions", body)
		var f wire.Failure
		if err := json.Unmarshal(answer, &f); err != nil || len(answer) > 2*maxTold+200 || status != http.StatusBadRequest && status != http.StatusNotFound || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s, which should say %q", body, status, answer, want)
		}
	}
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"a"}]}`:                        "no chat template",
		`{"messages":[{"role":"<|end|>","content":"a"}]}`:                     "allowed are system",
		`{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}`:     "texts alone",
		`{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"x"}]}`: "this server cannot do",
		`{"messages":[{"role":"user","content":"a"}],"logprobs":true}`:        "logprobs is true, which this server cannot do",
		`{"messages":[{"role":"user","content":"a"}],"logprobs":false}`:       "no chat template",
		`{"messages":[],"prompt":"a"}`:                                        "prompt",
	} {
		if status, answer := r.post(t, "/v1/chat/completions", body); status != http.StatusBadRequest || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s, which should say %q", body, status, answer, want)
		}
	}
	for _, body := range []string{
		`{"prompt":"a","max_tokens":1,"max_completion_tokens":1,"user":"x","metadata":{"a":1},"presence_penalty":0.0,"logit_bias":{},"n":1,"best_of":1,"suffix":null,"echo":false,"logprobs":null}`,
		`{"prompt":"a","max_tokens":1,"top_p":0.9,"top_k":-1,"temperature":0}`,
	} {
		r.ask(t, "/v1/completions", body)
	}
	if list := r.names(); !slices.Contains(list, "v1/diffusion") {
		t.Errorf("names are %v", list)
	}
}

// TestTold: an answer names its model and a seed that can be asked for again, and the last
// event of a replacing stream is the whole text.
func TestTold(t *testing.T) {
	r := start(t, setting{})
	if a := r.ask(t, "/v1/completions", `{"prompt":"a","max_tokens":1,"seed":-5}`); a.Model != "v1" || a.Counters["seed"] != -5.0 {
		t.Errorf("model %q, seed %v", a.Model, a.Counters["seed"])
	}
	_, body := r.post(t, "/v1/completions", `{"model":"v1/diffusion","prompt":"sort:3142=","max_tokens":8,"stream":true,"dllmbench":{"mode":"replace"}}`)
	events := strings.Split(strings.TrimSpace(string(body)), "\n\n")
	if last := choiceOf([]byte(strings.TrimPrefix(events[max(0, len(events)-2)], "data: "))); last.FinishReason == nil || *last.Text != "1234" {
		t.Errorf("the stream ends with %s", events)
	}
}

// choiceOf is the first choice of an event or an answer; the zero value where there is none.
func choiceOf(data []byte) (c wire.Choice) {
	var a wire.Answer
	if json.Unmarshal(data, &a) == nil && len(a.Choices) > 0 {
		c = a.Choices[0]
	}
	return c
}
