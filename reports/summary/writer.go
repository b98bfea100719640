package summary

import "dllmbench/reports/view"

// writer collects sentences and the counts behind the verdict.
type writer struct {
	v            *view.View
	qualityLines []string
	speedLines   []string
	stepLines    []string
	costLines    []string

	judged map[Certainty]int // tasks with scores
	lines  []Line
	more   int // tasks beyond lines

	claims int // sentences that rest on an interval

	tasks            winners // quality, by engine: not shown to be worse than the best
	leads            winners // quality, by engine: shown to be better than all others
	fastest          winners // speed, by engine: shown to be the fastest
	lossless         winners // speed, by engine: fastest of those not shown to solve less than the best
	drops, dropTasks int     // tasks where fewest steps are shown to solve less than most
}
