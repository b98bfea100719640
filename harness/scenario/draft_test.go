package scenario

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// words are items with one right answer each.
func words(answers ...string) Items {
	var items []Item
	for i, a := range answers {
		items = append(items, Item{ID: a, Seed: uint64(i), Instance: &workloads.Instance{Answer: a, Unique: true}})
	}
	return Listed(items...)
}

// TestDrafted: half of the answer stands, so many of its tokens are wrong, and
// more errors are errors at further places of the same draft.
func TestDrafted(t *testing.T) {
	items := words("abcde", "hello", "world", "cabbage")
	const budget = 9
	for wrong := range 4 {
		list, err := drafted(items, bytesCodec{}, budget, wrong)
		if err != nil {
			t.Fatal(err)
		}
		fewer, _ := drafted(items, bytesCodec{}, budget, max(0, wrong-1))
		for i, item := range list.All() {
			answer := items.At(i).Instance.Answer
			written, errors := 0, 0
			for pos, id := range item.Draft {
				if id == engines.Gap {
					continue
				}
				written++
				if pos >= len(answer) {
					t.Fatalf("%s: a token behind the answer: %v", answer, item.Draft)
				}
				if id != int32(answer[pos]) {
					errors++
					if !strings.ContainsRune("abcdehelloworldcabbage", rune(id)) {
						t.Errorf("%s: %d occurs in no answer", answer, id)
					}
				} else if fewer.At(i).Draft[pos] != id {
					t.Errorf("%s: an error of %v is none in %v", answer, fewer.At(i).Draft, item.Draft)
				}
			}
			if len(item.Draft) != budget || written != (len(answer)+1)/2 || errors != wrong {
				t.Errorf("%s: %v has %d tokens and %d errors, want %d errors", answer, item.Draft, written, errors, wrong)
			}
		}
		if again, _ := drafted(items, bytesCodec{}, budget, wrong); !slices.EqualFunc(again.Slice(0, again.Len()), list.Slice(0, list.Len()), func(a, b Item) bool { return slices.Equal(a.Draft, b.Draft) }) {
			t.Error("a second draft is another one")
		}
	}
}

func TestDraftedRefuses(t *testing.T) {
	several := words("abc")
	several.At(0).Instance.Unique = false
	gaps := words("abc").each(func(item Item) Item {
		item.Template = []int32{engines.Gap}
		return item
	})
	for want, items := range map[string]Items{
		"more than one right answer":     several,
		"both a template and planted":    gaps,
		"3 errors cannot be planted":     words("abc"),
		"made of one and the same token": words("aaaaa", "aaaaaaa"),
	} {
		if _, err := drafted(items, bytesCodec{}, 9, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestPlantedLeftToRight: a decoder that cannot begin with a half-written answer is
// refused when the scenario is expanded, not when it runs.
func TestPlantedLeftToRight(t *testing.T) {
	s := mustParse(t, `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}, {name: d, engine: diffusion, preset: llada}]
workloads: [{workload: echo, rungs: [echo-5], instances: 4, planted: [1]}]
`)
	s.Engines[0].Preset.LeftToRight = true
	if _, err := s.Expand(context.Background(), fakeWeights); err == nil || !strings.Contains(err.Error(), `4:13: planted: engine a (greedy) writes from left to right`) || !strings.Contains(err.Error(), `["d"]`) {
		t.Errorf("error %v", err)
	}
}
