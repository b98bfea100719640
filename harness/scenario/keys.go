package scenario

import (
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// This table says which keys a scenario has and what each of them takes. The
// parser reads keys and bounds from it (read.go), and the JSON Schema for editors
// is made of it (schema.go), so the two cannot differ.

// object is a mapping of a scenario file.
type object struct {
	name string // as messages call it
	def  string // its definition in the schema
	keys []key
}

// key is a key of an object.
type key struct {
	name   string
	doc    string
	needed bool // always; a condition between keys is the parser's own
	value  value
}

// value says what a key takes.
type value struct {
	kind      valueKind
	low, high float64                // of whole and real; of duration in nanoseconds
	words     []string               // of choice
	from      func(Catalog) []string // of choice, where the words come from the catalog
	object    string                 // of mapping
	list      bool                   // several values too
	what      string                 // as messages call one value, "" for the name of the key
}

// choices are the words that a choice may be.
func (v value) choices(c Catalog) []string {
	if v.from != nil {
		return v.from(c)
	}
	return v.words
}

// valueKind is a kind of value.
type valueKind int

// The kinds of values.
const (
	anything valueKind = iota // read by rules of its own: options, sweeps
	whole
	real
	text
	label
	digest
	shape     // name of a model shape
	engineRef // an engine by its name in the scenario
	choice
	boolean
	duration
	truth // "true"
	percent
	mapping
	output // FORMAT or FORMAT=PATH
)

// Words that come from the catalog, each once.

func engineNames(c Catalog) []string {
	return unique(namesOf(c.Presets, func(p engines.Preset) string { return p.Engine }))
}
func presetNames(c Catalog) []string {
	return unique(namesOf(c.Presets, func(p engines.Preset) string { return p.Name }))
}
func metricNames(c Catalog) []string {
	return namesOf(c.Metrics, func(m result.Metric) string { return m.Name })
}
func publishedNames(c Catalog) []string {
	return namesOf(lists.Keep(c.Metrics, result.Metric.Publishable), func(m result.Metric) string { return m.Name })
}
func outputNames(c Catalog) []string {
	return namesOf(c.Outputs, func(f OutputFormat) string { return f.Name })
}
func workloadNames(c Catalog) []string { return namesOf(c.Workloads, workloads.Workload.Name) }
func builtinNames(c Catalog) []string  { return c.Builtin }
func formatNames(c Catalog) []string   { return unique(c.Formats) }
func shareNames(c Catalog) []string    { return unique(result.Shares(c.Metrics)) }

// namesOf lists the names of things.
func namesOf[T any](things []T, name func(T) string) []string {
	list := make([]string, len(things))
	for i, t := range things {
		list[i] = name(t)
	}
	return list
}

// unique leaves the first of equal names.
func unique(names []string) []string {
	list := []string{}
	for _, name := range names {
		list = lists.With(list, name)
	}
	return list
}

// The names of objects, as messages call them.
const (
	theScenario    = "the scenario"
	weightsObject  = "weights"
	aModel         = "a model"
	anEngine       = "an engine"
	generationKeys = "generation"
	measureObject  = "measurement"
	aTask          = "a workload entry"
	aCost          = "a cost entry"
	aSweep         = "a sweep"
	aThreshold     = "a threshold"
	theGoodput     = "goodput"
	theMatch       = "match"
	theQuality     = "quality"
	theUntil       = "until"
	aPublished     = "a published value"
)

func wholeOf(low, high float64) value { return value{kind: whole, low: low, high: high} }

func listOf(v value) value {
	v.list = true
	return v
}

func choiceOf(words ...string) value { return value{kind: choice, words: words} }

func durationOf(low time.Duration) value {
	return value{kind: duration, low: float64(low), high: float64(load.MaxLimit)}
}

// untilDoc is when no further instances are decoded.
const untilDoc = "Decode no further instances once the intervals of all cells that take turns are so narrow: a metric, and how many points either end may be away from it."

// forceDoc is what force_length does.
const forceDoc = "Whether every decoder writes its whole budget: it writes nothing that ends a text, and stop texts only cut the answer."

// objects lists all objects.
func objects() []object {
	order := choiceOf(string(Paired), string(Random), string(Alternate), string(Sequential), string(Once))
	ratio := listOf(value{kind: real, low: 0.1, high: 64})
	entry := []key{
		{"engines", "Only these engines, by their names; all if left out.", false, listOf(value{kind: engineRef, what: "the name of an engine"})},
		{"repeats", "Instead of measurement.repeats.", false, wholeOf(1, MaxRepeats)},
		{"order", "Instead of measurement.order.", false, order},
		{"batch", "Instead of measurement.batch.", false, listOf(wholeOf(1, MaxBatch))},
		{"threads", "Instead of measurement.threads.", false, listOf(wholeOf(0, MaxThreads))},
		{"trace", "Instead of measurement.trace.", false, wholeOf(0, MaxRepeats)},
		{"sweep", "Instead of the scenario's sweep.", false, value{}},
		{"experiment", "Names under which claims look for these cells.", false, listOf(value{kind: label, what: "the name of an experiment"})},
	}
	precision := func(list bool) key {
		v := choiceOf(weights.Precisions()...)
		if list {
			v = listOf(v)
		}
		return key{"precision", "In which matrices are kept and multiplied, if not in that of their source.", false, v}
	}
	kv := func(v value) key {
		return key{"kv", "In which keys and values are kept: float32 if left out. What is written depends on it.", false, v}
	}
	checkpoint := []key{
		{"builtin", "Weights inside the binary.", false, value{kind: choice, from: builtinNames, what: "built-in weights"}},
		{"path", "A folder with config.json, model.safetensors and tokenizer.json, or a GGUF file.", false, value{kind: text}},
		{"mask", "Id of the mask token of a path, where its files name none or a wrong one.", false, wholeOf(1, 1<<21)},
		{"context", "How finished text saw itself when a path was trained, where its files do not say: token, block or full.", false, choiceOf(weights.Contexts()...)},
		{"block", "With the context block: positions in a block.", false, wholeOf(1, MaxTokens)},
		{"shift", "Beside a context: whether a mask is predicted by the row in front of it.", false, value{kind: boolean}},
		precision(false),
		kv(choiceOf(weights.KVs()...)),
	}
	return []object{
		{theScenario, "", []key{
			{"version", "Version of this format.", true, wholeOf(1, 1)},
			{"include", "Files whose keys are taken over, relative to this one; own keys win.", false, listOf(value{kind: text})},
			{"name", "Shown in reports.", false, value{kind: label}},
			{"seed", "Decides order, random prompts and the random draws of decoders. Of a list the first decides; answers are given with each of them, and pooled.", false, listOf(wholeOf(0, 1<<53))},
			{"models", "Several checkpoints by name, and which of them was made from which: {NAME: {path: FOLDER, parent: NAME}}.", false, value{}},
			{"tokenizer_of", "The model whose tokenizer counts useful text where those of a family differ; the one without a parent if left out.", false, value{kind: text}},
			{"weights", "The weights of all engines that name no model; needed by workloads where some do not.", false, value{kind: mapping, object: weightsObject}},
			{"engines", "The decoders that are compared.", true, listOf(value{kind: mapping, object: anEngine})},
			{"generation", "What is the same for every engine: budgets, and options for every engine that knows them.", false, value{kind: mapping, object: generationKeys}},
			{"workloads", "Cells with quality: trained weights on tasks.", false, listOf(value{kind: mapping, object: aTask})},
			{"cost", "Cells without quality: random weights of a given size.", false, listOf(value{kind: mapping, object: aCost})},
			{"sweep", "Lists of option values: \"engine.option\": [values].", false, value{}},
			{"measurement", "Repetitions, order, limits.", false, value{kind: mapping, object: measureObject}},
			{"load", "How requests arrive: " + load.Forms() + "; one batch after another if left out.", false, value{kind: text}},
			{"goodput", "Limits that a good request keeps.", false, value{kind: mapping, object: theGoodput}},
			{"match", "At which equal cost or quality reports compare engines: tokens, nfe, flops, time, quality, or a mapping.", false, value{}},
			{"published", "What others report of the same tasks, to be compared with.", false, listOf(value{kind: mapping, object: aPublished})},
			{"quality", "The least quality of the decoder that may be called the fastest.", false, value{kind: mapping, object: theQuality}},
			{"keep", "What else the records hold: prompts, so that outputs can be judged elsewhere.", false, listOf(choiceOf(keptPrompts))},
			{"outputs", "Files that reports write into the folder of the run, each FORMAT or FORMAT=PATH.", false, listOf(value{kind: output, from: outputNames})},
			{"thresholds", "Limits that results have to keep.", false, listOf(value{kind: mapping, object: aThreshold})},
			{"claims", "The claims to be judged: all, or their numbers.", false, value{}},
			{"judge", "Weights whose autoregressive likelihood of outputs is recorded.", false, value{kind: mapping, object: weightsObject}},
		}},
		{weightsObject, "weights", append([]key{
			{"shape", "Random weights of about so many parameters, for cost only: 20m.", false, value{kind: shape}},
		}, checkpoint...)},
		{aModel, "model", append([]key{
			{"parent", "The model that these weights were made from. Only models that parents and peers connect are compared with each other.", false, value{kind: text}},
			{"peer", "A model that they are compared with though they were not made from it.", false, value{kind: text}},
			{"note", "Shown in reports.", false, value{kind: text}},
		}, checkpoint...)},
		{anEngine, "engine", []key{
			{"name", "Label in tables and sweep keys; the engine's name if left out.", false, value{kind: label}},
			{"engine", "The decoder.", false, value{kind: choice, from: engineNames}},
			{"preset", "A published rule of the decoder.", false, value{kind: choice, from: presetNames}},
			{"endpoint", "An engine that is not of this program, by its name in endpoints.yaml, instead of engine and preset.", false, value{kind: text}},
			{"model", "The name of the model that it decodes with where an entry names no weights; those of the scenario if left out.", false, value{kind: text}},
			{"generation", "Options of the preset or endpoint.", false, value{}},
		}},
		{generationKeys, "generation", []key{
			{"budget_ratio", "Token budget as a multiple of the longest answer.", false, ratio},
			{"budget_multiple", "Budgets are rounded up to a multiple of this.", false, wholeOf(1, 4096)},
			{"force_length", forceDoc, false, value{kind: boolean}},
		}},
		{measureObject, "measurement", []key{
			{"warmup", "Untimed batches of each cell.", false, wholeOf(0, MaxRepeats)},
			{"repeats", "ABBA blocks for each batch of instances.", false, wholeOf(1, MaxRepeats)},
			{"trace", "Instances of each cell decoded once more, untimed, into traces.jsonl.", false, wholeOf(0, MaxRepeats)},
			{"until", untilDoc, false, value{kind: mapping, object: theUntil}},
			{"order", "How cells take turns.", false, order},
			{"timeout", fmt.Sprintf("Limit for one batch, for example 60s; at most %v.", load.MaxLimit), false, durationOf(time.Millisecond)},
			{"batch", "Requests decoded together.", false, listOf(wholeOf(1, MaxBatch))},
			{"threads", "Worker threads of a forward pass; 0 is all CPUs.", false, listOf(wholeOf(0, MaxThreads))},
		}},
		{aTask, "workload", append([]key{
			{"workload", "A built-in task.", false, value{kind: choice, from: workloadNames}},
			{"rungs", "Rungs of the difficulty ladder, or all.", false, listOf(value{kind: text})},
			{"instances", "Different instances of each rung.", true, wholeOf(1, MaxInstances)},
			{"samples", "Independent answers to each instance, each with a seed of its own.", false, wholeOf(1, maxSamples)},
			{"until", "Instead of measurement.until.", false, value{kind: mapping, object: theUntil}},
			{"planted", "Begin with half of the right answer, so many of its tokens being wrong; 0 for none.", false, listOf(wholeOf(0, maxSamples))},
			{"split", "Which instances; train only of a file.", false, choiceOf("train", "validation", "test")},
			{"weights", "Instead of the scenario's weights, for example those of a control; what decoders did on different weights is never compared as if they were the same.", false, value{kind: mapping, object: weightsObject}},
			{"budget_ratio", "Instead of generation.budget_ratio.", false, ratio},
			{"file", "Tasks on disk, relative to the scenario file, instead of workload.", false, value{kind: text}},
			{"format", "Format of the file.", false, value{kind: choice, from: formatNames}},
			{"task", "A task card: one of those that are embedded, or the path of one; instead of format.", false, value{kind: text}},
			{"style", "The style of the card in which is asked; its first one if left out.", false, value{kind: text}},
			{"shots", "Worked examples before each question; as many as the style has if left out.", false, wholeOf(0, maxShots)},
			{"fewshot", "The file of the worked examples.", false, value{kind: text}},
			{"name", "Name of the workload that the file makes.", false, value{kind: text}},
			{"sha256", "Digest that the file has to have.", false, value{kind: digest}},
			{"budget", "Token budgets instead of those of the longest answer; of a file only.", false, listOf(wholeOf(1, MaxTokens))},
			{"stop", "Texts that end an answer and are no part of it, wherever tokens end.", false, listOf(value{kind: text})},
			{"force_length", "Instead of generation.force_length.", false, value{kind: boolean}},
			{"score", "likelihood rates the choices of each item by how probable they are, each decoder in its own way of reading, and writes no answers.", false, choiceOf(Likelihood)},
			{"primary", "The reading of the ratings that decides: the sum of log probabilities (acc, if left out), that over characters (acc_norm) or over bytes (acc_bytes).", false, choiceOf(Readings()...)},
			{"draws", "Draws of masks for each block in a rating by a bound; 128 if left out.", false, wholeOf(1, maxSamples)},
			{"too_long", "What to do with prompts of a file that are too long for the weights.", false, choiceOf(refuse, skip)},
			{"prompt", "chat puts prompts into the form of the weights' chat template, raw takes them as they are; chat if left out for files of questions (not humaneval) where the weights have a template, raw elsewhere. Of a file also a text with fields, {{question}}, as which questions are asked.", false, value{}},
			{"chat", "true says the same as prompt: chat, false as prompt: raw.", false, value{kind: boolean}},
			{"system", "What the system says first, in a chat; what the template has it say if left out.", false, value{kind: text}},
			{"thinking", "Whether a chat model that can think aloud may; as its template has it if left out.", false, value{kind: boolean}},
		}, entry...)},
		{aCost, "cost", append([]key{
			{"shape", "Random weights of about so many parameters.", true, value{kind: shape}},
			{"prompt", "Prompt lengths in tokens.", true, listOf(wholeOf(1, MaxTokens))},
			{"budget", "Token budgets; all of it is used.", true, listOf(wholeOf(1, MaxTokens))},
			{"batches", "Different batches of prompts.", false, wholeOf(1, MaxInstances)},
			precision(true),
			kv(listOf(choiceOf(weights.KVs()...))),
		}, entry...)},
		{aSweep, "sweep", []key{
			{"type", "grid: every combination; zip: first values together, second values together; scenarios: combinations with names.", true, value{kind: choice, words: []string{grid, zip, scenarios}, what: "type of a sweep"}},
			{"variables", "Of grid and zip: \"engine.option\": [values].", false, value{}},
			{"runs", "Of scenarios: a name and \"engine.option\": value.", false, value{}},
		}},
		{theGoodput, "goodput", []key{
			{"ttft", "Most time to the first token, for example 200ms.", false, durationOf(time.Microsecond)},
			{"tpot", "Most time per output token.", false, durationOf(time.Microsecond)},
			{"e2e", "Most time in all.", false, durationOf(time.Microsecond)},
			{"exact", "The answer has to be fully correct.", false, value{kind: truth}},
			{"partial", "Least share of the answer that has to be right.", false, value{kind: real, low: 0, high: 1}},
		}},
		{theMatch, "match", []key{
			{"by", "What is made equal.", true, listOf(value{kind: choice, words: result.Matchings(), what: "matching"})},
			{"factor", "Most ratio of two costs that count as equal; 1.25 if left out.", false, value{kind: real, low: 1, high: 4}},
			{"points", "Most difference of two qualities that count as equal, in percentage points; 5 if left out.", false, value{kind: real, low: 0, high: 50}},
		}},
		{theUntil, "until", []key{
			{"exact_match", "Most that either end of the interval is away from the share of solved instances, for example 2%.", false, value{kind: percent}},
			{"partial", "The same of partial scores.", false, value{kind: percent}},
			{"pass_at_1", "The same of programs that pass their tests.", false, value{kind: percent}},
		}},
		{theQuality, "quality", []key{
			{"floor", "Least share, for example 0.8.", true, value{kind: real, low: 0, high: 1}},
			{"metric", "Share of what; exact_match if left out.", false, value{kind: choice, from: shareNames, what: "metric of a floor"}},
		}},
		{aPublished, "published", []key{
			{"task", "The workload, or the workload and a rung of it.", true, value{kind: text}},
			{"engine", "The engine of the scenario that is compared, by its name; all of them if left out.", false, value{kind: text}},
			{"model", "Only cells with weights of this name.", false, value{kind: text}},
			{"metric", "What was measured: a score or a counter; exact_match if left out.", false, value{kind: choice, from: publishedNames}},
			{"value", "What is reported, in the unit of the metric.", true, value{kind: real, low: 0, high: 1e15}},
			{"n", "Items behind the value.", false, wholeOf(1, MaxInstances)},
			{"margin", "Difference that counts as none, in the unit of the metric; 5 points of a share, 5% of a counter if left out.", false, value{kind: real, low: 1e-9, high: 1e15}},
			{"source", "Who reports it, and where.", true, value{kind: text}},
			{"setting", "How it was measured: options of the decoder and other facts, for example {shots: 4, budget: 512, steps: 512, chat: true}.", false, value{}},
		}},
		{aThreshold, "threshold", []key{
			{"metric", "What is limited.", true, value{kind: choice, from: metricNames}},
			{"engine", "Only this engine, by its name.", false, value{kind: text}},
			{"workload", "Only this workload.", false, value{kind: text}},
			{"rung", "Only this rung.", false, value{kind: text}},
			{"expr", "A limit, for example p(95)<2s && avg<1s.", false, value{kind: text}},
			{"exact", "The same as in the baseline.", false, value{kind: truth}},
			{"regress", "At most so much worse than the baseline, for example 5%.", false, value{kind: percent}},
			{"alpha", "Error rate of regress.", false, value{kind: real, low: 1e-6, high: 0.5}},
		}},
	}
}

// objectOf finds an object by its name.
func objectOf(name string) object {
	for _, o := range objects() {
		if o.name == name {
			return o
		}
	}
	panic("scenario: the table of keys has no such object")
}

// keys are its keys by name.
func (o object) byName() map[string]key {
	keys := map[string]key{}
	for _, k := range o.keys {
		keys[k.name] = k
	}
	return keys
}
