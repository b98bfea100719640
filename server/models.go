package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/chat"
)

// listed is a model as /v1/models lists it.
type listed struct {
	ID      string         `json:"id"`
	Root    string         `json:"root"` // the model without its decoder; vllm bench asks for it
	Object  string         `json:"object"`
	Created int64          `json:"created"`
	Owner   string         `json:"owned_by"`
	Length  int            `json:"max_model_len"` // as vLLM calls it
	About   map[string]any `json:"dllmbench"`
}

// models lists the models, each with its decoders, or one of them.
func (s *Server) models(w http.ResponseWriter, r *http.Request) {
	var list []listed
	for _, h := range s.hosts {
		for _, engine := range append([]string{""}, h.Engines...) {
			one := listed{h.Name, h.Name, "model", s.begun.Unix(), "dllmbench", h.Positions,
				map[string]any{"engine": h.Engines[0], "weights": h.Weights.String(), "trained": h.Spec.Trained(), "chat": h.source.Template != ""}}
			if engine != "" {
				one.ID += "/" + engine
				one.About["engine"] = engine
			}
			list = append(list, one)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	name := r.PathValue("name")
	if name == "" {
		json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": list})
		return
	}
	at := slices.IndexFunc(list, func(m listed) bool { return m.ID == name })
	if at < 0 {
		failed(http.StatusNotFound, "model_not_found", "model", "%v", engines.UnknownName("model", name, s.names())).write(w)
		return
	}
	json.NewEncoder(w).Encode(list[at])
}

// maxTalks is how many orders of speakers are remembered of a model.
const maxTalks = 64

// talk puts a conversation into the form of the model's chat template: its ids, and what
// ends an answer.
func (h *Host) talk(a *asked) (ids, end []int32, err error) {
	codec, ok := h.Codec.(chat.Codec)
	if !ok || h.source.Template == "" {
		return nil, nil, errors.New("the weights have no chat template, as models that only continue texts: ask /v1/completions")
	}
	source := h.source
	key := ""
	if a.Template != nil && a.Template.Thinking != nil {
		source.Thinking = a.Template.Thinking
		key = map[bool]string{true: "thinks", false: "thinks not"}[*source.Thinking]
	}
	var said []chat.Message
	var texts []string
	for _, m := range a.Messages {
		texts = append(texts, string(m.Content))
		if key += "\x00" + m.Role; chat.Blank(string(m.Content)) {
			key += "\x00\x00" + string(m.Content)
		}
		said = append(said, chat.Message{Role: m.Role, Content: string(m.Content)})
	}
	h.mu.Lock()
	talk := h.talks[key]
	h.mu.Unlock()
	if talk == nil {
		if talk, err = chat.OpenTalk(h.render, source, said, codec); err != nil {
			return nil, nil, err
		}
		h.mu.Lock()
		if len(h.talks) >= maxTalks {
			clear(h.talks)
		}
		h.talks[strings.Clone(key)] = talk
		h.mu.Unlock()
	}
	ids, err = talk.Prompt(texts)
	return ids, talk.End(), err
}
