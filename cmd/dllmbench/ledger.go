package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/model"
	"dllmbench/engines/train/job"
	"dllmbench/harness/exit"
	"dllmbench/harness/trace"
	"dllmbench/reports/folder"

	"github.com/alecthomas/kong"
)

// A ledger knows the files that a command reads and those that it writes: no output
// takes the place of an input or of another output. The values of flags and arguments
// are inputs, unless their tag file:"out" says that they are outputs.
type ledger struct{ inputs, outputs []spot }

// A spot is a file, or a place for one.
type spot struct {
	name string // as the user wrote it
	path string // without links in its folder
	info os.FileInfo
}

func spotOf(name string) spot {
	s := spot{name: name, path: name}
	if full, err := filepath.Abs(name); err == nil {
		s.path = full
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(s.path)); err == nil {
		s.path = filepath.Join(dir, filepath.Base(s.path))
	}
	s.info, _ = os.Stat(name)
	return s
}

func (s spot) is(other spot) bool {
	return s.path == other.path || s.info != nil && other.info != nil && os.SameFile(s.info, other.info)
}

// read are the files that a command reads in a folder that it is given.
var read = []string{folder.Results, trace.File, model.ConfigFile, model.WeightsFile, model.TokenizerFile, job.StateFile}

// reads notes a file, or the files of a folder, that the command reads.
func (l *ledger) reads(name string) {
	s := spotOf(name)
	switch {
	case s.info == nil:
	case s.info.IsDir():
		for _, file := range read {
			l.inputs = append(l.inputs, spotOf(filepath.Join(name, file)))
		}
	default:
		l.inputs = append(l.inputs, s)
	}
}

// keeps refuses a file in the place of an input or of records.
func (l *ledger) keeps(name string) error {
	s := spotOf(name)
	for _, in := range l.inputs {
		if s.is(in) {
			return exit.Errorf(exit.Usage, "%s is read by this command, and would be lost: write to another file", name)
		}
	}
	return exit.With(exit.Usage, atomicfile.Check(name))
}

// writes notes an output.
func (l *ledger) writes(name string) error {
	s := spotOf(name)
	for _, out := range l.outputs {
		if s.is(out) {
			return exit.Errorf(exit.Usage, "%s and %s are one file: give each output its own", out.name, name)
		}
	}
	l.outputs = append(l.outputs, s)
	return l.keeps(name)
}

// ledgerOf notes what a command line names.
func ledgerOf(parsed *kong.Context) (*ledger, error) {
	l := &ledger{}
	var outputs []string
	for _, p := range parsed.Path {
		value := p.Positional
		if p.Flag != nil {
			value = p.Flag.Value
		}
		if value == nil {
			continue
		}
		for _, text := range texts(value.Target) {
			switch value.Tag.Get("file") {
			case "out":
				outputs = append(outputs, text)
			case "place": // a file, or a folder for several: each is looked at when it is made
			case "format": // FORMAT=FILE
				if _, file, ok := strings.Cut(text, "="); ok {
					outputs = append(outputs, file)
				}
			default:
				l.reads(text)
			}
		}
	}
	for _, name := range outputs {
		if err := l.writes(name); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// texts are the texts in the value of a flag or argument.
func texts(v reflect.Value) (list []string) {
	switch v.Kind() {
	case reflect.String:
		list = append(list, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, texts(v.Index(i))...)
		}
	}
	return list
}

// sweep removes what this process left half-written in the folders of a command line.
func (l *ledger) sweep() {
	for _, s := range append(l.inputs, l.outputs...) {
		atomicfile.Sweep(filepath.Dir(s.path))
	}
	paths, _ := filepath.Glob(filepath.Join(os.TempDir(), fmt.Sprintf("dllmbench-*-%d-*", os.Getpid())))
	for _, path := range paths {
		os.RemoveAll(path)
	}
}
