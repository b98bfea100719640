package scenario

import (
	"reflect"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

func wantedCatalog() Catalog {
	c := schemaCatalog()
	c.Metrics = result.Metrics()
	c.Outputs = []OutputFormat{{"html", "report.html"}, {"csv", "cells.csv"}, {"png", "plots"}, {"jsonl", ""}}
	return c
}

const twoEngines = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}, {name: d, engine: diffusion, preset: llada}]
workloads: [{workload: echo, rungs: [echo-2], instances: 4}]
`

// TestWanted: what is wanted of the results reaches the scenario.
func TestWanted(t *testing.T) {
	parse := func(text string) *Scenario {
		t.Helper()
		s, err := Parse("test.yaml", []byte(twoEngines+text), wantedCatalog())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := parse(""); s.Match != nil || s.Floor != nil || s.Outputs != nil {
		t.Errorf("without the keys: %+v %+v %+v", s.Match, s.Floor, s.Outputs)
	}
	s := parse("match: [time, nfe]\nquality: {floor: 0.8}\noutputs: [html, csv=tables/./all.csv, jsonl]\n")
	if want := (&result.Match{By: []string{"nfe", "time"}, Factor: 1.25, Points: 5}); !reflect.DeepEqual(s.Match, want) {
		t.Errorf("match %+v, want %+v", s.Match, want)
	}
	if want := (&result.Floor{Metric: "exact_match", Share: 0.8}); !reflect.DeepEqual(s.Floor, want) {
		t.Errorf("floor %+v, want %+v", s.Floor, want)
	}
	if want := []result.Output{{Format: "html", Path: "report.html"}, {Format: "csv", Path: "tables/all.csv"}}; !reflect.DeepEqual(s.Outputs, want) {
		t.Errorf("outputs %+v, want %+v", s.Outputs, want)
	}
	s = parse("published:\n  - {task: echo echo-2, engine: d, value: 70.5, n: 9, source: x, setting: {steps: 8, stop: [a, b]}}\n  - {task: echo, metric: tpf, value: 2, source: y}\n")
	if want := []result.Published{
		{Task: "echo echo-2", Engine: "d", Metric: "exact_match", Value: 70.5, N: 9, Margin: 5, Source: "x", Setting: map[string]any{"steps": 8, "stop": []any{"a", "b"}}},
		{Task: "echo", Metric: "tpf", Value: 2, Margin: 0.1, Source: "y"},
	}; !reflect.DeepEqual(s.Published, want) {
		t.Errorf("published %+v, want %+v", s.Published, want)
	}
	s = parse("match: {by: quality, factor: 2, points: 1}\nquality: {floor: 0.5, metric: partial}\noutputs: jsonl\n")
	if want := (&result.Match{By: []string{"quality"}, Factor: 2, Points: 1}); !reflect.DeepEqual(s.Match, want) {
		t.Errorf("match %+v, want %+v", s.Match, want)
	}
	if s.Floor.Metric != "partial" || s.Outputs == nil || len(s.Outputs) != 0 {
		t.Errorf("floor %+v, outputs %#v: records alone are an empty list", s.Floor, s.Outputs)
	}
}

// TestWantedMistakes: every mistake has its place, and names their nearest.
func TestWantedMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"published: {task: ech, value: 1, source: x}":                        `test.yaml:5:19: unknown task of this scenario "ech"; allowed are echo, echo echo-2; did you mean "echo"?`,
		"published: {task: echo, value: 1}":                                  `test.yaml:5:12: a published value needs the key "source"`,
		"published: {task: echo, value: 101, source: x}":                     `test.yaml:5:32: value is 101; a share is in per cent, from 0 to 100`,
		"published: {task: echo, metric: e2e, value: 1, source: x}":          `test.yaml:5:33: unknown metric "e2e"`,
		"published: {task: echo, engine: e, value: 1, source: x}":            `test.yaml:5:33: no engine is named "e" in this scenario`,
		"published: {task: echo, value: 1, source: x, setting: {a: {b: c}}}": `test.yaml:5:59: setting "a" is a mapping; allowed are a word, a number, true, false, and lists of them`,
		"published: {task: echo, value: 1, source: x, margin: 200}":          `test.yaml:5:54: margin is 200; two shares differ by at most 100 points`,
		"published: {task: echo, value: 1, source: x, metric: acc_norm}":     `test.yaml:5:54: the metric acc_norm is of choices that are rated, and echo has none (score: likelihood)`,
		"match: nfes":                               `test.yaml:5:8: unknown matching "nfes"; allowed are tokens, nfe, flops, time, quality; did you mean "nfe"?`,
		"match: [nfe, nfe]":                         `test.yaml:5:14: match holds "nfe" twice`,
		"match: {factor: 2}":                        `test.yaml:5:8: match needs the key "by"`,
		"match: {by: nfe, factor: 9}":               `test.yaml:5:26: factor is 9; allowed is a number from 1 to 4`,
		"match: {by: nfe, faktor: 2}":               `did you mean "factor"?`,
		"quality: {metric: partial}":                `test.yaml:5:10: quality needs the key "floor"`,
		"quality: {floor: 80}":                      `test.yaml:5:18: floor is 80; allowed is a number from 0 to 1`,
		"quality: {floor: 0.8, metric: exactmatch}": `did you mean "exact_match"?`,
		"quality: {floor: 0.8, metric: e2e}":        `unknown metric of a floor "e2e"`,
		"outputs: [htm]":                            `test.yaml:5:11: unknown output format "htm"; allowed are html, csv, png, jsonl; did you mean "html"?`,
		"outputs: []":                               `test.yaml:5:10: outputs is an empty list`,
		"outputs: [csv=../x.csv]":                   `output "csv=../x.csv": the path must lead to a place below`,
		"outputs: [csv=/x.csv]":                     `must lead to a place below`,
		"outputs: [csv=results.jsonl]":              `the records of the run are in this file`,
		"outputs: [csv=a, html=./a]":                `output "html=./a": another output is written there`,
		"outputs: [jsonl=a]":                        `the name of this file is fixed`,
		"outputs: [csv=]":                           `must lead to a place below`,
	} {
		_, err := Parse("test.yaml", []byte(twoEngines+text), wantedCatalog())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
	cost := "version: 1\nengines: [{name: a, engine: autoregressive, preset: greedy}]\ncost: [{shape: 20m, prompt: 4, budget: 4}]\n"
	for text, want := range map[string]string{
		"match: nfe":            "test.yaml:4:8: match compares engines and the scenario has only one",
		"match: quality":        `test.yaml:4:8: match by quality needs the key "workloads"`,
		"quality: {floor: 0.5}": `test.yaml:4:10: a floor of quality needs the key "workloads"`,
	} {
		_, err := Parse("test.yaml", []byte(cost+text), wantedCatalog())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// TestWantedSchema: the schema takes and refuses the same.
func TestWantedSchema(t *testing.T) {
	s := compile(t, Schema(wantedCatalog()))
	for text, ok := range map[string]bool{
		"match: [nfe, time]": true, "match: quality": true, "match: {by: [nfe], factor: 2}": true, "match: {factor: 2}": false, "match: nfes": false,
		"quality: {floor: 0.8, metric: partial}": true, "quality: {metric: partial}": false, "quality: {floor: 0.8, metric: e2e}": false,
		"outputs: [html, csv=a/b.csv]": true, "outputs: jsonl": true, "outputs: [htm]": false,
		"goodput: {ttft: 200ms}": true, "goodput: {ttf: 200ms}": false,
	} {
		if err := check(t, s, []byte(twoEngines+text)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
