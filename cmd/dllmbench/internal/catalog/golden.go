package catalog

import (
	"fmt"
	"strconv"

	"dllmbench/engines"
	"dllmbench/engines/golden"
	"dllmbench/reports/table"
)

// Golden is a table of what prompts gave beside golden logits.
func Golden(all []golden.Outcome, codec engines.Codec, tolerance float64) *table.Table {
	t := table.New(1, "prompt", "ids", "worst logit", "of token", "ranks changed", "not listed", "answer", "verdict")
	for i, o := range all {
		name := strconv.Itoa(i + 1)
		if o.Text != nil {
			name = fmt.Sprintf("%.24q", *o.Text)
		}
		ids, verdict, missed, answer := "same", "same", "–", "–"
		for k := range max(len(o.IDs), len(o.Ours)) {
			if k >= min(len(o.IDs), len(o.Ours)) || o.IDs[k] != o.Ours[k] {
				ids = fmt.Sprintf("differ from %d on", k+1)
				break
			}
		}
		if o.Missed.Value > 0 {
			missed = fmt.Sprintf("%s +%.3g", token(codec, o.Missed.ID), o.Missed.Value)
		}
		if n := len(o.Answer); n > 0 {
			if answer = fmt.Sprintf("%d of %d", o.Same, n); o.Same < n {
				answer += fmt.Sprintf(", gap %.3g", o.Gap)
			}
		}
		if !o.OK(tolerance) {
			verdict = "differs"
		}
		t.Add(name, ids, fmt.Sprintf("%.2g", o.Worst.Value), token(codec, o.Worst.ID), fmt.Sprintf("%d of %d", o.Moved, len(o.Top)), missed, answer, verdict)
	}
	return t
}

// token is a token in words.
func token(codec engines.Codec, id int32) string {
	if c, ok := codec.(interface{ Token(id int32) string }); ok {
		return fmt.Sprintf("%d %q", id, c.Token(id))
	}
	return strconv.Itoa(int(id))
}
