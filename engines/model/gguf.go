package model

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/network"
)

// OpenGGUF reads the metadata of a GGUF file, from which it makes the
// configuration, and the descriptions of its tensors. The file itself is returned
// for what it says of the tokenizer.
func OpenGGUF(data io.ReaderAt, size int64) (*Checkpoint, *gguf.File, error) {
	fail := func(err error) (*Checkpoint, *gguf.File, error) { return nil, nil, fmt.Errorf("gguf: %w", err) }
	f, err := gguf.Open(data, size)
	if err != nil {
		return fail(err)
	}
	cfg, err := configOf(f)
	if err != nil {
		return fail(err)
	}
	if err := cfg.readDivisors(f); err != nil {
		return fail(err)
	}
	if _, biased := f.Shape("blk.0.attn_q.bias"); biased {
		cfg.AttentionBias = true
	}
	cfg.TieEmbeddings = true // unless there is a head
	c := &Checkpoint{Config: cfg, tensors: f, source: "the metadata", stored: ggufNames}
	if cfg.inPairs() {
		c.tensors = paired{f, cfg.HeadDim}
	} else if cfg.Experts > 0 {
		c.tensors = stacked{f, cfg.Experts}
	}
	if err := c.match(); err != nil {
		return fail(err)
	}
	file := weightsFile{data: data, size: size}
	if f, ok := data.(fs.File); ok {
		info, err := f.Stat()
		if err != nil {
			return fail(err)
		}
		file.changed = info.ModTime()
	}
	c.files = []weightsFile{file}
	return c, f, nil
}

// ggufArchitectures are the names of model types in GGUF files.
var ggufArchitectures = map[string]string{"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "llada": "llada", "dream": "Dream", "gpt2": "gpt2", "llada-moe": "lladamoe", "gemma3": "gemma3_text"}

// ropeDivisors are what the frequencies of positions are divided by, in Llama 3.
const ropeDivisors = "rope_freqs.weight"

// readDivisors takes the scaling that the file has as one divisor for each frequency.
// It has to be that of Llama 3, whose bounds no metadata names.
func (c *Config) readDivisors(f *gguf.File) error {
	if _, scaled := f.Shape(ropeDivisors); !scaled {
		return nil
	}
	got := make([]float32, c.HeadDim/2)
	if err := f.Read(got, ropeDivisors, c.HeadDim/2); err != nil {
		return err
	}
	original, ok, err := gguf.Value[uint64](f, "llama.rope.scaling.original_context_length")
	if !ok || original < 1 || original > maxPositions {
		original = 8192
	}
	if err != nil || c.Scaling != nil {
		return cmp.Or(err, fmt.Errorf("%s stands beside rope.scaling.type: such a network is not computed here", ropeDivisors))
	}
	c.Scaling = &Scaling{Type: "llama3", Factor: float64(slices.Max(got)), Original: int(original), Low: 1, High: 4}
	for i, want := range c.divisors() {
		if c.Scaling.Factor < 1 || !(math.Abs(float64(got[i]-want)) <= 1e-5*float64(want)) {
			return fmt.Errorf("%s divides frequency %d by %g, allowed is %g, that of Llama 3 with the factor %g: such a network is not computed here", ropeDivisors, i, got[i], want, c.Scaling.Factor)
		}
	}
	return nil
}

// ggufFixed are metadata keys, behind the name of the architecture, that change the
// network, with the only value under which they do not.
var ggufFixed = map[string]any{
	"attention.sliding_window": uint64(0), "expert_count": uint64(0), "expert_used_count": uint64(0),
	"expert_gating_func": uint64(1), "expert_weights_norm": false, "expert_weights_scale": 1.0, // of softmaxRouter
	"rope.scaling.type": "none", "rope.scaling.factor": 1.0, "rope.scale_linear": 1.0, "rope.scaling.yarn_beta_fast": 32.0, "rope.scaling.yarn_beta_slow": 1.0,
}

// ggufHarmless are those that say nothing about the function of the network.
var ggufHarmless = []string{"tensor_data_layout", "rope.scaling.finetuned"}

// configOf makes a configuration of metadata. Every key that begins with the name of
// the architecture is honoured, known to be harmless, or an error.
func configOf(f *gguf.File) (c Config, err error) {
	c = Config{RopeTheta: 10000, MaskToken: network.NoToken, Pad: network.NoToken}
	m := metadata{f: f}
	name, _ := read[string](&m, "general.architecture")
	if c.ModelType = ggufArchitectures[name]; c.ModelType == "" {
		return c, cmp.Or(m.err, engines.UnknownName("general.architecture", name[:min(len(name), 60)], slices.Sorted(maps.Keys(ggufArchitectures))))
	}
	c.begin()
	if kind, _ := read[string](&m, "general.type"); cmp.Or(kind, "model") != "model" {
		return c, fmt.Errorf("general.type is %q, allowed is model", kind)
	}
	if n, _ := read[uint64](&m, "split.count"); n > 1 {
		return c, fmt.Errorf("split.count is %d: a network in several files is not read; llama-gguf-split --merge makes one of them", n)
	}
	full := c.Context == "full"
	if shift, ok := read[bool](&m, "diffusion.shift_logits"); ok && full && c.ModelType == "Dream" {
		c.Shift = shift
	} else if ok && (shift || !full) {
		m.fail("diffusion.shift_logits is %v, which is not for %s", shift, name)
	}
	m.prefix = name + "."
	if causal, ok := read[bool](&m, "attention.causal"); ok && causal == full {
		m.fail("%sattention.causal is %v, allowed is %v: such a network is not computed here", m.prefix, causal, !full)
	}
	m.count("embedding_length", &c.HiddenSize)
	m.count("feed_forward_length", &c.IntermediateSize)
	m.count("block_count", &c.Layers)
	m.count("attention.head_count", &c.Heads)
	m.count("attention.head_count_kv", &c.KVHeads)
	m.count("attention.key_length", &c.HeadDim)
	m.count("context_length", &c.MaxPositions)
	if m.count("vocab_size", &c.VocabSize); c.VocabSize == 0 {
		if shape, ok := f.Shape("token_embd.weight"); ok {
			c.VocabSize = shape[0]
		}
	}
	if c.architecture().router.pick != nil {
		m.count("expert_count", &c.Experts)
		m.count("expert_used_count", &c.ExpertsPerRow)
		m.count("expert_feed_forward_length", &c.ExpertSize)
	}
	if c.architecture().sliding {
		m.count("attention.sliding_window", &c.Window)
		m.count("attention.sliding_window_pattern", &c.Pattern)
		m.number("rope.freq_base_swa", &c.LocalTheta)
	}
	if !c.architecture().learned {
		m.number("rope.freq_base", &c.RopeTheta)
		m.scaling(&c)
	}
	if c.layerNorm() {
		m.number("attention.layer_norm_epsilon", &c.LayerNormEps)
	} else {
		m.number("attention.layer_norm_rms_epsilon", &c.NormEps)
	}
	m.tokens(&c)
	c.complete()
	if c.architecture().sliding {
		c.QueryScalar = c.ggufScalar()
	}
	for _, key := range []string{"attention.value_length", "rope.dimension_count"} {
		n := c.HeadDim
		if m.count(key, &n); n != c.HeadDim {
			m.fail("%s is %d, allowed is the width of a head, %d: such a network is not computed here", m.prefix+key, n, c.HeadDim)
		}
	}
	m.rest()
	if m.err != nil {
		return c, m.err
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("the metadata in the terms of %s: %w", ConfigFile, err)
	}
	return c, nil
}

// metadata reads keys that begin with a prefix and keeps the first error.
type metadata struct {
	f      *gguf.File
	prefix string
	known  []string
	err    error
}

func (m *metadata) fail(format string, args ...any) {
	m.err = cmp.Or(m.err, fmt.Errorf(format, args...))
}

func read[T uint64 | int64 | float64 | bool | string | []string | []int64](m *metadata, key string) (v T, ok bool) {
	m.known = append(m.known, m.prefix+key)
	v, ok, err := gguf.Value[T](m.f, m.prefix+key)
	m.err = cmp.Or(m.err, err)
	return v, ok && err == nil
}

// count reads a number that may be given once for each layer, and has to be the same
// for all of them.
func (m *metadata) count(key string, to *int) {
	if list, ok, err := gguf.Value[[]int64](m.f, m.prefix+key); ok && err == nil {
		m.known = append(m.known, m.prefix+key)
		if len(list) == 0 || slices.Max(list) != slices.Min(list) || list[0] < 0 || list[0] > math.MaxInt32 {
			m.fail("%s differs from layer to layer: such a network is not computed here", m.prefix+key)
			return
		}
		*to = int(list[0])
		return
	}
	n, ok := read[uint64](m, key)
	if n > math.MaxInt32 {
		m.fail("%s is %d, allowed is at most %d", m.prefix+key, n, math.MaxInt32)
	} else if ok {
		*to = int(n)
	}
}

func (m *metadata) number(key string, to *float64) {
	if x, ok := read[float64](m, key); ok {
		*to = x
	}
}

// scaling reads the scaling of positions that metadata describe.
func (m *metadata) scaling(c *Config) {
	s := &Scaling{Type: "yarn", Fast: 32, Slow: 1}
	m.count("rope.scaling.original_context_length", &s.Original)
	switch kind, _, _ := gguf.Value[string](m.f, m.prefix+"rope.scaling.type"); kind {
	case "linear":
		s = &Scaling{Type: kind}
	case s.Type:
	default:
		return
	}
	m.known = append(m.known, m.prefix+"rope.scaling.type")
	if m.number("rope.scaling.factor", &s.Factor); !(s.Factor >= 1) {
		m.fail("%srope.scaling.factor is %g, allowed is 1 or more", m.prefix, s.Factor)
	}
	if c.Scaling = s; s.Type == "yarn" {
		s.Size = yarnSize(s.Factor, 1)
	}
}

// tokens reads the ids of special tokens.
func (m *metadata) tokens(c *Config) {
	one := func(name string) (int32, bool) {
		key := "tokenizer.ggml." + name + "_token_id"
		n, ok, err := gguf.Value[uint64](m.f, key)
		if err == nil && n > math.MaxInt32 {
			err = fmt.Errorf("%s is %d, which is no token", key, n)
		}
		m.err = cmp.Or(m.err, err)
		return int32(n), ok && err == nil
	}
	for _, name := range []string{"eos", "eot", "eom"} {
		if id, ok := one(name); ok && !slices.Contains(c.EOS, id) {
			c.EOS = append(c.EOS, id)
		}
	}
	if id, ok := one("padding"); ok {
		c.Pad = id
	}
	if id, ok := one("mask"); ok {
		c.MaskToken = id
	} else if c.ModelType == "llada" { // the first files of LLaDA do not name it
		list, _, _ := gguf.Value[[]string](m.f, "tokenizer.ggml.tokens")
		c.MaskToken = int32(slices.Index(list, "<|mdm_mask|>"))
	}
}

// rest looks at the keys that nothing was made of.
func (m *metadata) rest() {
	for _, key := range m.f.Keys() {
		name, mine := strings.CutPrefix(key, m.prefix)
		want, fixed := ggufFixed[name]
		switch {
		case !mine && !strings.HasPrefix(key, "diffusion."), slices.Contains(m.known, key), slices.Contains(ggufHarmless, name):
		case fixed:
			if !m.is(key, want) {
				m.fail("%s is not %v, the only value that is allowed: such a network is not computed here", key, want)
			}
		default:
			near := ""
			if n := engines.Nearest(key, m.known); n != "" {
				near = "; the nearest known key is " + n
			}
			m.fail("the key %.60q is not known and may change the network%s", key, near)
		}
	}
}

// is reports whether a key has a value.
func (m *metadata) is(key string, want any) bool {
	switch want := want.(type) {
	case uint64:
		v, _, err := gguf.Value[uint64](m.f, key)
		return err == nil && v == want
	case float64:
		v, _, err := gguf.Value[float64](m.f, key)
		return err == nil && v == want
	case bool:
		v, _, err := gguf.Value[bool](m.f, key)
		return err == nil && v == want
	}
	v, _, err := gguf.Value[string](m.f, key)
	return err == nil && v == want
}

// ggufNames turns names of Llama's tensors into those of GGUF files.
var ggufNames = strings.NewReplacer(
	"model.embed_tokens.", "token_embd.", "model.embed_positions.", "position_embd.", "model.norm.", "output_norm.", "lm_head.", "output.", "model.layers.", "blk.",
	"input_layernorm.", "attn_norm.", "post_attention_layernorm.", "ffn_norm.",
	"self_attn.q_proj.", "attn_q.", "self_attn.k_proj.", "attn_k.", "self_attn.v_proj.", "attn_v.", "self_attn.o_proj.", "attn_output.", "self_attn.qkv_proj.", "attn_qkv.",
	"self_attn.out_norm.", "post_attention_norm.", "mlp.out_norm.", "post_ffw_norm.", "self_attn.q_norm.", "attn_q_norm.", "self_attn.k_norm.", "attn_k_norm.",
	"mlp.gate.", "ffn_gate_inp.", "mlp.gate_proj.", "ffn_gate.", "mlp.up_proj.", "ffn_up.", "mlp.down_proj.", "ffn_down.")

// paired are the tensors of a GGUF file in which the rows of queries and keys are
// stored in the order of pairs: llama.cpp rotates neighbours, (2i, 2i+1), where this
// package rotates the halves of a head, (i, i+headDim/2).
type paired struct {
	*gguf.File
	headDim int
}

// Read implements tensors.
func (p paired) Read(dst []float32, name string, shape ...int) error {
	err := p.File.Read(dst, name, shape...)
	if err == nil && turned(name) {
		reorder(dst, len(dst)/shape[0], p.headDim, false)
	}
	return err
}

// ReadFrom implements tensors.
func (p paired) ReadFrom(dst []float32, name string, from int) error {
	return p.eachRow(name, from, len(dst), func(at, n, from int) error { return p.File.ReadFrom(dst[at:at+n], name, from) })
}

// ReadRaw implements tensors.
func (p paired) ReadRaw(dst []byte, name string, from int) error {
	size := p.File.RawBytes(name, 1<<10) // of so many numbers
	return p.eachRow(name, from, len(dst)<<10/size, func(at, n, from int) error {
		return p.File.ReadRaw(dst[at*size>>10:(at+n)*size>>10], name, from)
	})
}

// eachRow calls read for every row among n numbers of a matrix: with its place among
// them, its length and the number with which it begins in the file. Other matrices
// are read at once.
func (p paired) eachRow(name string, from, n int, read func(at, n, from int) error) error {
	if !turned(name) {
		return read(0, n, from)
	}
	shape, _ := p.Shape(name)
	cols, half := shape[1], p.headDim/2
	for at := 0; at < n; at += cols {
		row := (from + at) / cols
		i := row % p.headDim
		row += i%half*2 + i/half - i
		if err := read(at, cols, row*cols); err != nil {
			return err
		}
	}
	return nil
}

// inPairs reports whether files of the network are stored like that.
func (c *Config) inPairs() bool {
	return c.ModelType == "llama" || c.ModelType == "llada" || c.ModelType == "mistral"
}

// turned reports whether a tensor has rows of queries or keys.
func turned(name string) bool {
	return strings.Contains(name, ".attn_q.") || strings.Contains(name, ".attn_k.")
}

// reorder brings rows of this many numbers, headDim to a head, into the order of pairs
// or from it into that of halves.
func reorder(x []float32, cols, headDim int, pairs bool) {
	head := make([]float32, headDim*cols)
	for ; len(x) > 0; x = x[len(head):] {
		copy(head, x)
		for i := range headDim {
			half, pair := halfOf(i, headDim), i
			if pairs {
				half, pair = pair, half
			}
			copy(x[half*cols:(half+1)*cols], head[pair*cols:(pair+1)*cols])
		}
	}
}

// halfOf is the row of a head, in the order of halves, that is row i in the order of pairs.
func halfOf(i, headDim int) int { return i%2*headDim/2 + i/2 }
