// Package public reads files of public benchmarks that a user has on disk, in
// the formats in which their authors publish them, and makes workloads of them:
//
//	GSM8K          school arithmetic in words, judged by the final number
//	HumanEval      Python functions; not judged, see [HumanEval]
//	ParallelBench  waiting lines, small puzzles, words to sentences: tasks that
//	               tell apart decoders that write several tokens at once
//
// Nothing is downloaded, and no text of these benchmarks is part of this
// repository. Readers are strict about what they need and pass over fields they
// do not know. Prompts are plain text, without the template of any chat model,
// so numbers do not compare with those of the papers; they compare decoders on
// one set of weights. All items are of the test split.
package public

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// lines reads a file of JSON lines; make turns the fields of a line, given its
// number, into an item.
func lines(fsys fs.FS, path string, make func(line int, fields object) (jsonl.Item, error)) ([]jsonl.Item, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var items []jsonl.Item
	err = jsonl.Lines(f, path, func(line int, data []byte) error {
		fields, err := objectOf(data)
		if err != nil {
			return err
		}
		it, err := make(line, fields)
		if err != nil {
			return err
		}
		if it.ID == "" {
			it.ID = "line " + strconv.Itoa(line)
		}
		it.Split = workloads.Test
		if s := it.Check(it.Answer); !s.Exact && !isUnscored(it) {
			return fmt.Errorf("the answer does not pass its own check: %s", s.Violations[0].Doc)
		}
		items = append(items, it)
		return nil
	})
	if err == nil && len(items) == 0 {
		err = fmt.Errorf("%s: no items", path)
	}
	return items, err
}

func isUnscored(it jsonl.Item) bool {
	_, ok := it.Checker.(jsonl.Unscored)
	return ok
}

// object is a JSON object by field.
type object map[string]json.RawMessage

func objectOf(data []byte) (object, error) {
	o := object{}
	err := jsonl.Fields(data, func(name string, value json.RawMessage) error {
		o[name] = value
		return nil
	})
	return o, err
}

// has lists the fields, for messages.
func (o object) has() string {
	names := make([]string, 0, len(o))
	for n := range o {
		names = append(names, strconv.Quote(workloads.Clip(n)))
	}
	slices.Sort(names)
	return strings.Join(names[:min(len(names), 12)], ", ")
}

// field reads a field that has to be there.
func field[T any](o object, name string) (T, error) {
	var v T
	raw, ok := o[name]
	if !ok {
		return v, fmt.Errorf("the field %q is missing (the line has %s)", name, o.has())
	}
	if json.Unmarshal(raw, &v) != nil || string(raw) == "null" {
		return v, fmt.Errorf("the field %q is not %s", name, map[string]string{"string": "a text", "[]string": "a list of texts"}[fmt.Sprintf("%T", v)])
	}
	return v, nil
}

// text reads a field that has to be a text and not empty.
func (o object) text(name string) (string, error) {
	s, err := field[string](o, name)
	if err == nil && s == "" {
		err = fmt.Errorf("the field %q is empty", name)
	}
	return s, err
}

// texts reads a field that has to be a list of texts and not empty.
func (o object) texts(name string) ([]string, error) {
	list, err := field[[]string](o, name)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("the field %q is empty", name)
	}
	return list, err
}
