package lists

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// right is a second, independent judge: it makes the list of all right answers
// from the text of the prompt.
func right(t *testing.T, prompt string) map[string]bool {
	m := regexp.MustCompile(`^([a-z-]+):([0-9]+)((?:/[0-9]+)*)=$`).FindStringSubmatch(prompt)
	if m == nil {
		t.Fatalf("prompt %q", prompt)
	}
	list, par := m[2], strings.Split(strings.TrimPrefix(m[3], "/"), "/")
	place, _ := strconv.Atoi(par[0])
	answers := map[string]bool{}
	switch m[1] {
	case "copy":
		answers[list] = true
	case "reverse":
		var b string
		for _, d := range list {
			b = string(d) + b
		}
		answers[b] = true
	case "sort":
		var b string
		for d := range 10 {
			b += strings.Repeat(strconv.Itoa(d), strings.Count(list, strconv.Itoa(d)))
		}
		answers[b] = true
	case "replace":
		answers[list[:place-1]+par[1]+list[place:]] = true
	case "insert":
		answers[list[:place-1]+par[1]+list[place-1:]] = true
	case "remove":
		answers[list[:place-1]+list[place:]] = true
	case "replace-any":
		for i := range list {
			answers[list[:i]+par[0]+list[i+1:]] = true
		}
	case "shuffle":
		permute("", list, answers)
		delete(answers, list)
	}
	return answers
}

func permute(head, tail string, into map[string]bool) {
	if tail == "" {
		into[head] = true
	}
	for i := range tail {
		permute(head+tail[i:i+1], tail[:i]+tail[i+1:], into)
	}
}

// TestListsAgainstSecondJudge compares verdicts on right answers, on all of
// them where there are several, and on damaged ones.
func TestListsAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(11, 12))
	for r, rung := range w.rungs {
		for i := range 6 {
			inst := w.Generate(workloads.Splits[i%3], r, i)
			if rung.items > 6 && rung.op == "shuffle" && i > 0 {
				break // 40,319 right answers
			}
			answers := right(t, inst.Prompt)
			if inst.Unique != (len(answers) == 1) || !answers[inst.Answer] {
				t.Fatalf("%s: %q is one of %d answers", inst.ID, inst.Answer, len(answers))
			}
			for a := range answers {
				if s := w.Check(inst, a); !s.Exact {
					t.Fatalf("%s: right answer %q judged %+v", inst.ID, a, s)
				}
			}
			for range 60 {
				out := damage(rng, inst)
				if exact := w.Check(inst, out).Exact; exact != answers[out] {
					t.Fatalf("%s: %q for %q judged %v", inst.ID, out, inst.Prompt, exact)
				}
			}
		}
	}
}

// damage changes, drops, doubles or swaps items of an answer.
func damage(rng *rand.Rand, inst workloads.Instance) string {
	out := []byte(inst.Answer)
	for range rng.IntN(3) {
		i, j := rng.IntN(len(out)), rng.IntN(len(out))
		switch rng.IntN(4) {
		case 0:
			out[i] = "0123456789x="[rng.IntN(12)]
		case 1:
			out[i], out[j] = out[j], out[i]
		case 2:
			out = slices.Delete(out, i, i+1)
		case 3:
			out = slices.Insert(out, i, out[j])
		}
		if len(out) == 0 {
			return ""
		}
	}
	return string(out)
}

// TestSeveralAnswersCalibration plants errors at known rates where several
// answers are right. What they must break follows from the text alone.
func TestSeveralAnswersCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(13, 14))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, places := 0, 0
		for r, rung := range w.rungs {
			if rung.op != "shuffle" && rung.op != "replace-any" {
				continue
			}
			for i := range 100 {
				inst := w.Generate(workloads.Test, r, i)
				items := parseRequest(inst.Prompt).items
				out := []byte(inst.Answer)
				var want []int
				for j := range out {
					places++
					if rng.Float64() < rate {
						planted++
						out[j] = '#' // stands for any item that does not belong here
						k := j
						if rung.op == "shuffle" {
							k = slices.Index(items, inst.Answer[j])
						}
						want = append(want, k)
					}
				}
				fresh := parseRequest(inst.Prompt).item
				if rung.op == "replace-any" && !slices.Contains(out, fresh) {
					want = append(want, rung.items)
				}
				if rung.op == "shuffle" && string(out) == string(items) {
					want = append(want, rung.items)
				}
				slices.Sort(want)
				if got := workloadtest.Broken(w.Check(inst, string(out))); !slices.Equal(got, want) {
					t.Fatalf("%s: %q for %q: found %v, planted %v", inst.ID, out, inst.Answer, got, want)
				}
			}
		}
		if got := float64(planted) / float64(places); got < rate*0.8 || got > rate*1.2 {
			t.Errorf("planted %g of the items, want %g", got, rate)
		}
	}
}

// TestSeveralAnswersCheck compares verdicts with those found by hand.
func TestSeveralAnswersCheck(t *testing.T) {
	w := New()
	for _, c := range []struct {
		prompt, output string
		broken         []int
		partial        float64
	}{
		// 0 to 3 the items 7, 2, 9, 4; 4 the order; 5 the length.
		{"shuffle:7294=", "4972", nil, 1},
		{"shuffle:7294=", "7294", []int{4}, 0.8},
		{"shuffle:7294=", "2794", nil, 1},
		{"shuffle:7294=", "7292", []int{1, 3}, 0.6},
		{"shuffle:7294=", "79", []int{1, 3}, 0.6},
		{"shuffle:7294=", "72", []int{2, 3, 4}, 0.4},
		{"shuffle:7294=", "", []int{0, 1, 2, 3, 4}, 0},
		{"shuffle:7294=", "7777", []int{0, 1, 2, 3}, 0.2},
		{"shuffle:7294=", "49722", []int{5}, 1},
		{"shuffle:7294=", "4 972", []int{1, 5}, 0.8},
		// 0 to 3 the positions; 4 once; 5 the length.
		{"replace-any:7294/5=", "7254", nil, 1},
		{"replace-any:7294/5=", "5294", nil, 1},
		{"replace-any:7294/5=", "7294", []int{4}, 0.8},
		{"replace-any:7294/5=", "5254", []int{4}, 0.8},
		{"replace-any:7294/5=", "5555", []int{4}, 0.8},
		{"replace-any:7294/5=", "7295", nil, 1},
		{"replace-any:7294/5=", "7245", []int{2}, 0.8},
		{"replace-any:7294/5=", "72945", []int{4, 5}, 0.8},
		{"replace-any:7294/5=", "5", []int{1, 2, 3}, 0.4},
		{"replace-any:7294/5=", "", []int{0, 1, 2, 3, 4}, 0},
		// One answer, with a place.
		{"insert:7294/5/0=", "72940", nil, 1},
		{"insert:7294/3/5=", "7294", []int{2, 3, 4}, 0.4},
		{"remove:7294/2=", "794", nil, 1},
		{"remove:7294/2=", "7294", []int{1, 2, 3}, 1. / 3},
		{"replace:0123456789/10/5=", "0123456785", nil, 1},
	} {
		inst := workloads.Instance{Prompt: c.prompt}
		s := w.Check(inst, c.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, c.broken) {
			t.Errorf("%s %q: found %v, want %v", c.prompt, c.output, got, c.broken)
		}
		if d := s.Partial - c.partial; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s %q: partial %g, want %g", c.prompt, c.output, s.Partial, c.partial)
		}
	}
}

// TestRequests checks that prompts can be read back and have one layout.
func TestRequests(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		length := 0
		for i := range 40 {
			inst := w.Generate(workloads.Train, r, i)
			q := parseRequest(inst.Prompt)
			if q.op != rung.op || len(q.items) != rung.items || q.String() != inst.Prompt {
				t.Fatalf("%s: %q is read as %+v", inst.ID, inst.Prompt, q)
			}
			if length == 0 {
				length = len(inst.Prompt)
			}
			if len(inst.Prompt) != length {
				t.Fatalf("%s: %q has not the layout of its rung", inst.ID, inst.Prompt)
			}
			if rung.op == "replace" && q.items[q.place-1] == q.item {
				t.Fatalf("%s: %q replaces nothing", inst.ID, inst.Prompt)
			}
			if got := workloads.SplitOf(listCanon([]byte(inst.Answer))); got != workloads.Train {
				t.Fatalf("%s: the answer %q is a list of the %s split", inst.ID, inst.Answer, got)
			}
		}
	}
}

// TestReferencesAreSpread checks that references of one prompt's kind use all
// places, and all orders of three items but the first, equally often.
func TestReferencesAreSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	const n = 3000
	count := map[string]int{}
	for range n {
		q := request{op: "shuffle", items: []byte("123")}
		count[string(q.take(q.answer(rng)))]++
		q = request{op: "replace-any", items: []byte("1111"), item: '5'}
		count[string(q.take(q.answer(rng)))]++
	}
	for _, c := range []struct {
		answers []string
	}{{[]string{"132", "213", "231", "312", "321"}}, {[]string{"5111", "1511", "1151", "1115"}}} {
		for _, a := range c.answers {
			want := float64(n) / float64(len(c.answers))
			if d := float64(count[a]) - want; d*d > 16*want {
				t.Errorf("%s occurs %d times, want about %g", a, count[a], want)
			}
			delete(count, a)
		}
	}
	if len(count) > 0 {
		t.Error(fmt.Sprint("unexpected references ", count))
	}
}
