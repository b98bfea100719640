package history

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

var usual = Options{Metrics: []string{"e2e", "exact_match", "nfe"}, Alpha: 0.01}

func diffusion(c result.Cell) bool { return c.Engine == "diffusion" }

// of makes the history of runs, added in a mixed order.
func of(t *testing.T, o Options, runs []*result.File) *History {
	t.Helper()
	b := New(o)
	for i := range runs {
		n := (i*7 + 3) % len(runs)
		if err := b.Add(fmt.Sprintf("n%02d", n), runs[n]); err != nil {
			t.Fatal(err)
		}
	}
	return b.History()
}

// find lists the series of a metric and an engine.
func find(h *History, metric, engine string) []Series {
	return slices.DeleteFunc(slices.Clone(h.Series), func(s Series) bool { return s.Metric.Name != metric || s.Engine != engine })
}

func TestMarksOfPlantedChanges(t *testing.T) {
	h := of(t, usual, fixture.Nightly(24, func(i int, f *result.File) {
		if i >= 12 {
			fixture.Slow(f, 1.2, diffusion)
		}
		if i >= 18 {
			for k := range f.Requests {
				if f.Requests[k].Usage[usage.NFE] == usage.Known(6) { // those of the block decoder
					f.Requests[k].Usage[usage.NFE] = usage.Known(5)
				}
			}
		}
	}))
	if len(h.Runs) != 24 || h.Runs[0].Name != "n00" || h.Runs[23].Name != "n23" || h.Runs[5].Usable != h.Runs[5].Cells {
		t.Fatalf("runs: %+v", h.Runs)
	}
	if len(h.Series) != 18 {
		t.Errorf("%d series, want 2 tasks × 3 decoders × 3 metrics", len(h.Series))
	}
	for _, s := range h.Series {
		if len(s.Points) != 24 || len(s.Used()) != 24 {
			t.Errorf("%s: %d points", s.Name(), len(s.Points))
		}
		var at []int
		for _, m := range s.Marks {
			at = append(at, m.Run)
		}
		var want []int
		switch {
		case s.Metric.Name == "e2e" && s.Engine == "diffusion":
			want = []int{12}
		case s.Metric.Name == "nfe" && s.Engine == "block":
			want = []int{18}
		}
		if !slices.Equal(at, want) {
			t.Errorf("%s %s: marks at %v, want %v", s.Metric.Name, s.Name(), at, want)
		}
	}
	m := find(h, "e2e", "diffusion")[0].Marks[0]
	if by, ok := m.Change(); !ok || by < 0.17 || by > 0.23 || m.P == nil || *m.P > 0.01 || m.Since != 11 {
		t.Errorf("mark %+v by %g", m, by)
	}
	if m := find(h, "nfe", "block")[0].Marks[0]; m.P != nil || m.Before != 6 || m.After != 5 {
		t.Errorf("an exact mark: %+v", m)
	}
	if h.Searched != 6 || h.Short != 0 {
		t.Errorf("%d series searched, %d too short", h.Searched, h.Short)
	}
	words := strings.Join(h.Words(), "\n")
	for _, want := range []string{"4 of 18 series change: 2 changes of counters or scores, 2 changes of times", "Largest change for the worse: e2e of diffusion", "since run 13 (n12)", "up to 0.06 such marks are expected by chance"} {
		if !strings.Contains(words, want) {
			t.Errorf("no %q in %s", want, words)
		}
	}
}

func TestMachinesAreNeverJoinedInTimes(t *testing.T) {
	h := of(t, usual, fixture.Nightly(24, func(i int, f *result.File) {
		if i >= 12 { // another machine, twice as slow
			f.Header.Env.Host = "other"
			fixture.Slow(f, 2, func(result.Cell) bool { return true })
		}
	}))
	if len(h.Machines) != 2 || h.Machines[0].Letter != "A" || h.Runs[23].Machine != "B" {
		t.Fatalf("machines %+v", h.Machines)
	}
	for _, s := range h.Series {
		if len(s.Marks) > 0 {
			t.Errorf("%s %s: marks %+v", s.Metric.Name, s.Name(), s.Marks)
		}
		want := 24
		if Clocked(s.Metric) {
			want = 12
		}
		if len(s.Used()) != want || Clocked(s.Metric) != (s.Machine != "") {
			t.Errorf("%s %s: %d runs on machine %q", s.Metric.Name, s.Name(), len(s.Used()), s.Machine)
		}
	}
	if words := strings.Join(h.Words(), "\n"); !strings.Contains(words, "Times are not compared between them") {
		t.Errorf("words %s", words)
	}
	kernels := of(t, usual, fixture.Nightly(4, func(i int, f *result.File) {
		if i >= 2 {
			f.Header.Env.Kernel = "generic"
		}
	}))
	if n := len(find(kernels, "nfe", "block")); n != 4 {
		t.Errorf("%d series of counters on two variants of kernels, want 2 a task", n)
	}
}

func TestWhatMustNotBeUsed(t *testing.T) {
	h := of(t, usual, fixture.Nightly(12, func(i int, f *result.File) {
		for k := range f.Validity {
			v := &f.Validity[k]
			switch i {
			case 3:
				v.Valid, v.Reasons = false, []string{"not deterministic"}
			case 5:
				v.Timing = []string{"noise"}
				fixture.Slow(f, 1.05, func(result.Cell) bool { return true })
			}
		}
		switch i {
		case 7:
			f.Validity = f.Validity[:1] // unfinished
			f.Requests = slices.DeleteFunc(f.Requests, func(r result.Request) bool { return strings.HasSuffix(r.Instance, "/7") })
		case 9:
			other := f.Header.Env
			other.Host = "other"
			f.Sessions = []result.Session{{Session: 1, Env: other}}
			for k := range f.Requests {
				f.Requests[k].Session = k % 2
			}
		}
	}))
	for _, s := range h.Series {
		var unused []int
		for _, p := range s.Points {
			if !p.Used {
				unused = append(unused, p.Run)
				if p.Why == "" {
					t.Errorf("%s: run %d is not used without a reason", s.Name(), p.Run)
				}
			}
		}
		want := []int{3, 7}
		if Clocked(s.Metric) {
			want = []int{3, 5, 7, 9}
		}
		if s.CellID == "c0000" {
			continue // judged in run 7, but on fewer instances: a series of its own
		}
		if !slices.Equal(unused, want) || len(s.Points) != 12 {
			t.Errorf("%s %s: of %d points %v are not used, want %v", s.Metric.Name, s.Name(), len(s.Points), unused, want)
		}
	}
	if h.Runs[3].Usable != 0 || h.Short == 0 || h.Needed != 10 {
		t.Errorf("run 3: %+v, %d short series, %d needed", h.Runs[3], h.Short, h.Needed)
	}
	if words := strings.Join(h.Words(), "\n"); !strings.Contains(words, "10 used runs on one machine are needed at α = 0.01, the longest of them has 8") {
		t.Errorf("words %s", words)
	}
}

func TestOtherWorkIsAnotherSeries(t *testing.T) {
	h := of(t, usual, fixture.Nightly(6, func(i int, f *result.File) {
		if i >= 4 {
			f.Header.Seed = 43
		}
		if i == 3 {
			for k := range f.Header.Cells {
				f.Header.Cells[k].ID += "x"
				f.Header.Cells[k].Weights = "builtin:v2"
			}
			for k := range f.Requests {
				f.Requests[k].Cell += "x"
			}
			for k := range f.Validity {
				f.Validity[k].Cell += "x"
			}
		}
	}))
	list := find(h, "nfe", "block")
	if len(list) != 6 {
		t.Fatalf("%d series, want 3 a task", len(list))
	}
	names := map[string]bool{}
	for _, s := range list {
		names[s.Name()] = true
	}
	if len(names) != 6 || !names["block steps=4, lists sort-4, budget 16, weights builtin:v2, cell c0005x, 8 instances, seed 42"] {
		t.Errorf("names %v", names)
	}
}

// TestOptionsTellApart: series of one decoder whose options were changed are named
// by them.
func TestOptionsTellApart(t *testing.T) {
	h := of(t, usual, fixture.Nightly(2, func(i int, f *result.File) {
		for k := range f.Header.Cells {
			f.Header.Cells[k].ID += fmt.Sprint(i)
			f.Header.Cells[k].Options = map[string]any{"cache": "dual", "block": 8 << i}
		}
		for k := range f.Requests {
			f.Requests[k].Cell += fmt.Sprint(i)
		}
	}))
	names := map[string]bool{}
	for _, s := range find(h, "nfe", "block") {
		names[s.Name()] = true
	}
	if len(names) != 4 || !names["block steps=4, lists sort-4, budget 16, block=8"] || !names["block steps=4, lists sort-4, budget 16, block=16"] {
		t.Errorf("names %v", names)
	}
}

func TestOrderAndRepeats(t *testing.T) {
	runs := fixture.Nightly(3, func(i int, f *result.File) { f.Header.Env.GitTime = fmt.Sprintf("2025-01-%02dT00:00:00+01:00", 9-i) })
	runs[1].Header.Env.GitTime = ""
	o := usual
	o.ByCommit = true
	var names []string
	h := of(t, o, runs)
	for _, r := range h.Runs {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "n02 n00 n01" {
		t.Errorf("by commit: %s", got)
	}
	b := New(usual)
	if err := b.Add("a", runs[0]); err != nil {
		t.Fatal(err)
	}
	if err := b.Add("b", runs[0]); err == nil || err.Error() != "b is the same run as a" {
		t.Errorf("the same run again: %v", err)
	}
	if words := New(usual).History().Words(); words[0] != "There is no run." {
		t.Errorf("no run: %v", words)
	}
}

func TestTexts(t *testing.T) {
	const nasty = "=1+1 \x1b[31m\u202e"
	h := of(t, usual, fixture.Nightly(3, func(_ int, f *result.File) {
		for k := range f.Header.Cells {
			f.Header.Cells[k].Label = nasty
		}
		f.Header.Env.CPU = nasty
	}))
	var table, values bytes.Buffer
	if err := h.Table(&table); err != nil {
		t.Fatal(err)
	}
	if err := h.CSV(&values); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{table.String(), values.String()} {
		if strings.ContainsAny(s, "\x1b\u202e") {
			t.Errorf("control characters in %q", s)
		}
	}
	if !strings.Contains(table.String(), "too few runs") {
		t.Errorf("table %s", table.String())
	}
	rows, err := csv.NewReader(&values).ReadAll()
	if err != nil || len(rows) != 1+18*3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if decoder := rows[1][10]; !strings.HasPrefix(decoder, "'=1+1") {
		t.Errorf("a formula: %q", decoder)
	}
}
