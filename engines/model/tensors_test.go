package model_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/model"
)

// TestUnreadTensors: a tensor that no part of the network reads stops the load.
func TestUnreadTensors(t *testing.T) {
	_, w := savedCheckpoint(t, "F32")
	for name, want := range map[string]string{
		"model.layers.0.self_attn.rotary_emb.inv_freq":  "",
		"model.layers.0.self_attn.q_proj.bias":          `model.safetensors: tensor "model.layers.0.self_attn.q_proj.bias" is no part of the network of config.json (1 of`,
		"model.layers.2.input_layernorm.weight":         `the nearest part is "model.layers.0.input_layernorm.weight"`,
		"model.layers.0.mlp.experts.0.down_proj.weight": "is no part of the network",
		"base_model.lora_A.weight":                      "is no part of the network",
	} {
		dir := t.TempDir()
		if err := model.Save(dir, w, "F32", nil); err != nil {
			t.Fatal(err)
		}
		file, err := os.Create(filepath.Join(dir, model.WeightsFile))
		if err != nil {
			t.Fatal(err)
		}
		out := []safetensors.Out{{Name: name, Shape: []int{2}, Data: []float32{1, 2}}}
		for _, tensor := range w.Tensors {
			out = append(out, safetensors.Out(tensor))
		}
		if err := safetensors.Write(file, out, "F32", nil); err != nil {
			t.Fatal(err)
		}
		file.Close()
		if _, err := load(dir); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, which should say %q", name, err, want)
		}
	}
}

// rewritten is a copy of a checkpoint folder with one file of weights, whose tensors
// are those that change returns.
func rewritten(t *testing.T, dir string, change func(safetensors.Out) []safetensors.Out) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(to, model.WeightsFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out []safetensors.Out
	for _, name := range file.Names() {
		shape, _ := file.Shape(name)
		n := 1
		for _, size := range shape {
			n *= size
		}
		tensor := safetensors.Out{Name: name, Shape: shape, Data: make([]float32, n)}
		if err := file.Read(tensor.Data, name, shape...); err != nil {
			t.Fatal(err)
		}
		out = append(out, change(tensor)...)
	}
	var text bytes.Buffer
	if err := safetensors.Write(&text, out, "F32", nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestNoiseLevel: what a DiT makes of its noise level has to be there, in the shapes
// that belong together.
func TestNoiseLevel(t *testing.T) {
	for name, want := range map[string]string{
		"backbone.sigma_map.mlp.0.bias":                      `no tensor "backbone.sigma_map.mlp.0.bias" for the noise level`,
		"backbone.sigma_map.mlp.2.weight":                    `"backbone.sigma_map.mlp.2.weight"`,
		"backbone.blocks.1.adaLN_modulation.weight":          `"backbone.blocks.1.adaLN_modulation.weight"`,
		"backbone.blocks.1.adaLN_modulation.bias":            `"backbone.blocks.1.adaLN_modulation.bias"`,
		"backbone.output_layer.adaLN_modulation.weight":      `"backbone.output_layer.adaLN_modulation.weight"`,
		"backbone.output_layer.linear.bias":                  `"backbone.output_layer.linear.bias"`,
		"backbone.rotary_emb.inv_freq, which nobody misses.": "",
	} {
		for _, rename := range []bool{false, true} {
			dir := rewritten(t, "testdata/bd3lm", func(x safetensors.Out) []safetensors.Out {
				if x.Name == name && rename {
					return nil
				}
				if x.Name == name {
					x.Shape = append([]int{1}, x.Shape...)
				}
				return []safetensors.Out{x}
			})
			if _, err := load(dir); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s, gone %v: error %v, which should say %s", name, rename, err, want)
			}
		}
	}
}

// TestGPT2Names: GPT-2 with and without a prefix and a head, and DiffuGPT by its names
// and the vocabulary that its weights have.
func TestGPT2Names(t *testing.T) {
	dir := rewritten(t, "testdata/gpt2", func(x safetensors.Out) []safetensors.Out {
		head := safetensors.Out{Name: "lm_head.weight", Shape: x.Shape, Data: x.Data}
		x.Name = "transformer." + x.Name
		if strings.HasSuffix(x.Name, "wte.weight") {
			return []safetensors.Out{x, head}
		}
		return []safetensors.Out{x}
	})
	m, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	native(t, m, "testdata/gpt2/golden.safetensors")
	if m, err = load(rewritten(t, "testdata/diffugpt", func(x safetensors.Out) []safetensors.Out {
		x.Name = strings.Replace(x.Name, "embed_tokens.", "lm_head.", 1)
		return []safetensors.Out{x}
	})); err != nil {
		t.Fatal(err)
	}
	native(t, m, "testdata/diffugpt/golden.safetensors")
	for _, c := range []struct {
		rows int
		keys string
		mask int32
		want string
	}{
		{320, `"mask_token_id": 7,`, 7, ""},
		{320, "", -1, ""},
		{50257, "", 10541, ""},
		{50258, "", 50257, ""},
	} {
		dir := rewritten(t, "testdata/diffugpt", func(x safetensors.Out) []safetensors.Out {
			if x.Name == "embed_tokens.weight" {
				x.Shape, x.Data = []int{c.rows, 16}, append(x.Data, make([]float32, (c.rows-320)*16)...)
			}
			return []safetensors.Out{x}
		})
		path := filepath.Join(dir, model.ConfigFile)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), `"mask_token_id": 2,`, c.keys, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := load(dir)
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || c.want == "" && err != nil {
			t.Errorf("%d rows, %s: error %v, which should say %q", c.rows, c.keys, err, c.want)
		} else if err == nil && (m.Spec().Mask != c.mask || !m.Spec().Shift || !m.Spec().FullContext || m.Spec().Vocab != c.rows) {
			t.Errorf("%d rows, %s: %+v", c.rows, c.keys, m.Spec())
		}
	}
}

// TestShards: the files of an index are one checkpoint, and anything else beside or
// instead of model.safetensors stops the load.
func TestShards(t *testing.T) {
	const index, first, second = "model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
	write := func(text string) func(dir, name string) error {
		return func(dir, name string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644) }
	}
	remove := func(dir, name string) error { return os.Remove(filepath.Join(dir, name)) }
	replace := func(old, new string) func(dir, name string) error {
		return func(dir, name string) error {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			return write(strings.ReplaceAll(string(text), old, new))(dir, name)
		}
	}
	for _, c := range []struct {
		name, want string
		change     func(dir, name string) error
	}{
		{index, "", replace("{", "{")},
		{first, index + ": " + first + " is not there, of 2 files; fetch it again", remove},
		{index, "is not in " + second, replace(first, second)},
		{index, `is in "../` + first + `", which is no file of this folder`, replace(first, "../"+first)},
		{index, "it has no weight_map", write("{}")},
		{index, "unexpected end of JSON input", write("{")},
		{"model.safetensors", index + ": model.safetensors is there too; remove the one that is not meant", write("")},
		{"adapter_config.json", "adapter_config.json: it names weights that are added to others", write("{}")},
		{first, second + ": tensor ", func(dir, name string) error {
			data, err := os.ReadFile(filepath.Join(dir, second))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, first), data, 0o644))
		}},
		{index, "model.safetensors: is not there, and " + first + " is not read: " + index + " has to say", remove},
		{index, "pytorch_model.bin is not read", func(dir, name string) error {
			return errors.Join(remove(dir, name), write("")(dir, "pytorch_model.bin"))
		}},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("testdata/llada")); err != nil {
			t.Fatal(err)
		}
		if err := c.change(dir, c.name); err != nil {
			t.Fatal(err)
		}
		if _, err := load(dir); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, which should say %q", c.name, err, c.want)
		}
	}
	if m, err := load("testdata/llada"); err != nil || !strings.HasPrefix(m.Spec().Weights, "sha256:") {
		t.Errorf("digest of the weights %v, error %v", m, err)
	}
}
