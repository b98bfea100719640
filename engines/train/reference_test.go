package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// reference is the slow, obvious float64 twin of the transformer. It computes one
// sequence at a time with plain loops, no cache, no packing and an arbitrary
// attention mask. The forward pass of package model and the gradients of this
// package are held to it.
type reference struct {
	Config model.Config
	// Param maps tensor names to values; changing a value changes the network,
	// which is how central differences are taken.
	Param map[string][]float64
}

// newReference copies weights into a float64 network.
func newReference(w *model.Weights) *reference {
	n := &reference{Config: w.Config, Param: map[string][]float64{}}
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
func (n *reference) Logits(tokens []int32, pos []int, sees func(i, j int) bool) [][]float64 {
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
func (n *reference) block(x [][]float64, pos []int, sees func(i, j int) bool, p string) {
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
func (n *reference) finishHeads(x, norm []float64, pos int) {
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

// The forward pass of package model under the masks of all decoders.
func TestForwardAgainstFloat64(t *testing.T) {
	for variant, change := range map[string]func(*model.Config){
		"llama": func(*model.Config) {},
		"qwen3": func(c *model.Config) { c.ModelType, c.KVHeads, c.TieEmbeddings = "qwen3", 2, false },
		"bias":  func(c *model.Config) { c.AttentionBias, c.HeadDim, c.KVHeads = true, 20, 1 },
		"long":  func(c *model.Config) { c.KVHeads, c.Layers, c.MaxPositions = 2, 1, 1100 }, // more keys than a tile of attention holds
	} {
		n, prompt, block := 53, 20, 7
		if variant == "long" {
			n, prompt, block = 1100, 900, 90
		}
		all, blocks := make([]int, n), network.CausalVisible(nil, 0, prompt)
		for i := range all {
			all[i] = i
		}
		for i := prompt; i < n; i++ {
			blocks = append(blocks, min(n, prompt+((i-prompt)/block+1)*block))
		}
		masks := map[string][]int{"block": blocks}
		if variant != "long" {
			masks["causal"], masks["full"] = network.CausalVisible(nil, 0, n), network.ConstVisible(nil, n, n)
		}
		cfg := tinyConfig("llama")
		cfg.HiddenSize, cfg.IntermediateSize, cfg.Heads, cfg.KVHeads, cfg.VocabSize = 24, 40, 4, 4, 37
		change(&cfg)
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		w, rng := model.NewWeights(cfg), rand.New(rand.NewPCG(3, 1))
		w.Init(rng)
		for _, tensor := range w.Tensors { // make norms and biases count
			for i := 0; len(tensor.Shape) == 1 && i < len(tensor.Data); i++ {
				tensor.Data[i] += float32(0.3 * rng.NormFloat64())
			}
		}
		m, err := model.New(cfg, w, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		s := model.NewSession(m, 2)
		defer s.Close()
		tokens := make([]int32, n)
		for i := range tokens {
			tokens[i] = int32(rng.IntN(cfg.VocabSize))
		}
		for name, visible := range masks {
			t.Run(variant+"/"+name, func(t *testing.T) {
				got, err := s.Forward([]network.Window{{Tokens: tokens, Visible: visible, Cache: s.NewCache(n), Logits: all}})
				if err != nil {
					t.Fatal(err)
				}
				want := newReference(w).Logits(tokens, all, func(i, j int) bool { return j < visible[i] })
				worst := 0.0
				for i := range want {
					for j := range want[i] {
						worst = max(worst, math.Abs(float64(got.Logits[i][j])-want[i][j]))
					}
				}
				if worst > 2e-5 { // logits are of size 1; float32 sums of up to 40 terms, 2 layers
					t.Errorf("largest difference from the float64 reference is %g", worst)
				}
			})
		}
	}
}
