package result

import (
	"encoding/json"

	"dllmbench/engines/usage"
)

// Request is one decoded request. The triple (cell, repetition, instance) names
// it; if a file holds the triple twice (a resumed run tried a failed request
// again), the later record counts.
//
// A repeat is an ABBA block: the cells of a group decode the same batch of
// instances in the order A B C … C B A, or the other way round. So each block
// holds two repetitions of every cell, and pairs are made between records of one
// group and place (package place) with the same instance and pair block.
type Request struct {
	Type       string `json:"type"` // "request"
	Cell       string `json:"cell"`
	Digest     string `json:"weights_digest"`    // of the model that the engine ran on, as in Cell, random weights too; "" in older files
	Repetition int    `json:"repetition"`        // 0 … 2·repeats-1 (paired order: repeat r gives 2r and 2r+1); warm-up is not recorded
	PairBlock  int    `json:"pair_block"`        // ABBA block, numbered within the group: repeat × batches + batch
	Order      int    `json:"order"`             // place inside the block, from 0: the order of execution
	Session    int    `json:"session,omitempty"` // process that measured it, see Session; 0 is the first one
	Instance   string `json:"instance"`
	Item       string `json:"item,omitempty"` // the name of the instance in the file of tasks, see Instance
	Rung       string `json:"rung"`
	Seed       uint64 `json:"seed"`
	// PromptSHA256 is the hash of the token ids of a prompt in the form of a chat, see Cell.Chat.
	PromptSHA256 string `json:"prompt_sha256,omitempty"`
	Sample       int    `json:"sample,omitempty"`                                                      // which of the cell's samples, from 0; repetitions of a sample have its seed
	Status       string `json:"status" range:"success|truncated|timeout|oom|error|incomplete|refused"` // "success", "truncated" (budget used up before a stop id; timed and scored like success), "timeout", "oom", "error", "incomplete", "refused" (under load: the server had no room)
	Error        string `json:"error,omitempty"`
	// Log is the end, of at most 64 KiB, of what the program of an engine wrote on stderr before it died.
	Log    string `json:"log,omitempty"`
	Finish string `json:"finish" range:"|stop|budget|cancelled"` // "stop", "budget", "cancelled"
	// Varies is true where the engine says that equal seeds may give unequal outputs.
	Varies bool `json:"varies,omitempty"`

	// Usage holds the counters of the work; what nobody counted is null.
	Usage usage.Usage `json:"usage"`
	// Chars are the characters (Unicode code points) of the useful text, without what a
	// template fixes; null in older files and where there is no text.
	Chars *int `json:"chars,omitempty"`
	// OwnTokens are its tokens in the tokenizer of its own checkpoint, where another one
	// counts the useful tokens (Cell.TokensOf); null elsewhere.
	OwnTokens *int `json:"own_tokens,omitempty"`
	// Wall time of the passes that the request took part in, by kind of work;
	// null unless the request was decoded to its end.
	Spent *Spent `json:"spent"`
	// Untrained says how the decoder used weights untrained for that; absent for none.
	Untrained []string `json:"untrained,omitempty"`

	// Void says why a request decoded to its end has no times, as when the machine slept.
	Void   string `json:"void,omitempty"`
	TTFTNs *int64 `json:"ttft_ns"` // first leading token final; null when none was committed
	TTFCNs *int64 `json:"ttfc_ns"` // first commit of any position
	TTFBNs *int64 `json:"ttfb_ns"` // first block complete: the whole canvas without blocks, one token for a decoder that writes one at a time
	E2ENs  *int64 `json:"e2e_ns"`
	// Of a run under load (Header.Load): when the request came, in ns since its
	// session began, and how long it waited for the decoder; null otherwise. The
	// latency from its coming is the sum of QueueNs and E2ENs.
	IntendedNs *int64 `json:"intended_ns,omitempty"`
	QueueNs    *int64 `json:"queue_ns,omitempty"`
	// LagNs is the part of QueueNs that the sender is to blame for: the request had come,
	// the decoder had room, and it was not sent yet. Null in older files.
	LagNs *int64 `json:"lag_ns,omitempty"`
	// BatchSize is the number of requests that were decoded together, where it is
	// not the batch of the cell: under load fewer may wait. 0 otherwise.
	BatchSize int    `json:"batch_size,omitempty"`
	BatchNs   *int64 `json:"batch_ns"` // wall time of the whole batch this request was part of
	// Chunks are the deliveries of useful tokens, as pairs of ns since the start
	// and number of tokens. A token is delivered when it and all before it have
	// their final value, so that a reader could have been shown it; tokens
	// delivered in the same instant are one chunk.
	Chunks [][2]int64 `json:"chunks,omitempty"`
	// Frames is the number of deliveries in which an engine that gives text sent it.
	Frames int `json:"frames,omitempty"`
	// Program is what an engine in a program of its own says of its code, device, precision
	// and weights.
	Program string `json:"program,omitempty"`
	// Clock says whose times these are, of an engine in a program of its own.
	Clock *Clock `json:"clock,omitempty"`
	// Deliveries say when how much text of such an engine came to stay, as pairs of ns
	// since the start and number of bytes. The first is TTFTNs, the first text shown,
	// final or not, TTFCNs. Chunks need an engine that counts the
	// tokens of each, or a tokenizer that counts for all (Cell.TokensOf) and three deliveries.
	Deliveries [][2]int64 `json:"deliveries,omitempty"`
	// Wire is what the connection to an endpoint showed; absent for other engines.
	Wire *Wire `json:"wire,omitempty"`
	// EnergyUJ is the energy in µJ that the processor packages of the machine
	// took while the batch was decoded; null where the system has no counter.
	EnergyUJ *int64 `json:"energy_uj"`
	// PeakBytes is the largest resident memory of the process while the batch
	// was decoded, weights included; null where the system does not tell.
	PeakBytes *int64 `json:"peak_bytes"`

	// Unscored says why the output could not be judged: the scores are then null.
	Unscored    string   `json:"unscored,omitempty"`
	Exact       *bool    `json:"exact"` // null for cost-only cells, and where Unscored says why
	Partial     *float64 `json:"partial" range:"0..1"`
	Violations  *int     `json:"violations"`
	Constraints *int     `json:"constraints"`
	Broken      []int    `json:"broken,omitempty"` // indices of broken constraints
	// Aspects are further scores in [0, 1] by name, where the workload has any.
	Aspects map[string]float64 `json:"aspects,omitempty" range:"0..1"`
	// Ratings say how probable each choice of the instance is, in order; absent where an answer
	// was written. Output is then the choice that Cell.Primary takes.
	Ratings []Rating `json:"ratings,omitempty"`
	// Draft says what became of the tokens on the canvas at the start; null if empty.
	Draft *Fate `json:"draft,omitempty"`
	// LogProb is the log-probability in nats of the output under the generator
	// of the workload; null where the workload cannot tell, or the generator
	// never writes such a text: InSupport is then null or false.
	LogProb   *float64 `json:"log_prob,omitempty" range:"..0"`
	InSupport *bool    `json:"in_support,omitempty"`
	// JudgeNats is the negative log-likelihood in nats of the useful tokens and
	// the end token, if there is one, under the autoregressive mode of the judge
	// checkpoint, and JudgeTokens their number; null without a judge.
	JudgeNats    *float64        `json:"judge_nats,omitempty"`
	JudgeTokens  *int            `json:"judge_tokens,omitempty"`
	Output       string          `json:"output"`
	OutputSHA256 string          `json:"output_sha256" range:"sha256"` // of the useful token ids alone, little-endian int32 (what a decoder wrote behind the end of its text is not in it), or of the text of an engine without ids: exact where Output had to be cleaned to valid UTF-8
	Extra        json.RawMessage `json:"extra,omitempty"`              // a [Sample], in a few requests
}

// Wire is what the connection to an endpoint showed of a request. Times are those of this
// process, in ns since the last attempt was submitted; null where it did not come to that.
type Wire struct {
	Attempts         int               `json:"attempts"`                  // 1 where the first was answered
	WaitedNs         int64             `json:"waited_ns,omitempty"`       // before the last attempt, for refusals and rate limits
	NamedNs          *int64            `json:"named_ns,omitempty"`        // the name of the server had an address; null on a connection that was there already
	SecuredNs        *int64            `json:"secured_ns,omitempty"`      // TLS was agreed on; null without, and on a connection that was there already
	ConnectedNs      *int64            `json:"connected_ns"`              // a connection was there
	SentNs           *int64            `json:"sent_ns,omitempty"`         // all of the request
	FirstByteNs      *int64            `json:"first_byte_ns"`             // of the answer
	FirstEventNs     *int64            `json:"first_event_ns"`            // whatever it held; TTFCNs is the first text, TTFTNs the first that stayed
	FirstReasoningNs *int64            `json:"first_reasoning_ns"`        // thinking, which is no part of the output
	Events           int               `json:"events"`                    // of the stream, empty ones too
	EventsAtOnce     int               `json:"events_at_once"`            // most that one read brought: they are one delivery
	Reused           bool              `json:"reused"`                    // the connection was there already
	Address          string            `json:"address,omitempty"`         // that was dialled
	Protocol         string            `json:"protocol,omitempty"`        // "HTTP/1.1"
	Headers          map[string]string `json:"headers,omitempty"`         // of a list of names
	Model            string            `json:"model,omitempty"`           // as the server says
	Fingerprint      string            `json:"fingerprint,omitempty"`     // system_fingerprint
	Warning          string            `json:"warning,omitempty"`         // of the server, for example that it changed the temperature
	ReasoningChars   int               `json:"reasoning_chars,omitempty"` // of thinking, which is no part of the output
	// Counts are the server's own, by source: "usage.completion_tokens",
	// "timings.predicted_ms". They are never mixed with the times of this process.
	Counts   map[string]float64 `json:"counts,omitempty" range:"any"`
	Gives    []string           `json:"gives,omitempty"`    // what else the answer held: "role", "token_ids", "logprobs", "reasoning", and where usage came
	Replaced int                `json:"replaced,omitempty"` // events with bytes that are no UTF-8
}

// Clock is the time of a batch of an engine in a program of its own, from its start to
// its end, by the program's clock and by ours. BatchNs is by the one that is used.
type Clock struct {
	Used       string `json:"used"`        // child or parent: the program's where it agrees with ours to 1 ms or 1%
	ChildNs    *int64 `json:"child_ns"`    // by the program's clock; null when it does not say
	ParentNs   int64  `json:"parent_ns"`   // by ours
	PreparedNs int64  `json:"prepared_ns"` // from sending the requests to the start, which is in no other time
}

// Rating is how probable a choice is.
type Rating struct {
	Nats   float64  `json:"nats"`   // -log of its probability, or an upper bound of that, see Cell.Rates
	SE     *float64 `json:"se"`     // standard error of nats over the draws of masks, 0 where it is exact; null where one draw does not tell
	Tokens int      `json:"tokens"` // of the choice
}

// Fate counts the right and wrong tokens on the canvas at the start, the wrong ones
// that became right (mended), and the right ones that became wrong (spoiled).
type Fate struct {
	Right   int `json:"right"`
	Wrong   int `json:"wrong"`
	Mended  int `json:"mended"`
	Spoiled int `json:"spoiled"`
}

// Spent splits wall time: in the network, choosing tokens, and all else.
type Spent struct {
	ForwardNs     int64 `json:"forward_ns"`
	SamplingNs    int64 `json:"sampling_ns"`
	BookkeepingNs int64 `json:"bookkeeping_ns"`
}

// Instance describes one task instance of the run, as far as records of
// requests need it for their evaluation. It stands before the first of them.
type Instance struct {
	Type string `json:"type"`           // "instance"
	ID   string `json:"id"`             // Request.Instance
	Item string `json:"item,omitempty"` // the name that its author gave it in a file of tasks, for example the task_id of HumanEval or the index of an item of GSM8K
	// Prompt is the text before the answer, where the scenario keeps prompts or nothing
	// here can judge the answer.
	Prompt      string        `json:"prompt,omitempty"`
	Workload    string        `json:"workload"`
	Rung        string        `json:"rung"`
	Constraints []Opportunity `json:"constraints"` // Request.Broken holds indices of it
}

// Opportunity is a constraint of an instance, whatever a decoder writes.
type Opportunity struct {
	Kind      string `json:"kind"`
	Distance  int    `json:"distance"`                              // words or items between cause and check
	Direction string `json:"direction" range:"|backward|lookahead"` // "backward" (the cause comes first) or "lookahead"
}

// Sample is the "extra" field of the requests that reports show in full: the first
// ones of a cell with trained weights. Long texts are cut.
type Sample struct {
	Prompt     string   `json:"prompt"`     // text before the answer
	Answer     string   `json:"answer"`     // one correct answer
	Violations []Breach `json:"violations"` // in words
}

// Breach is a violation of a constraint, in words.
type Breach struct {
	Constraint int    `json:"constraint"`          // index in the instance's list, from 0
	Offset     int    `json:"offset" range:"-1.."` // byte offset in Request.Output where it shows, -1 if that place is missing
	Doc        string `json:"doc"`                 // what was found
	Distance   int    `json:"distance"`            // words or items between cause and check
}
