package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/userfile"
)

// Names of the files of a checkpoint folder, as Hugging Face has them.
const (
	ConfigFile    = "config.json"
	WeightsFile   = "model.safetensors"
	TokenizerFile = "tokenizer.json"
)

// Bounds of files that are read whole, in bytes.
const (
	maxConfig    = 16 << 20
	MaxTokenizer = 256 << 20
)

// LoadFS reads a checkpoint folder: config.json and model.safetensors.
func LoadFS(fsys fs.FS) (*Model, error) {
	c, err := OpenCheckpoint(fsys)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return New(c.Config, c, c.Digest)
}

// Checkpoint is an open checkpoint folder. Every tensor has the shape that is
// asked for and finite numbers, or Read says what is wrong.
type Checkpoint struct {
	Config Config
	Digest string // "sha256:<hex>" of the weights file
	*safetensors.File
	io.Closer
}

// OpenCheckpoint reads config.json and the head of model.safetensors.
func OpenCheckpoint(fsys fs.FS) (*Checkpoint, error) {
	text, err := userfile.ReadIn(fsys, ConfigFile, maxConfig)
	if err != nil {
		return nil, err
	}
	cfg, err := ParseConfig(text)
	if err != nil {
		return nil, err
	}
	file, err := fsys.Open(WeightsFile)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Config: cfg, Closer: file}
	if err := c.open(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", WeightsFile, err)
	}
	return c, nil
}

func (c *Checkpoint) open(file fs.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	data, ok := file.(io.ReaderAt)
	if !ok {
		return errors.New("the file system cannot read from within a file")
	}
	// A weights file has at least one byte per parameter; refuse a config that
	// asks for more before anything is allocated for it.
	if c.Config.Params() > info.Size() {
		return fmt.Errorf("config.json describes %d parameters, but the file has only %d bytes", c.Config.Params(), info.Size())
	}
	if c.File, err = safetensors.Open(data, info.Size()); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(data, 0, info.Size())); err != nil {
		return err
	}
	c.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return nil
}

// Has implements Source.
func (c *Checkpoint) Has(name string) bool {
	_, ok := c.Shape(name)
	return ok
}

// Read implements Source.
func (c *Checkpoint) Read(dst []float32, name string, shape ...int) error {
	if err := c.File.Read(dst, name, shape...); err != nil {
		return fmt.Errorf("%s: %w", WeightsFile, err)
	}
	return nil
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
