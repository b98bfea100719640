package gaps

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// TestCalibration plants errors before, in and behind the gap at known rates: a
// sign that no text has instead of a letter or digit. The sides that were spoilt are
// found, and no others; what is in the gap breaks a constraint of its own.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	for r := range w.rungs {
		for i := range 40 {
			inst, c := w.draw(workloads.Test, r, i)
			for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
				left, gap, right := c.texts()
				spoil := func(text string) (string, bool) {
					places := regexp.MustCompile(`[A-Za-z0-9]`).FindAllStringIndex(text, -1)
					if len(places) == 0 || rng.Float64() >= rate {
						return text, false
					}
					at := places[rng.IntN(len(places))][0]
					return text[:at] + "#" + text[at+1:], true
				}
				var spoilt [3]bool
				left, spoilt[0] = spoil(left)
				gap, spoilt[1] = spoil(gap)
				right, spoilt[2] = spoil(right)
				s := w.Check(inst, left+gap+right)
				var broken []int
				for _, v := range s.Violations {
					broken = append(broken, v.Constraint)
				}
				fixed := len(inst.Constraints) - 2
				if slices.Contains(broken, fixed) != spoilt[0] || slices.Contains(broken, fixed+1) != spoilt[2] {
					t.Fatalf("%s: %q: broken %v of %d, planted %v", inst.ID, left+gap+right, broken, fixed+2, spoilt)
				}
				if inside := slices.ContainsFunc(broken, func(n int) bool { return n < fixed }); spoilt == [3]bool{false, true, false} && !inside || spoilt == [3]bool{} && inside {
					t.Fatalf("%s: %q: broken %v of %d, planted %v", inst.ID, left+gap+right, broken, fixed+2, spoilt)
				}
			}
		}
	}
}

// TestNumbers plants another number in a gain or loss of a gap: then the total,
// before or behind it, is wrong, or more is lost than there is.
func TestNumbers(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(7, 8))
	numbers := []string{"two", "three", "four", "five"}
	for r, rung := range w.rungs {
		if !strings.HasPrefix(rung.name, "count") && !strings.HasPrefix(rung.name, "tale") {
			continue
		}
		for i := range 200 {
			inst, c := w.draw(workloads.Test, r, i)
			left, gap, right := c.texts()
			places := regexp.MustCompile(strings.Join(numbers, "|")).FindAllStringIndex(gap, -1)
			at := places[rng.IntN(len(places))]
			was := gap[at[0]:at[1]]
			now := was
			for now == was {
				now = numbers[rng.IntN(len(numbers))]
			}
			s := w.Check(inst, left+gap[:at[0]]+now+gap[at[1]:]+right)
			wrong := func(v workloads.Violation) bool {
				kind := inst.Constraints[v.Constraint].Kind
				return kind == "count" || kind == "possession" // more than there are cannot be lost, and then nothing is
			}
			if !slices.ContainsFunc(s.Violations, wrong) {
				t.Fatalf("%s: %s instead of %s in %q: %+v", inst.ID, now, was, gap, s)
			}
		}
	}
}

// TestSwaps puts other people, things and places into the events of gaps. Whether
// the text is still right is what a second judge says, who knows nothing of the
// workload's code.
func TestSwaps(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(9, 10))
	names := regexp.MustCompile(`[A-Z][a-z]+|park|shop|barn|hall|yard|cave|ball|book|key|cup|hat|ring|coin|lamp`)
	right, wrong := 0, 0
	for r, rung := range w.rungs {
		if rung.source != fromStories {
			continue
		}
		for i := range 300 {
			inst, c := w.draw(workloads.Test, r, i)
			left, gap, behind := c.texts()
			all := names.FindAllString(inst.Prompt, -1)
			all = slices.DeleteFunc(all, func(s string) bool { return s == "The" || s == "Plan" })
			at := names.FindAllStringIndex(gap, -1)
			place := at[rng.IntN(len(at))]
			text := left + gap[:place[0]] + all[rng.IntN(len(all))] + gap[place[1]:] + behind
			want := storyHolds(inst.Prompt, text)
			if got := w.Check(inst, text).Exact; got != want {
				t.Fatalf("%s%s: exact %v, the second judge says %v", inst.Prompt, text, got, want)
			}
			if want {
				right++
			} else {
				wrong++
			}
		}
	}
	if right < 30 || wrong < 300 {
		t.Errorf("%d right and %d wrong texts", right, wrong)
	}
}

// storyHolds reports whether a text follows the plan of a prompt, can happen, and
// reports what is so at its end.
func storyHolds(prompt, text string) bool {
	facts, plan, _ := strings.Cut(prompt, " Plan: ")
	where := map[string]string{} // of people and things; a thing that somebody has is with that person
	var report []string
	for _, f := range strings.Split(strings.TrimPrefix(strings.TrimSuffix(facts, "."), "story: "), ". ") {
		word := strings.Fields(f)
		if word[0] == "The" {
			where[word[1]] = word[len(word)-1]
			report = append(report, word[1])
		} else if word[1] == "has" {
			where[word[3]] = word[0]
			report = append(report, word[3])
		} else {
			where[word[0]] = word[len(word)-1]
			report = append(report, word[0])
		}
	}
	told, end, _ := strings.Cut(text, " End: ")
	events := strings.Split(strings.TrimSuffix(strings.TrimSpace(told), "."), ". ")
	verbs := strings.Fields(strings.TrimSuffix(plan, "."))
	if len(events) != len(verbs) {
		return false
	}
	for i, e := range events {
		word := strings.Fields(e)
		who := word[0]
		here, known := where[who]
		if !known {
			return false
		}
		switch verbs[i] + " " + word[1] {
		case "go goes", "go walks":
			if len(word) != 5 || here == word[4] || !strings.Contains("park shop barn hall yard cave", word[4]) {
				return false
			}
			where[who] = word[4]
		case "take takes", "take finds":
			if len(word) != 4 || where[word[3]] != here {
				return false
			}
			where[word[3]] = who
		case "drop drops", "drop leaves":
			if len(word) != 4 || where[word[3]] != who {
				return false
			}
			where[word[3]] = here
		case "give gives", "give hands":
			thing, to := word[3], word[len(word)-1]
			if word[1] == "hands" {
				thing, to = word[4], word[2]
			}
			if where[thing] != who || to == who || where[to] != here || to == thing {
				return false
			}
			where[thing] = to
		default:
			return false
		}
	}
	var want []string
	for _, x := range report {
		switch at := where[x]; {
		case strings.ToUpper(x[:1]) == x[:1]:
			want = append(want, x+" is in the "+at+".")
		case strings.ToUpper(at[:1]) == at[:1]:
			want = append(want, at+" has the "+x+".")
		default:
			want = append(want, "The "+x+" is in the "+at+".")
		}
	}
	return end == strings.Join(want, " ")
}
