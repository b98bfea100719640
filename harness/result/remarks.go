package result

import "strings"

// Remarks of the audit that every reader has to see, wherever the results are shown.
const (
	Narrow = " instances were decoded: the intervals are as narrow as the scenario wants them (until)"
	Empty  = " answers are empty"
)

// Telling reports whether a reason of a cell is such a remark.
func Telling(reason string) bool {
	return strings.Contains(reason, Narrow) || strings.Contains(reason, Empty)
}
