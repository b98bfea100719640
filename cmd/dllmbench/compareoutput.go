package main

import (
	"io"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/reports/ci"
	"dllmbench/reports/html"
	"dllmbench/reports/table"
)

// formatFlag chooses how a report is written.
type formatFlag struct {
	Format []string `default:"table" placeholder:"FORMAT[=FILE]" help:"How to write the result: ${reportFormats}. With =FILE into a file; several may be given."`
}

// An output is a report format and where it goes.
type output struct {
	format table.Format[*gate.Report]
	path   string // "" is stdout
}

// outputs reads the flag.
func (f formatFlag) outputs() ([]output, error) {
	var list []output
	onStdout := 0
	for _, text := range f.Format {
		name, path, _ := strings.Cut(text, "=")
		f, err := format(ci.Formats(), name)
		if err != nil {
			return nil, err
		}
		if path == "" {
			onStdout++
		}
		list = append(list, output{f, path})
	}
	if onStdout > 1 {
		return nil, exit.Errorf(exit.Usage, "only one format can go to standard output: give the others a file, for example --format table,junit=check.xml")
	}
	return list, nil
}

// emit writes a report in all formats that were asked for.
func emit(con *console, list []output, r *gate.Report) error {
	for _, o := range list {
		if o.path == "" {
			if err := o.format.Write(con.stdout, r); err != nil {
				return exit.With(exit.Execution, err)
			}
			continue
		}
		var b strings.Builder
		if err := o.format.Write(&b, r); err != nil {
			return exit.With(exit.Execution, err)
		}
		if err := atomicfile.Write(o.path, []byte(b.String())); err != nil {
			return exit.With(exit.Execution, err)
		}
	}
	return nil
}

// pageFlag asks for a page.
type pageFlag struct {
	HTML string `name:"html" placeholder:"FILE" help:"Also write everything as one page that opens offline."`
}

// page writes the page, if one was asked for.
func (p pageFlag) page(con *console, r *gate.Report, sides []html.Side) error {
	if p.HTML == "" {
		return nil
	}
	return writePage(con, p.HTML, func(w io.Writer) error { return html.WriteComparison(w, html.Comparison{Report: r, Sides: sides}) })
}
