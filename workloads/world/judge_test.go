package world

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// This file is a second judge, written without the grammar: it looks for words
// and endings in grammatical texts, with word lists of its own, and says which
// sentences break what.

const (
	women  = " Ann Eve Ida Mia Ola Pam Sue Una "
	jobs   = " poet spy baker pilot clown judge "
	tints  = " red blue green gold pink gray "
	homes  = " sea hill mill park barn gate "
	digits = "zero one two three four five six seven eight nine ten eleven twelve"
)

var (
	factForms = []*regexp.Regexp{ // groups: name, job, home, hat
		regexp.MustCompile(`(?P<n>[A-Z]\w+) is a (?P<j>\w+) by the (?P<p>\w+) with a (?P<c>\w+) hat\.`),
		regexp.MustCompile(`(?P<n>[A-Z]\w+), a (?P<j>\w+) with a (?P<c>\w+) hat, lives by the (?P<p>\w+)\.`),
		regexp.MustCompile(`By the (?P<p>\w+) lives (?P<n>[A-Z]\w+), a (?P<j>\w+) with a (?P<c>\w+) hat\.`),
	}
	hasForm    = regexp.MustCompile(`([A-Z]\w+) has (\w+) (\w+)\.`)
	heroForm   = regexp.MustCompile(`^world: The hero is (\w+)\.`)
	offerForm  = regexp.MustCompile(`The (end|title|rhyme|plan|size|cast) is ([^.]*)\.`)
	listForm   = regexp.MustCompile(`Tell ([^.]*)\.`)
	schemeForm = regexp.MustCompile(` as ([ab]+)`)
	splitForm  = regexp.MustCompile(`[^.!?]+[.!?]["']*`)
	wordForm   = regexp.MustCompile(`[A-Za-z]+`)
	manForm    = regexp.MustCompile(`\b([Hh]e|[Hh]is|him)\b`)
	womanForm  = regexp.MustCompile(`\b([Ss]he|[Hh]er)\b`)
	lossForm   = regexp.MustCompile(`\b(lost|dropped|sold|broke|ate)\b|\bgave .* to a\b|\btook .* from (her|him)\b`)
	deedForms  = map[string]string{
		"swam": "swim", "dug": "dig", "sang": "sing", "cooked": "cook", "climbed": "climb",
		"slept": "sleep", "read": "read", "hid": "hide", "painted": "paint", "danced": "dance",
	}
)

// value is the number that a word names.
func value(word string) int { return slices.Index(strings.Fields(digits), word) }

// retold is the world of a prompt, as words.
type retold struct {
	job, hat, home map[string]string
	start          map[string]int
	people         []string
	object         string
	offers         map[string][]string
	list           []string // kinds of the sentences
	scheme         string
}

func retell(prompt string) retold {
	r := retold{job: map[string]string{}, hat: map[string]string{}, home: map[string]string{}, start: map[string]int{}, offers: map[string][]string{}}
	for _, form := range factForms {
		for _, m := range form.FindAllStringSubmatch(prompt, -1) {
			n := m[form.SubexpIndex("n")]
			r.people = append(r.people, n)
			r.job[n], r.hat[n], r.home[n] = m[form.SubexpIndex("j")], m[form.SubexpIndex("c")], m[form.SubexpIndex("p")]
		}
	}
	for _, m := range hasForm.FindAllStringSubmatch(prompt, -1) {
		r.start[m[1]], r.object = value(m[2]), m[3]
		if !slices.Contains(r.people, m[1]) {
			r.people = append(r.people, m[1])
		}
	}
	if m := heroForm.FindStringSubmatch(prompt); m != nil {
		r.people = []string{m[1]}
	}
	for _, m := range offerForm.FindAllStringSubmatch(prompt, -1) {
		r.offers[m[1]] = strings.Split(strings.ReplaceAll(strings.ReplaceAll(m[2], ", ", " or "), " and ", " "), " or ")
	}
	if m := schemeForm.FindStringSubmatch(prompt); m != nil {
		r.scheme = m[1]
		prompt = strings.Replace(prompt, m[0], "", 1)
	}
	for _, part := range strings.Split(listForm.FindStringSubmatch(prompt)[1], ", ") {
		w := strings.Fields(part)
		switch {
		case len(w) == 1:
			r.list = append(r.list, w[0])
		case w[0] == "say" || w[0] == "quote":
			r.list = append(r.list, part)
		default:
			for range value(w[0]) {
				r.list = append(r.list, strings.TrimSuffix(w[1], "s"))
			}
		}
	}
	return r
}

// attributed reports whether the job, hat or home that a sentence states is that
// of a person.
func (r retold) attributed(sentence, who string) bool {
	for _, w := range wordForm.FindAllString(sentence, -1) {
		switch w = " " + w + " "; {
		case strings.Contains(jobs, w):
			return w == " "+r.job[who]+" "
		case strings.Contains(tints, w):
			return w == " "+r.hat[who]+" "
		case strings.Contains(homes, w):
			return w == " "+r.home[who]+" "
		}
	}
	return false
}

// form is a sentence without the words that vary.
func form(sentence string) string {
	return wordForm.ReplaceAllStringFunc(sentence, func(w string) string {
		for k := range lexicon {
			if slices.Contains(lexicon[k], w) && slot(k) != titleWord {
				return "_"
			}
		}
		return w
	})
}

// second judges a text: "sentence: kind" for everything that is broken.
func second(prompt, text string) map[string]bool {
	r := retell(prompt)
	broken := map[string]bool{}
	sentences := splitForm.FindAllString(text, -1)
	hero, said := "", map[string]string{} // announced
	for i, k := range r.list {
		words := wordForm.FindAllString(sentences[i], -1)
		switch k {
		case "who":
			for _, w := range words {
				if slices.Contains(r.people, w) {
					hero = w
				}
			}
		case "end", "size":
			for _, w := range words {
				if value(w) > 1 {
					said[k] = w
				}
			}
		case "title", "rhyme", "plan":
			for _, option := range r.offers[k] {
				if strings.HasSuffix(strings.ReplaceAll(strings.Join(words, " "), " and ", " "), " "+option) {
					said[k] = option
				}
			}
		}
	}
	if hero == "" && len(r.people) > 0 {
		hero = r.people[0]
	}
	count, verse, deed := r.start[hero], 0, 0
	seen, cast, nouns := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, w := range strings.Fields(said["rhyme"]) {
		nouns[w] = true
	}
	for i, k := range r.list {
		s := strings.TrimSpace(sentences[i])
		words := wordForm.FindAllString(s, -1)
		fail := func(ok bool, kind string) {
			if !ok {
				broken[fmt.Sprint(i, " ", kind)] = true
			}
		}
		if slices.Contains([]string{"clue", "event", "verse", "scene", "rest"}, k) {
			fail(!seen[k+form(s)], "repetition")
			seen[k+form(s)] = true
		}
		if slices.Contains([]string{"clue", "event", "deed"}, k) {
			wrong := manForm
			if !strings.Contains(women, " "+hero+" ") {
				wrong = womanForm
			}
			fail(!wrong.MatchString(s), "pronoun")
		}
		switch k {
		case "clue":
			fail(r.attributed(s, hero), "attribute")
		case "event":
			by := 0
			for _, w := range words {
				by = max(by, value(w))
			}
			if lossForm.MatchString(s) {
				by = -by
			}
			fail(strings.Contains(s, " "+r.object) && count+by >= 0, "possession")
			if count+by >= 0 {
				count += by
			}
		case "deed":
			fail(slices.ContainsFunc(words, func(w string) bool { return deedForms[w] == strings.Fields(said["plan"])[deed] }), "plan")
			deed++
		case "verse":
			if title := said["title"]; title != "" {
				fail(strings.EqualFold(s[:1], title[verse:verse+1]), "acrostic")
			}
			if rhyme := said["rhyme"]; rhyme != "" {
				last := words[len(words)-1]
				model := strings.Fields(rhyme)[r.scheme[verse]-'a']
				fail(rhymePart.FindString(last) == rhymePart.FindString(model) && !nouns[last], "rhyme")
				nouns[last] = true
			}
			verse++
		case "scene":
			for _, w := range words {
				if slices.Contains(lexicon[name], w) {
					cast[w] = true
					fail(slices.Contains(r.offers["cast"], w), "cast")
				}
			}
		}
		if strings.HasPrefix(k, "say") || strings.HasPrefix(k, "quote") {
			r.speech(s, fail)
		}
	}
	for i, k := range r.list {
		switch {
		case k == "end" && value(said[k]) != count:
			broken[fmt.Sprint(i, " count")] = true
		case k == "size" && value(said[k]) != len(cast):
			broken[fmt.Sprint(i, " size")] = true
		}
	}
	return broken
}

// speech peels one quotation after another off a speech.
func (r retold) speech(s string, fail func(ok bool, kind string)) {
	spoken := map[string]bool{}
	for mark := `"`; s != ""; mark = map[string]string{`"`: `'`, `'`: `"`}[mark] {
		first, last := strings.Index(s, mark), strings.LastIndex(s, mark)
		if first < 0 || first == last {
			fail(false, "nesting")
			return
		}
		outside, inside := wordForm.FindAllString(s[:first]+s[last+1:], -1), s[first+1:last]
		who := outside[0]
		if slices.Contains([]string{"said", "cried", "sang"}, who) {
			who = outside[1]
		}
		own := inside
		inner := map[string]string{`"`: `'`, `'`: `"`}[mark]
		from, to := strings.Index(inside, inner), strings.LastIndex(inside, inner)
		s = ""
		if from >= 0 {
			if first == 0 { // own claim, and quotation, said X
				own, s, _ = strings.Cut(inside, " and ")
			} else {
				own, s = inside[to+1:], inside[:to+1]
			}
		}
		fail(slices.Contains(r.people, who) && !spoken[who], "speaker")
		fail(r.attributed(own, who), "attribute")
		spoken[who] = true
	}
}

// first gives what Check finds, in the words of the second judge. Kinds that the
// second judge does not know are left out.
func first(inst workloads.Instance, s workloads.Score) map[string]bool {
	spec := readPrompt(inst.Prompt)
	items, _ := spec.items()
	broken := map[string]bool{}
	for _, v := range s.Violations {
		for i, it := range items {
			if v.Constraint >= it.first && v.Constraint < it.first+spec.opportunities(it) {
				broken[fmt.Sprint(i, " ", inst.Constraints[v.Constraint].Kind)] = true
			}
		}
	}
	return broken
}

// TestSecondJudge compares the two judges on reference texts, and on texts in
// which pieces of several are mixed, so that they contradict each other.
func TestSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(7, 8))
	found := map[string]int{}
	texts := 0
	for n := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Validation, n, i)
			s := readPrompt(inst.Prompt)
			for k := range 6 {
				text := inst.Answer
				if k > 0 {
					text = forget(rng, &w.rungs[n], s)
				}
				one, two := first(inst, w.Check(inst, text)), second(inst.Prompt, text)
				if k == 0 && len(two) > 0 || !maps.Equal(one, two) {
					t.Fatalf("%s: %s\n→%s\nfirst %v\nsecond %v", inst.ID, inst.Prompt, text, one, two)
				}
				for b := range one {
					_, kind, _ := strings.Cut(b, " ")
					found[kind]++
				}
				texts++
			}
		}
	}
	t.Logf("%d texts, violations %v", texts, found)
	for _, kind := range []string{"attribute", "pronoun", "possession", "count", "plan", "acrostic", "rhyme", "size", "speaker", "repetition"} {
		if found[kind] < 10 {
			t.Errorf("%d violations of kind %s", found[kind], kind)
		}
	}
}
