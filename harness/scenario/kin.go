package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// kin is what the models of a family that a run uses have in common.
type kin struct {
	root, digest string
	counting     engines.Codec // whose tokens budgets are compared in
	tokensOf     string        // see [result.Cell]; "" where all have the same tokenizer
}

// side is one set of weights of an entry, with the engines that run on it.
type side struct {
	form     Form // of its prompts; nil for prompts as they are
	weights  weights.Name
	engines  []int // indices of Scenario.Engines
	info     WeightsInfo
	kin      *kin      // what it shares with others; nil for nothing
	endpoint *Endpoint // where its engines are not of this program; nil elsewhere
	// tokensOf names whose tokenizer counts its useful text, see [result.Cell]; "" for its own.
	tokensOf string
}

// weightsOf are those that an engine has in an entry.
func (s *Scenario) weightsOf(t Task, engine int) weights.Name {
	if model := s.Engines[engine].Weights; model.Kind != "" && (!t.ownWeights || s.Engines[engine].Endpoint != nil) {
		return model
	}
	return t.Weights
}

// sides parts the engines of an entry by their weights.
func (x *expander) sides(t Task) ([]side, error) {
	var list []side
	foreign := false
	for _, e := range t.engines {
		w := x.s.weightsOf(t, e)
		i := slices.IndexFunc(list, func(s side) bool { return s.weights == w })
		if there := x.s.Engines[e].Endpoint; there != nil {
			foreign = true
			if i < 0 {
				i, list = len(list), append(list, side{weights: w, endpoint: there})
			}
		}
		if i < 0 {
			info, err := x.info(w)
			if err != nil {
				return nil, err
			}
			if info.Codec == nil {
				return nil, fmt.Errorf("weights %s have no tokenizer", w)
			}
			s := side{weights: w, info: info, kin: x.kin[x.s.model(w).Name]}
			if s.kin != nil {
				s.tokensOf = s.kin.tokensOf
			}
			i, list = len(list), append(list, s)
		}
		list[i].engines = append(list[i].engines, e)
	}
	if foreign {
		return x.beside(t, list)
	}
	return list, nil
}

// Uses lists the weights that cells of workloads run on.
func (s *Scenario) Uses() (list []weights.Name) {
	for _, t := range s.Tasks {
		for _, e := range t.engines {
			list = lists.With(list, s.weightsOf(t, e))
		}
	}
	return list
}

// checkpoints opens the models of the scenario, writes down what was measured of them,
// and finds what families have in common.
func (x *expander) checkpoints() error {
	texts := x.texts()
	byRoot := map[string][]result.Checkpoint{}
	uses := x.s.Uses()
	for _, m := range x.s.Models {
		if !slices.Contains(uses, m.Weights) {
			continue
		}
		info, err := x.info(m.Weights)
		if err != nil {
			return err
		}
		if info.Codec == nil {
			return fmt.Errorf("weights %s have no tokenizer", m.Weights)
		}
		c := result.Checkpoint{Name: m.Name, Weights: m.Weights.String(), Parent: m.Parent, Peer: m.Peer, Note: m.Note, Digest: info.Digest,
			Alone: info.WeightsAlone, Params: info.Params, Shape: info.Shape, Trained: info.Trained, Tokenizer: idsDigest(info.Codec, texts), Texts: len(texts)}
		for _, o := range x.plan.Checkpoints {
			if c.Digest != "" && c.Digest == o.Digest {
				return fmt.Errorf("models %q and %q are the same weights: %s and %s", o.Name, c.Name, o.Weights, c.Weights)
			}
		}
		x.plan.Checkpoints = append(x.plan.Checkpoints, c)
		root := x.s.root(m).Name
		byRoot[root] = append(byRoot[root], c)
	}
	for root, list := range byRoot {
		if len(list) < 2 {
			continue
		}
		h := sha256.New()
		for _, c := range list {
			fmt.Fprintf(h, "%s %s\n", c.Name, c.Digest)
		}
		k := &kin{root: root, digest: "sha256:" + hex.EncodeToString(h.Sum(nil))}
		count := x.s.Models[x.s.named(list[0].Name)]
		differ := slices.ContainsFunc(list, func(c result.Checkpoint) bool { return c.Tokenizer != list[0].Tokenizer })
		if differ {
			count = x.s.counting(x.s.family(count))
		}
		info, err := x.info(count.Weights)
		if err != nil {
			return err
		}
		if k.counting = info.Codec; differ {
			k.tokensOf = count.Name + " " + idsDigest(info.Codec, texts)
		}
		for i, c := range x.plan.Checkpoints {
			if slices.ContainsFunc(list, func(o result.Checkpoint) bool { return o.Name == c.Name }) {
				x.plan.Checkpoints[i].Family, x.kin[c.Name] = root, k
			}
		}
	}
	return nil
}

// parties are the sides that are compared with each other: those of a family.
func (x *expander) parties(sides []side) (list [][]side) {
	at := map[*kin]int{}
	for _, s := range sides {
		if i, known := at[s.kin]; known && s.kin != nil {
			list[i] = append(list[i], s)
			continue
		}
		at[s.kin], list = len(list), append(list, []side{s})
	}
	return list
}

// measuredTexts is how many instances of a rung tokenizers are compared on.
const measuredTexts = 32

// texts are those that tokenizers are compared on: a fixed one and the first of the tasks.
func (x *expander) texts() []string {
	list := []string{probe}
	if len(x.s.Models) == 0 {
		return list
	}
	for _, t := range x.s.Tasks {
		for _, rung := range t.Rungs {
			n := min(t.Instances, measuredTexts)
			if f, ok := t.Workload.(workloads.Finite); ok {
				n = min(n, f.Len(t.Split, rung))
			}
			for i := 0; i < n && x.ctx.Err() == nil; i++ {
				inst := t.Workload.Generate(t.Split, rung, i)
				list = append(list, inst.Whole(), inst.Answer)
			}
		}
	}
	return list
}

// probe has what tokenizers cut differently: words, digits, white space, code, scripts.
const probe = "The 12345 quick foxes' don't—stop; e.g. 3.14159 + 2,000,000 = ?\n\n\tfunc f(x int) (y []string) { return nil } // ok\r\n" +
	"Größe naïve Ελληνικά русский 中文字符 日本語 한국어 हिन्दी العربية עברית 🙂👩‍🚀   trailing   "

// idsDigest is the SHA-256 of the ids of texts. A text for which the vocabulary lacks a
// byte counts by what it has.
func idsDigest(codec engines.Codec, texts []string) string {
	h := sha256.New()
	for _, text := range texts {
		ids := codec.Encode(text)
		binary.Write(h, binary.LittleEndian, int64(len(ids)))
		binary.Write(h, binary.LittleEndian, ids)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
