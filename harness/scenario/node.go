package scenario

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Bounds of a scenario file: its bytes, and the elements of one list or mapping.
const (
	maxFile     = 1 << 20
	maxElements = 4096
)

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// document parses a source into a node tree; nil after a problem.
func (c *collector) document(data []byte, source int) *yaml.Node {
	start := pos{line: source << lineBits}
	if len(data) > maxFile {
		c.add(start, "the file has %d bytes; allowed are at most %d", len(data), maxFile)
		return nil
	}
	var doc, second yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		if c.sources[source].flag {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
		}
		c.add(start, "the file is empty; a scenario begins with \"version: 1\"")
		return nil
	} else if err != nil {
		c.syntax(err, start)
		return nil
	}
	if err := dec.Decode(&second); err == nil {
		c.add(pos{start.line + second.Line, second.Column}, "a second YAML document; a file holds one scenario")
	} else if !errors.Is(err, io.EOF) {
		c.syntax(err, start)
	}
	return doc.Content[0]
}

func (c *collector) syntax(err error, start pos) {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(m[1])
	c.add(pos{start.line + line, 1}, "not valid YAML: %s", text[len(m[0]):])
}

func place(n *yaml.Node) pos { return pos{n.Line, n.Column} }

// target follows an alias.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// kind names what a node is, for messages.
func kind(n *yaml.Node) string {
	n = target(n)
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!int", "!!float", "!!bool":
		return clip(n.Value)
	}
	return strconv.Quote(clip(n.Value))
}

// clip shortens a value for messages.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// field is one key of a mapping with its value.
type field struct {
	name  string
	at    pos
	value *yaml.Node
}

// fields lists the keys of a mapping in order. A nil list follows a problem or
// an empty mapping.
func (c *collector) fields(n *yaml.Node, what string) []field {
	node := target(n)
	if node.Kind != yaml.MappingNode {
		c.add(place(n), "%s is %s; it must be a mapping of keys to values", what, kind(n))
		return nil
	}
	if len(node.Content) > 2*maxElements {
		c.add(place(n), "%s has %d keys; allowed are at most %d", what, len(node.Content)/2, maxElements)
		return nil
	}
	var list []field
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode {
			c.add(place(key), "a key in %s is %s; keys must be plain words", what, kind(key))
			continue
		}
		if line, twice := seen[key.Value]; twice {
			c.add(place(key), "key %q in %s was given before, in line %d", clip(key.Value), what, line)
			continue
		}
		seen[key.Value] = place(key).number()
		list = append(list, field{key.Value, place(key), node.Content[i+1]})
	}
	return list
}

// known reads a mapping that may have the given keys only, and gives each value
// to its function. The keys have to be those of the table of keys.
func (c *collector) known(n *yaml.Node, what string, keys map[string]func(*yaml.Node)) {
	if _, names := keysOf(what); !slices.Equal(names, sortedKeys(keys)) {
		panic("scenario: the parser reads other keys than the table of keys has")
	}
	for _, f := range c.fields(n, what) {
		if read, ok := keys[f.name]; ok {
			read(f.value)
		} else {
			c.add(f.at, "unknown key %q in %s%s", clip(f.name), what, allowed(f.name, sortedKeys(keys)))
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// items are the elements of a list; a single value stands for a list of one.
// An empty list is a problem.
func (c *collector) items(n *yaml.Node, what string) []*yaml.Node {
	node := target(n)
	if node.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	if len(node.Content) == 0 {
		c.add(place(n), "%s is an empty list; it needs at least one element", what)
	}
	if len(node.Content) > maxElements {
		c.add(place(n), "%s has %d elements; allowed are at most %d", what, len(node.Content), maxElements)
		return nil
	}
	return node.Content
}

// text reads a string that is not empty; "" after a problem.
func (c *collector) text(n *yaml.Node, what string) string {
	node := target(n)
	if node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" || node.Value == "" {
		c.add(place(n), "%s is %s; it must be a text", what, kind(n))
		return ""
	}
	return node.Value
}

// choice reads one of the allowed words; "" after a problem.
func (c *collector) choice(n *yaml.Node, what string, names []string) string {
	s := c.text(n, what)
	if s != "" && !slices.Contains(names, s) {
		c.add(place(n), "unknown %s %q%s", what, clip(s), allowed(s, names))
		return ""
	}
	return s
}

// whole reads a whole number from low to high; ok is false after a problem.
func (c *collector) whole(n *yaml.Node, what string, low, high int) (v int, ok bool) {
	node := target(n)
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!int" && node.Decode(&v) == nil && low <= v && v <= high {
		return v, true
	}
	if low == high {
		c.add(place(n), "%s is %s; allowed is %d", what, kind(n), low)
	} else {
		c.add(place(n), "%s is %s; allowed is a whole number from %d to %d", what, kind(n), low, high)
	}
	return 0, false
}

// wholes reads a whole number or a list of different ones.
func (c *collector) wholes(n *yaml.Node, what string, low, high int) []int {
	var list []int
	for _, item := range c.items(n, what) {
		v, ok := c.whole(item, what, low, high)
		if ok && slices.Contains(list, v) {
			c.add(place(item), "%s holds %d twice", what, v)
		} else if ok {
			list = append(list, v)
		}
	}
	return list
}

// real reads a number from low to high; ok is false after a problem.
func (c *collector) real(n *yaml.Node, what string, low, high float64) (v float64, ok bool) {
	node := target(n)
	tag := node.ShortTag()
	if node.Kind == yaml.ScalarNode && (tag == "!!int" || tag == "!!float") && node.Decode(&v) == nil && low <= v && v <= high {
		return v, true
	}
	c.add(place(n), "%s is %s; allowed is a number from %g to %g", what, kind(n), low, high)
	return 0, false
}

// duration reads a Go duration from low to high; ok is false after a problem.
func (c *collector) duration(n *yaml.Node, what string, low, high time.Duration) (d time.Duration, ok bool) {
	node := target(n)
	if node.Kind == yaml.ScalarNode {
		if d, err := time.ParseDuration(node.Value); err == nil && low <= d && d <= high {
			return d, true
		}
	}
	c.add(place(n), "%s is %s; allowed is a duration with a unit from %v to %v, for example 500ms or 60s", what, kind(n), low, high)
	return 0, false
}

// missing reports keys that must be there.
func (c *collector) missing(at pos, what string, have []field, need ...string) {
	for _, name := range need {
		if !slices.ContainsFunc(have, func(f field) bool { return f.name == name }) {
			c.add(at, "%s needs the key %q", what, name)
		}
	}
}
