package claims

import (
	"fmt"
	"slices"
)

// own are the tasks of experiment "own-weights", each as one group: its cells are
// of different weights, trained for the kind of their decoder alone. They tell
// what of a verdict comes from sharing one network, and decide nothing.
func (ev *Evidence) own() []*Group {
	var list []*Group
	for _, g := range ev.Find("own-weights") {
		task := sameTask(list, g)
		if task == nil {
			task = &Group{Place: g.ButWeights(), Experiment: g.Experiment, Chance: g.Chance, Knobs: g.Knobs}
			list = append(list, task)
		}
		task.Cells = append(task.Cells, g.Cells...)
	}
	return list
}

// sameTask is the group among those of own at the place of g but for its weights;
// nil without one.
func sameTask(own []*Group, g *Group) *Group {
	i := slices.IndexFunc(own, func(o *Group) bool { return o.Place == g.ButWeights() })
	if i < 0 {
		return nil
	}
	return own[i]
}

// ownWords begin the names of findings on weights of one's own.
const ownWords = "each on weights of its own: "

// onOwn compares b with a on the tasks of own that one of their decoders solves:
// right answers, and with costs also arithmetic and passes. Times are left out:
// decoders on different weights do not take turns.
func (ev *Evidence) onOwn(name string, a, b pick, costs bool) []Finding {
	name = ownWords + name
	ds := duels(competent(ev.own(), &Verdict{}), a, b)
	if len(ds) == 0 {
		return []Finding{{Name: name, Matched: ByTokens, Unit: "points", Note: "not measured"}}
	}
	solved := points(name+", solved", ByTokens, ds, Solved)
	solved.Note = "on " + ds[0].a.Weights
	if x, y := ds[0].a.Weights, ds[0].b.Weights; x != y {
		solved.Note = fmt.Sprintf("on %s and %s", y, x)
	}
	list := []Finding{solved}
	if costs {
		list = append(list, ratio(name+", arithmetic", ByTokens, ds, unitFLOPs, 1), ratio(name+", passes", ByTokens, ds, unitNFE, 1))
	}
	return list
}

// first picks the first cell of an engine.
func first(label string) pick {
	return func(g *Group) *Cell {
		if cells := g.Labelled(label); len(cells) > 0 {
			return cells[0]
		}
		return nil
	}
}

// owned is the cell of a role on weights of its own, at the task of a group; of
// several the one that costs about as much as the other.
func (j *coherenceJudge) owned(role string, f Field) picker {
	own := j.ev.own()
	return func(g *Group, other *Cell) *Cell {
		switch task := sameTask(own, g); {
		case task == nil:
			return nil
		case other == nil:
			return j.plain(role)(task, nil)
		default:
			return j.equal(role, f)(task, other)
		}
	}
}

// ownSlope is the slope of claim 5 on weights of one's own.
func (j *longJudge) ownSlope(trained func(*Group) bool) Finding {
	apart := *j
	apart.v = &Verdict{} // what is left out here is no news about the verdict
	own := apart.lengths(j.ev.own(), "diffusion", trained)
	f := j.slope(ownWords+"steps in proportion to the length", &own)
	switch {
	case len(own.x) > 0:
	case len(apart.v.Excluded) > 0:
		f.Note = apart.v.Excluded[0]
	default:
		f.Note = "not measured"
	}
	return f
}
