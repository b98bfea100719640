package corpus

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines/network"
	"dllmbench/engines/tokenizer"
	"dllmbench/workloads"
)

// The special tokens of fill-in-the-middle; see network.FIM.
const (
	fimPrefix = "<|fim_prefix|>"
	fimGap    = "<|fim_gap|>"
	fimMiddle = "<|fim_middle|>"
)

// specialsV1 are the special tokens of weights v1: those that every decoder
// needs, fill-in-the-middle, and signs that no text uses yet, so that weights
// can learn one without a new vocabulary.
func specialsV1() []string {
	list := []string{tokenizer.PadToken, tokenizer.EndToken, tokenizer.MaskToken, fimPrefix, fimGap, fimMiddle, "<|reverse|>"}
	for i := range 16 {
		list = append(list, fmt.Sprintf("<|task_%d|>", i))
	}
	for i := range 32 {
		list = append(list, fmt.Sprintf("<|reserved_%d|>", i))
	}
	return list
}

// FIMTokens are the tokens of fill-in-the-middle in a vocabulary of the recipe,
// nil if it has none. Special tokens take the first ids in order.
func (r Recipe) FIMTokens() *network.FIM {
	if !slices.Contains(r.specials, fimMiddle) {
		return nil
	}
	id := func(name string) int32 { return int32(slices.Index(r.specials, name)) }
	return &network.FIM{Prefix: id(fimPrefix), Gap: id(fimGap), Middle: id(fimMiddle), Counted: r.countGaps}
}

// Vocabulary learns a tokenizer from the training splits. A pair of tokens has
// to occur 20 times to become one.
func (r Recipe) Vocabulary(all []workloads.Workload, size int) (*tokenizer.Tokenizer, error) {
	ladders, err := r.ladders(all)
	if err != nil {
		return nil, err
	}
	return tokenizer.Train(r.texts(ladders), tokenizer.TrainOptions{VocabSize: size, Specials: r.specials, MinFrequency: 20})
}

// texts yields prompts and answers, all rungs of a workload alike: of each
// workload as many bytes as its share of the recipe's corpus, or 200 instances
// of each rung.
func (r Recipe) texts(ladders [][]rungOf) iter.Seq[string] {
	total := 0.0
	for _, s := range r.phases[0].share {
		total += s.part
	}
	return func(yield func(string) bool) {
		for n, ladder := range ladders {
			left := int(r.phases[0].share[n].part / total * float64(r.corpus))
			for i := 0; r.corpus > 0 && left > 0 || r.corpus == 0 && i < 200; i++ {
				for _, t := range ladder {
					inst := t.workload.Generate(workloads.Train, t.rung, i)
					if !yield(inst.Prompt) || !yield(inst.Answer) {
						return
					}
					left -= len(inst.Prompt) + len(inst.Answer)
				}
			}
		}
	}
}

// Delimiters are the tokens that end a sentence, a step, a row or a line: line
// breaks, the slash between rows, and punctuation without a space before it (with
// one it is an operator), quotes and brackets behind it included.
func Delimiters(tok *tokenizer.Tokenizer) []int32 {
	var list []int32
	for id := range int32(tok.VocabSize()) {
		text := tok.Decode([]int32{id}) // "" for special tokens
		word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
		if strings.ContainsFunc(text, word) {
			continue
		}
		end := strings.TrimRight(text, "\"')]}")
		if text == "/" || strings.Contains(text, "\n") || end != "" && text[0] != ' ' && strings.ContainsAny(end[len(end)-1:], ".!?;") {
			list = append(list, id)
		}
	}
	return list
}
