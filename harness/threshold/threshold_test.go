package threshold

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// numbers is a metric with a reported value and values of requests.
type numbers struct {
	value float64
	each  []float64
}

func (n numbers) Value() (float64, bool) { return n.value, !math.IsInf(n.value, 1) }
func (n numbers) Each() []float64        { return n.each }

var unknown = numbers{value: math.Inf(1)}

func upTo(n int) numbers {
	list := make([]float64, n)
	for i := range list {
		list[i] = float64(i + 1)
	}
	return numbers{7, list}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		text, unit string
		numbers    numbers
		met        bool
		observed   float64
	}{
		{"value<2s", "ms", numbers{value: 1999}, true, 1999},
		{"value<2s", "ms", numbers{value: 2000}, false, 2000},
		{" value <= 2 s ", "ms", numbers{value: 2000}, true, 2000},
		{"value>=80%", "%", numbers{value: 80}, true, 80},
		{"value>80%", "%", numbers{value: 80}, false, 80},
		{"value==25", "forward passes", numbers{value: 25}, true, 25},
		{"value!=25", "forward passes", numbers{value: 25}, false, 25},
		{"avg<5us", "ms", upTo(8), false, 4.5},
		{"avg<=5", "", upTo(9), true, 5},
		{"med>4.4", "", upTo(8), true, 4.5},
		{"min>=1", "", upTo(8), true, 1},
		{"max<8", "", upTo(8), false, 8},
		{"count>=8", "ms", upTo(8), true, 8},
		{"p(95)<200ms", "ms", upTo(201), true, 191},
		{"p(50)<=1GB", "MB", upTo(201), true, 101},
		{"max>-5", "", upTo(8), true, 8},
		{"max<1e3", "", upTo(8), true, 8},
	} {
		t.Run(c.text, func(t *testing.T) {
			l, err := Parse(c.text, c.unit)
			if err != nil {
				t.Fatal(err)
			}
			out, met := l.Check(c.numbers)
			if met != c.met || len(out) != 1 || out[0].Observed == nil || math.Abs(*out[0].Observed-c.observed) > 1e-9 {
				t.Errorf("met %v, outcomes %+v", met, out)
			}
		})
	}
}

// TestFailClosed: what is not known keeps no limit, whatever the comparison.
func TestFailClosed(t *testing.T) {
	for _, c := range []struct {
		text string
		n    numbers
		why  string
	}{
		{"value<1", unknown, "it was not measured"},
		{"value!=1", unknown, "it was not measured"},
		{"value!=1", numbers{value: math.NaN()}, "it is not a number"},
		{"count<1", unknown, "no request has a value"},
		{"max<1", unknown, "no request has a value"},
		{"p(95)<1000", upTo(129), "p95 needs 130 samples, there are 129"},
	} {
		l, err := Parse(c.text, "")
		if err != nil {
			t.Fatal(err)
		}
		out, met := l.Check(c.n)
		if met || out[0].Met || out[0].Observed != nil || out[0].Why != c.why {
			t.Errorf("%s: met %v, %+v", c.text, met, out)
		}
	}
}

func TestSeveralTerms(t *testing.T) {
	l, err := Parse("min>0 && max<8&&avg<9", "")
	if err != nil {
		t.Fatal(err)
	}
	out, met := l.Check(upTo(8))
	var each []bool
	for _, o := range out {
		each = append(each, o.Met)
	}
	if met || !slices.Equal(each, []bool{true, false, true}) || out[1].Term.Text != "max<8" {
		t.Errorf("met %v, %+v", met, out)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		text, unit, want string
		offset           int
	}{
		{"", "ms", "is no comparison", 0},
		{"p(95)", "ms", "for example p(95)<2s", 0},
		{"p(95)<2", "ms", "needs a unit; allowed is one of ns, us, ms, s, m", 6},
		{"value<2h", "ms", `"2h" needs a unit`, 6},
		{"value<50", "%", "needs a unit; allowed is one of %", 6},
		{"value<2ms", "forward passes", `has the unit "ms"; it must have none`, 6},
		{"value<x", "", `"x" is no number`, 6},
		{"value<", "", `"" is no number`, 6},
		{"value<1e306s", "ms", `"1e306s" is no number; allowed is one of at most 1e+15`, 6},
		{"value<1e999", "", "is no number", 6},
		{"p(0)<1", "", "p(0) is no percentile", 0},
		{"p(100)<1", "", "p(100) is no percentile", 0},
		{"  p95<1", "", `unknown aggregate "p95"; allowed are value, avg`, 2},
		{"mean<1", "", `unknown aggregate "mean"`, 0},
		{"value=1", "", `"=" is no comparison; allowed are <=`, 5},
		{"value<1 && value<1 && rate<1", "", `unknown aggregate "rate"`, 22},
		{"value<1 &&", "", "is no comparison", 10},
		{strings.Repeat("x", 501), "", "more than 500 bytes", 0},
	} {
		_, err := Parse(c.text, c.unit)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) || syntax.Offset != c.offset {
			t.Errorf("%.40q (%s): %v at %+v, want %q at %d", c.text, c.unit, err, syntax, c.want, c.offset)
		}
	}
}

func TestWords(t *testing.T) {
	limit, err := Parse("p(95)<2s", "ms")
	if err != nil {
		t.Fatal(err)
	}
	for want, x := range map[string]Threshold{
		"e2e: p(95)<2s":                       {Metric: "e2e", Limit: limit},
		"nfe of ar lists: as in the baseline": {Metric: "nfe", Exact: true, Cells: Cells{Engine: "ar", Workload: "lists"}},
		"e2e of ar: at most 5% worse than the baseline, alpha 0.01": {Metric: "e2e", Regress: 0.05, Alpha: 0.01, Cells: Cells{Engine: "ar"}},
	} {
		if got := fmt.Sprint(x); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	some := Cells{Engine: "ar", Rung: "sort-4"}
	if !some.Fit("ar", "lists", "sort-4") || some.Fit("ar", "lists", "sort-8") || some.Fit("block", "lists", "sort-4") || !(Cells{}).Fit("ar", "", "") ||
		(Cells{Workload: "lists"}).Fit("ar", "", "") {
		t.Error("cells are chosen wrongly")
	}
}
