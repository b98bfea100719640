package world

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// shapedKinds are the kinds whose sentences have a shape: all but speech.
func shapedKinds() (all []kind) {
	for k := range kinds {
		if k != sayKind && k != quoteKind {
			all = append(all, k)
		}
	}
	return all
}

// collide reports whether one text has both shapes.
func collide(a, b *shape) bool {
	if len(a.words) != len(b.words) {
		return false
	}
	words := func(e element) []string {
		if e.slot == literal {
			return []string{e.text}
		}
		return lexicon[e.slot]
	}
	for i, e := range a.words {
		f := b.words[i]
		if e.tail != f.tail || !slices.ContainsFunc(words(e), func(w string) bool { return slices.Contains(words(f), w) }) {
			return false
		}
	}
	return true
}

// TestUnambiguous: no text can be read in two ways, as a sentence of an answer
// or of a prompt.
func TestUnambiguous(t *testing.T) {
	sets := [][]*category{{rhymesShapes}, {claimShapes}, {factShapes, startShapes, heroShapes}}
	for _, k := range shapedKinds() {
		sets = append(sets, kindTable[k].grammar)
	}
	for _, set := range sets {
		var all []*shape
		for _, c := range set {
			all = append(all, c.shapes...)
		}
		for i, a := range all {
			for _, b := range all[:i] {
				if collide(a, b) {
					t.Errorf("two shapes fit one text: %v and %v", a.words, b.words)
				}
			}
		}
	}
}

// TestShapes counts the shapes and checks what each kind must have.
func TestShapes(t *testing.T) {
	total := len(rhymesShapes.shapes) + 2*len(claimShapes.shapes) // speakers before or after
	has := map[kind][]slot{
		whoKind: {name}, totalKind: {number, object}, titleKind: {titleWord}, rhymeKind: {noun}, planKind: {verb},
		sizeKind: {number}, eventKind: {step, object}, verseKind: {noun}, sceneKind: {name},
	}
	for _, k := range shapedKinds() {
		for _, c := range kindTable[k].grammar {
			total += len(c.shapes)
			for _, s := range c.shapes {
				var pronouns, attributes int
				for i, e := range s.words {
					if e.slot.isPronoun() {
						pronouns++
					}
					if e.slot == job || e.slot == hat || e.slot == home {
						attributes++
					}
					if i > 0 && strings.EqualFold(s.words[i-1].text, "a") && e.slot == literal && strings.ContainsAny(e.text[:1], "aeiou") {
						t.Errorf("%v: a before %q", s.words, e.text)
					}
				}
				if hero := k == clueKind || k == eventKind || k == deedKind; hero != (pronouns > 0) {
					t.Errorf("%v has %d pronouns", s.words, pronouns)
				}
				if want := map[bool]int{true: 1}[k == clueKind]; attributes != want {
					t.Errorf("%v has %d attributes", s.words, attributes)
				}
				for _, k := range has[k] {
					if s.find(k, 0) < 0 {
						t.Errorf("%v lacks slot %d", s.words, k)
					}
				}
			}
		}
	}
	for _, s := range verseShapes.shapes {
		if s.words[len(s.words)-1].slot != noun {
			t.Errorf("%v does not end with a noun", s.words)
		}
	}
	t.Logf("%d sentence shapes", total)
	if total < 150 {
		t.Errorf("%d sentence shapes", total)
	}
}

// rhymePart is the last vowels of a word and what follows.
var rhymePart = regexp.MustCompile(`[aeiou]+[^aeiou]+e?$`)

func TestWords(t *testing.T) {
	if len(genders) != len(lexicon[name]) {
		t.Fatal("a name without gender")
	}
	var initials []int
	for _, n := range lexicon[name] {
		initials = append(initials, initial(n))
	}
	slices.Sort(initials)
	if len(slices.Compact(initials)) != len(lexicon[name]) {
		t.Error("two names have one initial")
	}
	for k, words := range lexicon {
		for i, w := range words {
			if !slot(k).isPronoun() && slices.Contains(words[:i], w) {
				t.Errorf("%q is in a lexicon twice", w)
			}
			if k := slot(k); (k.isFree() || k == job || k == hat || k == home || k == noun) && strings.ContainsAny(w[:1], "aeiou") {
				t.Errorf(`"a %s"`, w)
			}
		}
	}
	rhymes := map[string]int{}
	for i, w := range lexicon[noun] {
		part := rhymePart.FindString(w)
		if other, ok := rhymes[part]; part == "" || ok && other != rhymeOf(i) || !ok && i%perRhyme != 0 {
			t.Errorf("%q is in rhyme %d", w, rhymeOf(i))
		}
		rhymes[part] = rhymeOf(i)
	}
	for _, n := range []int{3, 4} {
		from, to := titles(n)
		for _, w := range lexicon[titleWord][from:to] {
			for i := range w {
				if len(w) != n || len(verseStarts[initial(w[i:])]) < 7 {
					t.Errorf("title %q", w)
				}
			}
		}
	}
}

// diversity of a pool of texts.
type diversity struct {
	words    int
	distinct [4]float64 // by n: different n-grams over all n-grams
	entropy  [3]float64 // by n: of the n-grams, in nats; for bigrams the conditional entropy
}

func measure(texts []string) (d diversity) {
	for n := 1; n <= 3; n++ {
		count, all := map[string]int{}, 0
		for _, text := range texts {
			words := strings.Fields(text)
			for i := range len(words) - n + 1 {
				count[strings.Join(words[i:i+n], " ")]++
				all++
			}
		}
		d.distinct[n] = float64(len(count)) / float64(all)
		if n > 2 {
			continue
		}
		for _, c := range count {
			p := float64(c) / float64(all)
			d.entropy[n] -= p * math.Log(p)
		}
		if n == 1 {
			d.words = all
		}
	}
	d.entropy[2] -= d.entropy[1]
	return d
}

// TestDiversity measures 500 answers, an equal share of every rung, and 500
// answers of the longest rung. Words are taken with their marks.
func TestDiversity(t *testing.T) {
	w := New()
	used := map[*shape]bool{}
	vocabulary := map[string]bool{}
	letters := regexp.MustCompile(`[A-Za-z]+`)
	var all, long []string
	for i := range 500 {
		inst := w.Generate(workloads.Test, i%len(w.rungs), i)
		all = append(all, inst.Answer)
		for _, e := range readPrompt(inst.Prompt).read(inst.Answer).said {
			if e.shape != nil {
				used[e.shape] = true
			}
		}
		long = append(long, w.Generate(workloads.Test, len(w.rungs)-1, i).Answer)
	}
	for i := range 6000 {
		inst := w.Generate(workloads.Train, i%len(w.rungs), i)
		for _, word := range letters.FindAllString(inst.Prompt+inst.Answer, -1) {
			vocabulary[word] = true
		}
	}
	nats, words := 0.0, 0
	for r := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Test, r, i)
			nats -= w.LogProb(inst, inst.Answer)
			words += len(strings.Fields(inst.Answer))
		}
	}
	t.Logf("exact entropy of an answer given its prompt: %.2f nats per word", nats/float64(words))
	if nats < 0.7*float64(words) {
		t.Error("an answer is less uncertain than 0.7 nats per word")
	}
	for _, tc := range []struct {
		name     string
		texts    []string
		distinct [4]float64 // at least
		entropy  [3]float64 // at least
	}{
		{"all rungs", all, [4]float64{1: 0.03, 2: 0.2, 3: 0.45}, [3]float64{1: 5, 2: 2}},
		{"tale-10-l", long, [4]float64{1: 0.009, 2: 0.06, 3: 0.2}, [3]float64{1: 4.7, 2: 1.75}},
	} {
		d := measure(tc.texts)
		t.Logf("%s: %d words, distinct-1/2/3 %.3f %.3f %.3f, entropy of a word %.2f, given the word before %.2f nats",
			tc.name, d.words, d.distinct[1], d.distinct[2], d.distinct[3], d.entropy[1], d.entropy[2])
		for n := 1; n <= 3; n++ {
			if d.distinct[n] < tc.distinct[n] || n < 3 && d.entropy[n] < tc.entropy[n] {
				t.Errorf("%s: %d-grams", tc.name, n)
			}
		}
	}
	t.Logf("%d shapes in 500 answers, %d words in prompts and answers", len(used), len(vocabulary))
	if len(used) < 120 || len(vocabulary) > 260 {
		t.Errorf("%d shapes, %d words", len(used), len(vocabulary))
	}
}
