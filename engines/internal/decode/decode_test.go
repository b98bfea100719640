package decode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// fixed is a network whose rows favour one symbol and whose passes cost
// made-up amounts, on a clock that advances by one millisecond per reading.
type fixed struct {
	*model.Session
	fail error
}

func (f *fixed) Forward(batch []network.Window) (network.Pass, error) {
	var pass network.Pass
	for _, w := range batch {
		n := int64(len(w.Tokens))
		pass.Cost = append(pass.Cost, network.Cost{usage.Denoise: {usage.NFE: 1, usage.QueryTokens: n, usage.AttendedKeys: 2 * n, usage.LogitRows: 3 * n, usage.FLOPs: 4 * n,
			usage.WeightBytes: 1000, usage.CacheReadBytes: 5 * n, usage.CacheWriteBytes: 6 * n}})
		for range w.Logits {
			pass.Logits = append(pass.Logits, make([]float32, 8))
		}
	}
	return pass, f.fail
}

func newBench(t *testing.T) (*Bench, *fixed) {
	cfg := model.Config{
		ModelType: "llama", HiddenSize: 4, IntermediateSize: 4, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 4,
		VocabSize: 8, MaxPositions: 16, RopeTheta: 1e4, NormEps: 1e-6, TieEmbeddings: true, EOS: model.TokenIDs{1}, Pad: 0, MaskToken: 2,
	}
	net := &fixed{Session: model.NewSession(model.Random(cfg, 1), 1)}
	t.Cleanup(net.Close)
	now := time.Unix(1000, 0)
	return &Bench{Net: net, Now: func() time.Time {
		now = now.Add(time.Millisecond)
		return now
	}}, net
}

// onePass lets every active job feed its first n tokens and ask for one row.
func onePass(r *Run, n int) error {
	for _, j := range r.Active {
		j.Phase = engines.PhaseDenoise
		j.Window.Tokens, j.Window.Logits = j.Seq[:n], []int{0}
	}
	return r.Forward()
}

func TestTimesCountersAndEvents(t *testing.T) {
	b, _ := newBench(t)
	var events []engines.Event
	r := b.Start(context.Background(), []engines.Request{
		{Prompt: []int32{3, 4}, Budget: 3},
		{Prompt: []int32{3}, Budget: 3, Template: []int32{engines.Gap, 5, engines.Gap}, Stop: []int32{1}},
	}, engines.SinkFunc(func(e *engines.Event) { events = append(events, *e) }))
	if !r.Next() || onePass(r, 2) != nil {
		t.Fatal("no pass")
	}
	r.Jobs[0].Commit(2, 6, 0.5)
	r.Jobs[1].Commit(3, 1, 0.25)
	r.Record()
	r.Jobs[1].Finish(engines.FinishStop)
	if !r.Next() || len(r.Active) != 1 || onePass(r, 3) != nil {
		t.Fatal("the job that is not done does not go on alone")
	}
	r.Jobs[0].Commit(4, 7, 0.75)
	r.Record()
	r.Jobs[0].Finish(engines.FinishBudget)
	if r.Next() {
		t.Error("there is work left")
	}

	// Readings of the clock: begin 0; per pass: start, forward, drawn.
	const ms = time.Millisecond
	for i, want := range []engines.Event{
		{Request: 0, Pass: 0, Start: 1 * ms, Masked: 2, QueryTokens: 2},
		{Request: 1, Pass: 0, Start: 1 * ms, Masked: 1, QueryTokens: 2},
		{Request: 0, Pass: 1, Start: 4 * ms, Masked: 1, QueryTokens: 3},
	} {
		e := events[i]
		if e.Request != want.Request || e.Pass != want.Pass || e.Start != want.Start || e.Masked != want.Masked ||
			e.QueryTokens != want.QueryTokens || e.Forward != ms || e.Sampling != ms || e.Bookkeeping != ms || math.Abs(e.Entropy-math.Log(8)) > 1e-6 {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	results, err := r.Results()
	if err != nil || len(events) != 3 {
		t.Fatalf("%v, %d events", err, len(events))
	}
	first, second := results[0], results[1]
	if want := []int32{6, 2, 7}; !slices.Equal(first.Tokens, want) || first.Useful != 1 || first.Elapsed != 6*ms ||
		!slices.Equal(first.CommitNs, []int64{3e6, -1, 6e6}) {
		t.Errorf("first result is %+v", first)
	}
	if want := []int32{2, 5, 1}; !slices.Equal(second.Tokens, want) || second.Useful != 0 || !slices.Equal(second.CommitNs, []int64{-1, 0, 3e6}) {
		t.Errorf("second result is %+v", second)
	}
	var sum usage.Tally
	sum[usage.CanvasPositions], sum[usage.CommittedTokens] = 3, 2
	sum.Add(usage.Denoise, &usage.Pass{usage.NFE: 2, usage.QueryTokens: 5, usage.AttendedKeys: 10, usage.LogitRows: 15, usage.FLOPs: 20,
		usage.WeightBytes: 2000, usage.CacheReadBytes: 25, usage.CacheWriteBytes: 30})
	want := sum.Usage()
	if first.Spent != (engines.Spent{Forward: 2 * ms, Sampling: 2 * ms, Bookkeeping: 2 * ms}) {
		t.Errorf("time spent is %+v", first.Spent)
	}
	if first.Usage != want {
		t.Errorf("usage is %+v, want %+v", first.Usage, want)
	}
}

func TestCancelAndFailure(t *testing.T) {
	b, net := newBench(t)
	ctx, cancel := context.WithCancel(context.Background())
	r := b.Start(ctx, []engines.Request{{Prompt: []int32{3}, Budget: 3}, {Prompt: []int32{3}, Budget: 1}}, nil)
	r.Jobs[1].Finish(engines.FinishBudget)
	cancel()
	if r.Next() {
		t.Error("a cancelled run goes on")
	}
	results, err := r.Results()
	if !errors.Is(err, context.Canceled) || results[0].Finish != engines.FinishCancelled || results[1].Finish != engines.FinishBudget {
		t.Errorf("got %v, %+v", err, results)
	}

	net.fail = errors.New("broken")
	r = b.Start(context.Background(), []engines.Request{{Prompt: []int32{3}, Budget: 3}}, nil)
	if err := onePass(r, 1); !errors.Is(err, net.fail) {
		t.Errorf("the error of the network became %v", err)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	b, _ := newBench(t)
	spec := b.Net.Spec()
	err := Check(&spec, []engines.Request{
		{Prompt: []int32{3}, Budget: 15},
		{Prompt: []int32{3, 9}, Budget: 15, Stop: []int32{-1}},
		{Budget: 0},
		{Prompt: []int32{2}, Budget: 2, Template: []int32{4}},
	})
	if err == nil {
		t.Fatal("bad requests are accepted")
	}
	for _, part := range []string{
		"request 1: the prompt has 2 tokens and the budget is 15, together 17; the model's context holds 16",
		"request 1: prompt[1] is token id 9, allowed is 0 to 7",
		"request 1: stop[0] is token id -1",
		"request 2: the prompt is empty",
		"request 2: the token budget is 0",
		"request 3: prompt[0] is the mask token (id 2)",
		"request 3: the template has 1 positions and the token budget is 2",
		"request 3: the template has no gap",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message does not say %q:\n%v", part, err)
		}
	}
	if strings.Contains(err.Error(), "request 0") {
		t.Errorf("a good request is refused: %v", err)
	}
}

func TestChoose(t *testing.T) {
	b, _ := newBench(t)
	family := &Family[int]{Preset: engines.Preset{Engine: "block"}, Rules: []Rule[int]{
		{Preset: engines.Preset{Name: "one"}, Build: func(*network.Spec, engines.Options) (int, error) { return 1, nil }},
		{Preset: engines.Preset{Name: "two", Params: []engines.Param{{Name: "n", Kind: engines.KindInt, Default: 5}}},
			Build: func(_ *network.Spec, o engines.Options) (int, error) {
				if o["n"] == 8 {
					return 0, errors.New("eight is impossible")
				}
				return o["n"].(int), nil
			},
			Untrained: func(spec *network.Spec, o engines.Options) []string {
				return []string{fmt.Sprint(spec.Vocab, o["n"])}
			}},
	}}
	for _, c := range []struct {
		name string
		opts engines.Options
		want int
	}{{"", nil, 1}, {"one", nil, 1}, {"two", nil, 5}, {"two", engines.Options{"n": 7}, 7}} {
		got, info, err := family.Choose(b.Net, c.name, c.opts)
		if err != nil || got() != c.want || c.name != "" && info.Preset != c.name || info.Engine != "block" {
			t.Errorf("%q %v gives another one of %+v, %v", c.name, c.opts, info, err)
		}
		if c.name == "two" && !slices.Equal(info.Untrained, []string{fmt.Sprint(8, c.want)}) {
			t.Errorf("untrained use is %v", info.Untrained)
		}
	}
	for name, part := range map[string]string{"tow": "did you mean two?", "one": `"n" is not a known option of preset one`} {
		if _, _, err := family.Choose(b.Net, name, engines.Options{"n": 1}); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: error %v does not say %q", name, err, part)
		}
	}
	if _, _, err := family.Choose(b.Net, "two", engines.Options{"n": 8}); err == nil || !strings.Contains(err.Error(), "preset two: eight is impossible") {
		t.Errorf("the error of building is %v", err)
	}
	if all := family.Presets(); len(all) != 2 || all[1].Name != "two" || all[1].Engine != "block" {
		t.Errorf("presets are %v", all)
	}
}

// TestForgottenRecord: a pass that is not recorded ends the run with an error, at
// the next pass or at the end.
func TestForgottenRecord(t *testing.T) {
	start := func() *Run {
		b, _ := newBench(t)
		r := b.Start(context.Background(), []engines.Request{{Prompt: []int32{3, 4}, Budget: 3}}, nil)
		if !r.Next() {
			t.Fatal("no work")
		}
		return r
	}
	r := start()
	if err := onePass(r, 2); err != nil {
		t.Fatal(err)
	}
	if err := onePass(r, 2); err == nil || !strings.Contains(err.Error(), "was not recorded") {
		t.Errorf("a second pass before the first was recorded: %v", err)
	}
	if _, err := r.Results(); err == nil {
		t.Error("results without the last pass in their counters")
	}
	r.Record()
	if _, err := r.Results(); err != nil {
		t.Errorf("after Record: %v", err)
	}
	if err := onePass(r, 2); err != nil {
		t.Errorf("after Record: %v", err)
	}
}
