// Package remote drives engines behind HTTP: servers that speak like OpenAI's (vLLM, SGLang,
// llama-server and others) and Mercury, a hosted diffusion model.
//
// What such a server is trusted with is little. Everything it sends has a bound, its text is
// data, and the one clock is that of this process: a delivery is timed by the read that
// completed it, and several events in one read are one delivery. A frame is not a forward
// pass: no counter is derived from how text arrives. What the server counts itself is kept
// apart, by its source ([engines.Wire]).
package remote

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"dllmbench/engines"
)

// API is the kind of requests that an endpoint takes.
type API string

// The kinds of requests.
const (
	Chat        API = "chat"        // POST /chat/completions: a question
	Completions API = "completions" // POST /completions: a text to continue
	FIM         API = "fim"         // POST /fim/completions: a gap between two texts
	Edit        API = "edit"        // POST /edit/completions: code to be changed, answered at once
)

// path is where requests go, below the base URL.
func (a API) path() string {
	return map[API]string{Chat: "/chat/completions", Completions: "/completions", FIM: "/fim/completions", Edit: "/edit/completions"}[a]
}

// Config says where an engine is, how it talks and what it may cost.
type Config struct {
	Name       string // for messages
	API        API
	URL        string       // base, such as http://127.0.0.1:8080/v1
	Model      string       // as the server calls it; "" for its only one
	Mode       engines.Mode // how its text arrives, never guessed
	LimitField string       // the name of the most tokens: max_tokens or max_completion_tokens
	Stop       []string     // texts that end an answer
	StopIDs    []int        // token ids that end one, of the server's own tokenizer
	Continues  bool         // kind chat: a last message of the answerer is gone on with (vLLM, SGLang)
	InFlight   int          // requests that may be at work at once
	KeyEnv     string       // name of the environment variable with the key; "" for none
	CA         string       // file with the certificates that its server is trusted by; "" for those of the system
	HTTP2      bool         // HTTP/2 may be spoken: all streams then share a connection
	Private    bool         // addresses of private networks may be dialled
	NoUsage    bool         // the server's count of tokens is not asked for
	NeedsUsage bool         // an answer without the server's count of tokens is an error
	Metrics    bool         // the counters of diffusion of its /metrics are read before and after each request
	Limits     Limits
	Spent      *Spending // shared by all engines of the endpoint; nil for one of its own
}

// Hosted reports whether somebody else's machine is paid for: a key, and no loopback address.
func (c Config) Hosted() bool { return c.KeyEnv != "" && !loopback(c.URL) }

// Engine is one endpoint with its options. It is safe for concurrent use.
type Engine struct {
	config  Config
	options engines.Options
	fields  []field // that requests of its API may have
	client  *http.Client
	bounds  bounds
	key     string
	now     func() time.Time
}

// Open makes an engine. Nothing is sent before the first request.
func Open(c Config, options engines.Options, now func() time.Time) (*Engine, error) {
	if c.Spent == nil {
		c.Spent = &Spending{}
	}
	e := &Engine{config: c, options: options, fields: fields(c.API), bounds: usual, now: now}
	if c.KeyEnv != "" {
		if e.key = os.Getenv(c.KeyEnv); e.key == "" || strings.ContainsFunc(e.key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, fmt.Errorf("endpoint %s: the environment variable %s, which is to hold its key, is not set or has characters that no key has", c.Name, c.KeyEnv)
		}
	}
	if on, _ := options["diffusing"].(bool); on && c.Mode != engines.Replace {
		return nil, fmt.Errorf("endpoint %s: with the option diffusing every frame is the whole text; its entry needs mode: replace", c.Name)
	}
	var err error
	e.client, err = newClient(c)
	return e, err
}

// Info implements [engines.TextEngine].
func (e *Engine) Info() engines.Info {
	return engines.Info{Engine: "remote", Preset: string(e.config.API), Options: e.options,
		Capabilities: engines.Capabilities{Deliveries: e.config.Mode, InFlight: e.config.InFlight}}
}

// Close lets connections go.
func (e *Engine) Close() error {
	e.client.CloseIdleConnections()
	return nil
}

// clean takes the key out of a text of the server or of the network, and bounds it.
func (e *Engine) clean(text string) string {
	if e.key != "" {
		text = strings.ReplaceAll(text, e.key, "[key]")
	}
	if len(text) > 400 {
		text = text[:400] + "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}
