package summary

import (
	"strings"
	"testing"

	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestBoardAgreesWithTheWords(t *testing.T) {
	s := Make(view.New(fixture.New(fixture.Default)))
	if len(s.Lines) != 12 || s.Of != (Wins{Even: 8, Best: 8, Fastest: 8, Lossless: 8}) || len(s.Wins) != 3 {
		t.Fatalf("%d lines, %+v, %d decoders", len(s.Lines), s.Of, len(s.Wins))
	}
	shown := map[string]int{}
	for _, l := range s.Lines {
		if l.CostOnly {
			if l.Quality.Rows != nil || l.Speed.Rows == nil {
				t.Errorf("%s: quality without trained weights, or no speed", l.Task)
			}
			continue
		}
		if l.N != 24 || l.Quality.Value == "" || l.Speed.Value == "" {
			t.Errorf("%s: %+v", l.Task, l)
		}
		if l.Speed.Sure == Shown {
			shown[l.Speed.Rows[0].Decoder()]++
			if len(l.Speed.Rows) != 1 || !strings.Contains(l.Speed.Margin, "as fast as") {
				t.Errorf("%s: %+v", l.Task, l.Speed)
			}
		} else if len(l.Speed.Rows) < 2 {
			t.Errorf("%s: nobody shares the place of %s, which is not shown", l.Task, l.Speed.Rows[0].Name)
		}
	}
	for _, y := range s.Wins {
		if y.Fastest != shown[y.Decoder] {
			t.Errorf("%s is fastest %d times by their wins, %d by line", y.Decoder, y.Fastest, shown[y.Decoder])
		}
		if y.Best > y.Even || y.Even > s.Of.Even {
			t.Errorf("wins %+v of %+v", y, s.Of)
		}
	}
}

func TestBoardOfPoorRuns(t *testing.T) {
	few := fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 3, Repeats: 1}
	run := fixture.New(few)
	no := false
	for i := range run.Requests {
		run.Requests[i].Exact = &no
	}
	l := Make(view.New(run)).Lines[0]
	if l.Quality.Sure != Unsolved || l.Speed.Sure != "" || l.Lossless.Rows != nil {
		t.Errorf("got %+v", l)
	}
	few.Steps = nil
	if l := Make(view.New(fixture.New(few))).Lines[0]; l.Quality.Sure != Alone || l.Speed.Sure != Alone {
		t.Errorf("one decoder: %+v", l)
	}
}

// TestBoardOfEqualSpeed: where nothing is told apart, the ratio of the pairs does not stand as a lead: it
// may point the other way than the medians.
func TestBoardOfEqualSpeed(t *testing.T) {
	p := view.New(fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 24, Repeats: 1})).Points[0]
	for lost, want := range map[bool]string{false: "not told apart from " + name(p.Rows[1]) + " (0.98× ? as fast)", true: "0.98× ? as fast as " + name(p.Rows[1])} {
		even := task{Point: p, speed: race{p.Rows[0], []rival{{p.Rows[1], view.Comparison{Speed: &stats.Estimate{Value: 0.98}}, lost, true}}}}
		if got := even.takesLeast().Margin; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBoardNamesWhoHasNoTimes: a decoder whose times are not valid has not lost.
func TestBoardNamesWhoHasNoTimes(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 24, Repeats: 1})
	whole := Make(view.New(run)).Lines[0].Speed
	if strings.Contains(whole.Margin, "no valid times") {
		t.Errorf("got %+v", whole)
	}
	for _, c := range run.Header.Cells {
		for i := range run.Requests {
			if r := &run.Requests[i]; r.Cell == c.ID && c.Engine == "autoregressive" {
				r.VoidTimes("noise")
			}
		}
	}
	if got := Make(view.New(run)).Lines[0].Speed; !strings.HasSuffix(got.Margin, "; no valid times of ar") {
		t.Errorf("got %+v", got)
	}
}
