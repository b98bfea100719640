package likelihood

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// trained is a tiny transformer for weights trained in some way.
func trained(t testing.TB, change func(*model.Config)) *model.Session {
	cfg := enginetest.Config(40, 64)
	change(&cfg)
	s := model.NewSession(model.Random(cfg, 3), 2)
	t.Cleanup(s.Close)
	return s
}

func ours(*model.Config)       {}
func shifted(c *model.Config)  { c.Shift = true }
func blockOf4(c *model.Config) { c.Context, c.BlockSize = "block", 4 }
func shifted4(c *model.Config) { shifted(c); blockOf4(c) }
func text(prompt, n int) Text {
	return Text{Prompt: ids(5, prompt), Answer: append(ids(9, n-1), enginetest.End)}
}
func ids(first, n int) []int32 {
	var list []int32
	for i := range n {
		list = append(list, int32(3+(first+7*i)%37))
	}
	return list
}

func must(t *testing.T) func(Result, error) Result {
	return func(r Result, err error) Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

// nllOf asks a network without any cache for -log p of one position, where the
// rows of a sequence see what visible says.
func nllOf(t *testing.T, net network.Network, seq []int32, visible []int, row int, id int32) float64 {
	t.Helper()
	w := network.Window{Tokens: seq, Visible: visible, Cache: net.NewCache(len(seq)), Logits: []int{row}}
	pass, err := net.Forward([]network.Window{w})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, x := range pass.Logits[0] {
		sum += math.Exp(float64(x))
	}
	return math.Log(sum) - float64(pass.Logits[0][id])
}

func TestARIsOnePassForEachToken(t *testing.T) {
	net, x := trained(t, ours), text(4, 9)
	got := must(t)(New(net).AR(x))
	seq := append(slices.Clone(x.Prompt), x.Answer...)
	for i, id := range x.Answer {
		n := len(x.Prompt) + i
		if want := nllOf(t, net, seq[:n], network.CausalVisible(nil, 0, n), n-1, id); math.Abs(got.Nats[i]-want) > 1e-5 {
			t.Errorf("token %d: %g nats, one pass of its own gives %g", i, got.Nats[i], want)
		}
	}
	if got.Passes != 1 || got.SE != 0 {
		t.Errorf("%d passes, standard error %g", got.Passes, got.SE)
	}
}

// twin is the expectation of a bound of a text: all sets of masks of each
// block, one uncached pass for each of them. length 0 with full is full
// diffusion.
func twin(t *testing.T, net network.Network, x Text, length int, full bool) float64 {
	spec, p := net.Spec(), len(x.Prompt)
	seq := append(slices.Clone(x.Prompt), x.Answer...)
	total := 0.0
	for start := p; start < len(seq); start += length {
		end := min(start+length, len(seq))
		n := end - start
		for set := uint(1); set < 1<<n; set++ {
			k := bits.OnesCount(set)
			masked, visible := slices.Clone(seq[:end]), network.ConstVisible(nil, end, end)
			if !full {
				copy(visible, network.CausalVisible(nil, 0, start))
			}
			for i := range n {
				if set>>i&1 == 1 {
					masked[start+i] = spec.Mask
				}
			}
			for i := range n {
				if set>>i&1 == 1 {
					row := start + i
					if spec.Shift {
						row--
					}
					total += nllOf(t, net, masked, visible, row, seq[start+i]) / float64(k) / choose(n, k)
				}
			}
		}
	}
	return total
}

func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return c
}

func TestBoundsAgreeWithAllSetsOfMasks(t *testing.T) {
	x := text(3, 5)
	for name, change := range map[string]func(*model.Config){"ours": ours, "shift": shifted} {
		net := trained(t, change)
		s := New(net)
		for _, c := range []struct {
			length int
			full   bool
		}{{5, true}, {5, false}, {3, false}, {2, false}, {1, false}} {
			var got Result
			var err error
			if o := (Options{Repeats: 600, Seed: 1}); c.full {
				got, err = s.Full(x, o)
			} else {
				got, err = s.Block(x, c.length, o)
			}
			must(t)(got, err)
			want := twin(t, net, x, c.length, c.full)
			if d := math.Abs(got.Total() - want); d > 4.5*got.SE+1e-5 {
				t.Errorf("%s %+v: %g ± %g nats, all sets give %g", name, c, got.Total(), got.SE, want)
			}
			score := func(draws int, seed uint64) (Result, error) {
				if o := (Options{Draws: draws, Seed: seed}); c.full {
					return s.Full(x, o)
				} else {
					return s.Block(x, c.length, o)
				}
			}
			if all := must(t)(score(31, 1)); math.Abs(all.Total()-want) > 1e-5 || all.SE != 0 || all.Passes > got.Passes {
				t.Errorf("%s %+v: all sets of masks are %g ± %g nats in %d passes, want %g", name, c, all.Total(), all.SE, all.Passes, want)
			}
			sum, square := 0.0, 0.0
			for seed := range uint64(40) {
				few := must(t)(score(12, seed))
				sum, square = sum+few.Total()/40, square+few.SE*few.SE/40
			}
			if d := math.Abs(sum - want); d > 4.5*math.Sqrt(square/40)+1e-5 {
				t.Errorf("%s %+v: 12 draws give %g ± %g nats on average, want %g", name, c, sum, math.Sqrt(square/40), want)
			}
		}
	}
}

// A network that knows the joint law has no slack: every order gives -log p.
func TestPerfectConditionalsMeetTheBound(t *testing.T) {
	law := enginetest.Toy()
	s := New(enginetest.NewTable(law.Symbols, 16, law.Law(1)))
	for at, p := range law.P {
		x := Text{Prompt: []int32{enginetest.First}}
		for i := range law.N {
			x.Answer = append(x.Answer, enginetest.First+int32(law.Digit(at, i)))
		}
		if got := must(t)(s.AR(x)); math.Abs(got.Total()+math.Log(p)) > 1e-5 {
			t.Errorf("text %d: %g nats from left to right, -log p is %g", at, got.Total(), -math.Log(p))
		}
		o := Options{Repeats: 200, Seed: uint64(at)}
		for length := range law.N + 1 {
			got := must(t)(s.Block(x, length, o))
			if math.Abs(got.Total()+math.Log(p)) > 4.5*got.SE+1e-5 {
				t.Errorf("text %d, blocks of %d: %g ± %g nats, -log p is %g", at, length, got.Total(), got.SE, -math.Log(p))
			}
		}
		if got := must(t)(s.Full(x, o)); math.Abs(got.Total()+math.Log(p)) > 4.5*got.SE+1e-5 {
			t.Errorf("text %d: bound %g ± %g nats, -log p is %g", at, got.Total(), got.SE, -math.Log(p))
		}
	}
}

// The marginals are a planted error: the bound then is that of their product.
func TestIgnorantConditionalsHaveASlack(t *testing.T) {
	law := enginetest.Toy()
	product := law.Marginals()
	exact := law.Law(1)
	s := New(enginetest.NewTable(law.Symbols, 16, func(row []float32, visible []int32, pos int) {
		blind := slices.Clone(visible)
		for i := 1; i < len(blind); i++ {
			blind[i] = enginetest.Mask
		}
		exact(row, blind, pos)
	}))
	slack := 0.0
	for at, p := range law.P {
		x := Text{Prompt: []int32{enginetest.First}}
		for i := range law.N {
			x.Answer = append(x.Answer, enginetest.First+int32(law.Digit(at, i)))
		}
		got := must(t)(s.Full(x, Options{Repeats: 400, Seed: 9}))
		if want := -math.Log(product[at]); math.Abs(got.Total()-want) > 4.5*got.SE+1e-4 {
			t.Errorf("text %d: %g ± %g, the product gives %g", at, got.Total(), got.SE, want)
		}
		slack += p * (got.Total() + math.Log(p))
	}
	if slack < 0.02 {
		t.Errorf("the mean slack is %g nats, the symbols are far from independent", slack)
	}
}

// With the next-token shift, a block of one token is read as from left to right.
func TestBlocksOfOneAreLeftToRightWithShift(t *testing.T) {
	x := text(4, 20)
	s := New(trained(t, shifted))
	ar, block := must(t)(s.AR(x)), must(t)(s.Block(x, 1, Options{Repeats: 2}))
	for i := range ar.Nats {
		if math.Abs(ar.Nats[i]-block.Nats[i]) > 1e-9 {
			t.Errorf("token %d: %g and %g nats", i, ar.Nats[i], block.Nats[i])
		}
	}
	if block.SE != 0 {
		t.Errorf("standard error %g of an exact result", block.SE)
	}
	s = New(trained(t, ours))
	ar, block = must(t)(s.AR(x)), must(t)(s.Block(x, 1, Options{Repeats: 2}))
	if math.Abs(ar.Total()-block.Total()) < 1e-3 {
		t.Error("without the shift a mask predicts itself, so the two must differ")
	}
}

// Without a prompt, one block over the whole answer has the mask of full
// diffusion.
func TestWholeBlockWithoutPromptIsFull(t *testing.T) {
	s, x := New(trained(t, ours)), text(0, 12)
	o := Options{Repeats: 3, Seed: 5}
	full := must(t)(s.Full(x, o))
	for _, length := range []int{0, 12, 30} {
		if block := must(t)(s.Block(x, length, o)); !slices.Equal(full.Nats, block.Nats) || full.SE != block.SE {
			t.Errorf("blocks of %d: %g nats, full %g", length, block.Total(), full.Total())
		}
	}
}

// The cache is exact for every way of training: lanes that hold nothing give
// the same.
func TestCachedEqualsRecomputed(t *testing.T) {
	for name, change := range map[string]func(*model.Config){"ours": ours, "shift": shifted, "block of 4": blockOf4, "shift, block of 4": shifted4} {
		net := trained(t, change)
		x := text(6, 21)
		for _, length := range []int{1, 3, 4, 8, 0} {
			a := must(t)(New(net).Block(x, length, Options{Repeats: 3, Seed: 7}))
			fresh := New(net)
			fresh.lanes = nil
			e := estimate{nats: make([]float64, len(x.Answer)), totals: make([]float64, 3), prompt: len(x.Prompt)}
			seq, rng := append(slices.Clone(x.Prompt), x.Answer...), rand.New(rand.NewPCG(7, 0))
			for _, g := range fresh.blocks(len(x.Prompt), len(seq), length) {
				for _, d := range draw(rng, g.end-g.start, 3) {
					fresh.lanes = make([]lane, 1)
					fresh.begin(len(seq), len(fresh.lanes))
					if err := fresh.ask(seq, g, []masks{d}, &e); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !slices.Equal(a.Nats, e.nats) {
				t.Errorf("%s, blocks of %d: cached %v, recomputed %v", name, length, a.Nats, e.nats)
			}
		}
	}
}

func TestStandardErrorIsHonestAndShrinks(t *testing.T) {
	s, x := New(trained(t, ours)), text(3, 8)
	var totals []float64
	mean := 0.0
	for seed := range uint64(60) {
		r := must(t)(s.Full(x, Options{Repeats: 8, Seed: seed}))
		totals, mean = append(totals, r.Total()), mean+r.SE/60
	}
	if sd := standardError(totals) * math.Sqrt(60); mean < 0.6*sd || mean > 1.5*sd {
		t.Errorf("estimates scatter by %g, the mean standard error is %g", sd, mean)
	}
	if many := must(t)(s.Full(x, Options{Repeats: 8 * 25, Seed: 1})); many.SE < mean/5*0.7 || many.SE > mean/5*1.4 {
		t.Errorf("standard error %g with 8 repeats and %g with 200, wanted a fifth", mean, many.SE)
	}
}

// Whatever the length, a draw weighs so that a surprise of 1 everywhere adds
// up to the length; up to the number of strata every count is tried once.
func TestDrawsAreStratified(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, strata, strata + 1, 1000} {
		totals, seen := make([]float64, 3), map[[2]int]int{}
		for _, m := range draw(rng, n, 3) {
			if !slices.IsSorted(m.at) || len(slices.Compact(slices.Clone(m.at))) != len(m.at) || m.at[0] < 0 || m.at[len(m.at)-1] >= n {
				t.Fatalf("%d positions: masks %v", n, m.at)
			}
			for r := range totals {
				if m.repeats == nil || slices.Contains(m.repeats, r) {
					totals[r] += m.weight * float64(len(m.at))
					seen[[2]int{r, len(m.at)}]++
				}
			}
		}
		for r, sum := range totals {
			if math.Abs(sum-float64(n)) > 1e-9*float64(n) {
				t.Errorf("%d positions, repeat %d: weights sum to %g", n, r, sum)
			}
		}
		if want := 3 * min(n, strata); len(seen) != want {
			t.Errorf("%d positions: %d numbers of masks in 3 repeats, wanted %d", n, len(seen), want)
		}
	}
}

func TestPadsAreRated(t *testing.T) {
	s, x := New(trained(t, ours)), text(3, 5)
	r := must(t)(s.Full(x, Options{Repeats: 2, Pads: 4}))
	if len(r.Nats) != 9 {
		t.Errorf("%d positions are rated, wanted 5 and 4 pads", len(r.Nats))
	}
}

func TestRefusals(t *testing.T) {
	s, shift := New(trained(t, ours)), New(trained(t, shifted))
	o := Options{Repeats: 2}
	for want, ask := range map[string]func() (Result, error){
		"answer is empty":         func() (Result, error) { return s.AR(Text{Prompt: []int32{5}}) },
		"prompt is empty":         func() (Result, error) { return s.AR(Text{Answer: []int32{5}}) },
		"the prompt is empty":     func() (Result, error) { return shift.Full(Text{Answer: []int32{5}}, o) },
		"context holds 64":        func() (Result, error) { return s.AR(text(30, 35)) },
		"without the mask":        func() (Result, error) { return s.AR(Text{[]int32{5}, []int32{enginetest.Mask}}) },
		"answer is 40":            func() (Result, error) { return s.Full(Text{[]int32{5}, []int32{40}}, o) },
		"repeats is 1":            func() (Result, error) { return s.Full(text(2, 2), Options{Repeats: 1}) },
		"padding tokens is -1":    func() (Result, error) { return s.Full(text(2, 2), Options{Repeats: 2, Pads: -1}) },
		"block length is -1":      func() (Result, error) { return s.Block(text(2, 2), -1, o) },
		"67 tokens, the model's":  func() (Result, error) { return s.Full(text(2, 2), Options{Repeats: 2, Pads: 63}) },
		"no finite log-probabili": func() (Result, error) { return New(silent()).AR(text(2, 2)) },
	} {
		if _, err := ask(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted an error with %q, got %v", want, err)
		}
	}
}

// silent is a network that gives no token any probability.
func silent() *enginetest.Table {
	return enginetest.NewTable(37, 64, func(row []float32, _ []int32, _ int) { row[4] = float32(math.NaN()) })
}

// Choices of a prompt are rated as each of them alone, bit for bit.
func TestARsReadThePromptOnce(t *testing.T) {
	s := New(trained(t, ours))
	answers := [][]int32{ids(9, 3), ids(20, 1), ids(4, 6)}
	list, err := s.ARs(ids(5, 7), answers)
	if err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		if alone := must(t)(s.AR(Text{ids(5, 7), answer})); !slices.Equal(list[i].Nats, alone.Nats) {
			t.Errorf("choice %d: %v nats, alone %v", i, list[i].Nats, alone.Nats)
		}
	}
	one, several := must(t)(s.Full(text(3, 1), Options{Draws: 1})), must(t)(s.Full(text(3, 4), Options{Draws: 1}))
	if one.Passes != 1 || one.SE != 0 || several.Passes != 1 || !math.IsNaN(several.SE) {
		t.Errorf("one draw: %+v of one token, %+v of four", one, several)
	}
}
