package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dllmbench/workloads"
)

// TestBounds: what a scenario may expand to is bounded before it is made, and the
// message says by what.
func TestBounds(t *testing.T) {
	text := "version: 1\n" + base
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	fan := files{"7.yaml": base}
	for i := range 7 {
		fan[fmt.Sprintf("%d.yaml", i)] = fmt.Sprintf("include: [%s]\n", strings.TrimSuffix(strings.Repeat(fmt.Sprintf("%d.yaml, ", i+1), 60), ", "))
	}
	for name, c := range map[string]struct {
		text string
		inc  files
		set  []string
		want string
	}{
		"aliases of aliases":        {text + bomb, nil, nil, "m.yaml:8:22: the scenario has more than the 524288 values allowed, counted again for each alias"},
		"an alias in itself":        {text + "outputs: &a [x, *a]\n", nil, nil, "m.yaml:8:17: the alias *a stands for a value that holds the alias itself"},
		"deep nesting":              {text + "outputs: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n", nil, nil, "values are nested more than 100 deep"},
		"files that fan out":        {"version: 1\ninclude: 0.yaml\n", fan, nil, "a scenario includes more than 255 files"},
		"much text in many files":   {"version: 1\ninclude: [a.yaml, a.yaml, a.yaml]\n", files{"a.yaml": "# " + strings.Repeat("a", 1<<19) + "\n" + base}, nil, "a.yaml:1:1: the scenario and what it includes have 1049141 bytes"},
		"a path of many keys":       {text, nil, []string{strings.Repeat("a.", 3000) + "a=1"}, "the path has 3001 parts; allowed are at most 32"},
		"many changes":              {text, nil, strings.Split(strings.Repeat("seed=1,", 5000), ",")[:5000], "5000 changes with --set; allowed are at most 4096"},
		"a change in a long list":   {"version: 1\nengines: [" + strings.Repeat("{name: a},", 60000) + "]\n", nil, []string{"engines.b.name=c"}, "engines has 60000 elements; allowed are at most 4096"},
		"many mistakes":             {text + strings.Repeat("x: 1\n", 5000), nil, nil, "the scenario has 5005 keys"},
		"many unknown keys":         {text + unknown(4000), nil, nil, "3800 more mistakes follow"},
		"a number in base 8":        {strings.Replace(text, "repeats: 5", "repeats: 010", 1), nil, nil, "repeats is 010, which is 8 in YAML 1.1 and 10 in YAML 1.2; write it without the 0 at its start"},
		"a merge key":               {text + "goodput: {<<: {exact: true}}\n", nil, nil, "m.yaml:8:11: merge keys (<<) are not read"},
		"a seed that is no float64": {text + "seed: 9007199254740993\n", nil, nil, "seed is 9007199254740993; allowed is"},
	} {
		start := time.Now()
		_, err := Load("m.yaml", []byte(c.text), fakeCatalog(), c.inc.options(c.set...))
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.400v, want %q", name, err, c.want)
		}
		if took := time.Since(start); took > 20*time.Second { // a guard against minutes, not a measurement
			t.Errorf("%s took %v", name, took)
		}
	}
}

// unknown are lines with n different unknown keys.
func unknown(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "x%d: 1\n", i)
	}
	return b.String()
}

// ladder is a workload of many rungs.
type ladder struct{ echo }

func (ladder) Name() string { return "ladder" }
func (ladder) Rungs() []workloads.Rung {
	list := make([]workloads.Rung, 50)
	for i := range list {
		list[i].Name = fmt.Sprint("rung-", i)
	}
	return list
}

// TestLongLists: the time for long lists grows with their length, not with its square.
func TestLongLists(t *testing.T) {
	catalog := fakeCatalog()
	catalog.Workloads = append(catalog.Workloads, ladder{})
	opened := 0
	catalog.Formats, catalog.Open = []string{"exact"}, func(s TaskSource) (TaskFile, error) {
		opened++
		return TaskFile{Workload: shelf{name: s.Name, lens: map[workloads.Split]int{workloads.Test: 6}}, SHA256: fakeDigest}, nil
	}
	const n = 4000
	text := "version: 1\nweights: {builtin: v0}\nengines: [{engine: autoregressive, preset: greedy}]\nmeasurement: {batch: [1, 2]}\nworkloads:\n" +
		strings.Repeat("  - {workload: ladder, rungs: all, instances: 2}\n", n/2) + strings.Repeat("  - {file: a, format: exact, name: b, instances: 2}\n", n/2) +
		"thresholds:\n" + strings.Repeat("  - {metric: nfe, exact: true, rung: rung-49}\n", n)
	start := time.Now()
	s, err := Parse("m.yaml", []byte(text), catalog)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Expand(context.Background(), fakeWeights); err == nil || !strings.Contains(err.Error(), "the scenario makes more than 20000 cells") {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > 30*time.Second || opened != 1 {
		t.Errorf("%v, the file was read %d times", took, opened)
	}
}
