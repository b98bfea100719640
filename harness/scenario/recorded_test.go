package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/workloads"

	"pgregory.net/rapid"
)

// planText is what a run of the scenario does: its cells and requests.
func planText(t interface{ Fatalf(string, ...any) }, s *Scenario) string {
	plan, err := s.Expand(context.Background(), fakeWeights)
	if err != nil {
		t.Fatalf("%v in\n%s", err, s.Text)
	}
	data, err := json.Marshal([]any{plan.Cells(), plan.Groups, s.Judge, s.Load, s.Seed, s.Name})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(data)
}

// TestRecordedText: the text that results keep is one UTF-8 file that needs nothing
// else, and it says what was run.
func TestRecordedText(t *testing.T) {
	inc := files{
		"dir/base.yaml":  base,
		"dir/one.yaml":   "engines: [&a {name: ar, engine: autoregressive, preset: greedy}]\nweights: {builtin: &b v0}\n",
		"dir/two.yaml":   "workloads: [&a {workload: echo, rungs: [echo-2], instances: 4}]\nname: &b two\nmeasurement: &c {repeats: 3}\n",
		"dir/alias.yaml": "workloads:\n  - &one {workload: echo, rungs: [echo-2], instances: 4}\n  - {workload: echo, rungs: [echo-5], instances: &n 4}\n  - {workload: echo, rungs: [echo-2], instances: *n, split: validation}\n",
		"dir/bom.yaml":   "\ufeff" + base,
		"dir/notes.yaml": "# about\nengines: # these\n  - {name: ar, # first\n     engine: autoregressive, preset: greedy} # done\nworkloads: [{workload: echo, rungs: [echo-2], instances: 4}]\nweights: {builtin: v0}\n# end\n",
	}
	for name, c := range map[string]struct {
		text string
		set  []string
	}{
		"one anchor in two files":      {"version: 1\ninclude: [one.yaml, two.yaml]\n", nil},
		"anchors with --set":           {"version: 1\ninclude: [one.yaml, alias.yaml]\n", []string{"workloads.1.instances=6", "name=x"}},
		"an anchor twice, with --set":  {"version: 1\n" + strings.ReplaceAll(strings.ReplaceAll(base, "repeats: 5", "repeats: &x 5"), "warmup: 0", "warmup: &x 0"), []string{"seed=4"}},
		"a replaced anchor":            {"version: 1\ninclude: base.yaml\nworkloads: [&w {workload: echo, rungs: [echo-2], instances: 4}, {workload: echo, rungs: [echo-5], instances: 4}]\nmeasurement: {batch: &n [2]}\n", []string{"workloads.0={workload: echo, rungs: [echo-2], instances: 2}"}},
		"byte order marks":             {"\ufeffversion: 1\ninclude: bom.yaml\n", nil},
		"a byte order mark alone":      {"\ufeffversion: 1\n" + base, nil},
		"a plain ${":                   {"version: 1\ninclude: base.yaml\njudge: {path: \"a$${STEPS}b\"}\n", nil},
		"a plain $${":                  {"version: 1\ninclude: base.yaml\njudge: {path: \"$$${STEPS}\"}\n", nil},
		"a plain ${ in --set":          {"version: 1\ninclude: base.yaml\n", []string{"judge={path: '${STEPS}'}"}},
		"comments in odd places":       {"version: 1\ninclude: notes.yaml\n", []string{"seed=4"}},
		"a comment as a name of --set": {"version: 1\ninclude: base.yaml\n", []string{"judge.path=\"# x\\ty\\u0085\""}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Load("dir/main\nseed: 9.yaml", []byte(c.text), fakeCatalog(), inc.options(c.set...))
			if err != nil {
				t.Fatal(err)
			}
			again, err := Parse("dir/again.yaml", s.Text, fakeCatalog())
			if err != nil || !utf8.Valid(s.Text) {
				t.Fatalf("%v in\n%s", err, s.Text)
			}
			if planText(t, again) != planText(t, s) {
				t.Errorf("another plan:\n%s\n%s\nby\n%s", planText(t, s), planText(t, again), s.Text)
			}
		})
	}
}

// TestRecordedValues: any text that a variable or a change holds is recorded as it is,
// or refused with its place.
func TestRecordedValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a $\"':#&*!|>%@`{}[],\\\n\r\t -?~\ufeff\u2028\x00\x1b"))),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "value")
		style := rapid.SampledFrom([]string{`"${V}"`, `"x${V}"`, `${V}`, "a-${V}"}).Draw(t, "style")
		set := rapid.SampledFrom([]string{"", value, "'" + value + "'"}).Draw(t, "set")
		options := Options{Env: func(string) (string, bool) { return value, true }}
		if set != "" {
			options.Set = []string{"judge.path=" + set}
		}
		s, err := Load("main.yaml", []byte("version: 1\n"+base+"judge: {path: "+style+"}\n"), fakeCatalog(), options)
		var problems Problems
		if errors.As(err, &problems) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("again.yaml", s.Text, fakeCatalog())
		if err != nil || !utf8.Valid(s.Text) || again.Judge != s.Judge {
			t.Fatalf("%v, %q became %q by\n%s", err, s.Judge, again.Judge, s.Text)
		}
	})
}

// TestEncoding: what is no UTF-8 text is refused where it stands.
func TestEncoding(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, c := range "version: 1\n" {
		utf16 += string([]byte{byte(c), 0})
	}
	text := "version: 1\n" + base
	for name, c := range map[string]struct {
		text, env, set, want string
	}{
		"UTF-16":                     {utf16, "", "", "m.yaml:1:1: the file is UTF-16"},
		"UTF-16 of the other order":  {"\xfe\xff\x00v", "", "", "m.yaml:1:1: the file is UTF-16"},
		"UTF-16 without a mark":      {"v\x00e\x00", "", "", "m.yaml:1:2: the control character U+0000"},
		"Latin-1":                    {text + "# caf\xe9\n", "", "", "m.yaml:8:6: the byte 0xE9 is no UTF-8 text"},
		"a control character":        {text + "name: a\x1b[31m\n", "", "", "m.yaml:8:8: the control character U+001B"},
		"a mark in the middle":       {text + "name: \ufeffa\n", "", "", "m.yaml:8:7: the character U+FEFF"},
		"a variable":                 {text + "judge: {path: \"x${V}\"}\n", "\xff", "", "m.yaml:8:15: the variable V holds text that is not UTF-8"},
		"a default":                  {text + "name: ${W:a\xff}\n", "", "", "m.yaml:8:12: the byte 0xFF"},
		"the value of a change":      {text, "", "name=\xff", "--set name=\xff: the byte 0xFF is no UTF-8 text"},
		"the path of a change":       {text, "", "na\xffme=a", "--set na\xffme=a: the byte 0xFF"},
		"a control character in one": {text, "", "name=\x01", "the control character U+0001"},
		"a tag":                      {text + "judge: {path: !!binary Zm9v}\n", "", "", "m.yaml:8:15: the tag !!binary is not known"},
		"a tag of one's own":         {text + "name: !x foo\n", "", "", "m.yaml:8:7: the tag !x is not known"},
	} {
		options := Options{Env: func(name string) (string, bool) { return c.env, name == "V" }}
		if c.set != "" {
			options.Set = []string{c.set}
		}
		_, err := Load("m.yaml", []byte(c.text), fakeCatalog(), options)
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestRecordedFiles: a file that an alias names a second time is the same one.
func TestRecordedFiles(t *testing.T) {
	catalog := fakeCatalog()
	catalog.Formats, catalog.Open = []string{"exact"}, func(s TaskSource) (TaskFile, error) {
		path, name := s.Path, s.Name
		if path != "dir/sub/a.jsonl" {
			return TaskFile{}, errors.New(path + " is not there")
		}
		return TaskFile{Workload: shelf{name: name, lens: map[workloads.Split]int{workloads.Test: 6}}, SHA256: fakeDigest}, nil
	}
	inc := files{"dir/sub/x.yaml": `weights: {builtin: v0}
engines: [{engine: autoregressive, preset: greedy}]
workloads:
  - {file: &f a.jsonl, format: exact, name: a, instances: 2}
  - &e {file: *f, format: exact, name: b, instances: 2}
`}
	s, err := Load("dir/m.yaml", []byte("version: 1\ninclude: sub/x.yaml\n"), catalog, inc.options("workloads.0.instances=4"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = Parse("dir/again.yaml", s.Text, catalog); err != nil {
		t.Errorf("%v in\n%s", err, s.Text)
	}
}
