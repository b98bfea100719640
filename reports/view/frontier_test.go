package view

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// swept adds a cell of a temperature sweep with one output for each of six
// instances: the given number of different words, and nats per word.
func (r *run) swept(label, engine string, temperature any, words int, nats float64) {
	id := fmt.Sprintf("%s-%v", label, temperature)
	r.file.Header.Cells = append(r.file.Header.Cells, result.Cell{ID: id, Engine: engine, Label: label, Workload: "world", Rung: "r", Budget: 16, Batch: 1,
		Variant: fmt.Sprintf("temperature=%v", temperature), Options: map[string]any{"temperature": temperature, "steps": 0}})
	var text []string
	for i := range words {
		text = append(text, fmt.Sprint("w", i))
	}
	for i := range 6 {
		q := r.written(id, fmt.Sprint(i), strings.Join(text, " "), -nats*float64(words))
		if nats == 0 {
			q.InSupport = nil
			q.JudgeNats, q.JudgeTokens = ptr(float64(words)), ptr(words)
		}
	}
}

func TestFrontiers(t *testing.T) {
	r := &run{}
	r.swept("ar", "autoregressive", 1.2, 8, 3)
	r.swept("ar", "autoregressive", 0.5, 2, 1)
	r.swept("ar", "autoregressive", 1, 4, 2)
	r.swept("diffusion", "diffusion", 1, 4, 2.5) // one temperature alone
	v := New(&r.file)
	list := v.Frontiers()
	if len(list) != 1 {
		t.Fatalf("%d frontiers, want that of ar", len(list))
	}
	f := list[0]
	if f.Name != "ar" || f.X != EntropyValid || f.Y != CrossEntropy || len(f.Points) != 3 || f.Points[0].Temperature != 0.5 || f.Points[2].Row.Cell.ID != "ar-1.2" {
		t.Fatalf("frontier %+v", f)
	}
	// H1 is ln 2, ln 4 and ln 8; half way between the last two.
	if y, ok := f.At(2.5 * math.Ln2); !ok || math.Abs(y-2.5) > 1e-9 {
		t.Errorf("at 2.5 bits: %v, %v", y, ok)
	}
	for _, x := range []float64{0.99 * math.Ln2, 3.01 * math.Ln2} {
		if y, ok := f.At(x); ok {
			t.Errorf("extrapolated to %v", y)
		}
	}
}

// Without an oracle the judge takes its place.
func TestFrontierOfJudge(t *testing.T) {
	r := &run{}
	r.swept("ar", "autoregressive", 1, 4, 0)
	r.swept("ar", "autoregressive", 0.5, 2, 0)
	list := New(&r.file).Frontiers()
	if len(list) != 1 || list[0].X != Entropy || list[0].Y != JudgeBits || len(list[0].Points) != 2 {
		t.Fatalf("frontiers %+v", list)
	}
}

// An entropy that rises and falls with temperature is reached twice: the lower
// cost counts, and equal entropies give no division by zero.
func TestFrontierThatTurns(t *testing.T) {
	r := &run{}
	for i, c := range []struct {
		words int
		nats  float64
	}{{2, 1}, {8, 2}, {8, 1.5}, {2, 3}} {
		r.swept("ar", "autoregressive", 0.5+float64(i), c.words, c.nats)
	}
	f := New(&r.file).Frontiers()[0]
	for x, want := range map[float64]float64{math.Log(2): 1, math.Log(8): 1.5, 2 * math.Ln2: 1.5} {
		if y, ok := f.At(x); !ok || math.Abs(y-want) > 1e-9 {
			t.Errorf("at %v: %v, want %v", x, y, want)
		}
	}
}
