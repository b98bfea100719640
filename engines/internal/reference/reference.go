// Package reference is the slow, obvious float64 twin of the transformer.
//
// It computes one sequence at a time with plain loops, no cache, no packing and
// an arbitrary attention mask. Tests hold the fast forward pass and the
// hand-written gradients to it; nothing else uses it.
package reference

import (
	"fmt"
	"math"

	"dllmbench/engines/model"
)

// Net is a network with float64 weights.
type Net struct {
	Config model.Config
	// Param maps tensor names to values; changing a value changes the network,
	// which is how central differences are taken.
	Param map[string][]float64
}

// New copies weights into a float64 network.
func New(w *model.Weights) *Net {
	n := &Net{Config: w.Config, Param: map[string][]float64{}}
	for _, t := range w.Tensors {
		p := make([]float64, len(t.Data))
		for i, x := range t.Data {
			p[i] = float64(x)
		}
		n.Param[t.Name] = p
	}
	return n
}

// Logits runs the network on one sequence. pos[i] is the rotary position of
// token i and sees(i, j) reports whether row i may attend to key j. The result
// has one row of vocab_size logits per token.
func (n *Net) Logits(tokens []int32, pos []int, sees func(i, j int) bool) [][]float64 {
	c := n.Config
	embed := n.Param["model.embed_tokens.weight"]
	x := make([][]float64, len(tokens))
	for i, id := range tokens {
		x[i] = append([]float64(nil), embed[int(id)*c.HiddenSize:(int(id)+1)*c.HiddenSize]...)
	}
	for l := range c.Layers {
		n.block(x, pos, sees, fmt.Sprintf("model.layers.%d.", l))
	}
	head := embed
	if !c.TieEmbeddings {
		head = n.Param["lm_head.weight"]
	}
	out := make([][]float64, len(x))
	for i := range x {
		out[i] = product(head, rmsNorm(x[i], n.Param["model.norm.weight"], c.NormEps))
	}
	return out
}

// block adds attention and MLP of one layer to the residual stream x.
func (n *Net) block(x [][]float64, pos []int, sees func(i, j int) bool, p string) {
	c := n.Config
	hd, group := c.HeadDim, c.Heads/c.KVHeads
	q, k, v := make([][]float64, len(x)), make([][]float64, len(x)), make([][]float64, len(x))
	for i := range x {
		h := rmsNorm(x[i], n.Param[p+"input_layernorm.weight"], c.NormEps)
		project := func(name string) []float64 {
			y := product(n.Param[p+"self_attn."+name+"_proj.weight"], h)
			for j, b := range n.Param[p+"self_attn."+name+"_proj.bias"] {
				y[j] += b
			}
			return y
		}
		q[i], k[i], v[i] = project("q"), project("k"), project("v")
		n.finishHeads(q[i], n.Param[p+"self_attn.q_norm.weight"], pos[i])
		n.finishHeads(k[i], n.Param[p+"self_attn.k_norm.weight"], pos[i])
	}
	for i := range x {
		out := make([]float64, c.Heads*hd)
		for head := range c.Heads {
			qh, kv := q[i][head*hd:(head+1)*hd], head/group*hd
			weights, sum, top := make([]float64, len(x)), 0.0, math.Inf(-1)
			for j := range x {
				weights[j] = math.Inf(-1)
				if sees(i, j) {
					weights[j] = dot(qh, k[j][kv:kv+hd]) / math.Sqrt(float64(hd))
					top = max(top, weights[j])
				}
			}
			for j := range x {
				weights[j] = math.Exp(weights[j] - top)
				sum += weights[j]
			}
			for j := range x {
				for e := range hd {
					out[head*hd+e] += weights[j] / sum * v[j][kv+e]
				}
			}
		}
		add(x[i], product(n.Param[p+"self_attn.o_proj.weight"], out))
	}
	for i := range x {
		h := rmsNorm(x[i], n.Param[p+"post_attention_layernorm.weight"], c.NormEps)
		gate, up := product(n.Param[p+"mlp.gate_proj.weight"], h), product(n.Param[p+"mlp.up_proj.weight"], h)
		for j, g := range gate {
			up[j] *= g / (1 + math.Exp(-g))
		}
		add(x[i], product(n.Param[p+"mlp.down_proj.weight"], up))
	}
}

// finishHeads normalises each head (when the model has q/k norm) and rotates it.
func (n *Net) finishHeads(x, norm []float64, pos int) {
	hd := n.Config.HeadDim
	for h := 0; h < len(x); h += hd {
		head := x[h : h+hd]
		if norm != nil {
			copy(head, rmsNorm(head, norm, n.Config.NormEps))
		}
		for i := range hd / 2 {
			angle := float64(pos) * math.Pow(n.Config.RopeTheta, -2*float64(i)/float64(hd))
			sin, cos := math.Sincos(angle)
			a, b := head[i], head[i+hd/2]
			head[i], head[i+hd/2] = a*cos-b*sin, b*cos+a*sin
		}
	}
}

// product is W·x for W [len(w)/len(x), len(x)].
func product(w, x []float64) []float64 {
	out := make([]float64, len(w)/len(x))
	for i := range out {
		out[i] = dot(w[i*len(x):(i+1)*len(x)], x)
	}
	return out
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func add(dst, x []float64) {
	for i := range dst {
		dst[i] += x[i]
	}
}

func rmsNorm(x, w []float64, eps float64) []float64 {
	inv := 1 / math.Sqrt(dot(x, x)/float64(len(x))+eps)
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] * inv * w[i]
	}
	return out
}
