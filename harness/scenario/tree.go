package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a scenario before its keys are looked at: the bytes of all its files,
// their number, the values in them, and the elements of one list or mapping.
const (
	MaxFile     = 1 << 20
	maxSources  = 256
	maxValues   = 1 << 19
	maxNesting  = 100
	maxElements = 4096
)

// flaw says why data is no text that a scenario may be, and where; "" if it is one.
func flaw(data []byte) (why string, at pos) {
	if text := string(data[:min(2, len(data))]); text == "\xff\xfe" || text == "\xfe\xff" {
		return "the file is UTF-16; a scenario is UTF-8 text, so save it as UTF-8", pos{1, 1}
	}
	at = pos{1, 1}
	for i, width := 0, 0; i < len(data); i += width {
		var r rune
		r, width = utf8.DecodeRune(data[i:])
		switch {
		case r == '\n':
			at = pos{at.line + 1, 1}
			continue
		case r == utf8.RuneError && width == 1:
			return fmt.Sprintf("the byte 0x%02X is no UTF-8 text", data[i]), at
		case unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\u0085':
			return fmt.Sprintf(`the control character U+%04X is not allowed; a text in double quotes may hold it as an escape, such as "\x%02x"`, r, r), at
		case r == '\ufeff' && i > 0 || r == '\ufffe' || r == '\uffff':
			return fmt.Sprintf("the character U+%04X is not allowed here", r), at
		}
		at.col++
	}
	return "", pos{}
}

// coreTags are the tags that values may have in words.
var coreTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq"}

// flattener copies a tree.
type flattener struct {
	*collector
	source int
	open   []*yaml.Node // that lead to the node at work
}

// flat is a copy of the tree of a source in which every alias is what it stands for:
// a change at one place changes no other, and the tree can be written into another
// file, where an anchor may mean something else. Nil after a problem.
func (c *collector) flat(n *yaml.Node, source int) *yaml.Node {
	f := flattener{collector: c, source: source}
	before := len(c.list)
	if n = f.copy(n); len(c.list) > before {
		return nil
	}
	return n
}

func (f *flattener) copy(n *yaml.Node) *yaml.Node {
	node := *n
	if n.Kind == yaml.AliasNode {
		node = *n.Alias
		node.Line, node.Column, node.Alias = n.Line, n.Column, n.Alias
		n = n.Alias
	}
	node.Line |= f.source << lineBits
	f.values++
	switch {
	case f.values == maxValues:
		f.add(place(&node), "the scenario has more than the %d values allowed, counted again for each alias", maxValues)
	case slices.Contains(f.open, n):
		f.add(place(&node), "the alias *%s stands for a value that holds the alias itself", n.Anchor)
		return &node
	case len(f.open) > maxNesting:
		f.add(place(&node), "values are nested more than %d deep", maxNesting)
		return &node
	case node.Style&yaml.TaggedStyle != 0 && !slices.Contains(coreTags, node.ShortTag()):
		f.add(place(&node), "the tag %s is not known; allowed are %s", clip(node.ShortTag()), strings.Join(coreTags, ", "))
	}
	node.Anchor, node.Content = "", slices.Clone(node.Content)
	f.open = append(f.open, n)
	for i, child := range node.Content {
		if f.values >= maxValues {
			break
		}
		node.Content[i] = f.copy(child)
	}
	f.open = f.open[:len(f.open)-1]
	return &node
}

// each visits a node and everything below it.
func each(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, child := range n.Content {
		each(child, visit)
	}
}

// values visits the elements of lists and the values of mappings below a node.
func values(n *yaml.Node, visit func(*yaml.Node)) {
	each(n, func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.SequenceNode || i%2 == 1 {
				visit(child)
			}
		}
	})
}

// differs is the first node that is another one in a second tree, nil if they say the same.
func differs(a, b *yaml.Node) *yaml.Node {
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) || a.Kind == yaml.ScalarNode && (a.Value != b.Value || a.ShortTag() != b.ShortTag()) {
		return a
	}
	for i := range a.Content {
		if n := differs(a.Content[i], b.Content[i]); n != nil {
			return n
		}
	}
	return nil
}
