package main

import (
	"fmt"
	"strconv"
	"strings"

	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// modelCmd describes a checkpoint.
type modelCmd struct {
	Weights string `arg:"" optional:"" help:"builtin:NAME, shape:NAME or a checkpoint folder; by default the trained weights in the binary."`
}

// Help shows how the command is used.
func (*modelCmd) Help() string {
	return `Reads and checks the whole checkpoint: shapes, finite numbers, and whether the tokenizer fits.

Examples:

    dllmbench model
    dllmbench model path/to/checkpoint
    dllmbench model shape:20m`
}

// Run prints the shape of the model.
func (c *modelCmd) Run(con *console) error {
	spec := namedWeights(c.Weights)
	w, err := library.Open(spec)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	config := w.Model.Config()
	heads := fmt.Sprintf("%d of width %d", config.Heads, config.HeadDim)
	if config.KVHeads != config.Heads {
		heads += fmt.Sprintf(", %d for keys and values", config.KVHeads)
	}
	head := "its own"
	if config.TieEmbeddings {
		head = "tied to the embedding"
	}
	facts := []terminal.Fact{
		{"model", spec.String()},
		{"parameters", strconv.FormatInt(config.Params(), 10)},
		{"type", config.ModelType},
		{"layers", strconv.Itoa(config.Layers)},
		{"width", fmt.Sprintf("%d, %d in the feed-forward part", config.HiddenSize, config.IntermediateSize)},
		{"attention heads", heads},
		{"vocabulary", strconv.Itoa(config.VocabSize)},
		{"output head", head},
		{"context", fmt.Sprintf("%d tokens", config.MaxPositions)},
		{"mask, end, pad", ids(config.MaskToken) + ", " + ids(config.EOS...) + ", " + ids(config.Pad)},
		{"digest", w.Model.Digest()},
		{"compute kernels", model.KernelVariant()},
	}
	if w.Codec == nil {
		facts = append(facts, terminal.Fact{"tokenizer", "none: random weights, cost only"})
	}
	return terminal.WriteFacts(con.stdout, facts)
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
