package harness

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// TestSamplesAreFew checks that only the first run of the first instances
// keeps its texts.
func TestSamplesAreFew(t *testing.T) {
	p, l := plan(t, strings.NewReplacer("instances: 4", "instances: 8", "warmup: 1", "warmup: 1, batch: 2").Replace(fourInstances)), &lab{clock: newClock()}
	s := run(t, t.Context(), p, l, newFile(t), false)
	first := map[string]bool{}
	for _, item := range p.Groups[0].Items.Slice(0, sampleInstances) {
		first[item.ID] = true
	}
	kept := 0
	for _, r := range s.file.Requests {
		if want := r.Repetition == 0 && first[r.Instance]; want != (r.Extra != nil) {
			t.Errorf("%s, repetition %d: extra is %s", r.Instance, r.Repetition, r.Extra)
		}
		if r.Extra == nil {
			continue
		}
		kept++
		var got result.Sample
		if err := json.Unmarshal(r.Extra, &got); err != nil || got.Prompt == "" || got.Answer != got.Prompt || got.Violations == nil || len(got.Violations) != 0 {
			t.Errorf("%v: %s", err, r.Extra)
		}
	}
	if kept != 3*sampleInstances {
		t.Errorf("%d samples, want %d", kept, 3*sampleInstances)
	}
}

func TestSampleLimits(t *testing.T) {
	inst := workloads.Instance{Prompt: strings.Repeat("é", 5000), Answer: "a", Constraints: []workloads.Constraint{{Distance: 3}, {Distance: 7}}}
	list := []workloads.Violation{{Constraint: 1, Offset: 4, Doc: strings.Repeat("x", 5000)}, {Constraint: 0, Offset: -1, Doc: "missing"}}
	var got result.Sample
	if err := json.Unmarshal(sampleOf(inst, "a\xffé7", list), &got); err != nil {
		t.Fatal(err)
	}
	want := []result.Breach{
		{Constraint: 1, Offset: 1 + len("\uFFFD") + len("é"), Doc: strings.Repeat("x", sampleDoc) + "…", Distance: 7},
		{Constraint: 0, Offset: -1, Doc: "missing", Distance: 3},
	}
	if !slices.Equal(got.Violations, want) || got.Prompt != strings.Repeat("é", sampleText/2)+"…" || got.Answer != "a" {
		t.Errorf("%+v", got)
	}
	if data := sampleOf(inst, strings.Repeat("7", 90), slices.Repeat(list, 500)); len(data) > 6000 {
		t.Errorf("a sample of %d bytes", len(data))
	}
}

// TestPlace checks offsets against the text as a reader of the file gets it.
func TestPlace(t *testing.T) {
	for _, output := range []string{"plain", "é✓7", "a\xff\xfeb", "\xe2\x9c7", ""} {
		data, _ := json.Marshal(output)
		var recorded string
		if err := json.Unmarshal(data, &recorded); err != nil {
			t.Fatal(err)
		}
		want, n := []rune(recorded), 0
		for i := range output {
			if at := recordedAt(output, i); at < 0 || []rune(recorded[at:])[0] != want[n] {
				t.Errorf("%q: byte %d is at %d of %q", output, i, at, recorded)
			}
			n++
		}
		if recordedAt(output, -1) != -1 || recordedAt(output, len(output)) != -1 {
			t.Errorf("%q: a place outside has an offset", output)
		}
	}
	if got := recordedAt("é7", 1); got != 0 {
		t.Errorf("a byte inside a character is at %d, want 0", got)
	}
}

type wild struct{ echo }

func (wild) Check(workloads.Instance, string) workloads.Score {
	return workloads.Score{Violations: []workloads.Violation{{Constraint: 5}}}
}

func TestCheckerNamesAConstraintThatIsNotThere(t *testing.T) {
	var rec result.Request
	if _, err := score(&rec, wild{}, echo{}.Generate(workloads.Test, 0, 1)); err == nil || !strings.Contains(err.Error(), "constraint 5 of 2") || rec.Exact != nil {
		t.Errorf("error %v, record %+v", err, rec)
	}
}
