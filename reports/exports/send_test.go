package exports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dllmbench/reports/prometheus"
	"dllmbench/reports/push"
)

// tracking is what an MLflow server keeps, with the limits and refusals of its API.
type tracking struct {
	t           *testing.T
	experiments map[string]string
	runs        []*tracked
	files       map[string]int
	calls       int
	breakAt     int // the number of the call that is refused
}

type tracked struct {
	id, status string
	tags       map[string]string
	params     map[string]string
	metrics    map[string][]float64
}

func (s *tracking) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	s.calls++
	refuse := func(status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error_code": %q, "message": "no, %s"}`, code, q.Header.Get("Authorization"))
	}
	if s.calls == s.breakAt {
		refuse(503, "TEMPORARILY_UNAVAILABLE")
		return
	}
	body, err := io.ReadAll(q.Body)
	if err != nil || len(body) > 1<<20 {
		s.t.Errorf("a body of %d bytes, %v", len(body), err)
	}
	if path, is := strings.CutPrefix(q.URL.Path, "/api/2.0/mlflow-artifacts/artifacts/"); is {
		s.files[path] = len(body)
		fmt.Fprint(w, "{}")
		return
	}
	var ask struct {
		Name    string   `json:"name"`
		Exp     string   `json:"experiment_id"`
		RunID   string   `json:"run_id"`
		Status  string   `json:"status"`
		Filter  string   `json:"filter"`
		Page    string   `json:"page_token"`
		Tags    []kv     `json:"tags"`
		Params  []kv     `json:"params"`
		Metrics []number `json:"metrics"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &ask); err != nil {
			s.t.Error(err)
		}
	}
	answer := func(v any) {
		if err := json.NewEncoder(w).Encode(v); err != nil {
			s.t.Error(err)
		}
	}
	run := func() *tracked {
		return s.runs[slices.IndexFunc(s.runs, func(r *tracked) bool { return r.id == ask.RunID })]
	}
	told := func(r *tracked) map[string]any {
		var tags []kv
		for k, v := range r.tags {
			tags = append(tags, kv{k, v})
		}
		return map[string]any{"info": map[string]any{"run_id": r.id, "status": r.status, "artifact_uri": "mlflow-artifacts:/7/" + r.id + "/artifacts"}, "data": map[string]any{"tags": tags}}
	}
	switch strings.TrimPrefix(q.URL.Path, "/api/2.0/mlflow/") {
	case "experiments/get-by-name":
		id, is := s.experiments[q.URL.Query().Get("experiment_name")]
		if !is {
			refuse(404, "RESOURCE_DOES_NOT_EXIST")
			return
		}
		answer(map[string]any{"experiment": map[string]any{"experiment_id": id, "lifecycle_stage": "active"}})
	case "experiments/create":
		s.experiments[ask.Name] = "7"
		answer(map[string]any{"experiment_id": "7"})
	case "runs/search": // a page has two runs
		if ask.Filter != "tags.`dllmbench.run_id` = 'fixture'" {
			s.t.Error(ask.Filter)
		}
		from := 0
		fmt.Sscan(ask.Page, &from)
		to := min(from+2, len(s.runs))
		page := map[string]any{}
		var list []any
		for _, r := range s.runs[from:to] {
			list = append(list, told(r))
		}
		page["runs"] = list
		if to < len(s.runs) {
			page["next_page_token"] = fmt.Sprint(to)
		}
		answer(page)
	case "runs/create":
		r := &tracked{fmt.Sprintf("r%d", len(s.runs)), "RUNNING", map[string]string{}, map[string]string{}, map[string][]float64{}}
		for _, t := range ask.Tags {
			r.tags[t.Key] = t.Value
		}
		s.runs = append(s.runs, r)
		answer(map[string]any{"run": told(r)})
	case "runs/log-batch":
		if len(ask.Metrics) > 1000 || len(ask.Params) > 100 || len(ask.Metrics)+len(ask.Params) > 1000 {
			s.t.Errorf("%d metrics and %d parameters", len(ask.Metrics), len(ask.Params))
		}
		for _, p := range ask.Params {
			if was, is := run().params[p.Key]; is && was != p.Value {
				s.t.Errorf("the parameter %s changes", p.Key)
			}
			run().params[p.Key] = p.Value
		}
		for _, m := range ask.Metrics {
			if !slices.Contains(run().metrics[m.Key], m.Value) {
				run().metrics[m.Key] = append(run().metrics[m.Key], m.Value)
			}
		}
		answer(map[string]any{})
	case "runs/update":
		run().status = ask.Status
		answer(map[string]any{})
	default:
		refuse(404, "ENDPOINT_NOT_FOUND")
	}
}

type kv struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type number struct {
	Key   string  `json:"key"`
	Value float64 `json:"value"`
}

// state is what is kept, in words.
func (s *tracking) state() string {
	var b strings.Builder
	for _, r := range s.runs {
		fmt.Fprintf(&b, "%s %s %v %v %v\n", r.id, r.status, r.tags, r.params, r.metrics)
	}
	return fmt.Sprint(b.String(), s.files)
}

// TestMLflow: an export that is broken off at any call is completed by the next one, and one
// more changes nothing.
func TestMLflow(t *testing.T) {
	run := saved(t)
	t.Setenv("MLFLOW_KEY", "geheim-1234")
	s := &tracking{t: t, experiments: map[string]string{}, files: map[string]int{}}
	server := httptest.NewServer(s)
	defer server.Close()
	to := push.Target{URL: server.URL, Experiment: "e", KeyEnv: "MLFLOW_KEY"}
	for broken := range 4 {
		s.breakAt = s.calls + 2 + 7*broken
		if _, err := toMLflow(t.Context(), run, to); err == nil || !strings.Contains(err.Error(), "503") || strings.Contains(err.Error(), "geheim") {
			t.Fatalf("broken at call %d: %v", s.breakAt, err)
		}
	}
	said, err := toMLflow(t.Context(), run, to)
	if err != nil {
		t.Fatal(err)
	}
	cells := len(run.index.Header.Cells)
	was := s.state()
	if len(s.runs) != 1+cells || len(s.files) != 1 || strings.Contains(was, "RUNNING") || strings.Contains(was, "geheim") {
		t.Errorf("%s: %d runs\n%s", said, len(s.runs), was)
	}
	for _, r := range s.runs[1:] {
		if r.tags["mlflow.parentRunId"] != "r0" || len(r.metrics["e2e_ms"]) != 1 || r.params["engine"] == "" {
			t.Errorf("%+v", r)
		}
	}
	if said, err := toMLflow(t.Context(), run, to); err != nil || s.state() != was || !strings.Contains(said, fmt.Sprintf("0 cells written, %d were there", cells)) {
		t.Errorf("%s %v", said, err)
	}
	s.runs[0].tags["dllmbench.results_sha256"] = "other"
	if _, err := toMLflow(t.Context(), run, to); err == nil || !strings.Contains(err.Error(), "with other records") {
		t.Error(err)
	}
}

// TestTarget: addresses and answers that are refused.
func TestTarget(t *testing.T) {
	run := saved(t)
	t.Setenv("A_KEY", "geheim-1234")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch {
		case strings.HasPrefix(q.URL.Path, "/away"):
			http.Redirect(w, q, "/", http.StatusTemporaryRedirect)
		case strings.HasPrefix(q.URL.Path, "/long"):
			_, _ = w.Write(bytes.Repeat([]byte{' '}, 9<<20))
		case strings.HasPrefix(q.URL.Path, "/partly"):
			fmt.Fprint(w, `{"partialSuccess": {"rejectedDataPoints": "3", "errorMessage": "old"}}`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, "you said %s", q.Header.Get("Authorization"))
		}
	}))
	defer server.Close()
	for _, c := range []struct{ to, env, want string }{
		{"ftp://x", "", "--to is no address"}, {"http://u:p@x", "", "--to is no address"}, {"x", "", "--to is no address"},
		{"http://192.0.2.1", "A_KEY", "plain http"}, {server.URL, "geheim-1234", "--key-env is no name"}, {server.URL, "NOT_SET", "NOT_SET"},
		{server.URL + "/away", "", "redirects"}, {server.URL + "/long", "", "more than"}, {server.URL + "/partly", "", "rejected 3 data points"},
		{server.URL, "A_KEY", "401: you said Bearer [key]"},
	} {
		_, err := toCollector(t.Context(), run, push.Target{URL: c.to, KeyEnv: c.env})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v, want %s", c.to, err, c.want)
		}
	}
}

// TestOTLP: histograms add up, and names and units are those of the conventions.
func TestOTLP(t *testing.T) {
	var b bytes.Buffer
	run := saved(t)
	for _, f := range Formats() {
		if f.Name == "otel" {
			if err := f.Text(&b, run); err != nil {
				t.Fatal(err)
			}
		}
	}
	var m struct {
		Resources []struct {
			Scopes []struct {
				Metrics []struct {
					Name, Unit string
					Histogram  *struct {
						Points []struct {
							Count, StartTimeUnixNano, TimeUnixNano string
							Sum, Min, Max                          float64
							BucketCounts                           []string
							ExplicitBounds                         []float64
						} `json:"dataPoints"`
					}
					Gauge *struct {
						Points []struct{ AsDouble *float64 } `json:"dataPoints"`
					}
				}
			} `json:"scopeMetrics"`
		} `json:"resourceMetrics"`
	}
	if err := json.Unmarshal(b.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	units := map[string]string{"gen_ai.client.operation.duration": "s", "gen_ai.client.token.usage": "{token}", "gen_ai.client.operation.time_to_first_chunk": "s", "gen_ai.client.operation.time_per_output_chunk": "s"}
	seen := map[string]int{}
	for _, x := range m.Resources[0].Scopes[0].Metrics {
		seen[x.Name]++
		if x.Histogram == nil {
			if !strings.HasPrefix(x.Name, "dllmbench.") || x.Gauge == nil || len(x.Gauge.Points) == 0 || x.Gauge.Points[0].AsDouble == nil {
				t.Errorf("%+v", x)
			}
			continue
		}
		if units[x.Name] != x.Unit {
			t.Errorf("%s in %s", x.Name, x.Unit)
		}
		for _, p := range x.Histogram.Points {
			sum := 0
			for _, n := range p.BucketCounts {
				k := 0
				fmt.Sscan(n, &k)
				sum += k
			}
			if len(p.BucketCounts) != len(p.ExplicitBounds)+1 || fmt.Sprint(sum) != p.Count || p.Min > p.Max || p.Sum < p.Max || p.StartTimeUnixNano >= p.TimeUnixNano {
				t.Errorf("%s: %+v", x.Name, p)
			}
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s stands there %d times", name, n)
		}
	}
	if seen["gen_ai.client.operation.duration"] == 0 || seen["gen_ai.client.token.usage"] == 0 || seen["dllmbench.e2e.low"] == 0 {
		t.Errorf("%v", seen)
	}
}

// TestPrometheusGrows: what it takes to write a run grows with its length.
func TestPrometheusGrows(t *testing.T) {
	v, err := saved(t).View()
	if err != nil {
		t.Fatal(err)
	}
	v.Rows = slices.Repeat(v.Rows, 15)
	var out bytes.Buffer
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := prometheus.Write(&out, v); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 20*uint64(out.Len()) {
		t.Errorf("%d bytes of memory for %d bytes of text", grown, out.Len())
	}
}

// TestPrometheus: each line is of the text format, families are together, and no series stands twice.
func TestPrometheus(t *testing.T) {
	var b bytes.Buffer
	for _, f := range Formats() {
		if f.Name == "prometheus" {
			if err := f.Text(&b, saved(t)); err != nil {
				t.Fatal(err)
			}
		}
	}
	sample := regexp.MustCompile(`^([a-z_][a-z0-9_]*)(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? -?[0-9.e+-]+$`)
	family, seen := "", map[string]bool{}
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if rest, is := strings.CutPrefix(line, "# TYPE "); is {
			if family, _, _ = strings.Cut(rest, " "); seen[family] {
				t.Errorf("the family %s stands twice", family)
			}
			seen[family] = true
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		m := sample.FindStringSubmatch(line)
		series, _, _ := strings.Cut(line, "} ")
		if m == nil || m[1] != family || seen[series] {
			t.Errorf("%q in the family %s", line, family)
		}
		seen[series] = true
	}
	if !seen["dllmbench_e2e_ms"] || !seen["dllmbench_e2e_ms_high"] || len(seen) < 50 {
		t.Errorf("%d series and families", len(seen))
	}
}
