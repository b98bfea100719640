package summary

import (
	"fmt"
	"math"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// Matched has a section for each matching of the run: engines at equal cost, or
// at equal quality. It is nil when the run asks for none.
func Matched(v *view.View) []Section {
	if v.Header.Match == nil {
		return nil
	}
	return MatchedBy(v, *v.Header.Match)
}

// MatchedBy has a section for each of these matchings.
func MatchedBy(v *view.View, m result.Match) []Section {
	var list []Section
	for _, e := range v.EqualsBy(m) {
		s := Section{Title: matchedTitle(e.By, m)}
		lines := 0
		for _, c := range e.Found {
			if c.Far != nil {
				lines++
			}
			s.Lines = append(s.Lines, matchedLine(e.By, c))
		}
		if len(e.Found) == 0 {
			s.Lines = append(s.Lines, "No two settings of different engines are near enough.")
		}
		if lines > 0 {
			s.Lines = append(s.Lines, fmt.Sprintf("%d of these lie on the straight line between two settings that were measured (costs on a logarithmic scale); nothing is extrapolated.", lines))
		}
		if n := len(e.Missed); n > 0 {
			s.Lines = append(s.Lines, fmt.Sprintf("Left out: %d settings for which the other engine has none that is near enough and no two neighbours around it; the first is %s on %s, against %s.",
				n, name(e.Missed[0].A), view.Clean(e.Missed[0].Point.Task()), view.Clean(e.Missed[0].Label)))
		}
		list = append(list, s)
	}
	return list
}

// matchings say what was made equal, and how its costs are written.
var matchings = map[string]struct {
	title string
	unit  string
	per   float64 // what the unit is of the number
}{
	result.MatchTokens:  {"At the same token budget", " tokens", 1},
	result.MatchNFE:     {"At equal NFE", " passes", 1},
	result.MatchFLOPs:   {"At equal FLOPs", " MFLOP", 1e6},
	result.MatchTime:    {"At equal time", " ms", 1e-3},
	result.MatchQuality: {"At equal quality", "%", 1},
}

// matchedTitle says what was made equal, and how nearly.
func matchedTitle(by string, m result.Match) string {
	title := matchings[by].title
	switch by {
	case result.MatchTokens:
		return title
	case result.MatchQuality:
		return fmt.Sprintf("%s (within %g points, chosen on the same instances)", title, m.Points)
	}
	return fmt.Sprintf("%s (within a factor of %g)", title, m.Factor)
}

// matchedLine is one comparison in words.
func matchedLine(by string, c view.Matched) string {
	var facts []string
	if c.Exact != nil && by != result.MatchQuality {
		facts = append(facts, solvesMore(c.Comparison))
	}
	if c.Speed != nil && by != result.MatchTime {
		facts = append(facts, asFast(c.Comparison))
	}
	if !math.IsNaN(c.Work) && by != result.MatchFLOPs {
		facts = append(facts, fmt.Sprintf("needs %s times the FLOPs", view.Number(c.Work)))
	}
	if len(facts) == 0 {
		facts = []string{"has nothing else that was measured"}
	}
	against := fmt.Sprintf("against %s (%s)", name(c.A), matchedCost(by, c.CostA))
	own := fmt.Sprintf("%s (%s)", view.Clean(c.Name()), matchedCost(by, c.CostB))
	if c.Far != nil {
		own = view.Clean(c.Name()) + " (interpolated)"
	}
	return fmt.Sprintf("%s: %s, %s, %s.", view.Clean(c.Point.Task()), own, against, lists.And(facts))
}

// solvesMore is "solves 12 points more (+4 to +20)", or says that this is not shown.
func solvesMore(c view.Comparison) string {
	switch side, known := c.SolvesMore(); {
	case !known:
		return "solves " + points(c.Exact) + ", on too few instances to tell"
	case side > 0:
		return "solves more (" + points(c.Exact) + ")"
	case side < 0:
		return "solves less (" + points(c.Exact) + ")"
	}
	return "is not shown to differ in quality (" + points(c.Exact) + ")"
}

// matchedCost is what was made equal, with its unit.
func matchedCost(by string, x float64) string {
	return view.Number(x/matchings[by].per) + matchings[by].unit
}
