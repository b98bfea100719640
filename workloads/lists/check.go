package lists

import (
	"bytes"
	"strings"

	"dllmbench/workloads"
)

// Check implements [workloads.Workload]. White space around the output is
// ignored; byte j of the rest is item j. Partial is the share of constraints
// that hold, without the one on length: where one answer is right, the share
// of right items.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	q := parseRequest(inst.Prompt)
	c := check{request: q}
	c.got, c.lead = workloads.Trim(output)
	length := len(q.items)
	switch q.op {
	case "shuffle":
		c.shuffle()
	case "replace-any":
		c.replaceAny()
	default:
		want := q.take(q.answer(nil))
		length = len(want)
		c.Total = length
		c.Items("item", string(want), c.got, c.lead)
	}

	wrong := len(c.Violations)
	if len(c.got) > length {
		c.fail(c.Total, length, len(c.got)-length, "%q follows the last item", workloads.Clip(c.got[length:]))
	}
	partial := 1 - float64(wrong)/float64(c.Total)
	c.Total++
	s := c.Score()
	s.Partial = partial
	return s
}

// check is the state of judging one output.
type check struct {
	workloads.Verdict
	request
	got  string // the output without white space around it
	lead int    // bytes of white space before it
}

// fail records a violation by n bytes from byte j of got on.
func (c *check) fail(constraint, j, n int, format string, args ...any) {
	c.Mark(constraint, c.lead+j, n, format, args...)
}

// replaceAny wants the items of the prompt, one of them replaced.
func (c *check) replaceAny() {
	n := len(c.items)
	c.Total = n + 1
	for j, digit := range c.items {
		switch {
		case j >= len(c.got):
			c.Fail(j, -1, "item %d is missing", j+1)
		case c.got[j] != digit && c.got[j] != c.item:
			c.fail(j, j, 1, "item %d is %q, neither %q nor %q", j+1, c.got[j:j+1], string(digit), string(c.item))
		}
	}
	list := c.got[:min(n, len(c.got))]
	if count := strings.Count(list, string(c.item)); count == 0 {
		c.Fail(n, -1, "no item is replaced by %c", c.item)
	} else if count > 1 {
		c.fail(n, strings.LastIndexByte(list, c.item), 1, "%d items are replaced by %c", count, c.item)
	}
}

// shuffle wants each item of the prompt once, in another order.
func (c *check) shuffle() {
	n := len(c.items)
	c.Total = n + 1
	list := c.got[:min(n, len(c.got))]
	for i, digit := range c.items {
		first, last := strings.IndexByte(list, digit), strings.LastIndexByte(list, digit)
		if first < 0 {
			c.Fail(i, -1, "%c is missing", digit)
		} else if first != last {
			c.fail(i, last, 1, "%c is there more than once", digit)
		}
	}
	if bytes.HasPrefix(c.items, []byte(list)) {
		c.Fail(n, -1, "the order is that of the prompt")
	}
}
