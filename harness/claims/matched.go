package claims

import (
	"fmt"
)

// near is the largest factor by which two costs may differ and still count as
// matched.
const near = 1.5

// atEqualCost compares what a swept decoder solves with the reference where
// its setting costs about as much: in passes, in arithmetic, in time. In each
// group the setting is chosen by cost alone.
func atEqualCost(groups []*Group, reference pick, label string) []Finding {
	var list []Finding
	for _, m := range []struct {
		matched Matching
		field   Field
	}{{ByNFE, NFE}, {ByFLOPs, FLOPs}, {ByTime, Seconds}} {
		ds := duels(groups, reference, func(g *Group) *Cell {
			if ref := reference(g); ref != nil {
				return Nearest(ref, g.Labelled(label), m.field, near)
			}
			return nil
		})
		f := points(fmt.Sprintf("solved by %s minus autoregressive, settings of equal %s", label, m.matched), m.matched, ds, Solved)
		if len(ds) == 0 {
			f.Note = fmt.Sprintf("no setting costs between 1/%g and %g times as much", near, near)
		} else {
			f.Note = fmt.Sprintf("in %d of %d rungs there is a setting within a factor of %g", len(ds), len(groups), near)
		}
		list = append(list, f)
	}
	return list
}

// atEqualQuality is the ratio of times of the fastest swept setting that solves
// no more than margin points less than the reference, over all groups. It is
// chosen among settings by what they did on these very instances, which
// flatters it, and says so.
func atEqualQuality(groups []*Group, reference pick, label string, margin float64) Finding {
	best := Finding{Name: fmt.Sprintf("time of the fastest setting of %s of equal quality over autoregressive", label), Matched: ByQuality, Unit: "ratio",
		Note: fmt.Sprintf("no setting certainly solves at most %g points less", margin)}
	for _, title := range titles(groups, label) {
		ds := duels(groups, reference, titled(title))
		if points("", ByQuality, ds, Solved).side(-margin) != above {
			continue
		}
		f := ratio(best.Name, ByQuality, ds, unitSeconds, 1)
		if f.Effect != nil && (best.Effect == nil || *f.Effect < *best.Effect) {
			f.P = nil // of a setting that was chosen by its outcome
			f.Note = title + ", chosen on the same instances"
			best = f
		}
	}
	return best
}
