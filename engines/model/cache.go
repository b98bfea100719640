package model

import (
	"math"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/network"
)

// Cache holds the keys and values of one sequence for every layer, in the
// panel layout that the kernels read, so that attention is a matrix product
// without any copying.
//
// It implements network.Cache.
type Cache struct {
	cfg      Config
	length   int
	assumed  int // positions that Assume has filled
	capacity int // multiple of kernel.PanelWidth
	dimPad   int // head dimension rounded up to the panel width
	// k[layer] has per kv head: panels of 16 positions, each headDim × 16.
	// v[layer] has per kv head: panels of 16 dimensions, each capacity × 16.
	k, v [][]float32
	// In bfloat16 they stand here instead. All passes read what was written, those over
	// a whole text too, so that it makes no difference which pass computed a key.
	halfK, halfV [][]uint16
	features     *features // of partial passes; nil without any
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

func newCache(cfg Config, capacity int) *Cache {
	c := &Cache{cfg: cfg, capacity: roundUp(max(capacity, 1), kernel.PanelWidth), dimPad: roundUp(cfg.HeadDim, kernel.PanelWidth)}
	keys, values := cfg.KVHeads*cfg.HeadDim*c.capacity, cfg.KVHeads*c.dimPad*c.capacity
	for range cfg.Layers {
		if cfg.KV == "" {
			c.k, c.v = append(c.k, make([]float32, keys)), append(c.v, make([]float32, values))
		} else {
			c.halfK, c.halfV = append(c.halfK, make([]uint16, keys)), append(c.halfV, make([]uint16, values))
		}
	}
	return c
}

// Len is the number of leading positions that hold keys and values.
func (c *Cache) Len() int { return c.length }

// Capacity is the number of positions there is room for.
func (c *Cache) Capacity() int { return c.capacity }

// Truncate forgets every position ≥ n.
func (c *Cache) Truncate(n int) {
	if n < 0 || n > c.length {
		panic("model: truncation beyond the length of the cache")
	}
	c.length = n
	if c.features != nil {
		clear(c.features.filled[n:])
	}
}

// Assume implements network.Cache. Memory that was never written to would be read from
// nowhere: the positions get keys and values, once.
func (c *Cache) Assume(n int) {
	filler := slices.Repeat([]float32{0.01}, c.cfg.KVHeads*c.cfg.HeadDim)
	for ; c.assumed < n; c.assumed++ {
		for layer := range c.k {
			c.write(layer, c.assumed, filler, filler)
		}
	}
	c.length = n
}

// Bytes is the size of what is stored for the filled positions: keys, values,
// and features where passes left some.
func (c *Cache) Bytes() int64 {
	bytes := int64(c.length) * c.cfg.positionBytes()
	if c.features == nil {
		return bytes
	}
	for _, ok := range c.features.filled {
		if ok {
			bytes += int64(c.cfg.Layers) * c.cfg.featureBytes()
		}
	}
	return bytes
}

// kvBytes is the size of a number of keys and values.
func (c *Config) kvBytes() int64 {
	if c.KV == "" {
		return kernel.FloatBytes
	}
	return 2
}

// positionBytes is the size of the keys and values of a position in all layers.
func (c *Config) positionBytes() int64 {
	return 2 * c.kvBytes() * int64(c.Layers) * int64(c.KVHeads) * int64(c.HeadDim)
}

// heldBytes is what a position takes in memory.
func (c *Config) heldBytes() int64 {
	return c.kvBytes() * int64(c.Layers) * int64(c.KVHeads) * int64(c.HeadDim+roundUp(c.HeadDim, kernel.PanelWidth))
}

// featureBytes is the size of a position's features in one layer.
func (c *Config) featureBytes() int64 { return 2 * kernel.FloatBytes * int64(c.HiddenSize) }

// hasFeatures reports whether a pass left features for a position.
func (c *Cache) hasFeatures(pos int) bool { return c.features != nil && c.features.filled[pos] }

// write stores one position's keys and values ([kvHeads·headDim] each).
func (c *Cache) write(layer, pos int, k, v []float32) {
	const w = kernel.PanelWidth
	hd := c.cfg.HeadDim
	for h := range c.cfg.KVHeads {
		at := h*hd*c.capacity + pos/w*hd*w + pos%w
		if c.k == nil {
			dst := c.halfK[layer][at:]
			for i, x := range k[h*hd : (h+1)*hd] {
				dst[i*w] = kernel.RoundBF16(x)
			}
			continue
		}
		dst := c.k[layer][at:]
		for i, x := range k[h*hd : (h+1)*hd] {
			dst[i*w] = x
		}
	}
	c.values(layer, pos, v, true)
}

// values stores one position's values in the cache, or copies them from it to v.
func (c *Cache) values(layer, pos int, v []float32, store bool) {
	const w = kernel.PanelWidth
	hd := c.cfg.HeadDim
	for h := range c.cfg.KVHeads {
		for i := 0; i < hd; i += w {
			at, given := h*c.dimPad*c.capacity+i*c.capacity+pos*w, v[h*hd+i:h*hd+min(i+w, hd)]
			switch {
			case c.v == nil:
				kept := c.halfV[layer][at:][:len(given)]
				for j := range given {
					if store {
						kept[j] = kernel.RoundBF16(given[j])
					} else {
						given[j] = kernel.WidenBF16(kept[j])
					}
				}
			case store:
				copy(c.v[layer][at:], given)
			default:
				copy(given, c.v[layer][at:])
			}
		}
	}
}

// scores sets dst to Q·Kᵀ, for so many rows of Q and so many keys from a given one on,
// the first of a panel. Lines of dst are as long as their panels.
func (c *Cache) scores(w *attending, layer, head, from, keys int, dst, q []float32, ldq, rows int) {
	hd, n := c.cfg.HeadDim, roundUp(keys, kernel.PanelWidth)
	first, end, stride := hd*(head*c.capacity+from), (head+1)*hd*c.capacity, hd*kernel.PanelWidth
	if c.k == nil {
		w.k = kernel.ViewBF16(hd, n, stride, c.halfK[layer][first:end])
		w.k.MatMul(dst, n, q, ldq, rows)
		return
	}
	k := kernel.Panels{K: hd, N: n, Stride: stride, Data: c.k[layer][first:end]}
	kernel.MatMul(dst, n, q, ldq, rows, &k, false)
}

// weighed sets dst to P·V, where scores have become P.
func (c *Cache) weighed(w *attending, layer, head, from, keys int, dst []float32, ld, rows int) {
	hd, ldp := c.cfg.HeadDim, roundUp(keys, kernel.PanelWidth)
	first, end, stride := head*c.dimPad*c.capacity+from*kernel.PanelWidth, (head+1)*c.dimPad*c.capacity, c.capacity*kernel.PanelWidth
	if c.v == nil {
		w.v = kernel.ViewBF16(keys, hd, stride, c.halfV[layer][first:end])
		w.v.MatMul(dst, ld, w.scores, ldp, rows)
		return
	}
	v := kernel.Panels{K: keys, N: hd, Stride: stride, Data: c.v[layer][first:end]}
	kernel.MatMul(dst, ld, w.scores, ldp, rows, &v, false)
}

// Drift implements network.Cache for two caches of this package.
func (c *Cache) Drift(other network.Cache, layer, pos int) (k, v float64) {
	const w = kernel.PanelWidth
	fresh, hd := other.(*Cache), c.cfg.HeadDim
	var dk, nk, dv, nv float64
	for h := range c.cfg.KVHeads {
		for i := range hd {
			at := func(x *Cache) (float64, float64) {
				key, value := h*hd*x.capacity+pos/w*hd*w+pos%w+i*w, h*x.dimPad*x.capacity+i/w*w*x.capacity+pos*w+i%w
				if x.k == nil {
					return float64(kernel.WidenBF16(x.halfK[layer][key])), float64(kernel.WidenBF16(x.halfV[layer][value]))
				}
				return float64(x.k[layer][key]), float64(x.v[layer][value])
			}
			ka, va := at(c)
			kb, vb := at(fresh)
			dk, nk = dk+(ka-kb)*(ka-kb), nk+kb*kb
			dv, nv = dv+(va-vb)*(va-vb), nv+vb*vb
		}
	}
	return math.Sqrt(dk / nk), math.Sqrt(dv / nv)
}
