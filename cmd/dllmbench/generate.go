package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
	"dllmbench/reports/terminal"
	"dllmbench/workloads"
)

// generateCmd decodes one prompt.
type generateCmd struct {
	Engine  string            `default:"autoregressive" help:"Decoder: ${engines}."`
	Preset  string            `help:"Decoding rule; by default the first of the engine (see list decoders)."`
	Prompt  *string           `help:"Text to continue; by default standard input."`
	Weights string            `help:"builtin:NAME or a checkpoint folder; by default the trained weights in the binary."`
	Set     map[string]string `placeholder:"OPTION=VALUE" help:"Option of the preset; may be repeated."`
	Steps   int               `placeholder:"N" help:"Denoising steps, of each block for block decoding; short for --set steps=N or steps_per_block=N."`
	Budget  int               `placeholder:"N" help:"Token budget; by default what the task needs, or 64 for a text of your own."`
	Seed    uint64            `help:"Seed of random draws."`
	Threads int               `placeholder:"N" help:"Worker threads; by default one per processor."`

	Watch   bool          `help:"Show the text while it is written, on standard error."`
	Delay   time.Duration `default:"60ms" help:"Pause after each pass of --watch on a terminal."`
	Compare bool          `help:"Decode with the first preset of autoregressive, diffusion and block, side by side."`

	Workload string `group:"Task" help:"Take the prompt from this workload's test split and check the answer."`
	File     string `group:"Task" placeholder:"PATH" help:"Take the prompt from this file of tasks and check the answer."`
	Format   string `group:"Task" help:"Format of --file: ${formats}."`
	Rung     string `group:"Task" help:"Rung of its difficulty ladder; by default the first."`
	Index    int    `group:"Task" help:"Number of the instance, from 0."`
}

// Help shows how the command is used.
func (*generateCmd) Help() string {
	return `The text goes to standard output and everything else to standard error.

--watch decodes a second time, after the timed run, and shows every pass: in place on a terminal, otherwise one after
the other. Masked, new and revised tokens are marked; with NO_COLOR set, without colours.

Examples:

    dllmbench generate --prompt 'sort:3142='
    dllmbench generate --engine diffusion --steps 4 --workload sudoku --rung holes-6
    dllmbench generate --engine block --set block_length=4 --prompt 'add:12+34='
    dllmbench generate --engine diffusion --preset fast-dllm --workload stories --watch
    dllmbench generate --compare --watch --workload arithmetic --rung sum-4x3
    echo -n 'copy:777=' | dllmbench generate --engine diffusion | wc -c`
}

// maxPrompt is the most bytes of a prompt that are read from standard input.
const maxPrompt = 1 << 20

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
		return exit.With(exit.Usage, err)
	}
	t, err := c.task(con.stdin)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	w, err := library.Open(namedWeights(c.Weights))
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	if w.Codec == nil {
		return exit.Errorf(exit.Usage, "%s are random weights without a tokenizer; they measure cost and cannot write text", c.Weights)
	}
	if c.Compare {
		return c.compare(con, t, w)
	}
	request, err := t.Request(w.Codec, w.Model.Config().MaxPositions, c.Budget, c.Seed)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	engine, err := decoders.Open(w.Model, c.threads(), preset.Engine, preset.Name, options)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	defer engine.Close()
	result, elapsed, err := c.decode(con, engine, request, nil)
	if err != nil {
		return err
	}
	if c.Watch {
		canvas := terminal.NewCanvas(w.Codec, request, preset.LeftToRight)
		watch := terminal.NewWatcher(con.ctx, canvas, terminal.NewScreen(con.stderr), c.Delay)
		if _, _, err := c.decode(con, engine, request, watch); err != nil {
			return err
		}
	}
	text := w.Codec.Decode(result.Tokens[:result.Useful])
	shown := text
	if terminal.IsTerminal(con.stdout) {
		shown = terminal.Visible(text)
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
	return decoders.ParseOptions(p, texts)
}

// stepsOption is the name of a preset's number of steps, "" if it has none.
func stepsOption(p engines.Preset) string {
	if i := slices.IndexFunc(p.Params, func(q engines.Param) bool { return q.Role == engines.RoleSteps }); i >= 0 {
		return p.Params[i].Name
	}
	return ""
}

// threads is the number of worker threads.
func (c *generateCmd) threads() int {
	if c.Threads == 0 {
		return runtime.NumCPU()
	}
	return c.Threads
}

// decode runs the request.
func (c *generateCmd) decode(con *console, engine *decoders.Engine, request engines.Request, sink engines.Sink) (engines.Result, time.Duration, error) {
	batch := []engines.Request{request}
	if err := engine.Check(batch); err != nil {
		return engines.Result{}, 0, exit.With(exit.Usage, err)
	}
	start := con.now()
	results, err := engine.Generate(con.ctx, batch, sink)
	elapsed := con.now().Sub(start)
	if con.ctx.Err() != nil {
		return engines.Result{}, 0, exit.Errorf(exit.Interrupted, "interrupted")
	} else if err != nil {
		return engines.Result{}, 0, exit.With(exit.Execution, err)
	}
	return results[0], elapsed, nil
}

// decoder resolves the preset and its options.
func (c *generateCmd) decoder() (engines.Preset, engines.Options, error) {
	preset, err := decoders.Find(c.Engine, c.Preset)
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
	options, err := decoders.ParseOptions(preset, texts)
	return preset, options, err
}

// explain says what ran, what it cost and whether the answer is right.
func (c *generateCmd) explain(out io.Writer, t prompt.Task, text string, info engines.Info, r engines.Result, elapsed time.Duration) error {
	u := r.Usage
	facts := []terminal.Fact{
		{"decoder", fmt.Sprintf("%s / %s, %d threads, %s kernels", info.Engine, info.Preset, info.Threads, info.Kernel)},
		{"weights", info.WeightsDigest},
		{"cache", info.Cache},
		{"tokens", fmt.Sprintf("%d useful of a budget of %s, ended by %s", r.Useful, u[usage.CanvasPositions], r.Finish)},
		{"forward passes", fmt.Sprintf("%s, %s useful tokens each", u[usage.NFE], perPass(r))},
		{"work", gflop(u)},
		{"time", fmt.Sprintf("%.3g ms, %.0f useful tokens/s", elapsed.Seconds()*1e3, float64(r.Useful)/max(elapsed.Seconds(), 1e-9))},
	}
	for _, use := range info.Untrained {
		facts = append(facts, terminal.Fact{"untrained use", use})
	}
	if u[usage.DraftedTokens].Above(usage.Known(0)) {
		facts = append(facts, terminal.Fact{"speculation", fmt.Sprintf("%s of %s drafted tokens accepted, %s for each of %s verifying passes",
			u[usage.AcceptedTokens], u[usage.DraftedTokens], ratio(u[usage.AcceptedTokens].Float(), u[usage.VerifyingPasses]), u[usage.VerifyingPasses])})
	}
	if u[usage.RevisedTokens].Above(usage.Known(0)) {
		facts = append(facts, terminal.Fact{"revised", fmt.Sprintf("%s of %s commits", u[usage.RevisedTokens], u[usage.CommittedTokens])})
	}
	if t.Workload == nil {
		return terminal.WriteFacts(out, facts)
	}
	facts = append(facts, terminal.Fact{"task", t.Instance.ID}, terminal.Fact{"prompt", strings.TrimSpace(t.Text)})
	if why := workloads.Abstains(t.Workload, t.Instance); why != "" {
		return terminal.WriteFacts(out, append(facts, terminal.Fact{"answer", "not judged: " + why}))
	}
	score := t.Workload.Check(t.Instance, text)
	verdict := "correct"
	if !score.Exact {
		verdict = fmt.Sprintf("wrong, %.0f%% of it right, one right answer is %q", 100*score.Partial, t.Instance.Answer)
	}
	facts = append(facts, terminal.Fact{"answer", verdict})
	for _, v := range score.Violations {
		facts = append(facts, terminal.Fact{"", v.Doc})
	}
	return terminal.WriteFacts(out, facts)
}

// perPass is the number of useful tokens per forward pass.
func perPass(r engines.Result) string { return ratio(float64(r.Useful), r.Usage[usage.NFE]) }

// ratio shows x per unit of a count, of which there is at least one.
func ratio(x float64, count usage.Count) string {
	if y := x / max(1, count.Float()); !math.IsNaN(y) {
		return fmt.Sprintf("%.2f", y)
	}
	return usage.Unknown
}

// gflop shows the arithmetic of a request.
func gflop(u engines.Usage) string {
	if x := u[usage.FLOPs].Float(); !math.IsNaN(x) {
		return fmt.Sprintf("%.3g GFLOP", x/1e9)
	}
	return usage.Unknown
}
