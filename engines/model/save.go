package model

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/network"
)

// dtypes are the types that numbers are written as: their names in safetensors and in
// config.json.
var dtypes = map[string]string{"F32": "float32", "BF16": "bfloat16", "F16": "float16"}

// Save writes config.json and model.safetensors (dtype "F32", "BF16" or "F16")
// into dir. Each file is replaced in one step, the weights last.
func Save(dir string, w *Weights, dtype string, metadata map[string]string) error {
	return save(dir, w.Config, w.Read, dtype, metadata)
}

// Export is Save for other programs: what they would compute otherwise is refused.
// dtype is a name of dtypes in config.json.
func (m *Model) Export(dir, dtype string) error {
	if err := m.cfg.foreign(); err != nil {
		return err
	}
	for short, name := range dtypes {
		if name == dtype {
			return save(dir, m.cfg, m.read, short, map[string]string{"format": "pt"})
		}
	}
	return fmt.Errorf("type %q is not known; allowed are %s", dtype, strings.Join(slices.Sorted(maps.Values(dtypes)), ", "))
}

// foreign returns why the class that transformers has for the model_type does not
// compute this network.
func (c *Config) foreign() error {
	theirs := []string{"llama", "mistral", "qwen2", "qwen3"}
	switch {
	case !slices.Contains(theirs, c.ModelType):
		return fmt.Errorf("model_type is %q, which transformers knows only by code beside the weights; allowed are %s", c.ModelType, strings.Join(theirs, ", "))
	case c.AttentionBias && c.ModelType != "qwen2":
		return fmt.Errorf("attention_bias is true beside the model_type %q: the weights have no bias behind attention, and transformers expects one or none at all; allowed is qwen2", c.ModelType)
	}
	return nil
}

// save writes config.json and model.safetensors, one tensor at a time.
func save(dir string, cfg Config, read func(dst []float32, name string, shape ...int) error, dtype string, metadata map[string]string) error {
	cfg.TorchDtype = dtypes[dtype]
	cfg.Architectures = []string{cfg.architecture().class}
	cfg.HiddenAct = "silu"
	file := struct {
		Config
		Mask   *int32          `json:"mask_token_id,omitempty"`
		Window json.RawMessage `json:"sliding_window,omitempty"`
	}{Config: cfg}
	if cfg.MaskToken != network.NoToken {
		file.Mask = &cfg.MaskToken
	}
	if cfg.ModelType == "mistral" {
		file.Window = json.RawMessage("null") // without the key it has one
	}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, ConfigFile), append(text, '\n')); err != nil {
		return err
	}
	var out []safetensors.Out
	for _, p := range cfg.parts() {
		for i, name := range p.names {
			out = append(out, safetensors.Out{Name: name, Shape: p.shape(i)})
		}
	}
	var buf []float32
	numbers := func(t safetensors.Out) ([]float32, error) {
		n := 1
		for _, size := range t.Shape {
			n *= size
		}
		buf = grow(buf, n)
		return buf, read(buf, t.Name, t.Shape...)
	}
	return atomicfile.Stream(filepath.Join(dir, WeightsFile), func(w io.Writer) error {
		return safetensors.WriteEach(w, out, dtype, metadata, numbers)
	})
}

// read is that of a [Source].
func (m *Model) read(dst []float32, name string, shape ...int) error {
	// What copies numbers from one of a part on, in the order of Config.parts.
	var kept []func(from int)
	vector := func(x []float32) any {
		kept = append(kept, func(from int) { copy(dst, x[from:]) })
		return nil
	}
	matrix := func(x *matrix) any {
		kept = append(kept, func(from int) { x.rows(dst, from/x.in) })
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
	for k, p := range m.cfg.parts() {
		row := 0
		for i, rows := range p.rows {
			if p.names[i] == name && slices.Equal(p.shape(i), shape) {
				kept[k](row * max(p.cols, 1))
				return nil
			}
			row += rows
		}
	}
	return fmt.Errorf("the model has no tensor %q of shape %v", name, shape)
}
