package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/harness"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"

	"golang.org/x/term"
)

// generateCmd decodes one prompt.
type generateCmd struct {
	Engine  string            `default:"autoregressive" help:"Decoder: ${engines}."`
	Preset  string            `help:"Published rule; without it the first one of the engine (see list decoders)."`
	Prompt  *string           `help:"Text to continue; without it the text on standard input."`
	Weights string            `help:"builtin:NAME or a checkpoint folder; without it the trained weights in the binary."`
	Set     map[string]string `placeholder:"OPTION=VALUE" help:"Option of the preset; may be repeated."`
	Steps   int               `placeholder:"N" help:"Denoising steps, of each block for block decoding; short for --set steps=N or steps_per_block=N."`
	Budget  int               `placeholder:"N" help:"Most tokens to write; without it as many as the task needs, or 64 at most."`
	Seed    uint64            `help:"Seed of random draws."`
	Threads int               `placeholder:"N" help:"Worker threads; without it one for each processor."`

	Watch   bool          `help:"Show the text while it is written, on standard error."`
	Delay   time.Duration `default:"60ms" help:"Pause after each pass of --watch on a terminal."`
	Compare bool          `help:"Decode with the first preset of autoregressive, diffusion and block, side by side."`

	Workload string `group:"Task" help:"Take the prompt from this workload's test split and check the answer."`
	File     string `group:"Task" placeholder:"PATH" help:"Take the prompt from this file of tasks and check the answer."`
	Format   string `group:"Task" help:"Format of --file: ${formats}."`
	Rung     string `group:"Task" help:"Rung of its difficulty ladder; without it the first."`
	Index    int    `group:"Task" help:"Number of the instance, from 0."`
}

// Help shows how the command is used.
func (*generateCmd) Help() string {
	return `The text goes to standard output and everything else to standard error.

--watch decodes a second time, after the timed run, and shows every pass: on a terminal in place, elsewhere
one after the other. Masked, new and revised tokens have marks of their own; NO_COLOR leaves them plain.

Examples:

    dllmbench generate --prompt 'sort:3142='
    dllmbench generate --engine diffusion --steps 4 --workload sudoku --rung holes-6
    dllmbench generate --engine block --set block_length=4 --prompt 'add:12+34='
    dllmbench generate --engine diffusion --preset fast-dllm --workload stories --watch
    dllmbench generate --compare --watch --workload arithmetic --rung sum-4x3
    echo -n 'copy:777=' | dllmbench generate --engine diffusion | wc -c`
}

// defaultBudget is the token budget of a prompt whose answer length is unknown.
const defaultBudget = 64

// maxPrompt is the most bytes of a prompt that are read from standard input.
const maxPrompt = 1 << 20

// task is what generate works on.
type task struct {
	prompt   string
	workload workloads.Workload // nil for a prompt of the user's own
	instance workloads.Instance
}

// Run decodes and prints the text, then what it cost.
func (c *generateCmd) Run(con *console) error {
	var preset engines.Preset
	var options engines.Options
	var err error
	if c.Compare {
		err = c.checkCompare()
	} else {
		preset, options, err = c.decoder()
	}
	if err != nil {
		return withCode(exitUsage, err)
	}
	t, err := c.task(con.stdin)
	if err != nil {
		return withCode(exitUsage, err)
	}
	w, err := openWeights(parseWeights(c.Weights))
	if err != nil {
		return withCode(exitSetup, err)
	}
	if w.codec == nil {
		return failf(exitUsage, "%s are random weights without a tokenizer; they measure cost and cannot write text", c.Weights)
	}
	if c.Compare {
		return c.compare(con, t, w)
	}
	request, err := c.request(t, w)
	if err != nil {
		return withCode(exitUsage, err)
	}
	engine, err := newEngine(w.model, c.threads(), preset.Engine, preset.Name, options)
	if err != nil {
		return withCode(exitUsage, err)
	}
	defer engine.Close()
	result, elapsed, err := c.decode(con, engine, request, nil)
	if err != nil {
		return err
	}
	if c.Watch {
		s := newScreen(con.stderr)
		fmt.Fprintln(con.stderr, legend(s.styled))
		watch := &watcher{newCanvas(w.codec, request, preset.Engine), con.ctx, s, c.Delay}
		if _, _, err := c.decode(con, engine, request, watch); err != nil {
			return err
		}
	}
	text := w.codec.Decode(result.Tokens[:result.Useful])
	shown := text
	if isTerminal(con.stdout) {
		shown = visible(text)
	}
	if _, err := fmt.Fprintln(con.stdout, shown); err != nil {
		return err
	}
	result.Useful = harness.Written(request.Template, result.Useful)
	return c.explain(con.stderr, t, text, engine.Info(), result, elapsed)
}

// checkCompare refuses flags that choose one decoder.
func (c *generateCmd) checkCompare() error {
	if c.Preset != "" || len(c.Set) > 0 || c.Engine != "autoregressive" {
		return fmt.Errorf("--compare decodes with three decoders: leave --engine, --preset and --set away")
	}
	return nil
}

// optionsOf are the options of a preset in a comparison: --steps where it has
// a number of steps.
func (c *generateCmd) optionsOf(p engines.Preset) (engines.Options, error) {
	texts := map[string]string{}
	if name := stepsOption(p); c.Steps != 0 && name != "" {
		texts[name] = fmt.Sprint(c.Steps)
	}
	return parseOptions(p, texts)
}

// stepsOption is the name of a preset's number of steps, "" if it has none.
func stepsOption(p engines.Preset) string {
	for _, name := range []string{"steps", "steps_per_block"} {
		if slices.ContainsFunc(p.Params, func(q engines.Param) bool { return q.Name == name }) {
			return name
		}
	}
	return ""
}

// request is what the decoder is asked.
func (c *generateCmd) request(t task, w weights) (engines.Request, error) {
	r := engines.Request{Prompt: w.codec.Encode(t.prompt), Budget: c.Budget, Seed: c.Seed, Stop: []int32{w.codec.EndID()}}
	template, err := scenario.Template(w.codec, t.instance)
	if template != nil {
		if r.Budget != 0 && r.Budget != len(template) {
			return r, fmt.Errorf("--budget is %d; the template of %s has %d positions: leave --budget away", r.Budget, t.instance.ID, len(template))
		}
		r.Template, r.Budget = template, len(template)
	}
	if r.Budget == 0 {
		r.Budget = c.budget(t, w, len(r.Prompt))
	}
	if t.workload != nil && workloads.Abstains(t.workload, t.instance) == "" { // for best_of_pick checker
		r.Judge = func(tokens []int32) bool { return t.workload.Check(t.instance, w.codec.Decode(tokens)).Exact }
	}
	return r, err
}

// threads is the number of worker threads.
func (c *generateCmd) threads() int {
	if c.Threads == 0 {
		return runtime.NumCPU()
	}
	return c.Threads
}

// decode runs the request.
func (c *generateCmd) decode(con *console, engine *ownEngine, request engines.Request, sink engines.Sink) (engines.Result, time.Duration, error) {
	batch := []engines.Request{request}
	if err := engine.Check(batch); err != nil {
		return engines.Result{}, 0, withCode(exitUsage, err)
	}
	start := con.now()
	results, err := engine.Generate(con.ctx, batch, sink)
	elapsed := con.now().Sub(start)
	if con.ctx.Err() != nil {
		return engines.Result{}, 0, failf(exitInterrupted, "interrupted")
	} else if err != nil {
		return engines.Result{}, 0, withCode(exitExecution, err)
	}
	return results[0], elapsed, nil
}

// decoder resolves the preset and its options.
func (c *generateCmd) decoder() (engines.Preset, engines.Options, error) {
	preset, err := findPreset(c.Engine, c.Preset)
	if err != nil {
		return preset, nil, err
	}
	texts := map[string]string{}
	for name, text := range c.Set {
		texts[name] = text
	}
	if c.Steps != 0 {
		name := stepsOption(preset)
		if name == "" {
			return preset, nil, fmt.Errorf("preset %s of engine %s has no number of steps: leave --steps away", preset.Name, preset.Engine)
		}
		if _, twice := texts[name]; twice {
			return preset, nil, fmt.Errorf("--steps and --set %s=… say the same thing: give one of them", name)
		}
		texts[name] = fmt.Sprint(c.Steps)
	}
	options, err := parseOptions(preset, texts)
	return preset, options, err
}

// task takes the prompt from the workload, the flag or standard input.
func (c *generateCmd) task(stdin io.Reader) (task, error) {
	switch {
	case c.Budget < 0 || c.Threads < 0 || c.Index < 0 || c.Steps < 0:
		return task{}, fmt.Errorf("--budget, --threads, --steps and --index must not be negative")
	case c.Workload != "" && c.Prompt != nil:
		return task{}, fmt.Errorf("--workload and --prompt exclude each other: the task has its own prompt")
	case c.File != "" && (c.Workload != "" || c.Prompt != nil):
		return task{}, fmt.Errorf("--file excludes --workload and --prompt: its tasks have their own prompts")
	case c.File == "" && c.Format != "":
		return task{}, fmt.Errorf("--format is that of a --file: name one")
	case c.Workload == "" && c.File == "" && (c.Rung != "" || c.Index != 0):
		return task{}, fmt.Errorf("--rung and --index choose a task of a --workload or a --file: name one")
	case c.File != "":
		return findFileTask(c.Format, c.File, c.Rung, c.Index)
	case c.Workload != "":
		return findTask(c.Workload, c.Rung, c.Index)
	case c.Prompt != nil:
		return task{prompt: *c.Prompt}, nil
	}
	if f, ok := stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return task{}, fmt.Errorf("nothing to continue: give --prompt, --workload, or a text on standard input")
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxPrompt+1))
	if err == nil && len(text) > maxPrompt {
		err = fmt.Errorf("the prompt on standard input has more than %d bytes", maxPrompt)
	}
	return task{prompt: string(text)}, err
}

// findTask takes an instance of a workload's test split.
func findTask(workload, rung string, index int) (task, error) {
	var names []string
	for _, w := range allWorkloads() {
		names = append(names, w.Name())
		if w.Name() != workload {
			continue
		}
		var rungs []string
		for i, r := range w.Rungs() {
			if r.Name == rung || rung == "" {
				inst := w.Generate(workloads.Test, i, index)
				return task{prompt: inst.Prompt, workload: w, instance: inst}, nil
			}
			rungs = append(rungs, r.Name)
		}
		return task{}, engines.UnknownName("rung of "+workload, rung, rungs)
	}
	return task{}, engines.UnknownName("workload", workload, names)
}

// sampleAnswers is the number of training instances whose longest answer
// decides the token budget of a task.
const sampleAnswers = 200

// budget is the token budget where the user names none: the longest answer of
// the rung with its end token and what the rung adds, or defaultBudget, if the
// context has room for it.
func (c *generateCmd) budget(t task, w weights, prompt int) int {
	budget := defaultBudget
	if f, ok := t.workload.(workloads.Finite); ok {
		if n := scenario.Longest(f, t.instance.Rung, w.codec); n > 1 {
			budget = n
		}
	} else if t.workload != nil {
		budget = 0
		for i := range sampleAnswers {
			answer := t.workload.Generate(workloads.Train, t.instance.Rung, i).Answer
			budget = max(budget, len(w.codec.Encode(answer))+1)
		}
		budget += scenario.Extra(t.workload.Rungs()[t.instance.Rung])
	}
	return max(1, min(budget, w.model.Config().MaxPositions-prompt))
}

// explain says what ran, what it cost and whether the answer is right.
func (c *generateCmd) explain(out io.Writer, t task, text string, info engines.Info, r engines.Result, elapsed time.Duration) error {
	u := r.Usage
	facts := []fact{
		{"decoder", fmt.Sprintf("%s / %s, %d threads, %s kernels", info.Engine, info.Preset, info.Threads, info.Kernel)},
		{"weights", info.WeightsDigest},
		{"cache", info.Cache},
		{"tokens", fmt.Sprintf("%d useful of a budget of %d, ended by %s", r.Useful, u.CanvasPositions, r.Finish)},
		{"forward passes", fmt.Sprintf("%d, %.2f useful tokens each", u.NFE, perPass(r))},
		{"work", fmt.Sprintf("%.3g GFLOP", float64(u.FLOPs)/1e9)},
		{"time", fmt.Sprintf("%.3g ms, %.0f useful tokens/s", elapsed.Seconds()*1e3, float64(r.Useful)/max(elapsed.Seconds(), 1e-9))},
	}
	for _, use := range info.Untrained {
		facts = append(facts, fact{"untrained use", use})
	}
	if u.DraftedTokens > 0 {
		facts = append(facts, fact{"speculation", fmt.Sprintf("%d of %d drafted tokens accepted, %.2f for each of %d verifying passes",
			u.AcceptedTokens, u.DraftedTokens, float64(u.AcceptedTokens)/float64(max(1, u.VerifyingPasses)), u.VerifyingPasses)})
	}
	if u.RevisedTokens > 0 {
		facts = append(facts, fact{"revised", fmt.Sprintf("%d of %d commits", u.RevisedTokens, u.CommittedTokens)})
	}
	if t.workload == nil {
		return writeFacts(out, facts)
	}
	facts = append(facts, fact{"task", t.instance.ID}, fact{"prompt", strings.TrimSpace(t.prompt)})
	if why := workloads.Abstains(t.workload, t.instance); why != "" {
		return writeFacts(out, append(facts, fact{"answer", "not judged: " + why}))
	}
	score := t.workload.Check(t.instance, text)
	verdict := "correct"
	if !score.Exact {
		verdict = fmt.Sprintf("wrong, %.0f%% of it right, one right answer is %q", 100*score.Partial, t.instance.Answer)
	}
	facts = append(facts, fact{"answer", verdict})
	for _, v := range score.Violations {
		facts = append(facts, fact{"", v.Doc})
	}
	return writeFacts(out, facts)
}

// perPass is the number of useful tokens per forward pass.
func perPass(r engines.Result) float64 { return float64(r.Useful) / float64(max(1, r.Usage.NFE)) }
