package scenario

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// document parses a source into a tree of nodes without aliases; nil after a problem.
func (c *collector) document(data []byte, source int) *yaml.Node {
	start := pos{line: source << lineBits}
	if c.bytes += len(data); c.bytes > MaxFile {
		c.add(start, "the scenario and what it includes have %d bytes; allowed are at most %d", c.bytes, MaxFile)
		return nil
	}
	if why, at := flaw(data); why != "" {
		c.add(pos{start.line + at.line, at.col}, "%s", why)
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
	return c.flat(doc.Content[0], source)
}

func (c *collector) syntax(err error, start pos) {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(m[1])
	c.add(pos{start.line + line, 1}, "not valid YAML: %s", text[len(m[0]):])
}

func place(n *yaml.Node) pos { return pos{n.Line, n.Column} }

// kind names what a node is, for messages.
func kind(n *yaml.Node) string {
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
	if n.Kind != yaml.MappingNode {
		c.add(place(n), "%s is %s; it must be a mapping of keys to values", what, kind(n))
		return nil
	}
	if len(n.Content) > 2*maxElements {
		c.add(place(n), "%s has %d keys; allowed are at most %d", what, len(n.Content)/2, maxElements)
		return nil
	}
	var list []field
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			c.add(place(key), "a key in %s is %s; keys must be plain words", what, kind(key))
			continue
		}
		if key.ShortTag() == "!!merge" {
			c.add(place(key), "merge keys (<<) are not read; write the keys out, or let an alias stand for the whole value")
			continue
		}
		if line, twice := seen[key.Value]; twice {
			c.add(place(key), "key %q in %s was given before, in line %d", clip(key.Value), what, line)
			continue
		}
		seen[key.Value] = place(key).number()
		list = append(list, field{key.Value, place(key), n.Content[i+1]})
	}
	return list
}

// items are the elements of a list; a single value stands for a list of one.
// An empty list is a problem.
func (c *collector) items(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	if len(n.Content) == 0 {
		c.add(place(n), "%s is an empty list; it needs at least one element", what)
	}
	if len(n.Content) > maxElements {
		c.add(place(n), "%s has %d elements; allowed are at most %d", what, len(n.Content), maxElements)
		return nil
	}
	return n.Content
}

// text reads a string that is not empty; "" after a problem.
func (c *collector) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || n.Value == "" {
		c.add(place(n), "%s is %s; it must be a text", what, kind(n))
		return ""
	}
	return n.Value
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
