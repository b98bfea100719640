package model

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/network"
)

// ExportGGUF writes the network as a GGUF file for llama.cpp, one tensor at a time. The
// type, as config.json calls it or would, or a [precision], is that of matrices: vectors stay in float32, and rows that do
// not fill the blocks of a format get one with smaller blocks, or bfloat16. The keys of
// the tokenizer follow those of the network. Networks that llama.cpp does not compute are
// refused.
func (m *Model) ExportGGUF(path, dtype string, tokenizer []gguf.Key) error {
	kind := strings.ToUpper(dtype)
	for short, name := range dtypes {
		if name == dtype {
			kind = short
		}
	}
	mixed, ok := precisions[dtype]
	if !ok {
		mixed = precision{all: kind, head: kind}
	}
	keys, err := m.cfg.ggufKeys(gguf.FileTypes[kind])
	if err != nil {
		return err
	}
	var out []gguf.Out
	source := map[string][]string{} // names of Llama's tensors, of which experts have several
	for _, p := range m.cfg.parts() {
		for i, name := range p.names {
			t := gguf.Out{Name: ggufNames.Replace(name), Shape: p.shape(i), Type: "F32"}
			if p.cols > 0 && name != namePositions {
				t.Type = mixed.storage(&m.cfg, name, p.cols)
			}
			if whole, expert, ok := stackOf(t.Name); ok {
				t.Name, t.Shape = whole, append([]int{m.cfg.Experts}, t.Shape...)
				if expert > 0 {
					source[whole] = append(source[whole], name)
					continue
				}
			}
			source[t.Name] = append(source[t.Name], name)
			out = append(out, t)
		}
	}
	contents := m.contents()
	if s := m.cfg.Scaling; s != nil && s.Type == "llama3" {
		contents[ropeDivisors] = content{vector: m.cfg.divisors()}
		out = append(out, gguf.Out{Name: ropeDivisors, Shape: []int{m.cfg.HeadDim / 2}, Type: "F32"})
		source[ropeDivisors] = []string{ropeDivisors}
	}
	for i := range out {
		t := &out[i]
		if m.cfg.inPairs() && turned(t.Name) {
			t.Together = m.cfg.HeadDim
		}
		if kept, first := contents[source[t.Name][0]].quantised(t.Type); kept != nil && len(source[t.Name]) == 1 {
			t.Raw = func(dst []byte, from int) {
				for row := from / kept.K; len(dst) > 0; row++ {
					at := row
					if i := row % max(t.Together, 1); t.Together > 0 {
						at += halfOf(i, t.Together) - i
					}
					dst = dst[kept.Row(dst, first+at):]
				}
			}
		}
	}
	numbers := func(dst []float32, t gguf.Out, from int) error {
		names := source[t.Name]
		part := 1 // numbers of one of the tensors
		for _, n := range t.Shape[min(1, len(names)-1):] {
			part *= n
		}
		for done := 0; done < len(dst); {
			at := from + done
			n := min(len(dst)-done, part-at%part)
			contents[names[at/part]].numbers(dst[done:done+n], at%part)
			done += n
		}
		if t.Together > 0 {
			cols := 1 // of a bias
			if len(t.Shape) > 1 {
				cols = t.Shape[1]
			}
			reorder(dst, cols, m.cfg.HeadDim, true)
		}
		return nil
	}
	return atomicfile.Stream(path, func(w io.Writer) error { return gguf.Write(w, append(keys, tokenizer...), out, numbers) })
}

// divisors are what the frequencies of Llama 3 are divided by.
func (c *Config) divisors() []float32 {
	plain := frequencies(c.RopeTheta, c.HeadDim)
	scaled := slices.Clone(plain)
	c.Scaling.scale(scaled, c.RopeTheta)
	list := make([]float32, len(plain))
	for i := range list {
		list[i] = float32(plain[i] / scaled[i])
	}
	return list
}

// ggufKeys are the keys that describe the network.
func (c *Config) ggufKeys(fileType uint32) (list []gguf.Key, err error) {
	name, kind := "", c.ModelType
	if kind == "mistral" { // without a window it is Llama
		kind = "llama"
	}
	for theirs, ours := range ggufArchitectures {
		if ours == kind {
			name = theirs
		}
	}
	if name == "" {
		known := append(slices.Sorted(maps.Values(ggufArchitectures)), "mistral")
		return nil, fmt.Errorf("model_type is %q, for which GGUF files have no network; allowed are %s; a folder can be written", c.ModelType, strings.Join(known, ", "))
	}
	add := func(key string, value any) { list = append(list, gguf.Key{Name: key, Value: value}) }
	number := func(key string, n int) { add(name+"."+key, uint32(n)) }
	add("general.architecture", name)
	add("general.type", "model")
	add("general.file_type", fileType)
	add("general.quantization_version", uint32(2))
	number("vocab_size", c.VocabSize)
	number("context_length", c.MaxPositions)
	number("embedding_length", c.HiddenSize)
	number("feed_forward_length", c.IntermediateSize)
	number("block_count", c.Layers)
	number("attention.head_count", c.Heads)
	number("attention.head_count_kv", c.KVHeads)
	number("attention.key_length", c.HeadDim)
	number("attention.value_length", c.HeadDim)
	if !c.architecture().learned {
		number("rope.dimension_count", c.HeadDim)
		add(name+".rope.freq_base", float32(c.RopeTheta))
	}
	if c.layerNorm() {
		add(name+".attention.layer_norm_epsilon", float32(c.LayerNormEps))
	} else {
		add(name+".attention.layer_norm_rms_epsilon", float32(c.NormEps))
	}
	if c.Experts > 0 {
		number("expert_count", c.Experts)
		number("expert_used_count", c.ExpertsPerRow)
		number("expert_feed_forward_length", c.ExpertSize)
	}
	if c.architecture().sliding {
		number("attention.sliding_window", c.Window)
		for i := range c.Layers {
			if (c.window(i) == 0) != ((i+1)%6 == 0) || c.LocalTheta != 1e4 || c.QueryScalar != c.ggufScalar() {
				return nil, errors.New("a GGUF file can only say that every sixth layer sees everything, that rope_local_base_freq is 10000 and query_pre_attn_scalar as Gemma 3 has it; a folder can be written")
			}
		}
	}
	full := kind == "llada" || kind == "Dream" || kind == "lladamoe"
	switch {
	case full:
		add(name+".attention.causal", false)
		add("diffusion.shift_logits", c.Shift)
	case c.Context == "full" || c.Context == "block" || c.Shift:
		return nil, fmt.Errorf("context is %q, shift is %v, but llama.cpp reads %s from left to right; a folder can be written", c.Context, c.Shift, kind)
	}
	if s := c.Scaling; s != nil {
		usual := Scaling{Type: s.Type, Factor: s.Factor, Original: s.Original, Low: 1, High: 4}
		if s.Type == "yarn" {
			usual = Scaling{Type: s.Type, Factor: s.Factor, Original: s.Original, Fast: 32, Slow: 1, Size: yarnSize(s.Factor, 1)}
			add(name+".rope.scaling.type", s.Type)
			add(name+".rope.scaling.factor", float32(s.Factor))
		} else if s.Type == "linear" {
			usual = Scaling{Type: s.Type, Factor: s.Factor}
			add(name+".rope.scaling.type", s.Type)
			add(name+".rope.scaling.factor", float32(s.Factor))
		} else if kind != "llama" {
			return nil, fmt.Errorf("rope_scaling is llama3, which llama.cpp computes for llama alone and not for %s", c.ModelType)
		}
		if *s != usual {
			return nil, fmt.Errorf("rope_scaling is %+v; a GGUF file says only its factor and original length, beside %+v", *s, usual)
		}
		if s.Original > 0 {
			number("rope.scaling.original_context_length", s.Original)
		}
	}
	for i, key := range []string{"eos", "eot", "eom"} {
		if i < len(c.EOS) {
			add("tokenizer.ggml."+key+"_token_id", uint32(c.EOS[i]))
		}
	}
	for i, key := range []string{"padding", "mask"} { // in one order: a file is the same every time
		if id := []int32{c.Pad, c.MaskToken}[i]; id != network.NoToken {
			add("tokenizer.ggml."+key+"_token_id", uint32(id))
		}
	}
	return list, nil
}

// GGUFLoses lists the keys of config.json that a GGUF file has no place for. They say
// nothing about logits.
func (c *Config) GGUFLoses() (keys []string) {
	for key, lost := range map[string]bool{
		"self_prediction": c.SelfPrediction, "mask_unseen": c.MaskUnseen, "delimiter_token_ids": c.Delimiters != nil, "fim_token_ids": c.FIM != nil, "eos_token_id beyond the third": len(c.EOS) > 3,
	} {
		if lost {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
