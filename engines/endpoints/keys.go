package endpoints

import (
	"dllmbench/engines"

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

// keys is the table of all keys.
func keys() []key {
	return []key{
		{"kind", every, true, func(*reader, *yaml.Node, *Endpoint) {}}, // read first
		{"autoregressive", every, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Baseline = r.truth(n, "autoregressive") }},
		{"options", every, false, (*reader).options},
		{"in_flight", every, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.InFlight = int(r.number(n, "in_flight", 1, 65536, true))
		}},
		{"base_url", servers, true, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.URL = r.url(n) }},
		{"model", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Model = r.text(n, "model") }},
		{"mode", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.Mode = engines.Mode(r.choice(n, "mode", []string{string(engines.Append), string(engines.Replace)}))
		}},
		{"limit_field", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Remote.LimitField = r.choice(n, "limit_field", []string{"max_tokens", "max_completion_tokens"})
		}},
		{"stop", servers, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Remote.Stop = r.texts(n, "stop") }},
	}
}
