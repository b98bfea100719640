// Package workloadtest has what the tests of several workloads need: whether a
// score is well formed, and which constraints it says are broken. The suite that
// every workload has to pass is in the tests of package workloads/all.
package workloadtest

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/workloads"
)

// WellFormed says what is wrong with a score, or "".
func WellFormed(inst workloads.Instance, output string, s workloads.Score) string {
	broken := map[int]bool{}
	for _, v := range s.Violations {
		switch {
		case v.Constraint < 0 || v.Constraint >= len(inst.Constraints):
			return fmt.Sprintf("constraint %d of %d", v.Constraint, len(inst.Constraints))
		case broken[v.Constraint]:
			return fmt.Sprintf("constraint %d is broken twice", v.Constraint)
		case v.Offset < -1 || v.Offset > len(output) || v.Length < 0 || v.Offset+v.Length > len(output):
			return fmt.Sprintf("offset %d and length %d of %d", v.Offset, v.Length, len(output))
		case v.Doc == "" || len(v.Doc) > 500:
			return fmt.Sprintf("message of %d bytes", len(v.Doc))
		}
		broken[v.Constraint] = true
	}
	for name, x := range s.Aspects {
		if name == "" || math.IsNaN(x) || x < 0 || x > 1 {
			return fmt.Sprintf("aspect %q is %g", name, x)
		}
	}
	if s.Exact != (len(s.Violations) == 0) {
		return "exact and violations disagree"
	}
	if math.IsNaN(s.Partial) || s.Partial < 0 || s.Partial > 1 || s.Exact && s.Partial != 1 {
		return fmt.Sprintf("partial %g", s.Partial)
	}
	return ""
}

// Broken returns the constraint numbers of a score, in order.
func Broken(s workloads.Score) []int {
	var broken []int
	for _, v := range s.Violations {
		broken = append(broken, v.Constraint)
	}
	slices.Sort(broken)
	return broken
}
