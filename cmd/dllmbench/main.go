// Command dllmbench measures when diffusion decoding beats autoregressive
// decoding: at what quality and at what cost. Three decoders run on the same
// weights, on the same prompts, in the same process, in interleaved pairs.
//
// Each command has a file of its own, which reads the flags and calls the packages
// that do the work; [run] parses the command line.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"dllmbench/engines/model"
	"dllmbench/engines/train/corpus"
	"dllmbench/harness/exit"
	"dllmbench/reports/choice"
	"dllmbench/reports/guard"
	"dllmbench/reports/terminal"
)

// app is the command line. Each field's type is a command in a file of its own; what
// its method Help returns stands above the flags in dllmbench COMMAND --help.
type app struct {
	Version kong.VersionFlag `help:"Print the version and exit."`

	Run         runCmd        `cmd:"" help:"Measure a scenario and render the report."`
	Validate    validateCmd   `cmd:"" help:"Check a scenario without running it."`
	Expand      expandCmd     `cmd:"" help:"Show the exact cells of a scenario."`
	Init        initCmd       `cmd:"" help:"Write a commented scenario to start from."`
	Schema      schemaCmd     `cmd:"" help:"Print the JSON Schema of scenario files, for editors."`
	List        listCmd       `cmd:"" help:"Show what a scenario may name: decoders, workloads, tasks, metrics, models."`
	Generate    generateCmd   `cmd:"" help:"Decode one prompt."`
	Serve       serveCmd      `cmd:"" help:"Serve decoders behind OpenAI's interface."`
	Show        showCmd       `cmd:"" help:"Watch decoders race on the same weights, in a browser."`
	Report      reportCmd     `cmd:"" help:"Render the report of a run again from its results.jsonl."`
	Merge       mergeCmd      `cmd:"" help:"Join the parts of a run that was split with --shard."`
	Cluster     clusterCmd    `cmd:"" help:"Spread runs over many machines, by a NATS server."`
	Recommend   recommendCmd  `cmd:"" help:"Recommend a decoder for an answer length, a batch size and a minimum quality."`
	Trace       traceCmd      `cmd:"" help:"Summarise the traces of a run: order, calibration, emergence, cache drift."`
	Coherence   coherenceCmd  `cmd:"" help:"Show how coherent and how varied the texts of a run are."`
	Likelihood  likelihoodCmd `cmd:"" help:"Compute the likelihood of reference answers: exact for autoregression, bounds for diffusion."`
	Compare     compareCmd    `cmd:"" help:"Compare runs, or the engines of one run: ratio, interval, p and verdict."`
	History     historyCmd    `cmd:"" help:"Show metrics over many runs and mark changes."`
	Baseline    baselineCmd   `cmd:"" help:"Store the exact counters of a run; list and show stored baselines."`
	Check       checkCmd      `cmd:"" help:"Compare this build with a baseline: exact counters first, then times."`
	Export      exportCmd     `cmd:"" help:"Write the numbers of a run for other programs: CSV, JSON, JUnit, Go benchmark text, …"`
	Import      importCmd     `cmd:"" help:"Read what AIPerf, GuideLLM, vLLM or llama-bench measured, as a run of its own."`
	Score       scoreCmd      `cmd:"" help:"Judge answers that another program wrote, or those of a run by other rules."`
	Spread      spreadCmd     `cmd:"" help:"Measure how uniformly decoders sample Latin squares and sudokus."`
	Engine      engineCmd     `cmd:"" help:"Check engines that are not of this program."`
	Model       modelCmd      `cmd:"" help:"Describe and check weights, or write them for other programs."`
	Train       trainCmd      `cmd:"" help:"Train the shared weights on the built-in workloads."`
	Help        helpCmd       `cmd:"" help:"Show the help of a command."`
	ShowVersion versionCmd    `cmd:"" name:"version" help:"Print the version."`
	Env         envCmd        `cmd:"" help:"Describe this machine and this binary, as recorded in results."`
	Completion  completionCmd `cmd:"" help:"Print a script that completes command lines in a shell."`
	Man         manCmd        `cmd:"" help:"Print the manual page."`
	Complete    completeCmd   `cmd:"" hidden:"" help:"List what may stand at the end of a command line."`
	Worker      workerCmd     `cmd:"" hidden:"" help:"Decode what another process of this program asks for."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // writing to a closed pipe is an error, not the end
	con := newConsole(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	go con.last(ctx, stop, func(text string) {
		said := make(chan bool)
		go func() {
			complain(os.Stderr, exit.Errorf(exit.Interrupted, "%s", text))
			close(said)
		}()
		select { // standard error may be a pipe that nobody reads
		case <-said:
		case <-time.After(patience / 8):
		}
		os.Exit(exit.Interrupted)
	})
	code := con.run()
	stop()
	os.Exit(code)
}

func newConsole(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) *console {
	return &console{ctx: ctx, signal: ctx, stdin: stdin, stdout: &output{Writer: stdout}, stderr: stderr, now: time.Now, args: args, departure: &departure{}}
}

// run executes a command line and returns the exit code; see package exit. Results
// go to stdout, everything said about them to stderr. When ctx ends, the command
// stops, keeps what is finished and 130 is returned.
func (con *console) run() (code int) {
	defer func() {
		if p := recover(); p != nil {
			code = crashed(con.stderr, p)
		}
	}()
	var cli app
	left := false // --help and --version leave before a command runs
	parser, err := newParser(&cli, kong.Writers(con.stdout, con.stderr), kong.Exit(func(int) { left = true }))
	if err != nil {
		panic(err)
	}
	if len(con.args) == 0 {
		con.args = []string{"--help"}
	}
	for i, arg := range con.args { // the parser would put another character in its place
		if !utf8.ValidString(arg) {
			return complain(con.stderr, exit.Errorf(exit.Usage, "argument %d holds text that is not UTF-8: %q", i+1, arg))
		}
	}
	parsed, err := parser.Parse(con.args)
	switch {
	case left:
		err = nil
	case err != nil:
		command := "dllmbench"
		if at := new(kong.ParseError); errors.As(err, &at) && at.Context.Selected() != nil {
			command = at.Context.Selected().FullPath()
		}
		err = exit.With(exit.Usage, fmt.Errorf("%w (see %s --help)", err, command))
	default:
		if err = checkLoops(os.Getenv("DLLMBENCH_AMX"), model.QuantLoops()); err == nil {
			err = checkFlags(parsed)
		}
		if err == nil {
			con.files, err = ledgerOf(parsed)
		}
		if err == nil {
			con.onLeave(con.files.sweep)
			err = parsed.Run(con)
		}
	}
	return complain(con.stderr, con.outcome(err))
}

// checkLoops refuses a wish for AMX that is misspelt or that this machine does not grant.
func checkLoops(wish, loops string) error {
	switch {
	case wish != "" && wish != "int8":
		return exit.Errorf(exit.Usage, "DLLMBENCH_AMX=%q: allowed is int8", wish)
	case wish == "int8" && loops != "amx-int8":
		return exit.Errorf(exit.Setup, "DLLMBENCH_AMX=int8: this processor or system offers no AMX for bytes; leave the variable unset to use %s", loops)
	}
	return nil
}

// newParser makes the parser of the command line.
func newParser(cli *app, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(cli, append([]kong.Option{
		kong.Name("dllmbench"),
		kong.Description("Compare autoregressive, full-diffusion and block-diffusion decoding on the same weights.\n\n" +
			"Start with: dllmbench run --quick"),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.Vars{"version": version(), "threads": strconv.Itoa(runtime.NumCPU()), "recipe": corpus.Names()[0], "intervals": strings.Join(choice.Intervals(), ",")},
		kong.ValueFormatter(func(v *kong.Value) string { return helpTexts().Replace(kong.DefaultHelpValueFormatter(v)) }),
	}, more...)...)
}

// crashed prints a panic and returns its exit code: one over bad records names what
// was being made, any other comes with the stack.
func crashed(stderr io.Writer, p any) int {
	if bad, ok := p.(*guard.Failure); ok {
		return complain(stderr, bad)
	}
	fmt.Fprintf(stderr, "dllmbench: internal error: %v\n%s", p, debug.Stack())
	return exit.Internal
}

// complain prints err, each of its lines marked, and returns its exit code.
func complain(stderr io.Writer, err error) int {
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			fmt.Fprintf(stderr, "dllmbench: %s\n", terminal.Visible(line))
		}
		if log := logOf(err); log != "" {
			showLog(stderr, log)
		}
	}
	return exit.Code(err)
}

// version is the module version, the commit the binary was built from and its date.
func version() string {
	text := "dllmbench " + cmp.Or(built(""), "(unknown build)")
	if commit := built("vcs.revision"); commit != "" {
		text += " commit " + commit + " of " + built("vcs.time")
	}
	if built("vcs.modified") == "true" {
		text += " with local changes"
	}
	return text + " " + runtime.Version()
}

// built is a setting of the build of this binary; without a name, the module's version.
func built(setting string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == setting {
			return s.Value
		}
	}
	if setting == "" {
		return info.Main.Version
	}
	return ""
}
