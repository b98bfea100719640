package view

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

func ptr[T any](x T) *T { return &x }

// run is a builder of small results files.
type run struct{ file result.File }

func (r *run) cell(id, engine string, batch int) *run {
	r.file.Header.Cells = append(r.file.Header.Cells, result.Cell{ID: id, Engine: engine, Label: id, Workload: "lists", Rung: "sort-4", Budget: 16, Batch: batch})
	return r
}

func (r *run) request(cell, instance string, repetition, block int, ms float64, exact bool) *result.Request {
	r.file.Requests = append(r.file.Requests, result.Request{
		Cell: cell, Instance: instance, Repetition: repetition, PairBlock: block, Status: "success",
		Usage: usage.Tally{usage.UsefulTokens: 10, usage.NFE: 5, usage.FLOPs: 2e6}.Usage(), E2ENs: ptr(int64(ms * 1e6)), BatchNs: ptr(int64(ms * 1e6)),
		Exact: ptr(exact), Partial: ptr(0.5), Violations: ptr(1), Constraints: ptr(4),
	})
	return &r.file.Requests[len(r.file.Requests)-1]
}

func TestRepetitionsAreNotEvidence(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1)
	for i := range 8 {
		for rep := range 10 {
			r.request("ar", fmt.Sprint(i), rep, rep/2, 5, i < 4)
		}
	}
	row := New(&r.file).Rows[0]
	if row.Instances != 8 || row.Repetitions != 10 || row.Requests != 80 {
		t.Fatalf("instances %d, repetitions %d, requests %d", row.Instances, row.Repetitions, row.Requests)
	}
	e := row.Values[Exact]
	// Wilson of 4 in 8 is 21.5 … 78.5%; of 40 in 80 it would be 39 … 61%.
	if e.N != 8 || e.Value != 50 || math.Abs(e.CI.Low-21.5) > 0.1 || math.Abs(e.CI.High-78.5) > 0.1 {
		t.Errorf("exact match %+v, interval %v", e, e.CI)
	}
	for m, want := range map[Metric]float64{Violations: 25, Partial: 50, NFE: 5, TPF: 2, Forward: 1, Throughput: 2000, E2E: 5, FLOPs: 0.2} {
		if got := row.Values[m]; got == nil || math.Abs(got.Value-want) > 1e-9 {
			t.Errorf("%s = %v, want %v", m, Value(got), want)
		}
	}
	if row.Values[E2E95] != nil {
		t.Error("a 95th percentile of 80 requests")
	}
}

// Adding a metric is an entry of result.Metrics and its function here.
func TestEveryMetricIsComputed(t *testing.T) {
	for _, d := range result.Metrics() {
		if estimatorOf(d) == nil {
			t.Errorf("no function computes %s", d.Name)
		}
	}
	for m := range estimators {
		m.Definition() // panics for a metric that is not there
	}
	for _, m := range []Metric{Exact, Partial, Violations, E2E, E2E95, TTFT, Forward, Throughput, NFE, TPF, FLOPs, Peak, Steps} {
		if d := m.Definition(); d.Name != string(m) {
			t.Errorf("%s is defined as %s", m, d.Name)
		}
	}
}

func TestUnknownStaysUnknown(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1).cell("never", "diffusion", 1)
	r.file.Header.Cells[0].CostOnly = true
	q := r.request("ar", "0", 0, 0, 1, true)
	q.E2ENs, q.BatchNs, q.TTFTNs, q.PeakBytes, q.Usage[usage.UsefulTokens] = nil, nil, nil, nil, usage.Known(0)
	v := New(&r.file)
	row := v.Rows[0]
	// Exact is in the record, but random weights have no quality.
	for _, m := range []Metric{Exact, Partial, Violations, E2E, E2E95, TTFT, Forward, Throughput, FLOPs, Peak} {
		if row.Values[m] != nil {
			t.Errorf("%s = %v, want unknown", m, row.Values[m].Value)
		}
		if s := m.Text(row.Values[m]); s != Unknown {
			t.Errorf("%s is shown as %q", m, s)
		}
	}
	if n := v.Rows[1]; n.State != NotRun || n.Usable() {
		t.Errorf("a cell without requests is %q", n.State)
	}
}

func TestStates(t *testing.T) {
	r := (&run{}).cell("good", "autoregressive", 1).cell("bad", "block", 1).cell("open", "diffusion", 1)
	for _, c := range []string{"good", "bad", "open"} {
		r.request(c, "0", 0, 0, 1, true)
	}
	r.request("good", "1", 0, 1, 1, true).Status = "timeout"
	r.request("good", "2", 0, 2, 1, true).Status = "incomplete"
	r.request("good", "3", 0, 3, 1, true).Status = "truncated"
	r.request("unplanned", "0", 0, 0, 1, true)
	r.file.Validity = []result.Validity{{Cell: "good", Valid: true}, {Cell: "bad", Reasons: []string{"why"}}, {Cell: "", Valid: false, Reasons: []string{"run"}}}
	v := New(&r.file)
	for i, want := range []State{Valid, Invalid, Unjudged} {
		if v.Rows[i].State != want {
			t.Errorf("cell %d is %q, want %q", i, v.Rows[i].State, want)
		}
	}
	if g := v.Rows[0]; g.Requests != 2 || g.Failed != 1 {
		t.Errorf("%d usable and %d failed requests, want 2 and 1", g.Requests, g.Failed)
	}
	if v.Orphans != 1 || v.Valid == nil || *v.Valid {
		t.Errorf("orphans %d, run valid %v", v.Orphans, v.Valid)
	}
	if _, ok := v.Points[0].Against[v.Rows[1]]; ok {
		t.Error("an invalid row is compared")
	}
}

// The requests of a batch share its wall time; their sum must not count twice.
func TestBatchThroughput(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 4)
	for block := range 6 {
		for i := range 4 {
			r.request("ar", fmt.Sprint(4*block+i), 0, block, 20, true)
		}
	}
	row := New(&r.file).Rows[0]
	if got := row.Values[Throughput]; math.Abs(got.Value-40/0.02) > 1e-9 || got.N != 6 {
		t.Errorf("throughput %v of %d units, want 2000 of 6 blocks", got.Value, got.N)
	}
}

func TestPairedComparison(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1).cell("fast", "block", 1)
	for i := range 8 {
		// Instances differ ninefold, the ratio is always two: only pairing sees it.
		r.request("ar", fmt.Sprint(i), 0, i, float64(2+2*i), i < 6)
		r.request("fast", fmt.Sprint(i), 0, i, float64(1+i), i < 2)
	}
	r.request("ar", "alone", 0, 99, 1e6, true) // has no partner
	v := New(&r.file)
	c := v.Points[0].Against[v.Rows[1]]
	if c.Speed == nil || c.Speed.CI == nil || math.Abs(c.Speed.Value-2) > 1e-12 || math.Abs(c.Speed.CI.Low-2) > 1e-12 || c.Speed.N != 8 {
		t.Fatalf("speed %+v", c.Speed)
	}
	if want := 2.0 / 256; math.Abs(c.SpeedP-want) > 1e-15 {
		t.Errorf("p = %v, want %v", c.SpeedP, want)
	}
	// Four discordant instances of eight show no difference, neither by p nor by interval.
	if side, known := c.SolvesMore(); c.Exact.Value != -50 || c.ExactTest.P != 0.125 || !c.Exact.CI.Contains(0) || side != 0 || !known {
		t.Errorf("exact difference %+v, interval %v, p = %v", c.Exact, c.Exact.CI, c.ExactTest.P)
	}
	back := v.Compare(v.Rows[1], v.Rows[0])
	if math.Abs(back.Speed.Value-0.5) > 1e-12 || back.Exact.Value != 50 {
		t.Errorf("the other way round: %v, %v", back.Speed.Value, back.Exact.Value)
	}
}

func TestNamesAndFamilies(t *testing.T) {
	v := New(fixture.New(fixture.Default))
	p := v.Points[0]
	var names []string
	families := map[string]int{}
	for _, r := range p.Rows {
		names = append(names, r.Name)
		families[r.FamilyName()]++
	}
	if got, want := fmt.Sprint(names), "[ar diffusion steps=4 diffusion steps=8 diffusion steps=16 block steps=4 block steps=8 block steps=16]"; got != want {
		t.Errorf("names %s", got)
	}
	if families["ar"] != 1 || families["diffusion"] != 3 || families["block"] != 3 {
		t.Errorf("families %v", families)
	}
	if got := DecoderName(result.Cell{Label: "d", Engine: "diffusion", Variant: "steps=0 block_length=8"}); got != "d steps=length block_length=8" {
		t.Errorf("name %q", got)
	}
	if p.Task() != "stories-2, 24 tokens" {
		t.Errorf("task %q", p.Task())
	}
	if s := v.SamplesOf(p, 2); len(s) != 2 || s[0].Apart != Scores || s[0].Prompt == "" || len(s[0].Outputs) != 7 {
		t.Errorf("samples %+v", s)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain ünïcode ✓": "plain ünïcode ✓",
		"a\x1b[31mred":    `a\x1b[31mred`,
		"line\nbreak":     `line\nbreak`,
		"abc\u202etxt":    `abc\u202etxt`,
		"zero\u200bwidth": `zero\u200bwidth`,
		"bad\xffbyte":     "bad\uFFFDbyte",
		"\x00":            `\x00`,
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 4: "4", 1234.4: "1234", 99.94: "99.9", 9.996: "10.0", 1.234: "1.23", 0.1234: "0.123", 1e-5: "1.00e-05",
		-2.5: "-2.50", math.Inf(1): Unknown, 12345678: "1.23e+07",
	} {
		if got := Number(x); got != want {
			t.Errorf("Number(%v) = %q, want %q", x, got, want)
		}
	}
}

// TestTurns: times of decoders that did not take turns are not paired; answers are.
func TestTurns(t *testing.T) {
	for _, group := range []string{"", "ar", "block"} {
		r := (&run{}).cell("ar", "autoregressive", 1).cell("block", "block", 1)
		for i := range 8 {
			r.request("ar", fmt.Sprint(i), 0, i, 5, true)
			r.request("block", fmt.Sprint(i), 0, i, 4, true)
		}
		r.file.Header.Cells[0].Group, r.file.Header.Cells[1].Group = "ar", group
		v := New(&r.file)
		c := v.Points[0].Against[v.Rows[1]]
		if (c.Speed != nil) != (group != "block") || c.Exact == nil {
			t.Errorf("group %q: speed %v, exact %v", group, c.Speed, c.Exact)
		}
	}
}

// TestReferenceOfAnyName: a run whose baseline is called otherwise, or has none, is
// compared all the same, and says with what.
func TestReferenceOfAnyName(t *testing.T) {
	for _, c := range []struct {
		name         string
		edit         func(*result.Cell)
		reference    string
		baseline     bool
		short, words string
	}{
		{"as ever", func(*result.Cell) {}, "ar", true, "AR", "the autoregressive decoder"},
		{"a baseline behind an endpoint", func(c *result.Cell) {
			if c.Label == "ar" {
				c.Engine, c.Label, c.Baseline = "endpoint", "remote", true
			}
		}, "remote", true, "AR", "the autoregressive decoder"},
		{"none", func(c *result.Cell) {
			if c.Label == "ar" {
				c.Engine, c.Label = "process", "theirs"
			}
		}, "theirs", false, "theirs", "theirs"},
	} {
		r := (&run{}).cell("ar", "autoregressive", 1).cell("block", "block", 1)
		for i := range 8 {
			r.request("ar", fmt.Sprint(i), 0, i, 5, true)
			r.request("block", fmt.Sprint(i), 0, i, 4, true)
		}
		for i := range r.file.Header.Cells {
			c.edit(&r.file.Header.Cells[i])
		}
		v := New(&r.file)
		p := v.Points[0]
		short, words := v.Versus()
		if p.Reference == nil || p.Reference.Name != c.reference || (p.Baseline() != nil) != c.baseline || len(p.Against) == 0 || short != c.short || words != c.words {
			t.Errorf("%s: compared with %v, %q, %q", c.name, p.Reference, short, words)
		}
	}
}

// TestRatedWriteNothing: where choices are rated, nothing is written, so what is written in a
// second is unknown and not 0.
func TestRatedWriteNothing(t *testing.T) {
	chars, ns := 0, int64(1e6)
	q := []*result.Request{{Instance: "i", Status: "success", Chars: &chars, E2ENs: &ns, BatchNs: &ns, Usage: usage.Tally{usage.NFE: 1}.Usage()}}
	for score, want := range map[string]int{"": 1, "likelihood": 0} {
		if counts, _ := newUnits(result.Cell{Batch: 1, Score: score}, q).rate(committed); len(counts) != want {
			t.Errorf("score %q: %v", score, counts)
		}
	}
}
