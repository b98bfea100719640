package setup

import (
	"context"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
)

// giving is an engine whose answers hold something beside text.
type giving struct {
	options engines.Options
	gives   []string
}

func (g giving) Info() engines.Info { return engines.Info{Options: g.options} }
func (g giving) Write(context.Context, engines.TextRequest, func(engines.Delivery)) (engines.TextResult, error) {
	return engines.TextResult{Text: "a", Finish: engines.FinishStop, Wire: &engines.Wire{Gives: g.gives}}, nil
}

// TestProbe: what an option asks for and a server does not give is found before the run.
func TestProbe(t *testing.T) {
	for _, c := range []struct {
		giving
		want string
	}{
		{giving{engines.Options{"return_token_ids": true, "logprobs": true}, []string{"logprobs", "token_ids"}}, ""},
		{giving{engines.Options{"return_token_ids": false}, nil}, ""},
		{giving{engines.Options{"return_token_ids": true}, []string{"logprobs"}}, "gives no token_ids, which its option return_token_ids asks for"},
		{giving{engines.Options{"logprobs": true}, nil}, "gives no logprobs"},
	} {
		_, err := Probe(t.Context(), result.Endpoint{Name: "far", Kind: "chat"}, c.giving)
		if c.want == "" && err != nil || c.want != "" && (exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.giving, err, c.want)
		}
	}
}
