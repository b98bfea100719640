package answer

import (
	"errors"
	"fmt"
	"strings"

	"dllmbench/harness/prompt"
	"dllmbench/workloads"
	"dllmbench/workloads/python"
	"dllmbench/workloads/taskfile"
)

// FromFile takes an item of a task file, of the test split or the first that has any.
// Python is run by runner, nil for none.
func FromFile(s taskfile.Source, rung string, index int, runner *python.Runner) (prompt.Task, error) {
	if s.Format == "" && s.Task == "" {
		return prompt.Task{}, fmt.Errorf("--file needs --task or --format: formats are %s", strings.Join(taskfile.Formats(), ", "))
	}
	w, err := taskfile.Open(s)
	if err != nil {
		return prompt.Task{}, err
	}
	if w.Card != nil && w.Card.Style.Rated != nil {
		return prompt.Task{}, fmt.Errorf("the style %s of %s rates choices and writes no answer: a scenario measures it; name another --style", w.Card.Style.Name, w.Card.Card.Name)
	}
	w.Workload = python.Judged(w.Workload, runner)
	rungs, err := prompt.Rungs(w, rung)
	if err != nil {
		return prompt.Task{}, err
	}
	for _, i := range rungs {
		for _, split := range []workloads.Split{workloads.Test, workloads.Validation, workloads.Train} {
			n := w.Len(split, i)
			if n == 0 {
				continue
			}
			if index >= n {
				return prompt.Task{}, fmt.Errorf("--index is %d; the items of the %s split of %s are 0 to %d", index, split, s.Path, n-1)
			}
			t := prompt.Of(w.Workload, split, i, index)
			if t.Asks = w.Asks; w.Card != nil {
				t.Length, t.System, t.Stop = w.Card.Style.Length, w.Card.Style.System, w.Card.Style.Stop
			}
			return t, nil
		}
	}
	return prompt.Task{}, errors.New("the rung has no items")
}
