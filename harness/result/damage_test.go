package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawn is a results file with random records of all types.
func drawn(t *rapid.T) []byte {
	var text bytes.Buffer
	line := func(record any) {
		data, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(data, '\n'))
	}
	h := header()
	h.Type, h.Schema = "header", Schema
	line(h)
	for i := range rapid.IntRange(0, 12).Draw(t, "records") {
		r := request(fmt.Sprint("c", i%2+1), i)
		r.Type, r.Output = "request", rapid.StringN(0, 20, 60).Draw(t, "output")
		r.Chunks = [][2]int64{{int64(i), 2}}
		line(r)
		switch rapid.IntRange(0, 5).Draw(t, "other") {
		case 0:
			line(Session{Type: "session", Session: i})
		case 1:
			line(Activity{Type: "load", Group: "c1"})
		case 2:
			line(Validity{Type: "validity", Cell: "c1", Valid: true, Reasons: []string{}, Timing: []string{"why"}})
		case 3:
			line(Instance{Type: "instance", ID: fmt.Sprint(i)})
		}
	}
	return text.Bytes()
}

// TestCutFile cuts a file anywhere: what is whole is read as before, and the
// rest is reported.
func TestCutFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := drawn(t)
		whole, err := Read(bytes.NewReader(data), "f")
		if err != nil {
			t.Fatal(err)
		}
		head := bytes.IndexByte(data, '\n') + 1
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		f, err := Read(bytes.NewReader(data[:cut]), "f")
		if cut < head {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Line != 1 {
				t.Fatalf("a file without a whole header: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := len(f.Requests); n != bytes.Count(data[:cut], []byte("\n{\"type\":\"request\""))-partial(data, cut) || !slices.EqualFunc(f.Requests, whole.Requests[:n], func(a, b Request) bool { return cmp.Equal(a, b, counts) }) {
			t.Fatalf("cut at %d of %d: %d requests of %d", cut, len(data), n, len(whole.Requests))
		}
		if f.Torn != (data[cut-1] != '\n') || f.Good != int64(bytes.LastIndexByte(data[:cut], '\n')+1) {
			t.Fatalf("cut at %d: torn %v, good up to %d", cut, f.Torn, f.Good)
		}
	})
}

// partial is 1 when the cut leaves the beginning of a request as the last line.
func partial(data []byte, cut int) int {
	last := data[bytes.LastIndexByte(data[:cut], '\n'):cut]
	if bytes.HasPrefix(last, []byte("\n{\"type\":\"request\"")) && data[cut-1] != '\n' {
		return 1
	}
	return 0
}

// TestDamagedFile changes bytes anywhere. Reading either fails with the number
// of a line, or gives records that are records; it never panics, and what was
// read can be written and read again.
func TestDamagedFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := drawn(t)
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				data[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
			case 1:
				data = slices.Insert(data, at, rapid.SliceOfN(rapid.Byte(), 1, 30).Draw(t, "bytes")...)
			case 2:
				data = slices.Delete(data, at, min(len(data), at+rapid.IntRange(1, 300).Draw(t, "gap")))
			case 3:
				to := min(len(data), at+rapid.IntRange(1, 300).Draw(t, "length"))
				data = slices.Insert(data, at, data[at:to]...)
			}
			if len(data) == 0 {
				return
			}
		}
		f, err := Read(bytes.NewReader(data), "f")
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Line > bytes.Count(data, []byte("\n"))+1 || syntax.Msg == "" {
				t.Fatalf("error %v", err)
			}
			return
		}
		if f.Header.Schema == "" || f.Good > int64(len(data)) {
			t.Fatalf("read as %+v", f.Header)
		}
		for _, r := range f.Requests {
			if r.Type != "request" {
				t.Fatalf("a record of type %q is among the requests", r.Type)
			}
		}
	})
}

// TestOtherVersions says what becomes of files of other programs: newer fields
// and types within version 1 are read over, files before sessions and of minor
// versions are read, and another major version is refused in words.
func TestOtherVersions(t *testing.T) {
	const old = `{"type":"header","schema":"dllmbench/v1","run_id":"r","cells":[{"id":"c"}],"env":{"cpu":"x","cores":2}}
{"type":"metric","name":"nfe"}
{"type":"request","cell":"c","repetition":0,"instance":"i","status":"success","e2e_ns":5,"ttft_ns":null}
{"type":"validity","cell":"c","valid":true,"reasons":["1 ABBA blocks"]}
`
	f, err := Read(strings.NewReader(old), "f")
	if err != nil || len(f.Requests) != 1 || *f.Requests[0].E2ENs != 5 || f.Requests[0].Session != 0 || f.Requests[0].Chunks != nil || len(f.Sessions) != 0 || f.Validity[0].Reasons[0] != "1 ABBA blocks" {
		t.Errorf("a file of an older program: %v, %+v", err, f)
	}
	newer := strings.Replace(old, "dllmbench/v1", "dllmbench/v1.7", 1) + `{"type":"aura","colour":"blue"}` + "\n"
	newer = strings.Replace(newer, `"e2e_ns":5`, `"e2e_ns":5,"aura_ns":9`, 1)
	if f, err := Read(strings.NewReader(newer), "f"); err != nil || f.Unknown != 1 || len(f.Requests) != 1 {
		t.Errorf("a file of a newer program: %v, %+v", err, f)
	}
	for _, schema := range []string{"dllmbench/v0", "dllmbench/v3", "dllmbench/v10", ""} {
		_, err := Read(strings.NewReader(strings.Replace(old, "dllmbench/v1", schema, 1)), "f")
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the file has schema %q, this program reads %q", schema, Schema)) {
			t.Errorf("schema %q: %v", schema, err)
		}
	}
}

// TestResumeAfterAnyCut cuts a file that is being resumed anywhere behind its
// header: what is appended can be read.
func TestResumeAfterAnyCut(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		data := drawn(t)
		path := filepath.Join(dir, "results.jsonl")
		cut := rapid.IntRange(bytes.IndexByte(data, '\n')+1, len(data)).Draw(t, "cut")
		if err := os.WriteFile(path, data[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		w, old, err := Resume(path, header())
		if err != nil {
			t.Fatal(err)
		}
		added := request("c1", 99)
		if err := errors.Join(w.Write(added), w.Close()); err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		again, err := Read(in, path)
		if err != nil || again.Torn || len(again.Requests) != len(old.Requests)+1 || again.Requests[len(old.Requests)].Repetition != 99 {
			t.Fatalf("%v: %d requests, then %d", err, len(old.Requests), len(again.Requests))
		}
	})
}
