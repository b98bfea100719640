package shard

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	slurm := map[string]string{"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "4"}
	kubernetes := map[string]string{"JOB_COMPLETION_INDEX": "0"}
	tests := []struct {
		text string
		env  map[string]string
		want string // the part, or words of the error
	}{
		{"1/1", nil, "1/1"},
		{"2/4", nil, "2/4"},
		{"4/4", slurm, "4/4"},
		{"0/4", nil, "allowed are parts from 1"},
		{"5/4", nil, "allowed are parts from 1"},
		{"-1/4", nil, "allowed are parts from 1"},
		{"1/0", nil, "allowed are parts from 1"},
		{"2", nil, "such as 2/4"},
		{"a/b", nil, "such as 2/4"},
		{"", nil, "such as 2/4"},
		{"auto", slurm, "3/4"},
		{"auto/9", slurm, "3/9"},
		{"auto", map[string]string{"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "2"}, "1/2"},
		{"auto", map[string]string{"SLURM_ARRAY_TASK_ID": "3"}, "SLURM_ARRAY_TASK_COUNT is not set"},
		{"auto", map[string]string{"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "3"}, "without a step"},
		{"auto/3", kubernetes, "1/3"},
		{"auto", kubernetes, "say it with auto/N"},
		{"auto/x", kubernetes, "allowed are auto and auto/N"},
		{"auto/2", map[string]string{"JOB_COMPLETION_INDEX": "2"}, "allowed are parts from 1"},
		{"auto", nil, "neither SLURM_ARRAY_TASK_ID nor"},
	}
	for _, tt := range tests {
		p, err := Parse(tt.text, func(name string) string { return tt.env[name] })
		got := p.String()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%q with %v: %s, want %s", tt.text, tt.env, got, tt.want)
		}
	}
}

// TestUnits checks that units cover every batch of a plan once and find themselves by their
// ids, that all workers have work where there are as many batches, that the same plan is
// always divided alike, and that no part has more than its fair share and one unit.
func TestUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan, work := &scenario.Plan{}, map[string]float64{}
		batches := 0
		for i := range rapid.IntRange(1, 12).Draw(t, "groups") {
			g := scenario.Group{Batch: rapid.IntRange(1, 3).Draw(t, "batch"), Repeats: 1, Cells: []result.Cell{{ID: fmt.Sprintf("c%d", i)}}}
			n := rapid.IntRange(1, 50).Draw(t, "batches")
			g.Items = scenario.Listed(make([]scenario.Item, g.Batch*n)...)
			plan.Groups, batches = append(plan.Groups, g), batches+n
			work[g.Cells[0].ID] = rapid.Float64Range(0, 1e9).Draw(t, "work")
		}
		workers := rapid.IntRange(1, 40).Draw(t, "workers")
		units := Units(plan, work, workers)
		parts := Assign(units, workers)
		if !reflect.DeepEqual(parts, Assign(Units(plan, work, workers), workers)) {
			t.Fatal("divided otherwise the second time")
		}
		total, largest, most, count := 0.0, 0.0, 0.0, 0
		seen := map[string]bool{}
		for _, own := range parts {
			load := 0.0
			for _, u := range own {
				load, largest = load+u.Work, max(largest, u.Work)
				found, err := Find(plan, u.ID)
				if found.Work = u.Work; err != nil || found != u {
					t.Fatalf("%s is %+v, %v; want %+v", u.ID, found, err, u)
				}
				for b := u.Span.First; b < u.Span.First+u.Span.N; b++ {
					seen[fmt.Sprint(u.Round, " ", b)] = true
					count++
				}
			}
			total, most = total+load, max(most, load)
			n := 0
			for _, g := range Take(plan, own).Groups {
				n += g.Instances() / g.Batch
			}
			for _, u := range own {
				n -= u.Span.N
			}
			if n != 0 {
				t.Fatalf("%d batches too many in a part", n)
			}
		}
		if len(seen) != batches || count != batches {
			t.Fatalf("%d batches in units, %d different ones of %d", count, len(seen), batches)
		}
		if most > total/float64(workers)+largest*1.0001 || largest > 2*total/float64(workers) && largest > total/float64(len(units)) && slices.ContainsFunc(units, func(u Unit) bool { return u.Work == largest && u.Span.N > 1 }) {
			t.Fatalf("a part has %g of %g in %d parts; the largest unit has %g", most, total, workers, largest)
		}
	})
	for _, name := range []string{"", "c1", "c0-0", "c0-0-9", "c0-0-2", "c0--1-2", "c0-1-0", "c0-01-1", "c0-1-9223372036854775807"} {
		plan := &scenario.Plan{Groups: []scenario.Group{{Batch: 1, Items: scenario.Listed(make([]scenario.Item, 2)...), Cells: []result.Cell{{ID: "c0"}}}}}
		if u, err := Find(plan, name); err == nil {
			t.Errorf("%q is unit %+v", name, u)
		}
	}
}

// rejudge finds every cell valid.
func rejudge(_ result.Divided, cells []result.Cell, _ func(string) []result.Request, _ *result.File) (list []result.Validity) {
	for _, c := range cells {
		list = append(list, result.Validity{Cell: c.ID, Valid: true})
	}
	return list
}

// file is a results file in the making.
type file struct {
	name string
	*result.File
}

// source makes one to be read of its lines.
func source(name string, text []byte) Source {
	return Source{name, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}
}

// merge merges files and reads the records of the whole.
func merge(t *testing.T, sources []Source) (*Merged, []any, error) {
	m, err := Merge(sources, nil, rejudge)
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := result.CreateWith(path, m.Header, m.Metrics, m.Write)
	if err != nil {
		return nil, nil, err
	}
	w.Close()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var records []any
	f, err := result.Scan(bytes.NewReader(data), path, func(record any) error { records = append(records, record); return nil })
	if err != nil {
		t.Fatalf("what was merged cannot be read: %v", err)
	}
	for _, s := range f.Sessions {
		records = append(records, s)
	}
	for _, a := range f.Activities {
		records = append(records, a)
	}
	for _, v := range f.Validity {
		records = append(records, v)
	}
	return m, records, nil
}

// part makes a results file of some cells of a run of four, measured on a host.
func part(name, host string, cells ...string) file {
	h := result.Header{Scenario: "s", ScenarioSHA256: "aa", Started: "2026-01-02T03:04:0" + map[string]string{"a": "5Z", "b": "6Z"}[name], RunID: name, Env: result.Env{GitSHA: "abc", Kernel: "avx2", Host: host},
		Shard: &result.Shard{Count: 2, Cells: []string{"c1", "c2", "c3", "c4"}}}
	f := &result.File{Instances: map[string]result.Instance{"i": {ID: "i"}}, Metrics: []result.Metric{{Name: "nfe"}}}
	f.Sessions = []result.Session{{Session: 0, Started: h.Started, Env: h.Env}, {Session: 1, Started: h.Started, Env: h.Env}}
	for _, id := range cells {
		h.Cells = append(h.Cells, result.Cell{ID: id, Workload: "w", Rung: id[:1] + "-" + string('a'+(id[1]-'1')/2)}) // c1, c2 and c3, c4 are rivals
		f.Requests = append(f.Requests, result.Request{Cell: id, Instance: "i", Session: 1, Status: "success", OutputSHA256: strings.Repeat("ab", 32)})
		f.Validity = append(f.Validity, result.Validity{Cell: id, Valid: true})
	}
	f.Activities = []result.Activity{{Group: cells[0], Session: 1}}
	f.Validity = append(f.Validity, result.Validity{Valid: true})
	f.Header = h
	return file{name, f}
}

func sourcesOf(files ...file) (list []Source) {
	for _, f := range files {
		list = append(list, source(f.name, []byte(text(f))))
	}
	return list
}

// of picks the records of a type.
func of[T any](records []any) []T {
	var list []T
	for _, r := range records {
		if x, ok := r.(T); ok {
			list = append(list, x)
		}
	}
	return list
}

func TestMerge(t *testing.T) {
	m, records, err := merge(t, sourcesOf(part("b", "h", "c3", "c4"), part("a", "h", "c1", "c2")))
	if err != nil {
		t.Fatal(err)
	}
	var ids string
	for _, c := range m.Header.Cells {
		ids += c.ID
	}
	if ids != "c1c2c3c4" || m.Header.Shard != nil || m.Header.RunID != "a" || len(m.Missing) != 0 || len(m.Warnings) != 0 {
		t.Errorf("cells %s, header %+v", ids, m.Header)
	}
	sessions := of[result.Session](records)
	for i, s := range sessions {
		if s.Session != i {
			t.Errorf("session %d has number %d", i, s.Session)
		}
	}
	requests := of[result.Request](records)
	if len(sessions) != 4 || len(requests) != 4 || requests[0].Session != 1 || requests[3].Session != 3 || of[result.Activity](records)[1].Session != 3 {
		t.Errorf("%d sessions, requests %+v", len(sessions), requests)
	}
	if n := len(of[result.Instance](records)); n != 1 {
		t.Errorf("%d instances, want each once", n)
	}
	validity := of[result.Validity](records)
	if run := validity[len(validity)-1]; len(validity) != 5 || run.Cell != "" || !run.Valid {
		t.Errorf("validity %+v", validity)
	}
}

func TestMergeAcrossHosts(t *testing.T) {
	timing := func(files ...file) string {
		m, records, err := merge(t, sourcesOf(files...))
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, v := range of[result.Validity](records) {
			if len(v.Timing) > 0 {
				text += v.Cell
			}
		}
		return text + "|" + strings.Join(m.Warnings, ";")
	}
	if got := timing(part("a", "h1", "c1", "c2"), part("b", "h2", "c3", "c4")); !strings.HasPrefix(got, "|measured on 2 hosts") {
		t.Errorf("groups on different hosts: %s", got)
	}
	if got := timing(part("a", "h1", "c1", "c3"), part("b", "h2", "c2", "c4")); !strings.HasPrefix(got, "c1c2c3c4|") {
		t.Errorf("rivals on different hosts keep their times: %s", got)
	}
	if got := timing(part("a", "h1", "c1", "c3"), part("b", "h1", "c2", "c4")); got != "|" {
		t.Errorf("rivals on one host: %s", got)
	}
}

func TestMergeGaps(t *testing.T) {
	broken := part("b", "h", "c3", "c4")
	broken.Validity = broken.Validity[:1]
	m, records, err := merge(t, sourcesOf(broken))
	if err != nil {
		t.Fatal(err)
	}
	run := of[result.Validity](records)[1]
	if fmt.Sprint(m.Missing) != "[c1 c2]" || run.Valid || !strings.Contains(strings.Join(run.Reasons, "; "), "1 of 2 cells were not run to their end; 2 planned cells are in no part") {
		t.Errorf("missing %v, run %+v", m.Missing, run)
	}
}

func TestMergeRefuses(t *testing.T) {
	for want, change := range map[string]func(*file){
		"a cell belongs to one part":                                   func(f *file) { f.Header.Cells[0].ID = "c1" },
		"the scenario is s (sha256 aa) in the first and s (sha256 bb)": func(f *file) { f.Header.ScenarioSHA256 = "bb" },
		"the seed is 0 in the first and 5":                             func(f *file) { f.Header.Seed = 5 },
		"the version of the program is abc in the first and def":       func(f *file) { f.Header.Env.GitSHA = "def" },
		"with local changes":                                           func(f *file) { f.Header.Env.Dirty = true },
		"--judge is none in the first and j (x)":                       func(f *file) { f.Header.Judge, f.Header.JudgeDigest = "j", "x" },
		"--goodput is none in the first and exact":                     func(f *file) { f.Header.Goodput = &result.Goodput{Exact: true} },
		"--quick is none in the first and yes":                         func(f *file) { f.Header.Metadata = map[string]string{"quick": "yes"} },
		"parts of different plans":                                     func(f *file) { f.Header.Shard.Cells = f.Header.Shard.Cells[1:] },
	} {
		b := part("b", "h", "c3", "c4")
		change(&b)
		if _, _, err := merge(t, sourcesOf(part("a", "h", "c1", "c2"), b)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "b") {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	a, b := part("a", "h", "c1"), part("b", "h", "c3")
	for _, f := range []file{a, b} {
		f.Header.Env.GitSHA, f.Header.Env.BinarySHA256 = "", f.name
	}
	if _, _, err := merge(t, sourcesOf(a, b)); err == nil || !strings.Contains(err.Error(), "the version of the program is an unknown commit (binary a) in the first and an unknown commit (binary b)") {
		t.Errorf("binaries that nothing identifies: %v", err)
	}
	if _, _, err := merge(t, nil); err == nil {
		t.Error("nothing was merged")
	}
}
