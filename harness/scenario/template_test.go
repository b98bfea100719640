package scenario

import (
	"context"
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
	return s.Expand(context.Background(), fakeWeights)
}

func TestTemplates(t *testing.T) {
	p, err := holePlan(t, "workloads: [{workload: hole, rungs: [gap], instances: 5}]\ngeneration: {budget_ratio: [1, 2], budget_multiple: 5}\n")
	if err != nil {
		t.Fatal(err)
	}
	// One group: neither ratio nor multiple can change a text of known length.
	if len(p.Groups) != 1 || p.Groups[0].Budget != 4+3+1+1 || p.Groups[0].Items.Len() != 5 {
		t.Fatalf("%d groups, the first with a budget of %d", len(p.Groups), p.Groups[0].Budget)
	}
	gap := engines.Gap
	for i, want := range [][]int32{{'a', 'a', gap, gap, gap, '/', 257}, {'a', 'a', 'a', gap, gap, gap, '/', 257}} {
		if got := p.Groups[0].Items.At(i).Template; !slices.Equal(got, want) {
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
	if _, err := workloads.TemplateTokens(bytesCodec{}, inst); err == nil || !strings.Contains(err.Error(), `token 5 of the template is ";" and "/" in the reference answer`) {
		t.Errorf("error %v", err)
	}
}

// pairs is a codec of bytes that joins two letters that are alike.
type pairs struct{ bytesCodec }

func (pairs) Encode(text string) []int32 {
	var ids []int32
	for i := 0; i < len(text); i++ {
		if i+1 < len(text) && text[i] == text[i+1] {
			ids = append(ids, int32(text[i])+1000)
			i++
			continue
		}
		ids = append(ids, int32(text[i]))
	}
	return ids
}

func (pairs) Decode(ids []int32) string {
	text := ""
	for _, id := range ids {
		if id >= 1000 {
			text += string(rune(id - 1000))
			id -= 1000
		}
		text += string(rune(id))
	}
	return text
}

// TestFilledTemplate: a gap that states its text has the tokens of that text, and
// those that reach over its border.
func TestFilledTemplate(t *testing.T) {
	gap := engines.Gap
	inst := workloads.Instance{ID: "made/by/hand/0", Answer: "abbcddeff"}
	for _, x := range []struct {
		template []workloads.Piece
		want     []int32
	}{
		{[]workloads.Piece{{Text: "abbc"}, {Fill: "dd"}, {Text: "eff"}}, []int32{'a', 'b' + 1000, 'c', gap, 'e', 'f' + 1000, 257}},
		{[]workloads.Piece{{Text: "ab"}, {Fill: "bcd"}, {Text: "deff"}}, []int32{'a', gap, gap, gap, 'e', 'f' + 1000, 257}},
		{[]workloads.Piece{{Fill: "a"}, {Text: "bbcdde"}, {Fill: "ff"}}, []int32{gap, 'b' + 1000, 'c', 'd' + 1000, 'e', gap, 257}},
	} {
		inst.Template = x.template
		if got, err := workloads.TemplateTokens(pairs{}, inst); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%v: %v, error %v, want %v", x.template, got, err, x.want)
		}
	}
	for want, template := range map[string][]workloads.Piece{
		"beside gaps with a text": {{Text: "abbc"}, {Fill: "dd"}, {Gap: 1}, {Text: "ff"}},
		`says "abbcddff"`:         {{Text: "abbc"}, {Fill: "dd"}, {Text: "ff"}},
	} {
		inst.Template = template
		if _, err := workloads.TemplateTokens(pairs{}, inst); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %s", template, err, want)
		}
	}
	inst.Template = []workloads.Piece{{Text: "abbc"}, {Fill: "dd"}, {Text: "eff"}}
	if _, err := workloads.TemplateTokens(lossy{}, inst); err == nil || !strings.Contains(err.Error(), "does not keep texts") {
		t.Errorf("a codec that loses letters: error %v", err)
	}
}

// lossy is a codec that forgets the second of two letters that are alike.
type lossy struct{ pairs }

func (lossy) Decode(ids []int32) string {
	text := ""
	for _, id := range ids {
		text += string(rune(id % 1000))
	}
	return text
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
	if p.Groups[0].Items.At(0).Template != nil {
		t.Error("a continuation has a template")
	}
}
