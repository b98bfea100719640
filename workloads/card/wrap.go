package card

import (
	"fmt"

	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/rows"
)

// Known is the name of a release by its digest, "" for none.
func Known(list []Release, sha256 string) string {
	for _, k := range list {
		if k.SHA256 == sha256 {
			return k.Name
		}
	}
	return ""
}

// Wrap asks the items of a workload in another form (nil for their own), whose fields are
// id, prompt and answer, after the first worked examples of another workload (nil for
// none; all of them where shots is nil). Outside of a chat an example is its question, its
// answer and an empty line.
func Wrap(w, examples *jsonl.Workload, form *Template, shots *int, chat bool) (*jsonl.Workload, error) {
	asked := func(it jsonl.Item) (string, error) {
		if form == nil {
			return it.Prompt, nil
		}
		return form.Text(rows.Row{Fields: map[string]any{"id": it.ID, "prompt": it.Prompt, "answer": it.Answer}})
	}
	var before [][2]string
	if examples != nil {
		list := examples.Items()
		n := len(list)
		if shots != nil {
			n = *shots
		}
		if n > len(list) {
			return nil, fmt.Errorf("%d worked examples, and %d are wanted", len(list), n)
		}
		if n > maxShots {
			return nil, fmt.Errorf("%d worked examples are more than the %d allowed; say how many with shots", n, maxShots)
		}
		for _, it := range list[:n] {
			text, err := asked(it)
			if err != nil {
				return nil, err
			}
			before = append(before, [2]string{text, it.Answer})
		}
	}
	items := w.Items()
	for i, it := range items {
		text, err := asked(it)
		if err != nil {
			return nil, fmt.Errorf("item %q: %w", it.ID, err)
		}
		if items[i].Prompt = text; chat {
			items[i].Turns = before
			continue
		}
		for j := len(before) - 1; j >= 0; j-- {
			items[i].Prompt = before[j][0] + before[j][1] + "\n\n" + items[i].Prompt
		}
	}
	return jsonl.New(w.Name(), w.Doc(), items)
}
