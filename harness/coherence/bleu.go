package coherence

import (
	"math"
	"math/rand/v2"
)

// The pool of [SelfBLEU].
const (
	PoolTexts      = 200 // texts that are rated: the first ones of a cell
	PoolReferences = 100 // other texts of the pool that each is held against
	bleuOrder      = 4
	// bleuEpsilon is the number of matches that stands for none, so that one
	// order without a match does not decide alone (Chen and Cherry 2014, method 1).
	bleuEpsilon = 0.1
)

// SelfBLEU is self-BLEU-4 in [0, 1] (Zhu et al. 2018, Texygen): the mean BLEU-4
// of each text of the pool against others. 1 means that every text is made of
// pieces of the others. At most [PoolTexts] texts are rated, each against at
// most [PoolReferences] others, drawn with the seed by their place alone, so that
// decoders on the same instances are held against the same ones. It is false for
// fewer than two texts that have a word.
func SelfBLEU(pool [][]string, seed uint64) (float64, bool) {
	var texts []bleuText
	ids := map[string]int32{}
	for _, words := range pool[:min(len(pool), PoolTexts)] {
		texts = append(texts, newBleuText(words, ids))
	}
	rng := rand.New(rand.NewPCG(seed, 0x73656c66626c6575)) // "selfbleu": a stream of its own
	best := make([]int32, len(ids))
	total, n := 0.0, 0
	for i := range texts {
		others := draw(rng, len(texts), i)
		if texts[i].length == 0 {
			continue
		}
		var references []*bleuText
		for _, j := range others {
			if texts[j].length > 0 {
				references = append(references, &texts[j])
			}
		}
		if len(references) > 0 {
			total += texts[i].bleu(references, best)
			n++
		}
	}
	return total / float64(max(n, 1)), n > 1
}

// draw picks up to PoolReferences places below n other than own.
func draw(rng *rand.Rand, n, own int) []int {
	var all []int
	for _, j := range rng.Perm(n) {
		if j != own && len(all) < PoolReferences {
			all = append(all, j)
		}
	}
	return all
}

// bleuText is a text as counts of n-grams.
type bleuText struct {
	length int
	grams  [bleuOrder][]gramCount
}

type gramCount struct{ id, count int32 }

// newBleuText counts; ids numbers the n-grams of the pool.
func newBleuText(words []string, ids map[string]int32) bleuText {
	t := bleuText{length: len(words)}
	for n := 1; n <= bleuOrder; n++ {
		at := map[int32]int{}
		grams(words, n, func(g string) {
			id, ok := ids[g]
			if !ok {
				id = int32(len(ids))
				ids[g] = id
			}
			i, seen := at[id]
			if !seen {
				i = len(t.grams[n-1])
				at[id] = i
				t.grams[n-1] = append(t.grams[n-1], gramCount{id: id})
			}
			t.grams[n-1][i].count++
		})
	}
	return t
}

// bleu is BLEU-4 (Papineni et al. 2002) with smoothed precisions. Orders that the
// text is too short for are left out. best is scratch, zero before and after.
func (t *bleuText) bleu(references []*bleuText, best []int32) float64 {
	logs, orders := 0.0, 0
	for n := range bleuOrder {
		total, matched := t.length-n, 0
		if total <= 0 {
			break
		}
		for _, r := range references {
			for _, g := range r.grams[n] {
				best[g.id] = max(best[g.id], g.count)
			}
		}
		for _, g := range t.grams[n] {
			matched += int(min(g.count, best[g.id]))
		}
		for _, r := range references {
			for _, g := range r.grams[n] {
				best[g.id] = 0
			}
		}
		logs += math.Log(max(float64(matched), bleuEpsilon) / float64(total))
		orders++
	}
	return t.brevity(references) * math.Exp(logs/float64(orders))
}

// brevity is the penalty for a text shorter than the reference that is nearest
// to it in length; of two as near the shorter one counts.
func (t *bleuText) brevity(references []*bleuText) float64 {
	nearest := references[0].length
	for _, r := range references {
		d, best := abs(r.length-t.length), abs(nearest-t.length)
		if d < best || d == best && r.length < nearest {
			nearest = r.length
		}
	}
	if t.length >= nearest {
		return 1
	}
	return math.Exp(1 - float64(nearest)/float64(t.length))
}

func abs(x int) int { return max(x, -x) }
