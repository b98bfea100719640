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
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/userfile"
)

// Names of the files of a checkpoint folder, as Hugging Face has them.
const (
	ConfigFile    = "config.json"
	WeightsFile   = "model.safetensors"
	TokenizerFile = "tokenizer.json"
	ClassFile     = "tokenizer_config.json" // written for other programs

	generationFile = "generation_config.json"
)

// Bounds of files that are read whole, in bytes.
const (
	maxConfig    = 16 << 20
	MaxTokenizer = 256 << 20
)

// identity is "sha256:<hex>" of all that decides what a model writes: the keys of
// the configuration as they are understood (not how they are spelled, nor keys
// that decide nothing), the digest of the weights, and the tokenizer.
func identity(c Config, weights string, tokenizer []byte) string {
	c.Architectures, c.TorchDtype, c.HiddenAct = nil, "", ""
	if c.Context == "token" {
		c.Context = ""
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic("model: a config cannot fail to encode")
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%x\n", text, weights, sha256.Sum256(tokenizer))
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// Checkpoint is an open checkpoint folder. Every tensor has the shape that is
// asked for and finite numbers, or Read says what is wrong.
type Checkpoint struct {
	Config Config
	Digest string // "sha256:<hex>" of the weights file
	*safetensors.File
	io.Closer
}

// OpenCheckpoint reads config.json and the head of model.safetensors in a folder.
func OpenCheckpoint(fsys fs.FS) (*Checkpoint, error) {
	text, err := userfile.ReadIn(fsys, ConfigFile, maxConfig)
	if err != nil {
		return nil, err
	}
	cfg, err := ParseConfig(text)
	if err != nil {
		return nil, err
	}
	if err := cfg.readEnds(fsys); err != nil {
		return nil, fmt.Errorf("%s: %w", generationFile, err)
	}
	for _, other := range []string{WeightsFile + ".index.json", "adapter_config.json"} {
		if _, err := fs.Stat(fsys, other); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: it names weights in other files, which are not read; allowed is %s alone", other, WeightsFile)
		}
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
	if err == nil {
		err = userfile.Regular(WeightsFile, info)
	}
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
	if err := c.match(); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(data, 0, info.Size())); err != nil {
		return err
	}
	c.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return nil
}

// Model reads the numbers, for a tokenizer as [New] has it.
func (c *Checkpoint) Model(tokenizer []byte) (*Model, error) {
	return New(c.Config, c, c.Digest, tokenizer)
}

// readEnds takes the ids that end a text from generation_config.json, if there is
// one: in the reference they go before those of config.json. The other defaults
// of generation are not used here.
func (c *Config) readEnds(fsys fs.FS) error {
	text, err := userfile.ReadIn(fsys, generationFile, maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var g struct {
		EOS TokenIDs `json:"eos_token_id"`
	}
	if err == nil {
		err = json.Unmarshal(text, &g)
	}
	if err != nil || g.EOS == nil {
		return err
	}
	c.EOS = g.EOS
	c.complete()
	return c.Validate()
}

// match wants the tensors of the file to be those of the network: each there with
// its shape before anything is allocated for it, and none that nobody reads.
func (c *Checkpoint) match() error {
	// A head decides against tied embeddings, whatever the config says: checkpoints
	// that were trained on from a tied one keep the key.
	c.Config.TieEmbeddings = c.Config.TieEmbeddings && !c.Has(nameHead)
	var known []string
	for _, p := range c.Config.parts() {
		for i, name := range p.names {
			if err := c.Check(name, p.shape(i)...); err != nil {
				return err
			}
		}
		known = append(known, p.names...)
	}
	slices.Sort(known)
	var unread []string
	for _, name := range c.Names() {
		if _, found := slices.BinarySearch(known, name); !found && !strings.HasSuffix(name, derived) {
			unread = append(unread, name)
		}
	}
	if unread == nil {
		return nil
	}
	return fmt.Errorf("tensor %q is no part of the network of config.json (%d of %d tensors are not); the nearest part is %q",
		unread[0], len(unread), len(c.Names()), engines.Nearest(unread[0], known))
}

// derived ends the names of tensors that older files hold and that follow from
// rope_theta: the frequencies of rotary positions.
const derived = ".rotary_emb.inv_freq"

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
	cfg.Architectures = []string{cfg.architecture().class}
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
