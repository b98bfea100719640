package engines

import "dllmbench/engines/usage"

// Capabilities say what an engine can tell and do. Whoever measures it asks for
// nothing else: an engine is not wrong because it does not know a counter that it
// never promised. The zero value promises nothing.
type Capabilities struct {
	// TokenIDs is true for an engine that takes and gives the ids of the tokenizer
	// of the comparison. All others take and give text.
	TokenIDs bool
	// Counters are the names of the counters that every [Usage] of the engine has;
	// all others may be unknown.
	Counters []string
	// Repeatable is true where equal seeds give equal outputs and counters.
	Repeatable bool
	// Events is true where a [Sink] sees each forward pass.
	Events bool
	// Deliveries say how text arrives.
	Deliveries Mode
	// InFlight is the number of batches that may be at work at once; below 2 it is one.
	InFlight int
	// Together is true where a text engine takes the requests of a batch in one call,
	// see [TextBatcher].
	Together bool
}

// Apart is an engine at work in another process.
type Apart interface {
	// Peak is the largest memory in bytes that it took in the last batch; nil when unknown.
	Peak() *int64
}

// InProcess are the capabilities of a decoder of this program: it does everything
// itself, and counts all of it.
func InProcess() Capabilities {
	c := Capabilities{TokenIDs: true, Repeatable: true, Events: true, InFlight: 1}
	for _, counter := range usage.Counters() {
		if e := counter.Entry(); !e.Answer {
			c.Counters = append(c.Counters, e.Name)
		}
	}
	return c
}

// Missing is the name of a counter that the engine promised and that a usage
// lacks, "" if there is none.
func (c Capabilities) Missing(u Usage) string {
	for _, name := range c.Counters {
		if counter, ok := usage.Named(name); !ok || !u[counter].Known() {
			return name
		}
	}
	return ""
}
