package shard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// FuzzParse: a part that is taken is one of its number, and its text is read as the same.
func FuzzParse(f *testing.F) {
	for _, c := range [][3]string{{"2/4", "", ""}, {"auto", "7", "4"}, {"auto/9", "9223372036854775807", "-1"}, {"auto", "-9223372036854775808", "1"}, {"1/", "", ""}, {"+1/+1", "", ""}, {"auto/", "0", "0"}} {
		f.Add(c[0], c[1], c[2])
	}
	f.Fuzz(func(t *testing.T, text, id, count string) {
		for _, env := range []map[string]string{
			{"SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_MIN": count, "SLURM_ARRAY_TASK_COUNT": "4"},
			{"SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_COUNT": count}, {"JOB_COMPLETION_INDEX": id}, nil,
		} {
			p, err := Parse(text, func(name string) string { return env[name] })
			if err != nil {
				continue
			}
			if again, err := Parse(p.String(), nil); err != nil || again != p || p.Index < 0 || p.Index >= p.Count || p.Count > maxParts {
				t.Errorf("%q with %v is %+v; %s is %+v, %v", text, env, p, p, again, err)
			}
		}
	})
}

// text are the lines of a results file.
func text(f file) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	f.Header.Schema = result.Schema
	write := func(kind string, record any) {
		data, _ := json.Marshal(record)
		var fields map[string]any
		json.Unmarshal(data, &fields)
		fields["type"] = kind
		enc.Encode(fields)
	}
	write("header", f.Header)
	for _, s := range f.Sessions {
		write("session", s)
	}
	for _, m := range f.Metrics {
		write("metric", m)
	}
	for _, i := range f.Instances {
		write("instance", i)
	}
	for _, l := range f.Activities {
		write("load", l)
	}
	for _, r := range f.Requests {
		write("request", r)
	}
	for _, v := range f.Validity {
		write("validity", v)
	}
	return b.String()
}

// FuzzMerge: files that can be read are joined or refused, and nothing is lost.
func FuzzMerge(f *testing.F) {
	a, b := text(part("a", "h", "c1", "c2")), text(part("b", "h", "c3", "c4"))
	f.Add([]byte(a), []byte(b))
	f.Add([]byte(a), []byte(a))
	f.Add([]byte(a), []byte(strings.ReplaceAll(b, `"session":1`, `"session":-7`)))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var sources []Source
		requests, cells := 0, 0
		for i, data := range [][]byte{a, b} {
			if _, err := result.Scan(bytes.NewReader(data), "x", func(record any) error {
				if _, ok := record.(result.Request); ok {
					requests++
				}
				return nil
			}); err != nil {
				return
			}
			got, err := result.Read(bytes.NewReader(data), "x")
			if err != nil {
				t.Fatalf("what Scan takes, Read does not: %v", err)
			}
			cells += len(got.Header.Cells)
			sources = append(sources, source(fmt.Sprint(i), data))
		}
		m, records, err := merge(t, sources)
		if err != nil {
			return
		}
		if n := len(of[result.Request](records)); n != requests {
			t.Errorf("%d of %d requests", n, requests)
		}
		if n := len(m.Header.Cells) + len(m.Missing); len(m.divided) == 0 && n < cells {
			t.Errorf("%d cells", n)
		}
	})
}
