package model

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"dllmbench/engines/internal/kernel"
)

// Model is a network ready to run: weights packed once into column panels for
// the kernels. It never changes and may be shared by any number of sessions.
type Model struct {
	cfg    Config
	digest string
	embed  []float32 // [vocab, hidden]
	layers []packedLayer
	norm   []float32
	head   *kernel.Panels // hidden × vocab

	cos, sin  []float32 // rotations, see Config.Rotations
	values    sync.Once // makes packedLayer.v
	bodyFLOPs int64     // matrix-product FLOPs of one row through all layers, without attention and head
	bodyBytes int64     // bytes of all packed layer weights
}

type packedLayer struct {
	attnNorm, mlpNorm     []float32
	qkvBias, qNorm, kNorm []float32
	qkv, o, gateUp, down  *kernel.Panels
	v                     *kernel.Panels // the value columns of qkv; nil until a partial pass needs them
}

// FromWeights packs weights into a model. The digest identifies them in
// results; an empty digest is replaced by the SHA-256 of the float32 values.
func FromWeights(w *Weights, digest string) *Model {
	cfg := w.Config
	if digest == "" {
		digest = digestOf(w.Flat)
	}
	m := &Model{cfg: cfg, digest: digest, embed: w.Embed, norm: w.Norm}
	m.cos, m.sin = cfg.Rotations()
	pack := func(weight []float32, out, in int) *kernel.Panels {
		p := kernel.NewPanels(in, out)
		p.PackNT(weight, in)
		return p
	}
	d, f := cfg.HiddenSize, cfg.IntermediateSize
	q, kv := cfg.Heads*cfg.HeadDim, cfg.KVHeads*cfg.HeadDim
	for i := range w.Layers {
		l := &w.Layers[i]
		m.layers = append(m.layers, packedLayer{
			attnNorm: l.AttnNorm, mlpNorm: l.MLPNorm,
			qkvBias: l.QKVBias, qNorm: l.QNorm, kNorm: l.KNorm,
			qkv: pack(l.QKV, q+2*kv, d), o: pack(l.O, d, q),
			gateUp: pack(l.GateUp, 2*f, d), down: pack(l.Down, d, f),
		})
	}
	m.head = pack(w.Head, cfg.VocabSize, d)
	perLayer := int64(d)*int64(q+2*kv) + int64(q)*int64(d) + 3*int64(d)*int64(f)
	m.bodyFLOPs = 2 * perLayer * int64(cfg.Layers)
	m.bodyBytes = 4 * perLayer * int64(cfg.Layers)
	return m
}

// Random returns a model with random weights, for measuring cost. Its output
// means nothing, so reports leave its quality empty.
func Random(cfg Config, seed uint64) *Model {
	w := NewWeights(cfg)
	w.Init(rand.New(rand.NewPCG(seed, 0x5eed)))
	return FromWeights(w, "")
}

func digestOf(x []float32) string {
	h := sha256.New()
	buf := make([]byte, 0, 4096)
	for i, v := range x {
		buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		if len(buf) == cap(buf) || i == len(x)-1 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Config returns the shape of the network.
func (m *Model) Config() Config { return m.cfg }

// Digest returns "sha256:<hex>" of the weights.
func (m *Model) Digest() string { return m.digest }

// KernelVariant names the compute kernels in use, for example "avx2".
func KernelVariant() string { return kernel.Variant() }

// ProductBits is the width in bits of the registers that matrix products use:
// 512, 256, or 0 for plain Go. It tells machines apart in time, not in results.
func ProductBits() int { return kernel.ProductBits() }

// shapes are cost-only networks by name: width, layers, heads of 64, and a
// vocabulary that stays small against the body, as in the trained model.
var shapes = []struct {
	name                       string
	hidden, layers, ffn, vocab int
}{
	{"2m", 192, 4, 512, 1024},
	{"5m", 256, 6, 704, 1024},
	{"10m", 320, 8, 896, 2048},
	{"20m", 448, 8, 1216, 2048},
	{"50m", 640, 10, 1728, 4096},
	{"100m", 768, 14, 2048, 8192},
	{"200m", 1024, 15, 2816, 16384},
	{"500m", 1536, 17, 4096, 16384},
	{"1b", 2048, 20, 5632, 16384},
}

// ShapeNames lists what Shape accepts, smallest first.
func ShapeNames() []string {
	var names []string
	for _, s := range shapes {
		names = append(names, s.name)
	}
	return names
}

// Shape returns the config of a cost-only network by name, such as "20m".
func Shape(name string) (Config, error) {
	for _, s := range shapes {
		if s.name == name {
			return Config{
				Architectures: []string{"LlamaForCausalLM"}, ModelType: "llama", HiddenAct: "silu",
				HiddenSize: s.hidden, IntermediateSize: s.ffn, Layers: s.layers, HeadDim: 64,
				Heads: s.hidden / 64, KVHeads: s.hidden / 64, VocabSize: s.vocab, MaxPositions: 4096,
				RopeTheta: 10000, NormEps: 1e-6, TieEmbeddings: true, TorchDtype: "float32",
				Pad: 0, EOS: 1, MaskToken: 2,
			}, nil
		}
	}
	return Config{}, fmt.Errorf("shape %q is not known, allowed are %v", name, ShapeNames())
}

// Rotations returns cos and sin of every position and frequency, each
// [maxPositions, headDim/2] (RoFormer, equation 15, in the half-rotation layout
// of Llama).
func (c *Config) Rotations() (cos, sin []float32) {
	half := c.HeadDim / 2
	cos, sin = make([]float32, c.MaxPositions*half), make([]float32, c.MaxPositions*half)
	for i := range half {
		freq := math.Pow(c.RopeTheta, -2*float64(i)/float64(c.HeadDim))
		for p := range c.MaxPositions {
			s, k := math.Sincos(float64(p) * freq)
			cos[p*half+i], sin[p*half+i] = float32(k), float32(s)
		}
	}
	return cos, sin
}

// rotation returns the cos and sin of one position.
func (m *Model) rotation(pos int) (cos, sin []float32) {
	half := m.cfg.HeadDim / 2
	return m.cos[pos*half : (pos+1)*half], m.sin[pos*half : (pos+1)*half]
}
