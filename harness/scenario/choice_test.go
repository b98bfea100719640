package scenario

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/workloads"
)

// quiz offers three answers to every instance of echo.
type quiz struct{ echo }

func (quiz) Name() string { return "quiz" }
func (q quiz) Generate(split workloads.Split, rung, index int) workloads.Instance {
	inst := q.echo.Generate(split, rung, index)
	inst.Prompt, inst.Choices = "say \n", []string{"no", inst.Answer, "a long one"}
	return inst
}

// TestEntries: what an entry may say of ends of answers and of rating choices.
func TestEntries(t *testing.T) {
	for _, c := range []struct{ entry, want string }{
		{`workload: quiz, stop: ["\n\n", "Q:"], force_length: true`, "[\"\\n\\n\" \"Q:\"] true  0"},
		{"workload: quiz", "[] true  0"},
		{"workload: quiz, force_length: false", "[] false  0"},
		{"workload: quiz, score: likelihood", "[] false likelihood acc 128"},
		{"workload: quiz, score: likelihood, primary: acc_bytes, draws: 3", "[] false likelihood acc_bytes 3"},
		{`workload: quiz, stop: [""]`, "!5:37: stop is"},
		{`workload: quiz, stop: ["` + strings.Repeat("x", 1025) + `"]`, "!5:36: stop has 1 texts, the longest of 1025 bytes"},
		{"workload: quiz, draws: 3", "!5:30: \"draws\" is for choices that are rated; it needs score: likelihood"},
		{"workload: quiz, score: likelihood, stop: [a]", "!5:49: score: likelihood rates the choices that are there and writes nothing; leave \"stop\" out"},
		{"workload: quiz, score: likelihod", "!unknown score \"likelihod\""},
		{"workload: echo, score: likelihood", "!has no choices that could be rated"},
		{"workload: quiz, score: likelihood, sweep: {d.steps: [2, 4]}", "!d steps=2 and d steps=4 rate choices alike (full)"},
	} {
		catalog := fakeCatalog()
		catalog.Workloads = append(catalog.Workloads, quiz{echo{different: 26}})
		s, err := Parse("f.yaml", []byte("version: 1\nweights: {builtin: v0}\ngeneration: {force_length: true}\nengines: [{name: a, engine: autoregressive, preset: greedy}, {name: b, engine: autoregressive, preset: sample}, {name: d, engine: diffusion, preset: llada}]\nworkloads: [{"+c.entry+", rungs: [echo-2], instances: 2}]\n"), catalog)
		var plan *Plan
		if err == nil {
			plan, err = s.Expand(context.Background(), func(w weights.Name) (WeightsInfo, error) {
				info, err := fakeWeights(w)
				info.Check = func(engine, preset string, o engines.Options, budget int) (engines.Info, error) {
					info, err := fakeCheck(engine, preset, o, max(budget, 1))
					info.Rates = map[bool]string{true: "exact", false: "full"}[engine == "autoregressive"]
					return info, err
				}
				return info, err
			})
		}
		if part, bad := strings.CutPrefix(c.want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %v does not say %q", c.entry, err, part)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.entry, err)
			continue
		}
		g, cell := plan.Groups[0], plan.Groups[0].Cells[0]
		if got := strings.TrimSpace(fmt.Sprintf("%q %v %s %s %d", cell.Stop, cell.ForceLength, cell.Score, cell.Primary, cell.Draws)); got != strings.Replace(c.want, "  0", "   0", 1) {
			t.Errorf("%s: %q", c.entry, got)
		}
		item := g.Items.At(0)
		switch {
		case cell.Score == "" && (item.Choices != nil || cell.Rates != "" || len(plan.Alike) != 0):
			t.Errorf("%s: %+v", c.entry, item)
		case cell.Score != "" && (string(bytesCodec{}.Decode(item.Prompt)) != "say" || bytesCodec{}.Decode(item.Choices[2]) != " \na long one" || cell.Budget != 11 || cell.Rates != "exact" ||
			len(plan.Alike) != 1 || !strings.Contains(plan.Alike[0], "a and b rate choices alike")):
			t.Errorf("%s: %+v, %+v, %q", c.entry, item, cell, plan.Alike)
		}
	}
}
