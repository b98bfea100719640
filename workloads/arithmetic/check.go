package arithmetic

import (
	"strings"

	"dllmbench/workloads"
)

// Check implements [workloads.Workload]. White space around the output is ignored, and
// numbers are compared by value, so that leading zeros do not matter. A wrong
// step does not make later steps wrong that build on it correctly.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	tag, list, _ := strings.Cut(strings.TrimSuffix(inst.Prompt, "="), ":")
	c := sumCheck{open: true}
	c.rest, c.end = workloads.Trim(output)
	c.end += len(c.rest)
	for t := range strings.SplitSeq(list, "+") {
		n, _ := workloads.Number(t)
		c.terms = append(c.terms, n)
		c.total += n
	}
	steps := 2 * (len(c.terms) - 1)
	switch tag + ":" {
	case layouts[stepsFirst].tag:
		c.Total = steps + 3
		c.steps(0, true)
		answer, offset := c.result(steps + 1)
		c.link(steps, answer, offset)
	case layouts[resultFirst].tag:
		c.Total = steps + 3
		answer, offset := c.result(0)
		c.steps(1, false)
		c.link(steps+1, answer, offset)
	default:
		c.Total = 2
		c.result(0)
	}
	if c.open {
		c.Fail(c.Total-1, c.end-len(c.rest)-1, "%q follows the answer", workloads.Clip(c.rest))
	}
	return c.Score()
}

// sumCheck reads the parts of an output, which semicolons separate.
type sumCheck struct {
	workloads.Verdict
	terms []int
	total int
	rest  string // what is not read yet
	end   int    // the offset of a suffix s of rest is end - len(s)
	open  bool   // rest is the next part or more; else nothing is left

	left  int // the result of the last step that was read
	known bool
}

// steps reads one step per term after the first. Their constraints start with
// number at. If an answer follows, a part that no semicolon ends is that
// answer, not a step.
func (c *sumCheck) steps(at int, answerFollows bool) {
	c.left, c.known = c.terms[0], true
	for i, t := range c.terms[1:] {
		link, step := at+2*i, at+2*i+1
		text, after, found := strings.Cut(c.rest, ";")
		offset := c.end - len(c.rest)
		if !c.open || answerFollows && !found {
			c.FailAll(link, step+1, -1, "step %d is missing", i+1)
			c.known = false
			continue
		}
		c.rest, c.open = after, found
		left, term, result, ok := parseStep(text)
		if !ok {
			c.FailAll(link, step+1, offset, "step %d is not an equation: %q", i+1, workloads.Clip(text))
			c.known = false
			continue
		}
		if c.known && left != c.left || term != t {
			c.Mark(link, offset, len(text), "step %d adds %d to %d", i+1, term, left)
		}
		if left+term != result {
			c.Mark(step, offset, len(text), "%d+%d is not %d", left, term, result)
		}
		c.left, c.known = result, true
	}
}

// result reads the result, -1 if it is not a number, and compares it with the
// true sum.
func (c *sumCheck) result(sum int) (answer, offset int) {
	text, after, found := strings.Cut(c.rest, ";")
	offset = c.end - len(c.rest)
	c.rest, c.open = after, found
	answer, ok := workloads.Number(text)
	switch {
	case !ok:
		c.Mark(sum, offset, len(text), "the answer is not a number: %q", workloads.Clip(text))
		return -1, offset
	case answer != c.total:
		c.Mark(sum, offset, len(text), "the answer is %d instead of %d", answer, c.total)
	}
	return answer, offset
}

// link compares the result with that of the last step.
func (c *sumCheck) link(link, answer, offset int) {
	if answer < 0 {
		c.Fail(link, offset, "the answer is not a number")
	} else if !c.known || answer != c.left {
		c.Fail(link, offset, "the answer %d is not the last result", answer)
	}
}

// parseStep reads "a+b=c".
func parseStep(s string) (a, b, c int, ok bool) {
	left, right, ok1 := strings.Cut(s, "=")
	first, second, ok2 := strings.Cut(left, "+")
	a, oka := workloads.Number(first)
	b, okb := workloads.Number(second)
	c, okc := workloads.Number(right)
	return a, b, c, ok1 && ok2 && oka && okb && okc
}
