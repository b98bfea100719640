package server

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
)

// metrics count what was served, for the text format of Prometheus.
type metrics struct {
	mu       sync.Mutex
	outcomes map[outcome]int64
	prompt   int64 // tokens
	written  int64
	counters [usage.Size]int64
	lost     atomic.Int64 // passes for answers that nobody took
	whole    histogram    // from a request to the end of its answer
	first    histogram    // to its first text
	mean     time.Duration
}

// outcome is what became of requests: a finish reason, or an error.
type outcome struct{ model, reason string }

// histogram counts times below bounds.
type histogram struct {
	counts [11]int64
	sum    float64
	n      int64
}

// bounds are those of histograms, in seconds.
func bounds() [11]float64 { return [11]float64{.001, .005, .02, .05, .1, .25, .5, 1, 5, 20, 60} }

func (h *histogram) add(d time.Duration) {
	for i, b := range bounds() {
		if d.Seconds() <= b {
			h.counts[i]++
		}
	}
	h.sum += d.Seconds()
	h.n++
}

// outcome counts one.
func (m *metrics) outcome(model, reason string) {
	if m.outcomes == nil {
		m.outcomes = map[outcome]int64{}
	}
	m.outcomes[outcome{model, reason}]++
}

// refused counts a request that was not begun.
func (m *metrics) refused(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outcome("", strconv.Itoa(status))
}

// ended counts a request that is answered, before the client knows it, or was given up or
// broken.
func (m *metrics) ended(e *exchange, f *failure) {
	if e.ended {
		return
	}
	e.ended = true
	for _, c := range e.sent {
		if f != nil && c.done {
			m.lose(c.last.result)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	took := e.server.config.Now().Sub(e.begun)
	switch {
	case f != nil && f.Message == errGone.Error():
		m.outcome(e.host.Name, "abort")
		return
	case f != nil:
		m.outcome(e.host.Name, strconv.Itoa(f.status))
		return
	}
	m.outcome(e.host.Name, e.sent[0].last.finish)
	m.whole.add(took)
	first := time.Time{}
	for _, s := range e.states() {
		if first.IsZero() || !s.first.IsZero() && s.first.Before(first) {
			first = s.first
		}
	}
	if !first.IsZero() {
		m.first.add(first.Sub(e.begun))
	}
	m.mean += (took - m.mean) / 8
	tokens := e.plan.usage(e.written())
	m.prompt += int64(tokens["prompt_tokens"].(int))
	m.written += int64(e.written())
	for _, s := range e.states() {
		for _, c := range told() {
			n, _ := s.result.Usage[c].Value()
			m.counters[c] += n
		}
	}
}

// lose counts the work for an answer that nobody took.
func (m *metrics) lose(r engines.Result) {
	n, _ := r.Usage[usage.NFE].Value()
	m.lost.Add(n)
}

// each is how long a request takes, of late.
func (m *metrics) each() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mean
}

// page is a page of metrics.
type page struct{ strings.Builder }

// head begins a metric.
func (p *page) head(name, kind, help string) {
	fmt.Fprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// one writes a metric without labels.
func (p *page) one(name, kind, help string, value int64) {
	p.head(name, kind, help)
	fmt.Fprintf(p, "%s %d\n", name, value)
}

// times writes a histogram.
func (p *page) times(name, help string, h *histogram) {
	p.head(name, "histogram", help)
	for i, b := range bounds() {
		fmt.Fprintf(p, "%s_bucket{le=\"%v\"} %d\n", name, b, h.counts[i])
	}
	fmt.Fprintf(p, "%s_bucket{le=\"+Inf\"} %d\n%s_sum %g\n%s_count %d\n", name, h.n, name, h.sum, name, h.n)
}

// exposition writes the metrics; with vLLM's names too where that is asked for.
func (s *Server) exposition(w http.ResponseWriter, _ *http.Request) {
	m, p := &s.metrics, &page{}
	waiting, active := s.pool.Load()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, of := range []struct{ prefix, total, written, steps string }{
		{"dllmbench_", "requests_total", "completion_tokens_total", "dllmbench_"}, {"vllm:", "request_success_total", "generation_tokens_total", "vllm:diffusion_num_"},
	} {
		ours := of.prefix == "dllmbench_"
		if !ours && !s.config.VLLM {
			break
		}
		label := map[bool]string{true: "outcome", false: "finished_reason"}[ours]
		p.head(of.prefix+of.total, "counter", "Requests by what became of them.")
		for _, o := range slices.SortedFunc(maps.Keys(m.outcomes), func(a, b outcome) int { return strings.Compare(a.model+"\x00"+a.reason, b.model+"\x00"+b.reason) }) {
			if finished := o.reason == "stop" || o.reason == "length" || o.reason == "abort"; ours || finished {
				fmt.Fprintf(p, "%s%s{model_name=%q,%s=%q} %d\n", of.prefix, of.total, o.model, label, o.reason, m.outcomes[o])
			}
		}
		p.one(of.prefix+"num_requests_running", "gauge", "Requests at work.", int64(active))
		p.one(of.prefix+"num_requests_waiting", "gauge", "Requests in the queue.", int64(waiting))
		p.one(of.prefix+"prompt_tokens_total", "counter", "Tokens of prompts.", m.prompt)
		p.one(of.prefix+of.written, "counter", "Tokens of answers.", m.written)
		for _, c := range told() {
			if ours || c == usage.DenoisingSteps || c == usage.CanvasPositions || c == usage.CommittedTokens {
				p.one(of.steps+c.String()+"_total", "counter", "Sum over requests: "+c.Entry().Words+".", m.counters[c])
			}
		}
		if ours {
			p.one("dllmbench_abandoned_nfe_total", "counter", "Forward passes for requests that were given up or failed, which the other counters leave out.", m.lost.Load())
		}
		p.times(of.prefix+"time_to_first_token_seconds", "From a request to its first text.", &m.first)
		p.times(of.prefix+"e2e_request_latency_seconds", "From a request to the end of its answer.", &m.whole)
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	io.WriteString(w, p.String())
}
