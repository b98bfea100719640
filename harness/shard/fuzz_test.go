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
func text(f File) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	f.Header.Schema = "dllmbench-results/v1"
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
		var files []File
		requests := 0
		for i, data := range [][]byte{a, b} {
			got, err := result.Read(bytes.NewReader(data), "x")
			if err != nil {
				return
			}
			requests += len(got.Requests)
			files = append(files, File{fmt.Sprint(i), got})
		}
		m, err := Merge(files, rejudge)
		if err != nil {
			return
		}
		if n := len(of[result.Request](m)); n != requests {
			t.Errorf("%d of %d requests", n, requests)
		}
		if n := len(m.Header.Cells) + len(m.Missing); len(m.divided) == 0 && n < len(files[0].Header.Cells)+len(files[1].Header.Cells) {
			t.Errorf("%d cells", n)
		}
	})
}
