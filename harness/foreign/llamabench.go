package foreign

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"dllmbench/harness/result"
)

// llamaTest is a test of llama-bench.
type llamaTest struct {
	Commit  string  `json:"build_commit"`
	CPU     string  `json:"cpu_info"`
	Model   string  `json:"model_filename"`
	Type    string  `json:"model_type"`
	Params  int64   `json:"model_n_params"`
	Threads int64   `json:"n_threads"`
	Prompt  *int64  `json:"n_prompt"`
	Gen     *int64  `json:"n_gen"`
	Depth   int64   `json:"n_depth"`
	Time    string  `json:"test_time"`
	Samples []int64 `json:"samples_ns"`
}

// llamaBench reads the samples of each test: a sample is a request that reads so many tokens
// and writes so many. Tests that only read have no output, so no tokens a second.
func llamaBench(r *reader) error {
	return r.each(func(at int64) error {
		var t llamaTest
		if err := r.into(&t); err != nil {
			return err
		}
		switch {
		case len(t.Samples) == 0:
			return r.wrong(at, "", errors.New("samples_ns is missing or empty"))
		case t.Prompt == nil || t.Gen == nil:
			return r.wrong(at, "", errors.New("n_prompt or n_gen is missing"))
		case t.Threads < 0 || t.Threads > 1<<20 || t.Params < 0 || t.Depth < 0:
			return r.wrong(at, "", errors.New("n_threads, model_n_params or n_depth is out of range"))
		}
		rung := ""
		for _, part := range []struct {
			name string
			n    int64
		}{{"pp", *t.Prompt}, {"tg", *t.Gen}, {"d", t.Depth}} {
			if part.n > 0 {
				rung += fmt.Sprintf("-%s%d", part.name, part.n)
			}
		}
		model := path.Base(strings.ReplaceAll(t.Model, `\`, "/"))
		cell, err := r.cell(at, strings.TrimSpace("llama-bench "+t.Commit), model, strings.TrimPrefix(rung, "-"),
			result.Cell{Params: t.Params, Precision: clip(t.Type), Threads: int(t.Threads), Weights: model})
		if err != nil {
			return err
		}
		if _, err := time.Parse(time.RFC3339, t.Time); err == nil && r.started == "" {
			r.started = t.Time
		}
		if cpu := clip(t.CPU); cell == 0 {
			r.out.Header.Env.CPU = cpu
		} else if cpu != r.out.Header.Env.CPU {
			r.out.Header.Env.CPU = "" // a file of several machines
		}
		for i, ns := range t.Samples {
			if ns <= 0 {
				return r.wrong(at, "samples_ns", fmt.Errorf("%d; allowed is above 0", ns))
			}
			seconds := float64(ns) / 1e9
			m := measured{e2e: &seconds, prompt: t.Prompt}
			if *t.Gen > 0 {
				m.output = t.Gen
			}
			if err := r.add(at, cell, fmt.Sprintf("sample %d", i), m, 0); err != nil {
				return err
			}
		}
		return nil
	})
}
