package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/gate"
	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/harness/transport"
	"dllmbench/reports/cells"
	"dllmbench/reports/view"
	"dllmbench/workloads"
)

// remote is a fake engine behind a connection: it gives text, no token ids, knows
// no counter but what its server bills, and answers no two times alike.
type remote struct {
	capabilities engines.Capabilities
	mu           sync.Mutex
	calls        int
	asked        []engines.TextRequest
	// damage, if set, may change an answer and its deliveries.
	damage func(n int, r *engines.TextResult, list []engines.Delivery) error
}

func (e *remote) Info() engines.Info {
	return engines.Info{Engine: "remote", Preset: "mercury", Capabilities: e.capabilities}
}

func (e *remote) Write(_ context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	e.mu.Lock()
	e.calls++
	n := e.calls
	e.asked = append(e.asked, r)
	e.mu.Unlock()
	res := engines.TextResult{Text: r.Prompt, Finish: engines.FinishStop, Elapsed: 10 * time.Millisecond}
	res.Usage[usage.PromptTokens] = usage.Known(3)
	if n%3 == 0 {
		res.Text = "??"
	}
	list := []engines.Delivery{{At: 2 * time.Millisecond, Text: "~" + r.Prompt[1:]}, {At: 5 * time.Millisecond, Text: res.Text[:1] + "~"}, {At: 9 * time.Millisecond, Text: res.Text}}
	if e.capabilities.Deliveries == engines.Append {
		list = []engines.Delivery{{At: 4 * time.Millisecond, Text: res.Text[:1], Tokens: 1}, {At: 8 * time.Millisecond, Text: res.Text[1:], Tokens: 2}}
	}
	if e.damage != nil {
		if err := e.damage(n, &res, list); err != nil {
			return engines.TextResult{}, err
		}
	}
	for _, d := range list {
		deliver(d)
	}
	return res, nil
}

// beside lets the remote engine take the place of the fake engine b.
func (e *remote) beside(l *lab) {
	start := time.Now()
	l.options = func(o *Options) {
		o.Now = time.Now
		o.Build = func(ctx context.Context, spec transport.Spec) (transport.Transport, error) {
			if spec.Preset != "b" {
				return l.build(ctx, spec)
			}
			return transport.Texts(e, transport.Gauges{Now: func() time.Time { return start }}), nil
		}
	}
}

// TestTextEngine takes an engine that gives text, counts nothing and does not
// repeat itself from the request to the table: its cell is valid, and what it
// cannot tell is unknown.
func TestTextEngine(t *testing.T) {
	e := &remote{capabilities: engines.Capabilities{Deliveries: engines.Replace, InFlight: 4}}
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	e.beside(l)
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Failed != 0 || len(s.summary.Invalid) != 0 || len(s.file.Requests) != 3*4*4 {
		t.Fatalf("error %v, %+v", s.err, s.summary)
	}
	id := p.Cells()[1].ID
	outputs := map[string]bool{}
	for _, r := range s.file.Requests {
		if r.Cell != id {
			continue
		}
		outputs[r.Instance+r.Output] = true
		if r.Status != "success" || !r.Varies || r.Frames != 3 || r.Finish != "stop" || len(r.OutputSHA256) != 64 || r.Digest != "" {
			t.Errorf("%+v", r)
		}
		for c, n := range r.Usage {
			if want := usage.Counter(c) == usage.PromptTokens; n.Known() != want {
				t.Errorf("counter %s is %s", usage.Counter(c), n)
			}
		}
		// The first frame is wrong from its first letter on, the second in its second.
		if *r.TTFCNs != 2e6 || *r.TTFTNs != 5e6 || r.TTFBNs != nil || *r.E2ENs < 10e6 || r.Chunks != nil || r.Spent != nil {
			t.Errorf("times: %+v", r)
		}
		if !slices.Equal(r.Deliveries, [][2]int64{{5e6, 1}, {9e6, 1}}) {
			t.Errorf("deliveries %v", r.Deliveries)
		}
	}
	if len(outputs) <= 4 {
		t.Errorf("%d different outputs; the fake has to differ for one seed", len(outputs))
	}
	if r := e.asked[0]; r.Prompt == "" || r.Suffix != "" || r.Budget != 3 || r.Seed == 0 {
		t.Errorf("asked %+v", r)
	}
	if cells := gate.NewLedger(s.file).Cells; len(cells) != 2 {
		t.Errorf("%d cells have exact counters, want those that repeat themselves: %+v", len(cells), cells)
	}
	var table bytes.Buffer
	if err := cells.Write(&table, view.New(s.file), 200); err != nil {
		t.Fatal(err)
	}
	unknown := map[string]int{}
	for line := range strings.Lines(table.String()) {
		if words := strings.Fields(line); len(words) > 2 {
			unknown[words[0]] = strings.Count(line, " –")
			if words[0] == "b" && !strings.Contains(line, "[10, 10]") {
				t.Errorf("the time of the remote engine is not in its row: %s", line)
			}
		}
	}
	if unknown["a"] != 2 || unknown["b"] < 10 { // what comes at once has no gaps between deliveries
		t.Errorf("the row of the engine that counts has %d unknowns, that of the remote one %d; want the two gaps and at least ten:\n%s", unknown["a"], unknown["b"], table.String())
	}
}

// TestTextEngineAppends: where every delivery has a number of tokens, there are
// chunks of tokens too.
func TestTextEngineAppends(t *testing.T) {
	e := &remote{capabilities: engines.Capabilities{Deliveries: engines.Append, Counters: []string{"prompt_tokens"}}}
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	e.beside(l)
	s := run(t, t.Context(), p, l, newFile(t), false)
	i := slices.IndexFunc(s.file.Requests, func(r result.Request) bool { return r.Cell == p.Cells()[1].ID })
	if r := s.file.Requests[i]; s.err != nil || len(s.summary.Invalid) != 0 || !slices.Equal(r.Chunks, [][2]int64{{4e6, 1}, {8e6, 2}}) || *r.TTFTNs != 4e6 || *r.TTFCNs != 4e6 {
		t.Errorf("error %v, %+v, %+v", s.err, s.summary, r)
	}
}

// TestTextEngineFaults: what an engine declared is asked for.
func TestTextEngineFaults(t *testing.T) {
	for want, e := range map[string]*remote{
		"delivery 2 of 2 is not the next part": {capabilities: engines.Capabilities{Deliveries: engines.Append}, damage: func(_ int, r *engines.TextResult, list []engines.Delivery) error {
			list[0].Text, list[1].Text = r.Text, "x"+r.Text
			return nil
		}},
		"promised the counter nfe": {capabilities: engines.Capabilities{Counters: []string{"nfe"}}},
		"different outputs":        {capabilities: engines.Capabilities{Repeatable: true}},
		"429 too many requests": {damage: func(n int, _ *engines.TextResult, _ []engines.Delivery) error {
			if n == 9 {
				return errors.New("429 too many requests")
			}
			return nil
		}},
	} {
		p, l := plan(t, fourInstances), &lab{clock: newClock()}
		e.beside(l)
		s := run(t, t.Context(), p, l, newFile(t), false)
		if s.err != nil || len(s.summary.Invalid) != 1 || !strings.Contains(strings.Join(s.summary.Invalid[0].Reasons, " "), want) {
			t.Errorf("%s: error %v, %+v", want, s.err, s.summary)
		}
	}
}

// TestTextEngineUnderLoad: an engine that has many in flight gets each request
// when it comes.
func TestTextEngineUnderLoad(t *testing.T) {
	e := &remote{capabilities: engines.Capabilities{InFlight: 4}}
	p, l := plan(t, fourInstances), &lab{clock: newClock()}
	e.beside(l)
	options := l.options
	l.options = func(o *Options) { options(o); o.Arrivals = &load.Process{Kind: "offline"} }
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || len(s.file.Requests) != 3*4*4 || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, %d requests, %+v", s.err, len(s.file.Requests), s.summary)
	}
	for _, r := range s.file.Requests {
		if r.Cell == p.Cells()[1].ID && (r.IntendedNs == nil || *r.IntendedNs != 0 || r.QueueNs == nil || r.BatchSize != 0) {
			t.Errorf("%+v", r)
		}
	}
}

// TestRefusedUnderLoad: a request that an engine has no room for is none that failed by itself:
// the session goes on, the cell is valid, and what was refused is in no time and not asked again.
func TestRefusedUnderLoad(t *testing.T) {
	for every, invalid := range map[int]int{4: 0, 1: 1} {
		e := &remote{capabilities: engines.Capabilities{InFlight: 4}, damage: func(n int, _ *engines.TextResult, _ []engines.Delivery) error {
			if n%5 != 0 || every == 1 {
				return fmt.Errorf("HTTP 429: %w", engines.ErrRefused)
			}
			return nil
		}}
		p, l := plan(t, fourInstances), &lab{clock: newClock()}
		e.beside(l)
		options := l.options
		l.options = func(o *Options) { options(o); o.Arrivals = &load.Process{Kind: "offline"} }
		path := newFile(t)
		s := run(t, t.Context(), p, l, path, false)
		if s.err != nil || len(s.file.Requests) != 3*4*4 || s.summary.Failed != 0 || len(s.summary.Invalid) != invalid {
			t.Fatalf("error %v, %d requests, %+v", s.err, len(s.file.Requests), s.summary)
		}
		refused := 0
		for _, r := range s.file.Requests {
			if r.Status == "refused" {
				refused++
				if r.E2ENs != nil || r.Exact != nil || !strings.Contains(r.Error, "429") {
					t.Errorf("%+v", r)
				}
			}
		}
		if refused < 10 {
			t.Errorf("%d requests were refused", refused)
		}
		calls := e.calls
		if again := run(t, t.Context(), p, l, path, true); again.err != nil || e.calls != calls {
			t.Errorf("resumed: %v, %d more calls", again.err, e.calls-calls)
		}
	}
}

// TestTextEngineFillsOneGap: the text around one gap is prompt and suffix, and
// part of the answer that is judged; more gaps cannot be asked for.
func TestTextEngineFillsOneGap(t *testing.T) {
	e := &remote{damage: func(_ int, r *engines.TextResult, _ []engines.Delivery) error { r.Text = "zz"; return nil }}
	l := &lab{clock: newClock()}
	e.beside(l)
	p := planOf(t, []workloads.Workload{gaps{}}, "workloads: [{workload: gaps, rungs: [two], instances: 2, engines: [b]}]\nmeasurement: {warmup: 0, repeats: 1}\n")
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, %+v", s.err, s.summary)
	}
	if r, asked := s.file.Requests[0], e.asked[0]; !*r.Exact || !strings.HasPrefix(asked.Prompt, "fill<") || asked.Suffix != ">" || asked.Budget != 2 {
		t.Errorf("%+v, asked %+v", r, asked)
	}
	for name, template := range map[string][]workloads.Piece{
		"two gaps":    {{Gap: 1}, {Text: "a"}, {Fill: "b"}},
		"one in two":  {{Text: "a"}, {Gap: 1}, {Fill: "b"}, {Text: "c"}},
		"no template": nil,
	} {
		if _, _, ok := Sides(template); ok != (name != "two gaps") {
			t.Errorf("%s: %v", name, ok)
		}
	}
	cost := planOf(t, []workloads.Workload{echo{}}, "cost: [{shape: s, prompt: [3], budget: [4], engines: [b]}]\n")
	var setup *SetupError
	if s := run(t, t.Context(), cost, l, newFile(t), false); !errors.As(s.err, &setup) || !strings.Contains(s.err.Error(), "takes text") {
		t.Errorf("random tokens: %v", s.err)
	}
}
