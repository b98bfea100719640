package scenario

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A scenario may be spread over several files and flags. All of them become one
// tree of nodes; a node's line says in its high bits which source it is from,
// so that every message names the place where its reader can change something.

// origin is where nodes come from: a file, or a flag.
type origin struct {
	name string
	flag bool // it has no lines
}

// lineBits is how many low bits of a node's line hold the line.
const lineBits = 22 // 4 million lines; a file has at most 1 MiB

// line is the line within its source.
func (p pos) number() int { return p.line & (1<<lineBits - 1) }

// source is the number of the source.
func (p pos) source() int { return p.line >> lineBits }

// maxDepth is how deep files may include each other.
const maxDepth = 8

// Options change how a scenario is read.
type Options struct {
	// Read reads an included file; nil refuses includes.
	Read func(path string) ([]byte, error)
	// Env looks a variable up; nil knows none.
	Env func(name string) (value string, ok bool)
	// Set holds changes "path=value", applied in order after includes.
	Set []string
}

// loader turns sources into one tree.
type loader struct {
	*collector
	options Options
	changed bool // the tree is not just what the file says
}

// load reads a scenario file with everything it includes and all changes.
func (l *loader) load(data []byte) *yaml.Node {
	root := l.file(data, 0, []string{filepath.Clean(l.sources[0].name)})
	if root == nil {
		return nil
	}
	if n := len(l.options.Set); n > maxElements {
		l.add(pos{}, "%d changes with --set; allowed are at most %d", n, maxElements)
		return nil
	}
	for _, text := range l.options.Set {
		l.set(root, text)
	}
	return root
}

// file reads one source and merges what it includes below its own keys. chain
// are the files that led here.
func (l *loader) file(data []byte, source int, chain []string) *yaml.Node {
	root := l.document(data, source)
	if root == nil {
		return nil
	}
	values(root, l.variables)
	if root.Kind != yaml.MappingNode {
		return root
	}
	i := keyIndex(root, "include")
	if i < 0 {
		return root
	}
	l.changed = true
	value := root.Content[i+1]
	root.Content = slices.Delete(root.Content, i, i+2)
	merged := &yaml.Node{Kind: yaml.MappingNode, Line: root.Line, Column: root.Column}
	for _, item := range l.items(value, "include") {
		if part := l.include(item, chain); part != nil {
			merge(merged, part)
		}
	}
	merge(merged, root)
	return merged
}

// include reads an included file; nil after a problem.
func (l *loader) include(n *yaml.Node, chain []string) *yaml.Node {
	name := l.text(n, "include")
	if name == "" {
		return nil
	}
	path := filepath.Clean(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(chain[len(chain)-1]), path)
	}
	switch {
	case slices.Contains(chain, path):
		l.add(place(n), "%s includes itself: %s", clip(path), strings.Join(append(chain, path), " → "))
		return nil
	case len(chain) > maxDepth:
		l.add(place(n), "files include each other more than %d deep", maxDepth)
		return nil
	case l.options.Read == nil:
		l.add(place(n), "include is not possible here: files cannot be read")
		return nil
	}
	if len(l.sources) > maxSources {
		l.add(place(n), "a scenario includes more than %d files", maxSources-1)
		return nil
	}
	data, err := l.options.Read(path)
	if err != nil {
		l.add(place(n), "include: %v", err)
		return nil
	}
	l.sources = append(l.sources, origin{name: path})
	part := l.file(data, len(l.sources)-1, append(slices.Clone(chain), path))
	if part != nil && part.Kind != yaml.MappingNode {
		l.add(place(part), "an included file is %s; it must be a mapping of keys to values, as a scenario is", kind(part))
		return nil
	}
	return part
}

// variable is ${NAME} or ${NAME:default}; $${ is a plain ${.
var variable = regexp.MustCompile(`\$?\$\{[^}]*\}?`)

var variableForm = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(:([^}]*))?\}$`)

// variables replaces the variables of a scalar. One that is nothing but a
// variable takes the type of the value: 8 is a number, even in quotes.
func (l *loader) variables(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "${") {
		return
	}
	l.changed = true
	whole := variableForm.MatchString(n.Value)
	n.Value = variable.ReplaceAllStringFunc(n.Value, func(text string) string {
		if strings.HasPrefix(text, "$$") {
			return text[1:]
		}
		m := variableForm.FindStringSubmatch(text)
		if m == nil {
			l.add(place(n), "%q is no variable; allowed are ${NAME} and ${NAME:default}, and $${ for a plain ${", clip(text))
			return ""
		}
		if l.options.Env != nil {
			if value, ok := l.options.Env(m[1]); ok {
				if !utf8.ValidString(value) {
					l.add(place(n), "the variable %s holds text that is not UTF-8: %q", m[1], clip(value))
				}
				return value
			}
		}
		if m[2] == "" {
			l.add(place(n), "the variable %s is not set and has no default; ${%s:value} gives one", m[1], m[1])
		}
		return m[3]
	})
	if whole {
		n.Style, n.Tag = 0, ""
	} else {
		n.Style, n.Tag = yaml.DoubleQuotedStyle, "!!str"
	}
}

// merged lists the keys whose values are merged key by key; of all others the
// later value replaces the earlier one as a whole.
var mergedKeys = []string{"generation", "measurement"}

// merge puts the keys of from into the mapping to.
func merge(to, from *yaml.Node) {
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		at := keyIndex(to, key.Value)
		switch {
		case at < 0:
			to.Content = append(to.Content, key, value)
		case slices.Contains(mergedKeys, key.Value) && to.Content[at+1].Kind == yaml.MappingNode && value.Kind == yaml.MappingNode:
			both := &yaml.Node{Kind: yaml.MappingNode, Line: value.Line, Column: value.Column}
			merge(both, to.Content[at+1])
			merge(both, value)
			to.Content[at], to.Content[at+1] = key, both
		case from == to || key.Line>>lineBits == to.Content[at].Line>>lineBits: // twice in one file: reported later
			to.Content = append(to.Content, key, value)
		default:
			to.Content[at], to.Content[at+1] = key, value
		}
	}
}

// keyIndex is the place of a key in a mapping's Content, -1 if it is missing.
func keyIndex(n *yaml.Node, name string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i
		}
	}
	return -1
}

// resolved is the scenario as one file: as it was read, unless it is made of several
// files, variables or changes. What is written is read again and has to say the same:
// first it is written as it was, then without comments and with all texts in quotes.
func (l *loader) resolved(root *yaml.Node, data []byte) []byte {
	if !l.changed {
		return data
	}
	var wrong *yaml.Node
	for _, plain := range []bool{false, true} {
		text := l.written(root, plain)
		again := loader{collector: &collector{sources: l.sources[:1]}}
		got := again.file(text, 0, nil)
		if got == nil {
			wrong = root
		} else if wrong = differs(root, got); wrong == nil && len(again.list) == 0 {
			return text
		}
		if len(text) > MaxFile {
			l.add(pos{}, "with everything that it includes put in, the scenario has %d bytes; allowed are at most %d", len(text), MaxFile)
			return nil
		}
	}
	l.add(place(wrong), "%s cannot be written into the results as it is", kind(wrong))
	return nil
}

// written is a tree as text. What would be read as a variable is escaped.
func (l *loader) written(root *yaml.Node, plain bool) []byte {
	var out bytes.Buffer
	name := filepath.Base(l.sources[0].name)
	if why, _ := flaw([]byte(name)); why != "" || strings.ContainsAny(name, "\r\n\u0085\u2028\u2029") {
		name = strconv.QuoteToASCII(name)
	}
	fmt.Fprintf(&out, "# %s with its includes, variables and changes put in\n", name)
	copied := (&flattener{collector: &collector{}}).copy(root)
	values(copied, func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			n.Value = strings.ReplaceAll(n.Value, "${", "$${")
		}
	})
	if plain {
		each(copied, func(n *yaml.Node) {
			n.HeadComment, n.LineComment, n.FootComment = "", "", ""
			if n.Style = 0; n.ShortTag() == "!!str" {
				n.Style = yaml.DoubleQuotedStyle
			}
		})
	}
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if enc.Encode(copied) != nil {
		return nil
	}
	return out.Bytes()
}
