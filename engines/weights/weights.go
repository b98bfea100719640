// Package weights holds the names of weights, as scenarios, flags and records
// write them: "builtin:v1" for a checkpoint inside the binary, "path:DIR" (or DIR
// alone) for one in a folder or a GGUF file, and "shape:20m" for random numbers of a shape, which
// measure cost only; "endpoint:NAME" stands where an engine that is not of this program
// keeps its weights to itself. Behind a path stands what its files do not say of the training, if
// anything, and behind any name a precision other than its own, and that of keys and values:
// "DIR#mask=151669,context=block,block=32,precision=q8_0,kv=bf16". Package engines/library opens them.
package weights

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind says where weights come from.
type Kind string

// The kinds of weights.
const (
	Builtin  Kind = "builtin"
	Path     Kind = "path"
	Shape    Kind = "shape"
	Endpoint Kind = "endpoint" // of an engine elsewhere; nobody opens them here
)

// Name says which weights to load; the zero value names none.
type Name struct {
	Kind      Kind
	Name      string // of a checkpoint, folder, file or shape
	Trained   Trained
	Precision string // in which matrices are kept and multiplied: of Precisions; "" for that of the source
	KV        string // in which keys and values are kept: of KVs; "" for float32
}

// Trained is what a user says of the training of a checkpoint, in the place of what
// its files say or leave open. The zero value says nothing.
type Trained struct {
	Mask    int    // id of the mask token; 0 for that of the files
	Context string // "token", "block" or "full", as in config.json; "" for that of the files
	Block   int    // positions, of the context block
	Shift   bool   // beside a context: a mask is predicted by the row in front of it
}

// Precisions are what Precision may be, by the bits of a number: types of numbers, and
// of the GGUF files of llama.cpp.
func Precisions() []string {
	return []string{"f32", "bf16", "q8_0", "q6_k", "q5_k_m", "q5_1", "q5_0", "q4_k_m", "q4_1", "q4_0"}
}

// KVs are what KV may be. What is written depends on it, and f32 is the same as "".
func KVs() []string { return []string{"f32", "bf16"} }

// SetKV sets KV.
func (n *Name) SetKV(name string) {
	if n.KV = name; name == KVs()[0] {
		n.KV = ""
	}
}

// Contexts are what Context may be.
func Contexts() []string { return []string{"token", "block", "full"} }

// Check reports what does not go together.
func (t Trained) Check() error {
	switch {
	case (t.Context == "block") != (t.Block > 0):
		return fmt.Errorf("context block and the length of a block go together: context=block,block=32")
	case t.Shift && t.Context == "":
		return fmt.Errorf("shift says nothing without a context: context=full,shift=true")
	}
	return nil
}

// String is what is said of the training, as part of a name.
func (t Trained) String() string {
	var list []string
	add := func(key, value, none string) {
		if value != none {
			list = append(list, key+"="+value)
		}
	}
	add("mask", strconv.Itoa(t.Mask), "0")
	add("context", t.Context, "")
	add("block", strconv.Itoa(t.Block), "0")
	add("shift", strconv.FormatBool(t.Shift), "false")
	return strings.Join(list, ",")
}

// set reads what [Name.settings] writes, in any order; false for any other text.
func (n *Name) set(text string) bool {
	for _, part := range strings.Split(text, ",") {
		key, value, _ := strings.Cut(part, "=")
		var err error
		switch t := &n.Trained; {
		case key == "precision" && value != "":
			n.Precision = value
		case key == "kv" && value != "":
			n.SetKV(value)
		case n.Kind != Path:
			return false
		case key == "mask":
			t.Mask, err = strconv.Atoi(value)
		case key == "context" && slices.Contains(Contexts(), value):
			t.Context = value
		case key == "block":
			t.Block, err = strconv.Atoi(value)
		case key == "shift":
			t.Shift, err = strconv.ParseBool(value)
		default:
			return false
		}
		if err != nil {
			return false
		}
	}
	return n.Trained.Mask >= 0 && n.Trained.Block >= 0
}

// Parse reads a name. A text without a kind is a path, and a # that is not followed by
// such settings, in any order, is a part of it.
func Parse(text string) Name {
	n := Name{Kind: Path, Name: text}
	kind, name, found := strings.Cut(text, ":")
	switch k := Kind(kind); k {
	case Builtin, Path, Shape, Endpoint:
		if found {
			n.Kind, n.Name = k, name
		}
	}
	if at := strings.LastIndexByte(n.Name, '#'); at >= 0 {
		if short := (Name{Kind: n.Kind, Name: n.Name[:at]}); short.set(n.Name[at+1:]) {
			return short
		}
	}
	return n
}

// settings is the text behind the # of a name.
func (n Name) settings() string {
	text := n.Trained.String()
	if n.Precision != "" {
		text += ",precision=" + n.Precision
	}
	if n.KV != "" {
		text += ",kv=" + n.KV
	}
	return strings.TrimPrefix(text, ",")
}

// String is the name with its kind.
func (n Name) String() string {
	text := string(n.Kind) + ":" + n.Name
	if s := n.settings(); s != "" {
		text += "#" + s
	}
	return text
}

// Random reports whether the numbers are random: such weights have no tokenizer
// and measure cost only.
func (n Name) Random() bool { return n.Kind == Shape }
