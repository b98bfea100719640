package main

import (
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/internal/exit"
	"dllmbench/reports/table"
)

// tableFormat is the flag that chooses how the final table is printed.
type tableFormat struct {
	Format string `default:"table" placeholder:"FORMAT" help:"How to print the final table on standard output: ${tableFormats}. With any but the first nothing else is printed there."`
}

// chosen is the format of the flag.
func (f tableFormat) chosen() (table.Format, error) {
	i := slices.IndexFunc(table.Formats(), func(t table.Format) bool { return t.Name == f.Format })
	if i < 0 {
		return table.Format{}, exit.With(exit.Usage, engines.UnknownName("format", f.Format, tableFormatNames()))
	}
	return table.Formats()[i], nil
}

// tableFormatNames lists the formats for help texts.
func tableFormatNames() []string {
	var names []string
	for _, f := range table.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// tableFormatHelp has a line for each format.
func tableFormatHelp() string {
	var b strings.Builder
	b.WriteString("Formats of the final table:\n\n")
	for _, f := range table.Formats() {
		b.WriteString("    " + f.Name + strings.Repeat(" ", 7-len(f.Name)) + f.Doc + "\n")
	}
	return b.String()
}
