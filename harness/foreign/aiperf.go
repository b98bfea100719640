package foreign

import (
	"errors"
	"time"

	"dllmbench/harness/result"
)

// aiperfRecord is a line of profile_export.jsonl (models of AIPerf's record_models.py; versions
// up to 0.13).
type aiperfRecord struct {
	Metadata *struct {
		Conversation string `json:"conversation_id"`
		Phase        string `json:"benchmark_phase"`
		Start        *int64 `json:"request_start_ns"` // wall clock
		Issued       *int64 `json:"credit_issued_ns"` // when it was due; since 0.4
		Cancelled    bool   `json:"was_cancelled"`
	} `json:"metadata"`
	Metrics struct {
		Latency *aiperfValue[float64]   `json:"request_latency"`
		TTFT    *aiperfValue[float64]   `json:"time_to_first_token"`
		Gaps    *aiperfValue[[]float64] `json:"inter_chunk_latency"`
		Input   *aiperfValue[int64]     `json:"input_sequence_length"`
		Output  *aiperfValue[int64]     `json:"output_sequence_length"`
	} `json:"metrics"`
	Error *struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
}

type aiperfValue[T any] struct {
	Value T      `json:"value"`
	Unit  string `json:"unit"`
}

// seconds is a time of a record; nil where it has none.
func (v *aiperfValue[T]) seconds() (*float64, error) {
	if v == nil {
		return nil, nil
	}
	per := map[string]float64{"ms": 1e3, "sec": 1, "s": 1, "us": 1e6, "ns": 1e9}[v.Unit]
	x, is := any(v.Value).(float64)
	if per == 0 || !is {
		return nil, errors.New("a time in the unit " + clip(v.Unit) + "; allowed are ns, us, ms and sec")
	}
	x /= per
	return &x, nil
}

// aiperf reads the requests of the phase that was profiled. Tokens are by AIPerf's tokenizer;
// the first one is the first event with text or reasoning in it.
func aiperf(r *reader) error {
	var list []measured
	var places []int64
	var zero *int64
	err := r.each(func(at int64) error {
		var rec aiperfRecord
		if err := r.into(&rec); err != nil {
			return err
		}
		md := rec.Metadata
		switch {
		case md == nil || md.Start == nil:
			return r.wrong(at, "", errors.New("metadata.request_start_ns is missing"))
		case md.Phase == "warmup":
			return nil
		case *md.Start < 0 || *md.Start > 1<<62:
			return r.wrong(at, "metadata.request_start_ns", errors.New("no time since 1970 in ns"))
		}
		m := measured{item: md.Conversation}
		if zero == nil {
			zero = md.Start
			r.started = time.Unix(0, *zero).UTC().Format(time.RFC3339)
		}
		start := float64(*md.Start-*zero) / 1e9
		m.start = &start
		if md.Issued != nil && *md.Issued > 0 && *md.Issued <= *md.Start {
			queue := float64(*md.Start-*md.Issued) / 1e9
			m.queue = &queue
		}
		var err, second error
		m.e2e, err = rec.Metrics.Latency.seconds()
		m.ttft, second = rec.Metrics.TTFT.seconds()
		if err = errors.Join(err, second); err != nil {
			return r.wrong(at, "metrics", err)
		}
		if v := rec.Metrics.Input; v != nil {
			m.prompt = &v.Value
		}
		if v := rec.Metrics.Output; v != nil {
			m.output = &v.Value
		}
		if v := rec.Metrics.Gaps; v != nil {
			m.frames = len(v.Value) + 1
		}
		if e := rec.Error; e != nil {
			m.status, m.err = "error", e.Type+": "+e.Message
		}
		if md.Cancelled {
			m.status = "incomplete"
		}
		if m.status == "" && m.e2e == nil {
			return r.wrong(at, "metrics", errors.New("request_latency is missing, and there is no error"))
		}
		list, places = append(list, m), append(places, at)
		return nil
	})
	if err != nil || len(list) == 0 {
		return err
	}
	cell, err := r.cell(0, "AIPerf", "", "requests", result.Cell{})
	since := first(list)
	for i, m := range list {
		if err == nil {
			err = r.add(places[i], cell, "", m, since)
		}
	}
	return err
}
