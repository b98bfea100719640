package coherence

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		" \n\t":                    "",
		"Ann has 2 cats.":          "Ann|has|2|cats|.",
		"don't 'quote' it's'":      "don't|'|quote|'|it's|'",
		"f(x_1, y) + 3.5":          "f|(|x_1|,|y|)|+|3|.|5",
		"61[99]=x2 07":             "6|1|[|9|9|]|=|x2|0|7",
		"naïve e\u0301tude":        "naïve|e\u0301tude",
		"a\xffb\ufffd":             "a|\xff|b|\ufffd",
		"“Yes,” said Ann. “Really": "“|Yes|,|”|said|Ann|.|“|Really",
	} {
		if got := strings.Join(Words(text), "|"); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("it's\xff 'a' _b")
	f.Fuzz(func(t *testing.T, text string) {
		rest := text
		for _, w := range Words(text) { // words are pieces of the text, in order
			i := strings.Index(rest, w)
			if w == "" || i < 0 {
				t.Fatalf("word %q of %q", w, text)
			}
			rest = rest[i+len(w):]
		}
	})
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestEntropyByHand(t *testing.T) {
	near(t, "H1 of a a b c", Entropy(Words("a a b c"), 1), 0.5*math.Log(2)+2*0.25*math.Log(4))
	near(t, "H2 of a b a b a", Entropy(Words("a b a b a"), 2), math.Log(2))
	near(t, "H1 of one word", Entropy([]string{"a"}, 1), 0)
	near(t, "H1 of nothing", Entropy[string](nil, 1), 0)
	near(t, "H2 of one word", Entropy([]string{"a"}, 2), 0)
	// Pairs are pairs: "ab c" is not "a bc".
	near(t, "H2", Entropy([]string{"ab", "c", "a", "bc"}, 2), math.Log(3))
}

func TestRepetitionByHand(t *testing.T) {
	got, ok := Repetition(Words("a b c d a b c d"), 4)
	near(t, "seq-rep-4", got, 1.0/5) // abcd bcda cdab dabc abcd
	if _, short := Repetition(Words("a b c"), 4); !ok || short {
		t.Error("three words have a run of four")
	}
	repeats, of := Adjacent(Words("named named a a a ."))
	if repeats != 3 || of != 5 {
		t.Errorf("%d repeats of %d", repeats, of)
	}
	if repeats, of := Adjacent[string](nil); repeats != 0 || of != 0 {
		t.Errorf("no words: %d of %d", repeats, of)
	}
}

func TestDistinctByHand(t *testing.T) {
	pool := [][]string{Words("a b a"), Words("a b"), nil}
	for n, want := range map[int]float64{1: 2.0 / 5, 2: 2.0 / 3, 3: 1} {
		got, ok := Distinct(pool, n)
		if near(t, "distinct", got, want); !ok {
			t.Errorf("distinct-%d is unknown", n)
		}
	}
	if _, ok := Distinct(pool, 4); ok {
		t.Error("distinct-4 of texts of three words")
	}
}

func TestSelfBLEUByHand(t *testing.T) {
	// Every text is the other: 1. No word in common: every precision is the
	// smoothed one.
	same, ok := SelfBLEU([][]string{Words("a b c d e"), Words("a b c d e")}, 1)
	if near(t, "equal texts", same, 1); !ok {
		t.Error("two texts have no self-BLEU")
	}
	apart, _ := SelfBLEU([][]string{Words("a b c d"), Words("e f g h")}, 1)
	near(t, "disjoint texts", apart, math.Pow(0.1/4*0.1/3*0.1/2*0.1/1, 0.25))
	// "a b x" against "a b c d": 2/3, 1/2, 0.1/1, shorter by one word; the other
	// way round 2/4, 1/3, 0.1/2, 0.1/1.
	left := math.Exp(1-4.0/3) * math.Pow(2.0/3*1/2*0.1, 1.0/3)
	right := math.Pow(2.0/4*1/3*0.1/2*0.1, 0.25)
	got, _ := SelfBLEU([][]string{Words("a b x"), Words("a b c d")}, 1)
	near(t, "partly", got, (left+right)/2)
	// A word counts as often as in one reference at most.
	clipped, _ := SelfBLEU([][]string{Words("a a"), Words("a b")}, 1)
	near(t, "clipped", clipped, (math.Sqrt(1.0/2*0.1)+math.Sqrt(1.0/2*0.1))/2)
	for _, pool := range [][][]string{nil, {Words("a b")}, {Words("a b"), nil}} {
		if _, ok := SelfBLEU(pool, 1); ok {
			t.Errorf("self-BLEU of %v", pool)
		}
	}
}

// plainBLEU is BLEU-4 with the same smoothing, from the definition.
func plainBLEU(text []string, others [][]string) float64 {
	logs, orders := 0.0, 0.0
	for n := 1; n <= 4 && n <= len(text); n++ {
		count := func(words []string) map[string]int {
			m := map[string]int{}
			for i := 0; i+n <= len(words); i++ {
				m[strings.Join(words[i:i+n], " ")]++
			}
			return m
		}
		matched := 0
		for g, c := range count(text) {
			best := 0
			for _, o := range others {
				best = max(best, count(o)[g])
			}
			matched += min(c, best)
		}
		logs += math.Log(max(float64(matched), 0.1) / float64(len(text)-n+1))
		orders++
	}
	nearest := len(others[0])
	for _, o := range others {
		if d, b := len(o)-len(text), nearest-len(text); d*d < b*b || d*d == b*b && d < b {
			nearest = len(o)
		}
	}
	return math.Min(1, math.Exp(1-float64(nearest)/float64(len(text)))) * math.Exp(logs/orders)
}

// Random pools of texts of one to nine words from three, against the definition.
func TestSelfBLEUIsItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for round := range 30 {
		var pool [][]string
		for range 2 + rng.IntN(12) {
			var text []string
			for range 1 + rng.IntN(9) {
				text = append(text, string(rune('a'+rng.IntN(3))))
			}
			pool = append(pool, text)
		}
		want := 0.0
		for i := range pool {
			want += plainBLEU(pool[i], slices.Concat(pool[:i], pool[i+1:])) / float64(len(pool))
		}
		if got, ok := SelfBLEU(pool, uint64(round)); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: %v, want %v", pool, got, want)
		}
	}
}

// Planted: the more texts repeat a stock of sentences, the higher it is. The
// seed decides alone, and texts beyond the pool do not.
func TestSelfBLEUFindsStockSentences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := strings.Fields("ant bee cat dog elk fox gnu hen ibis jay kite lark")
	sentence := func() []string {
		var s []string
		for range 8 {
			s = append(s, words[rng.IntN(len(words))])
		}
		return s
	}
	stock := [][]string{sentence(), sentence(), sentence()}
	last := -1.0
	for _, share := range []float64{0, 0.5, 1} {
		var pool [][]string
		for range PoolTexts + 20 {
			var text []string
			for range 3 {
				if rng.Float64() < share {
					text = append(text, stock[rng.IntN(3)]...)
				} else {
					text = append(text, sentence()...)
				}
			}
			pool = append(pool, text)
		}
		got, _ := SelfBLEU(pool, 5)
		again, _ := SelfBLEU(slices.Clone(pool[:PoolTexts]), 5)
		if got != again || got <= last {
			t.Errorf("share %v: %v, then %v; before %v", share, got, again, last)
		}
		last = got
	}
	if last < 0.95 {
		t.Errorf("texts of stock sentences alone have %v", last)
	}
}

// Numbers stand for words: every measure is the same.
func TestVocabulary(t *testing.T) {
	var v Vocabulary
	var words [][]string
	var numbers [][]int32
	for _, text := range []string{"a b a c", "b b b a c d", "", "a b a c a b a c"} {
		words = append(words, Words(text))
		numbers = append(numbers, v.Number(Words(text)))
	}
	if !slices.Equal(numbers[0], []int32{1, 2, 1, 3}) {
		t.Errorf("numbers %v", numbers[0])
	}
	for i := range words {
		near(t, "entropy", Entropy(numbers[i], 2), Entropy(words[i], 2))
		a, _ := Repetition(numbers[i], 4)
		b, _ := Repetition(words[i], 4)
		near(t, "repetition", a, b)
	}
	a, _ := SelfBLEU(numbers, 3)
	b, _ := SelfBLEU(words, 3)
	near(t, "self-BLEU", a, b)
	if x, _ := Distinct(numbers, 2); x != 6.0/15 {
		t.Errorf("%g of the pairs of words are different, want 6 of 15", x)
	}
}

// Long texts are counted as short ones are, in another way.
func TestCounted(t *testing.T) {
	long := make([]int32, 3*shortText)
	for i := range long {
		long[i] = int32(1 + i*i%7)
	}
	for n := 1; n <= 3; n++ {
		want := map[gram[int32]]int{}
		grams(long, n, func(g gram[int32]) { want[g]++ })
		got := counted(long, n)
		total := 0
		for _, c := range got {
			total += c
		}
		if len(got) != len(want) || total != len(long)-n+1 {
			t.Errorf("n = %d: %d different of %d, want %d of %d", n, len(got), total, len(want), len(long)-n+1)
		}
		short := long[:shortText]
		padded := append(slices.Clone(short), 99)
		if a, b := counted(short, n), counted(padded, n); !slices.Equal(a, b[:len(a)]) {
			t.Errorf("n = %d: %v of a short text, %v of a longer one", n, a, b)
		}
	}
}
