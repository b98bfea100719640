// Package weights holds the names of weights, as scenarios, flags and records
// write them: "builtin:v1" for a checkpoint inside the binary, "path:DIR" (or DIR
// alone) for one in a folder or a GGUF file, and "shape:20m" for random numbers of a shape, which
// measure cost only. Package engines/library opens them.
package weights

import "strings"

// Kind says where weights come from.
type Kind string

// The kinds of weights.
const (
	Builtin Kind = "builtin"
	Path    Kind = "path"
	Shape   Kind = "shape"
)

// Name says which weights to load; the zero value names none.
type Name struct {
	Kind Kind
	Name string // of a checkpoint, folder, file or shape
}

// Parse reads a name. A text without a kind is a path.
func Parse(text string) Name {
	kind, name, found := strings.Cut(text, ":")
	switch k := Kind(kind); k {
	case Builtin, Path, Shape:
		if found {
			return Name{k, name}
		}
	}
	return Name{Path, text}
}

// String is the name with its kind.
func (n Name) String() string { return string(n.Kind) + ":" + n.Name }

// Random reports whether the numbers are random: such weights have no tokenizer
// and measure cost only.
func (n Name) Random() bool { return n.Kind == Shape }
