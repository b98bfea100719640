package main

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// shellScripts are short scripts, one for each shell: they ask the program itself, by
// its hidden command complete, what may stand where the cursor is.
//
//go:embed completion
var shellScripts embed.FS

// completionCmd prints the script of a shell.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"The shell: bash, zsh, fish or powershell."`
}

func (*completionCmd) Help() string {
	return `Examples:

  source <(dllmbench completion bash)              # this session; the packages bring the files for all sessions
  dllmbench completion zsh > ~/.zfunc/_dllmbench   # a folder of $fpath
  dllmbench completion fish > ~/.config/fish/shellScripts/dllmbench.fish
  dllmbench completion powershell | Out-String | Invoke-Expression`
}

// Run prints the script.
func (c *completionCmd) Run(con *console) error {
	text, err := shellScripts.ReadFile("completion/" + c.Shell)
	if err == nil {
		_, err = con.stdout.Write(text)
	}
	return err
}

// completeCmd prints what may stand in the place of the last word, one a line, with a
// tab and a description behind it. No line means a file, or anything.
type completeCmd struct {
	Words []string `arg:"" optional:"" passthrough:"" empty:"ok" help:"The command line up to the cursor, without the program's name."`
}

// Run prints the candidates.
func (c *completeCmd) Run(con *console, parsed *kong.Context) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" { // that the shell's script gives; one behind it is the beginning of a flag
		words = words[1:]
	}
	for _, found := range candidates(parsed.Model.Node, words) {
		fmt.Fprintf(con.stdout, "%s\t%s\n", found.text, found.help)
	}
	return nil
}

type candidate struct{ text, help string }

// candidates are what may stand in the place of the last word. A shell may take
// --flag=value apart into three words.
func candidates(at *kong.Node, words []string) (found []candidate) {
	last := ""
	if n := len(words); n > 0 {
		words, last = words[:n-1], strings.Trim(words[n-1], `"`)
	}
	if help := len(words) > 0 && words[0] == "help"; help {
		words = words[1:]
	}
	var value *kong.Value // that the next word gives
	placed := 0
	for _, word := range words {
		switch flag := flagOf(at, word); {
		case word == "=":
		case value != nil:
			value = nil
		case flag != nil && !flag.IsBool() && !strings.Contains(word, "="):
			value = flag.Value
		case flag != nil || strings.HasPrefix(word, "-"):
		default:
			if i := slices.IndexFunc(at.Children, func(n *kong.Node) bool { return n.Name == word }); i >= 0 {
				at = at.Children[i]
			} else {
				placed++
			}
		}
	}
	add := func(text, help string) {
		if strings.HasPrefix(text, last) {
			help, _, _ = strings.Cut(help, "\n")
			found = append(found, candidate{text, help})
		}
	}
	name, _, assigned := strings.Cut(last, "=")
	switch {
	case value != nil:
		last = strings.TrimPrefix(last, "=")
		for _, text := range values(value) {
			add(text, "")
		}
	case assigned && flagOf(at, name) != nil:
		for _, text := range values(flagOf(at, name).Value) {
			add(name+"="+text, "")
		}
	case strings.HasPrefix(last, "-"):
		for _, group := range at.AllFlags(true) {
			for _, flag := range group {
				add("--"+flag.Name, helpTexts().Replace(flag.Help))
			}
		}
	case len(at.Children) > 0:
		for _, n := range at.Children {
			if !n.Hidden {
				add(n.Name, n.Help)
			}
		}
	case len(at.Positional) > 0:
		for _, text := range values(at.Positional[min(placed, len(at.Positional)-1)]) {
			add(text, "")
		}
	}
	return found
}

// flagOf is the flag of a command that a word names, or nil.
func flagOf(at *kong.Node, word string) *kong.Flag {
	word, _, _ = strings.Cut(word, "=")
	for _, group := range at.AllFlags(false) {
		for _, flag := range group {
			if word == "--"+flag.Name || flag.Short != 0 && word == "-"+string(flag.Short) {
				return flag
			}
		}
	}
	return nil
}

// values are those that a flag or argument allows, or that its help lists.
func values(v *kong.Value) []string {
	if v.Enum != "" {
		return v.EnumSlice()
	}
	for name, list := range helpLists() {
		if strings.Contains(v.Help, name) {
			return slices.SortedFunc(slices.Values(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })), cmp.Compare)
		}
	}
	return nil
}
