package model

import (
	"cmp"
	"errors"
	"math"
)

// Scaling is how rotary positions were stretched for texts that are longer than
// those of the first training: rope_scaling, or rope_parameters in newer files.
type Scaling struct {
	Type     string  `json:"rope_type"` // "linear", "llama3" or "yarn"
	Factor   float64 `json:"factor"`
	Original int     `json:"original_max_position_embeddings,omitempty"` // not of linear
	// Of llama3: rotations within the original length below which a frequency is
	// divided by the factor, and above which it is left alone.
	Low  float64 `json:"low_freq_factor,omitempty"`
	High float64 `json:"high_freq_factor,omitempty"`
	// Of YaRN: the same, the other way round, and what the rotated vectors are
	// multiplied by.
	Fast float64 `json:"beta_fast,omitempty"`
	Slow float64 `json:"beta_slow,omitempty"`
	Size float64 `json:"attention_factor,omitempty"`
	// Of networks whose queries grow with the position, by this much times the
	// logarithm of how many original lengths it is away: Llama 4, Ministral 3.
	Growth float64 `json:"llama_4_scaling_beta,omitempty"`
}

// size is what the query at a position is multiplied by.
func (s *Scaling) size(pos int) float32 {
	return float32(1 + s.Growth*math.Log(float64(1+pos/s.Original)))
}

// knownRotary says what rope_scaling may be.
const knownRotary = `{"rope_type": "default"}, "linear" with factor, "llama3" with factor, low_freq_factor, high_freq_factor and original_max_position_embeddings, or "yarn" with factor`

// yarnSize is the attention_factor of YaRN where none is given (arXiv 2309.00071,
// section 3.4), for the scale 1 that others may change.
func yarnSize(factor, scale float64) float64 {
	if factor <= 1 {
		return 1
	}
	return 0.1*scale*math.Log(factor) + 1
}

func isRotary(v string, _ map[string]entry) bool {
	_, _, _, err := rotary([]byte(v))
	return err == nil
}

// rotary reads rope_scaling or rope_parameters, in which newer files have their
// rope_theta and partial_rotary_factor; results are nil where it says nothing.
func rotary(value []byte) (scaling *Scaling, theta, share *float64, err error) {
	var r struct {
		Scaling
		OldType string   `json:"type"`
		Theta   *float64 `json:"rope_theta"`
		Partial *float64 `json:"partial_rotary_factor"`
		Scale   float64  `json:"mscale"` // of DeepSeek; it counts only beside that of all numbers
		All     float64  `json:"mscale_all_dim"`
	}
	if err := strict(value, &r); err != nil {
		return nil, nil, nil, err
	}
	s := &r.Scaling
	s.Type = cmp.Or(s.Type, r.OldType, "default")
	ok := true
	switch s.Type {
	case "default":
		ok = *s == Scaling{Type: s.Type} && r.All == 0
		s = nil
	case "linear":
		ok = *s == Scaling{Type: s.Type, Factor: s.Factor} && s.Factor >= 1 && r.All == 0
	case "llama3":
		ok = s.Factor >= 1 && 0 < s.Low && s.Low < s.High && 0 < s.Original && s.Original <= maxPositions && s.Fast == 0 && s.Slow == 0 && s.Size == 0 && r.All == 0
	case "yarn":
		s.Fast, s.Slow = cmp.Or(s.Fast, 32), cmp.Or(s.Slow, 1)
		if r.Scale == 0 || r.All == 0 {
			r.Scale, r.All = 1, 0
		}
		s.Size = cmp.Or(s.Size, yarnSize(s.Factor, r.Scale)/yarnSize(s.Factor, r.All))
		ok = s.Factor > 0 && s.Growth >= 0 && 0 < s.Slow && s.Slow < s.Fast && 0 <= s.Original && s.Original <= maxPositions && s.Low == 0 && s.High == 0 && s.Size > 0
	default:
		ok = false
	}
	if !ok {
		return nil, nil, nil, errors.New("such a scaling is not computed here")
	}
	return s, r.Theta, r.Partial, nil
}

// scale changes the frequencies of a theta, highest first, and returns what the
// rotated vectors are multiplied by.
func (s *Scaling) scale(frequencies []float64, theta float64) float64 {
	if s.Type == "linear" {
		for i := range frequencies {
			frequencies[i] /= s.Factor
		}
		return 1
	}
	if s.Type == "llama3" { // Llama 3.1
		for i, f := range frequencies {
			turns := f * float64(s.Original) / (2 * math.Pi)
			kept := min(max((turns-s.Low)/(s.High-s.Low), 0), 1)
			frequencies[i] = f * (kept + (1-kept)/s.Factor)
		}
		return 1
	}
	// YaRN, Peng et al. 2023, arXiv 2309.00071, section 3.2, with bounds that are
	// whole pairs, as in transformers.
	n := float64(len(frequencies))
	pair := func(turns float64) float64 {
		return n * math.Log(float64(s.Original)/(turns*2*math.Pi)) / math.Log(theta)
	}
	from, to := max(math.Floor(pair(s.Fast)), 0), min(math.Ceil(pair(s.Slow)), 2*n-1)
	if from == to {
		to += 0.001
	}
	for i, f := range frequencies {
		kept := 1 - min(max((float64(i)-from)/(to-from), 0), 1)
		frequencies[i] = f * (kept + (1-kept)/s.Factor)
	}
	return s.Size
}
