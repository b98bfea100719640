package remote

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of reading a page of metrics.
const (
	maxMetrics  = 8 << 20 // bytes
	metricsTime = 5 * time.Second
)

// metrics are the counters of a server, summed over their labels.
type metrics map[string]float64

// watched reports whether a counter of a /metrics page is read: those of diffusion, and the
// number of requests, which tells whether somebody else was served too.
func watched(name string) bool {
	return strings.HasPrefix(name, "vllm:diffusion_") || strings.HasPrefix(name, "sglang:dllm_") || name == vllmRequests || name == sglangRequests
}

const (
	vllmRequests   = "vllm:request_success_total"
	sglangRequests = "sglang:num_requests_total"
)

// scrape reads the counters of the server, in the text format of Prometheus.
func (e *Engine) scrape(ctx context.Context) (metrics, error) {
	ctx, cancel := context.WithTimeout(ctx, metricsTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(e.config.URL, "/v1")+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	if e.key != "" {
		req.Header.Set("Authorization", "Bearer "+e.key)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/metrics: HTTP %d", resp.StatusCode)
	}
	return counters(resp.Body)
}

// counters reads a page of metrics.
func counters(page io.Reader) (metrics, error) {
	m := metrics{}
	lines := bufio.NewScanner(io.LimitReader(page, maxMetrics))
	for lines.Scan() {
		line := lines.Text()
		name, rest := line, ""
		if i := strings.IndexAny(line, "{ "); i > 0 {
			name, rest = line[:i], line[i:]
		}
		if !watched(name) {
			continue
		}
		if end := strings.LastIndexByte(rest, '}'); end >= 0 { // labels may hold blanks
			rest = rest[end+1:]
		}
		value, _, _ := strings.Cut(strings.TrimSpace(rest), " ") // a time stamp may follow
		if x, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) && len(m) < maxCounts {
			m[name] += x
		}
	}
	return m, lines.Err()
}

// since are the counts of one request, "metrics.NAME": what was added meanwhile, if the server
// counted one request and no other.
func (m metrics) since(before metrics) map[string]float64 {
	requests, list := 0.0, map[string]float64{}
	for name, n := range m {
		if more := n - before[name]; name == vllmRequests || name == sglangRequests {
			requests += more
		} else if more >= 0 {
			list["metrics."+name] = more
		}
	}
	if requests != 1 {
		return nil
	}
	return list
}
