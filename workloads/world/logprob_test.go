package world

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// fillings lists all sentences of one shape, with every word of the lexicons.
// Free slots have their first word only; their number is multiplied into many.
// The slots of fixed have the listed words only.
func fillings(f *shape, fixed map[slot][]int) (all []sentence, many float64) {
	all, many = []sentence{{shape: f}}, math.Exp(f.free)
	for i, e := range f.words {
		if e.slot == literal || e.slot.isFree() {
			continue
		}
		values, ok := fixed[e.slot]
		if !ok {
			for v := range lexicon[e.slot] {
				values = append(values, v)
			}
		}
		var more []sentence
		for _, s := range all {
			for _, v := range values {
				s.values[i] = uint8(v)
				more = append(more, s)
			}
		}
		all = more
	}
	return all, many
}

// mass adds up the probabilities of all answers to a prompt. It writes answers
// sentence by sentence, every shape with every word, and goes on as long as no
// sentence so far breaks a constraint other than a tally. What Check accepts
// must have a probability.
func mass(t *testing.T, w *Workload, inst workloads.Instance, s *spec, fixed map[slot][]int) (sum float64, answers int) {
	t.Helper()
	items, _ := s.items()
	tally := map[int]bool{}
	for _, it := range items {
		if it.kind == totalKind || it.kind == sizeKind {
			tally[it.first+tallyAt] = true
		}
	}
	var follow func(text string, i int, many float64)
	follow = func(text string, i int, many float64) {
		if i == len(items) {
			p := math.Exp(w.LogProb(inst, text))
			if exact := w.Check(inst, text).Exact; exact != (p > 0) {
				t.Fatalf("%s: %s\n→%s\nexact %v, probability %g", inst.ID, inst.Prompt, text, exact, p)
			}
			sum += many * p
			answers++
			return
		}
		end := items[i].first + s.opportunities(items[i])
		for _, c := range s.grammar(items[i].kind) {
			for _, f := range c.shapes {
				all, ways := fillings(f, fixed)
				for _, e := range all {
					out := &writer{text: []byte(text)}
					out.sentence(&e)
					broken := func(v workloads.Violation) bool { return v.Constraint < end && !tally[v.Constraint] }
					if !slices.ContainsFunc(w.Check(inst, string(out.text)).Violations, broken) {
						follow(string(out.text), i+1, many*ways)
					}
				}
			}
		}
	}
	follow("", 0, 1)
	return sum, answers
}

// TestMass: the probabilities of all answers add up to one. Where the number of
// answers is large, words that one constraint decides are limited to those of
// the prompt; wrong ones could not pass Check.
func TestMass(t *testing.T) {
	w := New()
	for n := range w.rungs {
		r := &w.rungs[n]
		if r.lookahead && r.base != "who-1" { // TestSupport compares the directions
			continue
		}
		inst := w.Generate(workloads.Test, n, 1)
		s := readPrompt(inst.Prompt)
		fixed := map[slot][]int{}
		same := 1.0 // answers that stand for one, by their nouns
		switch r.base {
		case "who-1":
		case "plan-3":
			fixed[verb] = slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.options[planKind]...))))
		case "count-2":
			fixed[object] = []int{s.object}
		case "title-3": // no rhyme: all nouns are alike
			fixed[noun], fixed[titleWord] = []int{7}, s.flat(titleKind)
			same = math.Pow(float64(len(lexicon[noun])), 3)
		default:
			continue
		}
		sum, answers := mass(t, w, inst, s, fixed)
		if math.Abs(sum*same-1) > 1e-9 || answers < 20 {
			t.Errorf("%s: %d answers have probability %.12f", inst.ID, answers, sum*same)
		}
	}
}

// TestMassOfSpeech lists the speeches of say-1 and say-3, and compares how often
// each of those of say-1 is drawn with its probability.
func TestMassOfSpeech(t *testing.T) {
	w := New()
	for n := range w.rungs {
		r := &w.rungs[n]
		if r.groups[0].kind != sayKind {
			continue
		}
		inst := w.Generate(workloads.Test, n, 3)
		s := readPrompt(inst.Prompt)
		probability := map[string]float64{}
		var follow func(levels []level)
		follow = func(levels []level) {
			if len(levels) == r.groups[0].n {
				sp := &speech{after: r.lookahead, levels: levels}
				out := &writer{}
				out.sentence(&sentence{speech: sp})
				if log := w.LogProb(inst, string(out.text)); !math.IsInf(log, -1) {
					probability[string(out.text)] = math.Exp(log)
				}
				return
			}
			innermost := len(levels) == r.groups[0].n-1
			for _, p := range s.people {
				if !innermost && slices.ContainsFunc(levels, func(l level) bool { return l.name == p.name }) {
					continue
				}
				for _, f := range claimShapes.shapes {
					for _, q := range s.people { // innermost the false claims too
						claim := sentence{shape: f}
						claim.describe(q)
						if p == q || innermost {
							follow(append(slices.Clone(levels), level{name: p.name, claim: claim}))
						}
					}
				}
			}
		}
		follow(nil)
		sum := 0.0
		for _, p := range probability {
			sum += p
		}
		sum *= math.Pow(float64(len(saidWords)), float64(r.groups[0].n))
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: %d answers have probability %.12f", inst.ID, len(probability), sum)
		}
		if r.groups[0].n > 1 {
			continue
		}
		count := map[string]int{}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 6000 {
			out := &writer{}
			e := s.speak(rng, 1, r.lookahead)
			e.speech.levels[0].said = 0
			out.sentence(&e)
			count[string(out.text)]++
		}
		for k := range probability {
			probability[k] *= float64(len(saidWords))
		}
		chiSquared(t, inst.ID, count, probability)
	}
}

// chiSquared compares counts with probabilities; the limit is about five
// standard deviations above the mean.
func chiSquared(t *testing.T, name string, count map[string]int, probability map[string]float64) {
	t.Helper()
	drawn, sum, total := 0, 0.0, 0.0
	for _, c := range count {
		drawn += c
	}
	for k, p := range probability {
		want := p * float64(drawn)
		sum += (float64(count[k]) - want) * (float64(count[k]) - want) / want
		total += p
	}
	for k := range count {
		if probability[k] == 0 {
			t.Errorf("%s: %q was drawn and cannot be", name, k)
		}
	}
	df := float64(len(probability) - 1)
	if math.Abs(total-1) > 1e-9 || sum > df+5*math.Sqrt(2*df)+5 {
		t.Errorf("%s: chi squared %.1f with %g degrees of freedom, total %g", name, sum, df, total)
	}
}

// TestDraws compares what is drawn with laws that are stated here again, by
// listing: totals and changes of count-2 and tale-5, names of cast-4, nouns of
// rhyme-2, choices of all rungs.
func TestDraws(t *testing.T) {
	w := New()
	for n := range w.rungs {
		r := &w.rungs[n]
		if r.lookahead {
			continue
		}
		rng := rand.New(rand.NewPCG(3, uint64(n)))
		s := r.invent(rng)
		law := map[string]float64{"": 1}
		var key func([]sentence) string // of what the law is about
		switch r.base {
		case "count-2", "tale-5":
			law = map[string]float64{}
			for _, p := range s.people {
				for _, total := range s.flat(totalKind) {
					var ways []string
					for a := -5; a <= 5; a++ {
						for b := -5; b <= 5; b++ {
							if a*a >= 4 && b*b >= 4 && p.start+a >= 0 && p.start+a+b == total {
								ways = append(ways, fmt.Sprint(total, a, b, p.name))
							}
						}
					}
					for _, way := range ways {
						law[way] = 1 / float64(len(s.people)*len(s.flat(totalKind))*len(ways))
					}
				}
			}
			key = func(text []sentence) string {
				who, events := s.people[0].name, text[len(text)-2:]
				if r.base == "tale-5" {
					who, text = text[0].get(name, 0), text[1:]
				}
				return fmt.Sprint(text[0].get(number, 0)+2, events[0].change(), events[1].change(), who)
			}
		case "cast-4":
			casts := map[int][]string{}
			for code := range 5 * 5 * 5 * 5 {
				names := []int{s.pool[code%5], s.pool[code/5%5], s.pool[code/25%5], s.pool[code/125]}
				size := len(maps.Collect(maps.All(map[int]bool{names[0]: true, names[1]: true, names[2]: true, names[3]: true})))
				casts[size] = append(casts[size], fmt.Sprint(size, names))
			}
			law = map[string]float64{}
			for _, size := range s.flat(sizeKind) {
				for _, c := range casts[size] {
					law[c] = 1 / float64(len(casts[size])) / float64(len(s.flat(sizeKind)))
				}
			}
			key = func(text []sentence) string {
				var names []int
				for _, e := range text[1:] {
					names = append(names, e.get(name, 0))
				}
				return fmt.Sprint(text[0].get(number, 0)+2, names)
			}
		case "rhyme-2":
			law = map[string]float64{}
			for _, option := range s.options[rhymeKind] {
				for i := range 4 {
					for j := range 4 {
						a, b := option[0]/4*4+i, option[0]/4*4+j
						if a != b && a != option[0] && b != option[0] {
							law[fmt.Sprint(option[0], a, b)] = 1.0 / 3 / 6
						}
					}
				}
			}
			key = func(text []sentence) string {
				return fmt.Sprint(text[0].get(noun, 0), text[1].get(noun, 0), text[2].get(noun, 0))
			}
		default: // the first choice, and the shape of the last sentence with its title
			if !r.groups[0].kind.announces() {
				continue
			}
			law = map[string]float64{}
			for i := range s.choices(r.groups[0].kind) {
				law[fmt.Sprint(i)] = 1 / float64(s.choices(r.groups[0].kind))
			}
			key = func(text []sentence) string { return fmt.Sprint(s.announced(r.groups[0].kind, &text[0])) }
		}
		count := map[string]int{}
		for range 8000 {
			count[key(s.compose(rng, r.groups))]++
		}
		chiSquared(t, r.name(), count, law)
	}
}

// TestSupport: an answer has a probability if and only if Check accepts it,
// after random edits too, and both directions of an instance have the same.
func TestSupport(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	accepted, rejected := 0, 0
	for n := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Test, n, i)
			log := w.LogProb(inst, inst.Answer)
			if n%2 == 1 {
				if other := w.Generate(workloads.Test, n-1, i); math.Abs(log-w.LogProb(other, other.Answer)) > 1e-9 {
					t.Errorf("%s: log probability %g, of the other direction %g", inst.ID, log, w.LogProb(other, other.Answer))
				}
			}
			for range 12 {
				text := edit(rng, inst.Answer)
				exact := w.Check(inst, text).Exact
				log := w.LogProb(inst, text)
				if log > 0 || math.IsNaN(log) || exact == math.IsInf(log, -1) {
					t.Fatalf("%s:%s: exact %v, log probability %g", inst.ID, text, exact, log)
				}
				if exact {
					accepted++
				} else {
					rejected++
				}
			}
			if spaced := strings.Replace(inst.Answer, " ", "  ", 1); !w.Check(inst, spaced).Exact || !math.IsInf(w.LogProb(inst, spaced), -1) {
				t.Errorf("%s: two spaces", inst.ID)
			}
		}
	}
	if accepted < 1000 || rejected < 1000 {
		t.Errorf("%d edits accepted, %d rejected", accepted, rejected)
	}
}

// edit replaces one or two words of a text by others of a lexicon they are in.
func edit(rng *rand.Rand, text string) string {
	words := strings.Fields(text)
	for range 1 + rng.IntN(2) {
		i := rng.IntN(len(words))
		core := strings.Trim(words[i], marks)
		if k := slices.IndexFunc(lexicon[:], func(l []string) bool { return slices.Contains(l, core) }); k >= 0 {
			words[i] = strings.Replace(words[i], core, lexicon[k][rng.IntN(len(lexicon[k]))], 1)
		}
	}
	return " " + strings.Join(words, " ")
}
