package claims

import (
	"fmt"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
)

// ownExperiment is the one whose cells are on weights of their own by design.
const ownExperiment = "own-weights"

// Needs says which decoders have to run on the same weights for the claim to be judged,
// and why; or that none have to.
func (r Rule) Needs() string {
	if len(r.SharedWeights.Roles) == 0 {
		return "no shared weights: each decoder may have a checkpoint that was made for it"
	}
	var pairs []string
	for _, roles := range r.SharedWeights.Roles {
		var labels []string
		for _, role := range roles {
			labels = append(labels, r.Decoder(role))
		}
		pairs = append(pairs, strings.Join(labels, " and "))
	}
	return fmt.Sprintf("the same weights for %s: %s", strings.Join(pairs, ", for "), r.SharedWeights.Why)
}

// measured are the cells of the claim's experiments, those on own weights left out.
func (ev *index) measured(r Rule) []*Group {
	return lists.Keep(ev.Find(r.Experiments...), func(g *Group) bool { return g.Experiment != ownExperiment })
}

// parted says which decoders that have to share weights do not; "" if all do.
func (r Rule) parted(groups []*Group) string {
	for _, g := range groups {
		for _, roles := range r.SharedWeights.Roles {
			var first *Cell
			for _, role := range roles {
				for _, c := range g.Labelled(r.Decoder(role)) {
					if first == nil {
						first = c
					}
					if c.Model() != first.Model() {
						return fmt.Sprintf("%s and %s (%s)", first.Title(), c.Title(), g.Place)
					}
				}
			}
		}
	}
	return ""
}

// onSeveral lists the decoders of groups with their checkpoints; nil where all have the
// same.
func onSeveral(groups []*Group) (names []string) {
	several := false
	for _, g := range groups {
		for _, c := range g.Cells {
			several = several || c.Model() != g.Cells[0].Model()
			names = lists.With(names, c.Label+place.On(c.Cell))
		}
	}
	if !several {
		return nil
	}
	return names
}

// inTurns reports whether the cells of each group took turns with each other.
func inTurns(groups []*Group) bool {
	for _, g := range groups {
		for _, c := range g.Cells {
			if !place.InTurns(c.Group, g.Cells[0].Group) {
				return false
			}
		}
	}
	return true
}
