package middle

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/block"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// subject is autoregressive decoding, wrapped.
var subject = wrapped(autoregressive.New)

func wrapped(open Open) enginetest.Opener { return enginetest.Opener(Wrap(open)) }

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// Symbols of the networks of these tests, behind the marks of infilling.
const (
	prefix = enginetest.First + iota
	mark   // network.FIM.Gap
	middle
	a
	b
	c
	d
)

func fimConfig(positions int) model.Config {
	cfg := enginetest.Config(int(d)+1, positions)
	cfg.FIM = &network.FIM{Prefix: prefix, Gap: mark, Middle: middle}
	return cfg
}

// mirror is the law of a network that fills each gap with the token that stands
// behind it in the template, which from left to right nobody can know: behind
// Middle, the k-th fill is what follows the k-th Gap. Without Middle in sight it
// writes a. It would rather end the text, or the gap, or the word, each time.
func mirror(row []float32, visible []int32, pos int) {
	row[enginetest.End], row[enginetest.Pad], row[mark], row[prefix], row[middle] = 90, 90, 90, 90, 90
	at := slices.Index(visible, middle)
	if at < 0 {
		row[a] = 50
		return
	}
	k := 0
	for _, id := range visible[at:min(pos+1, len(visible))] {
		if id == mark {
			k++
		}
	}
	for i, id := range visible[:at] {
		if id == mark {
			if k--; k < 0 {
				row[visible[i+1]] = 50
				return
			}
		}
	}
}

// A template with three gaps, of one, two and one positions, is laid out as
// network.FIM says, and each fill comes back to its own place.
func TestFillInTheMiddleByHand(t *testing.T) {
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{d}, Budget: 8, Template: []int32{gap, b, a, gap, gap, c, gap, d}, Stop: []int32{enginetest.End}}
	for _, preset := range []string{"greedy", "prompt-lookup"} {
		net := enginetest.NewTableOf(fimConfig(64), mirror)
		blind := one(t, subject.Must(t, net, preset, nil), req, nil)
		if want := []int32{prefix, b, a, prefix, prefix, c, prefix, d}; !slices.Equal(blind.Tokens, want) {
			t.Errorf("%s: left to right gives %v, want %v", preset, blind.Tokens, want)
		}
		var first []int32
		var order []int
		e := subject.Must(t, enginetest.NewTableOf(fimConfig(64), func(row []float32, visible []int32, pos int) {
			if first == nil {
				first = slices.Clone(visible)
			}
			mirror(row, visible, pos)
		}), preset, engines.Options{"infill": "fim"})
		r := one(t, e, req, engines.SinkFunc(func(e *engines.Event) {
			for _, k := range e.Committed {
				order = append(order, k.Pos)
			}
		}))
		enginetest.CheckResult(t, req, r)
		if want := []int32{b, b, a, c, c, c, d, d}; !slices.Equal(r.Tokens, want) {
			t.Errorf("%s: fim gives %v, want %v", preset, r.Tokens, want)
		}
		if want := []int32{d, prefix, mark, b, a, mark, c, mark, d, middle}; !slices.Equal(first[:len(want)], want) {
			t.Errorf("%s: laid out as %v, want %v", preset, first, want)
		}
		if want := []int{0, 3, 4, 6}; !slices.Equal(order, want) {
			t.Errorf("%s: positions are committed in the order %v, want %v", preset, order, want)
		}
		if r.Useful != 8 || r.Finish != engines.FinishBudget || r.CommitNs[1] != 0 || r.CommitNs[0] <= 0 || r.CommitNs[6] < r.CommitNs[4] {
			t.Errorf("%s: got %+v", preset, r)
		}
	}
}

// Block diffusion and self-speculation read both sides too, whatever the length of
// their blocks; without, a block sees what stands behind a gap as far as it reaches.
func TestFillInTheMiddleByBlocks(t *testing.T) {
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{d}, Budget: 8, Template: []int32{gap, b, a, gap, gap, c, gap, d}, Stop: []int32{enginetest.End}}
	want := []int32{b, b, a, c, c, c, d, d}
	for _, s := range []struct {
		open    enginetest.Opener
		presets []engines.Preset
	}{{wrapped(block.New), block.Presets()}, {wrapped(hybrid.New), hybrid.Presets()}} {
		for _, p := range s.presets {
			cfg := fimConfig(64)
			cfg.SelfPrediction = p.Name == "llada2-edit"
			for _, length := range []int{1, 2, 3, 0} {
				opts := engines.Options{"infill": "fim"}
				if slices.ContainsFunc(p.Params, func(q engines.Param) bool { return q.Name == "block_length" }) {
					opts["block_length"] = length
				}
				e, err := s.open(enginetest.NewTableOf(cfg, mirror), p.Name, opts)
				if err != nil { // options that do not go with this length
					if length == 3 {
						t.Errorf("%s %v: %v", p.Name, opts, err)
					}
					continue
				}
				var seen [8]bool
				r := one(t, e, req, engines.SinkFunc(func(e *engines.Event) {
					for _, k := range slices.Concat(e.Committed, e.Revised) {
						if req.Template[k.Pos] != gap {
							t.Errorf("%s %v: position %d was written", p.Name, opts, k.Pos)
						}
						seen[k.Pos] = true
					}
				}))
				enginetest.CheckResult(t, req, r)
				if !slices.Equal(r.Tokens, want) || seen != [8]bool{0: true, 3: true, 4: true, 6: true} {
					t.Errorf("%s %v gives %v, want %v; positions written: %v", p.Name, opts, r.Tokens, want, seen)
				}
			}
		}
	}
	blocks := wrapped(block.New)
	blind := one(t, blocks.Must(t, enginetest.NewTableOf(fimConfig(64), mirror), "", nil), req, nil)
	if slices.Equal(blind.Tokens, want) {
		t.Error("from left to right nobody can know what stands behind a gap")
	}
}

// TestDraftIsRefused: a half-written text has no place in the layout.
func TestDraftIsRefused(t *testing.T) {
	blocks := wrapped(block.New)
	e := blocks.Must(t, enginetest.NewTableOf(fimConfig(64), mirror), "", engines.Options{"infill": "fim"})
	req := engines.Request{Prompt: []int32{d}, Budget: 2, Draft: []int32{a, engines.Gap}}
	if r := one(t, e, req, nil); r.Tokens[0] != a {
		t.Errorf("without template a draft is taken: %v", r.Tokens)
	}
	if _, err := e.Generate(t.Context(), []engines.Request{{Prompt: []int32{d}, Budget: 2, Template: []int32{a, engines.Gap}, Draft: []int32{a, engines.Gap}}}, nil); err == nil {
		t.Error("a template and a draft were taken")
	}
}

// The cost is that of the longer text: 10 rows of prefill, then the fills, of
// which each mark is read together with the fill in front of it.
func TestFillInTheMiddleCost(t *testing.T) {
	const gap = engines.Gap
	net := enginetest.NewTableOf(fimConfig(64), mirror)
	req := engines.Request{Prompt: []int32{d}, Budget: 8, Template: []int32{gap, b, a, gap, gap, c, gap, d}}
	u := one(t, subject.Must(t, net, "greedy", engines.Options{"infill": "fim"}), req, nil).Usage
	f := enginetest.Formula{Config: net.Model().Config()}
	for row := range 15 { // fills: _ mark _ _ mark _, the last one is not fed
		f.Rows(1, row+1, slices.Contains([]int{9, 11, 12, 14}, row))
	}
	f.Check(t, u)
	if u.N(usage.NFE) != 4 || u.N(usage.CanvasPositions) != 4 || u.N(usage.CommittedTokens) != 4 || u.N(usage.QueryTokens.In(usage.Prefill)) != 10 {
		t.Errorf("usage is %+v", u)
	}
}

// Where gaps are counted, a mark stands for each missing token, and a text that
// fits without them may be too long with them.
func TestFillInTheMiddleCounted(t *testing.T) {
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{d}, Budget: 8, Template: []int32{gap, b, a, gap, gap, c, gap, d}}
	counted := func(context int) model.Config {
		cfg := fimConfig(context)
		fim := *cfg.FIM
		fim.Counted = true
		cfg.FIM = &fim
		return cfg
	}
	var first []int32
	net := enginetest.NewTableOf(counted(17), func(row []float32, visible []int32, pos int) {
		if first == nil {
			first = slices.Clone(visible)
		}
		mirror(row, visible, pos)
	})
	r := one(t, subject.Must(t, net, "greedy", engines.Options{"infill": "fim"}), req, nil)
	enginetest.CheckResult(t, req, r)
	if want := []int32{d, prefix, mark, b, a, mark, mark, c, mark, d, middle}; !slices.Equal(first[:len(want)], want) {
		t.Errorf("laid out as %v, want %v", first, want)
	}
	// 11 positions in front and the fills with two marks between them.
	if len(first) != 11 || r.Usage.N(usage.QueryTokens.In(usage.Prefill)) != 11 {
		t.Errorf("a prefill of %d rows, %v", r.Usage.N(usage.QueryTokens.In(usage.Prefill)), first)
	}
	for context, fits := range map[int]bool{17: true, 16: false} {
		check := func(cfg model.Config) error {
			_, err := subject.Must(t, enginetest.NewTableOf(cfg, mirror), "greedy", engines.Options{"infill": "fim"}).Generate(t.Context(), []engines.Request{req}, nil)
			return err
		}
		if err := check(counted(context)); (err == nil) != fits {
			t.Errorf("a context of %d: %v", context, err)
		}
		if err := check(fimConfig(context)); err != nil {
			t.Errorf("a context of %d, not counted: %v", context, err)
		}
	}
}

// Requests of a batch that have no template are continued as ever, a stop id
// in the fixed text ends the useful tokens, and a tracer sees answers.
func TestFillInTheMiddleInABatch(t *testing.T) {
	const gap = engines.Gap
	s := model.NewSession(model.Random(func() model.Config {
		cfg := enginetest.Config(40, 64)
		cfg.FIM = &network.FIM{Prefix: 30, Gap: 31, Middle: 32}
		return cfg
	}(), 3), 2)
	defer s.Close()
	batch := []engines.Request{
		{Prompt: []int32{5, 6, 7}, Budget: 9, Seed: 1, Stop: []int32{enginetest.End}},
		{Prompt: []int32{8}, Budget: 6, Seed: 2, Template: []int32{9, gap, gap, 20, gap, 21}, Stop: []int32{20}},
		{Prompt: []int32{8, 9}, Budget: 5, Seed: 3, Template: []int32{gap, gap, 11, gap, gap}},
	}
	opts := engines.Options{"infill": "fim", "temperature": 1.0}
	e := subject.Must(t, s, "sample", opts)
	watch := &spy{t: t, probed: make([]map[int]int32, len(batch))}
	got, err := e.Generate(context.Background(), batch, watch)
	if err != nil {
		t.Fatal(err)
	}
	for i, req := range batch {
		enginetest.CheckResult(t, req, got[i])
		if alone := one(t, e, req, nil); !slices.Equal(got[i].Tokens, alone.Tokens) {
			t.Errorf("request %d: %v in the batch, %v alone", i, got[i].Tokens, alone.Tokens)
		}
		for _, id := range got[i].Tokens {
			if req.Template != nil && (id >= 30 && id <= 32 || id <= enginetest.Mask) {
				t.Errorf("request %d holds a mark: %v", i, got[i].Tokens)
			}
		}
	}
	if plain := one(t, subject.Must(t, s, "sample", nil), batch[0], nil); !slices.Equal(got[0].Tokens, plain.Tokens) {
		t.Errorf("without template: %v, want %v", got[0].Tokens, plain.Tokens)
	}
	if r := got[1]; r.Useful != 3 || r.Finish != engines.FinishStop {
		t.Errorf("a stop id in the template: %+v", r)
	}
	ended, cancel := context.WithCancel(context.Background())
	cut, err := e.Generate(ended, batch, engines.SinkFunc(func(*engines.Event) { cancel() }))
	for i, req := range batch {
		enginetest.CheckResult(t, req, cut[i])
		if err == nil || cut[i].Finish != engines.FinishCancelled || cut[i].Usage.N(usage.NFE) != 1 {
			t.Errorf("cancelled after a pass: %v, %+v", err, cut[i])
		}
	}
	if watch.events == 0 {
		t.Error("no event was seen")
	}
}

// spy checks that events speak of positions of the answer.
type spy struct {
	t      *testing.T
	events int
	probed []map[int]int32
}

func (s *spy) Trace() engines.Tracing { return engines.Tracing{Audit: true} }

func (s *spy) Event(e *engines.Event) {
	s.events++
	p := e.Probe
	if p == nil || p.Audit == nil || p.Audit.Agree != p.Audit.Rows || p.Audit.Rows != len(e.Committed) {
		s.t.Fatalf("probe is %+v", p)
	}
	for _, k := range e.Committed {
		if math.IsNaN(float64(p.Entropy[k.Pos])) {
			s.t.Errorf("request %d: position %d was committed and not probed", e.Request, k.Pos)
		}
	}
	if e.Request == 1 && (len(p.Argmax) != 6 || p.Argmax[0] != 9 || p.Argmax[3] != 20) {
		s.t.Errorf("argmax is %v", p.Argmax)
	}
}

func TestFillInTheMiddleNeedsTrainedWeights(t *testing.T) {
	_, err := subject(enginetest.NewSession(t), "greedy", engines.Options{"infill": "fim"})
	for _, part := range []string{"greedy", "infill fim", "fim_token_ids", "left_to_right works"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error %v does not say %q", err, part)
		}
	}
}

// A template must fit twice: 3 of prompt, 6 of template, 2 gaps with 3 marks,
// and the two of the layout are 14.
func TestFillInTheMiddleNeedsRoom(t *testing.T) {
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{a, b, c}, Budget: 6, Template: []int32{gap, gap, b, gap, c, d}}
	for positions := 12; positions < 16; positions++ {
		net := enginetest.NewTableOf(fimConfig(positions), mirror)
		e := subject.Must(t, net, "greedy", engines.Options{"infill": "fim"})
		_, err := e.Generate(context.Background(), []engines.Request{req}, nil)
		if checked := e.(*Engine).Check([]engines.Request{req}); (checked == nil) != (err == nil) || (err == nil) != (positions >= 14) {
			t.Errorf("context of %d: check says %v, generate %v", positions, checked, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "14 positions") || net.Passes > 0) {
			t.Errorf("the error is %v after %d passes", err, net.Passes)
		}
		if err := e.(*Engine).Check([]engines.Request{{Prompt: req.Prompt, Budget: 6}}); err != nil {
			t.Errorf("without template: %v", err)
		}
	}
}
