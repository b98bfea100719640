package cells

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// TestSharing writes one line a decoder and one table below it; CSV has the rungs.
func TestSharing(t *testing.T) {
	file := &result.File{}
	for _, weights := range []string{"v1", "v1|ar"} {
		file.Header.Cells = append(file.Header.Cells, result.Cell{
			ID: weights, Engine: "autoregressive", Preset: "greedy", Label: weights, Workload: "lists", Rung: "sort-4",
			Budget: 16, Batch: 1, Weights: weights, Digest: weights,
		})
		for i := range 8 {
			solved := i < 6 || weights == "v1"
			file.Requests = append(file.Requests, result.Request{Cell: weights, Instance: string(rune('a' + i)), Status: "success", Exact: &solved})
		}
	}
	var b strings.Builder
	if err := Sharing(&b, view.New(file)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`| autoregressive/greedy | v1\|ar | 8 | 100 | 75 | 25 [`,
		"### autoregressive/greedy on v1 and v1|ar",
		"| lists | 1 | 8 | 100 | 75 | 25 [", "`dllmbench export --format sharing` has a line for each rung",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "sort-4") {
		t.Errorf("a rung stands in\n%s", b.String())
	}
	b.Reset()
	if err := SharingCSV(&b, view.New(file)); err != nil || !strings.Contains(b.String(), "autoregressive/greedy,v1,v1|ar,lists,sort-4,1,8,100,75,25,") || strings.Count(b.String(), "\n") != 4 {
		t.Errorf("%v, rungs in CSV:\n%s", err, b.String())
	}
	b.Reset()
	file.Header.Cells = file.Header.Cells[:1]
	if err := Sharing(&b, view.New(file)); err != nil || !strings.Contains(b.String(), "No decoder ran") {
		t.Errorf("without a control: %v %q", err, b.String())
	}
}
