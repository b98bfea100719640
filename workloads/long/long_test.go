package long

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/engines/tokenizer"
	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// right is a second, independent judge: it writes the only right answer.
func right(t *testing.T, prompt string) string {
	tag, rest, _ := strings.Cut(strings.TrimSuffix(prompt, "="), ":")
	body, size, _ := strings.Cut(rest, "/")
	length, err := strconv.Atoi(size)
	if err != nil {
		t.Fatalf("prompt %q: %v", prompt, err)
	}
	if tag == "repeat" {
		text := ""
		for len(text) < length {
			text += body
		}
		return text
	}
	first, cycle, _ := strings.Cut(body, "+")
	n, err := strconv.Atoi(first)
	if tag != "totals" || err != nil {
		t.Fatalf("prompt %q: %v", prompt, err)
	}
	text := ""
	for len(text) < length {
		n += int(cycle[0] - '0')
		cycle = cycle[1:] + cycle[:1]
		text += fmt.Sprintf("%04d;", n)[1:]
		n %= 1000
		text = text[:len(text)-4] + fmt.Sprintf("%03d;", n)
	}
	return text
}

// TestAnswers checks references, their lengths in bytes, and that each byte is
// one token of the built-in weights.
func TestAnswers(t *testing.T) {
	data, err := os.ReadFile("../../engines/model/builtin/v1/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	codec, err := tokenizer.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	w := New()
	for r, rung := range w.Rungs() {
		for i := range 30 {
			inst := w.Generate(workloads.Splits[i%3], r, i)
			if inst.Answer != right(t, inst.Prompt) || len(inst.Answer) != int(rung.Knobs["length"]) {
				t.Fatalf("%s: %q answered by %q", inst.ID, inst.Prompt, inst.Answer)
			}
			if n := len(codec.Encode(inst.Answer)); n != len(inst.Answer) {
				t.Fatalf("%s: %d bytes and %d tokens", inst.ID, len(inst.Answer), n)
			}
		}
	}
}

// TestAgainstSecondJudge compares verdicts on damaged answers.
func TestAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for r := range w.Rungs() {
		for i := range 10 {
			inst := w.Generate(workloads.Test, r, i)
			for range 60 {
				out := []byte(inst.Answer)
				for range rng.IntN(4) {
					a, b := rng.IntN(len(out)), rng.IntN(len(out))
					switch rng.IntN(4) {
					case 0:
						out[a] = "0123456789;+ x"[rng.IntN(14)]
					case 1:
						out[a], out[b] = out[b], out[a]
					case 2:
						out = slices.Delete(out, a, a+1)
					case 3:
						out = slices.Insert(out, a, out[b])
					}
				}
				if exact := w.Check(inst, string(out)).Exact; exact != (strings.TrimSpace(string(out)) == inst.Answer) {
					t.Fatalf("%s: %q judged %v", inst.ID, out, exact)
				}
			}
		}
	}
}

// TestCheck compares verdicts with those found by hand.
func TestCheck(t *testing.T) {
	w := New()
	for _, c := range []struct {
		rung           int
		prompt, output string
		broken         []int
	}{
		{0, "repeat:48213907/032=", "48213907482139074821390748213907", nil},
		{0, "repeat:48213907/032=", " 48213907482139074821390748213907\n", nil},
		{0, "repeat:48213907/032=", "48213907482139574821390748213907", []int{14}}, // one digit is wrong
		{0, "repeat:48213907/032=", "48213907482x39074821390748213907", []int{11}}, // not a digit
		{0, "repeat:48213907/032=", "88213907882139078821390788213907", []int{0, 8, 16, 24}},
		{0, "repeat:48213907/032=", "48213907482133907482139074821390", []int{13}},  // written twice, then goes on
		{0, "repeat:48213907/032=", "48213907482190748213907482139074", []int{12}},  // left out, then goes on
		{0, "repeat:48213907/032=", "82139074821390748213907482139074", []int{0}},   // starts at the second
		{0, "repeat:48213907/032=", "4821390748213907482139074821390", []int{31}},   // too short
		{0, "repeat:48213907/032=", "482139074821390748213907482139074", []int{32}}, // too long
		{1, "totals:005+3719/032=", "008;015;016;025;028;035;036;045;", nil},
		{1, "totals:998+3719/032=", "001;008;009;018;021;028;029;038;", nil},
		{1, "totals:005+3719/032=", "008;015;016;025;028;035;036;046;", []int{7}},
		{1, "totals:005+3719/032=", "008;015;017;026;029;036;037;046;", []int{2}},    // wrong, carried on
		{1, "totals:005+3719/032=", "008;015;017;025;028;035;036;045;", []int{2, 3}}, // wrong, not carried on
		{1, "totals:005+3719/032=", "008;015;xyz;025;028;035;036;045;", []int{2}},
		{1, "totals:005+3719/032=", "008;015;16;025;028;035;036;045;", []int{2}},
		{1, "totals:005+3719/032=", "008;015;016;028;035;036;045;048;", []int{3}}, // a number is left out
		{1, "totals:005+3719/032=", "008;015;016;019;026;027;036;039;", []int{3}}, // a term is left out
		{1, "totals:005+3719/032=", "008;015;016;025;028;035;036;045", []int{7}},
		{1, "totals:005+3719/032=", "008;015;016;025;", []int{4, 5, 6, 7}},
		{1, "totals:005+3719/032=", "008;015;016;025;028;035;036;045;048;", []int{8}},
		{1, "totals:005+3719/032=", "", []int{0, 1, 2, 3, 4, 5, 6, 7}},
	} {
		s := w.Check(workloads.Instance{Rung: c.rung, Prompt: c.prompt}, c.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, c.broken) {
			t.Errorf("%s %q: found %v, want %v", c.prompt, c.output, got, c.broken)
		}
	}
	s := w.Check(workloads.Instance{Rung: 1, Prompt: "totals:005+3719/032="}, " 008;015;16;025;028;035;036;045;7")
	if len(s.Violations) != 2 || s.Violations[0].Offset != 9 || s.Violations[0].Length != 3 || s.Violations[1].Offset != 32 || s.Violations[1].Length != 1 {
		t.Errorf("places of violations: %+v", s.Violations)
	}
	s = w.Check(workloads.Instance{Prompt: "repeat:48213907/032="}, "48213907482190748213907482139074")
	if want := `item 13 is "9" where "3" goes on`; len(s.Violations) != 1 || s.Violations[0].Doc != want {
		t.Errorf("violations %+v, want %s", s.Violations, want)
	}
}

// TestWalk compares readings of short texts with all readings.
func TestWalk(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		places, n := 1+rng.IntN(3), 1+rng.IntN(8)
		fit := make([]bool, places*n)
		for i := range fit {
			fit[i] = rng.IntN(2) == 0
		}
		fits := func(i, place int) bool { return fit[i*places+place] }
		cheapest, counts := 4*n, map[int]bool{} // numbers of wrong items of the cheapest readings
		for reading := range int(math.Pow(float64(places), float64(n))) {
			before, wrong, cost := places-1, 0, 0
			for i := range n {
				place := reading % places
				reading /= places
				if place != (before+1)%places {
					wrong, cost = wrong+1, cost+3
				} else if !fits(i, place) {
					wrong, cost = wrong+1, cost+1
				}
				before = place
			}
			if cost < cheapest {
				cheapest, counts = cost, map[int]bool{}
			}
			counts[wrong] = counts[wrong] || cost == cheapest
		}
		got := 0
		for _, place := range walk(places, n, fits) {
			if place >= 0 {
				got++
			}
		}
		if !counts[got] {
			t.Fatalf("%d places, %d items, %v: %d wrong, want one of %v", places, n, fit, got, counts)
		}
	}
	if got := walk(3, 0, nil); len(got) > 0 {
		t.Errorf("no items, and %v", got)
	}
}

// TestCalibration plants errors at known rates: other digits into patterns,
// totals that are wrong and carried on. Where many are planted close together
// another reading of the text may be cheaper; so sensitivity and specificity
// have to be above 99.5% at every length, and the number of errors found may
// never exceed that of the planted ones.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r, rung := range w.Rungs() {
			rule, length := on(r)
			n := length / rule.unit()
			planted, items, found, missed, spurious := 0, 0, 0, 0, 0
			for i := range 40 * 512 / length {
				inst := w.Generate(workloads.Test, r, i)
				out, hit := plant(rng, inst.Answer, rule.unit(), rate)
				got := workloadtest.Broken(w.Check(inst, out))
				for k := range n {
					switch is := slices.Contains(got, k); {
					case is && !hit[k]:
						spurious++
					case !is && hit[k]:
						missed++
					}
					if items++; hit[k] {
						planted++
					}
				}
				if found += len(got); found > planted {
					t.Fatalf("%s: %q: found %d errors, planted %d", inst.ID, out, found, planted)
				}
			}
			p := float64(planted) / float64(items)
			if math.Abs(p-rate) > 5*math.Sqrt(rate*(1-rate)/float64(items)) {
				t.Errorf("%s: planted %g of the items, want %g", rung.Name, p, rate)
			}
			if float64(missed) > 0.005*float64(planted) || float64(spurious) > 0.005*float64(items-planted) {
				t.Errorf("%s at %g: of %d planted errors %d missed, of %d right items %d found wrong",
					rung.Name, rate, planted, missed, items-planted, spurious)
			}
		}
	}
}

// plant changes items of a right answer, and carries wrong totals on.
func plant(rng *rand.Rand, answer string, unit int, rate float64) (string, []bool) {
	hit := make([]bool, len(answer)/unit)
	out, off := "", 0
	for k := range hit {
		item := strings.Trim(answer[k*unit:(k+1)*unit], ";")
		value, _ := strconv.Atoi(item)
		hit[k] = rng.Float64() < rate
		switch {
		case unit == 1 && hit[k]:
			out += strconv.Itoa((value + 1 + rng.IntN(9)) % 10)
		case unit == 1:
			out += item
		default:
			if hit[k] {
				off += 10 + rng.IntN(900) // no term is that large
			}
			out += fmt.Sprintf("%03d;", (value+off)%1000)
		}
	}
	return out, hit
}

// TestRatesCompare plants one mistake of each sort into answers of all lengths.
// A wrong item breaks one constraint; an item left out or written twice breaks
// at most three, and on average about one at every length (up to 1.4 where eight totals leave
// few items after it).
func TestRatesCompare(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	means := map[string][]float64{}
	for r := range w.Rungs() {
		rule, length := on(r)
		n := length / rule.unit()
		const runs = 400
		sum := map[string]float64{}
		for i := range runs {
			inst := w.Generate(workloads.Test, r, i)
			items := rule.items(parse(inst.Prompt), n+1)
			k := rng.IntN(n)
			wrong := slices.Clone(items[:n])
			wrong[k] = strings.Replace(wrong[k], items[k][:1], "x", 1)
			for name, text := range map[string][]string{
				"changed":       wrong,
				"left out":      slices.Delete(slices.Clone(items), k, k+1),
				"written twice": slices.Insert(slices.Clone(items[:n-1]), k, items[k]),
			} {
				got := len(w.Check(inst, strings.Join(text, "")).Violations)
				if got > 3 || name == "changed" && got != 1 {
					t.Errorf("%s: item %d %s breaks %d constraints of %d", inst.ID, k, name, got, n)
				}
				sum[name] += float64(got) / runs
			}
		}
		for name, mean := range sum {
			means[rule.name()+" "+name] = append(means[rule.name()+" "+name], mean)
		}
	}
	for name, list := range means {
		if len(list) != len(lengths) || slices.Max(list) > slices.Min(list)+0.5 {
			t.Errorf("%s breaks on average %.2f constraints at the five lengths", name, list)
		}
	}
}

// TestChance counts distinct answers of small relatives: the answer tells the
// whole request, so that all answers are equally likely.
func TestChance(t *testing.T) {
	seen := map[string]bool{}
	for start := range 20 {
		for cycle := range 9 * 9 * 9 * 9 {
			q := request{start: start, cycle: fmt.Sprint(1+cycle%9, 1+cycle/9%9, 1+cycle/81%9, 1+cycle/729)}
			q.cycle = strings.ReplaceAll(q.cycle, " ", "")
			seen[strings.Join(totals{}.items(q, 8), "")] = true
		}
	}
	if len(seen) != 20*6561 {
		t.Errorf("%d different answers of %d requests", len(seen), 20*6561)
	}
	if got := (totals{}).chance() * 1000 * 6561; math.Abs(got-1) > 1e-12 {
		t.Errorf("totals: chance times requests is %g", got)
	}
	short := 0 // patterns of eight digits out of two that have a shorter period
	for n := range 1 << 8 {
		if n>>4 == n&15 {
			short++
		}
	}
	if short != 1<<4 { // so 10⁴ of ten digits
		t.Errorf("%d patterns have a shorter period", short)
	}
	if got := (repeat{}).chance() * (1e8 - 1e4); math.Abs(got-1) > 1e-12 {
		t.Errorf("repeat: chance times patterns is %g", got)
	}
}

// TestDistances checks that distances do not depend on the length.
func TestDistances(t *testing.T) {
	w := New()
	for r := range w.Rungs() {
		inst := w.Generate(workloads.Train, r, 0)
		want := []int{7, 7, 7, 7, 7, 7}
		if strings.HasPrefix(inst.Prompt, "totals") {
			want = []int{4, 3, 3, 3, 4, 4}
		}
		for i, c := range inst.Constraints[:len(inst.Constraints)-1] {
			if c.Distance != want[min(i, 5)] {
				t.Fatalf("%s: item %d has the distance %d", inst.ID, i, c.Distance)
			}
		}
	}
}
