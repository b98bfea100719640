package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/engines/internal/safetensors"
	"dllmbench/internal/atomicfile"
)

// Names of the files of a checkpoint folder, as Hugging Face has them.
const (
	ConfigFile    = "config.json"
	WeightsFile   = "model.safetensors"
	TokenizerFile = "tokenizer.json"
)

// Load reads a checkpoint folder: config.json and model.safetensors.
func Load(dir string) (*Model, error) {
	m, err := LoadFS(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return m, nil
}

// LoadFS is Load on a file system, for example an embedded one.
func LoadFS(fsys fs.FS) (*Model, error) {
	w, digest, err := ReadWeights(fsys)
	if err != nil {
		return nil, err
	}
	return FromWeights(w, digest), nil
}

// ReadWeights reads the parameters of a checkpoint and the digest of its
// weights file. Every tensor must be there with the shape that config.json
// implies, and every number must be finite.
func ReadWeights(fsys fs.FS) (*Weights, string, error) {
	text, err := fs.ReadFile(fsys, ConfigFile)
	if err != nil {
		return nil, "", err
	}
	cfg, err := ParseConfig(text)
	if err != nil {
		return nil, "", err
	}
	data, err := fs.ReadFile(fsys, WeightsFile)
	if err != nil {
		return nil, "", err
	}
	file, err := safetensors.Parse(data)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", WeightsFile, err)
	}
	// A weights file has at least one byte per parameter; refuse a config that
	// asks for more before allocating it.
	if cfg.Params() > int64(len(data)) {
		return nil, "", fmt.Errorf("%s: config.json describes %d parameters, but the file has only %d bytes", WeightsFile, cfg.Params(), len(data))
	}
	w := NewWeights(cfg)
	for _, t := range w.Tensors {
		x, err := file.Float32(t.Name, t.Shape...)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", WeightsFile, err)
		}
		copy(t.Data, x)
	}
	sum := sha256.Sum256(data)
	return w, "sha256:" + hex.EncodeToString(sum[:]), nil
}

// Save writes config.json and model.safetensors (dtype "F32", "BF16" or "F16")
// into dir. Each file is replaced in one step, the weights last.
func Save(dir string, w *Weights, dtype string, metadata map[string]string) error {
	cfg := w.Config
	cfg.TorchDtype = map[string]string{"F32": "float32", "BF16": "bfloat16", "F16": "float16"}[dtype]
	cfg.Architectures = []string{map[string]string{"llama": "LlamaForCausalLM", "qwen3": "Qwen3ForCausalLM"}[cfg.ModelType]}
	cfg.HiddenAct = "silu"
	text, err := json.MarshalIndent(cfg, "", "  ")
	if err != nil {
		return err
	}
	var out []safetensors.Out
	for _, t := range w.Tensors {
		out = append(out, safetensors.Out(t))
	}
	var data bytes.Buffer
	if err := safetensors.Write(&data, out, dtype, metadata); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, ConfigFile), append(text, '\n')); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, WeightsFile), data.Bytes())
}
