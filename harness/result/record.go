// Package result is the file format between a run and everything made from it.
//
// results.jsonl is append-only, one JSON object a line, told apart by "type":
// one header, the metric definitions, then request and validity records.
// Tables, plots, pages and verdicts are derived from these lines alone; nothing
// derived is stored. Durations are integer nanoseconds, and what was not
// measured is null, never 0.
package result

import (
	"cmp"
	"fmt"
	"strings"

	"dllmbench/engines/usage"
)

// Schema names the version of the format. Readers take it and the one before.
const Schema = "dllmbench/v2"

// Header is the first record of a file: what was run, on what, with what.
type Header struct {
	Type             string            `json:"type"` // "header"
	Schema           string            `json:"schema"`
	RunID            string            `json:"run_id"`
	Started          string            `json:"started" range:"time"` // RFC 3339
	Scenario         string            `json:"scenario"`
	ScenarioSHA256   string            `json:"scenario_sha256"`
	ScenarioYAML     string            `json:"scenario_yaml"`
	Seed             uint64            `json:"seed"`
	PercentileMethod string            `json:"percentile_method"`
	Env              Env               `json:"env"`
	Cells            []Cell            `json:"cells"`              // every planned cell, in order
	LeftOut          []string          `json:"left_out,omitempty"` // what of the scenario was not run, because it is too long for the weights, too large for the memory or for the time of a quick run, or decodes as another cell does, in words
	Metadata         map[string]string `json:"metadata,omitempty"`
	// Shard is set when Cells are only a part of what the scenario plans.
	Shard *Shard `json:"shard,omitempty"`
	// Load says how requests arrived, as in "poisson:5" (a second), "ramp:1:20",
	// "concurrency:4" or "offline"; "" when batch after batch was decoded.
	Load string `json:"load,omitempty"`
	// Goodput are the limits that good requests keep; nil without.
	Goodput *Goodput `json:"goodput,omitempty"`
	// Match says at which equal cost reports compare engines; nil without.
	Match *Match `json:"match,omitempty"`
	// Floor is the least quality of the fastest decoder; nil without.
	Floor *Floor `json:"quality_floor,omitempty"`
	// Published are values that others report, to be compared with the cells.
	Published []Published `json:"published,omitempty"`
	// Outputs are the files that a report makes; nil for the usual ones, empty for none.
	Outputs []Output `json:"outputs,omitzero"`
	// Claims are the numbers of the claims that the scenario wants judged.
	Claims []int `json:"claims,omitempty"`
	// Docs has a sentence on each preset ("diffusion/llada") and each rung
	// ("lists/sort-8") of the cells.
	Docs map[string]string `json:"docs,omitempty"`
	// Judge names the weights that rated outputs (Request.JudgeNats), as
	// Cell.Weights does, and JudgeDigest is the digest of that model; "" without a judge.
	Judge       string `json:"judge,omitempty"`
	JudgeDigest string `json:"judge_digest,omitempty"`
	// Checkpoints are the weights that the scenario names and cells use, in its order.
	Checkpoints []Checkpoint `json:"checkpoints,omitempty"`
}

// Checkpoint is an entry of the scenario's "models", with what was measured of it.
type Checkpoint struct {
	Name    string `json:"name"`
	Weights string `json:"weights"`                 // as in Cell
	Parent  string `json:"parent,omitempty"`        // that it was made from, as the scenario says; "" for none
	Family  string `json:"family,omitempty"`        // name of the checkpoint at the end of parents and peers; "" where the run has no relative
	Note    string `json:"note,omitempty"`          // of the scenario
	Peer    string `json:"peer,omitempty"`          // that it is compared with though it was not made from it; "" for none
	Digest  string `json:"digest"`                  // of the model
	Alone   string `json:"weights_alone,omitempty"` // of the weights alone
	Params  int64  `json:"params"`
	Shape   string `json:"shape"`   // layers, widths and vocabulary, in words
	Trained string `json:"trained"` // how finished text saw itself, in words
	// Tokenizer is the SHA-256 of the ids of Texts texts: a fixed one, and the first
	// prompts and answers of the run's tasks. Checkpoints with the same one share their
	// tokenizer as far as was measured.
	Tokenizer string `json:"tokenizer"`
	Texts     int    `json:"texts"` // that were measured
}

// SeedText is "seed 1", or "seeds 1, 2, 3 pooled" where cells pool several.
func (h *Header) SeedText() string {
	for _, c := range h.Cells {
		if len(c.Seeds) > 0 {
			return "seeds " + strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Seeds), " ", ", "), "[]") + " pooled"
		}
	}
	return fmt.Sprintf("seed %d", h.Seed)
}

// Family is what cells of checkpoints with a common ancestor share, so that they are
// compared though their weights differ.
type Family struct {
	Root   string `json:"root"`   // name of the checkpoint without a parent
	Digest string `json:"digest"` // SHA-256 of the digests of all its checkpoints in the run
	// Budget is the token budget of the task in tokens of the tokenizer that counts.
	Budget int `json:"budget"`
}

// WithEndpoints is the root of the family of cells that were compared with endpoints.
const WithEndpoints = "with endpoints"

// Shard says which part of a run a file holds.
type Shard struct {
	Index int      `json:"index"` // from 0
	Count int      `json:"count"`
	Cells []string `json:"cells"` // ids of all cells of the run, in order
	// Units are the ids of the units of work that the file holds; nil in older files, whose
	// cells are whole.
	Units []string `json:"units,omitempty"`
	// Divided are the groups of the run whose instances are divided among units.
	Divided []Divided `json:"divided,omitempty"`
}

// Divided is a group of cells that decode the same instances in turns, some of them in each
// of several units.
type Divided struct {
	Cells     []string `json:"cells"`          // ids
	Units     []string `json:"units"`          // ids of all its units
	Instances int      `json:"instances"`      // of all units together
	Runs      int      `json:"runs"`           // timed runs of each cell on an instance
	Once      bool     `json:"once,omitempty"` // each instance is decoded once: times are not paired
}

// Goodput says which requests count as good: those within all limits that are
// not null, times counting from the moment a request came.
type Goodput struct {
	TTFTNs *int64 `json:"ttft_ns,omitempty"`
	TPOTNs *int64 `json:"tpot_ns,omitempty"`
	E2ENs  *int64 `json:"e2e_ns,omitempty"`
	// Exact asks for an answer that is fully correct, Partial for a share of it.
	Exact   bool     `json:"exact,omitempty"`
	Partial *float64 `json:"partial,omitempty" range:"0..1"`
}

// Env describes the machine and the binary.
type Env struct {
	CPU         string   `json:"cpu"`
	CPUFeatures []string `json:"cpu_features"`
	Cores       int      `json:"cores"`
	L3Bytes     int64    `json:"l3_bytes,omitempty" range:"-1.."`  // absent when unknown; -1 in older files
	MemBytes    int64    `json:"mem_bytes,omitempty" range:"-1.."` // absent when unknown; -1 in older files
	Governor    string   `json:"governor"`                         // "" when unknown
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
	// Kernel is the variant of the compute kernels: "avx2" and "neon" give the same bits, "generic" (plain Go) others.
	Kernel string `json:"kernel"`
	// ProductBits is the width of the registers of matrix products, 512, 256 or 128; 0
	// in plain Go and in results of versions that did not record it.
	ProductBits int `json:"product_bits,omitempty"`
	// QuantLoops is how quantised weights are multiplied: by "amx-int8", "avx512-vnni", "avx-vnni", "avx2", "i8mm",
	// "dotprod" or "neon", with the same bits, or by "generic"; "" in results of versions that did not record it.
	QuantLoops string `json:"quant_loops,omitempty"`
	// Python says which Python ran the programs that answers are, within which limits, and what these
	// were kept from; "" where none were run.
	Python string `json:"python,omitempty"`
}

// Kernels describes the compute kernels: "avx2 with 512-bit products".
func (e Env) Kernels() string {
	if e.ProductBits == 0 {
		return e.Kernel
	}
	return fmt.Sprintf("%s with %d-bit products", e.Kernel, e.ProductBits)
}

// older moves the digest of a cell of an older file to where it belongs.
func (c *Cell) older() {
	if c.WeightsAlone == "" {
		c.WeightsAlone, c.Digest = c.Digest, ""
	}
}

// Model is the digest that tells its model from others of the same file.
func (c *Cell) Model() string { return cmp.Or(c.Digest, c.WeightsAlone) }

// Cell is one point of the matrix: an engine with options on a workload rung.
type Cell struct {
	ID      string         `json:"id"` // hash of the resolved cell
	Engine  string         `json:"engine"`
	Label   string         `json:"label"` // the name given in the scenario, shown to people
	Preset  string         `json:"preset"`
	Variant string         `json:"variant"` // the swept options, for example "steps=4 block_length=8"; "" without a sweep
	Options map[string]any `json:"options"`
	Weights string         `json:"weights"` // "builtin:v1", a path, or "shape:20m"
	// Digest is that of the model: configuration, weights and tokenizer. In older
	// files it was that of the weights alone; read from there, it is "": not known.
	Digest string `json:"weights_digest"`
	// WeightsAlone is the digest of the weights without the rest of the model.
	WeightsAlone string `json:"weights_alone,omitempty"`
	// Precision is how the matrices are kept and what they are multiplied by: "float32",
	// "Q4_0, Q6_K by int8"; "" in older files. Keys
	// and values are float32 unless it says otherwise.
	Precision string             `json:"precision,omitempty"`
	CostOnly  bool               `json:"cost_only"` // random weights: quality is null
	Params    int64              `json:"params"`
	Workload  string             `json:"workload"` // "" for cost-only cells
	Rung      string             `json:"rung"`
	Split     string             `json:"split"` // split the instances are drawn from, "" for cost-only cells
	Knobs     map[string]float64 `json:"knobs,omitempty" range:"any"`
	Chance    *float64           `json:"chance" range:"0..1"`
	PromptLen *int               `json:"prompt_len"` // fixed prompt length of cost cells
	Budget    int                `json:"budget"`     // token budget (canvas length)
	Batch     int                `json:"batch"`
	Threads   int                `json:"threads"`
	Cache     string             `json:"cache" range:"|none|exact|approximate"` // "none", "exact", "approximate"
	Revises   bool               `json:"revises,omitempty"`                     // the preset may change tokens that it wrote
	// Group is the id of the first of the cells that were decoded in turns with this
	// one: blocks have the same numbers in other groups, and nothing in common.
	Group string `json:"group,omitempty"`
	// Baseline is true of a decoder from left to right, with which others are compared.
	Baseline bool `json:"baseline,omitempty"`
	// Writing is how the decoder goes about an answer; nil in older files.
	Writing *Writing `json:"writing,omitempty"`
	// Experiments are the names under which claims look for this cell.
	Experiments []string `json:"experiments,omitempty"`
	Source      string   `json:"source,omitempty"` // where the preset is published
	// Dataset is "sha256:…" of the file that holds the tasks, "" for procedural
	// ones, and Skipped the number of its prompts that were too long.
	Dataset string `json:"dataset,omitempty"`
	Skipped int    `json:"skipped,omitempty"`
	// Planted is the number of wrong tokens on the canvas at the start; null if it is empty.
	Planted *int `json:"planted,omitempty"`
	// Samples is the number of independent answers to each instance; 0 for one.
	Samples int `json:"samples,omitempty"`
	// Seeds are those of the scenario whose answers are pooled: sample i is of seed i modulo
	// their number. Nil for one.
	Seeds []uint64 `json:"seeds,omitempty"`
	// Checkpoint is the name of the weights in the scenario's "models"; "" for none.
	Checkpoint string `json:"checkpoint,omitempty"`
	// Family is what the cell shares with those of related checkpoints; nil for none.
	Family *Family `json:"family,omitempty"`
	// TokensOf names the checkpoint whose tokenizer counts the useful tokens of the cell,
	// where those of its family differ: "NAME sha256:…"; "" for its own. Budgets and all
	// other tokens are those of its own tokenizer.
	TokensOf string `json:"tokens_of,omitempty"`
	// Origin names the program that measured the cell where it was not this one, see package
	// foreign; "" for its own. Nothing is compared with numbers of another origin.
	Origin string `json:"origin,omitempty"`
	// Endpoint describes an engine that is not of this program; nil for its own.
	Endpoint *Endpoint `json:"endpoint,omitempty"`
	// Chat is the form that a chat template gave the prompts, "{prompt}" standing for the
	// task's; "" for prompts as they are.
	Chat        string   `json:"chat,omitempty"`
	Stop        []string `json:"stop,omitempty"`                      // texts that end an answer and are no part of it
	ForceLength bool     `json:"force_length,omitempty"`              // the whole budget is written: nothing is that ends a text
	Score       string   `json:"score,omitempty" range:"|likelihood"` // "likelihood" where given choices are rated and no answer is written
	Primary     string   `json:"primary,omitempty"`                   // the reading of ratings that decides: "acc", "acc_norm", "acc_bytes"
	Draws       int      `json:"draws,omitempty"`                     // of masks for each block, where the decoder rates by a bound
	Rates       string   `json:"rates,omitempty"`                     // how the decoder rates: "exact", or by the bound "full", "block N", "block whole"
	// Task says what a task card made of the file of tasks; nil without one.
	Task *Task `json:"task,omitempty"`
}

// Task is a task card and what it was used with.
type Task struct {
	Card    string `json:"card"`    // its name
	Version int    `json:"version"` // of the card
	Style   string `json:"style"`   // in which was asked
	Shots   int    `json:"shots"`   // worked examples before each question
	Data    string `json:"data"`    // "sha256:…" of the file of items
	// Release is what the card knows that file as; "" for a file that it does not know.
	Release string `json:"release,omitempty"`
	FewShot string `json:"fewshot,omitempty"` // "sha256:…" of the file of worked examples; "" for none
	// FewShotRelease is what the card knows that file as; "" for a file that it does not know.
	FewShotRelease string `json:"fewshot_release,omitempty"`
	// Rule takes the result out of an answer; "" where a checker of its own judges.
	Rule string `json:"rule,omitempty"`
	// Prompt is the form of a question where the scenario gives another than the card.
	Prompt string `json:"prompt,omitempty"`
}

// Endpoint is an engine that is not of this program, as the user's file describes it.
type Endpoint struct {
	Name    string `json:"name"`            // in that file
	Kind    string `json:"kind"`            // "chat", "completions", "fim", "edit", "process"
	Address string `json:"address"`         // base URL, or command line
	Model   string `json:"model,omitempty"` // as the server calls it
	Mode    string `json:"mode,omitempty"`  // how text arrives: "append", "replace", "" for whole
	Prices  Prices `json:"prices,omitzero"` // of a million tokens, as the file says
}

// Prices are those of a million tokens, in the user's currency; 0 where none is known.
type Prices struct {
	Input  float64 `json:"input,omitempty"`  // of a prompt
	Cached float64 `json:"cached,omitempty"` // of input that the server had in its cache
	Output float64 `json:"output,omitempty"` // of an answer, thinking included
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
	// With names the metrics without which this one misleads and is never shown.
	With []string `json:"with,omitempty"`
	// From says what the metric is made from: "" stands for request records,
	// "trace" and "likelihood" for the commands of these names.
	From string `json:"from,omitempty"`
	// Counters are what the metric is made from: it is unknown where one of them is.
	Counters []usage.Counter `json:"-"`
	Doc      string          `json:"doc"`
	Source   string          `json:"source"`
}

// Exact reports whether the metric is the same in every run with the same seed.
func (m Metric) Exact() bool { return m.Assume == exact }

// Session is one process that measured a part of the run: the first one, each
// resumed one, and each shard of a merged run. Requests name theirs.
type Session struct {
	Type    string `json:"type"` // "session"
	Session int    `json:"session"`
	Started string `json:"started" range:"time"` // RFC 3339
	Env     Env    `json:"env"`
	// Isolated is true when each cell was decoded by a process of its own.
	Isolated bool `json:"isolated,omitempty"`
	// Probes are what servers gave when they were asked once before the session.
	Probes []Probe `json:"probes,omitempty"`
	// MemoryLimit is the most resident bytes of such a process; 0 without a limit.
	MemoryLimit int64 `json:"memory_limit_bytes,omitempty"`
	// Client is the error of the client of endpoints; null in runs without servers.
	Client *ClientError `json:"client,omitempty"`
}

// ClientError is how much later the client of endpoints read text than a server in the same
// process wrote it, measured before the session by one clock.
type ClientError struct {
	Streams  int   `json:"streams"`   // at once
	Events   int   `json:"events"`    // read of all streams together
	MedianNs int64 `json:"median_ns"` // how late half of them were read
	P99Ns    int64 `json:"p99_ns"`    // how late 1 of 100 was read, or later
	WorstNs  int64 `json:"worst_ns"`  // how late the last one was read
}

// Probe is what a server gave to one small request.
type Probe struct {
	Endpoint    string `json:"endpoint"`       // its name
	Text        string `json:"text"`           // the answer
	Deliveries  int    `json:"deliveries"`     // how many pieces the answer came in
	FirstTextNs *int64 `json:"first_text_ns"`  // ns since the request; null where there was no text before the end
	ElapsedNs   int64  `json:"elapsed_ns"`     // of the whole answer
	Wire        *Wire  `json:"wire,omitempty"` // what the connection showed
	// Listed is what the server's list of models says of this one: an object of JSON, as text.
	Listed string `json:"listed,omitempty"`
}

// Activity is what else went on while the timed runs of a group were made. Shares
// are in [0, 1]; null where the system does not tell.
type Activity struct {
	Type    string `json:"type"`  // "load"
	Group   string `json:"group"` // id of the first cell of the group
	Session int    `json:"session"`
	WallNs  int64  `json:"wall_ns"` // wall time of the timed runs
	// Pressure is the share of the time in which some task waited for a processor.
	Pressure *float64 `json:"pressure" range:"0..1"`
	// Steal is the share of processor time that a hypervisor gave to others.
	Steal *float64 `json:"steal" range:"0..1"`
	// MHzLow and MHzHigh are the extreme frequencies of a core, seen at both ends.
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

// Allocations are what a decoder allocated on the heap in the last batch of its
// warm-up, which is not timed. What the program does beside it is in the numbers
// too, so they are the same from run to run but for a few objects.
type Allocations struct {
	Type     string `json:"type"` // "allocations"
	Cell     string `json:"cell"`
	Session  int    `json:"session"`
	Requests int    `json:"requests"` // of the batch
	// Earlier is the number of batches that the decoder had decoded before: with
	// none, memory that it keeps from batch to batch is in the numbers.
	Earlier int   `json:"earlier"`
	Bytes   int64 `json:"bytes"`
	Objects int64 `json:"objects"`
}
