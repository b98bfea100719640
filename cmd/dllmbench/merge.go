package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/engines/userfile"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/lock"
	"dllmbench/harness/result"
	"dllmbench/harness/shard"
	"dllmbench/harness/trace"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
)

// mergeCmd joins the parts of a run.
type mergeCmd struct {
	Dirs    []string `arg:"" help:"Folders of the parts, each with its results.jsonl."`
	Out     string   `required:"" placeholder:"DIR" help:"Folder for the merged run; it must not hold results yet."`
	Partial bool     `help:"Merge even if parts are missing."`

	whole *result.Shard // of the plan, where the parts do not say it; nil where they do
}

func (*mergeCmd) Help() string {
	return `The parts are made by run --shard. Parts with another scenario, seed or program version are refused (exit code 5), as
is a cell that two parts contain. Timings of different machines are not compared.

Examples:

    dllmbench run big.yaml --shard 1/3 --out part1
    dllmbench merge part1 part2 part3 --out whole
    dllmbench run big.yaml --shard auto --out part-$SLURM_ARRAY_TASK_ID`
}

// Run merges, writes and renders.
func (c *mergeCmd) Run(con *console) error {
	var sources []shard.Source
	for _, dir := range c.Dirs {
		if err := lock.Held(dir); err != nil && !c.Partial {
			return exit.Errorf(exit.Insufficient, "%w; --partial merges what is finished", err)
		}
		path := filepath.Join(dir, folder.Results)
		sources = append(sources, shard.Source{Name: path, Open: func() (io.ReadCloser, error) { return userfile.Open(path) }})
	}
	m, err := shard.Merge(sources, c.whole, harness.Rejudge)
	if errors.As(err, new(*shard.ReadError)) {
		return exit.With(exit.Setup, err)
	}
	if err != nil {
		return exit.With(exit.Insufficient, err)
	}
	for _, path := range m.Torn {
		fmt.Fprintf(con.stderr, "%s: the last line has no end and is left out\n", path)
	}
	if n := len(m.Missing); n > 0 && !c.Partial {
		return exit.Errorf(exit.Insufficient, "%d of %d planned cells are in no part (%s); --partial merges what there is",
			n, n+len(m.Header.Cells), strings.Join(m.Missing[:min(n, 3)], ", "))
	}
	if n := len(m.Lacking); n > 0 && !c.Partial {
		return exit.Errorf(exit.Insufficient, "%s of divided groups: in no part (%s); --partial merges what there is",
			lists.Count(n, "unit"), strings.Join(m.Lacking[:min(n, 3)], ", "))
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return exit.With(exit.Execution, err)
	}
	release, err := con.lock(c.Out)
	if err != nil {
		return err
	}
	defer release()
	if err := c.write(m); err != nil {
		return err
	}
	for _, w := range m.Warnings {
		fmt.Fprintln(con.stderr, "warning:", w)
	}
	return con.rendering(cells.Formats()[0]).Render(c.Out)
}

// write makes the files of the whole, the results last: what is there then is complete.
func (c *mergeCmd) write(m *shard.Merged) error {
	if _, err := os.Lstat(filepath.Join(c.Out, folder.Results)); errors.Is(err, fs.ErrNotExist) {
		if err := trace.Merge(c.Dirs, c.Out); err != nil {
			return exit.With(exit.Execution, err)
		}
	}
	w, err := folder.CreateWith(c.Out, m.Header, m.Metrics, "choose another --out", m.Write)
	if err != nil {
		return err
	}
	return exit.With(exit.Execution, w.Close())
}
