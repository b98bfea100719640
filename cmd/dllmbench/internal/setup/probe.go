package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// What a server is asked before a run: enough for several deliveries, and cheap.
const (
	probePrompt = "Continue: one two three four"
	probeSuffix = " nine ten"
	probeBudget = 16
	probeTime   = time.Minute
)

// Probed asks each server of a plan once and starts each of its programs once, so that a run
// does not begin with one that does not answer or lacks what its entry says it has.
func Probed(ctx context.Context, plan *scenario.Plan) (list []result.Probe, err error) {
	var seen []string
	for i := range plan.Groups {
		g := &plan.Groups[i]
		c := g.Cells[0]
		if g.Open == nil || slices.Contains(seen, c.Endpoint.Name) {
			continue
		}
		seen = append(seen, c.Endpoint.Name)
		if c.Endpoint.Kind == "process" {
			e, err := elsewhere(ctx, transport.Spec{Open: g.Open, Options: c.Options, Threads: g.Threads, Codec: g.Codec}, transport.Gauges{})
			if err != nil {
				return nil, Planned(fmt.Errorf("endpoint %s, started once before the run: %w", c.Endpoint.Name, err))
			}
			e.Close()
			continue
		}
		e, err := g.Open(ctx, engines.Setting{Options: c.Options})
		if err != nil {
			return nil, exit.With(exit.Setup, err)
		}
		p, err := Probe(ctx, *c.Endpoint, e)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// Probe asks a server once and closes the engine.
func Probe(ctx context.Context, about result.Endpoint, e engines.TextEngine) (result.Probe, error) {
	if c, ok := e.(io.Closer); ok {
		defer c.Close()
	}
	timed, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	p := result.Probe{Endpoint: about.Name}
	r := engines.TextRequest{Prompt: probePrompt, Budget: probeBudget}
	if about.Kind == "fim" || about.Kind == "edit" {
		r.Suffix = probeSuffix
	}
	res, err := e.Write(timed, r, func(d engines.Delivery) {
		if p.Deliveries++; p.FirstTextNs == nil && d.Text != "" {
			ns := d.At.Nanoseconds()
			p.FirstTextNs = &ns
		}
	})
	switch {
	case ctx.Err() != nil:
		return p, Planned(ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		return p, exit.Errorf(exit.Setup, "endpoint %s, asked once before the run, has not answered within %v", about.Name, probeTime)
	case err != nil:
		return p, exit.Errorf(exit.Setup, "endpoint %s, asked once before the run: %w", about.Name, err)
	}
	if l, ok := e.(interface{ Listed(context.Context) string }); ok {
		p.Listed = l.Listed(ctx)
	}
	p.Text, p.ElapsedNs, p.Wire = res.Text, res.Elapsed.Nanoseconds(), (*result.Wire)(res.Wire)
	for option, gives := range map[string]string{"return_token_ids": "token_ids", "logprobs": "logprobs"} {
		if asks, _ := e.Info().Options[option].(bool); asks && !slices.Contains(p.Wire.Gives, gives) {
			return p, exit.Errorf(exit.Setup, "endpoint %s, asked once before the run, gives no %s, which its option %s asks for", about.Name, gives, option)
		}
	}
	return p, nil
}

// Said is what a server gave, in words.
func Said(p result.Probe) string {
	parts := []string{fmt.Sprintf("answers %s in %v", cmp.Or(p.Wire.Model, "a model without a name"), time.Duration(p.ElapsedNs).Round(time.Millisecond))}
	if p.FirstTextNs != nil {
		parts = append(parts, fmt.Sprintf("the first text after %v", time.Duration(*p.FirstTextNs).Round(time.Millisecond)))
	}
	parts = append(parts, fmt.Sprintf("text in %d deliveries of %d events (up to %d a read)", p.Deliveries, p.Wire.Events, p.Wire.EventsAtOnce))
	var lacks []string
	for _, what := range []string{"usage", "token_ids", "logprobs"} {
		if !slices.ContainsFunc(p.Wire.Gives, func(g string) bool { return strings.HasPrefix(g, what) }) {
			lacks = append(lacks, what)
		}
	}
	if len(p.Wire.Gives) > 0 {
		parts = append(parts, "gives "+strings.Join(p.Wire.Gives, ", "))
	}
	if lacks != nil {
		parts = append(parts, "lacks "+strings.Join(lacks, ", "))
	}
	if p.Wire.Warning != "" {
		parts = append(parts, "it warns: "+p.Wire.Warning)
	}
	return p.Endpoint + ": " + strings.Join(parts, "; ")
}
