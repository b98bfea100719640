package main

import (
	"io"

	"dllmbench/cmd/dllmbench/internal/answer"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/harness/exit"
)

// ends asks an endpoint with one prompt.
func (c *generateCmd) ends(con *console) error {
	switch {
	case c.Engine != "autoregressive" || c.Preset != "" || c.Steps != 0 || c.Compare || c.Watch:
		return exit.Errorf(exit.Usage, "--endpoint is an engine of its own: leave --engine, --preset, --steps, --compare and --watch away")
	case c.Think != nil || c.Raw:
		return exit.Errorf(exit.Usage, "--think and --raw are for the chat templates of weights, and an endpoint has its own: --set enable_thinking=false is an option of kind chat")
	}
	file := &setup.Endpoints{Path: c.Endpoints, Reads: con.files.reads, Now: con.now}
	found, err := file.Find(c.Endpoint)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	options, err := decoders.ParseOptions(found.Preset, c.Set)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	judge := setup.Judge()
	defer judge.Close()
	t, w, err := c.open(con, judge)
	if err != nil {
		return err
	}
	name := found.About.Name
	switch {
	case t.Force && found.Ends != "":
		return exit.Errorf(exit.Usage, "--force-length: endpoint %s: %s", name, found.Ends)
	case c.Chat != nil && !found.Chats:
		return exit.Errorf(exit.Usage, "endpoint %s of kind %s continues texts: give the text with --prompt", name, found.About.Kind)
	}
	e, err := found.Open(con.ctx, engines.Setting{Options: options, Threads: c.Threads})
	if err != nil {
		return setup.Planned(err)
	}
	if closer, ok := e.(io.Closer); ok {
		defer closer.Close()
	}
	asked := answer.Asked{Engine: e, About: found, Codec: w, Budget: c.Budget, Seed: c.Seed, System: t.System}
	if c.System != nil {
		asked.System = *c.System
	}
	if found.Shared {
		a, err := asked.Share(con.ctx, t, con.now)
		if err != nil {
			return err
		}
		return printed(con, a.Text, a, t)
	}
	a, err := asked.Ask(con.ctx, t)
	if err != nil {
		return err
	}
	return printed(con, a.Text, a, t)
}
