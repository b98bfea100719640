package diffusion

import (
	_ "embed"
	"encoding/json"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

//go:embed testdata/llada.json
var lladaTexts []byte

// mixed is a hash of numbers; see testdata/llada.py.
func mixed(numbers ...uint32) uint32 {
	x := uint32(1)
	for _, n := range numbers {
		x = (x ^ n) * 0x9E3779B1
		x ^= x >> 15
	}
	return x
}

// nearlyEqual is a law by which the positions are nearly equally sure of their
// tokens: what differs is a rotation, and the logit of the first token by at most
// a thousandth. It needs tokens on both sides, so the order of commits matters.
func nearlyEqual(seed uint32) enginetest.Law {
	return func(row []float32, visible []int32, pos int) {
		drawn := []int{int(enginetest.Pad), int(enginetest.End)}
		for id := int(enginetest.First); id < len(row); id++ {
			drawn = append(drawn, id)
		}
		right := int32(0)
		if pos+1 < len(visible) {
			right = visible[pos+1]
		}
		k := mixed(seed, uint32(pos), uint32(visible[max(pos-1, 0)]), uint32(right), uint32(visible[0]))
		row[enginetest.Mask] = -30
		for i := range drawn {
			logit := 14 - float32(i-4)/8
			if i < 4 {
				logit = []float32{18, 17, 16.5, 15}[i]
			}
			row[drawn[(uint32(i)+k)%uint32(len(drawn))]] = logit
		}
		row[drawn[k%uint32(len(drawn))]] += float32((k>>8)%16*64+uint32(pos)) / (1 << 19)
	}
}

// TestLLaDAGolden compares texts and orders of commits with those of LLaDA's own
// sampler; testdata/llada.py made them.
func TestLLaDAGolden(t *testing.T) {
	var cases []struct {
		Seed        uint32
		Steps       int
		BlockLength int     `json:"block_length"`
		Scale       float64 `json:"cfg_scale"`
		Last        bool
		Text        []int32
		Order       [][]int
	}
	if err := json.Unmarshal(lladaTexts, &cases); err != nil {
		t.Fatal(err)
	}
	texts, steps := 0, 0
	for _, c := range cases {
		net := enginetest.NewTable(13, 32, nearlyEqual(c.Seed))
		e := subject.Must(t, net, "llada", engines.Options{"steps": c.Steps, "block_length": c.BlockLength, "cfg_scale": c.Scale, "eos_confidence_last": c.Last})
		var order commits
		r := one(t, e, engines.Request{Prompt: []int32{3, 4, 5}, Budget: len(c.Text), Stop: []int32{enginetest.End}}, &order)
		if !slices.Equal(r.Tokens, c.Text) {
			texts++
		}
		order = slices.DeleteFunc(order, func(at []int) bool { return len(at) == 0 }) // passes without the prompt
		for i := range order {
			slices.Sort(order[i])
			if !slices.Equal(order[i], c.Order[i]) {
				steps++
				break // the steps behind it differ by themselves
			}
		}
	}
	if texts > 0 || steps > 0 {
		t.Errorf("%d of %d texts and %d orders differ from those of LLaDA's sampler", texts, len(cases), steps)
	}
}
