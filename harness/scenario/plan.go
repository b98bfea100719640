package scenario

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// Plan is everything that a run will do.
type Plan struct {
	Scenario *Scenario
	SHA256   string // of the scenario file, in hex
	Groups   []Group
	LeftOut  []string // what was left out, and why
	Chats    []string // what is known of files of tasks, and which prompts are put into the form of a chat though no entry says so
	Alike    []string // which engines rate choices alike
	// Untrained says which engines ask of weights what these were not trained for.
	Untrained []string
	// Checkpoints are the models of the scenario that cells run on.
	Checkpoints []result.Checkpoint
}

// Group is a set of cells that decode the same requests on the same weights in turns.
type Group struct {
	Weights  weights.Name
	Codec    engines.Codec // nil for cost-only cells
	Counting engines.Codec // counts useful text, see [result.Cell.TokensOf]; nil for Codec
	// Open makes the engine of an endpoint; nil for decoders of this program.
	Open        func(context.Context, engines.Setting) (engines.TextEngine, error) `json:"-"`
	System      *string                                                            // what the system says first, to an endpoint; nil for nothing
	Workload    workloads.Workload                                                 // nil for cost-only cells
	Stop        []int32                                                            // nil for cost-only cells: they use the whole budget
	Until       []string                                                           // texts that end an answer; nil for none
	ForceLength bool                                                               // the whole budget is written, whatever ends a text
	Score       string                                                             // Likelihood where choices are rated; "" where answers are written
	Primary     string                                                             // the reading of the ratings that decides
	Draws       int                                                                // of masks, in a rating by a bound
	Budget      int
	Batch       int
	Threads     int
	Repeats     int
	Samples     int      // independent answers to each instance, all seeds together; 0 counts as 1
	Enough      []Enough // when no further instances are needed
	Planned     int      // instances, where fewer were enough; 0 otherwise
	Seeds       []uint64 // of the scenario, with each of which as many are given; nil for one
	Order       Order
	Trace       int    // instances that are decoded once more to be traced
	Items       Items  // a multiple of Batch
	Only        []Span // the batches that are decoded here; nil for all
	Cells       []result.Cell
}

// Item is one request of a group.
type Item struct {
	ID       string
	Prompt   []int32
	Template []int32             // the canvas of an infilling task, see [Template]; its length is the token budget
	Choices  [][]int32           // answers to be rated; nil for one to be written
	Draft    []int32             // what is written at the start, nil for nothing; its length is the token budget
	Seed     uint64              // of the random draws of the first sample, the same in every repetition
	Instance *workloads.Instance // nil for cost-only cells
}

// Cells are the cells of all groups in order.
func (p *Plan) Cells() []result.Cell {
	var list []result.Cell
	for _, g := range p.Groups {
		list = append(list, g.Cells...)
	}
	return list
}

// A Round is groups whose cells take turns: one group, or one for each of the related
// checkpoints that decode the same instances.
type Round []*Group

// Rounds are those of the plan in order. The groups of one stand behind each other.
func (p *Plan) Rounds() (list []Round) {
	for i := range p.Groups {
		g := &p.Groups[i]
		if n := len(list); n > 0 && g.Cells[0].Group != "" && g.Cells[0].Group == list[n-1][0].Cells[0].Group {
			list[n-1] = append(list[n-1], g)
			continue
		}
		list = append(list, Round{g})
	}
	return list
}

// Cells are those of all groups of the round.
func (r Round) Cells() (list []result.Cell) {
	for _, g := range r {
		list = append(list, g.Cells...)
	}
	return list
}

// At is a cell of the round and its group.
func (r Round) At(cell int) (*Group, result.Cell) {
	for _, g := range r {
		if cell < len(g.Cells) {
			return g, g.Cells[cell]
		}
		cell -= len(g.Cells)
	}
	panic("scenario: the round has no such cell")
}

// gather puts rounds on the same weights behind each other, in the order in which each
// set of weights comes first, so that weights can be let go before others are loaded.
func (p *Plan) gather() {
	parts := lists.Split(p.Rounds(), func(r Round) string {
		names := ""
		for _, g := range r {
			names += g.Weights.String() + "\n"
		}
		return names
	})
	var groups []Group
	for _, part := range parts {
		for _, r := range part.Of {
			for _, g := range r {
				groups = append(groups, *g)
			}
		}
	}
	p.Groups = groups
}

// Docs has a sentence on each preset and rung of the plan, see [result.Header].
func (p *Plan) Docs() map[string]string {
	docs := map[string]string{}
	for _, e := range p.Scenario.Engines {
		docs[e.Preset.Engine+"/"+e.Preset.Name] = e.Preset.Doc
	}
	for _, g := range p.Groups {
		if g.Workload == nil || len(g.Cells) == 0 {
			continue
		}
		for _, r := range g.Workload.Rungs() {
			if c := g.Cells[0]; r.Name == c.Rung {
				docs[c.Workload+"/"+r.Name] = r.Doc + g.rating()
			}
		}
	}
	maps.DeleteFunc(docs, func(_, doc string) bool { return doc == "" })
	return docs
}

// Notes say in words what the plan leaves out.
func (p *Plan) Notes() []string {
	list := slices.Clone(p.LeftOut)
	for _, g := range p.Groups {
		c := g.Cells[0]
		note := fmt.Sprintf("%s %s: prompts too long for weights %s, left out: %d", c.Workload, c.Rung, c.Weights, c.Skipped)
		if c.Skipped > 0 && !slices.Contains(list, note) {
			list = append(list, note)
		}
	}
	if p.Sketched() {
		list = append(list, fmt.Sprintf("of each rung %d instances were looked at; there may be fewer different ones than are planned", sketchInstances))
	}
	return list
}

// Requests is the number of timed requests of a plan scaled by a factor.
func (p *Plan) Requests(factor float64) int {
	n := 0
	for i := range p.Groups {
		g := &p.Groups[i]
		repeats, batches := g.Scaled(factor)
		n += len(g.Cells) * repeats * g.Order.Runs() * max(1, g.Samples) * batches * g.Batch
	}
	return n
}

// Sketched reports whether more instances are planned than were looked at.
func (p *Plan) Sketched() bool {
	return slices.ContainsFunc(p.Groups, func(g Group) bool { return g.Items.missing > 0 })
}

// Traces is the largest number of instances that a cell is traced on.
func (p *Plan) Traces() int {
	n := 0
	for _, g := range p.Groups {
		n = max(n, g.Trace)
	}
	return n
}

// Runs is the number of timed runs of each cell on a batch: of every sample, in
// every repeat.
func (g *Group) Runs() int { return g.Order.Runs() * g.Repeats * max(1, g.Samples) }

// Sample is the number of the sample, from 0, that a repetition makes: all
// samples take turns, and the two halves of a pair block make the same one.
func (g *Group) Sample(repetition int) int {
	return repetition / g.Order.Runs() % max(1, g.Samples)
}

// SeedOf is the seed of a sample of an item: for the first one that of the item, so that
// more samples change nothing in it. Seeds of the scenario take turns, and each gives
// what it would give alone.
func (g *Group) SeedOf(i Item, sample int) uint64 {
	seed := i.Seed
	if n := len(g.Seeds); n > 0 {
		seed, sample = mix(g.Seeds[sample%n], i.ID), sample/n
	}
	if sample == 0 {
		return seed
	}
	return mix(seed, fmt.Sprintf("sample/%d", sample))
}

// LookEvery is after how many instances a group with [Group.Enough] is looked at, to see
// whether they were.
const LookEvery = 32

// Looks is the number of instances between two looks: whole batches.
func (g *Group) Looks() int { return roundUp(LookEvery, g.Batch) }

// Look is the number of looks before a batch.
func (g *Group) Look(batch int) int { return batch * g.Batch / g.Looks() }

// Ends makes the first n instances all that the group has.
func (g *Group) Ends(n int) {
	g.Planned, g.Items = g.Items.Len(), g.Items.First(n)
	g.Trace = min(g.Trace, n)
}

// Span is some batches of a group that follow each other.
type Span struct{ First, N int }

// Here reports whether a batch is one of those that are decoded here.
func (g *Group) Here(batch int) bool {
	return g.Only == nil || slices.ContainsFunc(g.Only, func(s Span) bool { return batch >= s.First && batch < s.First+s.N })
}

// Instances is the number of instances that are decoded here.
func (g *Group) Instances() int {
	if g.Only == nil {
		return g.Items.Len()
	}
	n := 0
	for _, s := range g.Only {
		n += s.N * g.Batch
	}
	return n
}

// Batches is the number of batches of a group.
func (g *Group) Batches() int { return g.Items.Len() / g.Batch }

// Scaled says how much of a group is run when the work of a plan is scaled by a
// factor: repeats first, and where they are 1, whole batches of instances, of
// each at least one. A factor above 1 adds repeats and never instances; groups
// that decode once stay as they are.
func (g *Group) Scaled(factor float64) (repeats, batches int) {
	batches = g.Batches()
	want := factor * float64(g.Repeats)
	if g.Order == Once && want > 1 {
		want = min(want, float64(g.Repeats))
	}
	if want >= 1 {
		return int(min(want, MaxRepeats)), batches
	}
	return 1, max(1, int(math.Floor(want*float64(batches))))
}

// Scale makes the plan do what [Group.Scaled] says.
func (p *Plan) Scale(factor float64) {
	for i := range p.Groups {
		g := &p.Groups[i]
		repeats, batches := g.Scaled(factor)
		g.Repeats, g.Items = repeats, g.Items.First(batches*g.Batch)
		g.Trace = min(g.Trace, g.Items.Len())
	}
}
