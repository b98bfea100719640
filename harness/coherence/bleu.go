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
func SelfBLEU[W Word](pool [][]W, seed uint64) (float64, bool) {
	var texts []bleuText
	pool = pool[:min(len(pool), PoolTexts)]
	all := 0
	for _, words := range pool {
		all += bleuOrder * len(words)
	}
	ids := numbers[W]{ids: make(map[gram[W]]int32, all/2), list: make([]posting, 0, all)}
	for _, words := range pool {
		texts = append(texts, ids.read(words, int32(len(texts))))
	}
	postings := ids.byGram()
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
			total += bleu(texts, i, references, ids.list, postings)
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

// bleuText is a text by its n-grams, each once.
type bleuText struct {
	length int
	from   [bleuOrder + 1]int // where the postings of each order begin in the list of all texts
}

// numbers numbers the n-grams of a pool and says which texts have them.
type numbers[W Word] struct {
	ids  map[gram[W]]int32
	last []int32   // by number, where its latest posting stands in the list
	list []posting // text after text, order after order
}

// posting says how often a text has an n-gram.
type posting struct{ gram, text, count int32 }

// read adds a text.
func (ids *numbers[W]) read(words []W, own int32) bleuText {
	t := bleuText{length: len(words)}
	for n := 1; n <= bleuOrder; n++ {
		t.from[n-1] = len(ids.list)
		grams(words, n, func(g gram[W]) {
			id, ok := ids.ids[g]
			if !ok {
				id = int32(len(ids.ids))
				ids.ids[g] = id
				ids.last = append(ids.last, -1)
			}
			if at := ids.last[id]; at >= 0 && ids.list[at].text == own {
				ids.list[at].count++
				return
			}
			ids.last[id] = int32(len(ids.list))
			ids.list = append(ids.list, posting{id, own, 1})
		})
	}
	t.from[bleuOrder] = len(ids.list)
	return t
}

// byGram lists the postings of each n-gram, in the order of the texts.
func (ids *numbers[W]) byGram() [][]posting {
	from := make([]int, len(ids.last)+1)
	for _, p := range ids.list {
		from[p.gram+1]++
	}
	for i := range ids.last {
		from[i+1] += from[i]
	}
	all := make([]posting, len(ids.list))
	out := make([][]posting, len(ids.last))
	for i := range out {
		out[i] = all[from[i]:from[i]:from[i+1]]
	}
	for _, p := range ids.list {
		out[p.gram] = append(out[p.gram], p)
	}
	return out
}

// bleu is BLEU-4 (Papineni et al. 2002) of a text, with smoothed precisions.
// Orders that the text is too short for are left out.
func bleu(texts []bleuText, own int, references []bool, list []posting, postings [][]posting) float64 {
	t := &texts[own]
	logs, orders := 0.0, 0
	for n := range bleuOrder {
		total, matched := t.length-n, 0
		if total <= 0 {
			break
		}
		for _, here := range list[t.from[n]:t.from[n+1]] {
			best := int32(0) // in the reference that has most
			for _, p := range postings[here.gram] {
				if references[p.text] && p.count > best {
					if best = p.count; best >= here.count {
						break // more would not count
					}
				}
			}
			matched += int(min(here.count, best))
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
