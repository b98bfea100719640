// Package otel writes a run as OpenTelemetry metrics in OTLP's JSON: the client metrics of the
// semantic conventions for generative AI, as histograms over the requests of a cell, and the
// numbers of the cell under dllmbench.*.
//
// The conventions are in development; the names are those of the version that [Schema] names.
// A chunk is a delivery of text: one token for an autoregressive decoder, a block or the whole
// text for others. Times that may not be used are left out, as are counts that nobody knows.
package otel

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// Schema is the version of the semantic conventions.
const Schema = "https://opentelemetry.io/schemas/1.41.0"

// perLine is the most cells of a line, which is one message.
const perLine = 200

// Boundaries of buckets, as the conventions advise.
var (
	secondBounds = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	tokenBounds  = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
)

// The messages of OTLP that are needed; 64-bit numbers are texts in its JSON.
type (
	message struct {
		Resources []resourceMetrics `json:"resourceMetrics"`
	}
	resourceMetrics struct {
		Resource struct {
			Attributes []attribute `json:"attributes"`
		} `json:"resource"`
		Scopes []scopeMetrics `json:"scopeMetrics"`
		Schema string         `json:"schemaUrl"`
	}
	scopeMetrics struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Metrics []*metric `json:"metrics"`
		Schema  string    `json:"schemaUrl"`
	}
	metric struct {
		Name      string     `json:"name"`
		Doc       string     `json:"description"`
		Unit      string     `json:"unit"`
		Histogram *histogram `json:"histogram,omitempty"`
		Gauge     *gauge     `json:"gauge,omitempty"`
	}
	histogram struct {
		Points      []*point `json:"dataPoints"`
		Temporality int      `json:"aggregationTemporality"` // 2 is cumulative
	}
	gauge struct {
		Points []gaugePoint `json:"dataPoints"`
	}
	point struct {
		Attributes []attribute `json:"attributes"`
		Start      string      `json:"startTimeUnixNano"`
		Time       string      `json:"timeUnixNano"`
		Count      string      `json:"count"`
		Sum        float64     `json:"sum"`
		Buckets    []string    `json:"bucketCounts"`
		Bounds     []float64   `json:"explicitBounds"`
		Min        float64     `json:"min"`
		Max        float64     `json:"max"`
		counts     []int64
	}
	gaugePoint struct {
		Attributes []attribute `json:"attributes"`
		Time       string      `json:"timeUnixNano"`
		Value      float64     `json:"asDouble"`
	}
	attribute struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

func text(key, value string) attribute {
	return attribute{key, map[string]any{"stringValue": view.Clean(value)}}
}
func whole(key string, value int) attribute {
	return attribute{key, map[string]any{"intValue": strconv.Itoa(value)}}
}

// Each calls f with each message of a run, without a line break in it. of reads the requests of
// a cell.
func Each(v *view.View, of func(cell string) ([]result.Request, error), f func([]byte) error) error {
	started, err := time.Parse(time.RFC3339, v.Header.Started)
	if err != nil {
		return fmt.Errorf("the run does not say when it began: %w", err)
	}
	for rows := range slices.Chunk(v.Rows, perLine) {
		m := &maker{start: started.UnixNano(), end: started.UnixNano(), at: map[string]*metric{}}
		for _, r := range rows {
			if r.State == view.NotRun {
				continue
			}
			list, err := of(r.Cell.ID)
			if err != nil {
				return err
			}
			m.cell(r, list)
		}
		if m.list == nil {
			continue
		}
		data, err := json.Marshal(m.message(v.Header))
		if err == nil {
			err = f(data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Write writes a message a line, as the file receiver of the OpenTelemetry Collector reads them.
func Write(w io.Writer, v *view.View, of func(cell string) ([]result.Request, error)) error {
	return Each(v, of, func(data []byte) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

// maker makes the metrics of a message.
type maker struct {
	start, end int64 // ns since 1970
	list       []*metric
	at         map[string]*metric
}

// metric is the metric of a name, which is made where it is new.
func (m *maker) metric(name, unit, doc string) *metric {
	x := m.at[name]
	if x == nil {
		x = &metric{Name: name, Unit: unit, Doc: doc}
		m.at[name], m.list = x, append(m.list, x)
	}
	return x
}

// cell adds a cell.
func (m *maker) cell(r *view.Row, list []result.Request) {
	c := r.Cell
	operation, provider, model := "text_completion", "dllmbench", c.Weights
	base := []attribute{text("dllmbench.cell", c.ID), text("dllmbench.decoder", r.Name), text("dllmbench.engine", c.Engine), text("dllmbench.preset", c.Preset), text("dllmbench.task", view.TaskName(c)),
		whole("dllmbench.batch", c.Batch), text("dllmbench.state", string(r.State))}
	if c.Origin != "" {
		provider, base = c.Origin, append(base, text("dllmbench.origin", c.Origin))
	}
	if e := c.Endpoint; e != nil {
		provider, model = e.Name, e.Model
		if e.Kind == "chat" {
			operation = "chat"
		}
		if u, err := url.Parse(e.Address); err == nil && u.Hostname() != "" {
			base = append(base, text("server.address", u.Hostname()))
			if port, err := strconv.Atoi(u.Port()); err == nil {
				base = append(base, whole("server.port", port))
			}
		}
	}
	client := append([]attribute{text("gen_ai.operation.name", operation), text("gen_ai.provider.name", provider), text("gen_ai.request.model", model)}, base...)
	points := map[string]*point{}
	add := func(name, unit, doc, what string, bounds []float64, x float64, more ...attribute) {
		p := points[name+what]
		if p == nil {
			p = &point{Attributes: slices.Concat(client, more), Bounds: bounds, counts: make([]int64, len(bounds)+1), Min: x, Max: x}
			points[name+what] = p
			h := m.metric(name, unit, doc)
			if h.Histogram == nil {
				h.Histogram = &histogram{Temporality: 2}
			}
			h.Histogram.Points = append(h.Histogram.Points, p)
		}
		p.counts[sort.SearchFloat64s(bounds, x)]++
		p.Sum, p.Min, p.Max = p.Sum+x, min(p.Min, x), max(p.Max, x)
	}
	for i := range list {
		q := &list[i]
		if q.E2ENs != nil {
			m.end += *q.E2ENs
			var failed []attribute
			if !place.Usable(q) {
				failed = append(failed, text("error.type", q.Status))
			}
			add("gen_ai.client.operation.duration", "s", "GenAI operation duration.", q.Status, secondBounds, float64(*q.E2ENs)/1e9, failed...)
		}
		if !place.Usable(q) {
			continue
		}
		for _, t := range []struct {
			kind    string
			counter usage.Counter
		}{{"input", usage.PromptTokens}, {"output", usage.UsefulTokens}} {
			if n, known := q.Usage[t.counter].Value(); known {
				add("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", t.kind, tokenBounds, float64(n), text("gen_ai.token.type", t.kind))
			}
		}
		chunks := q.Chunks
		if chunks == nil {
			chunks = q.Deliveries
		}
		for k, chunk := range chunks {
			if k == 0 {
				add("gen_ai.client.operation.time_to_first_chunk", "s", "Time to receive the first chunk.", "", secondBounds, float64(chunk[0])/1e9)
				continue
			}
			add("gen_ai.client.operation.time_per_output_chunk", "s", "Time per output chunk behind the first one.", "", secondBounds, float64(chunk[0]-chunks[k-1][0])/1e9)
		}
	}
	for _, d := range result.Metrics() {
		e := r.Values[view.Metric(d.Name)]
		if e == nil {
			continue
		}
		ends := []*float64{&e.Value, nil, nil}
		if e.CI != nil {
			ends[1], ends[2] = &e.CI.Low, &e.CI.High
		}
		for i, end := range []string{"", ".low", ".high"} {
			if x := ends[i]; x != nil && *x-*x == 0 {
				g := m.metric("dllmbench."+d.Name+end, d.Unit, d.Doc)
				if g.Gauge == nil {
					g.Gauge = &gauge{}
				}
				g.Gauge.Points = append(g.Gauge.Points, gaugePoint{Attributes: base, Value: *x})
			}
		}
	}
}

// message puts the metrics into a message, with the time in which they were measured: that of
// all requests one after the other.
func (m *maker) message(h result.Header) message {
	var r resourceMetrics
	r.Schema = Schema
	r.Resource.Attributes = []attribute{text("service.name", "dllmbench"), text("dllmbench.run_id", h.RunID), text("dllmbench.scenario", h.Scenario), text("host.arch", h.Env.Arch), text("os.type", h.Env.OS)}
	start, end := strconv.FormatInt(m.start, 10), strconv.FormatInt(m.end, 10)
	for _, x := range m.list {
		if x.Histogram != nil {
			for _, p := range x.Histogram.Points {
				n := int64(0)
				for _, k := range p.counts {
					n += k
					p.Buckets = append(p.Buckets, strconv.FormatInt(k, 10))
				}
				p.Start, p.Time, p.Count = start, end, strconv.FormatInt(n, 10)
			}
		}
		if x.Gauge != nil {
			for i := range x.Gauge.Points {
				x.Gauge.Points[i].Time = end
			}
		}
	}
	s := scopeMetrics{Metrics: m.list, Schema: Schema}
	s.Scope.Name = "dllmbench"
	r.Scopes = []scopeMetrics{s}
	return message{[]resourceMetrics{r}}
}
