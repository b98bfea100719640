package result

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dllmbench/harness/internal/lines"

	"github.com/google/go-cmp/cmp"
)

func header() Header {
	return Header{RunID: "r", Scenario: "s", ScenarioSHA256: "aa", ScenarioYAML: "version: 1\n", Cells: []Cell{{ID: "c1"}, {ID: "c2"}}}
}

func request(cell string, repetition int) Request {
	ns := int64(1234)
	return Request{Cell: cell, Repetition: repetition, Instance: "i", Status: "success", Output: "a\n\"<b>\u2028", E2ENs: &ns}
}

// written makes a file with a header, one metric and the given records.
func written(t *testing.T, records ...any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := Create(path, header(), []Metric{{Name: "nfe", Unit: "forward"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRoundTrip(t *testing.T) {
	path := written(t, request("c1", 0), request("c2", 0), Validity{Cell: "c1", Valid: true, Reasons: []string{}}, request("c1", 1))
	f, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := request("c2", 0)
	want.Type = "request"
	if diff := cmp.Diff(want, f.Requests[1], counts); diff != "" {
		t.Error(diff)
	}
	if len(f.Requests) != 3 || len(f.Validity) != 1 || len(f.Metrics) != 1 || f.Header.Schema != Schema || f.Torn {
		t.Errorf("%d requests, %d validity, %d metrics, schema %q, torn %v", len(f.Requests), len(f.Validity), len(f.Metrics), f.Header.Schema, f.Torn)
	}
	data, _ := os.ReadFile(path)
	if f.Good != int64(len(data)) {
		t.Errorf("good up to %d of %d bytes", f.Good, len(data))
	}
	if !bytes.Contains(data, []byte(`"ttft_ns":null`)) {
		t.Error("what was not measured must be null")
	}
}

// TestInvalidTimesAreWithheld is what keeps a report from using them unawares.
func TestInvalidTimesAreWithheld(t *testing.T) {
	path := written(t, request("c1", 0), request("c2", 0),
		Validity{Cell: "c1", Valid: true, Timing: []string{"A/A noise"}}, Validity{Cell: "c2", Valid: true, Warnings: []string{"few blocks"}}, Validity{Valid: true})
	f, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if r := f.Requests[0]; r.E2ENs != nil || r.Void != "A/A noise" || r.Status != "success" {
		t.Errorf("times that must not be used: %+v", r)
	}
	if r := f.Requests[1]; r.E2ENs == nil || r.Void != "" {
		t.Errorf("a warning takes times away: %+v", r)
	}
	text, _ := os.Open(path)
	defer text.Close()
	if raw, err := Read(text, path); err != nil || raw.Requests[0].E2ENs == nil {
		t.Errorf("Read must give records as they stand: %v", err)
	}
}

func TestCreateKeepsWhatExists(t *testing.T) {
	path := written(t, request("c1", 0))
	before, _ := os.ReadFile(path)
	_, err := Create(path, header(), nil)
	if !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want ErrExist with the name", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file has changed")
	}
}

func TestLastRecordCounts(t *testing.T) {
	failed := request("c1", 0)
	failed.Status = "error"
	f, err := ReadFile(written(t, failed, request("c2", 0), request("c1", 0), Validity{Cell: "c1"}, Validity{Cell: "c1", Valid: true}))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Requests) != 2 || f.Requests[0].Status != "success" || len(f.Validity) != 1 || !f.Validity[0].Valid {
		t.Errorf("%+v %+v", f.Requests, f.Validity)
	}
}

// looking is an option of a cell that looks at the folder while the header is written.
type looking func()

func (l looking) MarshalJSON() ([]byte, error) {
	l()
	return []byte("1"), nil
}

// TestCreateIsWholeOrNothing has a results file only once its beginning is complete, so
// that a run that is killed at its start leaves none that cannot be continued.
func TestCreateIsWholeOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "results.jsonl")
	looked := 0
	h := header()
	h.Cells[0].Options = map[string]any{"x": looking(func() {
		looked++
		if _, err := os.Stat(path); err == nil {
			t.Error("the file is there before its header")
		}
	})}
	last := map[string]any{"type": "other", "x": h.Cells[0].Options["x"]}
	w, err := Create(path, h, []Metric{{Name: "m"}}, request("c2", 0), last)
	if err != nil || looked != 2 {
		t.Fatalf("%v, looked %d times", err, looked)
	}
	if err := errors.Join(w.Write(request("c1", 0)), w.Close()); err != nil {
		t.Fatal(err)
	}
	if f, err := ReadFile(path); err != nil || len(f.Metrics) != 1 || len(f.Requests) != 2 {
		t.Errorf("%v, %+v", err, f)
	}
	if _, err := Create(path, header(), nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file that exists: %v", err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the folder holds %v, %v", list, err)
	}
}

func TestResume(t *testing.T) {
	path := written(t, request("c1", 0))
	f, _ := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	io.WriteString(f, `{"type":"request","cell":"c1","rep`) // the run was killed here
	f.Close()
	w, old, err := Resume(path, header())
	if err != nil {
		t.Fatal(err)
	}
	if !old.Torn || len(old.Requests) != 1 {
		t.Errorf("torn %v, %d requests", old.Torn, len(old.Requests))
	}
	if err := w.Write(request("c2", 0)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	again, err := ReadFile(path)
	if err != nil || again.Torn || len(again.Requests) != 2 {
		t.Errorf("after resuming: %v, torn %v, %d requests", err, again.Torn, len(again.Requests))
	}
}

func TestResumeRefusesOtherRuns(t *testing.T) {
	path := written(t)
	second := int64(time.Second)
	for want, change := range map[string]func(*Header){
		"--load was none there and is poisson:5 now":                                      func(h *Header) { h.Load = "poisson:5" },
		"the scenario was s (sha256 aa) there and is s (sha256 bb) now":                   func(h *Header) { h.ScenarioSHA256 = "bb" },
		"seed of the scenario was none there and is 3 now":                                func(h *Header) { h.ScenarioSHA256, h.ScenarioYAML = "bb", h.ScenarioYAML+"\nseed: 3\n" },
		"the number of cells was 2 there and is 1 now":                                    func(h *Header) { h.Cells = h.Cells[:1] },
		"the cell at this place was c2 there and is c3 now":                               func(h *Header) { h.Cells = []Cell{{ID: "c1"}, {ID: "c3"}} },
		`"threads" of cell c2 was 0 there and is 2 now`:                                   func(h *Header) { h.Cells = []Cell{{ID: "c1"}, {ID: "c3", Threads: 2}} },
		"--goodput was none there and is e2e:1s,exact now":                                func(h *Header) { h.Goodput = &Goodput{E2ENs: &second, Exact: true} },
		"--judge was none there and is builtin:v1 (sha256:abc) now":                       func(h *Header) { h.Judge, h.JudgeDigest = "builtin:v1", "sha256:abc" },
		"--budget was none there and is 5s now":                                           func(h *Header) { h.Metadata = map[string]string{"budget": "5s", "budget_factor": "2"} },
		"--shard was none there and is 2/3 now":                                           func(h *Header) { h.Shard = &Shard{Index: 1, Count: 3} },
		"the version of the program was an unknown commit (binary ) there and is abc now": func(h *Header) { h.Env.GitSHA = "abc" },
		"the compute kernel was":                                                          func(h *Header) { h.Env.Kernel = "generic" },
		"GOMAXPROCS was 0 there and is 1 now":                                             func(h *Header) { h.Env.GOMAXPROCS = 1 },
		"the number of usable processors was 0 there and is 1 now":                        func(h *Header) { h.Env.CPUsUsable = 1 },
		"the limits of the container was none there and is 1 CPU now":                     func(h *Header) { h.Env.Container = "1 CPU" },
	} {
		h := header()
		change(&h)
		if _, _, err := Resume(path, h); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", want, err)
		}
	}
	away := header() // times of another machine are not used, so that it may have other processors
	away.Env.Host, away.Env.GOMAXPROCS = "elsewhere", 64
	if w, _, err := Resume(path, away); err != nil {
		t.Errorf("on another machine: %v", err)
	} else {
		w.Close()
	}
	if _, _, err := Resume(path+".missing", header()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: error %v", err)
	}
}

// fullDisk takes so many bytes and then fails.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		return d.room, syscall.ENOSPC
	}
	d.room -= len(p)
	return len(p), nil
}
func (d *fullDisk) Sync() error  { return nil }
func (d *fullDisk) Close() error { return nil }

func TestWriteErrorsNameTheFile(t *testing.T) {
	w := &Writer{lines.NewWriter("out/results.jsonl", &fullDisk{room: 2000}, MaxLine)}
	var err error
	for range 100 {
		if err = w.Write(request("c1", 0)); err != nil {
			break
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "out/results.jsonl") {
		t.Fatalf("error %v", err)
	}
	if again := w.Write(request("c1", 1)); again != err {
		t.Errorf("a write after the failure gives %v", again)
	}
	if w.Sync() != err || w.Close() != err {
		t.Error("Sync and Close must give the first error")
	}
}

func TestReadErrors(t *testing.T) {
	head := `{"type":"header","schema":"dllmbench/v1"}` + "\n"
	tests := []struct{ name, data, want string }{
		{"empty", "", "f:1: the file holds no complete header"},
		{"torn header", `{"type":"header"`, "f:1: the file holds no complete header"},
		{"no header", `{"type":"request"}` + "\n", `f:1: the first record is of type "request"`},
		{"other version", `{"type":"header","schema":"dllmbench/v3"}` + "\n", `f:1: the file has schema "dllmbench/v3"`},
		{"two headers", head + head, "f:2: a second header"},
		{"not json", head + "\nhello\n", "f:3: not a JSON record"},
		{"wrong type", head + `{"type":"request","nfe":"many"}` + "\n", "f:2: broken record"},
		{"long line", head + strings.Repeat("x", MaxLine+1) + "\n", "f:2: the line is longer than"},
	}
	for _, tt := range tests {
		_, err := Read(strings.NewReader(tt.data), "f")
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s…", tt.name, err, tt.want)
		}
	}
	f, err := Read(strings.NewReader(head+`{"type":"step"}`+"\n"+`{"type":"req`), "f")
	if err != nil || f.Unknown != 1 || !f.Torn || f.Good != int64(len(head)+16) {
		t.Errorf("unknown and torn lines: %v, %+v", err, f)
	}
}

func TestMetricsAreDefined(t *testing.T) {
	byName, members := map[string]Metric{}, map[Group]int{}
	for _, m := range Registry() {
		if _, twice := byName[m.Name]; twice || m.Title == "" || m.Unit == "" || m.Doc == "" || m.Source == "" || !slices.Contains([]string{"lower", "higher"}, m.Better) || !slices.Contains([]string{exact, sample}, m.Assume) {
			t.Errorf("metric %+v", m)
		}
		byName[m.Name] = m
		members[m.Group]++
	}
	for _, g := range Groups() {
		if members[g] == 0 || g.Title() == string(g) {
			t.Errorf("group %s has %d metrics and the title %q", g, members[g], g.Title())
		}
		delete(members, g)
	}
	if len(members) > 0 {
		t.Errorf("groups that are not listed: %v", members)
	}
	for _, m := range Metrics() {
		if m.From != "" {
			t.Errorf("%s is made from %s and not from request records", m.Name, m.From)
		}
		for _, other := range m.With {
			if byName[other].Group != m.Group || other == m.Name {
				t.Errorf("%s is not shown without %s, which its group does not have", m.Name, other)
			}
		}
	}
	for _, m := range Registry()[len(Metrics()):] {
		if m.From == "" {
			t.Errorf("%s comes from nowhere", m.Name)
		}
	}
}

// A likelihood without its partner can be had by dull text.
func TestLikelihoodsAreNeverAlone(t *testing.T) {
	got := map[string][]string{}
	for _, m := range Metrics() {
		if m.With != nil {
			got[m.Name] = m.With
		}
	}
	want := map[string][]string{"cross_entropy": {"validity", "entropy_1_valid"}, "entropy_1_valid": {"validity"}, "judge_bits": {"entropy_1"},
		"planted_mended": {"planted_spoiled"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("partners %v, want %v", got, want)
	}
}

func FuzzRead(f *testing.F) {
	var all bytes.Buffer
	all.WriteString(`{"type":"header","schema":"dllmbench/v1","cells":[{"id":"c","options":{"steps":4}}]}` + "\n")
	fmt.Fprintln(&all, `{"type":"metric","name":"nfe"}`)
	fmt.Fprintln(&all, `{"type":"request","cell":"c","ttft_ns":null,"exact":true}`)
	fmt.Fprintln(&all, `{"type":"validity","cell":"","valid":true,"reasons":[]}`)
	f.Add(all.Bytes())
	f.Add(all.Bytes()[:all.Len()-9])
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), "f")
		if err != nil {
			return
		}
		if file.Good > int64(len(data)) || file.Torn != (file.Good < int64(len(data))) {
			t.Errorf("good %d of %d, torn %v", file.Good, len(data), file.Torn)
		}
		// What was cut off at Good reads the same.
		again, err := Read(bytes.NewReader(data[:file.Good]), "f")
		if err != nil || again.Torn || len(again.Requests) != len(file.Requests) {
			t.Errorf("reading the good part again: %v", err)
		}
	})
}

// TestOlderDigests: the digest of a model in an older file covers the weights alone;
// what else the model was is not known.
func TestOlderDigests(t *testing.T) {
	const head = `{"type":"header","schema":"dllmbench/v2","cells":[{"id":"a","weights_digest":"sha256:aa"},{"id":"b"},{"id":"c","weights_digest":"sha256:bb","weights_alone":"sha256:aa"}]}` + "\n"
	f, err := Read(strings.NewReader(head), "f")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Cell{{WeightsAlone: "sha256:aa"}, {}, {Digest: "sha256:bb", WeightsAlone: "sha256:aa"}} {
		if c := f.Header.Cells[i]; c.Digest != want.Digest || c.WeightsAlone != want.WeightsAlone || !strings.HasPrefix(want.Digest+want.WeightsAlone, c.Model()) {
			t.Errorf("cell %d: digest %q, of the weights alone %q", i, c.Digest, c.WeightsAlone)
		}
	}
}

// TestResumeOtherModel: a run is not continued on another model, and says so.
func TestResumeOtherModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.jsonl")
	header := Header{Cells: []Cell{{ID: "a", Digest: "sha256:aa", WeightsAlone: "sha256:cc"}}}
	w, err := Create(path, header, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	header.Cells = []Cell{{ID: "b", Digest: "sha256:bb", WeightsAlone: "sha256:cc"}}
	if _, _, err := Resume(path, header); err == nil || !strings.Contains(err.Error(), `"weights_digest" of cell a was "sha256:aa" there and is "sha256:bb" now`) {
		t.Errorf("error %v", err)
	}
}
