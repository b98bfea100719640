// Package foreign reads what other programs measured, and makes records of it that reports
// can show: times and lengths of requests, with their origin.
//
// Only requests are read. Means and percentiles that a file holds are left where they are and
// made again from the requests. What a file does not say is null: times of single passes, sizes
// of deliveries, answers judged. Lengths in tokens are those that the file has, by whatever
// tokenizer. An origin is part of what must be equal before numbers are compared
// (package place), and so is the file: imported numbers never meet others.
package foreign

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/userfile"
	"dllmbench/harness/result"
	"dllmbench/workloads/jsonl"
)

// Bounds of a file.
const (
	maxFile     = 256 << 20 // bytes, unpacked
	maxRequests = 1_000_000
	maxCells    = 10_000
	maxTime     = 1e9 // seconds
	nearest     = 1e-6
)

// Engine is the engine of imported cells.
const Engine = "imported"

// Workload is the workload of imported cells: nobody here knows what was asked.
const Workload = "load"

// Format is a format of files.
type Format struct {
	Name string
	Doc  string
	keys []string // of a record or of the object, by which it is known
	read func(*reader) error
}

// Formats lists the formats.
func Formats() []Format {
	return []Format{
		{"aiperf", "AIPerf: profile_export.jsonl", []string{"metadata", "metrics"}, aiperf},
		{"guidellm", "GuideLLM: benchmarks.json", []string{"benchmarks"}, guidellm},
		{"vllm", "vllm bench serve --save-result --save-detailed: a JSON file", []string{"completed", "duration"}, vllm},
		{"llama-bench", "llama-bench -o json or -o jsonl", []string{"samples_ns", "n_gen"}, llamaBench},
	}
}

// Names lists the names of the formats.
func Names() (names []string) {
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// An Import is a file as a run.
type Import struct {
	result.File
	Format string
}

// Read reads a file, packed with gzip or not. format is its name, "" for what the content says.
// label names what was measured; "" for what the file says. Mistakes have their places.
func Read(path, format, label string, now time.Time) (*Import, error) {
	f, err := userfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := jsonl.Text(f, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return parse(path, text, format, label, now)
}

func parse(path string, text []byte, format, label string, now time.Time) (*Import, error) {
	r := &reader{path: path, text: text, label: label, sum: fmt.Sprintf("%x", sha256.Sum256(text)), out: &Import{}}
	r.rewind()
	names := Names()
	i := slices.Index(names, format)
	if format == "" {
		keys, err := r.keys()
		if err != nil {
			return nil, err
		}
		if i = slices.IndexFunc(Formats(), func(f Format) bool {
			return !slices.ContainsFunc(f.keys, func(k string) bool { return !slices.Contains(keys, k) })
		}); i < 0 {
			return nil, r.wrong(0, "", fmt.Errorf("no known format: its first record has %s. Allowed are %s", list(keys), strings.Join(names, ", ")))
		}
		r.rewind()
	} else if i < 0 {
		return nil, engines.UnknownName("format of measurements", format, names)
	}
	as := Formats()[i]
	r.out.Format = as.Name
	if err := as.read(r); err != nil {
		return nil, err
	}
	if len(r.out.Requests) == 0 {
		return nil, r.wrong(0, "", errors.New("it holds no request"))
	}
	r.out.Header = result.Header{Type: "header", Schema: result.Schema, Scenario: "imported measurements", RunID: "imported-" + r.sum[:16], Seed: 1,
		Started: cmp.Or(r.started, now.UTC().Format(time.RFC3339)), Cells: r.out.Header.Cells, Env: r.out.Header.Env,
		Metadata: map[string]string{"imported": filepath.Base(path), "imported_sha256": r.sum, "imported_format": as.Name}}
	if r.local != "" {
		r.out.Header.Metadata["imported_date"] = r.local
	}
	r.out.Metrics = result.Metrics()
	r.out.Validity = append(r.out.Validity, result.Validity{Type: "validity", Valid: true})
	for _, c := range r.out.Header.Cells {
		r.out.Validity = append(r.out.Validity, result.Validity{Type: "validity", Cell: c.ID, Valid: true, Warnings: []string{"measured by " + c.Origin + ", by its rules and clock: no number of this program is compared with it"}})
	}
	return r.out, nil
}

// Join puts files together, whose cells stay apart. A machine is known where it is that of all.
// The error says that two have the same content.
func Join(list []*Import) (*Import, error) {
	all := list[0]
	seen := map[string]string{all.Header.Cells[0].ID: all.Header.Metadata["imported"]}
	for _, f := range list[1:] {
		id, name := f.Header.Cells[0].ID, f.Header.Metadata["imported"]
		if other, twice := seen[id]; twice {
			return nil, fmt.Errorf("%s and %s hold the same: name it once", other, name)
		}
		seen[id] = name
		all.Header.Cells = append(all.Header.Cells, f.Header.Cells...)
		all.Requests = append(all.Requests, f.Requests...)
		all.Validity = append(all.Validity, f.Validity[1:]...)
		for key, text := range f.Header.Metadata {
			all.Header.Metadata[key] += ", " + text
		}
		if f.Header.Env.CPU != all.Header.Env.CPU {
			all.Header.Env.CPU = ""
		}
		all.Header.RunID = fmt.Sprintf("imported-%.16x", sha256.Sum256([]byte(all.Header.RunID+f.Header.RunID)))
	}
	return all, nil
}

// Records are all records behind the header and the metrics, in the order of a results file.
func (f *Import) Records() []any {
	list := []any{result.Session{Started: f.Header.Started, Env: f.Header.Env}}
	for _, q := range f.Requests {
		list = append(list, q)
	}
	for _, v := range f.Validity {
		list = append(list, v)
	}
	return list
}

// reader reads a file.
type reader struct {
	path, label, sum string
	started          string // RFC 3339; "" for unknown, then the run has the time of the import
	local            string // when that is known but for the zone
	text             []byte
	dec              *jsontext.Decoder
	out              *Import
}

func (r *reader) rewind() { r.dec = jsontext.NewDecoder(bytes.NewReader(r.text)) }

// at is where the next value begins.
func (r *reader) at() int64 {
	at := r.dec.InputOffset()
	for at < int64(len(r.text)) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	return at
}

// wrong is a mistake at a place of the file; what is the part of the record that it is in.
func (r *reader) wrong(at int64, what string, err error) error {
	if syntax := new(jsontext.SyntacticError); errors.As(err, &syntax) {
		at, err = syntax.ByteOffset, fmt.Errorf("not JSON: %w", syntax.Err)
	} else if semantic := new(json.SemanticError); errors.As(err, &semantic) {
		at, what = semantic.ByteOffset, strings.TrimPrefix(string(semantic.JSONPointer), "/")
		err = fmt.Errorf("a JSON %s where %v is expected", semantic.JSONKind, plain(semantic))
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		at, err = int64(len(r.text)), errors.New("not JSON: the file ends in the middle of a value")
	}
	at = max(0, min(at, int64(len(r.text))))
	before := r.text[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	if what != "" {
		what += ": "
	}
	return fmt.Errorf("%s:%d:%d: %s%w", r.path, line, column, what, err)
}

// plain says what was expected instead.
func plain(e *json.SemanticError) string {
	if e.GoType == nil {
		return "another value"
	}
	switch e.GoType.Kind().String() {
	case "struct", "map":
		return "an object"
	case "slice":
		return "a list"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "int64", "int":
		return "a whole number"
	}
	return "a number"
}

// keys are those of the first record: of the object, or of the first one of a list.
func (r *reader) keys() ([]string, error) {
	if r.dec.PeekKind() == '[' {
		if _, err := r.dec.ReadToken(); err != nil {
			return nil, r.wrong(r.at(), "", err)
		}
	}
	var keys []string
	if kind := r.dec.PeekKind(); kind != '{' {
		if _, err := r.dec.ReadToken(); err != nil && err != io.EOF {
			return nil, r.wrong(0, "", err)
		}
		return nil, r.wrong(0, "", fmt.Errorf("no object: allowed are files of %s", strings.Join(Names(), ", ")))
	}
	_, err := r.dec.ReadToken()
	for err == nil && r.dec.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = r.dec.ReadToken(); err == nil {
			keys = append(keys, name.String())
			err = r.dec.SkipValue()
		}
	}
	if err != nil {
		return nil, r.wrong(r.at(), "", err)
	}
	return keys, nil
}

// list names keys, a few of them.
func list(keys []string) string {
	var names []string
	for _, k := range keys[:min(len(keys), 8)] {
		names = append(names, fmt.Sprintf("%.40q", k))
	}
	if len(keys) > 8 {
		names = append(names, "…")
	}
	return cmp.Or(strings.Join(names, ", "), "no keys")
}

// each calls f with where each record of a file begins: objects one behind the other, or a list.
func (r *reader) each(f func(at int64) error) error {
	inside := r.dec.PeekKind() == '['
	if inside {
		if _, err := r.dec.ReadToken(); err != nil {
			return r.wrong(r.at(), "", err)
		}
	}
	for {
		switch r.dec.PeekKind() {
		case ']':
			if _, err := r.dec.ReadToken(); err != nil {
				return r.wrong(r.at(), "", err)
			}
			inside = false
			continue
		case 0:
			if _, err := r.dec.ReadToken(); err != io.EOF || inside {
				return r.wrong(r.at(), "", cmp.Or(err, io.ErrUnexpectedEOF))
			}
			return nil
		}
		if err := f(r.at()); err != nil {
			return err
		}
	}
}

// into reads the next value.
func (r *reader) into(value any) error {
	at := r.at()
	if err := json.UnmarshalDecode(r.dec, value); err != nil {
		return r.wrong(at, "", err)
	}
	return nil
}

// cell adds a cell and returns its index. rung tells it from others of the file.
func (r *reader) cell(at int64, origin, label, rung string, c result.Cell) (int, error) {
	n := len(r.out.Header.Cells)
	if n == maxCells {
		return 0, r.wrong(at, "", fmt.Errorf("more than %d benchmarks", maxCells))
	}
	c.ID = fmt.Sprintf("%.16x", sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", r.sum, n)))
	c.Engine, c.Label, c.Origin, c.Workload, c.Split, c.Batch, c.Group = Engine, clip(cmp.Or(r.label, label, origin)), clip(origin), Workload, "test", 1, c.ID
	c.Rung, c.Dataset, c.Weights = clip(rung), "sha256:"+r.sum, cmp.Or(clip(c.Weights), "imported:"+filepath.Base(r.path))
	for i := range r.out.Header.Cells {
		if r.out.Header.Cells[i].Rung == c.Rung {
			c.Rung = fmt.Sprintf("%s-%d", c.Rung, n)
			break
		}
	}
	r.out.Header.Cells = append(r.out.Header.Cells, c)
	return n, nil
}

// clip bounds a text of a file that names something.
func clip(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\ufffd")), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "")
	}
	return text
}

// measured is a request as a file tells it. Times are seconds; nil is unknown.
type measured struct {
	item           string
	start          *float64 // on the clock of the file
	queue          *float64 // from when it was due to start
	e2e, ttft      *float64
	prompt, output *int64 // tokens
	frames         int
	text           *string
	status, err    string
}

// add makes the record of a request of a cell. since is the time on the clock of the file from
// which its requests count.
func (r *reader) add(at int64, cell int, what string, m measured, since float64) error {
	if len(r.out.Requests) == maxRequests {
		return r.wrong(at, what, fmt.Errorf("more than %d requests", maxRequests))
	}
	c := &r.out.Header.Cells[cell]
	n := len(r.out.Requests)
	q := result.Request{Type: "request", Cell: c.ID, Instance: fmt.Sprintf("%s/%s/test/%d", Workload, c.Rung, n), Item: clip(m.item), Rung: c.Rung, PairBlock: n,
		Status: cmp.Or(m.status, "success"), Error: clip(m.err), Unscored: "nobody here knows what was asked", Frames: m.frames}
	for _, x := range []struct {
		name string
		from *float64
		to   **int64
	}{{"the latency", m.e2e, &q.E2ENs}, {"the time to first token", m.ttft, &q.TTFTNs}, {"the wait", m.queue, &q.QueueNs}} {
		if x.from == nil {
			continue
		}
		ns := *x.from * 1e9
		if !(ns >= 0 && ns <= maxTime*1e9) {
			return r.wrong(at, what, fmt.Errorf("%s is %g s; allowed is 0 to %g", x.name, *x.from, maxTime))
		}
		whole := int64(math.Round(ns))
		*x.to = &whole
	}
	if q.TTFTNs != nil && q.E2ENs != nil && *q.TTFTNs > *q.E2ENs && *m.ttft-*m.e2e < nearest { // rounded apart
		q.TTFTNs = q.E2ENs
	}
	if m.start != nil {
		due := *m.start - since
		if m.queue != nil {
			due -= *m.queue
		}
		if !(due > -nearest && due <= maxTime) {
			return r.wrong(at, what, fmt.Errorf("it was due %g s after the first request; allowed is 0 to %g", due, maxTime))
		}
		ns := int64(math.Round(max(0, due) * 1e9))
		q.IntendedNs = &ns
	}
	q.BatchNs = q.E2ENs
	for counter, n := range map[usage.Counter]*int64{usage.PromptTokens: m.prompt, usage.UsefulTokens: m.output} {
		if n != nil {
			q.Usage[counter] = usage.Known(*n)
		}
	}
	if q.Status == "success" {
		q.Finish = "stop"
	}
	if m.text != nil {
		chars := utf8.RuneCountInString(*m.text)
		q.Output, q.Chars = *m.text, &chars
	}
	q.OutputSHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(q.Output)))
	if err := q.Check(); err != nil {
		return r.wrong(at, what, err)
	}
	r.out.Requests = append(r.out.Requests, q)
	return nil
}

// first is the earliest time at which a request was due, 0 where no start is known.
func first(list []measured) float64 {
	least := math.Inf(1)
	for _, m := range list {
		if m.start != nil {
			due := *m.start
			if m.queue != nil {
				due -= *m.queue
			}
			least = min(least, due)
		}
	}
	if math.IsInf(least, 0) || math.IsNaN(least) {
		return 0
	}
	return least
}
