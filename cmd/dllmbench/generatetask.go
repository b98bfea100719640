package main

import (
	"fmt"
	"io"
	"os"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
	"dllmbench/workloads/all"

	"golang.org/x/term"
)

// task is what generate works on.
type task struct {
	prompt   string
	workload workloads.Workload // nil for a prompt of the user's own
	instance workloads.Instance
}

// request is what the decoder is asked.
func (c *generateCmd) request(t task, w library.Weights) (engines.Request, error) {
	r := engines.Request{Prompt: w.Codec.Encode(t.prompt), Budget: c.Budget, Seed: c.Seed, Stop: w.Codec.EndIDs()}
	template, err := workloads.TemplateTokens(w.Codec, t.instance)
	if template != nil {
		if r.Budget != 0 && r.Budget != len(template) {
			return r, fmt.Errorf("--budget is %d; the template of %s has %d positions: leave --budget away", r.Budget, t.instance.ID, len(template))
		}
		r.Template, r.Budget = template, len(template)
	}
	if r.Budget == 0 {
		r.Budget = c.budget(t, w, len(r.Prompt))
	}
	if t.workload != nil && workloads.Abstains(t.workload, t.instance) == "" { // for best_of_pick checker
		r.Oracle = func(tokens []int32) bool { return t.workload.Check(t.instance, w.Codec.Decode(tokens)).Exact }
	}
	return r, err
}

// task takes the prompt from the workload, the flag or standard input.
func (c *generateCmd) task(stdin io.Reader) (task, error) {
	switch {
	case c.Budget < 0 || c.Threads < 0 || c.Index < 0 || c.Steps < 0:
		return task{}, fmt.Errorf("--budget, --threads, --steps and --index must not be negative")
	case c.Workload != "" && c.Prompt != nil:
		return task{}, fmt.Errorf("--workload and --prompt exclude each other: the task has its own prompt")
	case c.File != "" && (c.Workload != "" || c.Prompt != nil):
		return task{}, fmt.Errorf("--file excludes --workload and --prompt: its tasks have their own prompts")
	case c.File == "" && c.Format != "":
		return task{}, fmt.Errorf("--format is that of a --file: name one")
	case c.Workload == "" && c.File == "" && (c.Rung != "" || c.Index != 0):
		return task{}, fmt.Errorf("--rung and --index choose a task of a --workload or a --file: name one")
	case c.File != "":
		return findFileTask(c.Format, c.File, c.Rung, c.Index)
	case c.Workload != "":
		return findTask(c.Workload, c.Rung, c.Index)
	case c.Prompt != nil:
		return task{prompt: *c.Prompt}, nil
	}
	if f, ok := stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return task{}, fmt.Errorf("nothing to continue: give --prompt, --workload, or a text on standard input")
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxPrompt+1))
	if err == nil && len(text) > maxPrompt {
		err = fmt.Errorf("the prompt on standard input has more than %d bytes", maxPrompt)
	}
	return task{prompt: string(text)}, err
}

// findTask takes an instance of a workload's test split.
func findTask(workload, rung string, index int) (task, error) {
	w, err := workloads.Named(all.Workloads(), workload)
	if err != nil {
		return task{}, err
	}
	rungs, err := rungsOf(w, rung)
	if err != nil {
		return task{}, err
	}
	inst := w.Generate(workloads.Test, rungs[0], index)
	return task{prompt: inst.Prompt, workload: w, instance: inst}, nil
}

// rungsOf are the rung with a name, or all if there is none.
func rungsOf(w workloads.Workload, name string) ([]int, error) {
	if name == "" {
		return workloads.RungsNamed(w)
	}
	return workloads.RungsNamed(w, name)
}

// sampleAnswers is the number of training instances whose longest answer
// decides the token budget of a task.
const sampleAnswers = 200

// budget is the token budget where the user names none: the longest answer of
// the rung with its end token and what the rung adds, or defaultBudget, if the
// context has room for it.
func (c *generateCmd) budget(t task, w library.Weights, prompt int) int {
	budget := defaultBudget
	if f, ok := t.workload.(workloads.Finite); ok {
		if n := scenario.Longest(f, t.instance.Rung, w.Codec); n > 1 {
			budget = n
		}
	} else if t.workload != nil {
		budget = 0
		for i := range sampleAnswers {
			answer := t.workload.Generate(workloads.Train, t.instance.Rung, i).Answer
			budget = max(budget, len(w.Codec.Encode(answer))+1)
		}
		budget += scenario.Extra(t.workload.Rungs()[t.instance.Rung])
	}
	return max(1, min(budget, w.Model.Config().MaxPositions-prompt))
}
