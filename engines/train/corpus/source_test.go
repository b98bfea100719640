package corpus

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/train"
	"dllmbench/workloads"
)

func sourceV1(t *testing.T, change func(*Recipe)) *Source {
	t.Helper()
	r, err := Find("v1")
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&r)
	}
	s, err := NewSource(r, tasks(), mustVocabulary(t), r.Context)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRecipes: every phase names the same workloads in the same order, each
// once, and all workloads are in the default recipe, but those of derived texts.
func TestRecipes(t *testing.T) {
	for i, r := range recipes() {
		var names []string
		for _, s := range r.phases[0].share {
			if slices.Contains(names, s.workload) || s.part <= 0 {
				t.Errorf("%s: workload %s has a share of %g or two of them", r.Name, s.workload, s.part)
			}
			names = append(names, s.workload)
		}
		for n, p := range r.phases {
			var here []string
			for _, s := range p.share {
				here = append(here, s.workload)
			}
			if !slices.Equal(here, names) || n == 0 && p.from != 0 || n > 0 && p.from <= r.phases[n-1].from {
				t.Errorf("%s: phase %d from step %d has %v", r.Name, n, p.from, here)
			}
		}
		if _, err := r.ladders(tasks()); err != nil {
			t.Error(err)
		}
		if i > 0 {
			continue
		}
		for _, w := range tasks() {
			// A prompt of forced is the beginning of a text of arithmetic, and gaps are
			// cut out of texts of other workloads.
			if w.Name() != "forced" && w.Name() != "gaps" && !slices.Contains(names, w.Name()) {
				t.Errorf("recipe %s leaves workload %s out", r.Name, w.Name())
			}
		}
	}
	if _, err := Find("v2"); err == nil || !strings.Contains(err.Error(), "v1") {
		t.Errorf("an unknown recipe: %v", err)
	}
}

// TestSharesCountTokens draws samples at the start and late in training: every
// workload has its share of the tokens, within the error of drawing.
func TestSharesCountTokens(t *testing.T) {
	const draws = 3000
	for _, step := range []int{0, 50000} {
		s := sourceV1(t, nil)
		rng := rand.New(rand.NewPCG(1, 2))
		for range draws {
			s.Next(rng, step)
		}
		total := 0.0
		for _, task := range s.tasks {
			total += float64(task.drawn[tokens].Load())
		}
		for i, task := range s.tasks {
			got, want := float64(task.drawn[tokens].Load())/total, s.Recipe.phases[0].share[i].part
			// A workload of few long samples varies most: its n samples have a
			// relative error of about 1/√n, and up to that again for their lengths.
			n := float64(task.drawn[samples].Load())
			if math.Abs(got-want) > 0.1*want+4*want/math.Sqrt(n) {
				t.Errorf("step %d: %s has %.1f%% of the tokens in %g samples, want %.1f%%", step, task.name, 100*got, n, 100*want)
			}
			if task.drawn[skipped].Load() > 0 {
				t.Errorf("step %d: %d samples of %s were skipped", step, task.drawn[skipped].Load(), task.name)
			}
			// Only texts of 512 tokens lie beyond the trained length.
			if left := len(task.rungs) - len(task.rungs[0].workload.Rungs()); left != map[string]int{"long": -2, "markov": -1}[task.name] {
				t.Errorf("%s is trained on %d rungs less than it has", task.name, -left)
			}
		}
	}
}

// TestRungs: easy rungs first, but for reversal, whose rungs teach the same.
func TestRungs(t *testing.T) {
	s := sourceV1(t, nil)
	for _, task := range s.tasks {
		n := len(task.rungs)
		count := make([]int, n)
		rng := rand.New(rand.NewPCG(3, 4))
		for range 400 * n {
			count[s.drawRung(rng, task, 0)]++
		}
		first, last := float64(count[0])/400, float64(count[n-1])/400
		if task.name == "reversal" {
			if !task.flat || math.Abs(first-1) > 0.2 || math.Abs(last-1) > 0.2 {
				t.Errorf("reversal draws its first rung %.2f and its last %.2f times as often as on average", first, last)
			}
			continue
		}
		// exp(-1/ease) normalised, with an ease of 15% of the ladder: 6.7 times the
		// average in front (fewer on short ladders), nearly nothing at the end.
		if first < 3 || last > 0.05 {
			t.Errorf("%s draws its first rung %.2f and its last %.2f times as often as on average", task.name, first, last)
		}
	}
}

// TestSourceIsPure: a sample depends on the random stream and the step alone.
func TestSourceIsPure(t *testing.T) {
	a, b := sourceV1(t, nil), sourceV1(t, nil)
	one, two := rand.New(rand.NewPCG(5, 6)), rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		if x, y := a.Next(one, i), b.Next(two, i); !reflect.DeepEqual(x, y) {
			t.Fatalf("sample %d differs: %v and %v", i, x, y)
		}
	}
}

// TestLongSamplesAreSkipped: with room for 60 tokens nothing longer comes out,
// what was left out is counted, and a rung that never fits is not drawn.
func TestLongSamplesAreSkipped(t *testing.T) {
	s := sourceV1(t, func(r *Recipe) {
		r.MaxSample = 60
		*r, _ = r.Only([]string{"gocode", "long", "lists"})
	})
	rng := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		if n := length(s.Next(rng, 50000)); n > 60 {
			t.Fatalf("a sample of %d tokens", n)
		}
	}
	if s.Skipped() == 0 || s.Skipped() != s.tasks[1].drawn[skipped].Load()+s.tasks[0].drawn[skipped].Load()+s.tasks[2].drawn[skipped].Load() {
		t.Errorf("%d samples skipped", s.Skipped())
	}
	for _, task := range s.tasks {
		if task.name == "long" && len(task.rungs) != 2 { // repeat-32 and totals-32
			t.Errorf("long has %d rungs", len(task.rungs))
		}
	}
	r := s.Recipe
	r.MaxSample = 10
	if _, err := NewSource(r, tasks(), mustVocabulary(t), 640); err == nil || !strings.Contains(err.Error(), "fits into 10 tokens") {
		t.Errorf("no room at all: %v", err)
	}
}

// TestInfillingIsTaughtThreeWays: the text in place, with masks anywhere or in the
// gaps alone, and the layout of fill-in-the-middle, a third of the samples each.
func TestInfillingIsTaughtThreeWays(t *testing.T) {
	s := sourceV1(t, nil)
	inst := workloads.Instance{
		ID: "made/by/hand/0", Prompt: "p", Answer: "12345678",
		Template: []workloads.Piece{{Text: "1"}, {Gap: 2}, {Text: "4"}, {Gap: 3}, {Text: "8"}},
	}
	ids := func(text string) []int32 { return s.codec.Encode(text) }
	fim := s.fim
	prompt := slices.Concat(ids("p"), []int32{fim.Prefix}, ids("1"), []int32{fim.Gap}, ids("4"), []int32{fim.Gap}, ids("8"),
		[]int32{s.codec.EndIDs()[0], fim.Middle})
	layouts := map[string]train.Sample{
		"in place": {Prompt: ids("p"), Answer: ids("12345678")},
		"gaps": {
			Prompt: ids("p"), Answer: ids("12345678"),
			Gap: []bool{false, true, true, false, true, true, true, false},
		},
		"middle": {Prompt: prompt, Answer: slices.Concat(ids("23"), []int32{fim.Gap}, ids("567"))},
	}
	count := map[string]int{}
	rng := rand.New(rand.NewPCG(9, 10))
	for range 400 {
		sample, ok := s.sample(inst, rng)
		if !ok {
			t.Fatal("refused")
		}
		for name, want := range layouts {
			if reflect.DeepEqual(sample, want) {
				count[name]++
			}
		}
	}
	for name, n := range count {
		if n < 95 || n > 172 { // four standard deviations
			t.Errorf("%d of 400 samples are laid out %q", n, name)
		}
	}
	if count["in place"]+count["gaps"]+count["middle"] != 400 {
		t.Errorf("layouts: %v", count)
	}
	inst.Template[1].Gap = 3
	refused := 0
	for range 40 {
		if _, ok := s.sample(inst, rng); !ok {
			refused++
		}
	}
	if refused == 0 || refused == 40 {
		t.Errorf("a template that does not fit its answer was refused %d times of 40", refused)
	}
	// Without tokens for it there is one layout.
	s.fim = nil
	if sample, ok := s.sample(inst, rng); !ok || !reflect.DeepEqual(sample, layouts["in place"]) {
		t.Errorf("without fill-in-the-middle: %v", sample)
	}
}

// TestCountsAreKept: a resumed run goes on counting, and follows its recipe.
func TestCountsAreKept(t *testing.T) {
	s := sourceV1(t, func(r *Recipe) { *r, _ = r.Only([]string{"masks", "lists"}) })
	s.Recipe.MaxSample, s.Recipe.Context = 99, 500
	s.tasks[0].drawn[samples].Store(7)
	s.tasks[1].drawn[tokens].Store(1 << 40)
	s.tasks[1].drawn[skipped].Store(3)
	dir := t.TempDir()
	counts, file := filepath.Join(dir, "samples.csv"), filepath.Join(dir, "recipe.json")
	if err := s.WriteCounts(counts); err != nil {
		t.Fatal(err)
	}
	if err := s.Recipe.Write(file); err != nil {
		t.Fatal(err)
	}
	r, err := Read(file)
	if err != nil || r.Name != "v1" || len(r.phases[0].share) != 2 || r.MaxSample != 99 || r.Context != 500 {
		t.Fatalf("recipe %+v, error %v", r, err)
	}
	again, err := NewSource(r, tasks(), s.codec, r.Context)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.ReadCounts(counts); err != nil {
		t.Fatal(err)
	}
	if again.tasks[0].drawn[samples].Load() != 7 || again.tasks[1].drawn[tokens].Load() != 1<<40 || again.Skipped() != 3 {
		t.Error("counts differ")
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the file: error %v", err)
	}
	for text, want := range map[string]string{"{": "JSON", `{"recipe":"v9"}`: "v9", `{"recipe":"v1","workloads":["x"]}`: "x", `{"recipe":"v1"}`: "at least 1"} {
		if err := atomicfile.Write(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", text, err)
		}
	}
}

// TestContextTooShort: a source whose samples are all longer than the context is
// refused. It used to draw forever.
func TestContextTooShort(t *testing.T) {
	for _, name := range Names() {
		r, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := r.Lexicon()
		if err != nil {
			t.Fatal(err)
		}
		codec, err := whole.Vocabulary(tasks(), r.Vocab)
		if err != nil {
			t.Fatal(err)
		}
		for _, context := range []int{1, 5} {
			if _, err := NewSource(r, tasks(), codec, context); err == nil {
				t.Errorf("recipe %s takes a context of %d", name, context)
			}
		}
	}
}
