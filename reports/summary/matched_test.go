package summary

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

var twoTasks = fixture.Shape{
	Tasks: []fixture.Task{{Workload: "sudoku", Rung: "holes-4", Budget: 16, AR: 0.7, Parallel: 0.65}, {Workload: "lists", Rung: "sort-8", Budget: 32, AR: 0.75, Parallel: 0.5}},
	Steps: []int{4, 16}, Instances: 12, Repeats: 2,
}

func section(s *Summary, title string) string {
	for _, sec := range s.Sections {
		if strings.HasPrefix(sec.Title, title) {
			return strings.Join(sec.Lines, "\n")
		}
	}
	return ""
}

// TestMatchedSections: a run that asks for it gets one section for each
// matching, with the limits in the title.
func TestMatchedSections(t *testing.T) {
	f := fixture.New(twoTasks)
	if got := Matched(view.New(f)); got != nil {
		t.Fatalf("sections without being asked for: %v", got)
	}
	f.Header.Match = &result.Match{By: []string{result.MatchNFE, result.MatchQuality}, Factor: 1.5, Points: 6}
	s := Make(view.New(f))
	text := section(s, "At equal NFE (within a factor of 1.5)")
	for _, want := range []string{"passes), against ", "points", "times the FLOPs", "times (", "as fast"} {
		if !strings.Contains(text, want) {
			t.Errorf("the section lacks %q:\n%s", want, text)
		}
	}
	text = section(s, "At equal quality (within 6 points, chosen on the same instances)")
	if !strings.Contains(text, "%), against ar (") || strings.Contains(text, "points,") {
		t.Errorf("at equal quality the difference in quality is not the news:\n%s", text)
	}
	if section(s, "At equal time") != "" {
		t.Error("a section that nobody asked for")
	}
}

// TestFloorLeavesOut: decoders below the floor are not called fastest, and the
// summary says which floor that was.
func TestFloorLeavesOut(t *testing.T) {
	f := fixture.New(twoTasks)
	fast := func(s *Summary) (n int) {
		for _, l := range s.Lines {
			for _, r := range l.Speed.Rows {
				if !l.CostOnly && r.BelowFloor {
					n++
				}
			}
		}
		return n
	}
	f.Header.Floor = &result.Floor{Metric: "exact_match", Share: 0.6}
	s := Make(view.New(f))
	if n := fast(s); n != 0 {
		t.Errorf("%d decoders below the floor are called fastest", n)
	}
	speed := section(s, "Speed on trained weights")
	if !strings.Contains(speed, "the floor of 60% exact") || !strings.Contains(strings.Join(s.Caveats, "\n"), "below the floor of 60% exact") {
		t.Errorf("the floor is not named:\n%s\n%v", speed, s.Caveats)
	}
	f.Header.Floor.Share = 0 // everyone reaches it: the winners are those without a floor
	with := Make(view.New(f))
	f.Header.Floor = nil
	without := Make(view.New(f))
	for i := range with.Lines {
		if a, b := with.Lines[i].Speed.Value, without.Lines[i].Speed.Value; a != b {
			t.Errorf("a floor of 0 changes %s to %s", b, a)
		}
	}
}
