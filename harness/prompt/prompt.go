// Package prompt finds one task in a workload, and makes the request for it.
package prompt

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
)

// Task is a text to continue or a question to answer.
type Task struct {
	Text     string
	Form     scenario.Form      // of a chat; nil for a text to continue
	Workload workloads.Workload // nil for a prompt of the user's own
	Instance workloads.Instance
	Stop     []string // texts that end an answer
	Force    bool     // the whole budget is written
	Asks     bool     // the prompt is a question, not a text to continue
	System   string   // what a task card has the system say first
	Length   int      // token budget of a task card; 0 for that of the longest answer
}

// Request is what a decoder is asked. A budget of 0 is what task and context allow.
func (t Task) Request(codec engines.Codec, context, budget int, seed uint64) (engines.Request, error) {
	inst := t.Instance
	inst.Prompt = t.Text
	prompt, stop, err := scenario.Prompt(t.Form, codec, inst)
	if err != nil {
		return engines.Request{}, err
	}
	r := engines.Request{Prompt: prompt, Budget: budget, Seed: seed, Stop: stop, Until: t.Stop, Text: codec.Decode, Force: t.Force}
	template, err := workloads.TemplateTokens(codec, t.Instance)
	switch {
	case template != nil && t.Form != nil:
		return r, fmt.Errorf("%s has gaps, which are filled in no chat: --raw takes its prompt as it is", t.Instance.ID)
	case template != nil:
		if r.Budget != 0 && r.Budget != len(template) {
			return r, fmt.Errorf("--budget is %d; the template of %s has %d positions: leave --budget away", r.Budget, t.Instance.ID, len(template))
		}
		r.Template, r.Budget = template, len(template)
	}
	if r.Budget == 0 {
		r.Budget = max(1, min(t.Budget(codec), context-len(r.Prompt)))
	}
	if t.Workload != nil && workloads.Abstains(t.Workload, t.Instance) == "" { // for best_of_pick checker
		r.Oracle = func(tokens []int32) bool {
			_, text := engines.Answer(codec, tokens, r.Stop, r.Until)
			return t.Workload.Check(t.Instance, text).Exact
		}
	}
	return r, err
}

// Find takes an instance of a workload's test split.
func Find(workload, rung string, index int) (Task, error) {
	w, err := workloads.Named(all.Workloads(), workload)
	if err != nil {
		return Task{}, err
	}
	rungs, err := Rungs(w, rung)
	if err != nil {
		return Task{}, err
	}
	return Of(w, workloads.Test, rungs[0], index), nil
}

// Of is an instance as a task.
func Of(w workloads.Workload, split workloads.Split, rung, index int) Task {
	inst := w.Generate(split, rung, index)
	return Task{Text: inst.Prompt, Workload: w, Instance: inst}
}

// Rungs are the rung with a name, or all if there is none.
func Rungs(w workloads.Workload, name string) ([]int, error) {
	if name == "" {
		return workloads.RungsNamed(w)
	}
	return workloads.RungsNamed(w, name)
}

// Budget is the token budget where the user names none: what the longest answer of
// the rung needs and what the rung adds, as in a scenario, or defaultBudget.
func (t Task) Budget(codec engines.Codec) int {
	if t.Length > 0 {
		return t.Length
	}
	if t.Workload != nil {
		rung := t.Instance.Rung
		if n := scenario.Longest(t.Workload, rung, codec); n > 1 {
			return n + scenario.Extra(t.Workload.Rungs()[rung])
		}
	}
	return defaultBudget
}

// defaultBudget is the token budget of a prompt whose answer length is unknown.
const defaultBudget = 64

// Shape is the form of the chat with names in the place of what is said.
func (t Task) Shape() string { return scenario.Shape(t.Form, len(t.Instance.Turns)) }
