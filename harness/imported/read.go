// Package imported reads answers that other programs wrote, and makes records of them
// that reports can show beside those of a run.
//
// Imported answers have no times and no counters: they meet ours in quality alone.
package imported

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/userfile"
	"dllmbench/harness/result"
	"dllmbench/workloads/jsonl"
)

// Bounds of a file.
const (
	maxFile    = 256 << 20 // bytes, unpacked
	maxAnswers = 200_000
	maxSamples = 1000 // of an item
)

// Fields name what a record of a file has; "" looks for the usual names. A point goes
// into an object: "model.solution".
type Fields struct {
	List      string // of a JSON file: the list of its records
	ID        string // name of the item; the place of the record where there is none
	Text      string // what was written, or a list of samples
	Reference string // the final answer, where the file has it
	Question  string
	Verdict   string // the verdict of whoever made the file: true, false or a number
}

// usual are the names that are looked for.
var usual = Fields{
	ID:        "id item task_id question_id key index idx",
	Text:      "text output completion generation generations response prediction solution",
	Reference: "reference target ground_truth answer gold label",
	Question:  "question prompt problem input",
	Verdict:   "is_correct correct sample/score",
}

// Set is the answers of one decoder to one task.
type Set struct {
	Label   string // of the decoder, "" if the file does not say
	Task    string // "" if the file does not say
	Answers []Answer
	placed  bool         // items are named by their places in the file
	cell    *result.Cell // of a run of this program; nil for other files
}

// Answer is one answer.
type Answer struct {
	Item, Text, Reference, Question string
	Row                             string // what the row of the task calls itself, where Item is its number alone
	Sample                          int
	Verdicts                        map[string]float64 // of whoever made the file, by name
}

// File is what was read.
type File struct {
	Path, Format, SHA256 string
	Sets                 []Set
}

// Read reads a file of answers: results of this program, samples of lm-eval, JSON lines,
// or a JSON list of records, each packed with gzip or not.
func Read(path string, f Fields) (*File, error) {
	text, err := load(path)
	if err != nil {
		return nil, err
	}
	file := &File{Path: path, SHA256: hash(text)}
	if bytes.HasPrefix(text, []byte(`{"type":"header"`)) {
		file.Format = "dllmbench"
		run, err := result.Read(bytes.NewReader(text), path)
		if err != nil {
			return nil, err
		}
		file.Sets = ofRun(run)
		return file, nil
	}
	rows, lines, err := records(finite(text), path, f.List)
	if err != nil {
		return nil, err
	}
	_, hasDoc := rows[0]["doc_id"]
	_, hasResps := rows[0]["resps"]
	set := Set{}
	if hasDoc && hasResps {
		file.Format, set.Task = "lm-eval", taskOf(path)
		set.Answers, err = ofHarness(rows, lines, path)
	} else {
		file.Format = "records"
		set.Answers, set.placed, err = f.answers(rows, lines, path)
	}
	file.Sets = []Set{set}
	return file, err
}

// Join puts files together. Answers of one decoder to one task become one set; items
// that are named by their places are told apart by the file.
func Join(files []*File) *File {
	if len(files) == 1 {
		return files[0]
	}
	out := &File{Path: files[0].Path, Format: files[0].Format}
	sums := ""
	for n, f := range files {
		sums += f.SHA256 + "  " + filepath.Base(f.Path) + "\n"
		for _, s := range f.Sets {
			if s.placed {
				for i := range s.Answers {
					s.Answers[i].Item = fmt.Sprintf("%d-%s", n, s.Answers[i].Item)
				}
			}
			i := slices.IndexFunc(out.Sets, func(o Set) bool { return o.Label == s.Label && o.Task == s.Task })
			if i < 0 {
				out.Sets = append(out.Sets, s)
			} else {
				out.Sets[i].Answers = append(out.Sets[i].Answers, s.Answers...)
			}
		}
	}
	out.SHA256 = hash([]byte(sums))
	return out
}

// load reads a file, unpacked.
func load(path string) ([]byte, error) {
	f, err := userfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := jsonl.Text(f, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// records are the objects of a text, and whether each stands on a line of its own.
func records(text []byte, path, list string) (rows []map[string]any, lines bool, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	for {
		at := dec.InputOffset()
		var value any
		err := dec.Decode(&value)
		if err == io.EOF {
			break
		}
		line := func() int { return 1 + bytes.Count(text[:min(int64(len(text)), at+1)], []byte("\n")) }
		if err != nil {
			return nil, false, fmt.Errorf("%s:%d: not JSON: %w", path, line(), err)
		}
		row, is := value.(map[string]any)
		if inner, has := listIn(value, list); len(rows) == 0 && has && !dec.More() {
			rows, err := objects(inner, path)
			return rows, false, err
		}
		if !is {
			return nil, false, fmt.Errorf("%s:%d: not an object: a record is one, on a line or in a list", path, line())
		}
		if rows = append(rows, row); len(rows) > maxAnswers {
			return nil, false, fmt.Errorf("%s: more than %d records", path, maxAnswers)
		}
	}
	if len(rows) == 0 {
		return nil, false, fmt.Errorf("%s: no records", path)
	}
	return rows, true, nil
}

// listIn is the list of records of a JSON file: the file itself, or a field of it, the
// named one or the only one that is a list.
func listIn(value any, name string) ([]any, bool) {
	if list, is := value.([]any); is {
		return list, true
	}
	object, _ := value.(map[string]any)
	if name != "" {
		list, is := object[name].([]any)
		return list, is
	}
	var found []any
	n := 0
	for _, v := range object {
		if list, is := v.([]any); is && len(list) > 0 {
			if _, is := list[0].(map[string]any); is {
				found = list
				n++
			}
		}
	}
	return found, n == 1
}

// objects are the records of a list.
func objects(list []any, path string) ([]map[string]any, error) {
	if len(list) == 0 || len(list) > maxAnswers {
		return nil, fmt.Errorf("%s: %d records; allowed are 1 to %d", path, len(list), maxAnswers)
	}
	rows := make([]map[string]any, len(list))
	for i, v := range list {
		row, is := v.(map[string]any)
		if !is {
			return nil, fmt.Errorf("%s: record %d is not an object", path, i+1)
		}
		rows[i] = row
	}
	return rows, nil
}

// at is a field of a record, in objects within it where the name has points.
func at(row map[string]any, name string) (any, bool) {
	if v, ok := row[name]; ok {
		return v, true
	}
	first, rest, more := strings.Cut(name, ".")
	inner, is := row[first].(map[string]any)
	if !more || !is {
		return nil, false
	}
	return at(inner, rest)
}

// find is the field of a name, or the first of the usual ones that is there.
func find(row map[string]any, name, usual string) (any, bool) {
	if name != "" {
		return at(row, name)
	}
	for _, n := range strings.Fields(usual) {
		if v, ok := row[n]; ok {
			return v, true
		}
	}
	return nil, false
}

// text writes a value as text: JSON for what is neither text nor number.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return strings.TrimSuffix(v.String(), ".0") // a whole number that Python wrote
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

// samples are the texts of a value: one, or a list of them, also within a list.
func samples(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, true
	case []any:
		var all []string
		for _, x := range v {
			list, ok := samples(x)
			if !ok || len(all)+len(list) > maxSamples {
				return nil, false
			}
			all = append(all, list...)
		}
		return all, len(all) > 0
	}
	return nil, false
}

// verdict reads true, false or a number in [0, 1].
func verdict(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case json.Number:
		x, err := strconv.ParseFloat(v.String(), 64)
		return x, err == nil && x >= 0 && x <= 1
	}
	return 0, false
}

// answers reads the records of a plain file; placed is whether one lacks a name.
func (f Fields) answers(rows []map[string]any, lines bool, path string) (all []Answer, placed bool, err error) {
	for i, row := range rows {
		where := place(path, i, lines)
		v, ok := find(row, f.Text, usual.Text)
		list, are := samples(v)
		if !ok || !are {
			what, flag, names := "no field with a text", f.Text, slices.Sorted(maps.Keys(row))
			if flag != "" {
				what = fmt.Sprintf("no text in the field %q%s", flag, engines.Hint(", did you mean %q?", flag, names))
			}
			return nil, false, fmt.Errorf("%s: %s (the record has %s): name it with --text", where, what, strings.Join(names, ", "))
		}
		a := Answer{Item: strconv.Itoa(i)}
		if v, ok := find(row, f.ID, usual.ID); ok {
			a.Item = text(v)
		} else if placed = true; f.ID != "" {
			return nil, false, fmt.Errorf("%s: the field %q is missing", where, f.ID)
		}
		if v, ok := find(row, f.Reference, usual.Reference); ok {
			a.Reference = text(v)
		} else if f.Reference != "" {
			return nil, false, fmt.Errorf("%s: the field %q is missing", where, f.Reference)
		}
		if v, ok := find(row, f.Question, usual.Question); ok {
			a.Question = text(v)
		}
		if v, ok := find(row, f.Verdict, usual.Verdict); ok {
			if x, ok := verdict(v); ok {
				a.Verdicts = map[string]float64{"verdict in the file": x}
			}
		}
		for n, t := range list {
			a.Text, a.Sample = t, n
			all = append(all, a)
		}
	}
	return all, placed, nil
}

// place says where a record stands.
func place(path string, i int, lines bool) string {
	if lines {
		return fmt.Sprintf("%s:%d", path, i+1)
	}
	return fmt.Sprintf("%s: record %d", path, i+1)
}

// samplesName is the name of a file of samples of lm-eval.
var samplesName = regexp.MustCompile(`^samples_(.+?)_\d{4}-\d{2}-\d{2}T[\d.-]+\.jsonl(?:\.gz)?$`)

// taskOf is the task that the name of a file of samples says.
func taskOf(path string) string {
	if m := samplesName.FindStringSubmatch(filepath.Base(path)); m != nil {
		return m[1]
	}
	return ""
}

// finite writes null for NaN, Infinity and -Infinity, with which Python fills JSON; what stands
// in quotes stays.
func finite(text []byte) []byte {
	if !bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity")) {
		return text
	}
	return outside.ReplaceAllFunc(text, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		return []byte("null")
	})
}

// outside finds texts in quotes and the numbers that JSON does not have.
var outside = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b`)
