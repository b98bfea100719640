// Package lmeval writes answers and scores of a run in the files of
// lm-evaluation-harness: results_*.json and samples_*.jsonl, a folder for each decoder.
package lmeval

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// File is a file to be written.
type File struct {
	Path string // relative, with slashes
	Data []byte
}

// metric is the name of the score, and primary of the filter that decides.
const (
	metric  = "exact_match"
	primary = "none"
)

// sample is a line of samples_*.jsonl. The records of a run hold no references, so the
// target is empty.
type sample struct {
	DocID      int                       `json:"doc_id"`
	Doc        map[string]string         `json:"doc"`
	Target     string                    `json:"target"`
	Arguments  map[string]map[string]any `json:"arguments"`
	Resps      [][]string                `json:"resps"`
	Filtered   []string                  `json:"filtered_resps"`
	Filter     string                    `json:"filter"`
	Metrics    []string                  `json:"metrics"`
	DocHash    string                    `json:"doc_hash"`
	PromptHash string                    `json:"prompt_hash"`
	TargetHash string                    `json:"target_hash"`
	Exact      float64                   `json:"exact_match"`
}

// Files makes the files of a run. Cells without a score have none. Where a decoder answered an
// instance several times the sample holds all answers, and their mean is its score.
func Files(f *result.File) ([]File, error) {
	day, err := time.Parse(time.RFC3339, f.Header.Started)
	if err != nil {
		return nil, fmt.Errorf("the run does not say when it began: %w", err)
	}
	stamp := strings.ReplaceAll(day.UTC().Format("2006-01-02T15:04:05.000000"), ":", "-")
	byCell := map[string][][]*result.Request{} // answers by instance
	at := map[[2]string]int{}
	for i := range f.Requests {
		q := &f.Requests[i]
		if q.Exact == nil || !place.Usable(q) {
			continue
		}
		key := [2]string{q.Cell, q.Instance}
		n, known := at[key]
		if !known {
			n = len(byCell[q.Cell])
			at[key], byCell[q.Cell] = n, append(byCell[q.Cell], nil)
		}
		byCell[q.Cell][n] = append(byCell[q.Cell][n], q)
	}
	var files []File
	results := map[string]map[string]map[string]any{} // by folder and task
	for _, c := range f.Header.Cells {
		list := byCell[c.ID]
		if len(list) == 0 {
			continue
		}
		folder, task := name(view.DecoderName(c)), name(view.TaskName(c))
		lines, scores, err := samples(f, list)
		if err != nil {
			return nil, err
		}
		if results[folder] == nil {
			results[folder] = map[string]map[string]any{}
		}
		for n := 2; results[folder][task] != nil; n++ { // cells that differ in what the name does not say
			task = fmt.Sprintf("%s_%d", name(view.TaskName(c)), n)
		}
		scores["alias"] = task
		results[folder][task] = scores
		files = append(files, File{folder + "/samples_" + task + "_" + stamp + ".jsonl", lines})
	}
	for _, folder := range slices.Sorted(maps.Keys(results)) {
		data, err := json.MarshalIndent(summary(results[folder], folder, day), "", "  ")
		if err != nil {
			return nil, err
		}
		files = append(files, File{folder + "/results_" + stamp + ".json", data})
	}
	return files, nil
}

// samples are the lines of a cell, once for each rule, and its scores.
func samples(f *result.File, list [][]*result.Request) ([]byte, map[string]any, error) {
	filters := map[string]bool{}
	for _, answers := range list {
		for _, q := range answers {
			for name := range q.Aspects {
				filters[name] = true
			}
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	scores := map[string]any{}
	for _, filter := range append([]string{primary}, slices.Sorted(maps.Keys(filters))...) {
		var xs []float64
		for i, answers := range list {
			var x, n float64
			var outputs []string
			for _, q := range answers {
				value, known := q.Aspects[filter]
				if filter == primary {
					value, known = 0, true
					if *q.Exact {
						value = 1
					}
				}
				if known {
					x, n, outputs = x+value, n+1, append(outputs, q.Output)
				}
			}
			if n == 0 {
				continue
			}
			q := answers[0]
			x /= n
			xs = append(xs, x)
			prompt := f.Instances[q.Instance].Prompt
			doc := map[string]string{"id": q.Item, "instance": q.Instance, "prompt": prompt}
			hashed, err := json.MarshalIndent(doc, "", "  ")
			if err != nil {
				return nil, nil, err
			}
			err = enc.Encode(sample{
				DocID: i, Doc: doc, Arguments: map[string]map[string]any{"gen_args_0": {"arg_0": prompt, "arg_1": map[string]any{}}},
				Resps: [][]string{outputs}, Filtered: outputs, Filter: filter, Metrics: []string{metric},
				DocHash: hash(hashed), PromptHash: hash([]byte(prompt)), TargetHash: hash(nil), Exact: x,
			})
			if err != nil {
				return nil, nil, err
			}
		}
		mean, stderr := moments(xs)
		scores[metric+","+filter] = mean
		scores[metric+"_stderr,"+filter] = stderr
	}
	scores["sample_len"] = len(list)
	return b.Bytes(), scores, nil
}

// moments are the mean and its standard error, "N/A" for one value.
func moments(xs []float64) (mean float64, stderr any) {
	n := float64(len(xs))
	for _, x := range xs {
		mean += x / n
	}
	if len(xs) < 2 {
		return mean, "N/A"
	}
	sum := 0.0
	for _, x := range xs {
		sum += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sum / (n - 1) / n)
}

// summary is results_*.json. What the harness knows of its own tasks, versions and
// numbers of examples, is not known here and stays empty.
func summary(tasks map[string]map[string]any, decoder string, day time.Time) map[string]any {
	better, sizes, configs, none := map[string]any{}, map[string]any{}, map[string]any{}, map[string]any{}
	for task, scores := range tasks {
		better[task] = map[string]bool{metric: true}
		sizes[task] = map[string]any{"original": scores["sample_len"], "effective": scores["sample_len"]}
		configs[task] = map[string]any{"task": task}
		none[task] = []string{}
	}
	return map[string]any{
		"results": tasks, "group_subtasks": none, "configs": configs, "versions": map[string]any{}, "n-shot": map[string]any{},
		"higher_is_better": better, "n-samples": sizes, "config": map[string]any{"model": "dllmbench", "model_args": decoder},
		"model_name": decoder, "model_name_sanitized": decoder, "date": day.Unix(),
	}
}

// name makes a part of a path of a text.
func name(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '=' {
			return r
		}
		return '_'
	}, text)
	return text[:min(len(text), 100)]
}

// hash is a SHA-256 in hex.
func hash(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
