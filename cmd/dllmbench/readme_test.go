package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// consoleCommands returns the commands of the ```console blocks of a Markdown
// text: the lines that start with "$ ".
func consoleCommands(markdown string) []string {
	var commands []string
	inside := false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSuffix(line, "\n")
		switch command, isCommand := strings.CutPrefix(line, "$ "); {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && isCommand:
			commands = append(commands, command)
		}
	}
	return commands
}

// splitWords splits a command line at spaces; single and double quotes hold
// words together. Nothing else of a shell is understood.
func splitWords(line string) []string {
	var words []string
	var word strings.Builder
	quote, started := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, started = r, true
		case quote == 0 && r == ' ':
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words
}

// TestREADMECommands executes every dllmbench command that the README shows, as
// written and in the order of the page. They run in a folder whose
// scenarios.yaml is small, so that what takes minutes there takes seconds here;
// README commands that are not dllmbench commands belong to .ci/run.
func TestREADMECommands(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes for several seconds")
	}
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := consoleCommands(string(page))
	if len(commands) < 8 {
		t.Fatalf("the README shows only %d commands", len(commands))
	}
	tiny, err := os.ReadFile("testdata/tiny.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "scenarios.yaml"), tiny, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, command := range commands {
		args, ok := strings.CutPrefix(command, "go run ./cmd/dllmbench")
		if !ok {
			if args, ok = strings.CutPrefix(command, "dllmbench"); !ok {
				t.Errorf("%q is not a dllmbench command; show it outside of a console block", command)
				continue
			}
		}
		t.Run(strings.TrimSpace(args), func(t *testing.T) {
			code, stdout, stderr := call(t.Context(), splitWords(args)...)
			if code != exitOK {
				t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
			}
			if stdout == "" {
				t.Error("nothing on stdout")
			}
		})
	}
}

func TestConsoleCommands(t *testing.T) {
	got := consoleCommands("```console\n$ dllmbench env\noutput\n```\n$ not this\n```\n$ nor this\n```\n```console\n$ a 'b  c' \"\"\n```\n")
	if len(got) != 2 || got[0] != "dllmbench env" {
		t.Fatalf("got %q", got)
	}
	words := splitWords(got[1])
	if len(words) != 3 || words[1] != "b  c" || words[2] != "" {
		t.Errorf("split into %q", words)
	}
}
