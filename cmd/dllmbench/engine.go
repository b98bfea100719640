package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/process"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
)

// engineCmd is about engines in programs of their own.
type engineCmd struct {
	Probe engineProbeCmd `cmd:"" help:"Ask a server of endpoints.yaml once, and say what it really gives."`
	Test  engineTestCmd  `cmd:"" help:"Check whether a program is an engine that scenarios can use."`
}

// engineProbeCmd asks an endpoint once.
type engineProbeCmd struct {
	Name      string `arg:"" optional:"" help:"The endpoint; by default all are listed and none is asked."`
	Options   bool   `help:"List the options that a scenario may set, and ask nothing."`
	Endpoints string `placeholder:"FILE" help:"The file of endpoints; by default endpoints.yaml here, or in the folder of user settings."`
}

func (*engineProbeCmd) Help() string {
	return `The request is small: sixteen tokens at most. What is said on standard output is what a run records of the server too: when text
comes and in how many pieces, and whether it comes with counts of tokens, token ids and thinking.

Examples:

    dllmbench engine probe
    dllmbench engine probe local
    dllmbench engine probe local --options`
}

// Run prints what the endpoint gave.
func (c *engineProbeCmd) Run(con *console) error {
	ends := &setup.Endpoints{Path: c.Endpoints, Reads: con.files.reads, Now: con.now}
	file, err := ends.Load()
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	switch {
	case c.Name == "" && c.Options:
		return exit.Errorf(exit.Usage, "--options lists those of one endpoint: name it")
	case c.Name == "":
		t := table.New(4, "endpoint", "kind", "address", "model")
		for _, e := range file.List {
			t.Add(e.Name, e.Kind, e.Address(), e.Remote.Model)
		}
		_, err := io.WriteString(con.stdout, t.Known().Text(0))
		return err
	}
	found, err := ends.Find(c.Name)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if c.Options {
		return catalog.WriteParams(con.stdout, found.Preset.Params)
	}
	options, err := engines.Resolve(found.Preset, nil)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if found.About.Kind == "process" {
		return exit.Errorf(exit.Usage, "endpoint %s is a program: check it with dllmbench engine test", c.Name)
	}
	e, err := found.Open(con.ctx, engines.Setting{Options: options})
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	p, err := setup.Probe(con.ctx, found.About, e)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.stdout, terminal.Visible(setup.Said(p)))
	for _, name := range slices.Sorted(maps.Keys(p.Wire.Counts)) {
		fmt.Fprintf(con.stdout, "  %s %.12g\n", terminal.Visible(name), p.Wire.Counts[name])
	}
	if p.Listed != "" {
		fmt.Fprintf(con.stdout, "  its /models %s\n", terminal.Visible(p.Listed))
	}
	_, err = fmt.Fprintf(con.stdout, "  answer %q\n", p.Text)
	return err
}

// probed says what servers gave that were asked before a run.
func (con *console) probed(list []result.Probe) {
	for _, p := range list {
		fmt.Fprintln(con.stderr, "probe of "+terminal.Visible(setup.Said(p)))
	}
}

// engineTestCmd examines a program that speaks the protocol of package process.
type engineTestCmd struct {
	Command []string          `arg:"" help:"The program and its arguments, behind --."`
	Set     map[string]string `placeholder:"OPTION=VALUE" help:"Option of the engine; may be repeated."`
	Env     []string          `placeholder:"NAME" help:"Variable of the environment that the program sees, beside a few such as PATH, HOME and CUDA_VISIBLE_DEVICES; may be repeated."`
	Prompt  string            `default:"The quick brown fox" help:"Text that is sent to engines that take text."`
	Budget  int               `range:"1 to 65536" default:"32" placeholder:"TOKENS" help:"Tokens of an answer."`
	Threads int               `range:"0 to 1024" placeholder:"N" help:"Threads of the engine; by default it decides."`
	Timeout time.Duration     `range:"1s to 1h" default:"1m" help:"Most time for one answer."`
	Opening time.Duration     `range:"1s to 1h" default:"10m" help:"Most time until the engine is ready."`
}

func (*engineTestCmd) Help() string {
	return `Starts the program, which speaks dllmbench-engine/1 (docs/process-engine.md), and examines it: hello and ready, answers
and their counters, equal answers to equal requests, batches, steps that add up, cancelling, and that it ends with all that it
started. Each check is a line on standard output; what is wrong is said in a sentence. Exit code 4 says that something is, 3 that
the program cannot be started.

Examples:

    dllmbench engine test -- python3 adapters/minimal.py
    dllmbench engine test --set steps=8 --budget 64 -- python3 adapters/llada.py --weights path/to/checkpoint --code path/to/LLaDA`
}

// Run prints what the checks found.
func (c *engineTestCmd) Run(con *console) error {
	examined, log, first := 0, "", error(nil)
	problems, err := process.Examine(con.ctx, process.Examination{
		Command: process.Command{Args: c.Command, Env: c.Env, Options: typed(c.Set), Threads: c.Threads, Opening: c.Opening, Grace: 10 * time.Second, Now: con.now},
		Prompt:  c.Prompt, Budget: c.Budget, Timeout: c.Timeout,
	}, func(f process.Finding) {
		word, text := "ok", f.Note
		switch {
		case f.Problem != "":
			word, text = "WRONG", f.Problem
		case f.Skipped != "":
			word, text = "–", f.Skipped
		}
		if examined++; f.Skipped != "" {
			examined--
		}
		line := fmt.Sprintf("%-6s %s", word, f.Check)
		if text != "" {
			line += ": " + text
		}
		_, err := fmt.Fprintln(con.stdout, terminal.Visible(line))
		if first = errors.Join(first, err); f.Log != "" && f.Log != log {
			log = f.Log
			showLog(con.stderr, log)
		}
	})
	switch {
	case con.ctx.Err() != nil:
		return exit.Errorf(exit.Interrupted, "interrupted")
	case err != nil:
		return exit.With(exit.Setup, err)
	case first != nil:
		return first
	case problems > 0:
		return exit.Errorf(exit.Execution, "%d of %s found something wrong", problems, lists.Count(examined, "check"))
	}
	return nil
}

// showLog prints the end of what a program wrote on stderr.
func showLog(to io.Writer, log string) {
	fmt.Fprintln(to, "the end of its log:")
	for line := range strings.Lines(log) {
		fmt.Fprintln(to, "  | "+terminal.Visible(strings.TrimRight(line, "\r\n")))
	}
}

// typed are options as a scenario has them: numbers and truth values where they look so.
func typed(set map[string]string) engines.Options {
	options := engines.Options{}
	for name, text := range set {
		options[name] = text
		if n, err := strconv.Atoi(text); err == nil {
			options[name] = n
		} else if x, err := strconv.ParseFloat(text, 64); err == nil {
			options[name] = x
		} else if b, err := strconv.ParseBool(text); err == nil {
			options[name] = b
		}
	}
	return options
}

// logOf is the log of the program whose end an error tells, "" if there is none.
func logOf(err error) string {
	var died *child.DiedError
	if errors.As(err, &died) {
		return died.Log
	}
	return ""
}
