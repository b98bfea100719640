package workloads

import (
	"fmt"
	"strings"
)

// Builtin returns the workloads that come with the program, in the order in
// which reports show them. Each call makes new values.
func Builtin() []Workload {
	return []Workload{newLists(), newArithmetic(), newSudoku(), newStories()}
}

// ByName returns the builtin workload of that name. The error names the
// allowed ones.
func ByName(name string) (Workload, error) {
	var names []string
	for _, w := range Builtin() {
		if w.Name() == name {
			return w, nil
		}
		names = append(names, w.Name())
	}
	return nil, fmt.Errorf("unknown workload %q: allowed are %s", name, strings.Join(names, ", "))
}
