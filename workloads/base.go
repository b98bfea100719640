package workloads

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Base is what all procedural workloads have alike: name, description, ladder,
// and what Generate does around drawing an instance. A workload embeds it.
type Base struct {
	name, doc string
	rungs     func() []Rung
	seeds     func(rung int) string
	draw      Draw
}

// Draw draws an instance of a rung, whose canonical form has to be of the split.
// ID, Workload and Rung are filled in afterwards.
type Draw func(rng *rand.Rand, split Split, rung, index int) Instance

// NewBase makes a base. The rungs are made from the workload's own list of them
// when they are first asked for.
func NewBase[R any](name, doc string, list []R, describe func(R) Rung, draw Draw) Base {
	return Base{name: name, doc: doc, draw: draw, rungs: sync.OnceValue(func() []Rung {
		rungs := make([]Rung, len(list))
		for i, r := range list {
			rungs[i] = describe(r)
		}
		return rungs
	})}
}

// SeedBy gives rungs the same instances where it gives them the same name.
// Without it the rung's own name seeds an instance.
func (b *Base) SeedBy(name func(rung int) string) { b.seeds = name }

// Name implements [Workload].
func (b *Base) Name() string { return b.name }

// Doc implements [Workload].
func (b *Base) Doc() string { return b.doc }

// Rungs implements [Workload]. The caller must not change them.
func (b *Base) Rungs() []Rung { return b.rungs() }

// Generate implements [Workload].
func (b *Base) Generate(split Split, rung, index int) Instance {
	rungs := b.Rungs()
	switch {
	case !slices.Contains(Splits[:], split):
		panic("workloads: the split must be train, validation or test")
	case rung < 0 || rung >= len(rungs):
		panic("workloads: the rung is not on the ladder")
	case index < 0:
		panic("workloads: the index of an instance must not be negative")
	}
	inst := b.draw(b.rand(split, rung, index), split, rung, index)
	inst.ID = fmt.Sprintf("%s/%s/%s/%d", b.name, rungs[rung].Name, split, index)
	inst.Workload, inst.Rung = b.name, rung
	return inst
}

// rand is the random source of an instance.
func (b *Base) rand(split Split, rung, index int) *rand.Rand {
	name := ""
	if b.seeds != nil {
		name = b.seeds(rung)
	} else {
		name = b.Rungs()[rung].Name
	}
	return NewRand(b.name, name, split, index)
}

// Again returns what an instance was drawn from, by its ID. It panics for an
// instance of another workload.
func (b *Base) Again(inst Instance) (rng *rand.Rand, split Split, index int) {
	parts := strings.Split(inst.ID, "/")
	if len(parts) == 4 && parts[0] == b.name && inst.Rung >= 0 && inst.Rung < len(b.Rungs()) && parts[1] == b.Rungs()[inst.Rung].Name {
		if index, err := strconv.Atoi(parts[3]); err == nil && index >= 0 {
			return b.rand(Split(parts[2]), inst.Rung, index), Split(parts[2]), index
		}
	}
	panic("workloads: not an instance of " + b.name)
}
