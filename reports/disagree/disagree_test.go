package disagree

import (
	"strings"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestBetween(t *testing.T) {
	f := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 4, Repeats: 1})
	yes, no := true, false
	for i := range f.Requests {
		q := &f.Requests[i]
		q.Exact = &yes
		if q.Cell == f.Header.Cells[1].ID && strings.HasSuffix(q.Instance, "/2") {
			q.Exact, q.Output = &no, "=1+1\x1b\nx"
		}
		if strings.HasSuffix(q.Instance, "/3") { // both are wrong: no disagreement
			q.Exact = &no
		}
	}
	v := view.New(f)
	cases, err := Between(v, "autoregressive", "diffusion steps=4")
	if err != nil || len(cases) != 1 {
		t.Fatalf("%v, %v", cases, err)
	}
	if c := cases[0]; c.Right != "ar" || c.Wrong != "diffusion steps=4" || !strings.HasSuffix(c.Instance, "/2") || c.Prompt == "" {
		t.Errorf("got %+v", c)
	}
	var b strings.Builder
	if err := Formats()[0].Write(&b, cases); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `'=1+1\x1b\nx`) || strings.Contains(b.String(), "\x1b") {
		t.Errorf("the output is not safe in a spreadsheet: %s", b.String())
	}
	if same, err := Between(v, "ar", "block"); err != nil || len(same) != 0 {
		t.Errorf("decoders that agree: %v, %v", same, err)
	}
	if _, err := Between(v, "ar", "nobody"); err == nil || !strings.Contains(err.Error(), "diffusion steps=4") {
		t.Errorf("an unknown name: %v", err)
	}
}

// TestSamples: decoders may disagree in the second answer to an instance alone; its
// prompt is that of the instance.
func TestSamples(t *testing.T) {
	f := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 4, Repeats: 2})
	yes, no := true, false
	for i := range f.Requests {
		q := &f.Requests[i]
		q.Sample, q.Exact = q.Repetition, &yes
		if q.Sample > 0 {
			q.Extra = nil
		}
		if q.Sample == 1 && q.Cell == f.Header.Cells[1].ID && strings.HasSuffix(q.Instance, "/2") {
			q.Exact = &no
		}
	}
	cases, err := Between(view.New(f), "autoregressive", "diffusion steps=4")
	if err != nil || len(cases) != 1 || cases[0].Sample != 1 || cases[0].Right != "ar" || cases[0].Prompt == "" {
		t.Errorf("%v, %+v", err, cases)
	}
}
