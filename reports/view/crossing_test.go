package view

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/harness/result"
)

// TestCrossing: the tokens a pass has to write are the ratio of the times of passes in the
// same blocks; of prompts that differ in length the longest is shown in brief.
func TestCrossing(t *testing.T) {
	f := &result.File{}
	for _, prompt := range []int{32, 512} {
		for _, rows := range []int{16, 1, 4} {
			id := fmt.Sprint(prompt, rows)
			f.Header.Cells = append(f.Header.Cells, result.Cell{ID: id, Group: fmt.Sprint(prompt), Label: "pass", Engine: "autoregressive", Preset: "wide", Options: map[string]any{"rows": rows},
				Weights: "shape:10m#precision=q8_0", Precision: "Q8_0 by int8", CostOnly: true, PromptLen: &prompt, Budget: 1, Batch: 1, Threads: 1})
			for i := range 6 {
				ns := int64(rows*(1000+100*i) + prompt)
				f.Requests = append(f.Requests, result.Request{Cell: id, Instance: fmt.Sprint(i), PairBlock: i, Status: "truncated", E2ENs: &ns})
			}
		}
	}
	list := New(f).Crossings()
	if len(list) != 2 || Brief(list)[0] != list[1] || len(Brief(list)) != 1 {
		t.Fatalf("%d crossings", len(list))
	}
	c := list[0]
	if c.Network() != "10m" || len(c.Wide) != 2 || c.Wide[0].Rows != 4 || c.Wide[1].Rows != 16 {
		t.Fatalf("%+v", c)
	}
	tokens := c.Wide[1].Tokens
	if tokens == nil || math.Abs(tokens.Value-15.6) > 0.1 || tokens.CI == nil || tokens.N != 6 {
		t.Errorf("%+v", tokens)
	}
}
