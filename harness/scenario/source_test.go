package scenario

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// files are the includes of a test by path.
type files map[string]string

func (f files) options(set ...string) Options {
	return Options{Set: set,
		Read: func(path string) ([]byte, error) {
			if text, ok := f[path]; ok {
				return []byte(text), nil
			}
			return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
		},
		Env: func(name string) (string, bool) {
			v, ok := map[string]string{"STEPS": "8", "WHO": "me", "LIST": "[1, 2]"}[name]
			return v, ok
		},
	}
}

const base = `weights: {builtin: v0}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: d, engine: diffusion, preset: llada, generation: {steps: 4}}
workloads: [{workload: echo, rungs: [echo-2], instances: 4}]
measurement: {warmup: 0, repeats: 5}
`

func TestSources(t *testing.T) {
	inc := files{
		"dir/base.yaml":      base,
		"dir/sub/more.yaml":  "include: ../base.yaml\nmeasurement: {repeats: 6}\n",
		"dir/sub/wrong.yaml": "measurement:\n  repeats: many\n",
		"dir/a.yaml":         "include: b.yaml\n",
		"dir/b.yaml":         "include: [a.yaml]\n",
		"dir/list.yaml":      "- version\n",
	}
	for _, c := range []struct {
		name, text string
		set        []string
		want       string // of the error, or
		check      func(*Scenario) bool
	}{
		{"include merges measurement, replaces the rest", "version: 1\ninclude: base.yaml\nmeasurement: {repeats: 7}\nengines: {engine: autoregressive, preset: greedy}\n", nil, "",
			func(s *Scenario) bool {
				return s.Measurement.Repeats == 7 && s.Measurement.Warmup == 0 && len(s.Engines) == 1 && len(s.Tasks) == 1
			}},
		{"later includes win", "version: 1\ninclude: [base.yaml, sub/more.yaml]\n", nil, "", func(s *Scenario) bool { return s.Measurement.Repeats == 6 && len(s.Engines) == 2 }},
		{"place in the included file", "version: 1\ninclude: [base.yaml, sub/wrong.yaml]\n", nil, "dir/sub/wrong.yaml:2:12: repeats is \"many\"", nil},
		{"cycle", "version: 1\ninclude: a.yaml\n", nil, "dir/b.yaml:1:11: dir/a.yaml includes itself: dir/main.yaml → dir/a.yaml → dir/b.yaml → dir/a.yaml", nil},
		{"missing", "version: 1\ninclude: [none.yaml]\n", nil, "dir/main.yaml:2:11: include: dir/none.yaml: file does not exist", nil},
		{"no mapping", "version: 1\ninclude: list.yaml\n", nil, "dir/list.yaml:1:1: an included file is a list", nil},
		{"a key twice", "version: 1\nversion: 1\ninclude: base.yaml\n", nil, "dir/main.yaml:2:1: key \"version\" in the scenario was given before, in line 1", nil},

		{"variable as number, in quotes too", "version: 1\n" + strings.Replace(base, "steps: 4", `steps: "${STEPS}"`, 1), nil, "",
			func(s *Scenario) bool { return s.Engines[1].given["steps"].value == 8 }},
		{"default", "version: 1\nname: ${NAME:other}\n" + base, nil, "", func(s *Scenario) bool { return s.Name == "other" }},
		{"part of a text", "version: 1\nname: by-${WHO}\n" + base, nil, "", func(s *Scenario) bool { return s.Name == "by-me" }},
		{"no default", "version: 1\nname: ${NAME}\n" + base, nil, "dir/main.yaml:2:7: the variable NAME is not set and has no default; ${NAME:value} gives one", nil},
		{"no variable", "version: 1\nname: a${-}\n" + base, nil, `dir/main.yaml:2:7: "${-}" is no variable`, nil},
		{"escape", "version: 1\nname: $${WHO}\n" + base, nil, `name is "${WHO}"; allowed are`, nil},
		{"a variable brings no structure", "version: 1\n" + base + "seed: ${LIST}\n", nil, `seed is "[1, 2]"; allowed is a whole number`, nil},

		{"set", "version: 1\n" + base, []string{"measurement.repeats=2", "engines.d.generation.steps=16", "workloads.0.instances=6", "generation.temperature=0.5", "measurement.batch=[1, 2]"}, "",
			func(s *Scenario) bool {
				return s.Measurement.Repeats == 2 && s.Engines[1].given["steps"].value == 16 && s.Tasks[0].Instances == 6 && slices.Equal(s.Measurement.Batch, []int{1, 2})
			}},
		{"set over an include", "version: 1\ninclude: base.yaml\n", []string{"measurement.repeats=2"}, "", func(s *Scenario) bool { return s.Measurement.Repeats == 2 }},
		{"set a new sweep", "version: 1\n" + base, []string{"sweep.d.steps=[4, 8]"}, "", func(s *Scenario) bool { return len(s.Tasks[0].sweep) == 1 && len(s.Tasks[0].sweep[0].points) == 2 }},
		{"set an old sweep", "version: 1\n" + base + "sweep: {d.steps: 1}\n", []string{"sweep.d.steps=[4, 8]"}, "", func(s *Scenario) bool { return len(s.Tasks[0].sweep[0].points) == 2 }},
		{"set by workload", "version: 1\n" + base, []string{"workloads.echo.instances=6"}, "", func(s *Scenario) bool { return s.Tasks[0].Instances == 6 }},
		{"set a wrong value", "version: 1\n" + base, []string{"measurement.repeats=x"}, `--set measurement.repeats=x: repeats is "x"; allowed is a whole number from 1 to 10000`, nil},
		{"set an unknown key", "version: 1\n" + base, []string{"mesurement.repeats=1"}, `--set mesurement.repeats=1: unknown key "mesurement" in the scenario`, nil},
		{"set an unknown element", "version: 1\n" + base, []string{"engines.dd.preset=x"}, `--set engines.dd.preset=x: engines has no element "dd"; allowed are ar, d; did you mean "d"?`, nil},
		{"set beyond a list", "version: 1\n" + base, []string{"engines.2.preset=x"}, "--set engines.2.preset=x: engines has 2 elements; allowed are numbers from 0 to 1", nil},
		{"set below a value", "version: 1\n" + base, []string{"weights.builtin.x=1"}, `--set weights.builtin.x=1: builtin is "v0" and has no part "x"`, nil},
		{"set without a value", "version: 1\n" + base, []string{"measurement"}, "--set measurement: allowed is path=value", nil},
		{"set bad YAML", "version: 1\n" + base, []string{"seed=[1"}, "--set seed=[1: not valid YAML", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Load("dir/main.yaml", []byte(c.text), fakeCatalog(), inc.options(c.set...))
			if c.want != "" {
				var problems Problems
				if !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want) {
					t.Fatalf("got  %v\nwant %s", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(s) {
				t.Errorf("%+v", s)
			}
			// The text that results keep says the same in one file.
			again, err := Parse("again.yaml", s.Text, fakeCatalog())
			if err != nil || !c.check(again) {
				t.Errorf("%v in\n%s", err, s.Text)
			}
		})
	}
}

// TestPlainTextIsKept: a scenario of one file is recorded as it was written.
func TestPlainTextIsKept(t *testing.T) {
	const text = "version: 1 # with a comment\n" + base
	s, err := Load("main.yaml", []byte(text), fakeCatalog(), files{}.options())
	if err != nil || string(s.Text) != text {
		t.Errorf("%v, %q", err, s.Text)
	}
}

func TestDepthOfIncludes(t *testing.T) {
	inc := files{}
	for i := range 12 {
		inc[fmt.Sprintf("%d.yaml", i)] = fmt.Sprintf("include: %d.yaml\n", i+1)
	}
	_, err := Load("main.yaml", []byte("version: 1\ninclude: 0.yaml\n"), fakeCatalog(), inc.options())
	if err == nil || !strings.Contains(err.Error(), "7.yaml:1:10: files include each other more than 8 deep") {
		t.Errorf("%v", err)
	}
}

// TestAliasIsNotChanged: a change of one entry leaves that with the anchor alone.
func TestAliasIsNotChanged(t *testing.T) {
	const text = `version: 1
weights: {builtin: v0}
engines: [{engine: autoregressive, preset: greedy}]
workloads:
  - &one {workload: echo, rungs: [echo-2], instances: 4}
  - *one
`
	s, err := Load("main.yaml", []byte(text), fakeCatalog(), files{}.options("workloads.1.instances=6"))
	if err != nil || s.Tasks[0].Instances != 4 || s.Tasks[1].Instances != 6 {
		t.Errorf("%v, %+v", err, s)
	}
}

func TestSweepTypes(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: d, engine: diffusion, preset: llada}
  - {name: b, engine: block, preset: sdar-static}
workloads: [{workload: echo, rungs: [echo-5], instances: 4}]
`
	for _, c := range []struct {
		sweep string
		want  []string
	}{
		{"{d.steps: [2, 3], b.block_length: [2, 4]}", []string{"ar:", "d:steps=2", "d:steps=3", "b:block_length=2", "b:block_length=4"}},
		{"{type: grid, variables: {d.steps: [2, 3], d.stop_at_end: [true, false]}}", []string{"ar:", "d:steps=2 stop_at_end=true", "d:steps=2 stop_at_end=false", "d:steps=3 stop_at_end=true", "d:steps=3 stop_at_end=false", "b:"}},
		{"{type: zip, variables: {d.steps: [2, 3], d.stop_at_end: [true, false], b.block_length: [2, 4]}}", []string{"ar:", "d:steps=2 stop_at_end=true", "d:steps=3 stop_at_end=false", "b:block_length=2", "b:block_length=4"}},
		{"{type: scenarios, runs: [{name: fast, d.steps: 2, b.block_length: 4}, {name: good, d.steps: 6, d.stop_at_end: true}]}", []string{"ar:", "d:fast steps=2", "d:good steps=6 stop_at_end=true", "b:fast block_length=4"}},
	} {
		var got []string
		for _, cell := range mustExpand(t, head+"sweep: "+c.sweep).Cells() {
			got = append(got, cell.Label+":"+cell.Variant)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\ngot  %q\nwant %q", c.sweep, got, c.want)
		}
	}
	plain := mustExpand(t, head+"sweep: {d.steps: 2}").Cells()[1]
	named := mustExpand(t, head+"sweep: {type: scenarios, runs: [{name: fast, d.steps: 2}]}").Cells()[1]
	if plain.ID != named.ID {
		t.Error("the name of a run changes the id of a cell")
	}
}

func TestThresholds(t *testing.T) {
	s := mustParse(t, "version: 1\n"+base+`thresholds:
  - {metric: e2e, expr: "p(95)<2s", engine: ar, workload: echo, rung: echo-2}
  - {metric: nfe, exact: true}
  - {metric: e2e, regress: 5%}
  - {metric: tokens_per_s, regress: 2.5%, alpha: 0.05}
`)
	var got []string
	for _, x := range s.Thresholds {
		got = append(got, fmt.Sprintf("%d %s", x.Line, x))
	}
	want := []string{"9 e2e of ar echo echo-2: p(95)<2s", "10 nfe: as in the baseline", "11 e2e: at most 5% worse than the baseline, alpha 0.01", "12 tokens_per_s: at most 2.5% worse than the baseline, alpha 0.05"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
