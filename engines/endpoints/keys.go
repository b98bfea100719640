package endpoints

import (
	"maps"
	"regexp"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/remote"
	"dllmbench/engines/yamlfile"

	"gopkg.in/yaml.v3"
)

// key is a key of an endpoint.
type key struct {
	name   string
	of     func(kind) bool // the kinds that have it
	needed bool
	read   func(r *reader, n *yaml.Node, e *Endpoint)
}

func every(kind) bool     { return true }
func servers(k kind) bool { return k.server }

// streams are the kinds whose text may arrive bit by bit.
func streams(k kind) bool { return k.server && k.name != string(remote.Edit) }

var envForm = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,99}$`)

// keys is the table of all keys.
func keys() []key {
	return append(programKeys(), []key{
		{"kind", every, true, func(*reader, *yaml.Node, *Endpoint) {}}, // read first
		{"autoregressive", every, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Baseline = r.truth(n, "autoregressive") }},
		{"options", every, false, (*reader).options},
		{"in_flight", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.InFlight = int(r.number(n, "in_flight", 1, 65536, true))
		}},
		{"base_url", servers, true, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.URL = r.url(n) }},
		{"model", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Model = r.text(n, "model") }},
		{"mode", streams, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			if e.Remote.Mode = engines.Mode(r.choice(n, "mode", []string{string(engines.Append), string(engines.Replace), "whole"})); e.Remote.Mode == "whole" {
				e.Remote.Mode = engines.Whole
			}
		}},
		{"limit_field", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.LimitField = r.choice(n, "limit_field", []string{"max_tokens", "max_completion_tokens"})
		}},
		{"stop", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Stop = r.texts(n, "stop") }},
		{"stop_token_ids", streams, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			if n.Kind != yaml.SequenceNode {
				r.Add(n, "stop_token_ids must be a list of whole numbers, ids of the server's tokenizer")
			}
			for _, item := range n.Content {
				e.Remote.StopIDs = append(e.Remote.StopIDs, int(r.number(item, "stop_token_ids", 0, 1<<31-1, true)))
			}
		}},
		{"continues", func(k kind) bool { return k.chats }, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Continues = r.truth(n, "continues") }},
		{"key_env", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			if e.Remote.KeyEnv = r.text(n, "key_env"); e.Remote.KeyEnv != "" && !envForm.MatchString(e.Remote.KeyEnv) { // it may be a key: it is not repeated
				r.Add(n, "key_env is no name of an environment variable; allowed are capitals, digits and _, such as INCEPTION_API_KEY, and never the key itself")
				e.Remote.KeyEnv = ""
			}
		}},
		{"ca", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.CA = r.path(n, "ca") }},
		{"http2", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.HTTP2 = r.truth(n, "http2") }},
		{"private", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Private = r.truth(n, "private") }},
		{"usage", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			said := r.choice(n, "usage", []string{"none", "optional", "required"})
			e.Remote.NoUsage, e.Remote.NeedsUsage = said == "none", said == "required"
		}},
		{"metrics", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Metrics = r.truth(n, "metrics") }},
		{"max_requests", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.Limits.Requests = int64(r.number(n, "max_requests", 1, 1e9, true))
		}},
		{"max_output_tokens", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.Limits.OutputTokens = int64(r.number(n, "max_output_tokens", 1, 1e12, true))
		}},
		{"max_cost", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.Limits.Cost = r.number(n, "max_cost", 0, 1e6, false)
		}},
		{"price", servers, false, numbers("price", 0, 1e6, map[string]func(*remote.Limits) *float64{
			"input": func(l *remote.Limits) *float64 { return &l.InputPrice }, "cached": func(l *remote.Limits) *float64 { return &l.CachedPrice },
			"output": func(l *remote.Limits) *float64 { return &l.OutputPrice }})},
		{"per_minute", servers, false, numbers("per_minute", 1, 1e12, map[string]func(*remote.Limits) *float64{
			"requests": func(l *remote.Limits) *float64 { return &l.RequestsPerMinute }, "input_tokens": func(l *remote.Limits) *float64 { return &l.InputPerMinute },
			"output_tokens": func(l *remote.Limits) *float64 { return &l.OutputPerMinute }})},
	}...)
}

// numbers reads a mapping of numbers.
func numbers(what string, low, high float64, to map[string]func(*remote.Limits) *float64) func(*reader, *yaml.Node, *Endpoint) {
	return func(r *reader, n *yaml.Node, e *Endpoint) {
		for _, p := range r.Pairs(n, what) {
			at, known := to[p.Key.Value]
			if !known {
				r.unknown(p.Key, what, slices.Sorted(maps.Keys(to)))
				continue
			}
			*at(&e.Remote.Limits) = r.number(p.Value, p.Key.Value, low, high, false)
		}
	}
}

// settled checks what keys say together.
func (r *reader) settled(entry yamlfile.Pair, e *Endpoint, given map[string]bool) {
	c := &e.Remote
	if c.Limits.CachedPrice == 0 { // not given: no discount
		c.Limits.CachedPrice = c.Limits.InputPrice
	}
	if e.row().server && c.KeyEnv != "" && c.Plain() {
		r.Add(entry.Key, "endpoint %s has a key and an http:// address: a key is sent in plain text to this machine only; use https://", e.Name)
	}
	if e.row().server && c.Hosted() {
		for _, name := range []string{"max_requests", "max_output_tokens", "max_cost", "price"} {
			if !given[name] {
				r.Add(entry.Key, "endpoint %s is paid for (it has a key): it needs the key %q, so that no scenario costs more than you allow", e.Name, name)
			}
		}
	}
	if c.Metrics && c.InFlight > 1 {
		r.Add(entry.Key, "endpoint %s: the counters of its server are those of one request at a time; metrics needs in_flight: 1", e.Name)
	}
	if on, _ := e.Options["diffusing"].(bool); on && c.Mode != engines.Replace {
		r.Add(entry.Key, "endpoint %s: with the option diffusing every frame is the whole text; it needs mode: replace", e.Name)
	}
}
