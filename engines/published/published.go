// Package published knows public checkpoints: where they are, by which shape their
// files are recognised, what these leave open of the training, and with which settings
// of which decoder their authors published results.
package published

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/weights"
)

// Model is a public checkpoint.
type Model struct {
	Owner, Name    string // of the repository; Name is also that of the folder it is expected in
	Type           string // model_type of its config.json
	Hidden, Layers int    // its shape, by which its files are recognised
	Params         float64
	// Trained is what its files leave open.
	Trained weights.Trained
	// Continues is true of weights that continue texts and answer no questions.
	Continues bool
	Settings  []Setting
}

// Setting is one way of decoding that its authors used.
type Setting struct {
	Label          string
	Engine, Preset string
	Options        engines.Options // other than the defaults of the preset
	Of             string          // what was decoded so
	Source         string          // who says so, with the commit that was read
}

// String names decoder and options.
func (s Setting) String() string {
	text := s.Engine + "/" + s.Preset
	for _, name := range slices.Sorted(maps.Keys(s.Options)) {
		text += fmt.Sprintf(" %s=%v", name, s.Options[name])
	}
	return text
}

// Repository is the name on Hugging Face.
func (m Model) Repository() string { return m.Owner + "/" + m.Name }

// Download says how the files come into a folder.
func (m Model) Download(folder string) string {
	return fmt.Sprintf("hf download %s --local-dir %s", m.Repository(), folder)
}

// Recognise lists the models whose files in a folder have a shape: the one that the
// folder is called after, if it is among them.
func Recognise(modelType string, hidden, layers int, folder string) []Model {
	var list []Model
	for _, m := range Models() {
		if m.Type == modelType && m.Hidden == hidden && m.Layers == layers {
			list = append(list, m)
		}
	}
	if m, ok := Called(folder); ok && slices.ContainsFunc(list, func(o Model) bool { return o.Name == m.Name }) {
		return []Model{m}
	}
	return list
}

// Called finds the model that a folder is called after.
func Called(folder string) (Model, bool) {
	for _, m := range Models() {
		if strings.EqualFold(m.Name, filepath.Base(filepath.Clean(folder))) {
			return m, true
		}
	}
	return Model{}, false
}
