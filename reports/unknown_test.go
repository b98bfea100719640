package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/claims"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestEveryCounterUnknown renders a run in which one engine knows none of its
// counters, and one in which no engine does: nothing breaks, and no counter or
// metric made from one is shown as a number.
func TestEveryCounterUnknown(t *testing.T) {
	t.Run("all", func(t *testing.T) { renderUnknown(t, "autoregressive", "diffusion", "block") })
	t.Run("diffusion", func(t *testing.T) { renderUnknown(t, "diffusion") })
}

func renderUnknown(t *testing.T, unknown ...string) {
	f := fixture.New(small)
	cellsOf := map[string]bool{}
	for _, c := range f.Header.Cells {
		cellsOf[c.ID] = slices.Contains(unknown, c.Engine)
	}
	for i := range f.Requests {
		if cellsOf[f.Requests[i].Cell] {
			f.Requests[i].Usage = usage.Usage{}
		}
		f.Requests[i].Spent = &result.Spent{ForwardNs: 1e6}
	}
	f.Header.Match = &result.Match{By: result.Matchings(), Factor: 1.25, Points: 5}
	v := view.New(f)
	made := map[string]bool{} // metrics that are made from counters
	for _, d := range result.Metrics() {
		made[d.Column()], made[d.Name] = len(d.Counters) > 0, len(d.Counters) > 0
	}

	for _, format := range Formats() {
		if format.Name == Records || len(unknown) == 1 {
			continue
		}
		f.Header.Outputs = []result.Output{{Format: format.Name, Path: "out/" + format.Path}}
		if _, err := Write(t.TempDir(), Run{File: f}); err != nil {
			t.Errorf("%s: %v", format.Name, err)
		}
	}
	f.Header.Outputs = nil
	verdicts, err := claims.Decide(f, nil, []int{1, 2, 3, 4, 5, 6, 7, 8})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Write(dir, Run{File: f, Verdicts: verdicts}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !bytes.Contains(page, []byte("–")) || bytes.Contains(page, []byte("NaN")) {
		t.Errorf("the page has no – or a NaN: %v", err)
	}

	var table, text, list, bench bytes.Buffer
	for to, write := range map[*bytes.Buffer]func() error{
		&table: func() error { return cells.Markdown(&table, v) },
		&text:  func() error { return cells.CSV(&text, v) },
		&list:  func() error { return cells.JSON(&list, v) },
		&bench: func() error { return ci.RunGoBench(&bench, f) },
	} {
		if err := write(); err != nil || to.Len() == 0 || strings.Contains(to.String(), "NaN") {
			t.Errorf("%v: %.300s", err, to)
		}
	}
	if len(unknown) == 1 && !strings.Contains(table.String(), "| – |") { // columns without any number are left out
		t.Errorf("no – in\n%s", &table)
	}
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found, engine := 0, slices.Index(rows[0], "engine")
	for i, name := range rows[0] {
		if made[name] {
			found++
			if k := slices.IndexFunc(rows[1:], func(row []string) bool { return row[i] != "" && slices.Contains(unknown, row[engine]) }); k >= 0 {
				t.Errorf("%s is %q in line %d", name, rows[1+k][i], k+2)
			}
		}
	}
	var objects []struct {
		Engine string
		Values map[string]any
	}
	if err := json.Unmarshal(list.Bytes(), &objects); err != nil || len(objects) == 0 {
		t.Fatal(err)
	}
	for _, o := range objects {
		for name, value := range o.Values {
			if made[name] {
				found++
				if value != nil && slices.Contains(unknown, o.Engine) {
					t.Errorf("%s is %v", name, value)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d unknown metrics were looked at", found)
	}
	for line := range strings.Lines(bench.String()) {
		if strings.HasPrefix(line, "Benchmark") && (!strings.Contains(line, "ns/op") || strings.Contains(line, " nfe") && (len(unknown) == 3 || strings.Contains(line, "diffusion"))) {
			t.Error(line)
		}
	}

	for _, x := range gate.CompareLedgers(gate.NewLedger(f), gate.NewLedger(fixture.New(small)), gate.Policy{}) {
		want := gate.NoChange
		if slices.Contains(unknown, x.Engine) {
			want = gate.NotComparable
		}
		if x.Verdict != want {
			t.Errorf("%s, of which one side knows no counter, is %s", x.Cell, x.Verdict)
		}
	}
	pairs, _, err := gate.Match(f.Header, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, tally := range gate.TallyEngines(f, pairs) {
		if len(unknown) == 3 || strings.Contains(tally.Side, "diffusion") {
			t.Errorf("a tally of unknown counters: %+v", tally)
		}
	}
}
