package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"dllmbench"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
	"dllmbench/harness/scenario"
	"dllmbench/reports/terminal"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/python"
)

// scenarioFile is the scenario that a command works on.
type scenarioFile struct {
	Scenario string    `arg:"" optional:"" help:"Scenario file, - for standard input; by default scenarios.yaml here, or else the one inside the binary."`
	Quick    quickness `placeholder:"full" help:"The short scenario inside the binary: run measures the machine first and leaves out what does not fit into about 15 seconds, unless --quick=full is given. With a file, a shortened run of it: few instances and repetitions."`

	builtin string // name of the scenario inside the binary that stands in when no file is given, and its text
	text    []byte

	ends      *setup.Endpoints
	Endpoints string `placeholder:"FILE" help:"The file of endpoints that the scenario names; by default endpoints.yaml beside it, here, or in the folder of user settings."`

	Set []string `sep:"none" placeholder:"PATH=VALUE" help:"Change a value of the scenario, for example measurement.repeats=3 or engines.ar.preset=sample; may be repeated."`
}

const (
	defaultScenario = "scenarios.yaml"
	standardInput   = "standard input"
	builtIn         = " (built in)" // behind the name of a scenario in the binary
)

// read returns the scenario's text and its name for messages.
func (f *scenarioFile) read(con *console) (name string, text []byte, err error) {
	switch {
	case f.builtin != "" && f.Scenario == "":
		return f.builtin + builtIn, f.text, nil
	case f.Quick != 0 && f.Scenario == "":
		return "quick.yaml" + builtIn, dllmbench.QuickScenario, nil
	case f.Scenario == "-":
		text, err = userfile.ReadAll(con.stdin, standardInput, scenario.MaxFile)
		return standardInput, text, exit.With(exit.Usage, err)
	case f.Scenario != "":
		text, err = readScenario(f.Scenario)
		return f.Scenario, text, exit.With(exit.Usage, err)
	}
	text, err = readScenario(defaultScenario)
	if errors.Is(err, fs.ErrNotExist) {
		return defaultScenario + builtIn, dllmbench.DefaultScenario, nil
	}
	return defaultScenario, text, exit.With(exit.Usage, err)
}

// parse reads the scenario and reports every mistake that shows without weights. What
// flags change is changed as --set does, so that results keep the scenario that ran.
func (f *scenarioFile) parse(con *console, change ...func(*scenario.Scenario) []string) (*scenario.Scenario, error) {
	name, text, err := f.read(con)
	if err != nil {
		return nil, err
	}
	con.files.reads(name)
	f.ends = &setup.Endpoints{Path: f.Endpoints, Scenario: name, Reads: con.files.reads, Now: con.now}
	options := scenario.Options{Read: con.include, Env: os.LookupEnv, Set: slices.Clone(f.Set)}
	s, err := scenario.Load(name, text, con.catalog(f.ends), options)
	if f.shortened() {
		change = append([]func(*scenario.Scenario) []string{(*scenario.Scenario).Short}, change...)
	}
	for _, c := range change {
		if err != nil {
			break
		}
		options.Set = append(options.Set, c(s)...)
		s, err = scenario.Load(name, text, con.catalog(f.ends), options)
	}
	return s, exit.With(exit.Usage, err)
}

// include reads a scenario file that another one includes.
func (con *console) include(path string) ([]byte, error) {
	con.files.reads(path)
	return readScenario(path)
}

// readScenario reads a scenario file.
func readScenario(path string) ([]byte, error) { return userfile.Read(path, scenario.MaxFile) }

// catalog is what scenarios may name, endpoints too; files of tasks are noted when they are read.
func (con *console) catalog(ends *setup.Endpoints) scenario.Catalog {
	c := setup.Catalog()
	c.Endpoint = ends.Find
	open := c.Open
	c.Open = func(s scenario.TaskSource) (scenario.TaskFile, error) {
		for _, path := range []string{s.Path, s.FewShot} {
			if path != "" {
				con.files.reads(path)
			}
		}
		file, err := open(s)
		if w, ok := file.Workload.(*jsonl.Workload); ok {
			file.Workload = python.Judged(w, con.python)
		}
		return file, err
	}
	return c
}

// shortened reports whether only a part of the scenario's instances is to be run.
func (f *scenarioFile) shortened() bool { return f.Quick != 0 && f.Scenario != "" }

// namedWeights reads the value of a --weights flag; "" is the default model.
func namedWeights(value string) weights.Name {
	if value == "" {
		return weights.Name{Kind: weights.Builtin, Name: builtin.Names()[0]}
	}
	return weights.Parse(value)
}

// open makes the plan of the scenario with one of [setup.Expand] and [setup.Sketch].
func (f *scenarioFile) open(con *console, expand expander) (*scenario.Plan, *library.Shelf, error) {
	s, err := f.parse(con)
	if err != nil {
		return nil, nil, err
	}
	models := &library.Shelf{}
	plan, err := con.expand(s, models, expand)
	return plan, models, err
}

// expander makes a plan.
type expander func(context.Context, *scenario.Scenario, *library.Shelf) (*scenario.Plan, error)

// expand makes the plan of a scenario, and notes its weights as read.
func (con *console) expand(s *scenario.Scenario, models *library.Shelf, expand expander) (*scenario.Plan, error) {
	plan, err := expand(con.ctx, s, models)
	if err == nil {
		for _, g := range plan.Groups {
			if g.Open == nil {
				con.files.reads(g.Weights.Name)
			}
		}
	}
	return plan, err
}

// tell says what a plan leaves out, and what a scenario wants of its results.
func (con *console) tell(plan *scenario.Plan, wanted []string) {
	for _, note := range slices.Concat(plan.Notes(), plan.Chats, plan.Alike, plan.Untrained) {
		fmt.Fprintf(con.stderr, "note: %s\n", terminal.Visible(note))
	}
	for _, text := range wanted {
		fmt.Fprintln(con.stderr, terminal.Visible(text))
	}
}
