// Package yamlfile reads what small files of YAML have in common: plain values, each key
// once, and all mistakes with their places.
package yamlfile

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxMistakes bounds the mistakes of a file that are reported.
const maxMistakes = 50

// Reader gathers the mistakes of a file, each as "file:line:col: what is wrong".
type Reader struct {
	File string
	Errs []error
}

// Pair is a key of a mapping and its value.
type Pair struct{ Key, Value *yaml.Node }

// Add adds a mistake at a node.
func (r *Reader) Add(n *yaml.Node, format string, args ...any) {
	msg := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '\ufffd'
		}
		return c
	}, fmt.Sprintf(format, args...))
	if len(r.Errs) < maxMistakes {
		r.Errs = append(r.Errs, fmt.Errorf("%s:%d:%d: %s", r.File, max(1, n.Line), max(1, n.Column), msg))
	}
}

// Plain refuses anchors, of which a few make a tree of any size, and counts the values.
func (r *Reader) Plain(n *yaml.Node) (values int) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.Add(n, "anchors and aliases are not read; write the value out")
		return 1
	}
	for _, c := range n.Content {
		values += r.Plain(c)
	}
	return values + 1
}

// Pairs are the keys of a mapping, each once; what names it in messages.
func (r *Reader) Pairs(n *yaml.Node, what string) (list []Pair) {
	if n.Kind != yaml.MappingNode {
		r.Add(n, "%s must be a mapping of keys to values", what)
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.Add(k, "keys in %s must be plain words", what)
		case seen[k.Value]:
			r.Add(k, "key %q in %s was given before", Clip(k.Value), what)
		default:
			seen[k.Value] = true
			list = append(list, Pair{k, n.Content[i+1]})
		}
	}
	return list
}

// Clip shortens a value for messages.
func Clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
