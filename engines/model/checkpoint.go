package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/internal/quant"
	"dllmbench/engines/userfile"
)

// Names of the files of a checkpoint folder, as Hugging Face has them.
const (
	ConfigFile     = "config.json"
	WeightsFile    = "model.safetensors"
	TokenizerFile  = "tokenizer.json"
	ClassFile      = "tokenizer_config.json" // written for other programs
	GenerationFile = "generation_config.json"
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

// tensors are those of the files of a checkpoint.
type tensors interface {
	Names() []string
	Shape(name string) ([]int, bool)
	Check(name string, shape ...int) error
	Read(dst []float32, name string, shape ...int) error
	Type(name string) string
	ReadFrom(dst []float32, name string, from int) error
	ReadRaw(dst []byte, name string, from int) error
}

// Checkpoint is an open checkpoint: a folder or a GGUF file. Every tensor has the
// shape that is asked for and finite numbers, or Read says what is wrong.
type Checkpoint struct {
	Config Config
	tensors
	io.Closer
	// Digests remembers digests of weights; nil for none.
	Digests Digests
	files   []weightsFile
	source  string            // of the configuration
	stored  *strings.Replacer // from names of Llama's tensors to those of the file; nil for those of its architecture
}

// OpenCheckpoint reads config.json and the heads of the files of weights in a folder.
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
		return nil, fmt.Errorf("%s: %w", GenerationFile, err)
	}
	list, err := openShards(fsys)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Config: cfg, tensors: list, Closer: list, source: ConfigFile}
	for _, f := range list.files {
		c.files = append(c.files, weightsFile{f.data, f.info.Size(), f.info.ModTime()})
	}
	if err := c.check(list); err != nil {
		list.Close()
		return nil, fmt.Errorf("%s: %w", list.index, err)
	}
	return c, nil
}

func (c *Checkpoint) check(list *shards) error {
	if settle := c.Config.architecture().settle; settle != nil {
		err := settle(c)
		c.Config.complete()
		if err = cmp.Or(err, c.Config.Validate()); err != nil {
			return err
		}
	}
	// Weights take at least one byte per parameter; refuse a config that asks for
	// more before anything is allocated for it.
	if c.Config.Params() > list.bytes {
		return fmt.Errorf("config.json describes %d parameters, but the weights have only %d bytes", c.Config.Params(), list.bytes)
	}
	return c.match()
}

// readEnds takes the ids that end a text from generation_config.json, if there is
// one: in the reference they go before those of config.json. The other defaults
// of generation are not used here.
func (c *Config) readEnds(fsys fs.FS) error {
	text, err := userfile.ReadIn(fsys, GenerationFile, maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var g struct {
		EOS TokenIDs `json:"eos_token_id"`
	}
	if err == nil {
		err = json.Unmarshal(text, &g)
	}
	if errors.Is(err, errTokenIDs) {
		return fmt.Errorf("eos_token_id is no token id, wanted is %w", err)
	}
	if err != nil || g.EOS == nil {
		return err
	}
	c.EOS = g.EOS
	c.complete()
	return c.Validate()
}

// Generation is what readEnds reads, for other programs.
func (c *Config) Generation() ([]byte, error) {
	text, err := json.MarshalIndent(struct {
		EOS TokenIDs `json:"eos_token_id"`
		Pad int32    `json:"pad_token_id"`
	}{c.EOS, c.Pad}, "", "  ")
	return append(text, '\n'), err
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
			known = append(known, c.name(name))
			if err := c.Check(c.name(name), p.shape(i)...); err != nil {
				return err
			}
		}
	}
	slices.Sort(known)
	var unread []string
	for _, name := range c.Names() {
		if _, found := slices.BinarySearch(known, name); !found && !c.derived(name) {
			unread = append(unread, name)
		}
	}
	if unread == nil {
		return nil
	}
	return fmt.Errorf("tensor %q is no part of the network of %s (%d of %d tensors are not); the nearest part is %q",
		unread[0], c.source, len(unread), len(c.Names()), engines.Nearest(unread[0], known))
}

// derived reports whether a tensor follows from the configuration: the frequencies
// of rotary positions, which older files hold, what GGUF files divide them by, and
// masks.
func (c *Checkpoint) derived(name string) bool {
	ends := append([]string{".rotary_emb.inv_freq"}, c.Config.architecture().derived...)
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(name, end) }) || c.stored != nil && name == ropeDivisors
}

// name is a tensor of Llama as the file names it.
func (c *Checkpoint) name(name string) string {
	if c.stored != nil {
		return c.stored.Replace(name)
	}
	arch := c.Config.architecture()
	return arch.tensor(name)
}

// Has implements Source.
func (c *Checkpoint) Has(name string) bool {
	_, ok := c.Shape(c.name(name))
	return ok
}

// Read implements Source.
func (c *Checkpoint) Read(dst []float32, name string, shape ...int) error {
	return c.tensors.Read(dst, c.name(name), shape...)
}

// Storage implements pieces: that of the file, and float32 for what is computed.
func (c *Checkpoint) Storage(name string) string {
	if kind := c.Type(name); kind == "BF16" || kind == "F16" || quant.Named(kind) != nil {
		return kind
	}
	return "F32"
}

// Whole implements pieces.
func (c *Checkpoint) Whole(name string) bool {
	t, ok := c.tensors.(interface{ whole(name string) bool })
	return ok && t.whole(c.name(name))
}

// Type implements pieces.
func (c *Checkpoint) Type(name string) string { return c.tensors.Type(c.name(name)) }

// ReadFrom implements pieces.
func (c *Checkpoint) ReadFrom(dst []float32, name string, from int) error {
	return c.tensors.ReadFrom(dst, c.name(name), from)
}

// ReadRaw implements pieces.
func (c *Checkpoint) ReadRaw(dst []byte, name string, from int) error {
	return c.tensors.ReadRaw(dst, c.name(name), from)
}
