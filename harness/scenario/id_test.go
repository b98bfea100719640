package scenario

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func ids(plan *Plan) []string {
	var list []string
	for _, c := range plan.Cells() {
		list = append(list, c.ID)
	}
	slices.Sort(list)
	return list
}

// TestIDsStayTheSame pins one id: results of older versions must stay
// comparable. The value was recorded when the format was first written.
func TestIDsStayTheSame(t *testing.T) {
	const want = "ce45a5c3a1d9fcf7"
	if got := mustExpand(t, small).Cells()[1].ID; got != want {
		t.Errorf("id is %s, was %s: old result files cannot be continued", got, want)
	}
}

// TestIDsFollowContent checks that what does not matter to a cell does not
// change its id, and that everything else does.
func TestIDsFollowContent(t *testing.T) {
	base := ids(mustExpand(t, small))
	same := map[string][2]string{
		"comment":          {"version: 1", "# a remark\nversion: 1"},
		"scenario name":    {"name: small", "name: other"},
		"explicit default": {"generation: {remasking: random}", "generation: {remasking: random, block_length: 0}"},
		"other repeats":    {"repeats: 5", "repeats: 6"},
		"order of axes":    {"  diffusion.steps: [4, 0]\n  diffusion.stop_at_end: [true, false]", "  diffusion.stop_at_end: [false, true]\n  diffusion.steps: [0, 4]"},
	}
	for name, change := range same {
		if got := ids(mustExpand(t, strings.Replace(small, change[0], change[1], 1))); !slices.Equal(got, base) {
			t.Errorf("%s: ids have changed", name)
		}
	}
	different := map[string][2]string{
		"label":       {"name: ar,", "name: auto,"},
		"option":      {"remasking: random", "remasking: low_confidence"},
		"temperature": {"temperature: 0.5", "temperature: 0.25"},
		"rung":        {"[echo-5]", "[echo-2]"},
		"split":       {"instances: 4", "instances: 4, split: validation"},
		"ratio":       {"budget_ratio: [1, 2]", "budget_ratio: [1, 3]"},
		"shape":       {"20m", "2m"},
		"prompt":      {"[8, 16]", "[8, 17]"},
		"samples":     {"instances: 4", "instances: 4, samples: 2"},
		"batch":       {"batch: [1, 2]", "batch: [1, 4]"},
		"threads":     {"threads: [0, 1]", "threads: [0, 3]"},
	}
	for name, change := range different {
		text := strings.ReplaceAll(small, change[0], change[1])
		text = strings.ReplaceAll(text, "[ar, bd]", map[bool]string{true: "[auto, bd]", false: "[ar, bd]"}[name == "label"])
		if text == small {
			t.Fatalf("%s: nothing was changed", name)
		}
		if got := ids(mustExpand(t, text)); slices.Equal(got, base) {
			t.Errorf("%s: ids have not changed", name)
		}
	}
}

// TestExpansionIsAProduct checks number and distinctness of the cells for
// random sweeps.
func TestExpansionIsAProduct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		distinct := func(name string, low, high int) []int {
			return rapid.SliceOfNDistinct(rapid.IntRange(low, high), 1, 4, rapid.ID[int]).Draw(t, name)
		}
		list := func(values []int) string { return strings.ReplaceAll(fmt.Sprint(values), " ", ", ") }
		steps, lengths, batch := distinct("steps", 0, 20), distinct("lengths", 1, 20), distinct("batch", 1, 4)
		text := fmt.Sprintf(`
version: 1
weights: {builtin: v0}
engines:
  - {engine: autoregressive, preset: greedy}
  - {engine: diffusion, preset: llada}
  - {engine: block, preset: sdar-static}
sweep: {diffusion.steps: %s, block.block_length: %s}
workloads: [{workload: echo, rungs: all, instances: 12}]
measurement: {batch: %s}
`, list(steps), list(lengths), list(batch))
		s, err := Parse("t.yaml", []byte(text), fakeCatalog())
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.Expand(context.Background(), fakeWeights)
		if err != nil {
			t.Fatal(err)
		}
		all := ids(plan)
		if want := 2 * len(batch) * (1 + len(steps) + len(lengths)); len(all) != want {
			t.Fatalf("%d cells, want %d", len(all), want)
		}
		if len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Fatal("two cells have the same id")
		}
		again, _ := s.Expand(context.Background(), fakeWeights)
		if !slices.Equal(ids(again), all) {
			t.Fatal("a second expansion gives other ids")
		}
	})
}
