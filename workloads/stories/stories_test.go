package stories

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// storyPatterns are the sentences of the second reading below.
var storyPatterns = []*regexp.Regexp{
	regexp.MustCompile(`^The (\w+) is in the (\w+)$`),
	regexp.MustCompile(`^(\w+) is in the (\w+)$`),
	regexp.MustCompile(`^(\w+) has the (\w+)$`),
	regexp.MustCompile(`^(\w+) (?:goes|walks) to the (\w+)$`),
	regexp.MustCompile(`^(\w+) gives the (\w+) to (\w+)$`),
	regexp.MustCompile(`^(\w+) hands (\w+) the (\w+)$`),
	regexp.MustCompile(`^(\w+) (?:takes|finds) the (\w+)$`),
	regexp.MustCompile(`^(\w+) (?:drops|leaves) the (\w+)$`),
	regexp.MustCompile(`^(?:The sun is out|A bird sings|It rains|The wind blows|Plan: .*)$`),
}

// retell is a second, independent reading of a story: it follows the text with
// regular expressions and returns the report that must end it, and whether
// every event was possible.
func retell(t *testing.T, text string) (report string, possible bool) {
	t.Helper()
	place, owner, lies := map[string]string{}, map[string]string{}, map[string]string{}
	var people, objects []string
	possible = true
	rules := []func(m []string){ // one per pattern
		func(m []string) { objects = append(objects, m[1]); lies[m[1]] = m[2] },
		func(m []string) { people = append(people, m[1]); place[m[1]] = m[2] },
		func(m []string) { objects = append(objects, m[2]); owner[m[2]] = m[1] },
		func(m []string) {
			possible = possible && place[m[1]] != m[2]
			place[m[1]] = m[2]
		},
		func(m []string) {
			possible = possible && owner[m[2]] == m[1] && place[m[1]] == place[m[3]] && m[1] != m[3]
			owner[m[2]] = m[3]
		},
		func(m []string) {
			possible = possible && owner[m[3]] == m[1] && place[m[1]] == place[m[2]] && m[1] != m[2]
			owner[m[3]] = m[2]
		},
		func(m []string) {
			possible = possible && owner[m[2]] == "" && lies[m[2]] == place[m[1]]
			owner[m[2]] = m[1]
		},
		func(m []string) {
			possible = possible && owner[m[2]] == m[1]
			owner[m[2]], lies[m[2]] = "", place[m[1]]
		},
		func([]string) {},
	}
	text, _, _ = strings.Cut(text, " End:")
sentences:
	for s := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(text, "story: "), "."), ". ") {
		for i, pattern := range storyPatterns {
			if m := pattern.FindStringSubmatch(s); m != nil {
				rules[i](m)
				continue sentences
			}
		}
		t.Fatalf("%q is outside the grammar", s)
	}
	var b strings.Builder
	for _, p := range people {
		fmt.Fprintf(&b, " %s is in the %s.", p, place[p])
	}
	for _, o := range objects {
		if owner[o] != "" {
			fmt.Fprintf(&b, " %s has the %s.", owner[o], o)
		} else {
			fmt.Fprintf(&b, " The %s is in the %s.", o, lies[o])
		}
	}
	return b.String(), possible
}

// TestStoriesRetold compares the generator's world with the second reading.
func TestStoriesRetold(t *testing.T) {
	w := New()
	for r := range w.rungs {
		for i := range 40 {
			inst := w.Generate(workloads.Validation, r, i)
			want, possible := retell(t, inst.Prompt+inst.Answer)
			if !possible || !strings.HasSuffix(inst.Answer, want) {
				t.Fatalf("%s: %s%s\nends with %s (possible: %v)", inst.ID, inst.Prompt, inst.Answer, want, possible)
			}
			facts := strings.SplitAfter(inst.Prompt, ".")[:w.rungs[r].people+w.rungs[r].objects]
			if start, _ := retell(t, strings.Join(facts, "")); start == want {
				t.Fatalf("%s: the story ends as it began: %s", inst.ID, inst.Prompt)
			}
		}
	}
}

// TestStoriesCalibration plants wrong statements in reports at a known rate:
// exactly these must be found.
func TestStoriesCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(9, 10))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r := range w.rungs {
			for i := range 20 {
				inst := w.Generate(workloads.Test, r, i)
				told, report, _ := strings.Cut(" "+inst.Answer, " End:")
				if !w.rungs[r].tell {
					told, report = "", inst.Answer
				} else {
					told = told[1:] + " End:"
				}
				sentences := strings.SplitAfter(strings.TrimSuffix(report, "."), ".")
				var planted []int
				for k, s := range sentences {
					if rng.Float64() >= rate {
						continue
					}
					planted = append(planted, len(inst.Constraints)-1-len(sentences)+k)
					sentences[k] = spoil(rng, s)
				}
				output := told + strings.Join(sentences, "") + "."
				if got := workloadtest.Broken(w.Check(inst, output)); !slices.Equal(got, planted) {
					t.Fatalf("%s: %s\n→%s\nfound %v, planted %v", inst.ID, inst.Prompt, output, got, planted)
				}
			}
		}
	}
}

// spoil makes one word of a report sentence wrong: another place, or another
// person as owner.
func spoil(rng *rand.Rand, s string) string {
	words := strings.Split(s, " ")
	lexicon, at := storyPlaces[:], len(words)-1
	if slices.Contains(words, "has") {
		lexicon, at = storyPeople[:], 1 // words[0] is empty
	}
	word := strings.TrimSuffix(words[at], ".")
	for {
		if other := lexicon[rng.IntN(len(lexicon))]; other != word {
			words[at] = strings.Replace(words[at], word, other, 1)
			return strings.Join(words, " ")
		}
	}
}

// TestStoriesPlantedEvents replaces one event of a told story by every event
// of the same kind: those that the second reading calls impossible, and only
// those, must break that event's constraint.
func TestStoriesPlantedEvents(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		if !rung.tell || rung.events > 4 {
			continue
		}
		found := map[bool]int{}
		for i := range 3 {
			inst := w.Generate(workloads.Test, r, i)
			events, _, _ := strings.Cut(inst.Answer, " End:")
			sentences := strings.SplitAfter(strings.TrimSuffix(events, "."), ".")
			k := i % len(sentences)
			before := strings.Join(sentences[:k], "")
			original, _ := parseSentence(strings.Fields(strings.Trim(sentences[k], " .")))
			for _, s := range sentencesOf(original.kind) {
				story := before + " " + s + "."
				_, possible := retell(t, inst.Prompt+story)
				if !inCast(inst.Prompt, s) {
					possible = false
				}
				broken := workloadtest.Broken(w.Check(inst, story))
				if slices.Contains(broken, 2*k) {
					t.Fatalf("%s: %q has the planned verb", inst.ID, s)
				}
				if slices.Contains(broken, 2*k+1) == possible {
					t.Fatalf("%s: %s\n→%s\npossible: %v, found %v", inst.ID, inst.Prompt, story, possible, broken)
				}
				found[possible]++
			}
		}
		if found[true] == 0 || found[false] == 0 {
			t.Errorf("rung %s tests nothing: %v", rung.name(), found)
		}
	}
}

// sentencesOf lists all sentences of a kind, in its first shape.
func sentencesOf(kind sentenceKind) []string {
	all := []string{strings.Join(storyForms[kind][0], " ")}
	for slot, lexicon := range map[string][]string{"N": storyPeople[:], "M": storyPeople[:], "O": storyObjects[:], "P": storyPlaces[:]} {
		var filled []string
		for _, s := range all {
			if !slices.Contains(strings.Fields(s), slot) {
				filled = append(filled, s)
				continue
			}
			for _, word := range lexicon {
				filled = append(filled, strings.TrimSpace(strings.Replace(" "+s+" ", " "+slot+" ", " "+word+" ", 1)))
			}
		}
		all = filled
	}
	return all
}

// inCast reports whether all people and objects of a sentence are in the prompt.
func inCast(prompt, s string) bool {
	for _, word := range strings.Fields(s) {
		known := slices.Contains(storyPeople[:], word) || slices.Contains(storyObjects[:], word)
		if known && !regexp.MustCompile(`\b`+word+`\b`).MatchString(prompt) {
			return false
		}
	}
	return true
}

func TestStoriesCheck(t *testing.T) {
	w := New()
	facts := "story: Ann is in the park. Ben is in the cave. Ann has the key. The hat is in the cave."
	told := workloads.Instance{Prompt: facts + " Plan: go give."}
	// Constraints: 0 plan, 1 possible, 2 plan, 3 possible, 4 Ann, 5 Ben, 6 key, 7 hat, 8 length.
	const good = " Ann walks to the cave. Ann hands Ben the key."
	const end = " End: Ann is in the cave. Ben is in the cave. Ben has the key. The hat is in the cave."
	for _, tc := range []struct {
		output string
		broken []int
	}{
		{good + end, nil},
		{strings.ReplaceAll(good+end, " ", "\n  "), nil},
		{" Ben goes to the park. Ann gives the key to Ben. End: Ann is in the park. Ben is in the park. Ben has the key. The hat is in the cave.", nil},
		{" Ann goes to the yard. Ann hands Ben the key. End: Ann is in the yard. Ben is in the cave. Ann has the key. The hat is in the cave.", []int{3}},
		{" Ann goes to the yard. Ann hands Ben the key. End: Ann is in the yard. Ben is in the cave. Ben has the key. The hat is in the cave.", []int{3, 6}},
		{" Ann goes to the park. Ann hands Ben the key. End: Ann is in the park. Ben is in the cave. Ann has the key. The hat is in the cave.", []int{1, 3}},
		{" Ben takes the hat. Ben goes to the park. End: Ann is in the park. Ben is in the park. Ann has the key. Ben has the hat.", []int{0, 2}},
		{" Ann goes to the cave. Ann gives the key to Ann." + strings.Replace(end, "Ben has", "Ann has", 1), []int{3}},
		{" Ann goes to the cave. Ann gives the ball to Ben." + strings.Replace(end, "Ben has", "Ann has", 1), []int{3}},
		{" Ann goes to the cave. Ann gives the key to Tom." + strings.Replace(end, "Ben has", "Ann has", 1), []int{3}},
		{good + strings.Replace(end, "Ben has the key", "The key is in the cave", 1), []int{6}},
		{good + strings.Replace(end, "Ben is", "Tom is", 1), []int{5}},
		{good + strings.Replace(end, "Ben is in the cave. ", "", 1), []int{5, 6, 7}},
		{good + strings.Replace(end, "The hat is in the cave", "Ann has the hat", 1), []int{7}},
		{good + strings.Replace(end, "The hat is in the cave", "Ann takes the hat", 1), []int{7}},
		{good + strings.Replace(end, "cave. Ben has", "cave Ben has", 1), []int{5, 6, 7}},
		{good + strings.TrimSuffix(end, "."), []int{7}},
		{good + end + " It rains.", []int{8}},
		{good + " It rains." + end, []int{8}},
		{good + end + end, []int{8}},
		{good, []int{4, 5, 6, 7}},
		{end, []int{0, 1, 2, 3, 4, 6}},
		{good + " Ann goes to the park." + end, []int{8}}, // one event too many, not followed
		{" Ann gos to the cave. Ann hands Ben the key." + end, []int{0, 1, 3, 4, 6}},
		{good + end + strings.Repeat(" ", 2*storyLimit), nil},
		{good + end + strings.Repeat(" ", 2*storyLimit) + "x", []int{8}},
	} {
		s := w.Check(told, tc.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%.200q:\nfound %v, want %v: %v", tc.output, got, tc.broken, s.Violations)
		}
	}
	tracked := workloads.Instance{Prompt: facts + good + " It rains. End:"}
	report := strings.TrimPrefix(end, " End:")
	for _, tc := range []struct {
		output string
		broken []int
	}{
		{report, nil},
		{end, []int{0}}, // the prompt has said it already
		{strings.Replace(report, "Ben has", "Ann has", 1), []int{2}},
		{strings.Replace(report, "Ann is in the cave", "Ann is in the park", 1), []int{0}},
	} {
		if got := workloadtest.Broken(w.Check(tracked, tc.output)); !slices.Equal(got, tc.broken) {
			t.Errorf("%q: found %v, want %v", tc.output, got, tc.broken)
		}
	}
	s := w.Check(tracked, strings.Replace(report, "Ben has", "Ann has", 1))
	if got := s.Violations[0].Doc; got != "the report is wrong: Ben has the key" {
		t.Errorf("message %q", got)
	}
	if got, want := s.Violations[0].Offset, strings.Index(report, "Ben has"); got != want {
		t.Errorf("offset %d, want %d", got, want)
	}
}

// TestStoriesDistance counts words by hand.
func TestStoriesDistance(t *testing.T) {
	prompt := "story: Ann is in the park. Ben is in the cave. Ann has the key. Plan: go give."
	answer := " Ann walks to the cave. Ann hands Ben the key. End: Ann is in the cave. Ben is in the cave. Ben has the key."
	want := map[string][]int{
		// From "Plan: [go] give." to "Ann walks", from "[give]" to "Ann hands".
		"plan": {1, 5},
		// "Ann walks" rests on fact 1 (12 words between), "Ann hands" on fact 2.
		"possible": {12, 12},
		// Ann: event 1 is farther than event 2 (6 words with "End:"). Ben: fact 2.
		"place":      {6, 23},
		"possession": {11},
		"length":     {0},
	}
	got := map[string][]int{}
	for _, c := range storyConstraints(prompt, answer) {
		got[c.Kind] = append(got[c.Kind], c.Distance)
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("distances %v, want %v", got, want)
	}
}

// TestStoriesChance repeats the estimate for the two rungs where it is large,
// and checks the bound for told stories by drawing.
func TestStoriesChance(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(11, 12))
	for _, r := range w.rungs[:3] {
		if r.tell {
			continue
		}
		const openings, courses = 150, 300
		sum := 0.0
		for range openings {
			start := newWorld()
			r.open(rng, start)
			count, most := map[string]int{}, 0
			for range courses {
				end := *start
				r.unfold(rng, &end)
				key := fmt.Sprint(end.report())
				count[key]++
				most = max(most, count[key])
			}
			sum += float64(most) / courses
		}
		if got := sum / openings; math.Abs(got-r.chance) > 0.04 {
			t.Errorf("%s: chance %g, drawn %.3f", r.name(), r.chance, got)
		}
	}
	r := storyRung{tell: true, people: 2, objects: 1}
	const n = 50000
	hits := 0
	for range n {
		start := newWorld()
		r.open(rng, start)
		if slices.Equal(start.people, []int{0, 1}) && start.objects[0] == 0 {
			hits++
		}
	}
	if want := r.castChance(); math.Abs(float64(hits)/n-want) > 4*math.Sqrt(want/n) {
		t.Errorf("one cast: bound %g, drawn %g", want, float64(hits)/n)
	}
}
