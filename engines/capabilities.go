package engines

// Capabilities say what an engine can tell and do. Whoever measures it asks for
// nothing else: an engine is not wrong because it does not know a counter that it
// never promised. The zero value promises nothing.
type Capabilities struct {
	// TokenIDs is true for an engine that takes and gives the ids of the tokenizer
	// of the comparison. All others take and give text.
	TokenIDs bool
	// Counts is true for an engine that knows every counter of a [Usage] but those
	// of the answer. From all others each counter may be unknown.
	Counts bool
	// Repeatable is true where equal seeds give equal outputs and counters.
	Repeatable bool
	// Events is true where a [Sink] sees each forward pass.
	Events bool
	// Deliveries say how text arrives.
	Deliveries Mode
	// InFlight is the number of batches that may be at work at once; below 2 it is one.
	InFlight int
}

// InProcess are the capabilities of a decoder of this program: it does everything
// itself, and counts it.
func InProcess() Capabilities {
	return Capabilities{TokenIDs: true, Counts: true, Repeatable: true, Events: true, InFlight: 1}
}
