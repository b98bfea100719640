package main

import (
	"io/fs"

	"dllmbench/engines/model/builtin"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/public"
)

// This file lists what exists. Nothing else in the program does: a decoder,
// workload, metric or model that is not named here cannot be used.

// taskFormat is a format of task files.
type taskFormat struct {
	name   string
	folder bool // the tasks are in a folder, not in one file
	read   func(files fs.FS, path string) (*jsonl.Task, error)
}

// taskFormats lists the formats that a scenario may name.
func taskFormats() []taskFormat {
	return []taskFormat{
		{"jsonl", false, readJSONL},
		{"gsm8k", false, public.GSM8K},
		{"humaneval", false, public.HumanEval},
		{"parallelbench", true, func(files fs.FS, _ string) (*jsonl.Task, error) { return public.ParallelBench(files) }},
	}
}

// metrics lists what reports derive from request records; package reports/view
// computes them.
func metrics() []result.Metric { return result.Metrics() }

// outputFormats lists what a scenario's outputs may name.
func outputFormats() []scenario.OutputFormat {
	var list []scenario.OutputFormat
	for _, f := range reports.Formats() {
		list = append(list, scenario.OutputFormat{Name: f.Name, Path: f.Path})
	}
	return list
}

// builtinNames lists the trained weights inside the binary, the default first.
func builtinNames() []string { return builtin.Names() }
