// Package result is the file format between a run and everything made from it.
//
// results.jsonl is append-only, one JSON object a line, told apart by "type":
// one header, the metric definitions, then request and validity records.
// Tables, plots, pages and verdicts are derived from these lines alone; nothing
// derived is stored. Durations are integer nanoseconds, and what was not
// measured is null, never 0.
package result

import (
	"encoding/json"
	"fmt"
)

// Schema names the version of the format; readers refuse another major version.
const Schema = "dllmbench/v1"

// Header is the first record of a file: what was run, on what, with what.
type Header struct {
	Type             string            `json:"type"` // "header"
	Schema           string            `json:"schema"`
	RunID            string            `json:"run_id"`
	Started          string            `json:"started"` // RFC 3339
	Scenario         string            `json:"scenario"`
	ScenarioSHA256   string            `json:"scenario_sha256"`
	ScenarioYAML     string            `json:"scenario_yaml"`
	Seed             uint64            `json:"seed"`
	PercentileMethod string            `json:"percentile_method"`
	Env              Env               `json:"env"`
	Cells            []Cell            `json:"cells"` // every planned cell, in order
	Metadata         map[string]string `json:"metadata,omitempty"`
	// Shard is set when Cells are only a part of what the scenario plans.
	Shard *Shard `json:"shard,omitempty"`
	// Load says how requests arrived, as in "poisson:5" (a second), "concurrency:4",
	// "single_stream" or "offline"; "" when batch after batch was decoded.
	Load string `json:"load,omitempty"`
	// Goodput are the limits that good requests keep; nil without.
	Goodput *Goodput `json:"goodput,omitempty"`
	// Match says at which equal cost reports compare engines; nil without.
	Match *Match `json:"match,omitempty"`
	// Floor is the least quality of the fastest decoder; nil without.
	Floor *Floor `json:"quality_floor,omitempty"`
	// Outputs are the files that a report makes; nil for the usual ones and
	// empty for none beside the records.
	Outputs []Output `json:"outputs,omitzero"`
	// Claims are the numbers of the claims that the scenario wants judged.
	Claims []int `json:"claims,omitempty"`
	// Judge names the weights that rated outputs (Request.JudgeNats), as
	// Cell.Weights does, and JudgeDigest is their digest; "" without a judge.
	Judge       string `json:"judge,omitempty"`
	JudgeDigest string `json:"judge_digest,omitempty"`
}

// Shard says which part of a run a file holds.
type Shard struct {
	Index int      `json:"index"` // from 0
	Count int      `json:"count"`
	Cells []string `json:"cells"` // ids of all cells of the run, in order
}

// Goodput says which requests count as good: those within all limits that are
// not null, times counting from the moment a request came.
type Goodput struct {
	TTFTNs *int64 `json:"ttft_ns,omitempty"`
	TPOTNs *int64 `json:"tpot_ns,omitempty"`
	E2ENs  *int64 `json:"e2e_ns,omitempty"`
	// Exact asks for an answer that is fully correct, Partial for a share of it.
	Exact   bool     `json:"exact,omitempty"`
	Partial *float64 `json:"partial,omitempty"`
}

// Env describes the machine and the binary.
type Env struct {
	CPU         string   `json:"cpu"`
	CPUFeatures []string `json:"cpu_features"`
	Cores       int      `json:"cores"`
	L3Bytes     int64    `json:"l3_bytes"` // -1 when unknown
	MemBytes    int64    `json:"mem_bytes"`
	Governor    string   `json:"governor"` // "" when unknown
	OS          string   `json:"os"`
	Arch        string   `json:"arch"`
	KernelOS    string   `json:"kernel_os"`
	// Host tells machines apart without naming them: a hash of the name and the
	// id of the machine; "" when unknown. Times of different hosts are never compared.
	Host         string `json:"host,omitempty"`
	CPUsUsable   int    `json:"cpus_usable,omitempty"`   // that this process may run on; 0 when unknown
	CoresReal    int    `json:"cores_real,omitempty"`    // without the second threads of a core; 0 when unknown
	L1DataBytes  int64  `json:"l1d_bytes,omitempty"`     // of one core; 0 when unknown, as below
	L2Bytes      int64  `json:"l2_bytes,omitempty"`      // of one core
	MHz          int    `json:"mhz,omitempty"`           // nominal frequency
	MaxMHz       int    `json:"max_mhz,omitempty"`       // highest frequency that the system allows
	Virtual      string `json:"virtual,omitempty"`       // hypervisor or container, in a word
	EnergyFrom   string `json:"energy_from,omitempty"`   // where energy is read, "" without a counter
	ClockNs      int64  `json:"clock_step_ns,omitempty"` // smallest step of the clock that was seen; 0 when not measured
	Container    string `json:"container"`               // CPU and memory limits in words, "" without
	Go           string `json:"go"`
	GOMAXPROCS   int    `json:"gomaxprocs"`
	GitSHA       string `json:"git_sha"`
	GitTime      string `json:"git_time,omitempty"` // when that commit was made, RFC 3339; "" when unknown
	Dirty        bool   `json:"dirty"`
	BinarySHA256 string `json:"binary_sha256"`
	Kernel       string `json:"kernel"` // compute kernel variant, "avx2" or "generic": results agree bit for bit within one
	// ProductBits is the width of the registers of matrix products, 512 or 256; 0
	// in plain Go and in results of versions that did not record it.
	ProductBits int `json:"product_bits,omitempty"`
}

// Kernels describes the compute kernels for a reader, for example "avx2
// with 512-bit products".
func (e Env) Kernels() string {
	if e.ProductBits == 0 {
		return e.Kernel
	}
	return fmt.Sprintf("%s with %d-bit products", e.Kernel, e.ProductBits)
}

// Cell is one point of the matrix: an engine with options on a workload rung.
type Cell struct {
	ID        string             `json:"id"` // hash of the resolved cell
	Engine    string             `json:"engine"`
	Label     string             `json:"label"` // the name given in the scenario, shown to people
	Preset    string             `json:"preset"`
	Variant   string             `json:"variant"` // the swept options, for example "steps=4 block_length=8"; "" without a sweep
	Options   map[string]any     `json:"options"`
	Weights   string             `json:"weights"` // "builtin:v1", a path, or "shape:20m"
	Digest    string             `json:"weights_digest"`
	CostOnly  bool               `json:"cost_only"` // random weights: quality is null
	Params    int64              `json:"params"`
	Workload  string             `json:"workload"` // "" for cost-only cells
	Rung      string             `json:"rung"`
	Split     string             `json:"split"` // split the instances are drawn from, "" for cost-only cells
	Knobs     map[string]float64 `json:"knobs,omitempty"`
	Chance    *float64           `json:"chance"`
	PromptLen *int               `json:"prompt_len"` // fixed prompt length of cost cells
	Budget    int                `json:"budget"`     // token budget (canvas length)
	Batch     int                `json:"batch"`
	Threads   int                `json:"threads"`
	Cache     string             `json:"cache"`             // "none", "exact", "approximate"
	Revises   bool               `json:"revises,omitempty"` // the preset may change tokens that it wrote
	// Experiments are the names under which claims look for this cell.
	Experiments []string `json:"experiments,omitempty"`
	Source      string   `json:"source,omitempty"` // where the preset is published
	// Dataset is "sha256:…" of the file that holds the tasks, "" for procedural
	// ones, and Skipped the number of its prompts that were too long.
	Dataset string `json:"dataset,omitempty"`
	Skipped int    `json:"skipped,omitempty"`
	// Planted is the number of wrong tokens among those that stood on the canvas at
	// the start; null for an empty canvas.
	Planted *int `json:"planted,omitempty"`
	// Samples is the number of independent answers to each instance; 0 for one.
	Samples int `json:"samples,omitempty"`
}

// Metric defines one metric for readers of the file.
type Metric struct {
	Type   string `json:"type"` // "metric"
	Name   string `json:"name"`
	Title  string `json:"title"` // short, for column headings
	Unit   string `json:"unit"`
	Better string `json:"better"` // "lower", "higher" or "" when neither
	Assume string `json:"assume"` // "exact" for counters, "sample" for clocks and scores
	// Quality is true for scores, which cost-only cells do not have.
	Quality bool  `json:"quality"`
	Group   Group `json:"group"`
	// With names the metrics that this one is never shown without, because it
	// misleads alone.
	With []string `json:"with,omitempty"`
	// From says what the metric is made from: "" stands for request records,
	// "trace" and "likelihood" for the commands of these names.
	From   string `json:"from,omitempty"`
	Doc    string `json:"doc"`
	Source string `json:"source"`
}

// Request is one decoded request. The triple (cell, repetition, instance) names
// it; if a file holds the triple twice (a resumed run tried a failed request
// again), the later record counts.
//
// A repeat is an ABBA block: the cells of a group decode the same batch of
// instances in the order A B C … C B A, or the other way round. So each block
// holds two repetitions of every cell, and pairs are made between records with
// the same workload, rung, budget, batch, threads, instance and pair block.
type Request struct {
	Type       string `json:"type"` // "request"
	Cell       string `json:"cell"`
	Digest     string `json:"weights_digest"`    // of the weights that the engine ran on, random ones too; "" in older files
	Repetition int    `json:"repetition"`        // 0 … 2·repeats-1 (paired order: repeat r gives 2r and 2r+1); warm-up is not recorded
	PairBlock  int    `json:"pair_block"`        // ABBA block, numbered within the group: repeat × batches + batch
	Order      int    `json:"order"`             // place inside the block, from 0: the order of execution
	Session    int    `json:"session,omitempty"` // process that measured it, see Session; 0 is the first one
	Instance   string `json:"instance"`
	Rung       string `json:"rung"`
	Seed       uint64 `json:"seed"`
	Sample     int    `json:"sample,omitempty"` // which of the cell's samples, from 0; repetitions of a sample have its seed
	Status     string `json:"status"`           // "success", "truncated" (budget used up before a stop id; timed and scored like success), "timeout", "oom", "error", "incomplete"
	Error      string `json:"error,omitempty"`
	Finish     string `json:"finish"` // "stop", "budget", "cancelled"

	PromptTokens    int   `json:"prompt_tokens"`
	CanvasPositions int   `json:"canvas_positions"`
	CommittedTokens int   `json:"committed_tokens"`
	RevisedTokens   int   `json:"revised_tokens"`
	UsefulTokens    int   `json:"useful_tokens"` // written before the first stop token; fixed tokens of a template are not written
	NFE             int   `json:"nfe"`
	DenoisingSteps  int   `json:"denoising_steps"`
	QueryTokens     int64 `json:"query_tokens"`
	AttendedKeys    int64 `json:"attended_keys"`
	LogitRows       int64 `json:"logit_rows"`
	FLOPs           int64 `json:"flops"`
	WeightBytes     int64 `json:"weight_bytes"`
	CacheReadBytes  int64 `json:"cache_read_bytes"`
	CacheWriteBytes int64 `json:"cache_write_bytes"`
	PeakCacheBytes  int64 `json:"peak_cache_bytes"`
	SampledLogits   int64 `json:"sampled_logits"` // logits read to choose tokens
	// Of speculation: tokens proposed, written as proposed, and the passes that
	// verified at least one.
	DraftedTokens   int `json:"drafted_tokens,omitempty"`
	AcceptedTokens  int `json:"accepted_tokens,omitempty"`
	VerifyingPasses int `json:"verifying_passes,omitempty"`

	// The counters above by kind of row; they sum to them. See Work.
	Prefill Work `json:"prefill"`
	Commit  Work `json:"commit"`
	Denoise Work `json:"denoise"`
	// Wall time of the passes that the request took part in, by kind of work;
	// null unless the request was decoded to its end.
	Spent *Spent `json:"spent"`
	// Untrained says in which ways the decoder used weights that they were not
	// trained for; absent if there are none.
	Untrained []string `json:"untrained,omitempty"`

	// Void says why the times of this request are null although it was decoded to
	// its end, for example because the machine slept.
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
	// BatchSize is the number of requests that were decoded together, where it is
	// not the batch of the cell: under load fewer may wait. 0 otherwise.
	BatchSize int    `json:"batch_size,omitempty"`
	BatchNs   *int64 `json:"batch_ns"` // wall time of the whole batch this request was part of
	// Chunks are the deliveries of useful tokens, as pairs of ns since the start
	// and number of tokens. A token is delivered when it and all before it have
	// their final value, so that a reader could have been shown it; tokens
	// delivered in the same instant are one chunk.
	Chunks [][2]int64 `json:"chunks,omitempty"`
	// EnergyUJ is the energy in µJ that the processor packages of the machine
	// took while the batch was decoded; null where the system has no counter.
	EnergyUJ *int64 `json:"energy_uj"`
	// PeakBytes is the largest resident memory of the process while the batch
	// was decoded, weights included; null where the system does not tell.
	PeakBytes *int64 `json:"peak_bytes"`

	// Unscored says why the output could not be judged: the scores are then null.
	Unscored    string   `json:"unscored,omitempty"`
	Exact       *bool    `json:"exact"` // null for cost-only cells, and where Unscored says why
	Partial     *float64 `json:"partial"`
	Violations  *int     `json:"violations"`
	Constraints *int     `json:"constraints"`
	Broken      []int    `json:"broken,omitempty"` // indices of broken constraints
	// Aspects are further scores in [0, 1] by name, where the workload has any.
	Aspects map[string]float64 `json:"aspects,omitempty"`
	// Draft says what became of the tokens that stood on the canvas at the start;
	// null for an empty canvas.
	Draft *Draft `json:"draft,omitempty"`
	// LogProb is the log-probability in nats of the output under the generator
	// of the workload; null where the workload cannot tell, or the generator
	// never writes such a text: InSupport is then null or false.
	LogProb   *float64 `json:"log_prob,omitempty"`
	InSupport *bool    `json:"in_support,omitempty"`
	// JudgeNats is the negative log-likelihood in nats of the useful tokens and
	// the end token, if there is one, under the autoregressive mode of the judge
	// checkpoint, and JudgeTokens their number; null without a judge.
	JudgeNats    *float64        `json:"judge_nats,omitempty"`
	JudgeTokens  *int            `json:"judge_tokens,omitempty"`
	Output       string          `json:"output"`
	OutputSHA256 string          `json:"output_sha256"`   // of the useful token ids, little-endian int32: exact where Output had to be cleaned to valid UTF-8
	Extra        json.RawMessage `json:"extra,omitempty"` // a [Sample], in a few requests
}

// Work is the part of a request's work that belongs to one kind of rows: rows of
// the prompt that a cache keeps (prefill), rows of finished text that it keeps
// (commit), and all others, from which tokens are chosen (denoise, decoding of
// autoregressive engines included).
type Work struct {
	Passes          int   `json:"passes"`
	QueryTokens     int64 `json:"query_tokens"`
	AttendedKeys    int64 `json:"attended_keys"`
	LogitRows       int64 `json:"logit_rows"`
	FLOPs           int64 `json:"flops"`
	WeightBytes     int64 `json:"weight_bytes"`
	CacheReadBytes  int64 `json:"cache_read_bytes"`
	CacheWriteBytes int64 `json:"cache_write_bytes"`
}

// Draft counts the tokens that stood on the canvas at the start, right and wrong
// ones, and those that ended otherwise: wrong ones that became right, and right
// ones that became wrong.
type Draft struct {
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
	Type        string        `json:"type"` // "instance"
	ID          string        `json:"id"`   // Request.Instance
	Workload    string        `json:"workload"`
	Rung        string        `json:"rung"`
	Constraints []Opportunity `json:"constraints"` // Request.Broken holds indices of it
}

// Opportunity is a constraint of an instance: one opportunity for a violation,
// whatever a decoder writes.
type Opportunity struct {
	Kind      string `json:"kind"`
	Distance  int    `json:"distance"`  // words or items between cause and check
	Direction string `json:"direction"` // "backward" (the cause comes first) or "lookahead"
}

// Session is one process that measured a part of the run: the first one, each
// resumed one, and each shard of a merged run. Requests name theirs.
type Session struct {
	Type    string `json:"type"` // "session"
	Session int    `json:"session"`
	Started string `json:"started"` // RFC 3339
	Env     Env    `json:"env"`
	// Isolated is true when each cell was decoded by a process of its own.
	Isolated bool `json:"isolated,omitempty"`
}

// Load is what else went on while the timed runs of a group were made. Shares
// are in [0, 1]; null where the system does not tell.
type Load struct {
	Type    string `json:"type"`  // "load"
	Group   string `json:"group"` // id of the first cell of the group
	Session int    `json:"session"`
	WallNs  int64  `json:"wall_ns"`
	// Pressure is the share of the time in which some runnable task had to wait
	// for a processor, anywhere on the machine.
	Pressure *float64 `json:"pressure"`
	// Steal is the share of processor time that a hypervisor gave to others.
	Steal *float64 `json:"steal"`
	// MHzLow and MHzHigh are the lowest and highest frequency of a core seen at
	// the beginning and the end.
	MHzLow  *float64 `json:"mhz_low"`
	MHzHigh *float64 `json:"mhz_high"`
}

// Validity says whether a cell (or the whole run, when Cell is "") may be used.
// A cell that is not Valid is used for nothing. A cell with entries in Timing is
// valid but for its times: quality and counters hold, and nothing may be
// derived from its clocks. Warnings limit what the numbers say, no more.
type Validity struct {
	Type     string   `json:"type"` // "validity"
	Cell     string   `json:"cell"`
	Valid    bool     `json:"valid"`
	Reasons  []string `json:"reasons"`            // why it is not valid; in older files warnings too, where Valid is true
	Timing   []string `json:"timing,omitempty"`   // why times must not be used
	Warnings []string `json:"warnings,omitempty"` // what limits the numbers
	// Noise is the A/A noise: the typical ratio between two timed runs of the
	// cell in one ABBA block, as the median of the larger over the smaller,
	// minus 1; null below four blocks. NoiseBlocks is the number of blocks.
	Noise       *float64 `json:"noise,omitempty"`
	NoiseBlocks int      `json:"noise_blocks,omitempty"`
}
