package harness

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

const endID = 257

// codec has one token per byte; 256 is mask, 257 end, 258 pad.
type codec struct{}

func (codec) Encode(text string) []int32 {
	var ids []int32
	for _, b := range []byte(text) {
		ids = append(ids, int32(b))
	}
	return ids
}
func (codec) Decode(ids []int32) string {
	var out []byte
	for _, id := range ids {
		out = append(out, byte(id))
	}
	return string(out)
}
func (codec) MaskID() int32   { return 256 }
func (codec) EndIDs() []int32 { return []int32{endID} }
func (codec) PadID() int32    { return 258 }
func (codec) VocabSize() int  { return 259 }

// echo wants the prompt back.
type echo struct{}

func (echo) Name() string { return "echo" }
func (echo) Doc() string  { return "Repeat the prompt." }
func (echo) Rungs() []workloads.Rung {
	return []workloads.Rung{{Name: "two", Chance: 0.1}, {Name: "four"}}
}
func (e echo) Generate(split workloads.Split, rung, index int) workloads.Instance {
	text := fmt.Sprintf("%0*d", 2+2*rung, index%90)
	return workloads.Instance{ID: fmt.Sprintf("echo/%s/%s/%d", e.Rungs()[rung].Name, split, index), Workload: "echo", Rung: rung,
		Prompt: text, Answer: text, Canon: text, Constraints: []workloads.Constraint{{Kind: "first"}, {Kind: "rest"}}}
}
func (echo) Check(inst workloads.Instance, output string) workloads.Score {
	switch output {
	case inst.Answer:
		return workloads.Score{Exact: true, Partial: 1}
	case "panic":
		panic("checker is broken")
	}
	return workloads.Score{Violations: []workloads.Violation{{Constraint: 1}}}
}

// clock advances by itself, and by what fake engines say they take. Engines that are left
// behind at work read it beside the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Unix(1_800_000_000, 0)} }

func (c *clock) Now() time.Time { return c.pass(time.Microsecond) }

// pass lets time pass and returns the time.
func (c *clock) pass(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// call is what a fake engine was asked to do.
type call struct {
	label   string
	prompts string
	seeds   []uint64
}

// lab is a set of fake engines that share a clock and a log.
type lab struct {
	part  *result.Shard // that the run is; nil for all of it
	clock *clock
	calls []call
	built int
	// closedAtWork counts engines that were closed while they decoded, which frees
	// what they still use.
	closedAtWork atomic.Int64
	gauges       transport.Gauges // but for the clock
	options      func(*Options)   // if set, changes those of a run
	// behave, if set, may replace what the engine of a label does.
	behave func(ctx context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool)
}

// build makes a fake engine. Its preset's name is the label used in the log.
func (l *lab) build(_ context.Context, spec transport.Spec) (transport.Transport, error) {
	l.built++
	return l.reach(&fake{lab: l, label: spec.Preset}), nil
}

// reach is the way to an engine of the lab.
func (l *lab) reach(e engines.Engine) transport.Transport {
	gauges := l.gauges
	gauges.Now = l.clock.Now
	return transport.Tokens(e, gauges)
}

type fake struct {
	lab    *lab
	label  string
	atWork atomic.Bool
}

// Close notes whether the engine was at work.
func (f *fake) Close() error {
	if f.atWork.Load() {
		f.lab.closedAtWork.Add(1)
	}
	return nil
}

func (f *fake) Info() engines.Info {
	return engines.Info{WeightsDigest: "sha256:w", Capabilities: engines.InProcess()}
}

func (f *fake) Generate(ctx context.Context, batch []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	f.atWork.Store(true)
	defer f.atWork.Store(false)
	c := call{label: f.label}
	for _, r := range batch {
		c.prompts += codec{}.Decode(r.Prompt) + " "
		c.seeds = append(c.seeds, r.Seed)
	}
	f.lab.calls = append(f.lab.calls, c)
	if f.lab.behave != nil {
		if results, err, ok := f.lab.behave(ctx, f.label, len(f.lab.calls), batch); ok {
			return results, err
		}
	}
	f.lab.clock.pass(10 * time.Millisecond)
	var results []engines.Result
	for _, r := range batch {
		results = append(results, answer(r, r.Prompt))
	}
	return results, nil
}

// answer is a consistent result: the text, and an end token if there is room.
func answer(r engines.Request, text []int32) engines.Result {
	res := engines.Result{Tokens: append([]int32{}, text[:min(len(text), r.Budget)]...), Finish: engines.FinishBudget, Elapsed: 10 * time.Millisecond}
	res.Useful = len(res.Tokens)
	if r.Stop != nil && len(res.Tokens) < r.Budget {
		res.Tokens, res.Finish = append(res.Tokens, r.Stop[0]), engines.FinishStop
	}
	for i := range res.Tokens {
		res.CommitNs = append(res.CommitNs, int64(9-i)*1e6)
	}
	res.Usage = usage.Zero()
	res.Usage[usage.NFE], res.Usage[usage.NFE.In(usage.Denoise)] = usage.Known(len(res.Tokens)), usage.Known(len(res.Tokens))
	res.Usage[usage.CanvasPositions], res.Usage[usage.CommittedTokens] = usage.Known(r.Budget), usage.Known(len(res.Tokens))
	res.Usage[usage.FLOPs], res.Usage[usage.FLOPs.In(usage.Denoise)] = usage.Known(100), usage.Known(100)
	return res
}

// plan expands a scenario with three fake engines a, b and c.
func plan(t *testing.T, extra string) *scenario.Plan {
	t.Helper()
	return planOf(t, []workloads.Workload{echo{}}, extra)
}

// planOf is plan with other workloads.
func planOf(t *testing.T, list []workloads.Workload, extra string) *scenario.Plan {
	t.Helper()
	text := `
version: 1
weights: {builtin: w}
engines:
  - {name: a, engine: fake, preset: a}
  - {name: b, engine: fake, preset: b}
  - {name: c, engine: fake, preset: c}
` + extra
	catalog := scenario.Catalog{Workloads: list, Builtin: []string{"w"}, CPUs: 1}
	for _, name := range []string{"a", "b", "c"} {
		catalog.Presets = append(catalog.Presets, engines.Preset{Engine: "fake", Name: name})
	}
	s, err := scenario.Load("test.yaml", []byte(text), catalog, scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Expand(context.Background(), func(w weights.Name) (scenario.WeightsInfo, error) {
		info := scenario.WeightsInfo{Digest: "sha256:w", Params: 1, Context: 100, Vocab: 259, Special: []int32{256, 257, 258}}
		if w.Kind == "builtin" {
			info.Codec = codec{}
		}
		return info, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// warmups is how many warm-up batches the three cells of fourInstances make: two
// each, the second of which shows that the first was warm.
const warmups = 6

const fourInstances = `
workloads: [{workload: echo, rungs: [two], instances: 4}]
measurement: {warmup: 1, repeats: 2, timeout: 1m}
`

// inTime makes the scenario one in which time-outs come soon.
func inTime(text string) string { return strings.Replace(text, "timeout: 1m", "timeout: 300ms", 1) }

// session is one run on a results file.
type session struct {
	summary Summary
	err     error
	file    *result.File
}

// run runs a plan to a new file, or continues the one at path.
func run(t *testing.T, ctx context.Context, p *scenario.Plan, l *lab, path string, resume bool) session {
	t.Helper()
	header := Header(p, result.Env{}, l.clock.Now(), nil)
	header.Shard = l.part
	var w *result.Writer
	var old *result.File
	var err error
	if resume {
		w, old, err = result.Resume(path, header)
	} else {
		w, err = result.Create(path, header, result.Metrics())
	}
	if err != nil {
		t.Fatal(err)
	}
	var s session
	opt := Options{Build: l.build, Now: l.clock.Now}
	if l.options != nil {
		l.options(&opt)
	}
	s.summary, s.err = Run(ctx, p, w, old, opt)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if s.file, err = result.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return s
}

func newFile(t *testing.T) string { return filepath.Join(t.TempDir(), "results.jsonl") }
