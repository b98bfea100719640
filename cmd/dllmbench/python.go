package main

import (
	"dllmbench/harness/exit"
	"dllmbench/workloads/python"
)

// codeFlags say whether programs that models wrote are run in order to judge them.
type codeFlags struct {
	AllowCodeExecution bool   `help:"Judge programs of Python (HumanEval, MBPP) by running them with a Python of this machine, confined as far as the system can; without it their quality is unknown."`
	Python             string `placeholder:"PATH" default:"python3" help:"With --allow-code-execution: the Python to run."`
}

// runner makes the runner of Python that the flags allow; nil without.
func (c codeFlags) runner(con *console) (*python.Runner, error) {
	if !c.AllowCodeExecution {
		return nil, nil
	}
	r, err := python.Find(con.ctx, c.Python, python.DefaultLimits())
	return r, exit.With(exit.Setup, err)
}
