package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"dllmbench/engines/userfile"
	"dllmbench/workloads/jsonl"
)

// metrics are ParallelBench's names of its metrics, and the checkers for them.
// Summaries and paraphrases are not among them: their metrics need other models.
var metrics = map[string]func(answer json.RawMessage) (jsonl.Item, error){
	"list_match_score":          listMatch,
	"list_shuffle_score":        listShuffle,
	"list_random_insert_score":  listInsert,
	"list_random_remove_score":  listRemove,
	"list_random_replace_score": listReplace,
	"latin_square_score":        latinSquare,
	"sudoku_score":              sudoku,
	"sentence_to_words_score":   words,
}

// ParallelBench reads tasks of ParallelBench (Kang et al. 2025, arXiv 2510.04767)
// from the folder that holds its groups: group/task.jsonl with the items, and
// group/task_config.yaml with prompt and metric of each task. Tasks are named as
// there, "waiting_line/copy"; each becomes a rung, "waiting_line-copy". Without
// names every task is taken whose metric is known here.
//
// The prompt is the task's own text with the item's fields, the examples of the
// item before it. Judging follows the published metrics in their lenient form:
// of an output with a list the last list counts, quotes or not. The aspect
// "strict" is 1 where the published strict form accepts the output as well.
// Words to sentences are judged by the words alone; the published metric also
// asks a grammar checker.
func ParallelBench(fsys fs.FS, tasks ...string) (*jsonl.Workload, error) {
	named := len(tasks) > 0
	if !named {
		files, err := fs.Glob(fsys, "*/*.jsonl")
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			tasks = append(tasks, strings.TrimSuffix(f, ".jsonl"))
		}
	}
	var items []jsonl.Item
	var found jsonl.Mistakes
	for _, task := range tasks {
		list, err := parallelTask(fsys, task)
		if errors.Is(err, errMetric) && !named {
			continue
		}
		if many := (jsonl.Mistakes)(nil); errors.As(err, &many) {
			found = append(found, many...)
		} else if err != nil {
			return nil, err
		}
		items = append(items, list...)
	}
	if found != nil {
		return nil, found
	}
	if len(items) == 0 {
		return nil, errors.New("no task of ParallelBench here: expected are group/task.jsonl and group/task_config.yaml")
	}
	return jsonl.New("parallelbench", "Tasks of ParallelBench: waiting lines, puzzles, words to sentences; a rung is a task.", items)
}

// errMetric says that a task has a metric that is not known here.
var errMetric = errors.New("a metric without a checker")

// taskConfig is what is needed of an entry of task_config.yaml.
type taskConfig struct {
	Prompt string `yaml:"prompt"`
	Metric string `yaml:"metric"`
}

// maxConfig bounds task_config.yaml, in bytes.
const maxConfig = 1 << 20

// config reads the entry of a task.
func config(fsys fs.FS, task string) (taskConfig, error) {
	file := path.Dir(task) + "/task_config.yaml"
	data, err := userfile.ReadIn(fsys, file, maxConfig)
	if err != nil {
		return taskConfig{}, err
	}
	var all map[string]taskConfig
	if err := yaml.Unmarshal(data, &all); err != nil {
		return taskConfig{}, fmt.Errorf("%s: %w", file, err)
	}
	c, ok := all[task]
	if !ok || c.Prompt == "" {
		return taskConfig{}, fmt.Errorf("%s: no prompt for the task %q", file, task)
	}
	if metrics[c.Metric] == nil {
		names := slices.Sorted(maps.Keys(metrics))
		return taskConfig{}, fmt.Errorf("%s: %w: the task %q has %q (known: %s)", file, errMetric, task, c.Metric, strings.Join(names, ", "))
	}
	return c, nil
}

// parallelTask reads one task.
func parallelTask(fsys fs.FS, task string) ([]jsonl.Item, error) {
	if strings.Count(task, "/") != 1 {
		return nil, fmt.Errorf("the task %q is not named group/task", task)
	}
	c, err := config(fsys, task)
	if err != nil {
		return nil, err
	}
	return lines(fsys, task+".jsonl", func(index int, o *object) (jsonl.Item, error) {
		raw, ok := o.fields["answer"]
		if !ok {
			return jsonl.Item{}, fmt.Errorf("the field \"answer\" is missing (the line has %s)", o.has())
		}
		it, err := metrics[c.Metric](raw)
		if err != nil {
			return jsonl.Item{}, fmt.Errorf("answer: %w", err)
		}
		it.ID = fmt.Sprintf("%s/%d", task, index)
		it.Rung = strings.ToLower(strings.NewReplacer("/", "-", ".", "_").Replace(task))
		it.Prompt, err = prompt(c.Prompt, o.fields["input"])
		return it, err
	})
}

// maxExamples bounds the examples of an item.
const maxExamples = 50

// prompt makes the text before an answer: for each example its question and its
// answer, then the question.
func prompt(template string, input json.RawMessage) (string, error) {
	if input == nil {
		return "", errors.New("the field \"input\" is missing")
	}
	in := objectOf(input)
	var b strings.Builder
	if raw, ok := in.fields["icl_examples"]; ok {
		var examples []json.RawMessage
		if json.Unmarshal(raw, &examples) != nil || len(examples) > maxExamples {
			return "", fmt.Errorf("icl_examples is not a list of at most %d objects", maxExamples)
		}
		for i, e := range examples {
			text, err := example(template, e)
			if err != nil {
				return "", fmt.Errorf("example %d: %w", i+1, err)
			}
			b.WriteString(text)
		}
	}
	q, err := question(template, in)
	return b.String() + q, err
}

// question is the template with the fields of an input.
func question(template string, in *object) (string, error) {
	if in.err != nil {
		return "", fmt.Errorf("input: %w", in.err)
	}
	q, err := fill(template, in)
	return strings.TrimRight(q, "\n") + "\n", err
}

// example makes the question and the answer of an example.
func example(template string, raw json.RawMessage) (string, error) {
	o := objectOf(raw)
	if o.err != nil {
		return "", o.err
	}
	q, err := question(template, objectOf(o.fields["input"]))
	if err != nil {
		return "", err
	}
	a, err := reference(o.fields["answer"])
	if err != nil {
		return "", fmt.Errorf("answer: %w", err)
	}
	return q + a + "\n\n", nil
}

// reference is an answer as text: the answer, or its field "example".
func reference(raw json.RawMessage) (string, error) {
	var s string
	if json.Unmarshal(raw, &s) == nil && s != "" {
		return s, nil
	}
	o := objectOf(raw)
	if o.err != nil {
		return "", errors.New("neither a text nor an object")
	}
	return o.text("example"), o.err
}

// fill puts fields into a template of Python's str.format: {name} is a field,
// {{ and }} are brackets; nothing else of that language is known. As in
// ParallelBench a backslash and an n become a line break at the end.
func fill(template string, in *object) (string, error) {
	var b strings.Builder
	for rest := template; rest != ""; {
		i := strings.IndexAny(rest, "{}")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		if strings.HasPrefix(rest[i+1:], rest[i:i+1]) {
			b.WriteByte(rest[i])
			rest = rest[i+2:]
			continue
		}
		name, after, ok := strings.Cut(rest[i+1:], "}")
		if rest[i] == '}' || !ok {
			return "", errors.New("the prompt has a bracket without its partner")
		}
		value, err := in.format(name)
		if err != nil {
			return "", err
		}
		b.WriteString(value)
		rest = after
	}
	return strings.ReplaceAll(b.String(), `\n`, "\n"), nil
}

// format is a field as str.format writes it: a text or a whole number.
func (o *object) format(name string) (string, error) {
	raw, ok := o.fields[name]
	if !ok {
		return "", fmt.Errorf("the prompt wants the field %.40q (the input has %s)", name, o.has())
	}
	var s string
	if json.Unmarshal(raw, &s) == nil && string(raw) != "null" {
		return s, nil
	}
	var n int
	if json.Unmarshal(raw, &n) == nil && string(raw) != "null" {
		return string(raw), nil
	}
	return "", fmt.Errorf("the field %.40q is neither a text nor a whole number", name)
}
