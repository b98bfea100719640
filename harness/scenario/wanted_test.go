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
