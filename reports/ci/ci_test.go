package ci

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"dllmbench/engines/usage"
	"dllmbench/harness/gate"
	"dllmbench/harness/stats"
	"dllmbench/reports/cells"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// nasty is text of a scenario or an engine that tries to be something else in
// every format.
const nasty = "a,b::error ::x\n| <b>%0A\"&\x1b[31m =1+1"

// sample is a report with every verdict in it.
func sample() *gate.Report {
	f := fixture.New(fixture.Default)
	r := &gate.Report{Title: "check of ci.yaml", Scenario: "ci", Old: gate.Side{Name: "main", Git: "abc"}, New: []gate.Side{{Name: "now", Kernel: "avx2"}},
		Policy: gate.DefaultPolicy(), Env: f.Header.Env, Started: f.Header.Started}
	p, noise := 0.001, 0.02
	for i, v := range gate.Verdicts() {
		ratio := stats.Estimate{Value: 1.1, CI: &stats.Interval{Low: 1.05, High: 1.15}}
		side := func(x float64) *stats.Estimate {
			return &stats.Estimate{Value: x, CI: &stats.Interval{Low: x * 0.98, High: x * 1.03}}
		}
		r.Findings = append(r.Findings, gate.Finding{Cell: "cell " + string(rune('a'+i)) + ", lists sort-3", Metric: "e2e", Verdict: v, Sentence: "e2e " + string(v),
			Timing: &gate.Timing{Unit: "ms", Old: side(10), New: side(11), Ratio: &ratio, P: &p, PHolm: &p, Noise: &noise, Pairs: 2,
				OldRuns: []float64{9.5, 10.25}, NewRuns: []float64{11, 11.5}}})
	}
	r.Findings = append(r.Findings,
		gate.Finding{Cell: "same", Metric: "counters", Verdict: gate.NoChange},
		gate.Finding{Cell: nasty, Metric: "counters", Verdict: gate.Changed, Sentence: nasty + ": nfe (forward passes) changed from 4 to 5"},
		gate.Finding{Cell: "ok", Metric: "counters", Verdict: gate.Changed, Accept: true, Sentence: "flops changed and accepted"},
		gate.Finding{Cell: "none", Metric: "ttft", Verdict: gate.NotComparable, Sentence: "no such cell"})
	r.Limits = []gate.LimitMark{{Cell: "c", Limit: "e2e: p(95)<2s", Met: true, Sentence: "kept"},
		{Cell: "c", Limit: "nfe: max<4", Sentence: "missed,: 50%", File: "a:b,c.yaml", Line: 7}}
	return r
}

func written(t *testing.T, write func(io.Writer, *gate.Report) error, r *gate.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFormats checks of every format that it has an explanation, shows what
// fails where it shows sentences, and lets no control character through.
func TestFormats(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		text := written(t, f.Write, sample())
		if seen[f.Name] || f.Doc == "" || text == "" {
			t.Errorf("%s: twice, or without explanation, or empty", f.Name)
		}
		seen[f.Name] = true
		if f.Name != "json" && f.Name != "github" && strings.ContainsRune(text, '\x1b') {
			t.Errorf("%s: a control character of untrusted text", f.Name)
		}
		switch f.Name {
		case "table", "md", "csv", "junit", "github", "json":
			for _, want := range []string{"changed from 4 to 5", "no such cell"} {
				if !strings.Contains(strings.ReplaceAll(text, `\`, ""), want) {
					t.Errorf("%s does not say %q", f.Name, want)
				}
			}
		}
		empty := written(t, f.Write, &gate.Report{})
		if f.Name == "gha" && strings.TrimSpace(empty) != "[]" {
			t.Errorf("an empty list is %q", empty)
		}
	}
	for _, name := range []string{"table", "md", "csv", "json", "junit", "github", "gobench", "bmf", "gha"} {
		if !seen[name] {
			t.Errorf("no format %s", name)
		}
	}
}

func TestTable(t *testing.T) {
	text := written(t, Table, sample())
	for _, want := range []string{
		`(?m)^cell e, lists sort-3 +e2e +10 ms ± 3% +11 ms ± 3% +\+10\.0% +\[\+5\.0%, \+15\.0%\] +2 +0\.001 +regressed$`,
		`(?m)^cell g, .* ~ +\[\+5\.0%, \+15\.0%\] .* inconclusive$`,
		`(?m)^cell h, .* ~ +\[\+5\.0%, \+15\.0%\] .* no_change$`,
		`Exact counters and outputs are equal in 1 of 3 cells\.`,
		`(?m)^REGRESSED: e2e regressed$`, `(?m)^changed, accepted: flops`, `(?m)^THRESHOLD MISSED: missed,: 50%$`,
		`FAILED: 1 invalid, 2 not_comparable, 1 insufficient, 3 changed \(1 of them let through\), 1 regressed, 1 within_noise, 1 inconclusive, 2 no_change, 1 improved, 1 of 2 thresholds kept`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	many := &gate.Report{}
	for range 9 {
		many.Findings = append(many.Findings, gate.Finding{Metric: "e2e", Verdict: gate.Insufficient, Sentence: "too few"})
	}
	if text := written(t, Table, many); strings.Count(text, "INSUFFICIENT: too few") != shownSentences || !strings.Contains(text, "and 4 more") {
		t.Errorf("nine like sentences: %s", text)
	}
}

// TestMarkdownCannotBeLeft checks that a label is no markup.
func TestMarkdownCannotBeLeft(t *testing.T) {
	text := written(t, Markdown, sample())
	if strings.Contains(text, "<b>") || !strings.Contains(text, `\<b\>`) {
		t.Errorf("markup of a label: %s", text)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 10 {
			t.Errorf("a row of the table is broken: %s", line)
		}
	}
}

// TestCommandsCannotBeForged checks the escapes of workflow commands: one for
// each finding that is shown, and none that a label brings along.
func TestCommandsCannotBeForged(t *testing.T) {
	text := written(t, GitHub, sample())
	lines := strings.Split(strings.TrimSpace(text), "\n")
	command := regexp.MustCompile(`^::(error|warning|notice) (file=[^,:]+,line=\d+,)?title=[^,:]+::[^\r\n]+$`)
	count := map[string]int{}
	for _, line := range lines[:len(lines)-1] {
		m := command.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not a command: %q", line)
		}
		count[m[1]]++
	}
	if count["error"] != 8 || count["warning"] != 1 || count["notice"] != 2 {
		t.Errorf("%v", count)
	}
	if !strings.Contains(text, "file=a%3Ab%2Cc.yaml,line=7,") || !strings.Contains(text, "x%0A| <b>%250A") {
		t.Errorf("escapes: %s", text)
	}
	if got := plain("::error::x\ny"); strings.HasPrefix(got, "::") || strings.Contains(got, "\n") {
		t.Errorf("plain: %q", got)
	}
}

func TestCSVIsRectangular(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, CSV, sample()))).ReadAll()
	if err != nil || len(rows) != 1+len(sample().Findings) {
		t.Fatalf("error %v, %d rows", err, len(rows))
	}
	if rows[5][0] != "cell e, lists sort-3" || rows[5][10] != "1.1" || rows[5][18] != "regressed" {
		t.Errorf("%q", rows[5])
	}
	if last := rows[len(rows)-1]; last[4] != "" || last[10] != "" || last[17] != "" {
		t.Errorf("what was not measured is not empty: %q", last)
	}
}

// readBench reads Go benchmark text with the reader that benchstat uses.
func readBench(t *testing.T, text string) []*benchfmt.Result {
	t.Helper()
	var list []*benchfmt.Result
	in := benchfmt.NewReader(strings.NewReader(text), "bench.txt")
	for in.Scan() {
		switch r := in.Result().(type) {
		case *benchfmt.Result:
			list = append(list, r.Clone())
		case *benchfmt.SyntaxError:
			t.Errorf("%v\n%s", r, text)
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestGoBenchIsReadByItsConsumer(t *testing.T) {
	r := sample()
	r.Findings[0].Cell = nasty
	list := readBench(t, written(t, GoBench, r))
	if len(list) != 2*2*len(gate.Verdicts()) {
		t.Fatalf("%d results", len(list))
	}
	sides := map[string]int{}
	for _, b := range list {
		sides[b.GetConfig("side")]++
		if _, ok := b.Value("sec/op"); !ok || b.GetConfig("cpu") != "Example CPU" || !strings.HasPrefix(string(b.Name), "Decode/") {
			t.Errorf("%+v", b)
		}
	}
	if sides["old"] != sides["new"] || sides["old"] == 0 {
		t.Errorf("%v", sides)
	}
	if ns, _ := list[2].Value("sec/op"); math.Abs(ns-0.0095) > 1e-12 {
		t.Errorf("9.5 ms are %v s", ns)
	}
}

func TestRunGoBenchIsReadByItsConsumer(t *testing.T) {
	f := fixture.New(fixture.Default)
	last := len(f.Requests) - 1
	f.Requests[last-1].E2ENs, f.Requests[last-1].TTFTNs = nil, nil // withheld
	f.Requests[last].Status = "error"
	var b bytes.Buffer
	if err := RunGoBench(&b, f); err != nil {
		t.Fatal(err)
	}
	list := readBench(t, b.String())
	if _, timed := list[len(list)-1].Value("sec/op"); timed {
		t.Error("a withheld time was written")
	}
	// A line is a unit of its cell and no repetition: a block where instances are few,
	// else an instance, with means over its requests.
	units, times, n := map[string]bool{}, 0.0, 0
	first, byCell := f.Requests[0], f.ByCell()
	for _, r := range f.Requests[:last] {
		unit := r.Cell + " " + r.Instance
		if instances := byCell[r.Cell]; instances[0].Instance == instances[len(instances)-1].Instance {
			unit = fmt.Sprint(r.Cell, r.PairBlock)
		}
		units[unit] = true
		if r.Cell == first.Cell && r.Instance == first.Instance {
			times, n = times+float64(*r.E2ENs)/1e9, n+1
		}
	}
	if _, counted := list[len(list)-1].Value("nfe"); !counted || len(list) != len(units) {
		t.Errorf("%d results of %d units", len(list), len(units))
	}
	if nfe, ok := list[0].Value("nfe"); !ok || nfe != first.Usage[usage.NFE].Float() {
		t.Errorf("nfe %v, want %s", nfe, first.Usage[usage.NFE])
	}
	if s, ok := list[0].Value("sec/op"); !ok || n < 2 || list[0].Iters != n || math.Abs(s-times/float64(n)) > 1e-12 {
		t.Errorf("%v s of %d requests, want %v of %d", s, list[0].Iters, times/float64(n), n)
	}
}

// strict decodes JSON and refuses fields that the published format lacks.
func strict(t *testing.T, text string, into any) {
	t.Helper()
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// bmfShape is Bencher Metric Format as Bencher documents it: benchmark, measure,
// value with two optional ends.
type bmfShape map[string]map[string]struct {
	Value *float64 `json:"value"`
	Lower *float64 `json:"lower_value"`
	Upper *float64 `json:"upper_value"`
}

// ghaShape is the JSON of github-action-benchmark's custom tools.
type ghaShape []struct {
	Name  *string  `json:"name"`
	Unit  *string  `json:"unit"`
	Value *float64 `json:"value"`
	Range string   `json:"range"`
	Extra string   `json:"extra"`
}

func TestShapesOfDashboards(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	of := func(name string) func(io.Writer, *gate.Report) error {
		f, _ := Formats().Find(name)
		return f.Write
	}
	run := func(name string) string {
		var b bytes.Buffer
		f, _ := RunFormats().Find(name)
		if err := f.Write(&b, cells.Run{View: v}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, c := range []struct {
		name, bmf, gha string
		benchmarks     int
	}{
		{"report", written(t, of("bmf"), sample()), written(t, of("gha"), sample()), len(gate.Verdicts())},
		{"run", run("bmf"), run("gha"), len(v.Rows)},
	} {
		var b bmfShape
		strict(t, c.bmf, &b)
		if len(b) != c.benchmarks {
			t.Errorf("%s: %d benchmarks, want %d", c.name, len(b), c.benchmarks)
		}
		for name, measures := range b {
			if e := measures["e2e"]; e.Value == nil || e.Lower == nil || !(*e.Lower <= *e.Value && *e.Value <= *e.Upper) {
				t.Errorf("%s, %s: %+v", c.name, name, e)
			}
		}
		var g ghaShape
		strict(t, c.gha, &g)
		names := map[string]bool{}
		for _, e := range g {
			if e.Name == nil || e.Unit == nil || e.Value == nil || names[*e.Name] {
				t.Fatalf("%s: incomplete or twice: %+v", c.name, e)
			}
			names[*e.Name] = true
			if strings.HasSuffix(*e.Name, "tokens_per_s") || strings.HasSuffix(*e.Name, "exact_match") {
				t.Errorf("%s: %s is not better when smaller", c.name, *e.Name)
			}
		}
		if len(g) < c.benchmarks {
			t.Errorf("%s: %d entries for %d cells", c.name, len(g), c.benchmarks)
		}
	}
}

func TestRunFormats(t *testing.T) {
	f := fixture.New(fixture.Default)
	for _, format := range RunFormats() {
		var b bytes.Buffer
		if err := format.Write(&b, cells.Run{File: f, View: view.New(f)}); err != nil || b.Len() == 0 || format.Doc == "" {
			t.Errorf("%s: error %v, %d bytes", format.Name, err, b.Len())
		}
	}
}

// TestMarkdownNoteIsText: the note below a table is one line of text.
func TestMarkdownNoteIsText(t *testing.T) {
	if text := written(t, Markdown, sample()); !strings.Contains(text, "no difference shown, = identical outputs; intervals of changes in time are at 99.9%, those of shares at the level of their step in the correction: all 10 hold together at 99%") {
		t.Errorf("the note is broken in\n%s", text)
	}
}
