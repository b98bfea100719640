package coherence

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// Words cuts a text into words: runs of letters, marks and underscores, with the
// digits that follow a letter and the apostrophes between letters. Every other
// character that is not a space is a word of its own, and so is every digit of a
// number: tasks on digits have no other words.
func Words(text string) []string {
	var words []string
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, text[start:end])
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || r == '_' || start >= 0 && (unicode.IsDigit(r) || r == '\'' && letterAt(text[i+1:])):
			if start < 0 {
				start = i
			}
		case unicode.IsSpace(r):
			flush(i)
		default:
			flush(i)
			_, size := utf8.DecodeRuneInString(text[i:]) // 1 for a byte that is not UTF-8
			words = append(words, text[i:i+size])
		}
	}
	flush(len(text))
	return words
}

func letterAt(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// Word is a word as it stands or, where many texts are counted, its number in a
// [Vocabulary].
type Word interface{ string | int32 }

// Vocabulary numbers words from 1. The zero value is empty and ready for use.
type Vocabulary struct{ numbers map[string]int32 }

// Number gives the words of a text their numbers.
func (v *Vocabulary) Number(words []string) []int32 {
	if v.numbers == nil {
		v.numbers = map[string]int32{}
	}
	out := make([]int32, len(words))
	for i, w := range words {
		id, ok := v.numbers[w]
		if !ok {
			id = int32(len(v.numbers) + 1)
			v.numbers[w] = id
		}
		out[i] = id
	}
	return out
}

// gram is an n-gram, n being at most 4; what it does not fill is empty or 0, as
// no word is.
type gram[W Word] [4]W

// grams calls f with each n-gram of a text, in order.
func grams[W Word](words []W, n int, f func(gram[W])) {
	for i := 0; i+n <= len(words); i++ {
		var g gram[W]
		copy(g[:], words[i:i+n])
		f(g)
	}
}

// Entropy is H_n of one text in nats: −Σ f·ln f over the frequencies f of its
// n-grams, n being at most 4. A text shorter than n words has no n-gram and the entropy 0.
func Entropy[W Word](words []W, n int) float64 {
	// Sums in the order of the text: floating-point addition is not associative,
	// and a map has no order.
	order, h := counted(words, n), 0.0
	total := float64(len(words) - n + 1)
	for _, count := range order {
		f := float64(count) / total
		h -= f * math.Log(f)
	}
	return max(h, 0)
}

// shortText is the number of words up to which n-grams are searched one by one:
// for so few, a map takes longer.
const shortText = 64

// counted counts each different n-gram of a text, in the order in which they
// come.
func counted[W Word](words []W, n int) []int {
	var counts []int
	if len(words) <= shortText {
		var seen [shortText]gram[W]
		grams(words, n, func(g gram[W]) {
			for i := range counts {
				if seen[i] == g {
					counts[i]++
					return
				}
			}
			seen[len(counts)] = g
			counts = append(counts, 1)
		})
		return counts
	}
	at := make(map[gram[W]]int, len(words))
	grams(words, n, func(g gram[W]) {
		i, ok := at[g]
		if !ok {
			i = len(counts)
			at[g] = i
			counts = append(counts, 0)
		}
		counts[i]++
	})
	return counts
}

// Repetition is seq-rep-n of one text: 1 − different n-grams / all n-grams. It is
// false for a text shorter than n words.
func Repetition[W Word](words []W, n int) (float64, bool) {
	total := len(words) - n + 1
	if total <= 0 {
		return 0, false
	}
	return 1 - float64(len(counted(words, n)))/float64(total), true
}

// Adjacent counts the words that repeat the one before them, and those that have
// one before them. Marks of punctuation count like other words.
func Adjacent[W Word](words []W) (repeats, of int) {
	for i := 1; i < len(words); i++ {
		if words[i] == words[i-1] {
			repeats++
		}
	}
	return repeats, max(len(words)-1, 0)
}

// Distinct is distinct-n of a pool of texts: different n-grams / all n-grams of
// the pool; false if it has none. It falls as the pool grows, so that only pools
// of the same number of texts may be compared.
func Distinct[W Word](pool [][]W, n int) (float64, bool) {
	unique, total := map[gram[W]]bool{}, 0
	for _, words := range pool {
		grams(words, n, func(g gram[W]) {
			unique[g] = true
			total++
		})
	}
	if total == 0 {
		return 0, false
	}
	return float64(len(unique)) / float64(total), true
}
