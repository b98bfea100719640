package remote

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of reading a page of metrics, or the list of models.
const (
	maxMetrics  = 8 << 20 // bytes
	metricsTime = 5 * time.Second
	maxListed   = 16 << 10 // bytes
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
func (e *Engine) scrape(ctx context.Context) (m metrics, err error) {
	failed := e.get(ctx, strings.TrimSuffix(e.config.URL, "/v1")+"/metrics", func(page io.Reader) { m, err = counters(page) })
	return m, cmp.Or(failed, err)
}

// get reads a page of the server beside its answers.
func (e *Engine) get(ctx context.Context, url string, read func(io.Reader)) error {
	ctx, cancel := context.WithTimeout(ctx, metricsTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if e.key != "" {
		req.Header.Set("Authorization", "Bearer "+e.key)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: HTTP %d", path.Base(url), resp.StatusCode)
	}
	read(resp.Body)
	return nil
}

// Listed is what the server's list of models (GET /models) says of the model that is asked, as
// JSON: lengths, prices, parameters. It is "" where there is no list, the model is not in it,
// or it says more than maxListed bytes. The answer takes no part in limits of spending.
func (e *Engine) Listed(ctx context.Context) (said string) {
	e.get(ctx, e.config.URL+"/models", func(page io.Reader) { // a list that fails says nothing
		text, err := io.ReadAll(io.LimitReader(page, maxMetrics))
		var list struct {
			Data []jsontext.Value `json:"data"`
		}
		if err != nil || depth(text) > maxDepth || jsonv2.Unmarshal(text, &list, lenient) != nil {
			return
		}
		for _, entry := range list.Data {
			var m struct {
				ID string `json:"id"`
			}
			named := jsonv2.Unmarshal(entry, &m, lenient) == nil && m.ID == e.config.Model
			if (named || e.config.Model == "" && len(list.Data) == 1) && entry.Compact(lenient) == nil && len(entry) <= maxListed && (e.key == "" || !strings.Contains(string(entry), e.key)) {
				said = strings.ToValidUTF8(string(entry), "\ufffd")
			}
		}
	})
	return said
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
