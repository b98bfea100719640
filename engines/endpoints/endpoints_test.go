package endpoints

import (
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote"
)

const good = `
version: 1
endpoints:
  local: {kind: completions, base_url: "http://127.0.0.1:8080/v1/", autoregressive: true, stop: ["\n"], stop_token_ids: [2, 7], usage: none, in_flight: 4, options: {temperature: 0}}
  mercury:
    kind: chat
    base_url: https://api.example.org/v1
    model: mercury-2
    key_env: SOME_KEY
    mode: replace
    limit_field: max_completion_tokens
    usage: required
    http2: true
    private: true
    ca: certs/own.pem
    max_requests: 100
    max_output_tokens: 20000
    max_cost: 0.5
    price: {input: 0.25, output: 1}
    per_minute: {requests: 1000, output_tokens: 100000}
    options: {diffusing: true, temperature: 1, reasoning_effort: instant}
  code: {kind: edit, base_url: "http://localhost/v1"}
`

func TestRead(t *testing.T) {
	f, err := Read("dir/endpoints.yaml", []byte(good))
	if err != nil || len(f.List) != 3 {
		t.Fatalf("%v, %+v", err, f)
	}
	local, mercury, code := f.List[0], f.List[1], f.List[2]
	if c := local.Remote; c.URL != "http://127.0.0.1:8080/v1" || c.Mode != engines.Append || c.InFlight != 4 || c.LimitField != "max_tokens" || c.Stop[0] != "\n" || len(c.StopIDs) != 2 || c.StopIDs[1] != 7 || !c.NoUsage || !local.Baseline || c.Hosted() {
		t.Errorf("%+v", local)
	}
	if c := mercury.Remote; c.Mode != engines.Replace || !c.NeedsUsage || !c.HTTP2 || !c.Private || c.CA != "dir/certs/own.pem" || !c.Hosted() ||
		c.Limits != (remote.Limits{Requests: 100, OutputTokens: 20000, Cost: 0.5, InputPrice: 0.25, CachedPrice: 0.25, OutputPrice: 1, RequestsPerMinute: 1000, OutputPerMinute: 100000}) {
		t.Errorf("%+v", mercury)
	}
	if local.Ends() != "" || mercury.Ends() == "" || code.Ends() == "" {
		t.Errorf("whose length can be forced: %q, %q, %q", local.Ends(), mercury.Ends(), code.Ends())
	}
	if code.Remote.Mode != engines.Whole {
		t.Errorf("%+v", code)
	}
	// What the file sets is the default of what a scenario may set; the rest stays open.
	o, err := engines.Resolve(mercury.Preset(), engines.Options{"temperature": 0.5})
	if err != nil || len(o) != 3 || o["temperature"] != 0.5 || o["diffusing"] != true || o["reasoning_effort"] != "instant" {
		t.Errorf("%v, %v", o, err)
	}
	if _, err := mercury.Open(t.Context(), engines.Setting{Options: o}, Host{Now: time.Now}); err == nil || !strings.Contains(err.Error(), "SOME_KEY") {
		t.Errorf("without its key: %v", err)
	}
}

// TestMistakes: each has its place and says what is allowed, and no key is repeated.
func TestMistakes(t *testing.T) {
	entry := func(text string) string { return "version: 1\nendpoints:\n  a: {" + text + "}\n" }
	for text, want := range map[string]string{
		"":                                     "f:1:1: the file is empty",
		"version: 2\nendpoints: {}\n":          `f:1:10: version is "2"`,
		"endpoints: {}\n":                      `f:1:1: the file needs the key "version"`,
		"version: 1\nendpoint: {}\n":           `f:2:1: unknown key "endpoint" in the file; allowed are version, endpoints; did you mean "endpoints"?`,
		entry("base_url: http://x"):            `f:3:3: endpoint a needs the key "kind"`,
		entry("kind: chat"):                    `f:3:3: endpoint a needs the key "base_url"`,
		entry("kind: chat, base_url: ftp://x"): `f:3:29: base_url is "ftp://x"; allowed is http:// or https://`,
		entry("kind: chat, base_url: https://me:pw@x"):                                 "base_url has a user, a query or a fragment",
		entry("kind: chat, base_url: https://x, kind: fim"):                            `key "kind" in an endpoint was given before`,
		entry("kind: chat, base_url: https://x, key_env: sk-123"):                      "f:3:49: key_env is no name of an environment variable",
		entry("kind: chat, base_url: https://x, api_key: sk-123"):                      `unknown key "api_key" in an endpoint of kind chat`,
		entry("kind: chat, base_url: http://x, key_env: KEY"):                          "f:3:3: endpoint a has a key and an http:// address",
		entry("kind: chat, base_url: https://x, key_env: KEY"):                         `it needs the key "max_cost"`,
		entry("kind: edit, base_url: https://x, mode: append"):                         `unknown key "mode" in an endpoint of kind edit`,
		entry("kind: chat, base_url: https://x, mode: replacing"):                      `unknown mode "replacing"; allowed are append, replace, whole; did you mean "replace"?`,
		entry("kind: chat, base_url: https://x, options: {diffusing: true}"):           "it needs mode: replace",
		entry("kind: chat, base_url: https://x, options: {temperature: 3}"):            "f:3:63: temperature is 3, allowed is from 0 to 2",
		entry("kind: fim, base_url: https://x, options: {diffusing: true}"):            `unknown key "diffusing" in options of kind fim`,
		entry("kind: chat, base_url: https://x, in_flight: 0.5"):                       `in_flight is "0.5"; allowed is a whole number from 1 to 65536`,
		entry("kind: chat, base_url: https://x, stop_token_ids: [a]"):                  `f:3:57: stop_token_ids is "a"; allowed is a whole number from 0 to 2147483647`,
		entry("kind: chat, base_url: https://x, stop_token_ids: 3"):                    "stop_token_ids must be a list of whole numbers",
		entry("kind: chat, base_url: https://x, price: {out: 1}"):                      `unknown key "out" in price; allowed are cached, input, output`,
		entry("kind: chat, base_url: http://127.0.0.1, metrics: true, in_flight: 2"):   "metrics needs in_flight: 1",
		entry("kind: chat, base_url: &x https://x, model: *x"):                         "anchors and aliases are not read",
		"version: 1\nendpoints:\n  a b: {kind: chat, base_url: https://x}\n":           `the name of an endpoint is "a b"`,
		"version: 1\nendpoints: [a]\n":                                                 "endpoints must be a mapping",
		strings.Repeat("#", MaxFile+1):                                                 "allowed are at most 65536",
		entry("kind: chat, base_url: https://x, private: perhaps, http2: true, ca: 1"): `private is "perhaps"; allowed are true and false`,
	} {
		_, err := Read("f", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sk-123") {
			t.Errorf("%.80q: %v, want %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version: 1\nendpoints: {a: {kind: process, command: [x], tokens: shared, options: {n: 1, x: .nan, y: 99999999999999999999, w: [a, b], b: true, t: ''}}}"))
	f.Add([]byte("version: 1\nendpoints: {a: {kind: chat, base_url: [x], options: {temperature: .nan, seed: {}}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read("f", data)
		if err != nil {
			return
		}
		for _, e := range file.List {
			if _, err := engines.Resolve(e.Preset(), nil); err != nil {
				t.Errorf("%+v: %v", e, err)
			}
		}
	})
}
