package html

import (
	"bytes"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

// compared is a comparison of two runs with every kind of finding. Names hold
// text of a stranger if nasty is not "".
func compared(t *testing.T, nasty string) Comparison {
	t.Helper()
	runs := fixture.Nightly(2, nil)
	old, now := runs[0], runs[1]
	fixture.Slow(now, 1.3, func(c result.Cell) bool { return c.Engine == "diffusion" })
	fixture.Slow(now, 0.7, func(c result.Cell) bool { return c.Engine == "block" && c.Workload == "lists" })
	now.Header.Env.Go, now.Header.Env.Container = "go1.99"+nasty, old.Header.Env.Container
	for _, f := range runs {
		for i := range f.Header.Cells {
			f.Header.Cells[i].Label += nasty
		}
	}
	for i := range now.Requests {
		if r := &now.Requests[i]; r.Usage[usage.NFE] == usage.Known(4) && strings.Contains(r.Instance, "lists") {
			r.Usage[usage.NFE], r.OutputSHA256 = usage.Known(5), "feedfacefeedface"
		}
	}
	for i := range now.Validity {
		if now.Validity[i].Cell == now.Header.Cells[3].ID { // autoregressive, the second task
			now.Validity[i].Timing = []string{"too much noise" + nasty}
		}
	}
	q, err := gate.Ask([]string{"e2e", "exact_match"})
	if err != nil {
		t.Fatal(err)
	}
	p := gate.DefaultPolicy()
	p.Alpha, p.MaxNoise = 0.2, 0
	r := &gate.Report{Title: "compare", Scenario: "fixture" + nasty, Policy: p, Env: now.Header.Env,
		Old: gate.SideOf("before"+nasty, old.Header.Env), New: []gate.Side{gate.SideOf("after"+nasty, now.Header.Env)}}
	r.Findings = append(gate.CompareLedgers(gate.NewLedger(old), gate.NewLedger(now), p), gate.Judge(gate.CompareRuns(old, now, "", q, p), p)...)
	r.Limits = []gate.LimitMark{{Cell: "ar", Limit: "e2e: p(50)<1ms", Sentence: "missed by far" + nasty}}
	r.Notes = []string{"a note" + nasty}
	return Comparison{r, []Side{{r.Old.Name, &old.Header.Env, old}, {"a stored baseline", nil, nil}, {r.New[0].Name, &now.Header.Env, now}}}
}

func comparison(t *testing.T, c Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteComparison(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComparisonPage(t *testing.T) {
	s := comparison(t, compared(t, ""))
	for _, want := range []string{
		"<h1>after against before</h1>", "Not everything is in order.", "2 slower (&#43;", "1 faster (-", "1 not valid",
		"Exact counters and outputs are equal in 5 of 6 cells. These differ: nfe, output_sha256.",
		"nfe (forward passes)", "output_sha256 (the hash of the written tokens)", `data-v="8">8 of 8<`, "feedfacefeed",
		"missed by far", "a note", `id="fig-forest-e2e"`, `id="fig-forest-exact_match"`, "1 of 12 comparisons have no interval",
		"facts differ", "≠</span> Go</th>", "go1.99", "too much noise", "No records of single runs", "McNemar", "comparison.json",
		`data-all="all verdicts"`,
	} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(s, "≠</span> Cores</th>") {
		t.Error("what is equal is marked as a difference")
	}
	if strings.Contains(s, "NaN") || strings.Contains(s, "%!") || strings.Contains(s, "&lt;nil&gt;") {
		t.Error("broken numbers on the page")
	}
	selfContained(t, s)
}

// selfContained checks that a page has no address, and that its links lead
// somewhere.
func selfContained(t *testing.T, s string) {
	t.Helper()
	s = strings.NewReplacer(`xmlns="http://www.w3.org/2000/svg"`, "", "/*! https://github.com/leeoniya/uPlot (v1.6.32) */", "").Replace(s)
	for _, bad := range []string{"http://", "https://", " src=", "url(", "@import", "<link", "<iframe", "<img", "fetch(", "XMLHttpRequest"} {
		if i := strings.Index(s, bad); i >= 0 {
			t.Errorf("%q on the page: …%s…", bad, s[max(0, i-60):min(len(s), i+60)])
		}
	}
	for part := range strings.SplitSeq(s, `href="#`) {
		id, _, quoted := strings.Cut(part, `"`)
		if quoted && len(id) < 30 && !strings.ContainsAny(id, " <>") && !strings.Contains(s, `id="`+id+`"`) {
			t.Errorf("a link leads to %q, which is not there", id)
		}
	}
}

// Decoders of one run are compared, and none is at fault for being slower.
func TestPageOfEngines(t *testing.T) {
	run := fixture.Nightly(1, nil)[0]
	q, err := gate.Ask([]string{"e2e", "exact_match"})
	if err != nil {
		t.Fatal(err)
	}
	p := gate.DefaultPolicy()
	p.Alpha, p.MaxNoise = 0.2, 0
	pairs, _, err := gate.Match(run.Header, "")
	if err != nil {
		t.Fatal(err)
	}
	series := gate.CompareEngines(run, pairs, q, p)
	r := &gate.Report{Title: "compare engines of x", Policy: p, Old: gate.Side{Name: "ar"}, New: []gate.Side{{Name: "diffusion steps=4"}, {Name: "block steps=4"}}, Findings: gate.Judge(series, p)}
	if r.Count(gate.Regressed)+r.Count(gate.Improved) == 0 {
		t.Fatal("the decoders do not differ: the test shows nothing")
	}
	s := comparison(t, Comparison{r, []Side{{"x", &run.Header.Env, run}}})
	for _, want := range []string{"Each decoder is compared with ar on the same instances", "e2e: each decoder against ar", `data-all="all sides"`, "Only one environment is recorded"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(s, "Not everything is in order") || strings.Contains(s, "Not in order") {
		t.Error("a slower decoder is called a fault")
	}
}

func TestPoorComparisons(t *testing.T) {
	s := comparison(t, Comparison{Report: &gate.Report{Title: "check of ci.yaml", Policy: gate.DefaultPolicy()}})
	if !strings.Contains(s, "There was nothing to compare") || strings.Contains(s, `id="figures"`) {
		t.Error("a report without findings does not say so")
	}
	c := compared(t, "")
	for i := range c.Report.Findings {
		f := &c.Report.Findings[i]
		f.Verdict, f.Timing, f.Changes, f.Sentence = gate.NoChange, nil, nil, ""
	}
	c.Report.Limits = nil
	if s := comparison(t, c); !strings.Contains(s, "Nothing got worse") || !strings.Contains(s, "12 of 12 comparisons have no interval") {
		t.Error("a report in order does not say so")
	}
	many := compared(t, "")
	f := many.Report.Findings[len(many.Report.Findings)-2]
	for range 1200 {
		many.Report.Findings = append(many.Report.Findings, f)
	}
	if s := comparison(t, many); !strings.Contains(s, "Only the first 1000 of") {
		t.Error("a long table is cut without a word")
	}
}

// hostile is text that tries to be markup, a script, a formula and a terminal.
const hostile = `<script>window.attacked=1;alert(1)</script><img src=x onerror="window.attacked=2">` + "\x1b[31m\u202e"

func TestHostileNamesOnOtherPages(t *testing.T) {
	for name, s := range map[string]string{"comparison": comparison(t, compared(t, hostile)), "history": historyOf(t, hostile)} {
		if n := strings.Count(s, "<script"); n != 2 {
			t.Errorf("%s: %d script elements, want our own 2", name, n)
		}
		for _, bad := range []string{"<img", "\x1b", "\u202e"} {
			if strings.Contains(s, bad) {
				t.Errorf("%s: %q reached the page", name, bad)
			}
		}
		if !strings.Contains(s, "&lt;script&gt;window.attacked=1") || !strings.Contains(s, `\u202e`) {
			t.Errorf("%s: the names are not shown as text", name)
		}
	}
}
