package corpus

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// Recipe is what trained weights are made of, under a name: data, vocabulary
// and shape. Flags of the train command change its numbers.
type Recipe struct {
	Name string

	// Shape of the network and of its vocabulary.
	Width, Layers, Heads, Ffn, Context, Vocab int
	specials                                  []string // nil: the tokenizer's own
	LearningRate                              float64

	// Data.
	MaxSample int // rungs all of whose samples are longer are left out, in tokens
	phases    []phase
	rungs     map[string][]string // patterns of the rungs to draw from; without an entry all
	flat      []string            // workloads all of whose rungs are equally likely
	ease      easing
	byTokens  bool // shares count tokens of text, not samples
	corpus    int  // bytes of text that the vocabulary is learned from; 0: 200 instances of each rung
	middles   int  // samples laid out for fill-in-the-middle, for two with the text in place
	countGaps bool // fill-in-the-middle says how many tokens are missing, see network.FIM

	// words is the recipe whose vocabulary this one has; "" is itself.
	words string
}

// phase is a mixture that holds from a step on.
type phase struct {
	from  int
	share []share
}

// share is the part of a workload in a mixture. Shares are relative numbers.
type share struct {
	workload string
	part     float64
}

// easing makes easy rungs more likely than hard ones, less so as training goes
// on: a rung is drawn with probability ∝ exp(-rung/ease), where ease grows from
// start to end as a share of the ladder over steps.
type easing struct {
	start, end float64
	steps      int
}

// recipes lists the recipes, the default first.
func recipes() []Recipe {
	v1 := Recipe{
		Name:  "v1",
		Width: 160, Layers: 6, Heads: 5, Ffn: 448, Context: 640, Vocab: 1024, specials: specialsV1(), LearningRate: 0.006,
		MaxSample: 320, // answers of 256 tokens; those of 512 lie beyond what training shows
		phases: []phase{{0, []share{
			{"lists", 0.08}, {"arithmetic", 0.10}, {"sudoku", 0.05}, {"latin", 0.04}, {"paths", 0.06}, {"brackets", 0.05},
			{"reversal", 0.08}, {"markov", 0.05}, {"infill", 0.06}, {"stories", 0.05}, {"world", 0.25}, {"gocode", 0.12},
			{"long", 0.03}, {"masks", 0.03},
		}}},
		flat:     []string{"reversal"},
		ease:     easing{0.15, 0.6, 12000},
		byTokens: true, corpus: 3 << 20, middles: 1,
	}
	// To continue a run of v1 with: most of the text are gaps in stories and code, half
	// of them for left-to-right decoding.
	gaps := v1
	gaps.Name, gaps.words, gaps.countGaps, gaps.middles = "v1-gaps", "v1", true, 2
	gaps.phases = []phase{{0, append(slices.Clone(v1.phases[0].share), share{"gaps", 1.5})}}
	gaps.flat = []string{"reversal", "gaps"}
	return []Recipe{
		v1, gaps,
		{
			Name:  "v0",
			Width: 128, Layers: 6, Heads: 4, Ffn: 320, Context: 512, Vocab: 512, LearningRate: 0.003,
			MaxSample: 176,
			// Once the short tasks are learned, the stories get most of the time.
			phases: []phase{
				{0, []share{{"lists", 0.28}, {"arithmetic", 0.26}, {"sudoku", 0.22}, {"stories", 0.24}}},
				{4500, []share{{"lists", 0.18}, {"arithmetic", 0.26}, {"sudoku", 0.12}, {"stories", 0.44}}},
				{9500, []share{{"lists", 0.18}, {"arithmetic", 0.14}, {"sudoku", 0.08}, {"stories", 0.60}}},
			},
			rungs: map[string][]string{ // the others came later
				"lists": {"copy-*", "reverse-*", "sort-*"}, "arithmetic": {"sum-[2346]x*"}, "sudoku": {"holes-*"},
			},
			ease: easing{0.15, 0.6, 6000},
		},
	}
}

// Names are the names of the recipes.
func Names() []string {
	var names []string
	for _, r := range recipes() {
		names = append(names, r.Name)
	}
	return names
}

// Find finds a recipe by its name.
func Find(name string) (Recipe, error) {
	for _, r := range recipes() {
		if r.Name == name {
			return r, nil
		}
	}
	return Recipe{}, engines.UnknownName("recipe", name, Names())
}

// Lexicon is the recipe from which the vocabulary of this one is learned.
func (r Recipe) Lexicon() (Recipe, error) {
	return Find(cmp.Or(r.words, r.Name))
}

// Only leaves the named workloads in the mixture, with the proportions they had.
func (r Recipe) Only(names []string) (Recipe, error) {
	if len(names) == 0 {
		return r, nil
	}
	var have []string
	for _, s := range r.phases[0].share {
		have = append(have, s.workload)
	}
	for _, name := range names {
		if !slices.Contains(have, name) {
			return r, engines.UnknownName("workload of recipe "+r.Name, name, have)
		}
	}
	r.phases = slices.Clone(r.phases)
	for i, p := range r.phases {
		r.phases[i].share = slices.DeleteFunc(slices.Clone(p.share), func(s share) bool { return !slices.Contains(names, s.workload) })
	}
	return r, nil
}

// rungOf is a rung to draw from.
type rungOf struct {
	workload workloads.Workload
	rung     int
}

// ladders are the rungs of each workload of the recipe, in the order of its
// mixture. Names that do not exist are mistakes of this program.
func (r Recipe) ladders(all []workloads.Workload) ([][]rungOf, error) {
	var list [][]rungOf
	for _, s := range r.phases[0].share {
		i := slices.IndexFunc(all, func(w workloads.Workload) bool { return w.Name() == s.workload })
		if i < 0 {
			return nil, fmt.Errorf("recipe %s: workload %s does not exist", r.Name, s.workload)
		}
		var ladder []rungOf
		for n, rung := range all[i].Rungs() {
			if patterns, some := r.rungs[s.workload]; !some || matches(patterns, rung.Name) {
				ladder = append(ladder, rungOf{all[i], n})
			}
		}
		if len(ladder) == 0 {
			return nil, fmt.Errorf("recipe %s: no rung of workload %s matches %v", r.Name, s.workload, r.rungs[s.workload])
		}
		list = append(list, ladder)
	}
	return list, nil
}

// matches reports whether a name fits one of the patterns of [path.Match].
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, name)
		return ok && err == nil
	})
}
