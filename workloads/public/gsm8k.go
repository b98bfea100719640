package public

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// GSM8K reads a file of GSM8K (Cobbe et al. 2021, arXiv 2110.14168): on every
// line a question, and an answer that is reasoning, then "#### " and a number.
// Notes for a calculator, in double angle brackets within the reasoning, are
// left out of the reference answer.
//
// An output is right if its final number is that of the answer, see package number.
func GSM8K(fsys fs.FS, path string) (*jsonl.Workload, error) {
	items, err := lines(fsys, path, gsm8kItem)
	if err != nil {
		return nil, err
	}
	return jsonl.New("gsm8k", "School arithmetic in words (GSM8K), judged by the final number.", items)
}

// calculator finds the notes for a calculator.
var calculator = regexp.MustCompile(`<<[^<>]*>>`)

func gsm8kItem(_ int, o *object) (jsonl.Item, error) {
	question, answer := o.text("question"), o.text("answer")
	if o.err != nil {
		return jsonl.Item{}, o.err
	}
	if strings.Count(answer, "####") != 1 {
		return jsonl.Item{}, fmt.Errorf("the answer has %d marks \"####\" instead of one before its number", strings.Count(answer, "####"))
	}
	answer = strings.TrimSpace(calculator.ReplaceAllString(answer, ""))
	mark := strings.Index(answer, "####")
	it := jsonl.Item{
		Prompt: "Question: " + strings.TrimSpace(question) + "\nAnswer: ",
		Answer: answer,
	}
	var err error
	if it.Checker, err = jsonl.Numeric(answer[mark:], ""); err != nil {
		return jsonl.Item{}, err
	}
	result := len(answer) - len(strings.TrimLeft(answer[mark+4:], " "))
	if mark > 0 {
		it.Spans = append(it.Spans, workloads.Span{Name: workloads.Reasoning, Start: 0, End: mark})
	}
	it.Result = answer[result:]
	it.Spans = append(it.Spans, workloads.Span{Name: workloads.Result, Start: result, End: len(answer)})
	return it, nil
}
