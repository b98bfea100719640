package main

import (
	"fmt"
	"io"
	"os"

	"dllmbench/harness/prompt"

	"golang.org/x/term"
)

// task takes the prompt from the workload, the flag or standard input.
func (c *generateCmd) task(stdin io.Reader) (prompt.Task, error) {
	switch {
	case c.Budget < 0 || c.Threads < 0 || c.Index < 0 || c.Steps < 0:
		return prompt.Task{}, fmt.Errorf("--budget, --threads, --steps and --index must not be negative")
	case c.Workload != "" && c.Prompt != nil:
		return prompt.Task{}, fmt.Errorf("--workload and --prompt exclude each other: the task has its own prompt")
	case c.File != "" && (c.Workload != "" || c.Prompt != nil):
		return prompt.Task{}, fmt.Errorf("--file excludes --workload and --prompt: its tasks have their own prompts")
	case c.File == "" && c.Format != "":
		return prompt.Task{}, fmt.Errorf("--format is that of a --file: name one")
	case c.Workload == "" && c.File == "" && (c.Rung != "" || c.Index != 0):
		return prompt.Task{}, fmt.Errorf("--rung and --index choose a task of a --workload or a --file: name one")
	case c.File != "":
		return prompt.FromFile(c.Format, c.File, c.Rung, c.Index)
	case c.Workload != "":
		return prompt.Find(c.Workload, c.Rung, c.Index)
	case c.Prompt != nil:
		return prompt.Task{Text: *c.Prompt}, nil
	}
	if f, ok := stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return prompt.Task{}, fmt.Errorf("nothing to continue: give --prompt, --workload, or a text on standard input")
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxPrompt+1))
	if err == nil && len(text) > maxPrompt {
		err = fmt.Errorf("the prompt on standard input has more than %d bytes", maxPrompt)
	}
	return prompt.Task{Text: string(text)}, err
}
