package view

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/result"
)

// neighbours lists the pairs of settings that differ in the value of one
// numeric option and have no third one between them.
func neighbours(rows []*Row) [][2]*Row {
	var options []string
	for _, r := range rows {
		options = slices.AppendSeq(options, maps.Keys(r.Cell.Options))
	}
	slices.Sort(options)
	var list [][2]*Row
	for _, option := range slices.Compact(options) {
		has := slices.DeleteFunc(slices.Clone(rows), func(r *Row) bool { _, numeric := optionValue(r.Cell, option); return !numeric })
		value := func(r *Row) float64 { x, _ := optionValue(r.Cell, option); return x }
		for _, family := range Groups(has, func(r *Row) string { return r.except(func(o string) bool { return o == option }) }) {
			slices.SortStableFunc(family, func(a, b *Row) int { return cmp.Compare(value(a), value(b)) })
			for k := 1; k < len(family); k++ {
				if value(family[k-1]) != value(family[k]) {
					list = append(list, [2]*Row{family[k-1], family[k]})
				}
			}
		}
	}
	return list
}

// optionValue is a numeric option. Of steps, 0 stands for one step a token, the
// most there are.
func optionValue(c result.Cell, name string) (float64, bool) {
	x, ok := c.Option(name)
	if ok && x == 0 && steppy(name) {
		x = math.Inf(1)
	}
	return x, ok
}

// Name is that of the matched setting, "diffusion between steps=4 and steps=8"
// where it lies between two.
func (m *Matched) Name() string {
	if m.Far == nil {
		return m.B.Name
	}
	own, far := strings.Fields(m.B.Name), strings.Fields(m.Far.Name)
	return fmt.Sprintf("%s between %s and %s", own[0], strings.Join(own[1:], " "), strings.Join(far[1:], " "))
}
