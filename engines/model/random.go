package model

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/quant"
)

// Random returns a model with random weights, for measuring cost. Its output
// means nothing, so reports leave its quality empty.
func Random(cfg Config, seed uint64) *Model {
	var m *Model
	var err error
	if cfg.drawn() {
		src := newDrawn(&cfg, seed)
		m, err = New(cfg, src, src.digest, nil)
	} else {
		m, err = New(cfg, random{&cfg, rand.New(rand.NewPCG(seed, 0x5eed))}, "", nil)
	}
	if err != nil {
		panic(fmt.Sprintf("model: random weights cannot fail: %v", err))
	}
	return m
}

// drawn reports whether random weights are drawn in their storage, by [drawn].
func (c *Config) drawn() bool {
	return c.TorchDtype == dtypes["BF16"] || quantisedTo(c.Precision) && c.Params() > maxEncoded
}

// random is a source of random weights. Its tensors have to be read in the order
// of our files, each once.
type random struct {
	cfg *Config
	rng *rand.Rand
}

// Has implements Source.
func (r random) Has(name string) bool {
	return slices.ContainsFunc(r.cfg.parts(), func(p part) bool { return slices.Contains(p.names, name) })
}

// Read implements Source.
func (r random) Read(dst []float32, name string, shape ...int) error {
	Tensor{name, shape, dst}.init(r.cfg, r.rng)
	return nil
}

// maxEncoded is the number of parameters above which random weights in a quantised
// precision are drawn in its formats, which is quicker than to round to them.
const maxEncoded = 20_000_000

// drawn is a source of random weights in bfloat16 or a quantised format, for networks that are too large for
// [random]: each row follows from its number, so that rows are drawn in any order, on
// all cores and right into the storage.
type drawn struct {
	random
	tensors map[string]drawnTensor
	digest  string // of the recipe, not of gigabytes
}

type drawnTensor struct {
	cols      int
	seed      uint64
	deviation float64
	quantiles *quantiles
}

// quantiles are equally likely values of a normal distribution, as bfloat16.
type quantiles [1 << 12]uint16

func newDrawn(cfg *Config, seed uint64) drawn {
	d, recipe := drawn{random: random{cfg: cfg}, tensors: map[string]drawnTensor{}}, sha256.New()
	fmt.Fprintf(recipe, "drawn rows, method 1, seed %d\n", seed)
	known := map[float64]*quantiles{} // by their deviation
	for _, p := range cfg.parts() {
		for i, name := range p.names {
			fmt.Fprintln(recipe, name, p.shape(i))
			if p.cols == 0 {
				continue
			}
			std := Tensor{Name: name, Shape: p.shape(i)}.deviation(cfg)
			if known[std] == nil {
				known[std] = new(quantiles)
				for q := range known[std] {
					share := (float64(q) + 0.5) / float64(len(known[std]))
					known[std][q] = kernel.RoundBF16(float32(std * math.Sqrt2 * math.Erfinv(2*share-1)))
				}
			}
			sum := fnv.New64a()
			fmt.Fprint(sum, seed, name)
			d.tensors[name] = drawnTensor{p.cols, sum.Sum64(), std, known[std]}
		}
	}
	d.digest = fmt.Sprintf("sha256:%x", recipe.Sum(nil))
	return d
}

// Storage implements pieces.
func (d drawn) Storage(string) string { return "BF16" }

// Type implements pieces: quantised formats are drawn as they are.
func (d drawn) Type(name string) string {
	if kind := precisions[d.cfg.Precision].storage(d.cfg, name, d.tensors[name].cols); quant.Named(kind) != nil {
		return kind
	}
	return "BF16"
}

// Whole implements pieces.
func (d drawn) Whole(string) bool { return false }

// ReadRaw implements pieces.
func (d drawn) ReadRaw(dst []byte, name string, from int) error {
	t, kind := d.tensors[name], d.Type(name)
	size, format := rawBytes(kind, t.cols), quant.Named(kind)
	for row := from / t.cols; len(dst) > 0; row++ {
		if format != nil {
			state := mix64(t.seed + uint64(row)*golden)
			format.Draw(dst[:size], float32(t.deviation), func() uint64 {
				state += golden
				return mix64(state)
			})
		} else {
			t.draw(dst[:size], row)
		}
		dst = dst[size:]
	}
	return nil
}

// ReadFrom implements pieces.
func (d drawn) ReadFrom(dst []float32, name string, from int) error {
	raw := make([]byte, 2*len(dst))
	err := d.ReadRaw(raw, name, from)
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
	}
	return err
}

// draw fills a row, with four numbers of each one of a splitmix64 sequence (Steele,
// Lea and Flood, OOPSLA 2014).
func (t *drawnTensor) draw(dst []byte, row int) {
	q, state := t.quantiles, mix64(t.seed+uint64(row)*golden)
	for ; len(dst) >= 8; dst = dst[8:] {
		state += golden
		x := mix64(state)
		low := uint64(q[x&0xfff]) | uint64(q[x>>16&0xfff])<<16
		binary.LittleEndian.PutUint64(dst, low|uint64(q[x>>32&0xfff])<<32|uint64(q[x>>48&0xfff])<<48)
	}
	for x := mix64(state + golden); len(dst) > 0; x, dst = x>>16, dst[2:] {
		binary.LittleEndian.PutUint16(dst, q[x&0xfff])
	}
}

const golden = 0x9e3779b97f4a7c15

func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
