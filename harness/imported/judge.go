package imported

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/puzzles"
)

// How says how answers are judged.
type How struct {
	// Rules are extraction rules by name, and Primary the one that decides, the first if
	// "". Compare is a comparison for all of them, "" for each rule's own.
	Rules            []string
	Primary, Compare string
	Check            string // "countdown" or "sudoku" instead of rules
	// Reference is the rule that takes the final answer out of a reference with its steps;
	// "" for what follows the last ####, stands in the last box, or all of it.
	Reference string
	// Items are the tasks, by their names in the file of answers; nil for the references
	// that the file of answers holds. Without rules their own checkers judge.
	Items workloads.Finite
	// Data is "sha256:…" of their file, and Card the name of their card, "" without one.
	Data, Card string
	// Rungs are those of Items that the answers are to; nil for all. Answers without names
	// are those to the test items of one rung, in order.
	Rungs []int
}

// Checks lists the checkers that judge by what a file of answers holds.
func Checks() []string { return []string{"countdown", "sudoku"} }

// usualRules are those of tasks of lm-eval by the beginning of their names, the longest first.
var usualRules = []struct {
	task  string
	rules []string
}{
	{"gsm8k_cot_llama", []string{"gsm8k-llama-strict", "gsm8k-flexible"}},
	{"gsm8k_cot", []string{"gsm8k-cot-strict", "gsm8k-flexible"}},
	{"gsm8k", []string{"gsm8k-strict", "gsm8k-flexible"}},
	{"minerva_math", []string{"minerva", "boxed"}},
	{"hendrycks_math", []string{"dollars", "boxed"}},
	{"bbh_cot_zeroshot", []string{"bbh-strict", "bbh-flexible"}},
	{"bbh_zeroshot", []string{"bbh-flexible-first"}},
	{"bbh", []string{"bbh"}},
	{"mmlu_flan_cot", []string{"choice-strict", "choice-flexible"}},
	{"mmlu", []string{"choice-first-line"}},
}

// forTask completes what is not said by the name of a task.
func (h How) forTask(task string) (How, error) {
	if len(h.Rules) > 0 || h.Check != "" || h.Items != nil {
		return h, nil
	}
	for _, u := range usualRules {
		if strings.HasPrefix(task, u.task) {
			h.Rules = u.rules
			return h, nil
		}
	}
	return h, errors.New("what is right is not known: name the extraction rules with --rules, or the file of the tasks with --file")
}

// task is what an answer is judged by.
type task struct {
	inst     workloads.Instance
	unscored string
	check    func(output string) workloads.Score
}

// judge makes the checker of an item from what stands beside an answer.
func (h How) judge(name string, a Answer) (task, error) {
	var c jsonl.Checker
	var err error
	reference := h.final(a.Reference)
	switch h.Check {
	case "":
		if c, err = jsonl.Checker(jsonl.Unscored(noReference)), nil; a.Reference != "" {
			c, err = h.checker(reference, a.Question)
		}
	case "countdown":
		c, err = countdown(a)
	case "sudoku":
		c, err = puzzles.NewSudoku(sixteen.FindString(a.Question), strings.TrimSpace(a.Reference))
	}
	if err != nil {
		return task{}, err
	}
	unscored, _ := c.(jsonl.Unscored)
	return task{workloads.Instance{
		ID: strings.Join([]string{name, "all", string(workloads.Test), a.Item}, "/"), Item: a.Item, Workload: name,
		Prompt: a.Question, Answer: reference, Constraints: c.Constraints(),
	}, string(unscored), c.Check}, nil
}

// checker judges by rules.
func (h How) checker(reference, question string) (jsonl.Checker, error) {
	c, err := extract.New(h.Rules, h.Primary, h.Compare, reference)
	if err != nil {
		return nil, err
	}
	c.Ask(question)
	return c, nil
}

// noReference is why an answer is not judged.
const noReference = "its record has no reference"

// sixteen finds the puzzle in a question.
var sixteen = regexp.MustCompile(`[0-4]{16}`)

// countdown reads numbers and target: [[30,100,93],37].
func countdown(a Answer) (jsonl.Checker, error) {
	var pair []json.RawMessage
	var numbers []int64
	var target int64
	if json.Unmarshal([]byte(a.Reference), &pair) != nil || len(pair) != 2 || json.Unmarshal(pair[0], &numbers) != nil || json.Unmarshal(pair[1], &target) != nil {
		return nil, fmt.Errorf("the reference %q is not numbers and target, as in [[30,100,93],37]", workloads.Clip(a.Reference))
	}
	return puzzles.NewCountdown(numbers, target)
}

// final is the final answer of a reference with its steps.
func (h How) final(reference string) string {
	name := h.Reference
	if i := strings.LastIndex(reference, "####"); i >= 0 && name == "" {
		return strings.ReplaceAll(strings.TrimSpace(reference[i+4:]), ",", "")
	}
	if name == "" && strings.Contains(reference, `\boxed`) {
		name = "boxed"
	}
	if rule, err := extract.RuleNamed(name); err == nil {
		if text, ok := rule.Find(reference); ok {
			return text
		}
	}
	return reference
}

// byItem are the tasks of a workload of files by the names of their items, and, of one
// rung, for answers without names by their places.
func byItem(h How, placed bool) (map[string]task, error) {
	all := map[string]task{}
	for _, rung := range h.Rungs {
		for _, split := range workloads.Splits {
			for i := range h.Items.Len(split, rung) {
				inst := h.Items.Generate(split, rung, i)
				t := task{inst, workloads.Abstains(h.Items, inst), func(output string) workloads.Score { return h.Items.Check(inst, output) }}
				if e, runs := h.Items.(workloads.Executor); runs {
					if _, is := e.Executes(inst); is {
						t.unscored = "its answers are programs that have to be run, which score does not do"
					}
				}
				if len(h.Rules) > 0 {
					c, err := h.checker(h.final(inst.Answer), inst.Prompt)
					if err != nil {
						return nil, fmt.Errorf("item %q: %w", inst.Item, err)
					}
					t.inst.Constraints, t.check, t.unscored = c.Constraints(), c.Check, ""
				}
				name := inst.Item
				if placed && len(h.Rungs) == 1 && split == workloads.Test {
					name = strconv.Itoa(i)
				}
				all[name] = t
			}
		}
	}
	return all, nil
}
