package scenario

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/weights"
)

// pairsCodec has one token for two bytes, another tokenizer than bytesCodec.
type pairsCodec struct{ bytesCodec }

func (pairsCodec) Encode(text string) (ids []int32) {
	for i := 0; i < len(text); i += 2 {
		ids = append(ids, int32(text[i]))
	}
	return ids
}

const trio = `
version: 1
models:
  base: {path: base}
  full: {path: full, parent: base, note: a note}
  block: {path: block, parent: base}
engines:
  - {name: ar, engine: autoregressive, preset: greedy, model: base}
  - {name: diffusion, engine: diffusion, preset: llada, model: full}
  - {name: bd, engine: block, preset: sdar-static, model: block, generation: {block_length: 2}}
generation: {budget_multiple: 2}
workloads:
  - {workload: echo, rungs: all, instances: 4}
`

// openModels knows every path; those named in pairs have another tokenizer.
func openModels(opened *[]string, pairs ...string) func(weights.Name) (WeightsInfo, error) {
	return func(w weights.Name) (WeightsInfo, error) {
		*opened = append(*opened, w.Name)
		info, _ := fakeWeights(weights.Name{Kind: weights.Builtin, Name: w.Name})
		info.Shape, info.WeightsAlone = "two layers", "sha256:alone"+w.Name
		if slices.Contains(pairs, w.Name) {
			info.Codec = pairsCodec{}
		}
		return info, nil
	}
}

// TestModels: related models decode the same instances in turns and are at one place;
// the tokenizer is measured, and where it differs one counts.
func TestModels(t *testing.T) {
	for _, c := range []struct {
		name          string
		change        []string // pairs of old and new text
		pairs         []string
		rounds, first int // and groups of the first one
		weights       string
		family        string // of the last cell
		tokensOf      string
		budgets       []int // of the cells of the first round
		counted       int   // budget of their place
	}{
		{"in turns", nil, nil, 2, 3, "base full block base full block", "base", "", []int{4, 4, 4}, 4},
		{"once", []string{"instances: 4", "instances: 4, order: once"}, nil, 6, 1, "base base full full block block", "base", "", []int{4}, 4},
		{"sequential", []string{"instances: 4", "instances: 4, order: sequential"}, nil, 6, 1, "base base full full block block", "base", "", []int{4}, 4},
		{"no parents", []string{", parent: base", ""}, nil, 6, 1, "base base full full block block", "", "", []int{4}, 0},
		{"another tokenizer", nil, []string{"full"}, 2, 3, "base full block base full block", "base", "base", []int{4, 2, 4}, 4},
		{"counted by another", []string{"engines:", "tokenizer_of: full\nengines:"}, []string{"full"}, 2, 3, "base full block base full block", "base", "full", []int{4, 2, 4}, 2},
		{"a relative that does not run", []string{"  - {workload", "  - {engines: [diffusion, bd], workload"}, nil, 2, 2, "full block full block", "base", "", []int{4, 4}, 4},
		{"one that runs", []string{"  - {workload", "  - {engines: bd, workload"}, nil, 2, 1, "block block", "", "", []int{4}, 0},
		{"an entry's", []string{"rungs: all", "rungs: all, weights: block"}, nil, 2, 1, "block block", "", "", []int{4, 4, 4}, 0},
		{"the scenario's", []string{"engines:", "weights: block\nengines:", ", model: full", ""}, nil, 2, 2, "base block base block", "base", "", []int{4, 4, 4}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := trio
			for i := 0; i+1 < len(c.change); i += 2 {
				text = strings.ReplaceAll(text, c.change[i], c.change[i+1])
			}
			s, err := Parse("trio.yaml", []byte(text), fakeCatalog())
			if err != nil {
				t.Fatal(err)
			}
			var opened []string
			plan, err := s.Expand(context.Background(), openModels(&opened, c.pairs...))
			if err != nil {
				t.Fatal(err)
			}
			var order []string
			for _, g := range plan.Groups {
				order = append(order, g.Weights.Name)
				if len(g.Items.ids) != 4 || g.Items.ids[0] != plan.Rounds()[0][0].Items.ids[0] && g.Cells[0].Rung == "echo-2" {
					t.Errorf("instances %v", g.Items.ids)
				}
			}
			rounds := plan.Rounds()
			if got := strings.Join(order, " "); got != c.weights || len(rounds) != c.rounds || len(rounds[0]) != c.first {
				t.Fatalf("%d rounds, the first of %d groups, weights %s", len(rounds), len(rounds[0]), got)
			}
			for i, cell := range rounds[0].Cells() {
				_, at := rounds[0].At(i)
				if cell.Budget != c.budgets[i] || at.ID != cell.ID || c.counted > 0 && cell.Family.Budget != c.counted {
					t.Errorf("cell %+v, budget %d, family %+v", cell.Label, cell.Budget, cell.Family)
				}
			}
			cells := plan.Cells()
			last := cells[len(cells)-1]
			if by, _, _ := strings.Cut(last.TokensOf, " "); by != c.tokensOf || (plan.Groups[0].Counting != nil) != (by != "") {
				t.Errorf("useful tokens are those of %q", by)
			}
			if (last.Family != nil) != (c.family != "") || last.Family != nil && last.Family.Root != c.family {
				t.Errorf("family %+v", last.Family)
			}
			for _, p := range plan.Checkpoints {
				if p.Family != c.family || p.Digest != "sha256:"+p.Name || p.Shape != "two layers" || p.Texts != 17 || (p.Name == "full") != (p.Note != "") {
					t.Errorf("checkpoint %+v", p)
				}
				if other := slices.Contains(c.pairs, p.Name); len(c.pairs) > 0 && other == (p.Tokenizer == plan.Checkpoints[0].Tokenizer) {
					t.Errorf("tokenizer of %s", p.Name)
				}
			}
			if len(opened) != len(plan.Checkpoints) {
				t.Errorf("opened %v for %d checkpoints", opened, len(plan.Checkpoints))
			}
		})
	}
}

// TestModelIsItsWeights: a cell is the same whether its weights have a name or not.
func TestModelIsItsWeights(t *testing.T) {
	var opened []string
	var ids [2]string
	for i, text := range []string{strings.Replace(small, "{builtin: v0}", "{path: base}", 1), strings.Replace(small, "weights: {builtin: v0}", "models: {named: {path: base}}\nweights: named", 1)} {
		s, err := Parse("s.yaml", []byte(text), fakeCatalog())
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.Expand(context.Background(), openModels(&opened))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range plan.Cells() {
			ids[i] += c.ID + " "
		}
		if i == 1 && plan.Cells()[0].Checkpoint != "named" {
			t.Errorf("cell %+v", plan.Cells()[0])
		}
	}
	if ids[0] != ids[1] {
		t.Errorf("ids\n%s\n%s", ids[0], ids[1])
	}
}

// TestPlantedTokenizers: planted errors are tokens, so they need one tokenizer.
func TestPlantedTokenizers(t *testing.T) {
	text := strings.Replace(trio, "instances: 4", "instances: 4, planted: 0, engines: [diffusion, bd]", 1)
	s, err := Parse("trio.yaml", []byte(text), fakeCatalog())
	if err != nil {
		t.Fatal(err)
	}
	var opened []string
	if _, err = s.Expand(context.Background(), openModels(&opened, "full")); err == nil || !strings.Contains(err.Error(), "tokenizers of the models that are compared differ") {
		t.Errorf("error %v", err)
	}
}
