package model_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dllmbench/engines/model"
)

// ggufFile writes a checkpoint as the converters of llama.cpp do, in float32.
type ggufFile struct {
	keys, tensors, data bytes.Buffer
	nKeys, nTensors     uint64
}

func text(s string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(s))), s...)
}

func (g *ggufFile) key(name string, value any) {
	g.nKeys++
	g.keys.Write(text(name))
	kind := map[bool]uint32{true: 7, false: 4}
	switch v := value.(type) {
	case string:
		g.keys.Write(append([]byte{8, 0, 0, 0}, text(v)...))
	case bool, uint32:
		_, truth := v.(bool)
		binary.Write(&g.keys, binary.LittleEndian, kind[truth])
		binary.Write(&g.keys, binary.LittleEndian, v)
	case float32:
		binary.Write(&g.keys, binary.LittleEndian, uint32(6))
		binary.Write(&g.keys, binary.LittleEndian, v)
	}
}

func (g *ggufFile) tensor(name string, data []float32, shape ...int) {
	g.nTensors++
	g.data.Write(make([]byte, (32-g.data.Len()%32)%32))
	g.tensors.Write(text(name))
	binary.Write(&g.tensors, binary.LittleEndian, uint32(len(shape)))
	for i := range shape {
		binary.Write(&g.tensors, binary.LittleEndian, uint64(shape[len(shape)-1-i]))
	}
	binary.Write(&g.tensors, binary.LittleEndian, uint32(0))
	binary.Write(&g.tensors, binary.LittleEndian, uint64(g.data.Len()))
	binary.Write(&g.data, binary.LittleEndian, data)
}

func (g *ggufFile) open() (*model.Checkpoint, error) {
	var out bytes.Buffer
	out.WriteString("GGUF")
	binary.Write(&out, binary.LittleEndian, []uint64{3 | g.nTensors<<32, g.nTensors>>32 | g.nKeys<<32})
	binary.Write(&out, binary.LittleEndian, uint32(g.nKeys>>32))
	out.Write(g.keys.Bytes())
	out.Write(g.tensors.Bytes())
	out.Write(make([]byte, (32-out.Len()%32)%32))
	out.Write(g.data.Bytes())
	c, _, err := model.OpenGGUF(bytes.NewReader(out.Bytes()), int64(out.Len()))
	return c, err
}

// converted is a checkpoint folder as a GGUF file.
func converted(t *testing.T, dir, arch string) *ggufFile {
	t.Helper()
	from, err := model.OpenCheckpoint(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	c, g := from.Config, &ggufFile{}
	g.key("general.architecture", arch)
	for key, n := range map[string]int{"context_length": c.MaxPositions, "embedding_length": c.HiddenSize, "block_count": c.Layers,
		"feed_forward_length": c.IntermediateSize, "attention.head_count": c.Heads, "attention.head_count_kv": c.KVHeads, "rope.dimension_count": c.HeadDim} {
		g.key(arch+"."+key, uint32(n))
	}
	if c.LayerNormEps > 0 {
		g.key(arch+".attention.layer_norm_epsilon", float32(c.LayerNormEps))
	} else {
		g.key(arch+".rope.freq_base", float32(c.RopeTheta))
		g.key(arch+".attention.layer_norm_rms_epsilon", float32(c.NormEps))
	}
	if c.Experts > 0 {
		g.key(arch+".expert_count", uint32(c.Experts))
		g.key(arch+".expert_used_count", uint32(c.ExpertsPerRow))
		g.key(arch+".expert_feed_forward_length", uint32(c.ExpertSize))
	}
	g.key("tokenizer.ggml.eos_token_id", uint32(c.EOS[0]))
	if c.MaskToken >= 0 {
		g.key("tokenizer.ggml.mask_token_id", uint32(c.MaskToken))
		g.key(arch+".attention.causal", false)
	}
	names := strings.NewReplacer("model.embed_tokens", "token_embd", "model.embed_positions", "position_embd", "model.norm", "output_norm", "lm_head", "output", "model.layers", "blk",
		"input_layernorm", "attn_norm", "post_attention_layernorm", "ffn_norm", "self_attn.o_proj", "attn_output", "self_attn.", "attn_",
		"mlp.gate.", "ffn_gate_inp.", "mlp.", "ffn_", "_proj", "")
	stacks := map[string][]float32{} // of the experts of a layer
	for _, tensor := range model.NewWeights(c).Tensors {
		if err := from.Read(tensor.Data, tensor.Name, tensor.Shape...); err != nil {
			t.Fatal(err)
		}
		data := tensor.Data
		if (arch == "llama" || arch == "llada") && (strings.Contains(tensor.Name, "q_proj") || strings.Contains(tensor.Name, "k_proj")) {
			// reshape(heads, 2, headDim/2, cols).swapaxes(1, 2)
			data = nil
			cols, half := tensor.Shape[1], c.HeadDim/2
			for row := range tensor.Shape[0] {
				head, pair, h := row/c.HeadDim, row%c.HeadDim/2, row%2
				at := (head*c.HeadDim + h*half + pair) * cols
				data = append(data, tensor.Data[at:at+cols]...)
			}
		}
		name := names.Replace(tensor.Name)
		if layer, rest, ok := strings.Cut(tensor.Name, ".mlp.experts."); ok { // one tensor for all
			number, kind, _ := strings.Cut(rest, ".")
			name = names.Replace(layer) + ".ffn_" + strings.TrimSuffix(kind, "_proj.weight") + "_exps.weight"
			if stacks[name] = append(stacks[name], data...); number == strconv.Itoa(c.Experts-1) {
				g.tensor(name, stacks[name], append([]int{c.Experts}, tensor.Shape...)...)
			}
			continue
		}
		g.tensor(name, data, tensor.Shape...)
	}
	return g
}

// TestGGUFReference: checkpoints of other makers give the logits of reference code
// from a GGUF file, too.
func TestGGUFReference(t *testing.T) {
	for dir, arch := range map[string]string{"qwen2": "qwen2", "Dream": "dream", "llada": "llada", "lladamoe": "llada-moe", "gpt2": "gpt2"} {
		t.Run(arch, func(t *testing.T) {
			dir := filepath.Join("testdata", dir)
			g := converted(t, dir, arch)
			if arch == "llada" {
				g.key("diffusion.shift_logits", false)
			}
			c, err := g.open()
			if err != nil {
				t.Fatal(err)
			}
			m, err := c.Model(nil)
			if err != nil {
				t.Fatal(err)
			}
			folder, err := load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Spec(), folder.Spec(); got.Shift != want.Shift || got.FullContext != want.FullContext || got.Mask != want.Mask {
				t.Errorf("trained as %+v, from the folder as %+v", got, want)
			}
			native(t, m, filepath.Join(dir, "golden.safetensors"))
		})
	}
}

// TestGGUFTraining: what a file says of its training has to be possible.
func TestGGUFTraining(t *testing.T) {
	dream := filepath.Join("testdata", "Dream")
	g := converted(t, dream, "dream")
	g.key("diffusion.shift_logits", false)
	if c, err := g.open(); err != nil || c.Config.Shift {
		t.Errorf("a Dream without a shift: %v", err)
	}
	g = converted(t, filepath.Join("testdata", "llada"), "llada")
	g.key("diffusion.shift_logits", true)
	if _, err := g.open(); err == nil || !strings.Contains(err.Error(), "diffusion.shift_logits is true, which is not for llada") {
		t.Errorf("a LLaDA with a shift: %v", err)
	}
	g = converted(t, filepath.Join("testdata", "qwen2"), "qwen2")
	g.key("qwen2.attention.causal", false)
	if _, err := g.open(); err == nil || !strings.Contains(err.Error(), "qwen2.attention.causal is false, allowed is true") {
		t.Errorf("a Qwen2 that sees everything: %v", err)
	}
}

// TestRopeDivisors: the divisors of Llama 3 are told by what they do, and others refused.
func TestRopeDivisors(t *testing.T) {
	// By the converter's formula for a theta of 5e5 and heads of width 8.
	for factor, divisors := range map[float64][]float32{32: {1, 1, 3.2922621029408843, 32}, 8: {1, 1, 2.6945296878947333, 8}, 0: {1, 1, 2, 8}, -1: {0, 0, 0, 0}} {
		g := converted(t, filepath.Join("testdata", "llama3"), "llama")
		body := bytes.Replace(g.keys.Bytes(), append([]byte("rope.freq_base\x06\x00\x00\x00"), binary.LittleEndian.AppendUint32(nil, math.Float32bits(1e4))...),
			append([]byte("rope.freq_base\x06\x00\x00\x00"), binary.LittleEndian.AppendUint32(nil, math.Float32bits(5e5))...), 1)
		g.keys = *bytes.NewBuffer(body)
		g.tensor("rope_freqs.weight", divisors, 4)
		c, err := g.open()
		switch {
		case factor <= 0:
			if err == nil || !strings.Contains(err.Error(), "rope_freqs.weight divides frequency") {
				t.Errorf("divisors %v: error %v", divisors, err)
			}
		case err != nil:
			t.Error(err)
		case *c.Config.Scaling != model.Scaling{Type: "llama3", Factor: factor, Original: 8192, Low: 1, High: 4}:
			t.Errorf("divisors %v: %+v", divisors, c.Config.Scaling)
		}
	}
}
