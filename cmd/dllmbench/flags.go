package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/html"
	"dllmbench/reports/table"
)

// This file has the flags that several commands share, and how they are checked.

// A percent is a share written as "2%" or 0.02.
type percent float64

// UnmarshalText reads it.
func (p *percent) UnmarshalText(text []byte) error {
	number, scale := string(text), 1.0
	if rest, ok := strings.CutSuffix(number, "%"); ok {
		number, scale = rest, 100
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return fmt.Errorf("%q is no share; write it as 2%% or 0.02", text)
	}
	if scale == 1 && x > 1 && x <= 100 { // larger ones are out of every range
		return fmt.Errorf("%s is more than 100%%; write it as %s%% or %g", text, text, x/100)
	}
	*p = percent(x / scale)
	return nil
}

// acceptFlag lets counters differ.
type acceptFlag struct {
	Accept []string `placeholder:"COUNTER" help:"Counters whose differences are shown but do not fail; all accepts every one, new accepts cells that the old side lacks."`
}

func (f acceptFlag) check() error {
	if problem := gate.AcceptProblem(f.Accept); problem != "" {
		return exit.Errorf(exit.Usage, "--accept: %s", problem)
	}
	return nil
}

// tableFormat is the flag that chooses how the final table is printed.
type tableFormat struct {
	Format string `default:"table" placeholder:"FORMAT" help:"How to print the final table on standard output: {tableFormats}. With any but the first nothing else is printed there."`
}

// chosen is the format of the flag.
func (f tableFormat) chosen() (table.Format[cells.Run], error) {
	return format(cells.Formats(), f.Format)
}

// format finds a format by its name.
func format[T any](list table.Formats[T], name string) (table.Format[T], error) {
	f, ok := list.Find(name)
	if !ok {
		return f, exit.With(exit.Usage, engines.UnknownName("format", name, list.Names()))
	}
	return f, nil
}

// jsonFlag chooses between a table and JSON.
type jsonFlag struct {
	JSON bool `help:"Print JSON instead of text."`
}

// printRows prints records as a table or as JSON.
func printRows[T any](con *console, f jsonFlag, rows []T) error {
	if f.JSON {
		return table.Object(con.stdout, rows)
	}
	_, err := io.WriteString(con.stdout, table.Of(rows).Text(0))
	return exit.With(exit.Execution, err)
}

// reportFlags choose how a report is written.
type reportFlags struct {
	Format []string `file:"format" default:"table" placeholder:"FORMAT[=FILE]" help:"How to write the result: {reportFormats}. With =FILE into a file; several may be given."`
	HTML   string   `file:"out" name:"html" placeholder:"FILE" help:"Also write everything as one page that opens offline."`
}

// A target is a report format and where it goes.
type target struct {
	table.Format[*gate.Report]
	path string // "" is stdout
}

// outputs reads the flag.
func (f reportFlags) outputs() ([]target, error) {
	var list []target
	onStdout := 0
	for _, text := range f.Format {
		name, path, file := strings.Cut(text, "=")
		if file && path == "" {
			return nil, exit.Errorf(exit.Usage, "--format %s: the name of the file is empty: give one or leave the = out", text)
		}
		f, err := format(ci.Formats(), name)
		if err != nil {
			return nil, err
		}
		if path == "" {
			onStdout++
		}
		list = append(list, target{f, path})
	}
	if onStdout > 1 {
		return nil, exit.Errorf(exit.Usage, "only one format can go to standard output: give the others a file, for example --format table,junit=check.xml")
	}
	return list, nil
}

// write writes a report in all formats that were asked for, and as a page.
func (f reportFlags) write(con *console, list []target, r *gate.Report, sides []html.Side) error {
	var errs []error // a file that cannot be written does not cost the others
	for _, o := range list {
		if o.path != "" {
			errs = append(errs, con.put(o.path, func(w io.Writer) error { return o.Write(w, r) }))
		}
	}
	if f.HTML != "" {
		errs = append(errs, con.save(f.HTML, func(w io.Writer) error { return html.WriteComparison(w, html.Comparison{Report: r, Sides: sides}) }))
	}
	for _, o := range list { // whoever reads it may stop
		if o.path == "" {
			errs = append(errs, exit.With(exit.Execution, o.Write(con.stdout, r)))
		}
	}
	return errors.Join(errs...)
}
