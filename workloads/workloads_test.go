package workloads

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/instances.txt")

var allSplits = []Split{Train, Validation, Test}

// TestGolden pins the text of the first instances of every rung: the format is
// what models were trained on.
func TestGolden(t *testing.T) {
	var b strings.Builder
	for _, w := range Builtin() {
		for r, rung := range w.Rungs() {
			h := sha256.New()
			for _, split := range allSplits {
				for i := range 20 {
					inst := w.Generate(split, r, i)
					fmt.Fprintf(h, "%s\n%s\n%s\n", inst.Prompt, inst.Answer, inst.Canon)
				}
			}
			inst := w.Generate(Test, r, 0)
			fmt.Fprintf(&b, "%s %x\n\t%s\n\t%s\n", w.Name()+"/"+rung.Name, h.Sum(nil)[:8], inst.Prompt, inst.Answer)
		}
	}
	const file = "testdata/instances.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")
	for i := range max(len(wantLines), len(gotLines)) {
		var w, g string
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if w != g {
			t.Fatalf("line %d of %s has changed:\nwas %s\nnow %s", i+1, file, w, g)
		}
	}
}

// TestReference checks that references are exact and instances well formed.
func TestReference(t *testing.T) {
	for _, w := range Builtin() {
		if w.Doc() == "" {
			t.Errorf("%s has no description", w.Name())
		}
		names := map[string]bool{}
		for r, rung := range w.Rungs() {
			if names[rung.Name] || rung.Name == "" || rung.Doc == "" || len(rung.Knobs) == 0 {
				t.Errorf("%s: rung %q is a duplicate or incomplete", w.Name(), rung.Name)
			}
			names[rung.Name] = true
			if !(rung.Chance > 0 && rung.Chance < 0.5) {
				t.Errorf("%s/%s: chance %g", w.Name(), rung.Name, rung.Chance)
			}
			for i := range 60 {
				inst := w.Generate(allSplits[i%3], r, i)
				if want := fmt.Sprintf("%s/%s/%s/%d", w.Name(), rung.Name, allSplits[i%3], i); inst.ID != want {
					t.Fatalf("ID %q, want %q", inst.ID, want)
				}
				if inst.Workload != w.Name() || inst.Rung != r || inst.Template != nil {
					t.Fatalf("%s: %+v", inst.ID, inst)
				}
				for _, output := range []string{inst.Answer, "\n " + inst.Answer + " \n"} {
					if s := w.Check(inst, output); !s.Exact || s.Partial != 1 || len(s.Violations) != 0 {
						t.Fatalf("%s: reference %q judged %+v", inst.ID, output, s)
					}
				}
				for _, c := range inst.Constraints {
					if c.Kind == "" || c.Doc == "" || c.Distance < 0 || c.Direction != Backward {
						t.Fatalf("%s: constraint %+v", inst.ID, c)
					}
				}
				s := w.Check(inst, "")
				if s.Exact || len(s.Violations) < len(inst.Constraints)-1 {
					t.Fatalf("%s: an empty output breaks %d of %d constraints", inst.ID, len(s.Violations), len(inst.Constraints))
				}
			}
		}
	}
}

// TestSplits checks that splits share neither canonical form nor prompt, in a
// workload as a whole, and that instances are in the split they ask for.
func TestSplits(t *testing.T) {
	for _, w := range Builtin() {
		canon, prompt := map[string]Split{}, map[string]Split{}
		for r := range w.Rungs() {
			for _, split := range allSplits {
				for i := range 60 {
					inst := w.Generate(split, r, i)
					if splitOf(inst.Canon) != split {
						t.Fatalf("%s: canonical form %q belongs to %s", inst.ID, inst.Canon, splitOf(inst.Canon))
					}
					for _, seen := range []struct {
						in  map[string]Split
						key string
					}{{canon, inst.Canon}, {prompt, inst.Prompt}} {
						if other, ok := seen.in[seen.key]; ok && other != split {
							t.Fatalf("%s: %q is in %s too", inst.ID, seen.key, other)
						}
						seen.in[seen.key] = split
					}
				}
			}
		}
	}
}

// TestSplitBalance counts the smallest families completely, and a large one by
// sampling: Test and Validation each hold a tenth.
func TestSplitBalance(t *testing.T) {
	families := map[string]func(yield func(string)){
		"sums of two digits, ordered": func(yield func(string)) {
			for i := range 100 {
				yield(sumCanon([]int{i / 10, i % 10}))
			}
		},
		"lists of three": func(yield func(string)) {
			for i := range 1000 {
				yield(listCanon([]byte(fmt.Sprintf("%03d", i))))
			}
		},
		"solved sudokus": func(yield func(string)) {
			for _, g := range newSudoku().grids {
				yield(gridCanon(g))
			}
		},
		"sums of two numbers below 300": func(yield func(string)) {
			for i := range 90000 {
				yield(sumCanon([]int{i / 300, i % 300}))
			}
		},
	}
	for name, each := range families {
		count, total := map[Split]int{}, 0
		each(func(canon string) {
			count[splitOf(canon)]++
			total++
		})
		for _, s := range []Split{Validation, Test} {
			if share := float64(count[s]) / float64(total); share < 0.09 || share > 0.12 {
				t.Errorf("%s: %s holds %d of %d", name, s, count[s], total)
			}
		}
	}
}

func TestByName(t *testing.T) {
	for _, want := range Builtin() {
		w, err := ByName(want.Name())
		if err != nil || w.Name() != want.Name() {
			t.Errorf("ByName(%q): %v, %v", want.Name(), w, err)
		}
	}
	_, err := ByName("sudoko")
	if err == nil || !strings.Contains(err.Error(), "lists, arithmetic, sudoku, stories") {
		t.Errorf("error for an unknown name: %v", err)
	}
}

func TestGeneratePanics(t *testing.T) {
	for _, w := range Builtin() {
		for name, call := range map[string]func(){
			"split":      func() { w.Generate("dev", 0, 0) },
			"low rung":   func() { w.Generate(Test, -1, 0) },
			"high rung":  func() { w.Generate(Test, len(w.Rungs()), 0) },
			"low number": func() { w.Generate(Test, 0, -1) },
		} {
			func() {
				defer func() {
					if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "workloads: ") {
						t.Errorf("%s: bad %s: recovered %q", w.Name(), name, s)
					}
				}()
				call()
			}()
		}
	}
}

// wellFormed reports what is wrong with a score, or "".
func wellFormed(inst Instance, output string, s Score) string {
	broken := map[int]bool{}
	for _, v := range s.Violations {
		switch {
		case v.Constraint < 0 || v.Constraint >= len(inst.Constraints):
			return fmt.Sprintf("constraint %d of %d", v.Constraint, len(inst.Constraints))
		case broken[v.Constraint]:
			return fmt.Sprintf("constraint %d is broken twice", v.Constraint)
		case v.Offset < -1 || v.Offset > len(output):
			return fmt.Sprintf("offset %d of %d", v.Offset, len(output))
		case v.Doc == "" || len(v.Doc) > 500:
			return fmt.Sprintf("message of %d bytes", len(v.Doc))
		}
		broken[v.Constraint] = true
	}
	if s.Exact != (len(s.Violations) == 0) {
		return "exact and violations disagree"
	}
	if math.IsNaN(s.Partial) || s.Partial < 0 || s.Partial > 1 || s.Exact && s.Partial != 1 {
		return fmt.Sprintf("partial %g", s.Partial)
	}
	return ""
}

// TestHugeOutput judges megabytes of repeated text.
func TestHugeOutput(t *testing.T) {
	for _, w := range Builtin() {
		for _, r := range []int{1, len(w.Rungs()) - 1} {
			inst := w.Generate(Test, r, 0)
			for _, unit := range []string{".", ";", " ", "1", "1+1=2;", "End:", inst.Answer, "\xff", " Ann goes to the park."} {
				output := strings.Repeat(unit, 1<<20/len(unit))
				s := w.Check(inst, output)
				if msg := wellFormed(inst, output, s); msg != "" || s.Exact {
					t.Fatalf("%s, repeated %q: %s", inst.ID, unit, msg)
				}
			}
		}
	}
}

// FuzzCheck judges arbitrary text, alone and after the start of an answer.
func FuzzCheck(f *testing.F) {
	for _, w := range Builtin() {
		f.Add(0, 1, 0, w.Generate(Test, 0, 1).Answer)
	}
	f.Add(3, 9, 30, " Ann goes to the park. End: . . Ben has the key")
	f.Add(1, 0, 3, "+9=;;007")
	f.Add(2, 5, 19, "\x00\xff//")
	all := Builtin()
	f.Fuzz(func(t *testing.T, workload, rung, keep int, text string) {
		w := all[uint(workload)%uint(len(all))]
		inst := w.Generate(Test, int(uint(rung)%uint(len(w.Rungs()))), 0)
		output := inst.Answer[:uint(keep)%uint(len(inst.Answer)+1)] + text
		if msg := wellFormed(inst, output, w.Check(inst, output)); msg != "" {
			t.Errorf("%s, output %q: %s", inst.ID, output, msg)
		}
	})
}
