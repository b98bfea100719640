package summary

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// winners counts tasks by engine.
type winners struct {
	of      int // tasks
	engines []string
	n       map[string]int
}

func (t *winners) add(engine string) {
	if t.n == nil {
		t.n = map[string]int{}
	}
	if t.n[engine] == 0 {
		t.engines = append(t.engines, engine)
	}
	t.n[engine]++
}

// text is "block on 6, autoregressive on 2 of 8", the most first.
func (t *winners) text() string {
	list := slices.Clone(t.engines)
	slices.SortStableFunc(list, func(a, b string) int { return t.n[b] - t.n[a] })
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprintf("%s on %d", view.Clean(e), t.n[e])
	}
	return fmt.Sprintf("%s of %d", strings.Join(parts, ", "), t.of)
}

func (t *winners) sum() int {
	n := 0
	for _, k := range t.n {
		n += k
	}
	return n
}
