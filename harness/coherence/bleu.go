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
	ids := numbers{ids: map[gram]int32{}}
	for _, words := range pool[:min(len(pool), PoolTexts)] {
		texts = append(texts, newBleuText(words, int32(len(texts)), &ids))
	}
	rng := rand.New(rand.NewPCG(seed, 0x73656c66626c6575)) // "selfbleu": a stream of its own
	total, n := 0.0, 0
	for i := range texts {
		references := make([]bool, len(texts))
		some := false
		for _, j := range draw(rng, len(texts), i) {
			references[j] = texts[j].length > 0
			some = some || references[j]
		}
		if texts[i].length > 0 && some {
			total += bleu(texts, i, references, ids.postings)
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

// bleuText is a text by the numbers of its n-grams, each once.
type bleuText struct {
	length int
	grams  [bleuOrder][]int32
}

// numbers numbers the n-grams of a pool and says which texts have them.
type numbers struct {
	ids      map[gram]int32
	postings [][]posting // by number, in the order of the texts
}

// posting says how often a text has an n-gram.
type posting struct{ text, count int32 }

func newBleuText(words []string, own int32, ids *numbers) bleuText {
	t := bleuText{length: len(words)}
	for n := 1; n <= bleuOrder; n++ {
		grams(words, n, func(g gram) {
			id, ok := ids.ids[g]
			if !ok {
				id = int32(len(ids.ids))
				ids.ids[g] = id
				ids.postings = append(ids.postings, nil)
			}
			list := ids.postings[id]
			if len(list) == 0 || list[len(list)-1].text != own {
				ids.postings[id] = append(list, posting{own, 1})
				t.grams[n-1] = append(t.grams[n-1], id)
				return
			}
			list[len(list)-1].count++
		})
	}
	return t
}

// bleu is BLEU-4 (Papineni et al. 2002) of a text, with smoothed precisions.
// Orders that the text is too short for are left out.
func bleu(texts []bleuText, own int, references []bool, postings [][]posting) float64 {
	t := &texts[own]
	logs, orders := 0.0, 0
	for n := range bleuOrder {
		total, matched := t.length-n, 0
		if total <= 0 {
			break
		}
		for _, id := range t.grams[n] {
			count, best := int32(0), int32(0) // here, and in the reference that has most
			for _, p := range postings[id] {
				if int(p.text) == own {
					count = p.count
				} else if references[p.text] {
					best = max(best, p.count)
				}
			}
			matched += int(min(count, best))
		}
		logs += math.Log(max(float64(matched), bleuEpsilon) / float64(total))
		orders++
	}
	return brevity(texts, own, references) * math.Exp(logs/float64(orders))
}

// brevity is the penalty for a text shorter than the reference that is nearest
// to it in length; of two as near the shorter one counts.
func brevity(texts []bleuText, own int, references []bool) float64 {
	length, nearest := texts[own].length, -1
	for j, r := range texts {
		if !references[j] {
			continue
		}
		d, best := abs(r.length-length), abs(nearest-length)
		if nearest < 0 || d < best || d == best && r.length < nearest {
			nearest = r.length
		}
	}
	if length >= nearest {
		return 1
	}
	return math.Exp(1 - float64(nearest)/float64(length))
}

func abs(x int) int { return max(x, -x) }
