package trace

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
)

func yes() *bool { b := true; return &b }

// example is a text of four tokens, 5 6 7 and the end 1, in three steps: two of
// reasoning (0, 1), one of result (2). Position 2 is predicted rightly in step
// 1, wrongly in step 2 and again from step 3 on; position 0 is written wrongly,
// masked again and written rightly.
func example() *Trace {
	nan := Number(math.NaN())
	return &Trace{
		Type: "trace", Cell: "c", Instance: "i", Budget: 5, Tokens: []int32{5, 6, 7, 1, 9}, Useful: 3, Exact: yes(), Unique: true,
		Reference: []int32{5, 6, 7, 1}, Spans: []Span{{"reasoning", 0, 2}, {"result", 2, 3}}, Mask: 9,
		Words: map[int32]string{5: "a", 6: "b", 7: "c"},
		Passes: []Pass{
			{Step: 0, Committed: []Commit{{0, 8, 0.6}}, Argmax: []int32{8, 6, 7, 1, -1},
				Confidence: []Number{0.6, 0.5, 0.4, 0.3, nan}, Entropies: []Number{1, 1, 1, 1, nan},
				Audit: &Audit{Rows: 4, Agree: 3, KL: 0.5, DriftK: []Number{nan, nan}, DriftV: []Number{nan, nan}}},
			{Step: 1, Revised: []Commit{{0, 9, nan}}, Committed: []Commit{{3, 1, 0.95}}, Argmax: []int32{5, 6, 6, 1, -1},
				Confidence: []Number{0.6, 0.5, 0.4, 0.3, nan}, Entropies: []Number{1, 1, 1, 1, nan},
				Audit: &Audit{Rows: 1, Agree: 1, KL: 0, Stale: 2, DriftK: []Number{0, 0.25}, DriftV: []Number{0, 0.5}}},
			{Step: -1, Phase: engines.PhaseCommit},
			{Step: 2}, // the unconditional pass of guidance
			{Step: 2, Committed: []Commit{{0, 5, 0.85}, {1, 6, 1}, {2, 7, 0.9}}, Argmax: []int32{5, 6, 7, 1, -1},
				Confidence: []Number{0.6, 0.5, 0.4, 0.3, nan}, Entropies: []Number{1, 1, 1, 1, nan}},
		},
	}
}

func TestCourse(t *testing.T) {
	tr := example()
	c := CourseOf(tr)
	if c.Steps != 3 || !slices.Equal(c.Final, []int{3, 3, 3, 2, 0}) {
		t.Errorf("%d steps, final %v", c.Steps, c.Final)
	}
	want := [][]int32{{8, 6, 7, 1, -1}, {5, 6, 6, 1, -1}, {5, 6, 7, 1, -1}}
	if !slices.EqualFunc(c.Seen, want, slices.Equal[[]int32]) {
		t.Errorf("seen %v, want %v", c.Seen, want)
	}
	for _, x := range []struct{ from, to, right, ever, last int }{{2, 3, 3, 1, 3}, {0, 2, 2, 2, 3}, {3, 4, 1, 1, 2}, {0, 4, 3, 3, 3}, {4, 5, 0, 0, 0}} {
		ref := append(slices.Clone(tr.Reference), 4)
		span := Span{Start: x.from, End: x.to}
		if a, b, l := c.Right(ref, span), c.EverRight(ref, span), c.LastCommit(span); a != x.right || b != x.ever || l != x.last {
			t.Errorf("[%d, %d): right %d, ever %d, last %d, want %+v", x.from, x.to, a, b, l, x)
		}
	}
}

func TestDerive(t *testing.T) {
	d := Derive(example())
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-12 && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s is %g, want %g", name, got, want)
		}
	}
	near("order of tied positions", d.OrderTau, math.NaN())
	near("parallelism", d.Parallelism, 3)
	near("answer right", d.AnswerRight, 1)
	near("answer ever", d.AnswerEver, 1.0/3)
	near("reasoning right", d.ReasoningRight, 2.0/3)
	near("reasoning done", d.ReasoningDone, 1)
	near("agreement", d.Agreement, 0.8)
	near("KL", d.KL, 0.4)
	near("drift of keys", d.DriftK, 0.25)
	near("drift of values", d.DriftV, 0.5)

	wrong := example()
	*wrong.Exact = false
	near("answer right of a wrong answer", Derive(wrong).AnswerRight, math.NaN())
	near("left to right", tauB([]int{1, 2, 3, 4}), 1)
	near("right to left", tauB([]int{4, 3, 2, 1}), -1)
	// 1 1 2: of three pairs one is tied and two agree.
	near("with a tie", tauB([]int{1, 1, 2}), 2/math.Sqrt(3*2))
	near("nothing", tauB(nil), math.NaN())
}

// Six commits: 0.6 wrong, 0.95 right, 0.85 right, 1 right, 0.9 right. Bins: one
// of 0.6 (error 0.6), one of 0.85 (0.15), three of 0.9 to 1 (3 - 2.85 = 0.15).
// TestDeriveSkipsFixedText: positions of a template that no pass wrote have no
// place in the order.
func TestDeriveSkipsFixedText(t *testing.T) {
	tr := &Trace{Budget: 4, Useful: 4, Tokens: []int32{5, 6, 7, 8}, Mask: 1, Passes: []Pass{
		{Step: 0, Committed: []Commit{{Pos: 2, ID: 7}}}, {Step: 1, Committed: []Commit{{Pos: 0, ID: 5}}},
	}}
	if d := Derive(tr); d.OrderTau != -1 || d.Parallelism != 1 {
		t.Errorf("order %g, parallelism %g, want -1 and 1", d.OrderTau, d.Parallelism)
	}
}

func TestCalibration(t *testing.T) {
	var c Calibration
	if !c.Add(example()) {
		t.Fatal("an answer that is the only correct one does not count")
	}
	if got, want := c.Error(), (0.6+0.15+0.15)/5; commitsIn(c) != 5 || math.Abs(got-want) > 1e-12 {
		t.Errorf("error %g of %d commits, want %g of 5", got, commitsIn(c), want)
	}
	many := example()
	many.Unique = false
	if c.Add(many) || commitsIn(c) != 5 {
		t.Error("an answer among several counts")
	}
	if empty := (&Calibration{}).Error(); !math.IsNaN(empty) {
		t.Errorf("the error of nothing is %g", empty)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	for range 2 { // written, then continued behind a torn line
		w, err := OpenLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(example()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		torn, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = torn.WriteString(`{"type":"tra`)
		if err = errors.Join(err, torn.Close()); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	err := Read(path, func(got *Trace) error {
		n++
		if d, want := Derive(got), Derive(example()); d.KL != want.KL || d.AnswerEver != want.AnswerEver {
			t.Errorf("read %+v, written %+v", d, want)
		}
		if got.Passes[0].Confidence[4].Known() || got.Words[5] != "a" || !slices.Equal(got.Tokens, example().Tokens) {
			t.Errorf("read %+v", got)
		}
		return nil
	})
	if err != nil || n != 2 {
		t.Errorf("%d traces, %v", n, err)
	}
	for text, part := range map[string]string{
		"{}":                          "only traces",
		"nonsense":                    ":1:",
		`{"type":"trace","budget":0}`: "budget of 0",
		`{"type":"trace","budget":2,"passes":[{"committed":[{"pos":2}]}]}`:          "position 2 of a budget of 2",
		`{"type":"trace","budget":2,"passes":[{"argmax":[1]}]}`:                     "predicts 1 positions",
		`{"type":"trace","budget":2,"reference":[1],"spans":[{"start":0,"end":2}]}`: "of 1 reference tokens",
	} {
		err := read(strings.NewReader(text+"\n"), "x", func(*Trace) error { return nil })
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v does not say %q", text, err, part)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// FuzzRead reads anything without failing in another way than by an error, and
// derives from what it accepts.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"trace","budget":2,"tokens":[1,2],"useful":1,"passes":[{"committed":[{"pos":1,"id":3,"confidence":null}]}]}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = read(bytes.NewReader(data), "x", func(tr *Trace) error {
			if tr.Budget > 1<<12 {
				return nil
			}
			d := Derive(tr)
			var c Calibration
			c.Add(tr)
			if d.Steps < 0 || d.Steps > len(tr.Passes) {
				t.Errorf("%d steps in %d passes", d.Steps, len(tr.Passes))
			}
			return nil
		})
	})
}

// commitsIn is the number of commits taken in.
func commitsIn(c Calibration) (n int) {
	for _, b := range c.Bins {
		n += b.Commits
	}
	return n
}
