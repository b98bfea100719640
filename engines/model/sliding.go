package model

import "encoding/json"

// Sliding are the keys of networks in which some layers see only so many keys back.
// They have the names of Gemma 3.
type Sliding struct {
	Window      int      `json:"sliding_window,omitempty"`         // keys that a row of such a layer sees, itself included
	Types       []string `json:"layer_types,omitempty"`            // "sliding_attention" or "full_attention" for each layer
	Pattern     int      `json:"sliding_window_pattern,omitempty"` // without them: every so manyth layer sees everything
	LocalTheta  float64  `json:"rope_local_base_freq,omitempty"`   // rope_theta of sliding layers
	QueryScalar float64  `json:"query_pre_attn_scalar,omitempty"`  // products of queries and keys are divided by its root; 0 for head_dim
}

const slidingAttention = "sliding_attention"

func (x *Sliding) rules(c *Config, rule func(key string, ok bool, format string, args ...any), inRange func(key string, v, limit int)) {
	if !c.architecture().sliding {
		return
	}
	inRange("sliding_window", x.Window, maxPositions)
	inRange("sliding_window_pattern", x.Pattern, maxLayers)
	rule("rope_local_base_freq", x.LocalTheta > 0, "is %g and must be positive", x.LocalTheta)
	rule("query_pre_attn_scalar", x.QueryScalar > 0, "is %g and must be positive", x.QueryScalar)
	rule("layer_types", x.Types == nil || len(x.Types) == c.Layers, "has %d layers, num_hidden_layers is %d", len(x.Types), c.Layers)
	for _, kind := range x.Types[:min(len(x.Types), maxLayers)] {
		rule("layer_types", kind == slidingAttention || kind == "full_attention", "has a layer of %.40q, allowed are sliding_attention and full_attention", kind)
	}
}

// rotaryByLayer reads rope_parameters that say, as in newer files, what holds for each kind
// of layer, and leaves those of layers that see everything in their place.
func (c *Config) rotaryByLayer(all map[string]entry, fail func(key, format string, args ...any)) {
	const key = "rope_parameters"
	e := all[key]
	var kinds struct {
		Full    json.RawMessage `json:"full_attention"`
		Sliding json.RawMessage `json:"sliding_attention"`
	}
	if strict(e.value, &kinds) != nil || kinds.Full == nil || kinds.Sliding == nil {
		return // it is no object of these two
	}
	e.value = kinds.Full
	all[key] = e
	scaling, theta, share, err := rotary(kinds.Sliding)
	if err != nil || scaling != nil || share != nil {
		fail(key, "%s of sliding_attention is %s, allowed is {\"rope_type\": \"default\"} with its rope_theta", key, brief(kinds.Sliding))
	} else if theta != nil {
		if old, both := all["rope_local_base_freq"]; both && json.Unmarshal(old.value, &c.LocalTheta) == nil && c.LocalTheta != *theta {
			fail(key, "%s of sliding_attention has the rope_theta %g, beside a rope_local_base_freq of %g", key, *theta, c.LocalTheta)
		}
		c.LocalTheta = *theta
	}
}

// window is how many keys a row sees in a layer, 0 for all.
func (c *Config) window(layer int) int {
	switch {
	case !c.architecture().sliding:
		return 0
	case c.Types != nil && c.Types[layer] != slidingAttention, c.Types == nil && (layer+1)%c.Pattern == 0:
		return 0
	}
	return c.Window
}

// ggufScalar is the query_pre_attn_scalar that llama.cpp takes for granted. Gemma 3 27B,
// with its 62 layers, does not have the width of a head.
func (c *Config) ggufScalar() float64 {
	if c.Layers == 62 {
		return float64(c.HiddenSize / max(1, c.Heads))
	}
	return float64(c.HeadDim)
}

// localRotations are those of sliding layers, which no scaling stretches.
func (c *Config) localRotations() *Rotations {
	local := *c
	local.RopeTheta, local.Scaling = c.LocalTheta, nil
	return local.Rotations()
}
