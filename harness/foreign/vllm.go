package foreign

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"dllmbench/harness/result"
)

// vllmResult is the file of `vllm bench serve --save-result --save-detailed`. Lists have an
// element for each request, failed ones too.
type vllmResult struct {
	Date        string      `json:"date"` // 20251130-104500, local time without a zone
	Label       *string     `json:"label"`
	Backend     string      `json:"backend"`
	Model       string      `json:"model_id"`
	Rate        any         `json:"request_rate"` // a number, or "inf"
	Concurrency *int64      `json:"max_concurrency"`
	Inputs      []int64     `json:"input_lens"`
	Outputs     []int64     `json:"output_lens"`
	TTFTs       []float64   `json:"ttfts"` // seconds; 0 where there was none, as below
	Gaps        [][]float64 `json:"itls"`
	Latencies   []float64   `json:"latencies"` // newer files
	Starts      []float64   `json:"start_times"`
	Queues      []float64   `json:"queue_times"`
	Texts       []string    `json:"generated_texts"`
	Errors      []string    `json:"errors"`
}

// vllm reads files of vLLM; several in one are those of --append-result. The first token is the
// first event, empty ones with a role too. Tokens are those of the server's usage, or else of
// the client's tokenizer.
func vllm(r *reader) error {
	return r.each(func(at int64) error {
		var v vllmResult
		if err := r.into(&v); err != nil {
			return err
		}
		n := len(v.Inputs)
		if n == 0 || v.TTFTs == nil {
			return r.wrong(at, "", errors.New("it holds no single requests (input_lens, ttfts, itls): vllm bench serve writes them with --save-detailed"))
		}
		for _, l := range []struct {
			name string
			n    int
			may  bool // be missing
		}{{"output_lens", len(v.Outputs), false}, {"ttfts", len(v.TTFTs), false}, {"itls", len(v.Gaps), false}, {"latencies", len(v.Latencies), true},
			{"start_times", len(v.Starts), true}, {"queue_times", len(v.Queues), true}, {"generated_texts", len(v.Texts), true}, {"errors", len(v.Errors), true}} {
			if l.n != n && !(l.may && l.n == 0) {
				return r.wrong(at, l.name, fmt.Errorf("%d elements; allowed is %d, as input_lens has", l.n, n))
			}
		}
		rung := "rate-" + fmt.Sprint(v.Rate)
		if v.Rate == nil {
			rung = "requests"
		}
		if v.Concurrency != nil {
			rung += fmt.Sprintf("-concurrency-%d", *v.Concurrency)
		}
		label := v.Model
		if v.Label != nil && *v.Label != "" {
			label = *v.Label
		}
		cell, err := r.cell(at, strings.TrimSpace("vllm bench serve"), label, rung, result.Cell{})
		if err != nil {
			return err
		}
		if day, err := time.Parse("20060102-150405", v.Date); err == nil && r.local == "" {
			r.local = day.Format(time.DateTime) + ", local time of an unknown zone"
		}
		var list []measured
		for i := range n {
			list = append(list, v.request(i))
		}
		since := first(list)
		for i, m := range list {
			if err := r.add(at, cell, fmt.Sprintf("request %d", i), m, since); err != nil {
				return err
			}
		}
		return nil
	})
}

// request is what is known of one of them. The program writes 0 for what it does not know.
func (v *vllmResult) request(i int) measured {
	known := func(list []float64) *float64 {
		if i >= len(list) || list[i] == 0 {
			return nil
		}
		return &list[i]
	}
	m := measured{prompt: &v.Inputs[i], ttft: known(v.TTFTs), e2e: known(v.Latencies), start: known(v.Starts)}
	if i < len(v.Errors) && v.Errors[i] != "" {
		m.status, m.err = "error", v.Errors[i]
	} else {
		m.output = &v.Outputs[i]
		if m.ttft == nil && m.e2e == nil {
			m.status, m.err = "error", "no time was recorded"
		}
	}
	if m.e2e == nil && m.ttft != nil && m.status == "" { // older files: its latency ends with the last event
		sum := *m.ttft
		for _, gap := range v.Gaps[i] {
			sum += gap
		}
		m.e2e = &sum
	}
	if m.ttft != nil {
		m.frames = len(v.Gaps[i]) + 1
	}
	if m.start != nil && i < len(v.Queues) {
		m.queue = &v.Queues[i]
	}
	if i < len(v.Texts) && m.status == "" {
		m.text = &v.Texts[i]
	}
	return m
}
