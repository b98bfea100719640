// Package engines holds the contracts between decoders and everything that
// measures them. An [Engine] turns the token ids of [Request]s into [Result]s and
// reports each forward pass to a [Sink]. A [TextEngine] turns text into text, for
// models whose tokens this program does not know. Both say in [Info] what they
// can ([Capabilities]).
//
// The package imports only the standard library and the table of counters (package
// usage), so that a harness, a workload or a report can speak about decoding
// without a transformer.
// The decoders live in the folders below: autoregressive, diffusion, block and
// hybrid, and bestof, which lets any of them try several times.
package engines

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines/usage"
)

// Engine decodes requests on one model. An Engine is not safe for concurrent use.
type Engine interface {
	// Info says which decoder this is, with every option resolved.
	Info() Info
	// Generate decodes the batch and returns one Result per Request, in order.
	// A nil sink is allowed and costs nothing. When ctx ends, Generate returns
	// what it has (Finish = FinishCancelled) together with ctx.Err().
	Generate(ctx context.Context, batch []Request, sink Sink) ([]Result, error)
}

// Info describes an engine as it will run.
type Info struct {
	Engine        string  // "autoregressive", "diffusion", "block", "hybrid"
	Preset        string  // name of the published rule, for example "llada"
	Options       Options // every parameter with its resolved value
	WeightsDigest string  // "sha256:…" of the model: weights, configuration and tokenizer; all engines of a comparison share it
	WeightsAlone  string  // "sha256:…" of the weights alone; "" from older programs, whose WeightsDigest it is
	Kernel        string  // kernel variant, for example "avx2" or "generic"
	Threads       int     // worker threads used in a forward pass
	Cache         string  // "none", "exact" or "approximate"
	// Untrained says, in words, in which ways the decoder uses the weights that
	// they were not trained for; nil if there are none.
	Untrained []string
	// Trained is the number of positions of the longest text of the training, where the
	// network takes longer ones; 0 where it does not.
	Trained int
	// Program is what an engine in a program of its own says of its code, device, precision
	// and weights; "" of others.
	Program string
	// Capabilities say what the engine can tell and do.
	Capabilities Capabilities
	// Rates says how it rates choices: "exact", or a bound, "full" or "block N"; "" where it cannot.
	Rates string
	// Writing says how it goes about an answer with these options.
	Writing Writing
	// Same are option values that stand for those of Options in a comparison of decoders at
	// the token budget that was asked for: see [Same].
	Same Options `json:",omitempty"`
}

// Writing is how an engine goes about an answer, for those who measure it.
type Writing struct {
	// Unit is the number of positions that are completed together: 1 for an engine
	// that writes token by token, the length of a block, or 0 for the whole canvas.
	Unit int
	// Apart is true when the fills of a template are written behind it, one after
	// another with a mark between them, and not in their places.
	Apart bool
	// Tries is the number of answers that are decoded at most, of which one is kept;
	// 0 and 1 are one. With Oracle they end when Request.Oracle accepts one.
	Tries  int
	Oracle bool
}

// Request is one prompt to be continued, or one canvas to be filled.
type Request struct {
	Prompt []int32 // token ids, not empty
	// Template, when not nil, is the canvas for infilling: fixed ids stay, Gap
	// marks a position to be written. len(Template) is then the token budget.
	Template []int32
	// Draft, when not nil, is what stands on the canvas at the start, as if the
	// decoder had written it: other ids than Gap may be changed by rules that
	// change what is written, and count as written with full confidence.
	// len(Draft) is the token budget. Decoders that write from left to right
	// refuse it.
	Draft  []int32
	Budget int     // most tokens that may be written after the prompt, ≥ 1
	Seed   uint64  // seed of this request's random draws
	Stop   []int32 // ids that end the text; the first one ends the useful tokens
	Never  []int32 // ids that must not be written; nil is none
	// Until are texts that end the answer as stop ids do, wherever tokens end: see [Cut]. They
	// need Text, the text of ids, in which that of a list is those of its ids one after another.
	Until []string             `json:",omitempty"`
	Text  func([]int32) string `json:"-"`
	// Force has the whole budget written: no id that ends a text is, nor padding, and stop
	// texts cut the answer without ending it.
	Force bool `json:",omitempty"`
	// Choices, when not nil, are answers to be rated by how probable they are: nothing is
	// written, and Result.Ratings has one rating for each, in order. Draws is how many draws of
	// masks a bound takes for each block, ≥ 1; exact ratings take none.
	Choices [][]int32 `json:",omitempty"`
	Draws   int       `json:",omitempty"`
	// Oracle, when not nil, reports whether an answer (its useful tokens; all of them where there are stop texts) is right.
	// Only best-of-N decoding may call it, to know when it may stop trying, and no
	// rule may look at it to choose a token.
	Oracle func(tokens []int32) bool `json:"-"`
}

// Gap marks a position of a Template that the decoder has to write.
const Gap int32 = -1

// Finish says why decoding of a request ended.
type Finish string

// The reasons for which decoding of a request ends.
const (
	FinishStop      Finish = "stop"      // a stop id was committed, or a stop text written
	FinishBudget    Finish = "budget"    // the token budget is used up
	FinishCancelled Finish = "cancelled" // the context ended
)

// Result is what became of one Request.
type Result struct {
	Tokens []int32 // the answer as written: everything after the prompt, stop id, pads and unfilled masks included
	Useful int     // leading tokens of Tokens that count: up to the first stop id, without it, without pad and mask; with a stop text those with a byte in front of it
	Finish Finish
	Usage  Usage
	// Elapsed is the time from the start of Generate to the last commit of this request.
	Elapsed time.Duration
	// CommitNs[i] is the time since the start of Generate at which Tokens[i]
	// took its final value, in ns, and -1 where it never was committed.
	CommitNs []int64
	// Spent is the wall time of the passes that this request took part in, by
	// kind of work; a pass shared by a batch counts whole for each of its requests.
	Spent Spent
	// Ratings are those of Request.Choices; nothing is written then, and Finish is
	// FinishBudget.
	Ratings []Rating `json:",omitempty"`
	// Clock says whose these times are, of an engine in another process; nil of others.
	Clock *Clock `json:",omitempty"`
}

// Rating is how probable an answer is.
type Rating struct {
	Nats   float64  // -log of its probability, or an upper bound of that
	SE     *float64 // standard error of Nats over the draws of masks, 0 where it is exact; nil where one draw does not tell
	Tokens int      // of the answer
}

// Clock is the time of a batch of an engine in another process, by its clock and by ours.
type Clock struct {
	Used       string // "child" or "parent": whose times are given
	ChildNs    *int64 // from start to end by its clock; nil when it does not say
	ParentNs   int64  // from start to end by ours
	PreparedNs int64  // from the order to start, by ours: it is in no other time
}

// Spent splits wall time.
type Spent struct {
	Forward     time.Duration // in the network
	Sampling    time.Duration // choosing tokens
	Bookkeeping time.Duration // everything else in a pass: windows, counters, events
}

// Add adds more of it.
func (s *Spent) Add(more Spent) {
	s.Forward += more.Forward
	s.Sampling += more.Sampling
	s.Bookkeeping += more.Bookkeeping
}

// Usage counts the work done for one request, see package usage.
type Usage = usage.Usage

// Phase names the purpose of a forward pass.
type Phase string

// The purposes of a forward pass.
const (
	PhasePrefill Phase = "prefill" // the prompt is read into the cache
	PhaseDecode  Phase = "decode"  // one autoregressive step
	PhaseDenoise Phase = "denoise" // masked positions are predicted
	PhaseCommit  Phase = "commit"  // clean K/V of a finished block is stored and nothing is predicted
)

// Event reports one forward pass from the view of one request of the batch.
// Its slices are only valid during the call of Sink.Event.
type Event struct {
	Request int           // index in the batch
	Pass    int           // number of the forward pass of this Generate call, from 0
	Step    int           // denoising or decoding step of this request, from 0; -1 for prefill and commit
	Block   int           // block the pass worked on, from 0; always 0 without blocks
	Phase   Phase         //
	Start   time.Duration // since the start of Generate

	// Wall time of the whole pass, which all rows of the batch share.
	Forward, Sampling, Bookkeeping time.Duration

	QueryTokens, AttendedKeys, LogitRows int64
	FLOPs                                int64
	CacheHit                             bool // at least one key came from an earlier pass
	CacheRefresh                         bool // keys of positions that had some were computed again, beside those of the block at work

	Committed []Commit
	// Revised lists positions that lost or changed a committed token since the
	// last event: ID is the new id, or the mask id when the position is masked
	// again. A changed token is not in Committed.
	Revised []Commit
	Masked  int     // positions of the answer still masked after the pass
	Entropy float64 // mean entropy in nats of the rows that could be committed; NaN if it was not computed

	Probe *Probe // nil unless the sink is a Tracer that asks for it
}

// Tracer is a Sink that wants to know more than a timed run computes. What it
// asks for is computed in extra passes that no counter counts, so its events
// have the same counters and tokens as any other run, and other times.
type Tracer interface {
	Sink
	Trace() Tracing
}

// Tracing says what a Tracer asks for.
type Tracing struct {
	Probe bool // what the network predicts at every position
	Audit bool // how far cached keys and values are from fresh ones; implies Probe
}

// Probe is what the network predicts for the canvas that a pass worked on, under
// the decoder's own mask and with nothing cached. Its slices have one entry for
// each position of the answer.
type Probe struct {
	Argmax     []int32   // most probable token; the token itself where one is written, -1 where the mask lets nothing be predicted yet
	Confidence []float32 // probability of Argmax; NaN where the network was not asked
	Entropy    []float32 // in nats; NaN where the network was not asked
	Audit      *Audit    // nil unless asked for
}

// Audit compares a pass with the same pass without cache, on the same canvas.
type Audit struct {
	Rows  int     // rows that could be committed from
	Agree int     // of these, rows with the same most probable token
	KL    float64 // mean over rows of KL(uncached ‖ cached) in nats; NaN without rows
	// Stale is the number of positions that the pass saw whose keys and values came
	// from an earlier one. DriftK and DriftV are, for each layer, the mean over these positions
	// of |cached - fresh| / |fresh| (Euclidean norms); NaN without any.
	Stale          int
	DriftK, DriftV []float64
}

// Commit is one position of the answer taking a token.
type Commit struct {
	Pos        int     // position in the answer, from 0
	ID         int32   // token id
	Confidence float64 // probability of the token by the decoder's own confidence rule; NaN if none was computed
}

// Sink receives events in order. It must not keep the event's slices.
type Sink interface{ Event(*Event) }

// SinkFunc lets a function serve as a Sink.
type SinkFunc func(*Event)

// Event calls f.
func (f SinkFunc) Event(e *Event) { f(e) }

// Codec turns text into token ids and back. engines/tokenizer implements it.
type Codec interface {
	Encode(text string) []int32 // NoToken in the place of bytes that no token stands for
	Decode(ids []int32) string  // special tokens are left out
	MaskID() int32              // stands for a position not yet written; -1 if there is none
	EndIDs() []int32            // end a text; there is at least one, and the first is written behind reference texts
	PadID() int32               // fills a row behind its text, and may be one of EndIDs; -1 if there is none
	VocabSize() int
}

// Prompt is the ids of a text with which a sequence begins: behind the tokens that a
// tokenizer's file puts in front of every text (bos).
func Prompt(c Codec, text string) ([]int32, error) {
	ids, err := Encode(c, text)
	if b, ok := c.(interface{ Begin() []int32 }); ok && len(b.Begin()) > 0 {
		ids = slices.Concat(b.Begin(), ids)
	}
	return ids, err
}

// Continue is the ids of a text behind another one. Some tokenizers put a blank in front
// of a text with which a sequence begins, and not here.
func Continue(c Codec, text string) []int32 {
	if b, ok := c.(interface{ Continue(string) []int32 }); ok {
		return b.Continue(text)
	}
	return c.Encode(text)
}

// NoToken is no token id.
const NoToken int32 = -1

// Encode is the ids of a text. The error names a byte of it that no token stands for.
func Encode(c Codec, text string) ([]int32, error) {
	ids := c.Encode(text)
	if !slices.Contains(ids, NoToken) {
		return ids, nil
	}
	for i := range len(text) {
		if slices.Contains(c.Encode(text[i:i+1]), NoToken) {
			return nil, fmt.Errorf("the vocabulary has no token for the byte 0x%02x (byte %d of %.60q)", text[i], i, text)
		}
	}
	return nil, fmt.Errorf("the vocabulary has no token for a byte of %.60q, as it is normalised", text)
}
