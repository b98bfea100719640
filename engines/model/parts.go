package model

import "fmt"

// part is what a network uses as one matrix or vector. A checkpoint may keep it
// in several tensors, whose rows follow each other.
type part struct {
	names []string // none: the network has no such part
	rows  []int    // of each tensor; the length of a vector
	cols  int      // 0 for vectors
}

func (p *part) out() (rows int) {
	for _, n := range p.rows {
		rows += n
	}
	return rows
}

// size is the number of numbers.
func (p *part) size() int64 { return int64(p.out()) * int64(max(p.cols, 1)) }

// shape is that of tensor i.
func (p *part) shape(i int) []int {
	if p.cols == 0 {
		return []int{p.rows[i]}
	}
	return []int{p.rows[i], p.cols}
}

// FFN is a feed-forward network. GateUp is the concatenation of its parts.
type FFN[V, M any] struct {
	GateUp     M // [2·width, hidden], or [width, hidden] without a gate
	GateUpBias V // as many, only with mlp_bias
	Down       M // [hidden, width]
	DownBias   V // [hidden], only with mlp_bias
}

// Block is one transformer block in a form that has vectors as V and matrices as
// M. QKV is the concatenation of its parts.
type Block[V, M any] struct {
	AttnNorm     V // [hidden]
	AttnNormBias V // [hidden], only with LayerNorm
	QKV          M // [(heads + 2·kvHeads)·headDim, hidden]
	QKVBias      V // [(heads + 2·kvHeads)·headDim], only with attention_bias
	QNorm, KNorm V // [headDim], only with q/k norm
	O            M // [hidden, heads·headDim]
	OBias        V // [hidden], only with attention_bias of some architectures
	AttnOutNorm  V // [hidden], of what attention adds, only in Gemma
	MLPNorm      V // [hidden]
	MLPNormBias  V // [hidden], only with LayerNorm
	MLPOutNorm   V // [hidden], likewise
	FFN[V, M]      // of all rows: that of a dense layer, or what the experts share, if anything

	// Only in layers with experts.
	Router     M           // [experts, hidden]
	RouterBias V           // [experts], of routers that choose by more than they weigh by
	Experts    []FFN[V, M] // of the rows that the router gives them
}

// form makes a block of another one, in the order of our files.
func form[FromV, FromM, V, M any](p Block[FromV, FromM], vector func(FromV) V, matrix func(FromM) M) Block[V, M] {
	ffn := func(p FFN[FromV, FromM]) FFN[V, M] {
		return FFN[V, M]{matrix(p.GateUp), vector(p.GateUpBias), matrix(p.Down), vector(p.DownBias)}
	}
	b := Block[V, M]{
		AttnNorm: vector(p.AttnNorm), AttnNormBias: vector(p.AttnNormBias),
		QKV: matrix(p.QKV), QKVBias: vector(p.QKVBias), QNorm: vector(p.QNorm), KNorm: vector(p.KNorm),
		O: matrix(p.O), OBias: vector(p.OBias), AttnOutNorm: vector(p.AttnOutNorm),
		MLPNorm: vector(p.MLPNorm), MLPNormBias: vector(p.MLPNormBias), MLPOutNorm: vector(p.MLPOutNorm),
		FFN: ffn(p.FFN), Router: matrix(p.Router), RouterBias: vector(p.RouterBias),
	}
	for _, e := range p.Experts {
		b.Experts = append(b.Experts, ffn(e))
	}
	return b
}

const (
	nameEmbed     = "model.embed_tokens.weight"
	namePositions = "model.embed_positions.weight"
	nameNorm      = "model.norm.weight"
	nameHead      = "lm_head.weight"
)

// embeddings are the matrices that are no hidden weights.
var embeddings = []string{nameEmbed, namePositions, nameHead}

func (c *Config) embedding() part {
	return part{[]string{nameEmbed}, []int{c.VocabSize}, c.HiddenSize}
}
func (c *Config) head() part {
	return part{[]string{nameHead}, []int{c.VocabSize}, c.HiddenSize}
}
func (c *Config) finalNorm() part { return part{[]string{nameNorm}, []int{c.HiddenSize}, 0} }

// positions is the table of learned positions.
func (c *Config) positions() (p part) {
	if c.architecture().learned {
		p = part{[]string{namePositions}, []int{c.MaxPositions}, c.HiddenSize}
	}
	return p
}

func (c *Config) finalNormBias() (p part) {
	if c.layerNorm() {
		p = part{[]string{"model.norm.bias"}, []int{c.HiddenSize}, 0}
	}
	return p
}

func (c *Config) headBias() (p part) {
	if c.architecture().headBias {
		p = part{[]string{"lm_head.bias"}, []int{c.VocabSize}, 0}
	}
	return p
}

// layer are the parts of a block, with the names that Hugging Face gives the tensors
// of Llama and Qwen.
func (c *Config) layer(i int) Block[part, part] { return c.block(i, c.Experts) }

// block is a layer with the first ones of its experts, which are all alike.
func (c *Config) block(i, experts int) Block[part, part] {
	prefix := fmt.Sprintf("model.layers.%d.", i)
	one := func(name string, rows, cols int) part { return part{[]string{prefix + name}, []int{rows}, cols} }
	d, hd, arch := c.HiddenSize, c.HeadDim, c.architecture()
	q, kv := c.Heads*hd, c.KVHeads*hd
	qkv := func(kind string, cols int) part {
		if arch.fused {
			return one("self_attn.qkv_proj"+kind, q+2*kv, cols)
		}
		p := prefix + "self_attn."
		return part{[]string{p + "q_proj" + kind, p + "k_proj" + kind, p + "v_proj" + kind}, []int{q, kv, kv}, cols}
	}
	ffn := func(of string, width int) (f FFN[part, part]) {
		in := func(kind string, cols int) part {
			p := part{[]string{prefix + of + "gate_proj" + kind, prefix + of + "up_proj" + kind}, []int{width, width}, cols}
			if arch.gelu {
				p.names, p.rows = p.names[1:], p.rows[1:]
			}
			return p
		}
		f.GateUp, f.Down = in(".weight", d), one(of+"down_proj.weight", d, width)
		if c.MLPBias {
			f.GateUpBias, f.DownBias = in(".bias", 0), one(of+"down_proj.bias", d, 0)
		}
		return f
	}
	l := Block[part, part]{
		AttnNorm: one("input_layernorm.weight", d, 0),
		QKV:      qkv(".weight", d),
		O:        one("self_attn.o_proj.weight", d, q),
		MLPNorm:  one("post_attention_layernorm.weight", d, 0),
	}
	if c.Experts == 0 || i < c.DenseLayers {
		l.FFN = ffn("mlp.", c.IntermediateSize)
	} else {
		if c.SharedExperts > 0 {
			l.FFN = ffn("mlp.shared_experts.", c.SharedExperts*c.ExpertSize)
		}
		l.Router = one("mlp.gate.weight", c.Experts, d)
		if arch.router.biased {
			l.RouterBias = one("mlp.gate.expert_bias", c.Experts, 0)
		}
		for e := range experts {
			l.Experts = append(l.Experts, ffn(fmt.Sprintf("mlp.experts.%d.", e), c.ExpertSize))
		}
	}
	if c.AttentionBias {
		l.QKVBias = qkv(".bias", 0)
	}
	if c.AttentionBias && arch.outBias {
		l.OBias = one("self_attn.o_proj.bias", d, 0)
	}
	if c.layerNorm() {
		l.AttnNormBias, l.MLPNormBias = one("input_layernorm.bias", d, 0), one("post_attention_layernorm.bias", d, 0)
	}
	if arch.outNorm {
		l.AttnOutNorm, l.MLPOutNorm = one("self_attn.out_norm.weight", d, 0), one("mlp.out_norm.weight", d, 0)
	}
	if c.QKNorm() {
		l.QNorm, l.KNorm = one("self_attn.q_norm.weight", hd, 0), one("self_attn.k_norm.weight", hd, 0)
	}
	return l
}

// parts lists all parts in the order of our files.
func (c *Config) parts() []part { return c.partsWith(c.Experts) }

// partsWith lists those of networks with so many experts in a layer.
func (c *Config) partsWith(experts int) []part {
	list := []part{c.embedding(), c.positions()}
	add := func(p part) part {
		list = append(list, p)
		return p
	}
	for i := range c.Layers {
		form(c.block(i, experts), add, add)
	}
	if list = append(list, c.finalNorm(), c.finalNormBias()); !c.TieEmbeddings {
		list = append(list, c.head())
	}
	return append(list, c.headBias())
}

// Params counts the trainable numbers, with tied embeddings counted once.
func (c *Config) Params() int64 { return c.ActiveParams() + c.idle() }

// ActiveParams counts those that a row is computed with: all but those of experts
// that it is not given to.
func (c *Config) ActiveParams() (n int64) {
	for _, p := range c.partsWith(c.ExpertsPerRow) {
		n += p.size()
	}
	return n
}
