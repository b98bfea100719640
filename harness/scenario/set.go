package scenario

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxPath is the most parts of the path of a change.
const maxPath = 32

// set applies a change "path=value". A path is made of keys with dots between
// them; in a list an element is named by its number from 0, its "name", or what
// stands for one (engine, workload, file, shape). The value is YAML.
func (l *loader) set(root *yaml.Node, text string) {
	l.changed = true
	l.sources = append(l.sources, origin{name: "--set " + clip(text), flag: true})
	source := len(l.sources) - 1
	at := pos{line: source << lineBits}
	path, valueText, ok := strings.Cut(text, "=")
	switch why, _ := flaw([]byte(text)); {
	case why != "":
		l.add(at, "%s", why)
		return
	case !ok || path == "":
		l.add(at, "allowed is path=value, for example measurement.repeats=3 or engines.ar.preset=greedy")
		return
	case path == "include" || strings.HasPrefix(path, "include."):
		l.add(at, "files are included before changes are made: change the keys themselves")
		return
	case strings.Count(path, ".") >= maxPath:
		l.add(at, "the path has %d parts; allowed are at most %d", strings.Count(path, ".")+1, maxPath)
		return
	}
	value := l.document([]byte(valueText), source)
	if value == nil {
		return
	}
	each(value, func(n *yaml.Node) { n.Line, n.Column = at.line, 0 }) // a flag has no lines
	l.place(root, strings.Split(path, "."), "the scenario", value, at)
}

// place puts value at a path below n, which is called what.
func (l *loader) place(n *yaml.Node, path []string, what string, value *yaml.Node, at pos) {
	switch n.Kind {
	case yaml.MappingNode:
		if path[0] == "0" && len(path) > 1 && keyIndex(n, "0") < 0 { // a single value stands for a list of one
			path = path[1:]
		}
		l.placeKey(n, path, what, value, at)
	case yaml.SequenceNode:
		i := l.element(n, path[0], what, at)
		if i < 0 {
			return
		}
		if len(path) == 1 {
			n.Content[i] = value
			return
		}
		l.place(n.Content[i], path[1:], what+"."+path[0], value, at)
	default:
		l.add(at, "%s is %s and has no part %q", what, kind(n), clip(path[0]))
	}
}

// placeKey puts value below a mapping. Keys may hold dots themselves, as those
// of a sweep do: the longest key that is there is meant, and a new key of a
// sweep is all that is left of the path.
func (l *loader) placeKey(n *yaml.Node, path []string, what string, value *yaml.Node, at pos) {
	for most := len(path); most > 0; most-- {
		i := keyIndex(n, strings.Join(path[:most], "."))
		if i < 0 {
			continue
		}
		if most == len(path) {
			n.Content[i+1] = value
			n.Content[i] = &yaml.Node{Kind: yaml.ScalarNode, Value: n.Content[i].Value, Line: at.line}
			return
		}
		l.place(n.Content[i+1], path[most:], strings.Join(path[:most], "."), value, at)
		return
	}
	name, rest := path[0], path[1:]
	if last := what[strings.LastIndex(what, ".")+1:]; last == "sweep" || last == "variables" {
		name, rest = strings.Join(path, "."), nil
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Value: name, Line: at.line}
	if len(rest) > 0 {
		inner := &yaml.Node{Kind: yaml.MappingNode, Line: at.line}
		l.placeKey(inner, rest, name, value, at)
		value = inner
	}
	n.Content = append(n.Content, key, value)
}

// element finds an element of a list; -1 after a problem.
func (l *loader) element(n *yaml.Node, name, what string, at pos) int {
	if i, err := strconv.Atoi(name); err == nil {
		if i >= 0 && i < len(n.Content) {
			return i
		}
		l.add(at, "%s has %d elements; allowed are numbers from 0 to %d", what, len(n.Content), len(n.Content)-1)
		return -1
	}
	if len(n.Content) > maxElements {
		l.add(at, "%s has %d elements; allowed are at most %d", what, len(n.Content), maxElements)
		return -1
	}
	names := namesOf(n.Content, elementName)
	found := slices.Index(names, name)
	switch {
	case found < 0 || name == "":
		l.add(at, "%s has no element %q%s", what, clip(name), allowed(name, unique(slices.DeleteFunc(names, func(s string) bool { return s == "" }))))
		return -1
	case slices.Contains(names[found+1:], name):
		l.add(at, "%s has several elements %q; name one by its number from 0", what, clip(name))
		return -1
	}
	return found
}

// elementName is the name by which an element of a list goes, "" for none.
func elementName(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for _, key := range []string{"name", "engine", "workload", "file", "shape", "metric"} {
		if i := keyIndex(n, key); i >= 0 {
			return n.Content[i+1].Value
		}
	}
	return ""
}
