package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/atomicfile"
	"dllmbench/engines/userfile"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
)

// baselineCmd keeps exact counters of a run under a name.
type baselineCmd struct {
	Save baselineSaveCmd `cmd:"" help:"Store the exact counters of a run, or of a scenario, under a name."`
	List baselineListCmd `cmd:"" help:"List the stored baselines."`
	Show baselineShowCmd `cmd:"" help:"Show what a baseline holds."`
}

// baselineFolder is where baselines are kept.
type baselineFolder struct {
	Dir string `name:"baselines" placeholder:"DIR" default:"baselines" help:"Folder of the baselines."`
}

// baselineSaveCmd stores a baseline.
type baselineSaveCmd struct {
	Name   string `arg:"" help:"Name of the baseline: letters, digits, - and _."`
	Source string `arg:"" help:"Scenario file to decode once, or the folder of a run."`
	baselineFolder
}

func (*baselineSaveCmd) Help() string {
	return `A baseline is a JSON file to keep in version control. It holds forward passes, tokens, FLOPs, bytes and the hash of
every output, for each kernel variant that it was saved on. It holds no timings, because timings are only comparable
when both sides run at the same time.

Examples:

    dllmbench baseline save ci scenarios/ci.yaml
    GODEBUG=cpu.avx2=off dllmbench baseline save ci scenarios/ci.yaml    # adds the plain Go kernels
    dllmbench baseline save before results/mine`
}

var baselineName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// Run decodes, or reads, and stores.
func (c *baselineSaveCmd) Run(con *console) error {
	if !baselineName.MatchString(c.Name) {
		return exit.Errorf(exit.Usage, "%q is no name for a baseline; allowed are letters, digits, - and _", c.Name)
	}
	f, err := c.source(con)
	if err != nil {
		return err
	}
	path := c.path(c.Name)
	b := &gate.Baseline{}
	if _, err := os.Stat(path); err == nil {
		if b, err = c.baseline(c.Name); err != nil {
			return err
		}
	}
	b.Name = c.Name
	if err := b.Put(f); err != nil {
		return exit.Errorf(exit.Execution, "%s: %w", c.Source, err)
	}
	var text bytes.Buffer
	if err = errors.Join(os.MkdirAll(c.Dir, 0o755), b.Write(&text)); err == nil {
		err = atomicfile.Update(path, text.Bytes())
	}
	if err != nil {
		return exit.With(exit.Execution, err)
	}
	var kernels []string
	for _, v := range b.Variants {
		kernels = append(kernels, v.Kernel)
	}
	fmt.Fprintf(con.stdout, "%s: %s on %s kernels; the file holds %s\n", path, lists.Count(len(f.Header.Cells), "cell"), f.Header.Env.Kernel, strings.Join(kernels, ", "))
	return nil
}

// source is the run to be stored.
func (c *baselineSaveCmd) source(con *console) (*result.File, error) {
	if info, err := os.Stat(c.Source); err == nil && info.IsDir() {
		f, err := folder.Read(c.Source)
		if err == nil && slices.ContainsFunc(f.Header.Cells, func(cell result.Cell) bool {
			return !slices.ContainsFunc(f.Validity, func(v result.Validity) bool { return v.Cell == cell.ID })
		}) {
			err = exit.Errorf(exit.Setup, "%s: the run did not reach its end, so it is no baseline; dllmbench run --resume continues it", c.Source)
		}
		return f, err
	}
	plan, models, err := (&scenarioFile{Scenario: c.Source}).open(con, setup.Expand)
	if err != nil {
		return nil, err
	}
	return setup.Once(con.ctx, con.now, plan, models)
}

// path is the file of a baseline; a name with a slash or .json is a path itself.
func (d baselineFolder) path(name string) string {
	if strings.ContainsRune(name, '/') || strings.HasSuffix(name, ".json") {
		return name
	}
	return filepath.Join(d.Dir, name+".json")
}

// baseline reads a baseline.
func (d baselineFolder) baseline(name string) (*gate.Baseline, error) {
	path := d.path(name)
	f, err := userfile.Open(path)
	if errors.Is(err, fs.ErrNotExist) && path == name {
		return nil, exit.Errorf(exit.Setup, "there is no baseline %s", path)
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Errorf(exit.Setup, "there is no baseline %s (%s); make it with: dllmbench baseline save %s SCENARIO", name, path, terminal.Command(name))
	} else if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	defer f.Close()
	b, err := gate.ReadBaseline(f, path)
	return b, exit.With(exit.Setup, err)
}

// baselineListCmd lists baselines.
type baselineListCmd struct{ baselineFolder }

// Run lists them.
func (c *baselineListCmd) Run(con *console) error {
	paths, err := filepath.Glob(filepath.Join(c.Dir, "*.json"))
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if len(paths) == 0 {
		return exit.Errorf(exit.Setup, "there are no baselines in %s", c.Dir)
	}
	var facts []terminal.Fact
	var damaged error
	for _, path := range paths {
		b, err := c.baseline(path)
		if err != nil {
			damaged = errors.Join(damaged, err)
			continue
		}
		facts = append(facts, terminal.Fact{strings.TrimSuffix(filepath.Base(path), ".json"), describeBaseline(b)})
	}
	return errors.Join(terminal.WriteFacts(con.stdout, facts), damaged)
}

// describeBaseline is a baseline in one line.
func describeBaseline(b *gate.Baseline) string {
	var parts []string
	for _, v := range b.Variants {
		rows := 0
		for _, a := range v.Cells {
			rows += len(a.Rows)
		}
		parts = append(parts, fmt.Sprintf("%s (%s, %s, saved %.10s)", v.Kernel, lists.Count(len(v.Cells), "cell"), lists.Count(rows, "instance"), v.Saved))
	}
	return fmt.Sprintf("scenario %s: %s", b.Scenario, strings.Join(parts, ", "))
}

// baselineShowCmd shows a baseline.
type baselineShowCmd struct {
	Name string `arg:"" help:"Name or file of the baseline."`
	baselineFolder
}

// Run shows it: the environment it was made in, and the sums of each cell.
func (c *baselineShowCmd) Run(con *console) error {
	b, err := c.baseline(c.Name)
	if err != nil {
		return err
	}
	for _, v := range b.Variants {
		fmt.Fprintf(con.stdout, "%s kernels, scenario %s, saved %s\n", terminal.Visible(v.Kernel), terminal.Visible(b.Scenario), terminal.Visible(v.Saved))
		commit := v.Env.GitSHA
		if v.Env.Dirty {
			commit += " with local changes"
		}
		if err := terminal.WriteFacts(con.stdout, []terminal.Fact{{" processor", v.Env.CPU}, {" commit", commit}, {" go", v.Env.Go}}); err != nil {
			return err
		}
		var facts []terminal.Fact
		for _, a := range v.Cells {
			facts = append(facts, terminal.Fact{" " + terminal.Visible(a.Key), a.Totals()})
		}
		if err := terminal.WriteFacts(con.stdout, facts); err != nil {
			return err
		}
	}
	return nil
}
