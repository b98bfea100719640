package diffusion

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// turns records what each pass wrote and took back.
type turns [][2][]int

func (c *turns) Event(e *engines.Event) {
	var now [2][]int
	for _, k := range e.Committed {
		now[0] = append(now[0], k.Pos)
	}
	for _, k := range e.Revised {
		now[1] = append(now[1], k.Pos)
	}
	*c = append(*c, now)
}

func (c turns) equal(want turns) bool {
	return slices.EqualFunc(c, want, func(a, b [2][]int) bool { return slices.Equal(a[0], b[0]) && slices.Equal(a[1], b[1]) })
}

// swayed is a network over four positions whose certainty depends on which
// positions are written: a set of written positions, as digits, gives a logit
// for each. A written position's own row gives its token that logit too.
func swayed(sure map[string][]float32) enginetest.Law {
	return func(row []float32, visible []int32, pos int) {
		key := ""
		for i, id := range visible[1:] {
			if id != enginetest.Mask {
				key += string(rune('0' + i))
			}
		}
		id := int(enginetest.First) + pos - 1
		if visible[pos] != enginetest.Mask {
			id = int(visible[pos])
		}
		row[id] = sure[key][pos-1]
	}
}

// Path planning by hand: four positions in four steps, so that 1, 2, 3 and 4
// of them are written behind the steps. Scores are -ln(1 + 9e^-x) for a logit x.
//
// Position 2 is written first at 7, and then 0 and 1 appear at 8 and 9. With
// eta 1 they displace it; it comes back before 3 does. With eta 0.2 its score
// of -0.0016 beats the -0.0030 of position 0, and at 0 nothing can be displaced.
// The planner self sees 2 in its own row: at 7 as well in the first table, and
// at 12, which saves it, in the second.
func TestPathByHand(t *testing.T) {
	displaced := turns{{{2}}, {{0, 1}, {2}}, {{2}}, {{3}}}
	stays := turns{{{2}}, {{1}}, {{0}}, {{3}}}
	sure := map[string][]float32{"": {5, 3, 7, 1}, "2": {8, 9, 7, 1}, "01": {8, 9, 6, 4}, "12": {5, 9, 7, 4}, "012": {8, 9, 6, 4}}
	saved := map[string][]float32{"": {5, 3, 7, 1}, "2": {8, 9, 12, 1}, "12": {5, 9, 7, 4}, "012": {8, 9, 6, 4}}
	for _, c := range []struct {
		sure map[string][]float32
		opts engines.Options
		want turns
		rows int
	}{
		{sure, engines.Options{}, displaced, 4 + 3 + 2 + 1},
		{sure, engines.Options{"eta": 0.5}, displaced, 4 + 3 + 2 + 1},
		{sure, engines.Options{"eta": 0.2}, stays, 4 + 3 + 2 + 1},
		{sure, engines.Options{"eta": 0}, stays, 4 + 3 + 2 + 1},
		{sure, engines.Options{"planner": "self"}, displaced, 4 + 4 + 4 + 1},
		{saved, engines.Options{"planner": "self"}, stays, 4 + 4 + 4 + 1},
	} {
		c.opts["temperature"], c.opts["steps"] = 0, 4
		var got turns
		r := one(t, subject.Must(t, enginetest.NewTable(8, 8, swayed(c.sure)), "p2", c.opts), engines.Request{Prompt: []int32{3}, Budget: 4}, &got)
		if !got.equal(c.want) {
			t.Errorf("%v: written and taken back %v, want %v", c.opts, got, c.want)
		}
		const a = enginetest.First
		if u := r.Usage; !slices.Equal(r.Tokens, []int32{a, a + 1, a + 2, a + 3}) || u.N(usage.NFE) != 4 || u.N(usage.LogitRows) != c.rows || u.N(usage.SampledLogits) != 11*c.rows {
			t.Errorf("%v: %v, %+v", c.opts, r.Tokens, u)
		}
	}
}

// Without a chance to displace anything path planning is LLaDA, where the even
// quotas are the same.
func TestPathLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 18}
	for _, steps := range []int{1, 2, 3, 9, 18} {
		want := one(t, subject.Must(t, s, "llada", engines.Options{"steps": steps}), req, nil)
		for _, planner := range []string{"committed", "self"} {
			got := one(t, subject.Must(t, s, "p2", engines.Options{"steps": steps, "eta": 0, "temperature": 0, "planner": planner}), req, nil)
			if !slices.Equal(got.Tokens, want.Tokens) || got.Usage.N(usage.NFE) != want.Usage.N(usage.NFE) || got.Usage.N(usage.RevisedTokens) != 0 {
				t.Errorf("%s in %d steps: %v %+v\nllada: %v %+v", planner, steps, got.Tokens, got.Usage, want.Tokens, want.Usage)
			}
			if planner == "committed" && got.Usage != want.Usage {
				t.Errorf("%d steps: %+v, llada %+v", steps, got.Usage, want.Usage)
			}
		}
	}
	risky := one(t, subject.Must(t, s, "p2", engines.Options{"eta": 100.0}), req, nil)
	if risky.Usage.N(usage.RevisedTokens) == 0 || slices.Contains(risky.Tokens, enginetest.Mask) {
		t.Errorf("eta 100: %v %+v", risky.Tokens, risky.Usage)
	}
}

// After step i of s there are n·(s-i)/s masks, rounded down, whatever is
// displaced; with more steps than positions too.
func TestPathSchedule(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, c := range []struct{ n, steps int }{{13, 4}, {5, 5}, {7, 20}, {1, 3}} {
		for _, planner := range []string{"committed", "self", "remask"} {
			e := subject.Must(t, s, "p2", engines.Options{"steps": c.steps, "planner": planner, "eta": 3.0})
			masks, scored := []int{}, 0
			one(t, e, engines.Request{Prompt: []int32{5}, Budget: c.n, Seed: 2}, engines.SinkFunc(func(e *engines.Event) {
				if len(e.Committed) == 0 && len(e.Revised) == 0 {
					scored++
					return
				}
				masks = append(masks, e.Masked)
			}))
			for _, left := range masks {
				possible := false
				for i := range c.steps {
					possible = possible || left == c.n*(c.steps-i-1)/c.steps
				}
				if !possible {
					t.Errorf("%s, %d positions in %d steps: %v masks are left", planner, c.n, c.steps, masks)
				}
			}
			if !slices.IsSortedFunc(masks, func(a, b int) int { return b - a }) || masks[len(masks)-1] != 0 {
				t.Errorf("%s, %d positions in %d steps: %v masks are left", planner, c.n, c.steps, masks)
			}
			if planner == "committed" && c.steps <= c.n && (scored > 0 || len(masks) != c.steps) {
				t.Errorf("%d positions in %d steps: %d passes, %d without a change", c.n, c.steps, len(masks), scored)
			}
		}
	}
}

// The planner remask: position 0 is the surest of an empty canvas, but next to
// anything written the network thinks little of it. As soon as it is hidden
// while something else is in sight, it is displaced in the next step. What is
// hidden is hidden for one pass and counts as nothing else.
func TestPathRemasksWhatItHides(t *testing.T) {
	const n = 6
	hidden, displaced := 0, 0
	for seed := range uint64(30) {
		var canvas []int32 // as the last row saw it
		net := enginetest.NewTable(8, 8, func(row []float32, visible []int32, pos int) {
			canvas = slices.Clone(visible[1:])
			at := pos - 1
			row[int(enginetest.First)+at] = float32(7 - at%3)
			if at == 0 && slices.ContainsFunc(canvas, func(id int32) bool { return id != enginetest.Mask }) {
				row[int(enginetest.First)] = 1
			}
		})
		e := subject.Must(t, net, "p2", engines.Options{"planner": "remask", "temperature": 0, "steps": n})
		written := make([]bool, n)
		due := false // position 0 was hidden in the pass before
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: n, Seed: seed}, engines.SinkFunc(func(e *engines.Event) {
			scoring := len(e.Committed) == 0
			for i, is := range written {
				if is && !scoring && canvas[i] == enginetest.Mask {
					t.Errorf("seed %d: a step sees %v, written is %v", seed, canvas, written)
				}
			}
			if scoring {
				due = written[0] && canvas[0] == enginetest.Mask && slices.ContainsFunc(canvas, func(id int32) bool { return id != enginetest.Mask })
				for i, is := range written {
					if is && canvas[i] == enginetest.Mask {
						hidden++
					}
				}
				return
			}
			if due {
				if !slices.ContainsFunc(e.Revised, func(k engines.Commit) bool { return k.Pos == 0 }) {
					t.Errorf("seed %d: position 0 stays", seed)
				}
				displaced++
			}
			due = false
			for _, k := range e.Committed {
				written[k.Pos] = true
			}
			for _, k := range e.Revised {
				written[k.Pos] = false
			}
		}))
		if u := r.Usage; u.N(usage.CommittedTokens) != n+u.N(usage.RevisedTokens) || u.N(usage.NFE) > 2*n-2 || u.N(usage.NFE) < n {
			t.Errorf("seed %d: %+v", seed, u)
		}
	}
	if hidden < 100 || displaced < 10 {
		t.Errorf("%d tokens were hidden, %d displaced", hidden, displaced)
	}
}

// A written token's row predicts its successor in ordinary weights, so self is
// untrained use there and not in weights whose tokens predict themselves.
func TestPathSaysWhatIsUntrained(t *testing.T) {
	for _, c := range []struct {
		planner string
		self    bool
		want    bool
	}{{"committed", false, false}, {"remask", false, false}, {"self", false, true}, {"self", true, false}} {
		cfg := enginetest.Config(11, 8)
		cfg.SelfPrediction = c.self
		e := subject.Must(t, enginetest.NewTableOf(cfg, swayed(nil)), "p2", engines.Options{"planner": c.planner})
		if got := e.Info().Untrained; (len(got) > 0) != c.want {
			t.Errorf("%+v: untrained is %q", c, got)
		}
	}
}
