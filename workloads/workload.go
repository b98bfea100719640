// Package workloads makes task instances and judges answers to them.
//
// A [Workload] is procedural: instance i of a split is a pure function of the
// workload, the rung, the split and i. Nothing is stored, nothing is fetched,
// and no model judges another: every checker is exact. Each workload has a
// difficulty ladder of rungs, from trivial to out of reach, so that at any
// strength of a model there are rungs where decoders differ.
//
// This package holds the contract and the kit for writing a workload: splits,
// seeds, the collecting of violations. Each workload is a folder below with a
// New function; the tests of workloads/all are the suite that all of them pass.
package workloads

import (
	"encoding/json"
	"strings"
)

// Split names one of three disjoint sets of instances. Disjoint means that no
// two splits hold instances with the same canonical form (see Instance.Canon).
type Split string

// The splits.
const (
	Train      Split = "train"
	Validation Split = "validation"
	Test       Split = "test"
)

// Splits lists them all.
var Splits = [...]Split{Train, Validation, Test}

// Workload generates instances and checks answers. Implementations are safe
// for concurrent use.
type Workload interface {
	Name() string
	// Doc is one paragraph for people: the task, the knob, what a violation is.
	Doc() string
	// Rungs is the difficulty ladder, easiest first.
	Rungs() []Rung
	// Generate returns instance index of a rung. It panics if rung is not an
	// index of Rungs; any index ≥ 0 is allowed (small finite families repeat).
	Generate(split Split, rung, index int) Instance
	// Check judges the text that a decoder wrote after inst.Prompt.
	Check(inst Instance, output string) Score
}

// Rung is one step of a difficulty ladder.
type Rung struct {
	Name   string             // short and unique within the workload, for example "sort-4"
	Doc    string             // one sentence
	Knobs  map[string]float64 // the numbers behind the name, for example {"items": 4}
	Chance float64            // exact-match rate of the best strategy that does not solve the task, in (0, 1); which one: docs/workloads.md
}

// Instance is one task.
type Instance struct {
	ID       string // "workload/rung/split/index"
	Item     string // the name that its author gave it, as in a file of tasks; "" for none
	Workload string
	Rung     int
	Prompt   string
	// Turns are what was asked and answered before in a chat, and Begin is what the answer
	// begins with, written for the decoder. Both only mean something in a chat, see [Instance.Said].
	Turns   [][2]string `json:",omitempty"`
	Begin   string      `json:",omitempty"`
	Answer  string      // one correct answer
	Choices []string    // answers that are offered, Answer among them; nil for none
	// Unique is true when no other answer is correct.
	Unique bool
	// Spans names parts of Answer, for example its reasoning and its result, in
	// order and without overlap. Nil when the answer is of one piece.
	Spans []Span
	// Canon is the canonical form by which splits are kept disjoint.
	Canon string
	// Template describes an infilling task: fixed texts and gaps in order. Nil
	// when the answer is a plain continuation of the prompt.
	Template []Piece
	// Constraints are the opportunities for violations. They belong to the
	// instance, not to the output, so that a degenerate output cannot win.
	Constraints []Constraint
}

// Span is a named part of an answer.
type Span struct {
	Name       string // "reasoning", "result" or a name of the workload's own
	Start, End int    // bytes of Instance.Answer
}

// Names of spans that metrics know.
const (
	Reasoning = "reasoning" // the steps
	Result    = "result"    // what was asked for
)

// Piece is a part of an infilling template: fixed text or a gap, of which
// one of Text, Gap and Fill is set.
//
// Texts of single symbols count the tokens of a gap. Sentences and lines have as
// many as a vocabulary makes of them, which is not known here: there a gap states
// the text of the reference answer that it stands for, and has as many tokens.
type Piece struct {
	Text string // fixed text
	Gap  int    // number of tokens to be written
	Fill string // text whose tokens are to be written
}

// Direction says where the cause of a constraint lies.
type Direction string

// The directions of a constraint.
const (
	Backward  Direction = "backward"  // the cause precedes the place that is checked
	Lookahead Direction = "lookahead" // the place that is checked precedes its cause
)

// Constraint is one opportunity for a violation.
type Constraint struct {
	Kind      string    // for example "row", "sum", "possession"
	Distance  int       // words or items between cause and check, ≥ 0
	Direction Direction //
	Doc       string    // what must hold, in words, for reports
}

// Score is the verdict on one output.
type Score struct {
	Exact bool // the answer is fully correct
	// Partial is the share of the answer that is right, in [0, 1], by the
	// workload's own unit (items, cells, steps, constraints).
	Partial    float64
	Violations []Violation
	// Aspects are further scores in [0, 1] by name, where a workload has any,
	// for example "parses" and "type_checks" of code.
	Aspects map[string]float64
}

// Violation is one constraint of the instance that the output breaks. An
// output that lacks the place to be checked breaks the constraint.
type Violation struct {
	Constraint int    // index in Instance.Constraints
	Offset     int    // byte offset in the output where it shows, -1 if it is missing
	Length     int    // bytes of the output that are wrong from Offset on; 0 when unknown
	Doc        string // what was found, in words
}

// Prober is a Workload that knows the distribution it draws answers from.
type Prober interface {
	// LogProb is the natural logarithm of the probability that the generator,
	// given the prompt of inst, writes this answer; -Inf when it never does.
	LogProb(inst Instance, answer string) float64
}

// Finite is a Workload with a limited number of instances, for example the items
// of a file. A split may have none: Generate panics there, so ask first. Indices
// from Len on repeat the instances before.
type Finite interface {
	Workload
	Len(split Split, rung int) int
}

// Abstainer is a Workload that cannot judge all of its instances.
type Abstainer interface {
	// Abstains says why answers to an instance cannot be judged, "" if they can.
	// Then whatever Check returns means nothing, and quality is unknown.
	Abstains(inst Instance) string
}

// Executor is a Workload that runs answers in order to judge them. Whoever judges
// answers of a model has that done in a process of its own.
type Executor interface {
	// Executes reports whether answers to an instance are run, and returns what
	// their checker is made of where the instance does not say it.
	Executes(inst Instance) (checker json.RawMessage, runs bool)
}

// Abstains says why w cannot judge answers to an instance, "" if it can.
func Abstains(w Workload, inst Instance) string {
	if a, ok := w.(Abstainer); ok {
		return a.Abstains(inst)
	}
	return ""
}

// Said is what is said in a chat, the user and the answerer in turns: the earlier turns,
// and the prompt last.
func (i Instance) Said() []string {
	var list []string
	for _, t := range i.Turns {
		list = append(list, t[0], t[1])
	}
	return append(list, i.Prompt)
}

// Whole is everything before the answer as one text, with nothing between: what a decoder
// continues outside of a chat.
func (i Instance) Whole() string { return strings.Join(i.Said(), "") + i.Begin }
