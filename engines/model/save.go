package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/quant"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/network"
)

// dtypes are the types that numbers are written as: their names in safetensors and in
// config.json.
var dtypes = map[string]string{"F32": "float32", "BF16": "bfloat16", "F16": "float16"}

// Save writes config.json and model.safetensors (dtype "F32", "BF16" or "F16")
// into dir. Each file is replaced in one step, the weights last.
func Save(dir string, w *Weights, dtype string, metadata map[string]string) error {
	contents := map[string]content{}
	for _, t := range w.Tensors {
		contents[t.Name] = content{vector: t.Data}
	}
	return save(dir, w.Config, contents, dtype, metadata, nil)
}

// Export is Save for other programs, dtype being a name of dtypes in config.json. Of the
// config.json that the model was read from, or nil, the keys are kept that say nothing
// about its function.
func (m *Model) Export(dir, dtype string, from []byte) error {
	if m.cfg.AttentionBias && !m.cfg.architecture().outBias && m.cfg.architecture().fixed["attention_bias"].ok == nil {
		return fmt.Errorf("attention_bias is true beside the model_type %q: the weights have no bias behind attention, and transformers expects one or none at all; allowed is qwen2", m.cfg.ModelType)
	}
	for short, name := range dtypes {
		if name == dtype {
			return save(dir, m.cfg, m.contents(), short, map[string]string{"format": "pt"}, from)
		}
	}
	return fmt.Errorf("type %q is not known; allowed are %s", dtype, strings.Join(slices.Sorted(maps.Values(dtypes)), ", "))
}

// Remote reports whether transformers computes the network only by the modelling files
// of its makers, which stand beside their weights.
func (c *Config) Remote() bool {
	return !slices.Contains([]string{"gpt2", "llama", "mistral", "qwen2", "qwen3"}, c.ModelType)
}

// save writes config.json and the weights, which it reads in pieces of rows.
func save(dir string, cfg Config, contents map[string]content, dtype string, metadata map[string]string, from []byte) error {
	cfg.TorchDtype = dtypes[dtype]
	text, err := cfg.text(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, ConfigFile), text); err != nil {
		return err
	}
	arch, source := cfg.architecture(), map[string]string{} // names of Llama's tensors by those of the file
	turned := func(t safetensors.Out) bool { return arch.turned != nil && arch.turned(t.Name, t.Shape) }
	var out []safetensors.Out
	for _, p := range cfg.parts() {
		for i, name := range p.names {
			t := safetensors.Out{Name: arch.tensor(name), Shape: p.shape(i)}
			source[t.Name] = name
			if turned(t) {
				slices.Reverse(t.Shape)
			}
			out = append(out, t)
		}
	}
	if arch.unfold != nil {
		out = arch.unfold(out, func(dst []float32, name string) { contents[source[name]].numbers(dst, 0) })
	}
	var whole, other []float32 // of a tensor that is turned
	numbers := func(dst []float32, t safetensors.Out, from int) error {
		if t.Data != nil {
			copy(dst, t.Data[from:])
			return nil
		}
		if !turned(t) {
			contents[source[t.Name]].numbers(dst, from)
			return nil
		}
		if from == 0 {
			n := t.Shape[0] * t.Shape[1]
			whole, other = grow(whole, n), grow(other, n)
			contents[source[t.Name]].numbers(other, 0)
			transpose(whole, other, t.Shape[0])
		}
		copy(dst, whole[from:])
		return nil
	}
	return atomicfile.Stream(filepath.Join(dir, WeightsFile), func(w io.Writer) error {
		return safetensors.WriteEach(w, out, dtype, metadata, numbers)
	})
}

// text is config.json as files of the architecture spell it.
func (c Config) text(from []byte) ([]byte, error) {
	arch := c.architecture()
	c.Architectures, c.HiddenAct = []string{arch.class}, cmp.Or(c.HiddenAct, "silu")
	token := func(id int32) *int32 {
		if id == network.NoToken {
			return nil
		}
		return &id
	}
	ours, err := json.Marshal(struct {
		Config
		Pad  *int32 `json:"pad_token_id,omitempty"`
		Mask *int32 `json:"mask_token_id,omitempty"`
	}{c, token(c.Pad), token(c.MaskToken)})
	if err != nil {
		return nil, err
	}
	keys, order, err := entries(ours)
	if err != nil {
		return nil, err
	}
	if arch.written != nil {
		for key, value := range arch.written(&c) {
			text, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			if _, known := keys[key]; !known {
				order = append(order, key)
			}
			keys[key] = entry{value: text}
		}
	}
	var out bytes.Buffer
	written := map[string]bool{"dtype": true, "rope_parameters": keys["rope_parameters"].value == nil} // newer spellings of what is written
	put := func(key string, value []byte) {
		if !written[key] {
			fmt.Fprintf(&out, ",%q:%s", key, value)
		}
		written[key] = true
	}
	for _, key := range order {
		name, value := arch.spelled(key), keys[key].value
		if rule, fixed := arch.fixed[name]; fixed && !rule.ok(string(value), keys) {
			written[name] = true // a key of other architectures
		}
		put(name, value)
	}
	for _, key := range slices.Sorted(maps.Keys(arch.fixed)) {
		// What may be left out here has another default in the reference.
		if value, _, _ := strings.Cut(arch.fixed[key].allowed, " or "); json.Valid([]byte(value)) {
			put(key, []byte(value))
		}
	}
	if from != nil {
		if keys, order, err = entries(from); err != nil {
			return nil, err
		}
		for _, key := range order {
			put(key, keys[key].value)
		}
	}
	var text bytes.Buffer
	err = json.Indent(&text, append(append([]byte("{"), out.Bytes()[1:]...), '}'), "", "  ")
	return append(text.Bytes(), '\n'), err
}

// content is what a tensor holds: numbers, or the rows of a matrix from a given one on.
type content struct {
	vector []float32
	matrix *matrix
	row    int
}

// numbers copies numbers of the tensor from a given one on, whole rows of a matrix.
func (c content) numbers(dst []float32, from int) {
	if c.matrix == nil {
		copy(dst, c.vector[from:])
		return
	}
	c.matrix.rows(dst, c.row+from/c.matrix.in)
}

// quantised is the matrix that keeps the tensor in a format, and the row with which the
// tensor begins there; nil if it is kept in another way.
func (c content) quantised(format string) (*quant.Matrix, int) {
	if c.matrix == nil {
		return nil, 0
	}
	if q, ok := c.matrix.kept.(quantised); ok {
		if m, row := q.at(c.row); m.Name == format {
			return m, row
		}
	}
	return nil, 0
}

// contents are those of all tensors, by the names of Llama's.
func (m *Model) contents() map[string]content {
	var kept []content // in the order of Config.parts
	vector := func(x []float32) any {
		kept = append(kept, content{vector: x})
		return nil
	}
	matrix := func(x *matrix) any {
		kept = append(kept, content{matrix: x})
		return nil
	}
	matrix(m.embed)
	vector(m.positions)
	for _, l := range m.layers {
		form(l.Block, vector, matrix)
	}
	vector(m.norm)
	vector(m.normBias)
	if !m.cfg.TieEmbeddings {
		matrix(m.head)
	}
	vector(m.headBias)
	all := map[string]content{}
	for k, p := range m.cfg.parts() {
		c := kept[k]
		for i, rows := range p.rows {
			all[p.names[i]] = c
			if c.row += rows; c.matrix == nil {
				c.vector = c.vector[rows*max(p.cols, 1):]
			}
		}
	}
	return all
}
