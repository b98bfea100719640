package coherence

import (
	"cmp"
	"slices"

	"dllmbench/harness/stats"
)

// Kind is the share of kept constraints of one kind in one direction. Kinds are
// not spread evenly over distances, so a curve may fall because a harder kind
// begins; this tells.
type Kind struct {
	Kind          string          `json:"kind"`
	Direction     string          `json:"direction"`
	Opportunities int             `json:"opportunities"` // of all instances, each counted once
	Broken        float64         `json:"broken"`        // of them; the mean over the repetitions of an instance
	Instances     int             `json:"instances"`     // that have an opportunity of the kind
	Distance      float64         `json:"distance"`      // mean over opportunities
	C             *stats.Estimate `json:"c"`             // a share in [0, 1], with an interval over instances
}

// Kinds lists the kinds that the instances have, by direction and then by name.
func Kinds(list []Observation, boot *stats.Bootstrap) []Kind {
	type key struct{ direction, kind string }
	type sums struct{ kept, chances []float64 } // by instance that has the kind
	all, found := map[key]*sums{}, map[key]*Kind{}
	for _, o := range list {
		chances, broken := map[key]float64{}, map[key]float64{}
		keyOf := func(i int) key { return key{o.Constraints[i].Direction, o.Constraints[i].Kind} }
		for i, c := range o.Constraints {
			k := keyOf(i)
			if found[k] == nil {
				found[k], all[k] = &Kind{Kind: c.Kind, Direction: c.Direction}, &sums{}
			}
			chances[k]++
			found[k].Distance += float64(c.Distance)
		}
		for _, q := range o.Requests {
			for _, i := range q.Broken {
				if i >= 0 && i < len(o.Constraints) {
					broken[keyOf(i)]++
				}
			}
		}
		for k, n := range chances {
			b := broken[k] / float64(max(len(o.Requests), 1))
			s := all[k]
			s.kept, s.chances = append(s.kept, n-b), append(s.chances, n)
			found[k].Opportunities += int(n)
			found[k].Broken += b
			found[k].Instances++
		}
	}
	var kinds []Kind
	for k, kind := range found {
		kind.Distance /= float64(kind.Opportunities)
		if e, err := boot.RatioOfSums(all[k].kept, all[k].chances); err == nil {
			kind.C = widened(&e, kind.Instances)
		}
		kinds = append(kinds, *kind)
	}
	slices.SortFunc(kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Kind, b.Kind))
	})
	return kinds
}
