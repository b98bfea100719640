package view

import (
	"maps"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Aspect is a further score of a row's answers, in per cent: the verdict of another
// extraction rule, or a part of the verdict.
type Aspect struct {
	Name string
	stats.Estimate
}

// inRegistry are the aspects that metrics of the registry show.
var inRegistry = []string{"acc", "acc_norm", "acc_bytes", "parses", "type_checks", "declared", "brackets", "passes"}

// aspects are those that no metric shows, in the order of their names.
func (u *units) aspects(boot *stats.Bootstrap) []Aspect {
	names := map[string]bool{}
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			for name := range q.Aspects {
				names[name] = true
			}
		}
	}
	var list []Aspect
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if slices.Contains(inRegistry, name) {
			continue
		}
		if e, err := shareOf(result.Aspect(name), 1)(u, boot); err == nil {
			list = append(list, Aspect{name, e})
		}
	}
	return list
}
