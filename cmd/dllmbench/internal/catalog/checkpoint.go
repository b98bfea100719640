package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/published"
	"dllmbench/engines/weights"
	"dllmbench/reports/terminal"
)

// Checkpoint describes weights; chat says what form their chat template gives a prompt.
func Checkpoint(name weights.Name, w library.Weights, chat string) []terminal.Fact {
	config := w.Model.Config()
	heads := fmt.Sprintf("%d of width %d", config.Heads, config.HeadDim)
	if config.KVHeads != config.Heads {
		heads += fmt.Sprintf(", %d for keys and values", config.KVHeads)
	}
	head := "its own"
	if config.TieEmbeddings {
		head = "tied to the embedding"
	}
	context := fmt.Sprintf("%d tokens", config.Positions())
	if n := config.MaxPositions; n > config.Positions() {
		context += fmt.Sprintf(" of %d: keys and values of one sequence may take %d GiB", n, model.MaxCache>>30)
	}
	kind := config.ModelType
	if s := config.Scaling; s != nil {
		kind += fmt.Sprintf(", positions scaled %g times by %s", s.Factor, s.Type)
		if s.Original > 0 {
			kind += fmt.Sprintf(", from %d", s.Original)
		}
	}
	parameters, width := strconv.FormatInt(config.Params(), 10), fmt.Sprintf("%d, %d in the feed-forward part", config.HiddenSize, config.IntermediateSize)
	if config.Experts > 0 {
		parameters += fmt.Sprintf(", a row is computed with %d of them", config.ActiveParams())
		width = fmt.Sprintf("%d, %d in each of %d experts, %d for a row", config.HiddenSize, config.ExpertSize, config.Experts, config.ExpertsPerRow)
	}
	spec := w.Model.Spec()
	facts := []terminal.Fact{
		{"model", name.String()},
		{"parameters", parameters},
		{"type", kind},
		{"trained", spec.Trained()},
		{"layers", strconv.Itoa(config.Layers)},
		{"width", width},
		{"attention heads", heads},
		{"vocabulary", strconv.Itoa(config.VocabSize)},
		{"output head", head},
		{"context", context},
		{"mask, end, pad", ids(config.MaskToken) + ", " + ids(config.EOS...) + ", " + ids(config.Pad)},
		{"digest", w.Model.Digest()},
		{"weights alone", w.Model.Spec().Weights + ", as stored: in another type they have another digest"},
		{"in memory", spec.Precision},
		{"compute kernels", model.KernelVariant()},
	}
	for _, d := range decoders.All() {
		facts = append(facts, terminal.Fact{d.Name, decoders.Uses(spec, d.Name)})
	}
	facts = append(facts, public(config, name.Name)...)
	if w.Stored != "" {
		facts = append(facts, terminal.Fact{"tensors in the file", w.Stored})
	}
	if c, ok := w.Codec.(interface{ Lacking() []byte }); ok && len(c.Lacking()) > 0 {
		facts = append(facts, terminal.Fact{"bytes without token", fmt.Sprintf("%d: % x", len(c.Lacking()), c.Lacking())})
	}
	if w.Codec == nil {
		facts = append(facts, terminal.Fact{"tokenizer", "none: random weights, cost only"})
	}
	if w.Codec != nil {
		facts = append(facts, terminal.Fact{"chat template", chat})
	}
	if c, ok := w.Codec.(interface {
		Begin() []int32
		Behind() []string
	}); ok {
		if len(c.Begin()) > 0 {
			facts = append(facts, terminal.Fact{"put in front", "of a prompt that no template renders: " + ids(c.Begin()...)})
		}
		if len(c.Behind()) > 0 {
			facts = append(facts, terminal.Fact{"not put behind", "a prompt, as the file would: " + strings.Join(c.Behind(), " ")})
		}
	}
	return facts
}

// public are the public checkpoints of this shape, with the settings of their authors.
func public(c model.Config, folder string) (facts []terminal.Fact) {
	for _, m := range published.Recognise(c.ModelType, c.HiddenSize, c.Layers, folder) {
		facts = append(facts, terminal.Fact{"shape of", m.Repository()})
		for _, s := range m.Settings {
			facts = append(facts, terminal.Fact{"  published", fmt.Sprintf("%s (%s; %s)", s, s.Of, s.Source)})
		}
	}
	return facts
}

// ids shows token ids; a token that the model does not have is "none".
func ids(list ...int32) string {
	var texts []string
	for _, id := range list {
		if id != network.NoToken {
			texts = append(texts, strconv.Itoa(int(id)))
		}
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, " ")
}
