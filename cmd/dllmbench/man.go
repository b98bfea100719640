package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/exit"

	"github.com/alecthomas/kong"
)

// manCmd prints the manual page, which is made from the help of all commands.
type manCmd struct{}

func (*manCmd) Help() string {
	return `Read it with: dllmbench man | man -l -`
}

// Run prints the page.
func (*manCmd) Run(con *console) error {
	var cli app
	parser, err := newParser(&cli, kong.Vars{"threads": "CPUS"}) // the page is the same on all machines
	if err == nil {
		err = manual(con.stdout, parser.Model)
	}
	return err
}

// manual writes the manual page of a command line in the macros of man(7).
func manual(out io.Writer, model *kong.Application) error {
	var page strings.Builder
	date, _, _ := strings.Cut(built("vcs.time"), "T")
	about, start, _ := strings.Cut(model.Help, "\n\n")
	fmt.Fprintf(&page, ".TH %s 1 \"%s\" \"%s\" \"User Commands\"\n.SH NAME\n%s \\- %s\n", strings.ToUpper(model.Name), cmp.Or(date, "1970-01-01"), version(), model.Name, roff(strings.TrimSuffix(about, ".")))
	fmt.Fprintf(&page, ".SH SYNOPSIS\n.B %s\n.I command\n.RI [ arguments ]\n.SH DESCRIPTION\n%s\n.PP\n%s\n.SH COMMANDS\n", model.Name, roff(about), roff(start))
	for _, leaf := range model.Leaves(true) {
		fmt.Fprintf(&page, ".SS %s\n%s\n", roff(leaf.Summary()), roff(helpTexts().Replace(leaf.Help)))
		for i, paragraph := range strings.Split(leaf.Detail, "\n\n") {
			switch {
			case strings.TrimSpace(paragraph) == "" || i > 0 && paragraph == leaf.Help:
			case strings.HasPrefix(paragraph, "  "):
				fmt.Fprintf(&page, ".PP\n.nf\n%s\n.fi\n", roff(paragraph))
			default:
				fmt.Fprintf(&page, ".PP\n%s\n", roff(paragraph))
			}
		}
		for _, arg := range leaf.Positional {
			entry(&page, arg.Summary(), arg)
		}
		for _, flag := range leaf.Flags {
			if !flag.Hidden {
				entry(&page, flag.String(), flag.Value)
			}
		}
	}
	page.WriteString(".SH OPTIONS\nThese belong to every command.\n")
	for _, flag := range model.Flags {
		entry(&page, flag.String(), flag.Value)
	}
	page.WriteString(".SH EXIT STATUS\n")
	for _, s := range exitCodes {
		fmt.Fprintf(&page, ".TP\n.B %d\n%s\n", s.code, roff(s.meaning))
	}
	_, err := io.WriteString(out, page.String())
	return err
}

// exitCodes are those of docs/commands.md.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exit.OK, "done, and no check failed"},
	{exit.Internal, "internal error"},
	{exit.Usage, "wrong flag, argument or scenario; an output that would take the place of an input, of records or of another output"},
	{exit.Setup, "model, tokenizer or results missing, damaged or not those that were asked for"},
	{exit.Execution, "requests failed, with --strict a cell is invalid, or a file or standard output cannot be written"},
	{exit.Insufficient, "too little data for a verdict, or results that cannot be compared"},
	{exit.Regression, "a measured regression"},
	{exit.Threshold, "a threshold was missed"},
	{exit.Interrupted, "interrupted by Ctrl-C or SIGTERM; finished results are kept and --resume continues"},
}

// entry writes a flag or an argument with its help.
func entry(page *strings.Builder, name string, v *kong.Value) {
	fmt.Fprintf(page, ".TP\n.B %s\n%s\n", roff(name), roff(helpTexts().Replace(kong.DefaultHelpValueFormatter(v))))
}

// roff writes a text so that a formatter shows it as it is: hyphens are those that one
// types, and no line is a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "…", "...").Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
