package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/exit"
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

// TestREADMECommands executes every dllmbench command that the README and the
// list of commands show, in the order of the pages, in a folder whose
// scenarios.yaml is small, so that what takes a minute there takes a second here.
// Only --quick is left out, for the same reason; .ci/run executes it as it stands.
func TestREADMECommands(t *testing.T) {
	for _, page := range []string{"README.md", "docs/commands.md"} {
		t.Run(page, func(t *testing.T) { executeCommands(t, page) })
	}
}

func executeCommands(t *testing.T, name string) {
	page, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	commands := consoleCommands(string(page))
	if len(commands) < 5 {
		t.Fatalf("%s shows only %d commands", name, len(commands))
	}
	folder := t.TempDir()
	if err := prepare(folder); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, command := range commands {
		command, _, _ = strings.Cut(command, " #")
		words := splitWords(strings.Replace(command, "go run ./cmd/dllmbench", "dllmbench", 1))
		if words[0] != "dllmbench" {
			t.Errorf("%q is not a dllmbench command; show it outside of a console block", command)
			continue
		}
		args := slices.DeleteFunc(words[1:], func(word string) bool { return word == "--quick" })
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			code, stdout, stderr := call(t.Context(), args...)
			if code != exit.OK {
				t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
			}
			if stdout == "" {
				t.Error("nothing on stdout")
			}
		})
	}
}

// TestPageLinks follows every link of the pages to a file of the repository.
func TestPageLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	pages := []string{"../../README.md", "../../CONTRIBUTING.md"}
	for _, folder := range []string{"docs", "docs/decisions"} {
		list, err := filepath.Glob("../../" + folder + "/*.md")
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %d pages, %v", folder, len(list), err)
		}
		pages = append(pages, list...)
	}
	numbers := map[string]string{}
	for _, page := range pages {
		if number, _, _ := strings.Cut(filepath.Base(page), "-"); filepath.Base(filepath.Dir(page)) == "decisions" {
			if numbers[number] != "" {
				t.Errorf("%s and %s have one number", numbers[number], filepath.Base(page))
			}
			numbers[number] = filepath.Base(page)
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", filepath.Base(page), err)
			}
		}
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
