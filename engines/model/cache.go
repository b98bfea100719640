package model

import (
	"math"

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
	capacity int // multiple of kernel.PanelWidth
	dimPad   int // head dimension rounded up to the panel width
	// k[layer] has per kv head: panels of 16 positions, each headDim × 16.
	// v[layer] has per kv head: panels of 16 dimensions, each capacity × 16.
	k, v     [][]float32
	features *features // of partial passes; nil without any
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

func newCache(cfg Config, capacity int) *Cache {
	c := &Cache{cfg: cfg, capacity: roundUp(max(capacity, 1), kernel.PanelWidth), dimPad: roundUp(cfg.HeadDim, kernel.PanelWidth)}
	for range cfg.Layers {
		c.k = append(c.k, make([]float32, cfg.KVHeads*cfg.HeadDim*c.capacity))
		c.v = append(c.v, make([]float32, cfg.KVHeads*c.dimPad*c.capacity))
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

// positionBytes is the size of the keys and values of a position in all layers.
func (c *Config) positionBytes() int64 {
	return 2 * kernel.FloatBytes * int64(c.Layers) * int64(c.KVHeads) * int64(c.HeadDim)
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
		dst := c.k[layer][h*hd*c.capacity+pos/w*hd*w+pos%w:]
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
		vh := c.v[layer][h*c.dimPad*c.capacity:]
		for i := 0; i < hd; i += w {
			kept, given := vh[i*c.capacity+pos*w:], v[h*hd+i:h*hd+min(i+w, hd)]
			if store {
				copy(kept, given)
			} else {
				copy(given, kept)
			}
		}
	}
}

// keyPanels is the right-hand side of Q·Kᵀ for positions [from, to), rounded up to
// whole panels: headDim × positions. from is the first of a panel.
func (c *Cache) keyPanels(layer, head, from, to int) kernel.Panels {
	hd := c.cfg.HeadDim
	return kernel.Panels{K: hd, N: roundUp(to-from, kernel.PanelWidth), Stride: hd * kernel.PanelWidth, Data: c.k[layer][hd*(head*c.capacity+from) : (head+1)*hd*c.capacity]}
}

// valuePanels is the right-hand side of P·V for positions [from, to): positions × headDim.
func (c *Cache) valuePanels(layer, head, from, to int) kernel.Panels {
	return kernel.Panels{K: to - from, N: c.cfg.HeadDim, Stride: c.capacity * kernel.PanelWidth, Data: c.v[layer][head*c.dimPad*c.capacity+from*kernel.PanelWidth : (head+1)*c.dimPad*c.capacity]}
}

// Drift implements network.Cache for two caches of this package.
func (c *Cache) Drift(other network.Cache, layer, pos int) (k, v float64) {
	const w = kernel.PanelWidth
	fresh, hd := other.(*Cache), c.cfg.HeadDim
	var dk, nk, dv, nv float64
	for h := range c.cfg.KVHeads {
		for i := range hd {
			at := func(x *Cache) (float64, float64) {
				key := x.k[layer][h*hd*x.capacity+pos/w*hd*w+pos%w+i*w]
				value := x.v[layer][h*x.dimPad*x.capacity+i/w*w*x.capacity+pos*w+i%w]
				return float64(key), float64(value)
			}
			ka, va := at(c)
			kb, vb := at(fresh)
			dk, nk = dk+(ka-kb)*(ka-kb), nk+kb*kb
			dv, nv = dv+(va-vb)*(va-vb), nv+vb*vb
		}
	}
	return math.Sqrt(dk / nk), math.Sqrt(dv / nv)
}
