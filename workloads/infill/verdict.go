package infill

import "dllmbench/workloads"

// verdict is the state of judging one output.
type verdict struct {
	workloads.Verdict
	out  string // the output without white space around it
	lead int    // bytes of white space before it
	gap  int    // where the gap starts in out
}

func newVerdict(output string, gap int) *verdict {
	out, lead := workloads.Trim(output)
	return &verdict{out: out, lead: lead, gap: gap}
}

// at returns n bytes of the output from byte i on, or fewer where it ends.
func (v *verdict) at(i, n int) string {
	i = min(i, len(v.out))
	return v.out[i:min(i+n, len(v.out))]
}

// wrong records a violation by n bytes from byte i of out on, as far as there
// are any.
func (v *verdict) wrong(constraint, i, n int, format string, args ...any) {
	if i >= len(v.out) {
		v.Fail(constraint, -1, format, args...)
		return
	}
	v.Mark(constraint, v.lead+i, min(n, len(v.out)-i), format, args...)
}

// same wants some text from byte i of out on.
func (v *verdict) same(constraint, i int, want, doc string) {
	if v.at(i, len(want)) != want {
		v.wrong(constraint, i, len(want), "%s", doc)
	}
}

// exactly wants one text in the gap, judged in units of n bytes. A unit
// includes the separator after it, if there is one in the gap.
func (v *verdict) exactly(want string, n int, noun string) {
	for i := 0; i*n < len(want); i++ {
		unit := want[i*n : min((i+1)*n, len(want))]
		if got := v.at(v.gap+i*n, len(unit)); got != unit {
			v.wrong(i, v.gap+i*n, len(unit), "%s %d of the gap is %q instead of %q", noun, i+1, got, unit)
		}
	}
}
