// Package remote drives engines behind HTTP: servers that speak like OpenAI's (vLLM, SGLang,
// llama-server and others) and Mercury, a hosted diffusion model.
//
// What such a server is trusted with is little. Everything it sends has a bound, its text is
// data, and the one clock is that of this process: a delivery is timed by the read that
// completed it, and several events in one read are one delivery. A frame is not a forward
// pass: no counter is derived from how text arrives.
package remote

import (
	"time"

	"dllmbench/engines"
)

// API is the kind of requests that an endpoint takes.
type API string

// The kinds of requests.
const (
	Chat        API = "chat"        // POST /chat/completions: a question
	Completions API = "completions" // POST /completions: a text to continue
)

// path is where requests go, below the base URL.
func (a API) path() string {
	return map[API]string{Chat: "/chat/completions", Completions: "/completions"}[a]
}

// Config says where an engine is and how it talks.
type Config struct {
	Name       string // for messages
	API        API
	URL        string       // base, such as http://127.0.0.1:8080/v1
	Model      string       // as the server calls it; "" for its only one
	Mode       engines.Mode // how its text arrives, never guessed
	LimitField string       // the name of the most tokens: max_tokens or max_completion_tokens
	Stop       []string     // texts that end an answer
	InFlight   int          // requests that may be at work at once
}

// Engine is one endpoint with its options. It is safe for concurrent use.
type Engine struct {
	config  Config
	options engines.Options
	client  *client
	bounds  bounds
	now     func() time.Time
}

// Open makes an engine. Nothing is sent before the first request.
func Open(c Config, options engines.Options, now func() time.Time) (*Engine, error) {
	return &Engine{config: c, options: options, client: newClient(c), bounds: usual, now: now}, nil
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
