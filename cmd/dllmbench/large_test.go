package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"dllmbench/harness"
	"dllmbench/harness/result"
	"dllmbench/harness/shard"
	"dllmbench/reports/folder"
)

// largeParts is how many parts a large run comes in; every group is divided among them.
const largeParts = 4

// TestLarge merges and renders a run of so many requests, in processes of their own, and logs
// their processor seconds and largest resident memory. The parts are never on disk: their
// writers are asked twice. The whole takes about 1.4 kB a request.
//
//	DLLMBENCH_LARGE=1000000 go test ./cmd/dllmbench -run TestLarge -v -timeout 4h
//
// DLLMBENCH_LARGE_DIR is where the whole is written, and stays if it is given.
func TestLarge(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("DLLMBENCH_LARGE"))
	if n == 0 {
		n = 800
	}
	dir := os.Getenv("DLLMBENCH_LARGE_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	measured(t, "merge", exec.Command("largemerge", strconv.Itoa(n), dir))
	measured(t, "report", exec.Command("dllmbench", "report", dir))
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if want := fmt.Sprintf("%[1]d of %[1]d cells are valid", len(large(n).header(0).Cells)); err != nil || !bytes.Contains(page, []byte(want)) {
		t.Errorf("the page of %d bytes does not say %q, %v", len(page), want, err)
	}
}

// measured runs a program and logs what it took.
func measured(t *testing.T, what string, cmd *exec.Cmd) {
	begun := time.Now()
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", what, err, text)
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	kB := int64(0)
	if field := reflect.Indirect(reflect.ValueOf(cmd.ProcessState.SysUsage())).FieldByName("Maxrss"); field.IsValid() { // not on Windows
		kB = field.Int() // Linux counts in kB
	}
	t.Logf("%s: %.1f s of processor in %.1f s, at most %d MB resident", what, cpu.Seconds(), time.Since(begun).Seconds(), kB/1000)
}

// large is a run of about so many requests in few large cells, 1000 from 10⁵ requests on.
func large(requests int) largeRun {
	l := largeRun{points: 40, decoders: 25, repeats: 2}
	if requests < 100_000 {
		l.points, l.decoders = 4, 5
	}
	l.instances = max(largeParts, requests/(l.points*l.decoders*l.repeats))
	return l
}

// header is that of a part.
func (l largeRun) header(part int) result.Header {
	h := result.Header{Type: "header", Schema: result.Schema, RunID: "large", Started: "2026-01-02T03:04:05Z", Scenario: "large", ScenarioSHA256: "00", Seed: 7,
		PercentileMethod: "linear_n-1", Env: result.Env{CPU: "Example CPU", Cores: 2}, Shard: &result.Shard{Index: part, Count: largeParts}}
	for p := range l.points {
		d := result.Divided{Instances: l.instances, Runs: l.repeats}
		for k := range l.decoders {
			c := l.cell(p, k)
			c.Budget = 4 << (p / 4 % 2) // short answers, or the disk is full too soon
			c.Rung = fmt.Sprintf("rung-%d", p/8)
			h.Cells, d.Cells = append(h.Cells, c), append(d.Cells, c.ID)
		}
		for u := range largeParts {
			d.Units = append(d.Units, fmt.Sprintf("%s-%d", d.Cells[0], u))
		}
		h.Shard.Cells, h.Shard.Units, h.Shard.Divided = append(h.Shard.Cells, d.Cells...), append(h.Shard.Units, d.Units[part]), append(h.Shard.Divided, d)
	}
	return h
}

// variants is how many different requests of a cell are made; they return with other
// instances, blocks and repetitions.
const variants = 100

// part writes a part of the run.
func (l largeRun) part(part int, to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<18)
	line := func(record any) {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.Encode(record) // Flush returns the first error
	}
	header := l.header(part)
	line(header)
	for _, m := range result.Metrics() {
		m.Type = "metric"
		line(m)
	}
	rng := rand.New(rand.NewPCG(5, uint64(part)))
	for p := range l.points {
		cells := header.Cells[p*l.decoders : (p+1)*l.decoders]
		made := make([][3][]byte, len(cells)*variants) // around repetition and block, and the instance
		for k := range made {
			q := l.request(rng, cells[k/variants], k%variants, 1, k/variants)
			q.Type, q.Digest, q.Repetition, q.PairBlock, q.Instance, q.Seed = "request", "", 0, 0, "", 1 // no digest, as in older files: the disk
			text, err := json.Marshal(q)
			before, rest, ok := bytes.Cut(text, []byte(`0,"pair_block":0`))
			between, after, both := bytes.Cut(rest, []byte(`"instance":"`))
			if err != nil || !ok || !both {
				return errors.Join(err, errors.New("a request has other fields"))
			}
			made[k] = [3][]byte{before, append(between, `"instance":"`...), append(after, '\n')}
		}
		for i := part * l.instances / largeParts; i < (part+1)*l.instances/largeParts; i++ {
			inst := instance(cells[0], i)
			inst.Type = "instance"
			line(inst)
			for r := range l.repeats {
				for k := range cells {
					q := made[k*variants+i%variants]
					w.Write(q[0])
					fmt.Fprintf(w, `%d,"pair_block":%d`, r, i)
					w.Write(q[1])
					w.WriteString(inst.ID)
					w.Write(q[2])
				}
			}
		}
		for _, c := range cells {
			line(result.Validity{Type: "validity", Cell: c.ID, Valid: true, Reasons: []string{}})
		}
	}
	return w.Flush()
}

// largePart writes a part to stdout: its arguments are the size of the run and the part.
func largePart() {
	n, _ := strconv.Atoi(os.Args[1])
	part, _ := strconv.Atoi(os.Args[2])
	if err := large(n).part(part, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// largeMerge merges the parts into a folder: its arguments are the size of the run and the
// folder.
func largeMerge() {
	var sources []shard.Source
	for part := range largeParts {
		sources = append(sources, shard.Source{Name: fmt.Sprintf("part %d", part), Open: func() (io.ReadCloser, error) {
			cmd := exec.Command("largepart", os.Args[1], strconv.Itoa(part)) // nobody waits for it: what it takes is not of the merge
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				return nil, err
			}
			return out, cmd.Start()
		}})
	}
	m, err := shard.Merge(sources, nil, harness.Rejudge)
	if err == nil {
		var w *result.Writer
		if w, err = folder.CreateWith(os.Args[2], m.Header, m.Metrics, "choose another folder", m.Write); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
