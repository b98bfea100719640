package main

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/engines/likelihood"
	"dllmbench/harness/scenario"

	"github.com/alecthomas/kong"
)

// commands calls visit with each command of the program, its name and a command line
// that is complete, so that only what visit adds can be wrong.
func commands(t *testing.T, visit func(node *kong.Node, line []string)) {
	t.Helper()
	var cli app
	parser, err := newParser(&cli)
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(false) {
		line := words(leaf)
		for _, arg := range leaf.Positional {
			if value := strings.Split(arg.Enum, ",")[0]; arg.Required {
				line = append(line, cmp.Or(value, "none"))
			}
		}
		for _, flag := range leaf.Flags {
			if flag.Required && flag.Target.Kind() == reflect.Int {
				line = append(line, "--"+flag.Name+"=1")
			} else if flag.Required {
				line = append(line, "--"+flag.Name+"=none")
			}
		}
		visit(leaf, line)
	}
}

// words are the names that select a command.
func words(node *kong.Node) []string {
	if node.Parent == nil {
		return nil
	}
	return append(words(node.Parent), node.Name)
}

// TestNumbersOfFlags: each number of each command has a range, and what lies outside
// of it, or is no number, is a mistake that names the flag and the range.
func TestNumbersOfFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	checked := 0
	commands(t, func(node *kong.Node, line []string) {
		for _, flag := range node.Flags {
			kind := flag.Target.Type()
			for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
				kind = kind.Elem()
			}
			number := reflect.Zero(kind)
			if !number.CanInt() && !number.CanFloat() {
				continue
			}
			within := flag.Tag.Get("range")
			if within == "" {
				t.Errorf("%s --%s has no range", node.Path(), flag.Name)
				continue
			}
			checked++
			bad := []string{"-1", "9223372036854775807"}
			switch {
			case kind.String() == "time.Duration":
				bad = []string{"-1s", "2562047h"}
			case kind.String() == "main.percent":
				bad = []string{"-1%", "NaN", "Inf", "1e300"}
			case number.CanFloat():
				bad = []string{"-1", "NaN", "Inf", "-Inf", "1e300"}
			}
			for _, value := range bad {
				code, stdout, stderr := call(context.Background(), append(line, "--"+flag.Name+"="+value)...)
				if code != 2 || stdout != "" || !strings.Contains(stderr, "--"+flag.Name) || !strings.Contains(stderr, "allowed is "+within) {
					t.Errorf("%s --%s=%s: exit code %d, %s", strings.Join(line, " "), flag.Name, value, code, stderr)
				}
			}
		}
	})
	if checked < 40 {
		t.Errorf("only %d numbers were checked", checked)
	}
}

// TestEmptyValues: a text that is given as empty is a mistake, in every command.
func TestEmptyValues(t *testing.T) {
	t.Chdir(t.TempDir())
	refuse := func(name string, line []string) {
		t.Helper()
		if code, stdout, stderr := call(context.Background(), line...); code != 2 || stdout != "" || !strings.Contains(stderr, name) {
			t.Errorf("%q: exit code %d, %s", line, code, stderr)
		}
	}
	commands(t, func(node *kong.Node, line []string) {
		for _, flag := range node.Flags {
			if !flag.IsBool() && flag.Tag.Get("empty") != "ok" {
				refuse("--"+flag.Name, append(line, "--"+flag.Name+"="))
			}
		}
		for i, arg := range node.Positional {
			if arg.Enum != "" || arg.Tag.Get("empty") == "ok" {
				continue // "" is none of its words, or as good as others
			}
			given := slices.Clone(line)
			if at := len(words(node)) + i; at < len(line) && arg.Required {
				given[at] = ""
			} else {
				given = append(given, "")
			}
			refuse("empty", given)
		}
	})
	refuse("--format table=", []string{"compare", "a", "b", "--format", "table="})
	refuse("--format", []string{"check", "--format", "table,junit="})
}

// TestHelpAndVersion: both are commands too.
func TestHelpAndVersion(t *testing.T) {
	for line, same := range map[string]string{"help": "--help", "help run": "run --help", "help baseline save": "baseline save -h", "help baseline": "baseline --help", "version": "--version"} {
		code, stdout, stderr := call(context.Background(), strings.Fields(line)...)
		if _, want, _ := call(context.Background(), strings.Fields(same)...); code != 0 || stdout != want || stderr != "" {
			t.Errorf("%s: exit code %d, %s%s\nwant %s", line, code, stdout, stderr, want)
		}
	}
	if code, _, stderr := call(context.Background(), "help", "rnu"); code != 2 || !strings.Contains(stderr, "unexpected argument rnu") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// TestRangesAreThoseOfScenarios: a flag may be no more than the key of a scenario.
func TestRangesAreThoseOfScenarios(t *testing.T) {
	most := map[string]int{"threads": scenario.MaxThreads, "trace": scenario.MaxRepeats, "steps": scenario.MaxTokens, "length": scenario.MaxTokens,
		"batch": scenario.MaxBatch, "instances": scenario.MaxInstances, "repeats": likelihood.MaxRepeats}
	commands(t, func(node *kong.Node, _ []string) {
		for _, flag := range node.Flags {
			want, ok := most[flag.Name]
			if _, high, _ := strings.Cut(flag.Tag.Get("range"), " to "); ok && node.Name != "train" && high != strconv.Itoa(want) {
				t.Errorf("%s --%s goes to %s, want %d", node.Name, flag.Name, high, want)
			}
		}
	})
}
