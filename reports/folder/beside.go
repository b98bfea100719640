package folder

import (
	"slices"

	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// Beside reads runs that a run can be drawn beside: under loads, with cells
// in common.
func Beside(own *result.Header, dir string, beside []string) ([]*view.View, error) {
	if len(beside) > 0 && own.Load == "" {
		return nil, exit.Errorf(exit.Insufficient, "%s was not run under a load, so there is nothing to draw against other loads: dllmbench run --load makes such a run", dir)
	}
	ours := map[string]bool{}
	for _, c := range own.Cells {
		ours[c.ID] = true
	}
	var list []*view.View
	for _, path := range beside {
		file, err := Read(path)
		if err != nil {
			return nil, err
		}
		if file.Header.Load == "" {
			return nil, exit.Errorf(exit.Insufficient, "%s was not run under a load", path)
		}
		if !slices.ContainsFunc(file.Header.Cells, func(c result.Cell) bool { return ours[c.ID] }) {
			return nil, exit.Errorf(exit.Insufficient, "%s and %s have no cell in common: only runs of one scenario can be drawn against their loads", path, dir)
		}
		list = append(list, view.New(file))
	}
	return list, nil
}
