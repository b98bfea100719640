package main

import (
	"io/fs"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/bestof"
	"dllmbench/engines/block"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/middle"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/network"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/public"
)

// This file lists what exists. Nothing else in the program does: a decoder,
// workload, metric or model that is not named here cannot be used.

// decoder is a family of decoding rules.
type decoder struct {
	name    string
	presets []engines.Preset
	// open makes an engine on a network, which it uses as long as it lives.
	open func(net network.Network, preset string, o engines.Options) (engines.Engine, error)
}

// decoders lists the decoders in the order of lists and tables. All of them can
// try several times, see package bestof, and those that write from left to right
// can fill gaps with both sides in view, see package middle.
func decoders() []decoder {
	list := []decoder{
		{"autoregressive", middle.Extend(autoregressive.Presets()), middle.Wrap(autoregressive.New)},
		{"diffusion", diffusion.Presets(), diffusion.New},
		{"block", middle.Extend(block.Presets()), middle.Wrap(block.New)},
		{"hybrid", middle.Extend(hybrid.Presets()), middle.Wrap(hybrid.New)},
	}
	for i := range list {
		list[i].presets = bestof.Extend(list[i].presets)
	}
	return list
}

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
