package advice

import (
	"encoding/json"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// run is a run of one task of 32 tokens in which the decoders take 4, 2 and 1
// times as long and solve 20, 19 and 10 of 20 instances.
func run() *result.File {
	f := fixture.New(fixture.Shape{Tasks: []fixture.Task{{Workload: "lists", Rung: "sort-8", Budget: 32}}, Steps: []int{4}, Instances: 20, Repeats: 1, Lengths: []int{64}, Blocks: 8})
	times := map[string]int64{"autoregressive": 4e6, "diffusion": 2e6, "block": 1e6}
	solved := map[string]int{"autoregressive": 20, "diffusion": 19, "block": 10}
	engine := map[string]string{}
	for _, c := range f.Header.Cells {
		engine[c.ID] = c.Engine
	}
	count := map[string]int{}
	for i := range f.Requests {
		q := &f.Requests[i]
		e := engine[q.Cell]
		if q.Exact == nil {
			continue
		}
		exact := count[e] < solved[e]
		count[e]++
		ns := times[e] + int64(i%3)*1000
		q.Exact, q.E2ENs = &exact, &ns
	}
	return f
}

func TestFloorDecides(t *testing.T) {
	v := view.New(run())
	for _, c := range []struct {
		floor                   float64
		passing                 int
		fastest, next, best     string
		shown, floorShown, none bool
		changes                 string
	}{
		{floor: 0, passing: 3, fastest: "block steps=4", next: "diffusion steps=4", best: "ar", shown: true, changes: "A floor above 50%: then diffusion steps=4"},
		{floor: 0.6, passing: 2, fastest: "diffusion steps=4", next: "ar", best: "ar", shown: true, floorShown: true, changes: "A floor of 50% or less: then block steps=4 is faster"},
		{floor: 0.9, passing: 2, fastest: "diffusion steps=4", next: "ar", best: "ar", shown: true, changes: "More instances: diffusion steps=4 passes the floor by its value"},
		{floor: 0.96, passing: 1, fastest: "ar", best: "ar", changes: "A floor of 95% or less: then diffusion steps=4 is faster"},
	} {
		d := Decide(v, v.Points[0], Exactly(c.floor))
		if d.Passing != c.passing || d.Measured != 3 || d.Fastest.Row.Name != c.fastest || d.Best.Row.Name != c.best {
			t.Errorf("floor %g: %d pass, fastest %s, best %s", c.floor, d.Passing, d.Fastest.Row.Name, d.Best.Row.Name)
		}
		if c.next != "" && (d.Fastest.Next.Name != c.next || d.Fastest.Shown == nil || *d.Fastest.Shown != c.shown) || c.next == "" && d.Fastest.Next != nil {
			t.Errorf("floor %g: runner-up %+v", c.floor, d.Fastest)
		}
		if c.floor > 0 && *d.Fastest.FloorShown != c.floorShown {
			t.Errorf("floor %g: shown to be reached: %v", c.floor, *d.Fastest.FloorShown)
		}
		if !strings.Contains(strings.Join(d.Changes, "\n"), c.changes) {
			t.Errorf("floor %g: changes %q, want %q among them", c.floor, d.Changes, c.changes)
		}
	}
	// Nobody reaches a floor above everything, and where nobody solves more than chance
	// no floor would help.
	if d := Decide(v, v.Points[0], Exactly(1.01)); d.Passing != 0 || d.Fastest != nil || !strings.HasPrefix(strings.Join(d.Changes, ""), "A floor of ") {
		t.Errorf("nobody passes, but %+v", d)
	}
	f := run()
	no := false
	for i := range f.Requests {
		if f.Requests[i].Exact != nil {
			f.Requests[i].Exact = &no
		}
	}
	w := view.New(f)
	if d := Decide(w, w.Points[0], Exactly(0.5)); d.Passing != 0 || d.Fastest != nil || !strings.Contains(strings.Join(d.Changes, ""), "An easier task, or other weights: no decoder is shown to do better than chance; ") {
		t.Errorf("nobody passes, but %+v", d)
	}
}

func TestAsk(t *testing.T) {
	v := view.New(run())
	a, err := Ask(v, Question{Length: 40, Batch: 1, Floor: 0.6})
	if err != nil || len(a.Tasks) != 1 || len(a.Cost) != 1 {
		t.Fatalf("got %+v, %v", a, err)
	}
	var text, data strings.Builder
	if err := a.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"about 40 tokens, batch 1, at least 60% exact", "2 of 3 decoders reach the floor", "fastest   diffusion steps=4: 2.00 ms", "2.00× [2.00, 2.00] as fast as the runner-up ar (shown)", "× as much as the runner-up ", "random weights"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if err := a.JSON(&data); err != nil {
		t.Fatal(err)
	}
	var list []Decision
	if err := json.Unmarshal([]byte(data.String()), &list); err != nil || len(list) != 2 || list[0].Fastest.Decoder != "diffusion steps=4" || *list[0].Fastest.RunnerUp != "ar" {
		t.Errorf("%v: %s", err, data.String())
	}
	for _, c := range []struct {
		q    Question
		want string
	}{
		{Question{Length: 1000, Batch: 1}, "the run has 32, 64"},
		{Question{Length: 32, Batch: 8}, "no usable cell has batch 8; the run has 1"},
	} {
		if _, err := Ask(v, c.q); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.q, err, c.want)
		}
	}
	f := run()
	for i := range f.Header.Cells {
		f.Header.Cells[i].Budget = 0
	}
	if _, err := Ask(view.New(f), Question{Length: 1, Batch: 1}); err == nil || !strings.Contains(err.Error(), "does not say how long its answers may be") {
		t.Errorf("lengths that nobody says: %v", err)
	}
	if _, err := Ask(view.New(&result.File{}), Question{Length: 1, Batch: 1}); err == nil {
		t.Error("an empty run gives advice")
	}
}

// TestPrecisions: where decoders in several precisions took turns, the fastest of each is
// named; weights in another precision that did not take turns are named without a ratio.
func TestPrecisions(t *testing.T) {
	f := run()
	for i := range f.Header.Cells {
		c := &f.Header.Cells[i]
		c.Precision = "float32"
		if c.Engine == "block" && !c.CostOnly {
			c.Precision = "Q8_0 by int8"
		} else if c.CostOnly {
			c.Weights += "#precision=q8_0"
		}
	}
	n := len(f.Header.Cells)
	for _, c := range f.Header.Cells[:n] {
		if c.CostOnly {
			c.ID, c.Precision, c.Group, c.Weights = "other"+c.ID, "bfloat16", "other", strings.Replace(c.Weights, "q8_0", "bf16", 1)
			f.Header.Cells = append(f.Header.Cells, c)
			for _, q := range f.Requests {
				if "other"+q.Cell == c.ID {
					q.Cell = c.ID
					f.Requests = append(f.Requests, q)
				}
			}
		}
	}
	a, err := Ask(view.New(f), Question{Length: 40, Batch: 1})
	if err != nil || len(a.Tasks) != 1 || len(a.Cost) != 2 {
		t.Fatalf("%+v, %v", a, err)
	}
	if list := a.Tasks[0].Precisions; len(list) != 2 || list[0].Precision != "float32" || list[0].Decoder != "diffusion steps=4" || list[1].Decoder != "block steps=4" {
		t.Errorf("precisions %+v", list)
	}
	if a.Cost[0].Precisions != nil {
		t.Errorf("one precision: %+v", a.Cost[0].Precisions)
	}
	var text strings.Builder
	if err := a.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"in Q8_0 by int8: block steps=4: 1.00 ms", "Another precision: the fastest by value are ", " in bfloat16; they did not take turns"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}
