package infill

import (
	"maps"
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

// fits is a second, independent judge: it knows the rule of each kind and the
// template, not the answer.
func fits(inst workloads.Instance, out string) bool {
	left, gap, right := inst.Template[0].Text, inst.Template[1].Gap, inst.Template[2].Text
	if len(out) != len(left)+gap+len(right) || !strings.HasPrefix(out, left) || !strings.HasSuffix(out, right) {
		return false
	}
	kind, _, _ := strings.Cut(inst.Prompt, ":")
	switch kind {
	case "pattern":
		for i := range len(out) {
			if out[i] != out[i%4] || out[i] < '0' || out[i] > '9' {
				return false
			}
		}
	case "mirror":
		lines := strings.Split(out, "/")
		if len(lines) != 3 {
			return false
		}
		back := ""
		for _, c := range lines[2] {
			back = string(c) + back
		}
		return lines[1] == lines[0]+back
	case "progression":
		var list []int
		for _, number := range strings.Split(out, ";") {
			n, err := strconv.ParseUint(number, 10, 16)
			if err != nil || len(number) != 3 {
				return false
			}
			list = append(list, int(n))
		}
		for i := range list[2:] {
			if list[i]-2*list[i+1]+list[i+2] != 0 {
				return false
			}
		}
	case "steps":
		total := ""
		for _, step := range strings.Split(out, ";") {
			if len(step) != 7 || step[2] != '+' || step[4] != '=' || total != "" && step[:2] != total {
				return false
			}
			a, err1 := strconv.ParseUint(step[:2], 10, 8)
			b, err2 := strconv.ParseUint(step[3:4], 10, 8)
			c, err3 := strconv.ParseUint(step[5:], 10, 8)
			if err1 != nil || err2 != nil || err3 != nil || a+b != c {
				return false
			}
			total = step[5:]
		}
	default:
		return false
	}
	return true
}

func TestTemplates(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		for i := range 60 {
			inst := w.Generate(workloads.Splits[i%3], r, i)
			if len(inst.Template) != 3 || inst.Template[1].Gap != rung.gap || !fits(inst, inst.Answer) {
				t.Fatalf("%s: %q for %+v", inst.ID, inst.Answer, inst.Template)
			}
			s := inst.Spans[0]
			if inst.Answer[:s.Start] != inst.Template[0].Text || inst.Answer[s.End:] != inst.Template[2].Text {
				t.Fatalf("%s: span %+v of %q", inst.ID, s, inst.Answer)
			}
		}
	}
}

// TestOneTokenPerByte checks that a gap is as many tokens as it says, with the
// tokenizer of the built-in weights, and that its ends are ends of tokens.
func TestOneTokenPerByte(t *testing.T) {
	data, err := os.ReadFile("../../engines/model/builtin/v1/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	codec, err := tokenizer.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	w := New()
	for r := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Train, r, i)
			if got := codec.Encode(inst.Answer); len(got) != len(inst.Answer) {
				t.Fatalf("%s: %q has %d bytes and %d tokens", inst.ID, inst.Answer, len(inst.Answer), len(got))
			}
			for _, p := range inst.Template {
				if got := codec.Encode(p.Text); len(got) != len(p.Text) {
					t.Fatalf("%s: %q has %d tokens", inst.ID, p.Text, len(got))
				}
			}
		}
	}
}

// TestAgainstSecondJudge compares verdicts on damaged texts, and on all fillings
// of the gap that change one step of a sum into another true one.
func TestAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for r := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Test, r, i)
			for range 60 {
				out := []byte(inst.Answer)
				for range rng.IntN(4) {
					a, b := rng.IntN(len(out)), rng.IntN(len(out))
					switch rng.IntN(3) {
					case 0:
						out[a], out[b] = out[b], out[a]
					case 1:
						out[a] = "0123456789+=;/ x"[rng.IntN(16)]
					case 2:
						out = append(out[:a:a], append([]byte{out[b]}, out[a:]...)...)
					}
				}
				text := strings.TrimSpace(string(out))
				if exact := w.Check(inst, string(out)).Exact; exact != fits(inst, text) {
					t.Fatalf("%s: %q for %q judged %v", inst.ID, out, inst.Answer, exact)
				}
			}
		}
	}
}

// TestOtherSums accepts every way of leading from one side to the other.
func TestOtherSums(t *testing.T) {
	w := New()
	r := slices.IndexFunc(w.rungs, func(r rung) bool { return r.rungName() == "steps-15" })
	inst := w.Generate(workloads.Test, r, 0)
	left, right := inst.Template[0].Text, inst.Template[2].Text
	from, _ := strconv.Atoi(left[5:7])
	to, _ := strconv.Atoi(right[1:3])
	exact := 0
	for a := range 10 {
		for b := range 10 {
			middle := two(from) + "+" + strconv.Itoa(a) + "=" + two(from+a) + ";" + two(from+a) + "+" + strconv.Itoa(b) + "=" + two(from+a+b)
			s := w.Check(inst, left+middle+right)
			if s.Exact != (from+a+b == to) {
				t.Fatalf("%q judged %+v", left+middle+right, s)
			}
			if s.Exact {
				exact++
			} else if got := workloadtest.Broken(s); !slices.Equal(got, []int{4}) {
				t.Fatalf("%q breaks %v, want the join", left+middle+right, got)
			}
		}
	}
	if inst.Unique || exact < 2 {
		t.Errorf("%s has %d answers", inst.ID, exact)
	}
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// TestCheck compares verdicts with those found by hand.
func TestCheck(t *testing.T) {
	w := New()
	for _, c := range []struct {
		rung, left, gap, right string
		output                 string
		broken                 []int
	}{
		{"pattern-4", "57", "0357", "03", "57035703", nil},
		{"pattern-4", "57", "0357", "03", " 57035803\n", []int{3}},
		{"pattern-4", "57", "0357", "03", "57", []int{0, 1, 2, 3, 5}},
		{"pattern-4", "57", "0357", "03", "0357", []int{0, 1, 2, 3, 4, 5}},
		{"pattern-4", "57", "0357", "03", "570357033", []int{6}},
		{"mirror-4", "57/", "5703", "/30", "57/5730/30", []int{2, 3}},
		{"mirror-4", "57/", "5703", "/30", "57/5703;30", []int{5}},
		// 0, 2 link, 1, 3 step, 4 join, 5, 6 fixed, 7 length.
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+8=20;20+5=25;25+0=25", nil},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+9=22;22+3=25;25+0=25", []int{1}},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+9=21;21+5=26;25+0=25", []int{4}},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+9=21;20+5=25;25+0=25", []int{2}},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12*9=21;21+4=25;25+0=25", []int{0, 1}},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+9=21;21+4-25;25+0=25", []int{2, 3, 4}},
		{"steps-15", "07+5=12;", "12+9=21;21+4=25", ";25+0=25", "07+5=12;12+9=21;", []int{2, 3, 4, 6}},
		{"progression-7", "017;", "021;025", ";029", "017;021;026;029", []int{1}},
		{"progression-7", "017;", "021;025", ";029", "017;021,025;029", []int{0}},
	} {
		r := slices.IndexFunc(w.rungs, func(r rung) bool { return r.rungName() == c.rung })
		inst := workloads.Instance{Rung: r, Answer: c.left + c.gap + c.right,
			Template: []workloads.Piece{{Text: c.left}, {Gap: len(c.gap)}, {Text: c.right}}}
		s := w.Check(inst, c.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, c.broken) {
			t.Errorf("%s %q: found %v, want %v", c.rung, c.output, got, c.broken)
		}
	}
}

// TestCalibration plants wrong digits into gaps at known rates. Where one
// answer is right, the units that were hit are broken and no others; in a sum
// the verdict per step follows from its three numbers.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, places := 0, 0
		for r, rung := range w.rungs {
			for i := range 60 {
				inst := w.Generate(workloads.Test, r, i)
				out := []byte(inst.Answer)
				start := inst.Spans[0].Start
				broken := map[int]bool{}
				unit := map[string]int{"pattern": 1, "mirror": 1, "progression": 4, "steps": 8}[rung.name()]
				for j := range rung.gap {
					if c := out[start+j]; c < '0' || c > '9' {
						continue
					}
					places++
					if rng.Float64() < rate {
						planted++
						out[start+j] = '0' + (out[start+j]-'0'+byte(1+rng.IntN(9)))%10
						broken[j/unit] = true
					}
				}
				if rung.name() == "steps" {
					broken = sumErrors(string(out), inst.Template)
				}
				want := slices.Sorted(maps.Keys(broken))
				s := w.Check(inst, string(out))
				if got := workloadtest.Broken(s); !slices.Equal(got, want) {
					t.Fatalf("%s: %q for %q: found %v, want %v", inst.ID, out, inst.Answer, got, want)
				}
				for _, v := range s.Violations {
					if v.Offset < start || v.Length < 1 || v.Offset+v.Length > start+rung.gap {
						t.Fatalf("%s: %+v lies outside the gap", inst.ID, v)
					}
				}
			}
		}
		if got := float64(planted) / float64(places); math.Abs(got-rate) > 0.15*rate {
			t.Errorf("planted %g of the digits, want %g", got, rate)
		}
	}
}

// sumErrors judges a readable sum from its numbers.
func sumErrors(out string, template []workloads.Piece) map[int]bool {
	broken := map[int]bool{}
	list := strings.Split(out, ";")
	last := len(list) - 2
	for i, step := range list[1 : last+1] {
		if list[i][5:] != step[:2] {
			broken[2*i] = true
		}
		n := func(s string) int { v, _ := strconv.Atoi(s); return v }
		if n(step[:2])+n(step[3:4]) != n(step[5:]) {
			broken[2*i+1] = true
		}
	}
	if list[last][5:] != template[2].Text[1:3] {
		broken[2*last] = true
	}
	return broken
}

// TestDistances compares distances with those counted by hand.
func TestDistances(t *testing.T) {
	for _, c := range []struct {
		kind
		text
		distances []int
		ahead     string
	}{
		{pattern{}, text{left: "57", gap: "03570357", right: "03"}, []int{7, 7, 3, 3, 3, 3, 7, 7}, "++--++--"},
		{mirror{}, text{left: "57/", gap: "5703", right: "/30"}, []int{1, 1, 2, 0}, "--++"},
		{progression{}, text{left: "017;", gap: "021;025", right: ";029"}, []int{1, 0}, "++"},
		{steps{}, text{left: "07+5=12;", gap: "12+9=21", right: ";21+4=25"}, []int{0, 0, 0}, "--+"},
	} {
		var distances []int
		ahead := ""
		for _, k := range c.constraints(c.text) {
			distances = append(distances, k.Distance)
			ahead += map[workloads.Direction]string{workloads.Backward: "-", workloads.Lookahead: "+"}[k.Direction]
		}
		if !slices.Equal(distances, c.distances) || ahead != c.ahead {
			t.Errorf("%s: distances %v and directions %s, want %v and %s", c.name(), distances, ahead, c.distances, c.ahead)
		}
	}
}

// TestChance lets a decoder that sees only the left side guess.
func TestChance(t *testing.T) {
	w := New()
	rungs := w.Rungs()
	rng := rand.New(rand.NewPCG(5, 6))
	const n = 8000
	for r, rung := range w.rungs {
		hits := 0
		for range n {
			x := rung.write(rng, rung.gap)
			inst := workloads.Instance{Rung: r, Answer: x.left + x.gap + x.right, Template: []workloads.Piece{{Text: x.left}, {Gap: rung.gap}, {Text: x.right}}}
			if w.Check(inst, x.left+guess(rung.name(), x.left, rung.gap)+x.right).Exact {
				hits++
			}
		}
		p := rungs[r].Chance
		if got := float64(hits) / n; math.Abs(got-p) > 4.5*math.Sqrt(p*(1-p)/n)+1./n {
			t.Errorf("%s: chance %.5f, guessed %.5f", rungs[r].Name, p, got)
		}
	}
}

// guess fills a gap of n bytes from what stands on the left.
func guess(kind, left string, n int) string {
	switch kind {
	case "pattern":
		return strings.Repeat("00"+left, n/4)
	case "mirror":
		return left[:n/2] + strings.Repeat("0", n/2)
	case "steps": // alternately 4 and 5: the sum is as near to the mean as can be
		total, _ := strconv.Atoi(left[5:7])
		var list []string
		for i := range (n + 1) / 8 {
			d := 4 + i%2
			list = append(list, two(total)+"+"+strconv.Itoa(d)+"="+two(total+d))
			total += d
		}
		return strings.Join(list, ";")
	}
	first, _ := strconv.Atoi(left[:3])
	terms := (n+1)/4 + 2
	step := 25 // the largest that fits
	for first+step*(terms-1) > 999 && first-step*(terms-1) < 0 {
		step--
	}
	if first+step*(terms-1) > 999 {
		step = -step
	}
	var list []string
	for i := 1; i < terms-1; i++ {
		s := "00" + strconv.Itoa(first+i*step)
		list = append(list, s[len(s)-3:])
	}
	return strings.Join(list, ";")
}

func TestRotation(t *testing.T) {
	for s, want := range map[string]string{"4821": "1482", "1482": "1482", "9999": "9999", "1010": "0101"} {
		if got := workloads.Rotation(s); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
