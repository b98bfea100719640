package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"dllmbench/cmd/dllmbench/internal/answer"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/userfile"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
	"dllmbench/reports/terminal"
	"dllmbench/workloads/python"
	"dllmbench/workloads/taskfile"
)

// generateCmd decodes one prompt.
type generateCmd struct {
	Engine  string            `default:"autoregressive" help:"Decoder: {engines}."`
	Preset  string            `help:"Decoding rule; by default the first of the engine (see list decoders)."`
	Prompt  *string           `empty:"ok" help:"Text to continue; by default standard input."`
	Chat    *string           `placeholder:"QUESTION" help:"Question to a chat model, in the form of its chat template."`
	System  *string           `empty:"ok" placeholder:"TEXT" help:"What the system says to it first; by default what its template says."`
	Think   *bool             `negatable:"" help:"Whether it may think aloud first; by default as its template has it."`
	Raw     bool              `help:"Take a question of --file as it is, whatever template the weights have."`
	Weights string            `help:"builtin:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
	Set     map[string]string `placeholder:"OPTION=VALUE" help:"Option of the preset; may be repeated."`
	Steps   int               `range:"0 to 1048576" placeholder:"N" help:"Denoising steps, of each block for block decoding; short for --set steps=N or steps_per_block=N."`
	Budget  int               `range:"0 to 1048576" placeholder:"N" help:"Token budget; by default what the task needs, or 64 for a text of your own."`
	Seed    uint64            `help:"Seed of random draws."`
	Threads int               `range:"0 to 1024" placeholder:"N" help:"Worker threads; by default one per processor."`

	Stop        []string `sep:"none" placeholder:"TEXT" help:"Text that ends the answer and is no part of it, wherever tokens end; \\n is a line feed. May be repeated."`
	ForceLength bool     `help:"Write the whole budget: nothing that ends a text is written, and --stop only cuts the answer."`

	Endpoint  string `group:"Endpoint" placeholder:"NAME" help:"Ask this server or program of endpoints.yaml instead of a decoder; --set sets its options, and the tokenizer of --weights counts."`
	Endpoints string `group:"Endpoint" placeholder:"FILE" help:"The file of endpoints; by default endpoints.yaml here, or in the folder of user settings."`

	Watch   bool          `help:"Show the text while it is written, on standard error."`
	Delay   time.Duration `range:"0s to 1m" default:"60ms" help:"Pause after each pass of --watch on a terminal."`
	Compare bool          `help:"Decode with the first preset of autoregressive, diffusion and block, side by side."`

	Workload string `group:"Task" help:"Take the prompt from this workload's test split and check the answer."`
	File     string `group:"Task" placeholder:"PATH" help:"Take the prompt from this file of tasks and check the answer."`
	Format   string `group:"Task" help:"Format of --file: {formats}."`
	Task     string `group:"Task" placeholder:"CARD" help:"Task card of --file instead of a format: a name of list tasks, or the path of a card."`
	Style    string `group:"Task" help:"Style of the card; by default its first."`
	Shots    *int   `group:"Task" range:"0 to 64" placeholder:"N" help:"Worked examples before the question; by default as many as the style has."`
	Fewshot  string `group:"Task" placeholder:"PATH" help:"File of the worked examples."`
	Rung     string `group:"Task" help:"Rung of its difficulty ladder; by default the first."`
	Index    int    `range:"0 to 1000000000" group:"Task" help:"Number of the instance, from 0."`

	codeFlags `group:"Task"`
}

func (*generateCmd) Help() string {
	return `The text goes to standard output and everything else to standard error.

--watch decodes a second time, after the timed run, and shows every pass: in place on a terminal, otherwise one after
the other. Masked, new and revised tokens are marked; with NO_COLOR set, without colours.

Examples:

    dllmbench generate --prompt 'sort:3142='
    dllmbench generate --engine diffusion --steps 4 --workload sudoku --rung holes-6
    dllmbench generate --engine block --set block_length=4 --prompt 'add:12+34='
    dllmbench generate --engine diffusion --preset fast-dllm --workload stories --watch
    dllmbench generate --weights path/to/checkpoint --chat 'Why is the sky blue?' --budget 200
    dllmbench generate --workload stories --stop "." --budget 60
    dllmbench generate --endpoint local --set temperature=0 --prompt 'sort:3142='
    dllmbench generate --compare --watch --workload arithmetic --rung sum-4x3
    echo -n 'copy:777=' | dllmbench generate --engine diffusion | wc -c`
}

// maxPrompt is the most bytes of a prompt that are read from standard input.
const maxPrompt = 1 << 20

// Run decodes and prints the text, then what it cost; with --compare a table.
func (c *generateCmd) Run(con *console) error {
	if c.Endpoint != "" {
		return c.ends(con)
	}
	if c.Endpoints != "" {
		return exit.Errorf(exit.Usage, "--endpoints is the file of an --endpoint: name one")
	}
	presets, options, err := c.decoders()
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	judge := setup.Judge()
	defer judge.Close()
	t, w, err := c.open(con, judge)
	if err != nil {
		return err
	}
	if err := c.ask(&t, w, judge); err != nil {
		return err
	}
	request, err := t.Request(w.Codec, w.Model.Spec().Context, c.Budget, c.Seed)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	var all []*answer.Answer
	var shown []terminal.Answer
	for i, preset := range presets {
		var sink engines.Sink
		canvas := terminal.NewCanvas(w.Codec, request, preset.LeftToRight)
		played := terminal.Answer{Name: preset.Engine + " / " + preset.Name}
		switch {
		case c.Watch && c.Compare:
			sink = engines.SinkFunc(func(e *engines.Event) {
				canvas.Event(e)
				played.Frames = append(played.Frames, canvas.Snapshot())
			})
		case c.Watch:
			sink = terminal.NewWatcher(con.ctx, canvas, terminal.NewScreen(con.stderr), c.Delay)
		}
		one, err := answer.Decode(con.ctx, w, answer.Decoder{Preset: preset, Options: options[i], Threads: cmp.Or(c.Threads, runtime.NumCPU())}, request, con.now, sink)
		if err != nil {
			return err
		}
		all, shown = append(all, one), append(shown, played)
	}
	if c.Compare {
		if c.Watch {
			terminal.Play(con.ctx, terminal.NewScreen(con.stderr), shown, c.Delay)
		}
		_, err := fmt.Fprintln(con.stdout, answer.Table(t, all, terminal.Width(con.stdout)))
		return err
	}
	return printed(con, all[0].Text, all[0], t)
}

// printed prints a text, and on standard error what is said about it.
func printed(con *console, text string, about interface {
	Explain(io.Writer, prompt.Task) error
}, t prompt.Task) error {
	if terminal.IsTerminal(con.stdout) {
		text = terminal.Visible(text)
	}
	if _, err := fmt.Fprintln(con.stdout, text); err != nil {
		return err
	}
	return about.Explain(con.stderr, t)
}

// open opens the task, with what ends its answer, and the weights whose tokenizer counts.
func (c *generateCmd) open(con *console, judge *worker.Judge) (t prompt.Task, w library.Weights, err error) {
	runner, err := c.runner(con)
	if err != nil {
		return t, w, err
	}
	if t, err = c.task(con.stdin, runner); err != nil {
		return t, w, exit.With(exit.Usage, err)
	}
	t.Workload, t.Force = worker.Judged(t.Workload, judge), c.ForceLength
	for _, s := range c.Stop {
		t.Stop = append(t.Stop, strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`).Replace(s))
	}
	w, err = setup.Text(&library.Shelf{}, namedWeights(c.Weights))
	return t, w, err
}

// decoders resolves the presets and their options: one, or those of --compare.
func (c *generateCmd) decoders() (presets []engines.Preset, options []engines.Options, err error) {
	names := [][2]string{{c.Engine, c.Preset}}
	if c.Compare {
		if c.Preset != "" || len(c.Set) > 0 || c.Engine != "autoregressive" {
			return nil, nil, fmt.Errorf("--compare decodes with three decoders: leave --engine, --preset and --set away")
		}
		names = [][2]string{{"autoregressive"}, {"diffusion"}, {"block"}}
	}
	for _, name := range names {
		p, err := decoders.Find(name[0], name[1])
		if err != nil {
			return nil, nil, err
		}
		texts := map[string]string{}
		maps.Copy(texts, c.Set)
		if c.Steps != 0 {
			i := slices.IndexFunc(p.Params, func(q engines.Param) bool { return q.Role == engines.RoleSteps })
			switch {
			case i >= 0 && texts[p.Params[i].Name] != "":
				return nil, nil, fmt.Errorf("--steps and --set %s=… say the same thing: give one of them", p.Params[i].Name)
			case i >= 0:
				texts[p.Params[i].Name] = strconv.Itoa(c.Steps)
			case !c.Compare:
				return nil, nil, fmt.Errorf("preset %s of engine %s has no number of steps: leave --steps away", p.Name, p.Engine)
			}
		}
		o, err := decoders.ParseOptions(p, texts)
		if err != nil {
			return nil, nil, err
		}
		presets, options = append(presets, p), append(options, o)
	}
	return presets, options, nil
}

// ask puts a question into the form of the checkpoint's chat template: that of --chat, or
// of a file of questions where there is a template.
func (c *generateCmd) ask(t *prompt.Task, w library.Weights, judge *worker.Judge) error {
	if c.Chat == nil && (c.Raw || c.File == "" || !t.Asks) {
		return nil
	}
	name := namedWeights(c.Weights)
	talk := scenario.Chat{System: c.System, Thinking: c.Think, Turns: len(t.Instance.Turns)}
	if talk.System == nil && t.System != "" {
		talk.System = &t.System
	}
	form, err := setup.Form(judge, name, w, talk)
	switch {
	case err == nil && form == nil && c.Chat == nil && c.System == nil && c.Think == nil:
		return nil
	case err == nil && form == nil:
		err = errors.New("the checkpoint has no chat template, as models that only continue texts: give the text with --prompt or --raw")
	case err == nil:
		t.Form = form
	}
	if err != nil {
		return exit.Errorf(exit.Usage, "%s: %w", name, err)
	}
	return nil
}

// task takes the prompt from the workload, the flag or standard input.
func (c *generateCmd) task(stdin io.Reader, runner *python.Runner) (prompt.Task, error) {
	switch {
	case c.Chat != nil && (c.Prompt != nil || c.Workload != "" || c.File != ""):
		return prompt.Task{}, fmt.Errorf("--chat excludes --prompt, --workload and --file: it is the question")
	case c.Chat == nil && c.File == "" && (c.System != nil || c.Think != nil):
		return prompt.Task{}, fmt.Errorf("--system and --think are parts of a chat: give the question with --chat or --file")
	case c.Raw && (c.Chat != nil || c.System != nil || c.Think != nil):
		return prompt.Task{}, fmt.Errorf("--raw excludes --chat, --system and --think: no template is used")
	case c.Workload != "" && c.Prompt != nil:
		return prompt.Task{}, fmt.Errorf("--workload and --prompt exclude each other: the task has its own prompt")
	case c.File != "" && (c.Workload != "" || c.Prompt != nil):
		return prompt.Task{}, fmt.Errorf("--file excludes --workload and --prompt: its tasks have their own prompts")
	case c.File == "" && (c.Format != "" || c.Task != "" || c.Style != "" || c.Shots != nil || c.Fewshot != ""):
		return prompt.Task{}, fmt.Errorf("--format, --task, --style, --shots and --fewshot are those of a --file: name one")
	case c.Format != "" && c.Task != "":
		return prompt.Task{}, fmt.Errorf("--format and --task exclude each other")
	case c.Task == "" && c.Style != "":
		return prompt.Task{}, fmt.Errorf("--style is that of a --task: name one")
	case c.Workload == "" && c.File == "" && (c.Rung != "" || c.Index != 0):
		return prompt.Task{}, fmt.Errorf("--rung and --index choose a task of a --workload or a --file: name one")
	case c.File != "":
		return answer.FromFile(taskfile.Source{Format: c.Format, Path: c.File, Task: c.Task, Style: c.Style, Shots: c.Shots, FewShot: c.Fewshot}, c.Rung, c.Index, runner)
	case c.Workload != "":
		return prompt.Find(c.Workload, c.Rung, c.Index)
	case c.Prompt != nil:
		return prompt.Task{Text: *c.Prompt}, nil
	case c.Chat != nil:
		return prompt.Task{Text: *c.Chat}, nil
	}
	if terminal.IsTerminal(stdin) {
		return prompt.Task{}, fmt.Errorf("nothing to continue: give --prompt, --workload, or a text on standard input")
	}
	text, err := userfile.ReadAll(stdin, "prompt on standard input", maxPrompt)
	return prompt.Task{Text: string(text)}, err
}
