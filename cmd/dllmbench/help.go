package main

import (
	"fmt"
	"strings"
	"sync"

	"dllmbench/engines/decoders"
	"dllmbench/engines/train/corpus"
	"dllmbench/harness/exit"
	"dllmbench/harness/foreign"
	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/exports"
	"dllmbench/reports/insert"
	"dllmbench/reports/view"
	"dllmbench/workloads/taskfile"

	"github.com/alecthomas/kong"
)

// helpCmd shows what --help shows.
type helpCmd struct {
	Command []string `arg:"" optional:"" help:"The command, such as run or baseline save; by default all of them."`
}

// Run prints the help of the command.
func (c *helpCmd) Run(parsed *kong.Context) error {
	about, err := kong.Trace(parsed.Kong, c.Command)
	if err == nil && about.Error != nil {
		err = about.Error
	}
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return about.PrintUsage(false)
}

// versionCmd prints what --version prints.
type versionCmd struct{}

// Run prints the version.
func (*versionCmd) Run(con *console) error {
	_, err := fmt.Fprintln(con.stdout, version())
	return err
}

// helpLists are the lists of the program that the help of flags and arguments names.
func helpLists() map[string]string {
	join := func(list []string) string { return strings.Join(list, ", ") }
	return map[string]string{
		"{engines}": decoders.Names(), "{formats}": join(taskfile.Formats()), "{recipes}": join(corpus.Names()), "{foreignFormats}": join(foreign.Names()),
		"{tableFormats}": join(cells.Formats().Names()), "{reportFormats}": join(ci.Formats().Names()), "{runFormats}": join(exports.Formats().Names()),
	}
}

// helpTexts fills the lists and other facts into help where it is printed: the parser
// would search all help for them whenever the program starts.
var helpTexts = sync.OnceValue(func() *strings.Replacer {
	selfTest, table, page := insert.MarkOf(selfTestMark), insert.MarkOf("report"), view.PageDetail()
	pairs := []string{
		"{selfTestBegin}", selfTest.Begin, "{selfTestEnd}", selfTest.End, "{insertBegin}", table.Begin, "{insertEnd}", table.End,
		"{detailAbove}", fmt.Sprint(page.Above), "{detailRows}", fmt.Sprint(page.Rows),
	}
	for name, list := range helpLists() {
		pairs = append(pairs, name, list)
	}
	return strings.NewReplacer(pairs...)
})
