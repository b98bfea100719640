package table

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is a way to write a T.
type Format[T any] struct {
	Name  string
	Doc   string // who reads it
	Write func(io.Writer, T) error
}

// Formats are the ways to write a T, the default first.
type Formats[T any] []Format[T]

// Names lists the formats.
func (list Formats[T]) Names() []string {
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	return names
}

// Find is the format of a name, if there is one.
func (list Formats[T]) Find(name string) (Format[T], bool) {
	i := slices.Index(list.Names(), name)
	if i < 0 {
		return Format[T]{}, false
	}
	return list[i], true
}

// Help has a line for each format.
func (list Formats[T]) Help() string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "    %-8s %s\n", f.Name, f.Doc)
	}
	return b.String()
}
