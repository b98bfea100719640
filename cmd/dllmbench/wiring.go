package main

import (
	"runtime"

	"dllmbench/engines/decoders"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports"
	"dllmbench/workloads/all"
	"dllmbench/workloads/taskfile"
)

// This file says what a scenario may name. The lists themselves are in
// engines/decoders, workloads/all, workloads/taskfile, harness/result, reports and
// engines/model/builtin; what they do not name cannot be used.

// outputFormats lists what a scenario's outputs may name.
func outputFormats() []scenario.OutputFormat {
	var list []scenario.OutputFormat
	for _, f := range reports.Formats() {
		list = append(list, scenario.OutputFormat{Name: f.Name, Path: f.Path})
	}
	return list
}

// scenarioCatalog is what scenarios may name.
func scenarioCatalog() scenario.Catalog {
	return scenario.Catalog{
		Presets: decoders.Presets(), Workloads: all.Workloads(), Metrics: result.Metrics(), Builtin: builtin.Names(),
		Shape: func(name string) error {
			_, err := model.Shape(name)
			return err
		},
		CPUs: runtime.NumCPU(), Claims: claims.Count(), Formats: taskfile.Formats(), Open: taskFile, Outputs: outputFormats(),
	}
}

// taskFile reads a task file that a scenario names.
func taskFile(format, path, name string) (scenario.TaskFile, error) {
	task, sha, err := taskfile.Open(format, path, name)
	if err != nil {
		return scenario.TaskFile{}, err
	}
	return scenario.TaskFile{Workload: task, SHA256: sha}, nil
}
