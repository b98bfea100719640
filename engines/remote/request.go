package remote

import (
	"encoding/json"
	"fmt"

	"dllmbench/engines"
)

// Params are the options that an API takes, beside what every request has. One without a
// value is not sent, and the server decides.
func Params(a API) []engines.Param {
	var list []engines.Param
	for _, f := range fields() {
		if f.of(a) {
			list = append(list, f.Param)
		}
	}
	return list
}

// field is an option that goes into the body of a request under its name, or where put says.
type field struct {
	engines.Param
	apis []API // that know it; nil for all
}

func (f field) of(a API) bool {
	for _, known := range f.apis {
		if known == a {
			return true
		}
	}
	return f.apis == nil
}

// fields lists all options.
func fields() []field {
	number := func(name string, low, high float64, doc string, apis ...API) field {
		return field{engines.Param{Name: name, Kind: engines.KindFloat, Min: low, Max: high, Doc: doc}, apis}
	}
	return []field{
		number("temperature", 0, 2, "Sampling temperature."),
		number("top_p", 0, 1, "Share of probability that is sampled from."),
	}
}

// body is the JSON of a request.
func (e *Engine) body(r engines.TextRequest) ([]byte, error) {
	b := map[string]any{"stream": true, "stream_options": map[string]any{"include_usage": true}, e.config.LimitField: r.Budget}
	if e.config.Model != "" {
		b["model"] = e.config.Model
	}
	if stop := append(r.Stop, e.config.Stop...); len(stop) > 0 {
		b["stop"] = stop
	}
	switch e.config.API {
	case Chat:
		var messages []map[string]string
		if r.System != "" {
			messages = append(messages, map[string]string{"role": "system", "content": r.System})
		}
		b["messages"] = append(messages, map[string]string{"role": "user", "content": r.Prompt})
	case Completions:
		b["prompt"] = r.Prompt
	}
	if r.Suffix != "" {
		return nil, fmt.Errorf("endpoint %s: kind %s fills no gap", e.config.Name, e.config.API)
	}
	for _, f := range fields() {
		if v, given := e.options[f.Name]; given && f.of(e.config.API) {
			b[f.Name] = v
		}
	}
	return json.Marshal(b)
}
