package usage

// Counter names a counter: an entry of the table, and the index of its value in
// a [Usage].
type Counter int

// The counters that are split by kind of row come first, see [Counter.In]. A
// forward pass that a batch shares counts once in each request that took part in
// it; tokens, keys and FLOPs are the request's own share.
const (
	NFE             Counter = iota // forward passes (network function evaluations), prefill and commit passes included
	QueryTokens                    // rows pushed through the network
	AttendedKeys                   // sum over query rows of the keys each one saw
	LogitRows                      // rows for which the vocabulary projection was computed
	FLOPs                          // matrix products and attention; a multiply-add is 2
	WeightBytes                    // bytes of weights read, counted once per forward pass
	CacheReadBytes                 // bytes of K/V read by attention
	CacheWriteBytes                // bytes of K/V written
	split                          // the number of them
)

// The other counters.
const (
	DenoisingSteps  = split + iota // forward passes from which tokens were chosen by denoising; 0 for autoregressive
	CanvasPositions                // positions the decoder was allowed to write
	CommittedTokens                // commits, tokens after the end of the text included
	RevisedTokens                  // commits that were changed or masked again
	PromptTokens                   // tokens of the prompt
	UsefulTokens                   // tokens written before the first stop token; fixed tokens of a template are not written
	PeakCacheBytes                 // largest K/V cache held for the request
	SampledLogits                  // logits that were read to choose tokens: vocabulary size for each row that was looked at
	// Of speculation; all are 0 without it. AcceptedTokens over VerifyingPasses is
	// the acceptance length.
	DraftedTokens   // tokens that were proposed and that a pass verified
	AcceptedTokens  // drafted tokens that were written as proposed
	VerifyingPasses // passes that verified at least one drafted token
	totals          // the number of all counters but the parts
)

// Size is the number of counters, the parts by kind of row included.
const Size = int(totals + kinds*split)

// Kind is a kind of rows in a forward pass. Where a cache keeps them for later
// passes, rows of the prompt are Prefill and rows of finished text are Commit;
// all other rows are Denoise (for autoregressive decoding too), and without a
// cache all rows are. What is done once per pass, such as reading the weights,
// counts for the kind that comes last in this order and is part of the pass. The
// three kinds sum to the total.
type Kind int

// The kinds of rows.
const (
	Prefill Kind = iota
	Commit
	Denoise
	kinds = 3
)

// Kinds lists the kinds of rows.
func Kinds() [kinds]Kind { return [kinds]Kind{Prefill, Commit, Denoise} }

// String is the name of the kind in records.
func (k Kind) String() string { return [kinds]string{"prefill", "commit", "denoise"}[k] }

// Entry is what the table says of a counter.
type Entry struct {
	Name  string // in records, baselines and options
	Unit  string // in tables
	Words string // in sentences
	// Part is the name of the counter within a kind of rows; "" for counters that
	// are not split.
	Part string
	// Peak counters add up to the larger value, all others to the sum.
	Peak bool
	// Answer counters are facts of the prompt and the answer, which whoever sees
	// both counts for itself; engines leave them unknown.
	Answer bool
	// Gate is the place of the counter among those by which two runs are compared,
	// from 1, the most telling first; 0 for counters that are not compared.
	Gate int
}

// table has an entry for each counter that is not a part, and for the parts that
// two runs are compared by.
var table = [Size]Entry{
	NFE:             {Name: "nfe", Unit: "forward passes", Words: "forward passes", Part: "passes", Gate: 1},
	DenoisingSteps:  {Name: "denoising_steps", Unit: "steps", Words: "denoising steps", Gate: 2},
	CommittedTokens: {Name: "committed_tokens", Unit: "tokens", Words: "committed tokens", Gate: 3},
	RevisedTokens:   {Name: "revised_tokens", Unit: "tokens", Words: "revised tokens", Gate: 4},
	UsefulTokens:    {Name: "useful_tokens", Unit: "tokens", Words: "useful tokens", Answer: true, Gate: 5},
	CanvasPositions: {Name: "canvas_positions", Unit: "positions", Words: "canvas positions", Gate: 6},
	PromptTokens:    {Name: "prompt_tokens", Unit: "tokens", Words: "prompt tokens", Answer: true, Gate: 7},
	FLOPs:           {Name: "flops", Unit: "FLOP", Words: "floating-point operations", Part: "flops", Gate: 8},
	QueryTokens:     {Name: "query_tokens", Unit: "rows", Words: "rows pushed through the network", Part: "query_tokens", Gate: 9},
	AttendedKeys:    {Name: "attended_keys", Unit: "keys", Words: "attended keys", Part: "attended_keys", Gate: 10},
	LogitRows:       {Name: "logit_rows", Unit: "rows", Words: "rows of logits", Part: "logit_rows", Gate: 11},
	SampledLogits:   {Name: "sampled_logits", Unit: "logits", Words: "logits read to choose tokens", Gate: 12},
	WeightBytes:     {Name: "weight_bytes", Unit: "bytes", Words: "bytes of weights read", Part: "weight_bytes", Gate: 13},
	CacheReadBytes:  {Name: "cache_read_bytes", Unit: "bytes", Words: "bytes of cache read", Part: "cache_read_bytes", Gate: 14},
	CacheWriteBytes: {Name: "cache_write_bytes", Unit: "bytes", Words: "bytes of cache written", Part: "cache_write_bytes", Gate: 15},
	PeakCacheBytes:  {Name: "peak_cache_bytes", Unit: "bytes", Words: "largest cache in bytes", Peak: true, Gate: 16},

	totals + Counter(Prefill)*split + NFE: {Name: "prefill_passes", Unit: "passes", Words: "passes that read the prompt", Gate: 17},
	totals + Counter(Commit)*split + NFE:  {Name: "commit_passes", Unit: "passes", Words: "passes that store finished text", Gate: 18},

	DraftedTokens:   {Name: "drafted_tokens", Unit: "tokens", Words: "drafted tokens", Gate: 19},
	AcceptedTokens:  {Name: "accepted_tokens", Unit: "tokens", Words: "accepted tokens", Gate: 20},
	VerifyingPasses: {Name: "verifying_passes", Unit: "passes", Words: "verifying passes", Gate: 21},
}

// Counters lists the counters that are not parts.
func Counters() []Counter {
	list := make([]Counter, totals)
	for i := range list {
		list[i] = Counter(i)
	}
	return list
}

// Split lists the counters that are split by kind of row.
func Split() []Counter { return Counters()[:split] }

// Compared lists the counters by which two runs are compared, the most telling
// first.
func Compared() []Counter {
	list := make([]Counter, Size)
	n := 0
	for c := range table {
		if place := table[c].Gate; place > 0 {
			list[place-1] = Counter(c)
			n++
		}
	}
	return list[:n]
}

// Named finds a counter by its name.
func Named(name string) (Counter, bool) {
	for c := range table {
		if table[c].Name == name && name != "" {
			return Counter(c), true
		}
	}
	return 0, false
}

// In is the part of a counter that belongs to a kind of rows. It panics for a
// counter that is not split.
func (c Counter) In(k Kind) Counter {
	if c < 0 || c >= split {
		panic("usage: the counter is not split by kind of row")
	}
	return totals + Counter(k)*split + c
}

// Of is the counter that a part belongs to, and its kind of rows.
func (c Counter) of() (total Counter, kind Kind) {
	return (c - totals) % split, Kind((c - totals) / split)
}

// Entry is what the table says of the counter.
func (c Counter) Entry() Entry {
	e := table[c]
	if c >= totals {
		total, kind := c.of()
		whole := table[total]
		if e.Name == "" {
			e = Entry{Name: kind.String() + "_" + whole.Part, Unit: whole.Unit, Words: kind.String() + " " + whole.Words}
		}
		e.Part, e.Peak = whole.Part, whole.Peak
	}
	return e
}

// String is the name of the counter.
func (c Counter) String() string { return c.Entry().Name }
