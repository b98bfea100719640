package cells

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

func ptr[T any](x T) *T { return &x }

// texts is a run of two decoders at three temperatures on ten instances, whose
// far constraint the diffusion decoder breaks. Hotter texts have more words and
// cost more; diffusion costs half a nat more.
func texts() *result.File {
	f := &result.File{Instances: map[string]result.Instance{}}
	for i := range 10 {
		id := fmt.Sprint("i", i)
		f.Instances[id] = result.Instance{ID: id, Constraints: []result.Opportunity{
			{Kind: "near", Direction: "backward"}, {Kind: "far", Distance: 40, Direction: "backward"}, {Kind: "next", Distance: 2, Direction: "lookahead"}}}
	}
	for _, engine := range []string{"autoregressive", "diffusion"} {
		for step, temperature := range []float64{0.5, 1, 1.2} {
			c := result.Cell{ID: fmt.Sprint(engine, step), Engine: engine, Label: engine[:4] + "\x1b[2J", Workload: "world", Rung: "=who", Budget: 16, Batch: 1,
				Variant: fmt.Sprint("temperature=", temperature), Options: map[string]any{"temperature": temperature}}
			f.Header.Cells = append(f.Header.Cells, c)
			words := 2 + 2*step
			nats := 0.5 + float64(step)
			broken := []int(nil)
			if engine == "diffusion" {
				nats, broken = nats+0.5, []int{1}
			}
			text := strings.Repeat("a b c d e f", 1)[:2*words-1]
			for i := range 10 {
				n := len(broken)
				q := result.Request{Cell: c.ID, Instance: fmt.Sprint("i", i), Status: "success", Usage: usage.Tally{usage.UsefulTokens: int64(words), usage.NFE: 1}.Usage(), Exact: ptr(n == 0),
					Violations: &n, Constraints: ptr(3), Broken: broken, Output: text, LogProb: ptr(-nats * float64(words)), InSupport: ptr(i > 0)}
				if i == 0 {
					q.LogProb = nil
				}
				f.Requests = append(f.Requests, q)
			}
		}
	}
	return f
}

func TestCoherence(t *testing.T) {
	v := view.New(texts())
	for _, width := range []int{80, 120, 200} {
		var b bytes.Buffer
		if err := Coherence(&b, v, width, false); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		for _, want := range []string{
			`world =who, 16 tokens`,
			"Coherence\n", "Variety and likelihood\n", "distance in %, backward\n", "distance in %, lookahead\n", "Frontier over temperature\n",
			`auto\x1b[2J temperature=1 `, `diff\x1b[2J temperature=1.2 `,
		} {
			if !strings.Contains(out, want) {
				t.Errorf("width %d: no %q in\n%s", width, want, out)
			}
		}
		if strings.Contains(out, "\x1b") || strings.Contains(out, "Code\n") {
			t.Errorf("width %d: control characters, or code without code:\n%s", width, out)
		}
		// A cross-entropy is never there without its partners.
		metrics, _, _ := strings.Cut(out, "Variety")
		if has := strings.Contains(metrics, "CE"); has != (width > 80) || has && (!strings.Contains(metrics, "valid %") || !strings.Contains(metrics, "H1 valid")) {
			t.Errorf("width %d: cross-entropy %v in\n%s", width, has, metrics)
		}
		for line := range strings.Lines(metrics) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width+2 {
				t.Errorf("width %d: a line of %d: %q", width, n, line)
			}
		}
	}
}

// lines finds the lines of a table that hold all the words.
func lines(out string, words ...string) (found []string) {
next:
	for line := range strings.Lines(out) {
		for _, w := range words {
			if !strings.Contains(line, w) {
				continue next
			}
		}
		found = append(found, line)
	}
	return found
}

func TestCoherenceNumbers(t *testing.T) {
	var b bytes.Buffer
	if err := Coherence(&b, view.New(texts()), 200, true); err != nil {
		t.Fatal(err)
	}
	_, curves, _ := strings.Cut(b.String(), "backward\n")
	curves, rest, _ := strings.Cut(curves, "\n\n")
	// Half of the bins is broken: near kept, far lost.
	if got := lines(curves, "diff", "temperature=1 "); len(got) != 1 || !strings.Contains(got[0], "50.0") || !strings.HasSuffix(got[0], "100.0    0.0\n") {
		t.Errorf("diffusion %q in\n%s", got, curves)
	}
	if got := lines(curves, "opportunities"); len(got) != 1 || len(strings.Fields(got[0])) != 3 {
		t.Errorf("opportunities %q", got)
	}
	if got := lines(rest, "far ", "backward"); len(got) != 1 || strings.Join(strings.Fields(got[0]), " ") != "far backward 10 40 100.0 100.0 100.0 0.0 0.0 0.0" {
		t.Errorf("kinds %q in\n%s", got, rest)
	}
	_, frontier, _ := strings.Cut(rest, "Frontier")
	for _, line := range lines(frontier, "diff") {
		if !strings.HasSuffix(line, "+0.500\n") {
			t.Errorf("at equal entropy diffusion costs half a nat more: %q", line)
		}
	}
	if got := lines(frontier, "diff"); len(got) != 3 {
		t.Errorf("%d temperatures of diffusion in\n%s", len(got), frontier)
	}
}

func TestCoherenceData(t *testing.T) {
	v := view.New(texts())
	var b bytes.Buffer
	if err := CoherenceCSV(&b, v); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, r := range rows[1:] {
		if r[1] != "'=who" || strings.Contains(r[4], "\x1b") {
			t.Fatalf("unsafe line %q", r)
		}
		if r[8] == "kept_backward" && r[11] == "32" && r[5] == "diffusion" {
			if kept++; r[12] != "63" || r[13] != "10" || r[15] != "0" {
				t.Errorf("line %q", r)
			}
		}
	}
	if kept != 3 {
		t.Errorf("%d lines of far constraints, want 3", kept)
	}
	b.Reset()
	if err := CoherenceJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	var cells []struct {
		Temperature float64
		Values      map[string]*struct{ Value float64 }
		Curves      []struct {
			Direction string
			Area      struct{ Value float64 }
		}
		Frontier struct {
			X, Y string
			Y_   *float64 `json:"y_minus_ar"`
		}
	}
	if err := json.Unmarshal(b.Bytes(), &cells); err != nil || len(cells) != 6 {
		t.Fatalf("%d cells, %v", len(cells), err)
	}
	c := cells[4]
	if c.Temperature != 1 || len(c.Curves) != 2 || c.Curves[0].Area.Value != 0.5 || c.Frontier.Y != "cross_entropy" || c.Frontier.X != "entropy_1_valid" ||
		c.Frontier.Y_ == nil || math.Abs(*c.Frontier.Y_-0.5) > 1e-9 || cells[0].Frontier.Y_ != nil {
		t.Errorf("cell %+v", c)
	}
	if e, ok := c.Values["pass_at_1"]; !ok || e != nil {
		t.Errorf("pass@1 %v, want null", e)
	}
	if e := c.Values["validity"]; e == nil || e.Value != 90 {
		t.Errorf("validity %+v", e)
	}
	if _, ok := c.Values["e2e"]; ok {
		t.Error("a time among the metrics of texts")
	}
}

// An empty run says so in every format.
func TestCoherenceOfNothing(t *testing.T) {
	v := view.New(&result.File{})
	var text, data, list bytes.Buffer
	if err := Coherence(&text, v, 80, true); err != nil || text.String() != "The run has no cells with trained weights.\n" {
		t.Errorf("%q, %v", text.String(), err)
	}
	if err := CoherenceCSV(&data, v); err != nil || strings.Count(data.String(), "\n") != 1 {
		t.Errorf("%q, %v", data.String(), err)
	}
	if err := CoherenceJSON(&list, v); err != nil || list.String() != "[]\n" {
		t.Errorf("%q, %v", list.String(), err)
	}
}

// A partner that is unknown keeps the metric out, whatever the width.
func TestMetricsStayWithTheirPartners(t *testing.T) {
	f := texts()
	for i := range f.Requests {
		f.Requests[i].InSupport = nil
	}
	for name, want := range map[string]bool{"known": true, "unknown": false} {
		file := texts()
		if name == "unknown" {
			file = f
		}
		found := false
		shown, _ := metricTable(view.New(file), "", view.New(file).Points, result.Coherence).Fit(1000)
		for _, c := range shown.Columns {
			found = found || c.Name == "cross_entropy"
		}
		if found != want {
			t.Errorf("validity %s: cross-entropy shown %v", name, found)
		}
	}
}

func TestShortNamesKeepTheirEnd(t *testing.T) {
	long := "a-very-long-label-of-a-decoder temperature=0.85"
	if got := short(long); utf8.RuneCountInString(got) != nameWidth || !strings.HasSuffix(got, "temperature=0.85") || !strings.HasPrefix(got, "a-very-lo") {
		t.Errorf("%q", got)
	}
	if got := short("ar"); got != "ar" {
		t.Errorf("%q", got)
	}
}
