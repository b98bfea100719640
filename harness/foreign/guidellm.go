package foreign

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"dllmbench/harness/result"
)

// guidellmReport is benchmarks.json (GuideLLM's GenerativeBenchmarksReport, version 2).
type guidellmReport struct {
	Metadata struct {
		Version  *int   `json:"version"`
		GuideLLM string `json:"guidellm_version"`
	} `json:"metadata"`
	Benchmarks []struct {
		Config struct {
			Strategy struct {
				Type    string   `json:"type_"`
				Streams *int64   `json:"streams"`
				Rate    *float64 `json:"rate"`
			} `json:"strategy"`
			Backend struct {
				Model string `json:"model"`
			} `json:"backend"`
		} `json:"config"`
		Requests *struct {
			Successful []guidellmRequest `json:"successful"`
			Incomplete []guidellmRequest `json:"incomplete"`
			Errored    []guidellmRequest `json:"errored"`
		} `json:"requests"`
	} `json:"benchmarks"`
}

type guidellmRequest struct {
	ID     string  `json:"request_id"`
	Output *string `json:"output"`
	Info   struct {
		Error   *string `json:"error"`
		Timings struct {
			Targeted   *float64 `json:"targeted_start"` // seconds since 1970, as below
			Start      *float64 `json:"request_start"`
			First      *float64 `json:"first_token_iteration"`
			End        *float64 `json:"request_end"`
			Iterations int      `json:"token_iterations"`
		} `json:"timings"`
	} `json:"info"`
	Input struct {
		Total *int64 `json:"total_tokens"`
	} `json:"input_metrics"`
	Usage struct {
		Total *int64 `json:"total_tokens"`
	} `json:"output_metrics"`
}

// guidellm reads the requests of each benchmark. Tokens are those that the server counted; where
// it did not, GuideLLM takes the number of events for them, and here they are unknown.
func guidellm(r *reader) error {
	return r.each(func(at int64) error {
		var report guidellmReport
		if err := r.into(&report); err != nil {
			return err
		}
		if v := report.Metadata.Version; v != nil && *v != 2 {
			return r.wrong(at, "metadata", fmt.Errorf("version %d of the report; version 2 is read", *v))
		}
		origin := strings.TrimSpace("GuideLLM " + report.Metadata.GuideLLM)
		for i, b := range report.Benchmarks {
			where := fmt.Sprintf("benchmarks[%d]", i)
			if b.Requests == nil {
				return r.wrong(at, where, errors.New("requests are missing"))
			}
			rung := strings.TrimSpace(b.Config.Strategy.Type)
			switch s := b.Config.Strategy; {
			case s.Streams != nil:
				rung = fmt.Sprintf("%s-%d", rung, *s.Streams)
			case s.Rate != nil:
				rung = fmt.Sprintf("%s-%.4g", rung, *s.Rate)
			case rung == "":
				rung = fmt.Sprint(i)
			}
			cell, err := r.cell(at, origin, b.Config.Backend.Model, rung, result.Cell{})
			if err != nil {
				return err
			}
			var list []measured
			for _, part := range []struct {
				of     []guidellmRequest
				status string
			}{{b.Requests.Successful, "success"}, {b.Requests.Incomplete, "incomplete"}, {b.Requests.Errored, "error"}} {
				for _, q := range part.of {
					list = append(list, q.measured(part.status))
				}
			}
			since := first(list)
			if r.started == "" && since > 0 && since < 1e10 {
				r.started = time.Unix(int64(since), 0).UTC().Format(time.RFC3339)
			}
			for n, m := range list {
				if m.status == "success" && m.e2e == nil {
					return r.wrong(at, fmt.Sprintf("%s.requests.successful[%d]", where, n), errors.New("request_start or request_end is missing"))
				}
				if err := r.add(at, cell, fmt.Sprintf("%s.requests, %s %d", where, m.status, n), m, since); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// measured is what is known of a request.
func (q *guidellmRequest) measured(status string) measured {
	t := q.Info.Timings
	m := measured{item: q.ID, status: status, start: t.Start, prompt: q.Input.Total, output: q.Usage.Total, frames: t.Iterations, text: q.Output}
	if q.Info.Error != nil {
		m.err = *q.Info.Error
	}
	m.e2e, m.ttft, m.queue = between(t.Start, t.End), between(t.Start, t.First), between(t.Targeted, t.Start)
	if m.queue != nil && *m.queue < 0 { // of clocks of two processes
		*m.queue = 0
	}
	return m
}

// between is the time from one moment to another; nil where one is unknown.
func between(from, to *float64) *float64 {
	if from == nil || to == nil {
		return nil
	}
	d := *to - *from
	return &d
}
