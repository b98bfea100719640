package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// hole is a workload of gaps: a template on rung 0, of which instance i fixes
// 2 + i%3 letters in front of a gap of three, and one whose gap is miscounted on
// rung 1. Rung 2 has no gaps and wants 7 superfluous positions.
type hole struct{ echo }

func (hole) Name() string { return "hole" }
func (hole) Rungs() []workloads.Rung {
	return []workloads.Rung{{Name: "gap"}, {Name: "miscounted"}, {Name: "wide", Knobs: map[string]float64{"extra": 7}}}
}
func (h hole) Generate(split workloads.Split, rung, index int) workloads.Instance {
	left := strings.Repeat("a", 2+index%3)
	inst := workloads.Instance{
		ID: fmt.Sprintf("hole/%s/%s/%d", h.Rungs()[rung].Name, split, index), Workload: "hole", Rung: rung,
		Prompt: "fill", Answer: left + "bcd/", Canon: fmt.Sprint(index), Constraints: []workloads.Constraint{{Kind: "letter"}},
	}
	switch rung {
	case 0:
		inst.Template = []workloads.Piece{{Text: left}, {Gap: 3}, {Text: "/"}}
	case 1:
		inst.Template = []workloads.Piece{{Text: left}, {Gap: 4}, {Text: "/"}}
	}
	return inst
}

func holePlan(t *testing.T, extra string) (*Plan, error) {
	t.Helper()
	catalog := fakeCatalog()
	catalog.Workloads = append(catalog.Workloads, hole{})
	s, err := Parse("hole.yaml", []byte("version: 1\nweights: {builtin: v0}\nengines: [{name: ar, engine: autoregressive, preset: greedy}]\n"+extra), catalog)
	if err != nil {
		t.Fatal(err)
	}
	return s.Expand(fakeWeights)
}

func TestTemplates(t *testing.T) {
	p, err := holePlan(t, "workloads: [{workload: hole, rungs: [gap], instances: 5}]\ngeneration: {budget_ratio: [1, 2], budget_multiple: 5}\n")
	if err != nil {
		t.Fatal(err)
	}
	// One group: neither ratio nor multiple can change a text of known length.
	if len(p.Groups) != 1 || p.Groups[0].Budget != 4+3+1+1 || len(p.Groups[0].Items) != 5 {
		t.Fatalf("%d groups, the first with a budget of %d", len(p.Groups), p.Groups[0].Budget)
	}
	gap := engines.Gap
	for i, want := range [][]int32{{'a', 'a', gap, gap, gap, '/', 257}, {'a', 'a', 'a', gap, gap, gap, '/', 257}} {
		if got := p.Groups[0].Items[i].Template; !slices.Equal(got, want) {
			t.Errorf("template %d is %v, want %v", i, got, want)
		}
	}
}

func TestMiscountedTemplate(t *testing.T) {
	_, err := holePlan(t, "workloads: [{workload: hole, rungs: [miscounted], instances: 1}]\n")
	if err == nil || !strings.Contains(err.Error(), "the template has 7 tokens and the reference answer 6") {
		t.Errorf("error %v", err)
	}
	inst := hole{}.Generate(workloads.Test, 0, 0)
	inst.Template[2].Text = ";"
	if _, err := Template(bytesCodec{}, inst); err == nil || !strings.Contains(err.Error(), `token 5 of the template is ";" and "/" in the reference answer`) {
		t.Errorf("error %v", err)
	}
}

func TestExtraPositions(t *testing.T) {
	p, err := holePlan(t, "workloads: [{workload: hole, rungs: [wide], instances: 1}]\ngeneration: {budget_ratio: [1, 2], budget_multiple: 4}\n")
	if err != nil {
		t.Fatal(err)
	}
	// The longest answer has 8 letters and an end; the seven do not grow with the ratio.
	var budgets []int
	for _, g := range p.Groups {
		budgets = append(budgets, g.Budget)
	}
	if want := []int{16, 28}; !slices.Equal(budgets, want) {
		t.Errorf("budgets %v, want %v", budgets, want)
	}
	if p.Groups[0].Items[0].Template != nil {
		t.Error("a continuation has a template")
	}
}
