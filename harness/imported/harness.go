package imported

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// notMetrics are the fields of a sample of lm-eval that are no verdict.
var notMetrics = []string{"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"}

// ofHarness reads samples of lm-eval, which stand once for each filter of the task.
func ofHarness(rows []map[string]any, lines bool, path string) ([]Answer, error) {
	var all []Answer
	first := map[string]int{} // index of the first answer to an item
	filtered := map[[2]string]bool{}
	for i, row := range rows {
		item := text(row["doc_id"])
		list, ok := samples(row["resps"])
		if !ok {
			return nil, fmt.Errorf("%s: resps holds no text: samples of choices by likelihood have none to judge", place(path, i, lines))
		}
		if of := [2]string{item, text(row["filter"])}; filtered[of] {
			return nil, fmt.Errorf("%s: the item %q stood there before, with the same filter: a file holds the samples of one task", place(path, i, lines), workloads.Clip(item))
		} else {
			filtered[of] = true
		}
		at, seen := first[item]
		if !seen {
			at = len(all)
			first[item] = at
			a := Answer{Item: item, Reference: text(row["target"])}
			if doc, is := row["doc"].(map[string]any); is {
				if v, ok := find(doc, "", usual.Question); ok {
					a.Question = text(v)
				}
				if v, ok := find(doc, "", usual.ID+" ind"); ok {
					a.Row = text(v)
				}
			}
			for n, t := range list {
				a.Text, a.Sample, a.Verdicts = t, n, map[string]float64{}
				all = append(all, a)
			}
		}
		for name, v := range row {
			if x, is := verdict(v); is && !slices.Contains(notMetrics, name) {
				if filter := text(row["filter"]); filter != "" && filter != "none" {
					name += ", " + filter
				}
				all[at].Verdicts[name] = x
			}
		}
	}
	return all, nil
}

// ofRun are the answers of a run of this program, by cell.
func ofRun(run *result.File) []Set {
	var sets []Set
	at := map[string]int{}
	for i, c := range run.Header.Cells {
		if !c.CostOnly {
			at[c.ID] = len(sets)
			label := c.Label
			if c.Variant != "" {
				label += " " + c.Variant
			}
			sets = append(sets, Set{Label: label, Task: c.Workload, cell: &run.Header.Cells[i]})
		}
	}
	type sample struct {
		cell, instance string
		number         int
	}
	seen := map[sample]bool{}
	for _, q := range run.Requests {
		i, known := at[q.Cell]
		key := sample{q.Cell, q.Instance, q.Sample}
		if !known || seen[key] || q.Status != "success" && q.Status != "truncated" && q.Status != "timeout" {
			continue
		}
		seen[key] = true
		a := Answer{Item: q.Item, Text: q.Output, Question: run.Instances[q.Instance].Prompt, Sample: q.Sample}
		if a.Item == "" {
			a.Item = q.Instance
		}
		if q.Exact != nil {
			a.Verdicts = map[string]float64{"exact match of the run": 0}
			if *q.Exact {
				a.Verdicts["exact match of the run"] = 1
			}
		}
		sets[i].Answers = append(sets[i].Answers, a)
	}
	return slices.DeleteFunc(sets, func(s Set) bool { return len(s.Answers) == 0 })
}

// answering are the sets that answer the tasks of a file. Items of several tasks of a run
// have the same names: what counts was decoded on this file, else with its card or under
// its name.
func (h How) answering(f *File) ([]Set, error) {
	var names []string // of tasks of a run
	for _, s := range f.Sets {
		if s.cell != nil && !slices.Contains(names, s.Task) {
			names = append(names, s.Task)
		}
	}
	if h.Items == nil || len(names) == 0 {
		return f.Sets, nil
	}
	for _, is := range []func(c *result.Cell) bool{
		func(c *result.Cell) bool { return c.Dataset == h.Data || c.Task != nil && c.Task.Data == h.Data },
		func(c *result.Cell) bool { return c.Task != nil && c.Task.Card == h.Card },
		func(c *result.Cell) bool { return c.Workload == h.Items.Name() },
	} {
		if slices.ContainsFunc(f.Sets, func(s Set) bool { return s.cell != nil && is(s.cell) }) {
			return slices.DeleteFunc(slices.Clone(f.Sets), func(s Set) bool { return s.cell != nil && !is(s.cell) }), nil
		}
	}
	if len(names) > 1 {
		return nil, fmt.Errorf("%s: its answers are to %s, and none of them was decoded on this file of tasks, with its card or under the name %s", f.Path, strings.Join(names, ", "), h.Items.Name())
	}
	return f.Sets, nil
}
