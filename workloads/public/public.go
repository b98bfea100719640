// Package public reads files of public benchmarks that a user has on disk, in
// the formats in which their authors publish them, and makes workloads of them:
//
//	ParallelBench  waiting lines, small puzzles, words to sentences: tasks that
//	               tell apart decoders that write several tokens at once
//
// Other published tasks are cards, see package card.
//
// Nothing is downloaded, and no text of these benchmarks is part of this
// repository. Readers are strict about what they need and about answers, and pass
// over other fields that they do not know. Prompts are plain text, without the template of any chat model,
// so numbers do not compare with those of the papers; they compare decoders on
// one set of weights. All items are of the test split.
package public

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// lines reads a file of JSON lines; make turns the fields of a line, given its
// index among the items from 0, into an item. The index is the ID of an item that
// has none of its own.
func lines(fsys fs.FS, path string, make func(index int, fields *object) (jsonl.Item, error)) ([]jsonl.Item, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	index := -1
	return jsonl.ReadItems(f, path, func(_ int, data []byte) (jsonl.Item, error) {
		index++
		fields := objectOf(data)
		if fields.err != nil {
			return jsonl.Item{}, fields.err
		}
		it, err := make(index, fields)
		it.ID, it.Split = cmp.Or(it.ID, strconv.Itoa(index)), workloads.Test
		return it, err
	})
}

// object is a JSON object by field. Its methods keep the first error, so that a
// reader looks at it once, when it has all it needs.
type object struct {
	fields map[string]json.RawMessage
	err    error
}

func objectOf(data []byte) *object {
	o := &object{fields: map[string]json.RawMessage{}}
	o.err = jsonl.Fields(data, func(name string, value json.RawMessage) error {
		o.fields[name] = value
		return nil
	})
	return o
}

// fail keeps an error unless there is one.
func (o *object) fail(format string, args ...any) {
	if o.err == nil {
		o.err = fmt.Errorf(format, args...)
	}
}

// has lists the fields, for messages.
func (o *object) has() string {
	var names []string
	for _, n := range slices.Sorted(maps.Keys(o.fields)) {
		names = append(names, strconv.Quote(workloads.Clip(n)))
	}
	return strings.Join(names[:min(len(names), 12)], ", ")
}

// only refuses fields with other names: of an answer they may change what is right.
func (o *object) only(names ...string) {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		if !slices.Contains(names, name) {
			o.fail("the field %q is not known here, and may change what is right (known: %s)", workloads.Clip(name), strings.Join(names, ", "))
		}
	}
}

// read reads a field that has to be there and not be empty into a value.
func (o *object) read(name, what string, value any, n func() int) {
	raw, ok := o.fields[name]
	switch {
	case !ok:
		o.fail("the field %q is missing (the line has %s)", name, o.has())
	case json.Unmarshal(raw, value) != nil || string(raw) == "null":
		o.fail("the field %q is not %s", name, what)
	case n() == 0:
		o.fail("the field %q is empty", name)
	}
}

// text reads a field that has to be a text and not empty.
func (o *object) text(name string) (s string) {
	o.read(name, "a text", &s, func() int { return len(s) })
	return s
}

// texts reads a field that has to be a list of texts and not empty.
func (o *object) texts(name string) (list []string) {
	o.read(name, "a list of texts", &list, func() int { return len(list) })
	return list
}
