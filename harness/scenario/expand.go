package scenario

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
)

// WeightsInfo is what has to be known of weights before a run can be planned.
type WeightsInfo struct {
	Digest string // "sha256:…" of the model, "" if not known before the weights are made
	// WeightsAlone is the digest of the weights without the rest of the model.
	WeightsAlone string
	Precision    string // of the matrices, in words; \"\" before large weights are read
	Params       int64  // trainable numbers
	Context      int    // most positions of prompt and budget together
	Vocab        int    // token ids are 0 … Vocab-1
	// Longest is the longest text of the training, where Context is more; 0 where it is not.
	Longest int
	// TooLarge says why random weights have no room in memory; "" where they have.
	TooLarge string
	// Special ids never occur in a random prompt: mask, end, pad.
	Special []int32
	Codec   engines.Codec // nil for a shape
	Shape   string        // layers, widths and vocabulary, in words
	Trained string        // how finished text saw itself, in words
	// Chat opens the chat template; the form is nil where there is none. Chat itself is
	// nil for weights that never have one.
	Chat func(Chat) (Form, error)
	// Check, if set, refuses option values that do not go together, that do not
	// fit a token budget (a budget that is no multiple of the block length where
	// the rule needs it), or that need something these weights lack. It says what
	// the engine will be. A budget of 0 is for rating choices.
	Check func(engine, preset string, options engines.Options, budget int) (engines.Info, error)
}

// Expand makes the exact cells, until ctx ends. about describes weights; its error is a
// problem of the set-up and is returned as it is. Values that do not fit the
// weights or the budgets are [Problems].
func (s *Scenario) Expand(ctx context.Context, about func(weights.Name) (WeightsInfo, error)) (*Plan, error) {
	return s.expand(ctx, about, false)
}

// Sketch is Expand for a plan that is not run: of each rung and prompt length it looks
// at no more than some instances, so that it is quick.
func (s *Scenario) Sketch(ctx context.Context, about func(weights.Name) (WeightsInfo, error)) (*Plan, error) {
	return s.expand(ctx, about, true)
}

func (s *Scenario) expand(ctx context.Context, about func(weights.Name) (WeightsInfo, error), sketch bool) (*Plan, error) {
	x := &expander{collector: collector{sources: s.sources}, s: s, about: about, plan: &Plan{Scenario: s, SHA256: fmt.Sprintf("%x", sha256.Sum256(s.Text)), Chats: slices.Clone(s.notes)},
		known: map[weights.Name]WeightsInfo{}, budgets: map[rungKey]int{}, ids: map[string]bool{}, prompts: map[costKey]Items{}, kin: map[string]*kin{}, refused: map[string]bool{}, ctx: ctx, sketch: sketch}
	if x.bound(); len(x.list) > 0 {
		return nil, x.err()
	}
	if err := x.checkpoints(); err != nil {
		return nil, err
	}
	for _, t := range s.Tasks {
		if err := x.task(t); err != nil {
			return nil, err
		}
	}
	for _, c := range s.Costs {
		if err := x.cost(c); err != nil {
			return nil, err
		}
	}
	if left := x.plan.LeftOut; len(x.plan.Groups) == 0 && len(left) > 0 && len(x.list) == 0 {
		var entries []entry
		for _, t := range s.Tasks {
			entries = append(entries, t.entry)
		}
		for _, c := range s.Costs {
			entries = append(entries, c.entry)
		}
		x.add(entries[0].at, "nothing is left to measure: %s", strings.Join(left, "; "))
	}
	if len(x.list) == 0 {
		x.publishedModels()
	}
	if err := cmp.Or(ctx.Err(), x.err()); err != nil {
		return nil, err
	}
	if len(s.Models) > 0 {
		x.plan.gather()
	}
	x.repeats()
	return x.plan, nil
}

// expander makes the groups of a plan.
type expander struct {
	collector
	s       *Scenario
	about   func(weights.Name) (WeightsInfo, error)
	known   map[weights.Name]WeightsInfo
	budgets map[rungKey]int
	plan    *Plan
	work        // of the groups so far
	kept    int // requests that are held as a whole
	prompts map[costKey]Items
	kin     map[string]*kin // of the models of families, by name
	ctx     context.Context
	sketch  bool
	ids     map[string]bool
	refused map[string]bool // decoders and why: once, not for every budget
	repeat  []repeated
}

// rungKey is what the longest answer of a rung, in tokens, depends on.
type rungKey struct {
	workload string
	rung     int
	codec    engines.Codec
	rated    bool // of all choices
}

func (x *expander) info(w weights.Name) (WeightsInfo, error) {
	if info, ok := x.known[w]; ok {
		return info, nil
	}
	info, err := x.about(w)
	if err != nil {
		return info, err
	}
	x.known[w] = info
	return info, nil
}

// task adds the groups of a workload entry.
func (x *expander) task(t Task) error {
	sides, err := x.sides(t)
	if err != nil {
		return err
	}
	if t.Planted != nil && !x.plantable(t) {
		return nil
	}
	for i := range sides {
		var ok bool
		if sides[i].form, ok = x.form(t, sides[i]); !ok {
			return nil
		}
	}
	for _, rung := range t.Rungs {
		for _, party := range x.parties(sides) {
			if err := x.ctx.Err(); err != nil {
				return err
			}
			x.rung(t, rung, party)
		}
	}
	return nil
}

// rung adds the groups of a rung on the sides of a party: one for each token budget and
// each start, and for each side. Those of all sides decode the same instances.
func (x *expander) rung(t Task, rung int, party []side) {
	var rooms []room
	for _, s := range party {
		if t.SHA256 != "" && t.Budget == nil && x.longest(t, rung, s.info.Codec) <= 1 {
			if t.Score != "" {
				x.add(t.at, "no item of %s has choices that could be rated; score: %s is for items with choices", rungName(t, rung), t.Score)
				return
			}
			x.add(t.at, "no item of %s has an answer from which a token budget could follow; give the entry a \"budget\" in tokens", rungName(t, rung))
			return
		}
		place := room{s.info.Codec, s.form, math.MaxInt}
		if t.Skip {
			budget := slices.Max(x.taskBudgets(t, rung, s.info.Codec, 0))
			if place.tokens = s.info.Context - budget; place.tokens < 1 {
				x.leaveOut(t, rung, "a token budget of %d leaves no room for a prompt in the context of weights %s (%d)", budget, s.weights, s.info.Context)
				return
			}
		}
		rooms = append(rooms, place)
	}
	var parts [][]group // by side
	for k, s := range party {
		rooms[0], rooms[k] = rooms[k], rooms[0] // its own first
		list, ok := x.onSide(t, rung, s, rooms)
		if !ok {
			return
		}
		rooms[0], rooms[k] = rooms[k], rooms[0]
		parts = append(parts, list)
	}
	for i := range parts[0] {
		var together []group
		for _, list := range parts {
			if i >= len(list) { // a problem was noted
				return
			}
			g := list[i]
			g.cell.Family = parts[0][i].cell.Family // templates have a length of their own in each tokenizer
			together = append(together, g)
		}
		x.groups(t.entry, together...)
	}
}

// room is how many tokens a prompt may have.
type room struct {
	codec  engines.Codec
	form   Form
	tokens int
}

func rungName(t Task, rung int) string {
	return t.Workload.Name() + " " + t.Workload.Rungs()[rung].Name
}

// leaveOut notes once why a rung is left out.
func (x *expander) leaveOut(t Task, rung int, format string, args ...any) {
	x.plan.LeftOut = lists.With(x.plan.LeftOut, rungName(t, rung)+": left out, "+fmt.Sprintf(format, args...))
}

// onSide makes the groups of a rung on one side, by token budget and start; ok is false
// where there are none. Prompts have room in the first of rooms, its own, and all others.
func (x *expander) onSide(t Task, rung int, s side, rooms []room) (list []group, ok bool) {
	r, info := t.Workload.Rungs()[rung], s.info
	items, err := x.taskItems(t, rung, rooms)
	if err != nil {
		x.add(t.at, "weights %s: %v", s.weights, err)
		return nil, false
	}
	if items.Len() == 0 && items.skipped > 0 {
		x.leaveOut(t, rung, "none of its prompts (%d) has at most the %d tokens for which the context of weights %s (%d) has room beside a budget of %d",
			items.skipped, rooms[0].tokens, s.weights, info.Context, info.Context-rooms[0].tokens)
		return nil, false
	}
	cell := result.Cell{Workload: t.Workload.Name(), Rung: r.Name, Split: string(t.Split), Knobs: r.Knobs, Skipped: items.skipped}
	cell.Checkpoint = x.s.model(s.weights).Name
	k := s.kin
	if cell.TokensOf = s.tokensOf; cell.TokensOf != "" {
		if t.Planted != nil {
			x.add(t.at, "planted errors are tokens, and the tokenizers of the models that are compared differ; leave planted out, or choose engines of one model")
			return nil, false
		}
	}
	if there := s.endpoint; there != nil {
		cell.Endpoint = &there.About
		if t.ForceLength && there.Ends != "" {
			x.add(t.at, "force_length: %s: %s; choose other engines for this entry", s.weights, there.Ends)
			return nil, false
		}
		if items.template > 0 && !there.Fills {
			x.add(t.at, "%s has gaps, and %s cannot fill one; choose other engines for this entry, or an endpoint of kind fim", rungName(t, rung), s.weights)
			return nil, false
		}
	}
	if items.template > 0 && len(t.Stop) > 0 {
		x.add(t.at, "%s has gaps of a given length, which no stop text ends; leave \"stop\" out", rungName(t, rung))
		return nil, false
	}
	cell.Stop, cell.ForceLength = t.Stop, t.ForceLength
	if t.Score != "" {
		if s.endpoint != nil {
			x.add(t.at, "score: %s needs the probabilities of given texts, which %s does not give: answers with logprobs and echo are not read; choose other engines for this entry", Likelihood, s.weights)
			return nil, false
		}
		cell.Score, cell.Primary, cell.Draws = t.Score, t.Primary, t.Draws
	}
	samples, seeds := t.Samples, x.s.pooled()
	if samples *= max(1, len(seeds)); samples > 1 {
		cell.Samples, cell.Seeds = samples, seeds
	}
	if samples > maxSamples {
		x.add(t.at, "%d samples with each of %d seeds are more than the %d allowed", t.Samples, len(seeds), maxSamples)
		return nil, false
	}
	if s.form != nil {
		cell.Chat = Shape(s.form, t.Turns)
	}
	if t.SHA256 != "" {
		cell.Dataset, cell.Task = "sha256:"+t.SHA256, t.Card
	}
	if items.judged {
		cell.Chance = &r.Chance
	}
	budgets := x.taskBudgets(t, rung, info.Codec, items.template)
	counted := budgets
	if k != nil && items.template == 0 {
		counted = x.taskBudgets(t, rung, k.counting, 0)
	}
	for i, budget := range budgets {
		if k != nil {
			cell.Family = &result.Family{Root: k.root, Digest: k.digest, Budget: counted[i]}
		}
		for _, begin := range x.starts(t, items.Items, info.Codec, budget) {
			cell.Planted = begin.planted
			g := group{
				Group: Group{Weights: s.weights, Codec: info.Codec, Workload: t.Workload, Stop: items.stop, Until: t.Stop, ForceLength: t.ForceLength, Score: t.Score, Primary: t.Primary, Draws: t.Draws, Budget: budget, Samples: samples, Seeds: seeds},
				cell:  cell, mute: items.mute, info: info, engines: s.engines,
				items: func(batch int) Items { return begin.items.First(items.Len() / batch * batch) },
			}
			if cell.TokensOf != "" {
				g.Counting = k.counting
			}
			if s.endpoint != nil {
				g.Open, g.System = s.endpoint.Open, t.Chat.System
			}
			list = append(list, g)
		}
	}
	return list, true
}

// cost adds the groups of a cost entry.
func (x *expander) cost(c Cost) error {
	for _, e := range c.engines {
		if x.s.Engines[e].Endpoint != nil {
			x.add(c.at, "%s takes text, and a cost entry has random tokens; name the engines of the entry without it", x.s.Engines[e].Name)
			return nil
		}
	}
	info, err := x.info(c.Weights)
	if err != nil {
		return err
	}
	if info.TooLarge != "" {
		x.plan.LeftOut = lists.With(x.plan.LeftOut, fmt.Sprintf("%s: left out, %s", c.Weights, info.TooLarge))
		return nil
	}
	if info.Vocab <= len(info.Special) {
		return fmt.Errorf("weights %s have no ordinary tokens for random prompts", c.Weights)
	}
	for _, prompt := range c.Prompt {
		for _, budget := range c.Budget {
			if n := prompt + budget; n > info.Context {
				x.add(c.at, "a prompt of %d tokens and a budget of %d make %d positions; %s has a context of %d", prompt, budget, n, c.Weights, info.Context)
				continue
			}
			x.groups(c.entry, group{
				Group: Group{Weights: c.Weights, Budget: roundUp(budget, x.s.Generation.BudgetMultiple)},
				cell:  result.Cell{CostOnly: true, PromptLen: &prompt}, info: info, engines: c.engines,
				items: func(batch int) Items { return x.costItems(c, prompt, batch, info) },
			})
		}
	}
	return nil
}

// group is a group before batch size, threads and engines are put in.
type group struct {
	Group
	cell    result.Cell
	mute    string // why answers to some items cannot be judged, "" if they can
	info    WeightsInfo
	engines []int // indices of Scenario.Engines
	items   func(batch int) Items
}

// groups adds one group of each of a party for each batch size and thread count.
func (x *expander) groups(e entry, party ...group) {
	if x.full() || x.ctx.Err() != nil {
		return
	}
	m := x.s.measurement(e)
	if m.Order == Once && e.own.Repeats > 1 {
		x.add(e.at, "order once decodes each instance a single time, which repeats %d contradicts; leave repeats out, or choose order %s, %s, %s or %s", e.own.Repeats, Paired, Random, Alternate, Sequential)
	}
	if m.Order == Sequential && m.Enough != nil && party[0].Workload != nil {
		x.add(e.at, "until looks at all cells after each %d instances, and order sequential finishes one cell before the next; choose order %s, %s, %s or %s", LookEvery, Paired, Random, Alternate, Once)
	}
	variants, all := make([][]variant, len(party)), 0
	for k := range party {
		g, info := &party[k], party[k].info
		g.Repeats, g.Order, g.Trace = m.Repeats, m.Order, m.Trace
		if g.Workload != nil {
			g.Enough = m.Enough
		}
		if g.Score != "" { // nothing is written that a trace could show
			g.Trace = 0
		}
		g.cell.Experiments = e.experiments
		g.cell.Weights, g.cell.Digest, g.cell.WeightsAlone, g.cell.Params, g.cell.Budget = g.Weights.String(), info.Digest, info.WeightsAlone, info.Params, g.Budget
		g.cell.Precision = info.Precision
		variants[k] = x.variants(e, g)
		all += len(variants[k])
	}
	for _, batch := range m.Batch {
		for k := range party {
			party[k].Items = party[k].items(batch)
			x.fits(e, party[k])
		}
		for _, threads := range m.Threads {
			if x.spend(e.at, float64(all), float64(all*party[0].Items.Len())*float64(m.Order.Runs()*m.Repeats*max(1, party[0].Samples))) {
				return
			}
			lead := "" // of the cells that take turns
			for k, g := range party {
				if !g.Order.turns() {
					lead = ""
				}
				g.Batch, g.Threads = batch, threads
				g.cell.Batch, g.cell.Threads = batch, threads
				for _, v := range variants[k] {
					c := v.cell(g.cell)
					if x.ids[c.ID] {
						x.add(e.at, "%s with a token budget of %d is planned a second time by this entry", v.title(), g.Budget)
					}
					x.ids[c.ID] = true
					if lead == "" || g.Order == Once { // nobody takes turns
						lead = c.ID
					}
					c.Group = lead
					g.Cells = append(g.Cells, c)
				}
				x.plan.Groups = append(x.plan.Groups, g.Group)
			}
		}
	}
}

// variants are those of all engines of a group, with what the engines say of themselves.
func (x *expander) variants(e entry, g *group) (variants []variant) {
	for _, index := range g.engines {
		list, err := x.s.variants(index, e.sweep)
		if err != nil {
			x.add(x.s.Engines[index].at, "%v", err)
		}
		variants = append(variants, list...)
	}
	for i, v := range variants {
		variants[i].info = engines.Info{Cache: v.engine.Preset.Cache}
		if check := g.info.Check; check != nil {
			var err error
			budget := g.Budget
			if g.Score != "" {
				budget = 0
			}
			if variants[i].info, err = check(v.engine.Preset.Engine, v.engine.Preset.Name, v.options, budget); err != nil && !x.refused[v.title()+err.Error()] {
				x.refused[v.title()+err.Error()] = true
				x.add(v.blame(), "%s with a token budget of %d: %v", v.title(), g.Budget, err)
			}
			for _, way := range variants[i].info.Untrained {
				if !g.cell.CostOnly { // random weights were trained for nothing
					x.untrained(fmt.Sprintf("%s uses %s untrained: %s", v.engine.Name, g.Weights, way))
				}
			}
		}
		if g.mute != "" && variants[i].info.Writing.Oracle {
			x.add(v.blame(), "%s picks by the checker, which cannot judge all items of %s (%s); allowed is best_of_pick likelihood", v.title(), g.cell.Workload, g.mute)
		}
	}
	if g.Score != "" {
		x.alike(variants)
		return variants
	}
	return x.once(g, variants)
}

// untrained notes a use of weights once.
func (x *expander) untrained(note string) {
	x.plan.Untrained = lists.With(x.plan.Untrained, note)
}

// fits refuses prompts that leave no room for the budget.
func (x *expander) fits(e entry, g group) {
	if len(g.Items.lengths) == 0 {
		x.add(e.at, "the workload has fewer different instances than one batch needs")
		return
	}
	longest := slices.Max(g.Items.lengths)
	n := int(longest) + g.Budget
	if most := g.info.Longest; most > 0 && n > most {
		x.untrained(fmt.Sprintf("weights %s are used untrained: texts are longer than the %d positions of the training", g.Weights, most))
	}
	if n > g.info.Context {
		hint := ""
		if g.cell.Dataset != "" {
			hint = "; too_long: skip leaves such prompts out"
		}
		x.add(e.at, "%s: a prompt of %d tokens and a budget of %d make %d positions; the weights %s have a context of %d%s",
			g.Items.ID(slices.Index(g.Items.lengths, longest)), longest, g.Budget, n, g.Weights, g.info.Context, hint)
	}
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }
