package server

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/middle"
	"dllmbench/engines/pool"
)

// plan is what a request asks for.
type plan struct {
	*asked
	host    *Host
	decoder *pool.Decoder
	frames  bool
	prompts [][]int32 // by answer
	answers []*answer
	seed    uint64
	bell    *bell // rings when an answer has changed
}

// plan makes the answers of a request, which nobody writes yet.
func (s *Server) plan(a *asked) (*plan, *failure) {
	p := &plan{asked: a, bell: newBell(s.config.Timeout.Pace, s.config.Now)}
	mode, f := a.mode()
	if f != nil {
		return nil, f
	}
	p.frames = mode == engines.Replace && a.Stream
	name, rest, _ := strings.Cut(a.Model, "/")
	if p.host = s.host(name); p.host == nil && a.Model == "" {
		return nil, invalid("model", "model is missing; allowed are %s", strings.Join(s.names(), ", "))
	} else if p.host == nil {
		return nil, failed(http.StatusNotFound, "model_not_found", "model", "%v", engines.UnknownName("model", a.Model, s.names()))
	}
	if p.decoder, f = s.decoder(p.host, a, rest); f != nil {
		return nil, f
	}
	if p.seed = s.config.Seed(); a.Seed != nil {
		p.seed = uint64(*a.Seed)
	}
	if n := a.bytes(); n > p.host.bytes { // which is known without taking it apart
		return nil, failed(http.StatusBadRequest, "context_length_exceeded", "prompt", "a text of the request has %d bytes, and %s takes %d tokens", n, p.host.Name, p.host.Positions)
	}
	stop := p.host.Codec.EndIDs()
	list := a.Prompt
	if a.chat {
		ids, end, err := p.host.talk(a)
		if err != nil {
			return nil, invalid("messages", "%v", err)
		}
		list, stop = prompts{{ids: ids}}, slices.Concat(stop, end)
	}
	for _, id := range a.StopIDs {
		if n := p.host.Codec.VocabSize(); id < 0 || int(id) >= n {
			return nil, invalid("stop_token_ids", "stop_token_ids has token id %d, allowed is 0 to %d", id, n-1)
		}
	}
	shape := engines.Request{Stop: slices.Concat(stop, a.StopIDs)}
	if a.IgnoreEnd {
		shape.Stop, shape.Never = a.StopIDs, slices.Clone(stop)
		if pad := p.host.Codec.PadID(); pad >= 0 {
			shape.Never = append(shape.Never, pad)
		}
	}
	for i, one := range list {
		ids, err := one.ids, error(nil)
		if ids == nil {
			ids, err = engines.Prompt(p.host.Codec, one.text)
		}
		param := map[bool]string{true: "messages", false: "prompt"}[a.chat]
		odd := slices.IndexFunc(ids, func(id int32) bool { return id < 0 || int(id) >= p.host.Codec.VocabSize() })
		switch {
		case err != nil:
			return nil, invalid(param, "%v", err)
		case len(ids) == 0:
			return nil, invalid(param, "the prompt is empty, at least one token is needed, in front of a suffix too")
		case odd >= 0:
			return nil, invalid(param, "prompt[%d] is token id %d, allowed is 0 to %d", odd, ids[odd], p.host.Codec.VocabSize()-1)
		}
		for k := range a.n() {
			req := shape
			req.Prompt, req.Seed = ids, p.seed+uint64(i*a.n()+k)
			next, f := p.answer(req, s.config.Budget)
			if f != nil {
				return nil, f
			}
			p.answers, p.prompts = append(p.answers, next), append(p.prompts, ids)
		}
	}
	return p, nil
}

// answer is the answer to one prompt. Its length is checked before anything is made.
func (p *plan) answer(req engines.Request, usual int) (*answer, *failure) {
	room := p.host.Positions - len(req.Prompt)
	budget := p.budget(min(usual, max(1, room)))
	var behind []int32
	if p.Suffix != "" {
		if behind = engines.Continue(p.host.Codec, p.Suffix); slices.Contains(behind, engines.NoToken) {
			return nil, invalid("suffix", "the vocabulary has no token for a byte of suffix")
		}
	}
	if budget > room-len(behind) || len(req.Prompt) > p.host.Positions {
		return nil, failed(http.StatusBadRequest, "context_length_exceeded", "max_tokens",
			"the prompt has %d tokens, the suffix %d, and max_tokens is %d: together %d, and %s takes %d", len(req.Prompt), len(behind), budget, len(req.Prompt)+len(behind)+budget, p.host.Name, p.host.Positions)
	}
	a := &answer{codec: p.host.Codec, stops: p.Stop, length: budget, frames: p.frames, whole: !p.Stream, bell: p.bell}
	if req.Budget = budget; p.Suffix != "" {
		req.Template = append(slices.Repeat([]int32{engines.Gap}, budget), behind...)
		req.Budget = len(req.Template)
	}
	a.request = req
	return a, nil
}

// decoder is that of a request: what its model's name, its object dllmbench and its
// sampling fields say. Without any it is the first of the model.
func (s *Server) decoder(h *Host, a *asked, named string) (*pool.Decoder, *failure) {
	options := maps.Clone(engines.Options(a.Decoder))
	if options == nil {
		options = engines.Options{}
	}
	for _, f := range []struct {
		field, name string
		value       *int
	}{{"num_denoising_steps", "steps", a.Steps}, {"block_length", "block_length", a.Block}} {
		switch old, twice := options[f.name]; {
		case f.value == nil:
		case twice && old != float64(*f.value):
			return nil, invalid(f.field, "%s is %d, and %s is %v in dllmbench: leave one of them away", f.field, *f.value, f.name, engines.Shown(old))
		default:
			options[f.name] = *f.value
		}
	}
	engine, preset, _ := strings.Cut(named, "/")
	for name, to := range map[string]*string{"engine": &engine, "preset": &preset} {
		value, given := options[name]
		text, isText := value.(string)
		switch {
		case given && !isText:
			return nil, invalid("dllmbench."+name, "%s of dllmbench is %v, and is a name", name, engines.Shown(value))
		case given && *to != "" && *to != text:
			return nil, invalid("dllmbench."+name, "the model %s is that of %s, and dllmbench says %s", a.Model, *to, text)
		case given:
			*to = text
		}
		delete(options, name)
	}
	delete(options, "mode")
	if engine == "" {
		engine = h.Engines[0]
	}
	hot := a.Temperature != nil && *a.Temperature > 0
	found, err := decoders.Find(engine, preset)
	if err != nil {
		param := "dllmbench"
		if strings.TrimSuffix(engine+"/"+preset, "/") == named {
			param = "model"
		}
		return nil, invalid(param, "%v", err)
	}
	if hot && preset == "" && !has(found, "temperature") {
		for _, p := range decoders.Presets() {
			if p.Engine == engine && has(p, "temperature") {
				found = p
				break
			}
		}
	}
	if f := sampling(found, a, options); f != nil {
		return nil, f
	}
	for _, p := range found.Params {
		if steps, given := options["steps"]; given && p.Role == engines.RoleSteps && p.Name != "steps" {
			delete(options, "steps")
			options[p.Name] = steps
		}
		if p.Name == middle.Param && a.Suffix != "" && options[p.Name] == nil {
			if h.Spec.FIM == nil {
				return nil, invalid("suffix", "%s / %s writes from left to right, and the weights were not trained to fill in the middle: it would not see the suffix; diffusion does", engine, found.Name)
			}
			options[p.Name] = "fim"
		}
	}
	d, err := s.pool.Decoder(h.Model, engine, found.Name, options)
	if err != nil {
		return nil, invalid("dllmbench", "%v", err)
	}
	if (a.Echo || a.Logprobs != nil) && engine != "autoregressive" {
		return nil, invalid("logprobs", "echo and logprobs are likelihoods from left to right, and %s does not write so: leave them away, or ask for %s/autoregressive", engine, h.Name)
	}
	if a.Logprobs != nil && a.Suffix != "" {
		return nil, invalid("logprobs", "logprobs and suffix exclude each other")
	}
	if mode, _ := a.mode(); (a.Echo || a.Logprobs != nil) && a.Stream && mode == engines.Replace {
		return nil, invalid("logprobs", "echo and logprobs are of tokens that stay, and events of mode replace are whole texts: leave one of them away")
	}
	return d, nil
}

// sampling puts the sampling fields of a request into the options of a preset. Where tokens
// are not drawn, all but the temperature changes nothing.
func sampling(p engines.Preset, a *asked, options engines.Options) *failure {
	topK := 0.0
	if a.TopK != nil {
		topK = float64(max(0, *a.TopK))
	}
	temperature := 0.0
	for _, param := range p.Params {
		if t, isNumber := param.Default.(float64); param.Name == "temperature" && isNumber {
			temperature = t
		}
	}
	if t, isNumber := options["temperature"].(float64); isNumber {
		temperature = t
	}
	if a.Temperature != nil {
		temperature = *a.Temperature
	}
	for _, f := range []struct {
		name    string
		given   bool
		value   *float64
		neutral float64
	}{{"temperature", a.Temperature != nil, a.Temperature, 0}, {"top_p", a.TopP != nil, a.TopP, 1}, {"top_k", a.TopK != nil, &topK, 0}, {"min_p", a.MinP != nil, a.MinP, 0}} {
		switch old, twice := options[f.name]; {
		case !f.given, f.name != "temperature" && temperature == 0:
		case twice && old != *f.value:
			return invalid(f.name, "%s is %v, and %v in dllmbench", f.name, *f.value, old)
		case has(p, f.name):
			options[f.name] = *f.value
		case *f.value != f.neutral:
			return invalid(f.name, "preset %s of engine %s has no %s: leave it away", p.Name, p.Engine, f.name)
		}
	}
	return nil
}

func has(p engines.Preset, param string) bool {
	return slices.ContainsFunc(p.Params, func(q engines.Param) bool { return q.Name == param })
}

// counters are the work of the answers, and what they can be asked for again with.
func (p *plan) counters(list []state) map[string]any {
	sum, spent := list[0].result.Usage, list[0].result.Spent
	for _, s := range list[1:] {
		sum.Add(s.result.Usage)
		spent.Add(s.result.Spent)
	}
	m := map[string]any{"engine": p.decoder.Info.Engine, "preset": p.decoder.Info.Preset, "seed": int64(p.seed), "engine_ms": float64((spent.Forward + spent.Sampling).Microseconds()) / 1e3}
	for _, c := range told() {
		m[c.String()] = sum[c]
	}
	return m
}

// usage counts tokens: of each prompt once, and of all answers.
func (p *plan) usage(written int) map[string]any {
	read := 0
	for i := 0; i < len(p.prompts); i += p.n() {
		read += len(p.prompts[i])
	}
	return map[string]any{"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
}

// fingerprint names weights and kernels.
func (s *Server) fingerprint(p *plan) string {
	digest := strings.TrimPrefix(s.pool.Digest(p.host.Model), "sha256:")
	return fmt.Sprintf("%.12s-%s", digest, s.config.Kernel)
}
