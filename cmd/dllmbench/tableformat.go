package main

import (
	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
)

// tableFormat is the flag that chooses how the final table is printed.
type tableFormat struct {
	Format string `default:"table" placeholder:"FORMAT" help:"How to print the final table on standard output: ${tableFormats}. With any but the first nothing else is printed there."`
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
