package coherence

import (
	"cmp"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Kind is the share of kept constraints of one kind in one direction. Kinds are
// not spread evenly over distances, so a curve may fall because a harder kind
// begins; this tells.
type Kind struct {
	Kind      string `json:"kind"`
	Direction string `json:"direction"`
	Kept
	Distance float64         `json:"distance"` // mean over opportunities
	C        *stats.Estimate `json:"c"`        // a share in [0, 1], with an interval over instances
}

// Kinds lists the kinds that the instances have, by direction and then by name.
func Kinds(list []Observation, boot *stats.Bootstrap) []Kind {
	type key struct{ direction, kind string }
	var kinds []Kind
	for k, t := range tallies(list, func(c result.Opportunity) (key, bool) { return key{c.Direction, c.Kind}, true }) {
		kind := Kind{Kind: k.kind, Direction: k.direction}
		kind.Kept, kind.C = t.kept(boot)
		kind.Distance = t.distance / float64(kind.Opportunities)
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Kind, b.Kind))
	})
	return kinds
}
