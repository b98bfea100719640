package world

import (
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// TestPairs: a backward rung and its lookahead partner have the same worlds,
// choices and sentences, and nearly the same length.
func TestPairs(t *testing.T) {
	w := New()
	for n := 0; n < len(w.rungs); n += 2 {
		for i := range 20 {
			b, l := w.Generate(workloads.Train, n, i), w.Generate(workloads.Train, n+1, i)
			if b.Canon != l.Canon || len(b.Constraints) != len(l.Constraints) || strings.HasPrefix(w.rungs[n].base, "say") != (b.Spans == nil) {
				t.Fatalf("%s and %s", b.ID, l.ID)
			}
			facts, _, _ := strings.Cut(b.Prompt, "Tell")
			if !strings.HasPrefix(l.Prompt, facts+"Tell") {
				t.Fatalf("prompts differ: %s\n%s", b.Prompt, l.Prompt)
			}
			if w.rungs[n].count(sayKind) > 0 { // speech is turned round itself
				continue
			}
			sentences := func(text string) []string { return slices.Sorted(slices.Values(splitForm.FindAllString(text, -1))) }
			if !slices.Equal(sentences(b.Answer), sentences(l.Answer)) {
				t.Fatalf("texts differ: %s\n%s", b.Answer, l.Answer)
			}
			for at, cs := range map[workloads.Direction][]workloads.Constraint{workloads.Backward: b.Constraints, workloads.Lookahead: l.Constraints} {
				for _, c := range cs {
					turns := slices.Contains([]string{"attribute", "count", "size", "plan", "acrostic", "rhyme"}, c.Kind)
					if turns && c.Direction != at || !turns && c.Kind != "pronoun" && c.Direction != workloads.Backward {
						t.Fatalf("%s: %+v", b.ID, c)
					}
				}
			}
		}
	}
}

// TestPrompt: what a prompt says can be read back from it.
func TestPrompt(t *testing.T) {
	w := New()
	for n := range w.rungs {
		rng := workloads.NewRand("prompt", w.rungs[n].name(), workloads.Train, 0)
		for range 30 {
			s := w.rungs[n].invent(rng)
			prompt, words, _ := s.write(rng)
			if got := readPrompt(prompt); !reflect.DeepEqual(got, s) {
				t.Fatalf("%s\nread %+v\nmade %+v", prompt, got, s)
			}
			if words != len(strings.Fields(prompt)) {
				t.Fatalf("%s\nhas %d words", prompt, words)
			}
		}
	}
	for _, prompt := range []string{"", "story: Ann is here.", "world:", "world: Ann is mad. Tell who.", "world: The title is zebra. Tell title.", "world: Tell joke."} {
		func() {
			defer func() {
				if recover() != badPrompt {
					t.Errorf("prompt %q was read", prompt)
				}
			}()
			readPrompt(prompt)
		}()
	}
}

// TestCheck states by hand, for each kind, what is right and what is broken.
func TestCheck(t *testing.T) {
	w := New()
	const (
		two   = "world: Ann is a spy by the sea with a red hat. Tom, a poet with a blue hat, lives by the mill. "
		count = "world: Ann has three eggs. The end is two or seven. Tell "
		poem  = "world: The title is big or dug. The rhyme is cat and king or bell and book. "
	)
	for _, tc := range []struct {
		prompt, text string
		broken       []int
	}{
		// 0 1 who: grammar, choice; 2 3 4 clue: grammar, attribute, pronoun; 5 6 7 8 clue, with repetition; 9 length.
		{two + "Tell who, two clues.", " The hero is Tom. He was a wise poet. A goat ate his blue hat.", nil},
		{two + "Tell who, two clues.", "\nThe hero\tis Tom.  He was a wise poet.\n\nA goat ate his blue hat. ", nil},
		{two + "Tell who, two clues.", " Ann is the one. From me.", []int{2, 3, 4, 5, 6, 7, 8}},
		{two + "Tell who, two clues.", " Ann is the one. She was a wise poet. A goat ate his red hat.", []int{3, 7}},
		{two + "Tell who, two clues.", " Ann is the one. He was a wise poet. A goat ate her red hat.", []int{3, 4}},
		{two + "Tell who, two clues.", " Sue is the one. He was a wise poet. A goat ate his blue hat.", []int{1}},
		{two + "Tell who, two clues.", " The hero is Tom. He was a wise poet. He was a bold poet.", []int{8}},
		{two + "Tell who, two clues.", " The hero is Tom. He was a wise poet. A goat ate his blue hat. Rain fell on the hall.", []int{9}},
		{two + "Tell who, two clues.", " The hero is Tom. He was a wise poet. A goat ate his blue hat", []int{5, 6, 7, 8}},
		{two + "Tell who, two clues.", " The hero is Tom. He was a wise poet.", []int{5, 6, 7, 8}},
		{two + "Tell who, two clues.", " He was a wise poet. A goat ate his blue hat. The hero is Tom.", []int{0, 1, 5, 6, 7, 8}},
		{two + "Tell who, two clues.", strings.Repeat(" The hero is Tom.", 3), []int{2, 3, 4, 5, 6, 7, 8}},
		{two + "Tell two clues, who.", " He was a wise poet. A goat ate his blue hat. The hero is Tom.", nil},
		{two + "Tell two clues, who.", " He was a wise poet. A goat ate his blue hat. The hero is Ann.", []int{1, 2, 4, 5}},
		{two + "Tell two clues, who.", " He was a wise poet. A goat ate his blue hat.", []int{7, 8}}, // judged by the best fit
		// 0 1 2 end: grammar, choice, count; 3 4 5 event: grammar, possession, pronoun; 6 7 8 9 event; 10 length.
		{count + "end, two events.", " The end is seven eggs. A cat gave her two eggs. In her bed she found two eggs!", nil},
		{count + "end, two events.", " The end is seven eggs. A cat gave her two eggs. In her bed she found three eggs!", []int{2}},
		{count + "end, two events.", " The end is six eggs. A cat gave her two eggs. In her bed he found two eggs!", []int{1, 2, 8}},
		{count + "end, two events.", " The end is two eggs. She lost four eggs. She ate two eggs.", []int{2, 4}},
		{count + "end, two events.", " The end is two eggs. She ate two eggs. She ate two eggs.", []int{2, 7, 9}},
		{count + "end, two events.", " The end is two keys. She found two eggs. She ate three eggs.", []int{1}},
		{count + "end, two events.", " The end is two eggs. She found two keys. She ate three eggs.", []int{4}},
		{count + "end, two events.", " The end is two eggs. She found nine eggs. She ate three eggs.", []int{2, 3, 4, 5}}, // nine is no step, then one is left
		{count + "two events, end.", " She found two eggs. She ate three eggs. It is two eggs in all.", nil},
		// 0 1 title, 2 3 rhyme, 4 5 6 verse: grammar, acrostic, rhyme; 7 8 9 10 verse, with repetition; 11 ... 14; 15 length.
		{poem + "Tell title, rhyme, three verses as aba.", " The title is big. It rhymes with cat and king. Ben bit the hat! In the den I saw a ring. Gus saw a big bat.", nil},
		{poem + "Tell title, rhyme, three verses as aba.", " The title is big. It rhymes with cat and king. Ben bit the hat! In the den I saw a bell. Gus bit the hat!", []int{9, 13, 14}},
		{poem + "Tell title, rhyme, three verses as aba.", " The title is dug. It rhymes with cat and king. Ben bit the cat! Una saw a mad ring. Gus sang to the bat.", []int{5, 6}},
		{poem + "Tell title, rhyme, three verses as aba.", " The title is rat. It rhymes with cat and book. Dan bit the well! Una saw a mad hook. Gus sang to the cell.", []int{1, 3}},
		// 0 1 plan; 2 3 4 deed: grammar, plan, pronoun; 5 6 7; 8 9 10; 11 length.
		{"world: The hero is Leo. The plan is dig sing hide or sing dig swim. Tell plan, three deeds.", " The plan was to sing, dig and swim. He sang to a hog. He dug by the den. He swam like a bat.", []int{2, 3, 4}}, // no free slot has a hog
		{"world: The hero is Leo. The plan is dig sing hide or sing dig swim. Tell plan, three deeds.", " The plan was to sing, dig and swim. He sang to a hen. He dug by the den. She hid from a bat.", []int{9, 10}},
		{"world: The hero is Leo. The plan is dig sing hide or sing dig swim. Tell plan, three deeds.", " The plan was to sing, dig and hide. He sang to a hen. He dug by the den. He swam like a bat.", []int{1}},
		// 0 1 2 size: grammar, choice, size; 3 4 scene: grammar, cast; 5 6 7 scene, with repetition; 8 length.
		{"world: The cast is Ann, Ben, Eve. The size is two or three. Tell size, two scenes.", " It has two people. Ann bit a ring. Why did Eve kiss the cat?", nil},
		{"world: The cast is Ann, Ben, Eve. The size is two or three. Tell size, two scenes.", " It has two people. Ann bit a ring. Why did Tom kiss the cat?", []int{6}},
		{"world: The cast is Ann, Ben, Eve. The size is two or three. Tell size, two scenes.", " It has two people. Ann bit a ring. Ann bit a bell.", []int{2, 7}},
		{"world: The cast is Ann, Ben, Eve. The size is two or three. Tell two scenes, size.", " Ann bit a ring. Why did Eve kiss the cat? It has three people.", []int{7}},
		// 0 grammar, 1 nesting, 2 3 speaker and claim, 4 5 inner speaker and claim, 6 length.
		{two + "Tell say two.", ` Ann said, "Tom cried, 'I am a poet,' and I live by the sea."`, nil},
		{two + "Tell say two.", ` Ann said, "Tom cried, 'I am a poet, and I live by the sea."`, []int{1}},
		{two + "Tell say two.", ` Ann said, "Tom cried, 'I am a spy,' and I live by the mill."`, []int{3, 5}},
		{two + "Tell say two.", ` Ann said, "Ann cried, 'I am a spy,' and I live by the sea."`, []int{4}},
		{two + "Tell say two.", ` Ann said, "Sue cried, 'I am a poet,' and I live by the sea."`, []int{4, 5}},
		{two + "Tell say two.", ` Ann said, "I live by the sea."`, []int{0, 1, 2, 3, 4, 5}},
		{two + "Tell quote two.", ` "I live by the sea, and 'I am a poet,' cried Tom," said Ann.`, nil},
		{two + "Tell quote two.", ` "I live by the sea, and 'I am a poet," cried Tom,' said Ann.`, []int{1}},
		{two + "Tell quote two.", ` "I live by the mill, and 'I am a poet,' cried Tom," said Ann.`, []int{3}},
		{two + "Tell quote two.", ` Ann said, "Tom cried, 'I am a poet,' and I live by the sea."`, []int{0, 1, 2, 3, 4, 5}},
	} {
		s := w.Check(workloads.Instance{Prompt: tc.prompt}, tc.text)
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%s\n→%s\nfound %v, want %v: %v", tc.prompt, tc.text, got, tc.broken, s.Violations)
		}
	}
}

func TestViolation(t *testing.T) {
	prompt := "world: Ann is a spy by the sea with a red hat. Tom, a poet with a blue hat, lives by the mill. Tell who, clue."
	text := " The hero is Tom. In a red hat he ran off. More."
	got := New().Check(workloads.Instance{Prompt: prompt}, text).Violations
	want := []workloads.Violation{
		{Constraint: 3, Offset: strings.Index(text, "red"), Length: 3, Doc: `"red" does not fit Tom`},
		{Constraint: 5, Offset: strings.Index(text, "More"), Length: 5, Doc: `"More." follows the last sentence`},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestDistance counts words by hand.
func TestDistance(t *testing.T) {
	const prompt = "world: Ann is a spy by the sea with a red hat. Ann has three eggs. Tom, a poet with a blue hat, lives by the mill. Tom has four eggs. The end is two or six. "
	for _, tc := range []struct {
		tell, text string
		want       map[string][]int // negative: lookahead
	}{
		{"Tell who, end, clue, two events.", " The hero is Tom. The end is six eggs. He was a wise poet. He ate two eggs. He found four eggs.", map[string][]int{
			// Tom in the prompt is word 16, counted from 0, six is word 36; the text starts with word 43.
			"choice": {46 - 16 - 1, 50 - 36 - 1}, "count": {63 - 50 - 1},
			"attribute": {56 - 46 - 1}, "pronoun": {52 - 46 - 1, 57 - 46 - 1, 61 - 46 - 1},
			"possession": {59 - 29 - 1, 63 - 29 - 1}, "repetition": {3}, "grammar": {0, 0, 0, 0, 0}, "length": {0},
		}},
		{"Tell two events, clue, end, who.", " He ate two eggs. He found four eggs. He was a wise poet. The end is six eggs. The hero is Tom.", map[string][]int{
			"choice": {59 - 36 - 1, 64 - 16 - 1}, "count": {-(59 - 45 - 1)},
			"attribute": {-(64 - 55 - 1)}, "pronoun": {-(64 - 43 - 1), -(64 - 47 - 1), -(64 - 51 - 1)},
			"possession": {45 - 29 - 1, 49 - 29 - 1}, "repetition": {3}, "grammar": {0, 0, 0, 0, 0}, "length": {0},
		}},
	} {
		s := readPrompt(prompt + tc.tell)
		words := strings.Fields(prompt + tc.tell)
		told := &told{spec: s, sentences: s.read(tc.text).said}
		at := len(words)
		for i := range told.sentences {
			told.at = append(told.at, at)
			at += len(told.sentences[i].shape.words)
		}
		told.from.people = []int{slices.Index(words, "Ann"), slices.Index(words, "Tom,")}
		told.from.starts = []int{slices.Index(words, "three"), slices.Index(words, "four")}
		told.from.options[totalKind] = []int{slices.Index(words, "two"), slices.Index(words, "six.")}
		got := map[string][]int{}
		for _, c := range told.constraints() {
			if c.Direction == workloads.Lookahead {
				c.Distance = -c.Distance
			}
			got[c.Kind] = append(got[c.Kind], c.Distance)
		}
		if !maps.EqualFunc(got, tc.want, slices.Equal) {
			t.Errorf("%s\ngot  %v\nwant %v", tc.tell, got, tc.want)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	w := New()
	for i := range b.N {
		w.Generate(workloads.Train, i%len(w.rungs), i)
	}
}

func BenchmarkCheck(b *testing.B) {
	w := New()
	inst := w.Generate(workloads.Train, len(w.rungs)-1, 0)
	for _, bc := range []struct{ name, text string }{{"answer", inst.Answer}, {"megabyte", strings.Repeat(inst.Answer, 1<<20/len(inst.Answer))}} {
		b.Run(bc.name, func(b *testing.B) {
			for range b.N {
				w.Check(inst, bc.text)
			}
		})
	}
}

// TestRedraw: another answer to the same prompt is right, has a probability, and
// is not always the same.
func TestRedraw(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for r, rung := range w.Rungs() {
		seen := map[string]bool{}
		inst := w.Generate(workloads.Test, r, 1)
		for range 20 {
			text := w.Redraw(inst, rng)
			if s := w.Check(inst, text); !s.Exact || math.IsInf(w.LogProb(inst, text), 0) {
				t.Fatalf("%s: %q is judged %+v", rung.Name, text, s)
			}
			seen[text] = true
		}
		if len(seen) < 5 {
			t.Errorf("%s: %d different texts of 20", rung.Name, len(seen))
		}
	}
}
