package all

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

var update = flag.Bool("update", false, "rewrite the testdata/instances.txt of every workload")

// TestSuite is what every workload has to pass. It compares the text of the
// first instances of every rung with testdata/instances.txt in the folder of the
// workload: the format is what models were trained on.
func TestSuite(t *testing.T) {
	for _, w := range Workloads() {
		t.Run(w.Name(), func(t *testing.T) {
			t.Parallel()
			t.Run("golden", func(t *testing.T) { golden(t, w) })
			t.Run("reference", func(t *testing.T) { reference(t, w) })
			t.Run("splits", func(t *testing.T) { splits(t, w) })
			t.Run("panics", func(t *testing.T) { panics(t, w) })
			t.Run("huge output", func(t *testing.T) { huge(t, w) })
		})
	}
}

func golden(t *testing.T, w workloads.Workload) {
	var b strings.Builder
	for r, rung := range w.Rungs() {
		h := sha256.New()
		for _, split := range workloads.Splits {
			for i := range 20 {
				inst := w.Generate(split, r, i)
				fmt.Fprintf(h, "%s\n%s\n%s\n", inst.Prompt, inst.Answer, inst.Canon)
				for _, p := range inst.Template {
					if p.Fill != "" {
						fmt.Fprintf(h, "%s\n", p.Fill)
					}
				}
			}
		}
		inst := w.Generate(workloads.Test, r, 0)
		fmt.Fprintf(&b, "%s %x\n\t%q\n\t%q\n", w.Name()+"/"+rung.Name, h.Sum(nil)[:8], inst.Prompt, inst.Answer)
	}
	file := filepath.Join("..", w.Name(), "testdata", "instances.txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
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
		var was, now string
		if i < len(wantLines) {
			was = wantLines[i]
		}
		if i < len(gotLines) {
			now = gotLines[i]
		}
		if was != now {
			t.Fatalf("line %d of %s has changed:\nwas %s\nnow %s", i+1, file, was, now)
		}
	}
}

// reference checks that references are exact and instances well formed.
func reference(t *testing.T, w workloads.Workload) {
	if w.Doc() == "" {
		t.Error("no description")
	}
	names := map[string]bool{}
	for r, rung := range w.Rungs() {
		if names[rung.Name] || rung.Name == "" || rung.Doc == "" || len(rung.Knobs) == 0 {
			t.Errorf("rung %q is a duplicate or incomplete", rung.Name)
		}
		names[rung.Name] = true
		if !(rung.Chance > 0 && rung.Chance <= 0.5) {
			t.Errorf("%s: chance %g", rung.Name, rung.Chance)
		}
		for i := range 60 {
			split := workloads.Splits[i%3]
			inst := w.Generate(split, r, i)
			if want := fmt.Sprintf("%s/%s/%s/%d", w.Name(), rung.Name, split, i); inst.ID != want {
				t.Fatalf("ID %q, want %q", inst.ID, want)
			}
			if msg := wellMade(w, r, inst); msg != "" {
				t.Fatalf("%s: %s", inst.ID, msg)
			}
			for _, output := range []string{inst.Answer, "\n " + inst.Answer + " \n"} {
				if s := w.Check(inst, output); !s.Exact || s.Partial != 1 || len(s.Violations) != 0 {
					t.Fatalf("%s: reference %q judged %+v", inst.ID, output, s)
				}
			}
			s := w.Check(inst, "")
			if s.Exact || len(s.Violations) < len(inst.Constraints)-1 {
				t.Fatalf("%s: an empty output breaks %d of %d constraints", inst.ID, len(s.Violations), len(inst.Constraints))
			}
		}
	}
}

// wellMade says what is wrong with an instance, or "".
func wellMade(w workloads.Workload, rung int, inst workloads.Instance) string {
	if inst.Workload != w.Name() || inst.Rung != rung || inst.Prompt == "" || inst.Answer == "" || inst.Canon == "" {
		return fmt.Sprintf("incomplete: %+v", inst)
	}
	for _, c := range inst.Constraints {
		if c.Kind == "" || c.Doc == "" || c.Distance < 0 || c.Direction != workloads.Backward && c.Direction != workloads.Lookahead {
			return fmt.Sprintf("constraint %+v", c)
		}
	}
	end := 0
	for _, s := range inst.Spans {
		if s.Name == "" || s.Start < end || s.End <= s.Start || s.End > len(inst.Answer) {
			return fmt.Sprintf("span %+v of an answer of %d bytes", s, len(inst.Answer))
		}
		end = s.End
	}
	if inst.Template == nil {
		return ""
	}
	gaps := 0
	for _, p := range inst.Template {
		kinds := 0
		for _, set := range []bool{p.Text != "", p.Gap > 0, p.Fill != ""} {
			if set {
				kinds++
			}
		}
		if kinds != 1 || p.Gap < 0 {
			return fmt.Sprintf("piece %+v", p)
		}
		gaps += p.Gap + len(p.Fill)
	}
	if gaps == 0 {
		return "a template without a gap"
	}
	return ""
}

// splits checks that splits share neither canonical form nor prompt, in the
// workload as a whole, and that instances are in the split they ask for.
func splits(t *testing.T, w workloads.Workload) {
	canon, prompt := map[string]workloads.Split{}, map[string]workloads.Split{}
	for r := range w.Rungs() {
		for _, split := range workloads.Splits {
			for i := range 60 {
				inst := w.Generate(split, r, i)
				if workloads.SplitOf(inst.Canon) != split {
					t.Fatalf("%s: canonical form %q belongs to %s", inst.ID, inst.Canon, workloads.SplitOf(inst.Canon))
				}
				for _, seen := range []struct {
					in  map[string]workloads.Split
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

func panics(t *testing.T, w workloads.Workload) {
	for name, call := range map[string]func(){
		"split":      func() { w.Generate("dev", 0, 0) },
		"low rung":   func() { w.Generate(workloads.Test, -1, 0) },
		"high rung":  func() { w.Generate(workloads.Test, len(w.Rungs()), 0) },
		"low number": func() { w.Generate(workloads.Test, 0, -1) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "workloads: ") {
					t.Errorf("bad %s: recovered %q", name, s)
				}
			}()
			call()
		}()
	}
}

// huge judges a megabyte of repeated text.
func huge(t *testing.T, w workloads.Workload) {
	for _, r := range []int{min(1, len(w.Rungs())-1), len(w.Rungs()) - 1} {
		inst := w.Generate(workloads.Test, r, 0)
		for _, unit := range []string{".", ";", " ", "(", "1", "1+1=2;", "End:", inst.Answer, "\xff", " Ann goes to the park."} {
			output := strings.Repeat(unit, 1<<20/len(unit))
			s := w.Check(inst, output)
			if msg := workloadtest.WellFormed(inst, output, s); msg != "" || s.Exact {
				t.Fatalf("%s, repeated %q: %s", inst.ID, unit, msg)
			}
		}
	}
}

// FuzzCheck judges arbitrary text with every workload, alone and after the start
// of an answer.
func FuzzCheck(f *testing.F) {
	all := Workloads()
	for i, w := range all {
		f.Add(i, 0, 0, w.Generate(workloads.Test, 0, 1).Answer)
		f.Add(i, 1, 3, "+9=;;007")
		f.Add(i, 5, 19, "\x00\xff// End: . .")
	}
	f.Fuzz(func(t *testing.T, number, rung, keep int, text string) {
		w := all[uint(number)%uint(len(all))]
		inst := w.Generate(workloads.Test, int(uint(rung)%uint(len(w.Rungs()))), 0)
		output := inst.Answer[:uint(keep)%uint(len(inst.Answer)+1)] + text
		if msg := workloadtest.WellFormed(inst, output, w.Check(inst, output)); msg != "" {
			t.Errorf("%s, output %q: %s", inst.ID, output, msg)
		}
	})
}
