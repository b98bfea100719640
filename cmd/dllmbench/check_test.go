package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/reports/folder"
)

// extraPass is an engine that needs one forward pass more for every block of
// text, the defect that a gate has to find.
type extraPass struct {
	transport.Transport
	block int
}

func (e extraPass) Send(ctx context.Context, b transport.Batch) (transport.Answer, error) {
	a, err := e.Transport.Send(ctx, b)
	a.Meter = nil // the network's own count would give it away
	results := a.Results
	for i := range results {
		blocks := (results[i].Usage.N(usage.CanvasPositions) + e.block - 1) / e.block
		for _, c := range []usage.Counter{usage.NFE, usage.DenoisingSteps, usage.NFE.In(usage.Denoise)} {
			results[i].Usage.Increase(c, blocks)
		}
	}
	return a, err
}

// TestExtraPassTurnsTheCheckRed runs the same scenario with and without one
// extra pass a block: the check must fail, name the counter and leave the other
// decoders alone.
func TestExtraPassTurnsTheCheckRed(t *testing.T) {
	dir := t.TempDir()
	if err := writeCheckpoint(filepath.Join(dir, "tiny")); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(smallScenario, "{path: tiny}", "{path: "+filepath.Join(dir, "tiny")+"}", 1)
	decode := func(wrap func(transport.Transport) transport.Transport) *result.File {
		models := &library.Shelf{}
		s, err := scenario.Load("small.yaml", []byte(text), setup.Catalog(), scenario.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := setup.Expand(t.Context(), s, models)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), folder.Results)
		out, err := result.Create(path, harness.Header(plan, result.Env{Kernel: "test"}, time.Unix(0, 0), nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		_, err = harness.Run(t.Context(), plan, out, nil, harness.Options{Now: time.Now,
			Build: func(ctx context.Context, spec transport.Spec) (transport.Transport, error) {
				e, err := setup.Builder(models, transport.Gauges{Now: time.Now})(ctx, spec)
				if err != nil || spec.Engine != "block" {
					return e, err
				}
				return wrap(e), nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		f, err := result.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	same := func(e transport.Transport) transport.Transport { return e }
	slower := func(e transport.Transport) transport.Transport { return extraPass{e, 4} }
	check := func(f *result.File) error {
		r := gate.NewReport("check", f, gate.DefaultPolicy())
		r.Findings = gate.CompareCounters(decode(same), f, r.Policy)
		return r.Err()
	}
	if err := check(decode(same)); err != nil {
		t.Errorf("the same program fails: %v", err)
	}
	err := check(decode(slower))
	if code := exit.Code(err); code != exit.Regression {
		t.Errorf("exit code %d, want %d", code, exit.Regression)
	}
	want := "changed: block, lists copy-3, budget 4: nfe (forward passes) changed from 4 to 5 on lists/copy-3/test/0 and differs on 3 of 3 instances, 12 → 15 in all; denoising_steps"
	if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "ar, ") {
		t.Errorf("error %q\nwant %q", err, want)
	}
}

const smallScenario = `
version: 1
seed: 1
weights: {path: tiny}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: block, engine: block, preset: sdar-static, generation: {block_length: 4}}
workloads:
  - {workload: lists, rungs: [copy-3], instances: 3}
measurement: {warmup: 0, repeats: 2, threads: 1}
`

// TestVerdictCodes checks which exit code a report calls for when several apply.
func TestVerdictCodes(t *testing.T) {
	all := map[gate.Verdict]int{
		gate.Invalid: 4, gate.NotComparable: 5, gate.Insufficient: 5, gate.Changed: 10, gate.Regressed: 10,
		gate.WithinNoise: 0, gate.Inconclusive: 0, gate.NoChange: 0, gate.Improved: 0,
	}
	if len(all) != len(gate.Verdicts()) {
		t.Fatalf("%d verdicts have a code, there are %d", len(all), len(gate.Verdicts()))
	}
	for v, code := range all {
		for w, other := range all {
			r := &gate.Report{Findings: []gate.Finding{{Verdict: v}, {Verdict: w}}}
			want := min(code, other)
			if want == 0 {
				want = max(code, other)
			}
			if got := exit.Code(r.Err()); got != want {
				t.Errorf("%s and %s: exit code %d, want %d", v, w, got, want)
			}
			r.Limits = []gate.LimitMark{{Met: false}}
			if want == 0 {
				want = exit.Threshold
			}
			if got := exit.Code(r.Err()); got != want {
				t.Errorf("%s, %s and a missed threshold: exit code %d, want %d", v, w, got, want)
			}
		}
	}
	accepted := &gate.Report{Findings: []gate.Finding{{Verdict: gate.Changed, Accept: true}}}
	if err := accepted.Err(); err != nil {
		t.Errorf("an accepted change fails: %v", err)
	}
}

// TestBaselineOfThisRepository checks that the committed baseline fits the
// scenario: its counters are compared by .ci/run, on both kernel variants.
func TestBaselineOfThisRepository(t *testing.T) {
	b, err := baselineFolder{}.baseline("../../baselines/ci.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, kernel := range []string{"avx2", "generic"} {
		if l, err := b.Ledger(kernel); err != nil || len(l.Cells) != 4 {
			t.Errorf("%s: error %v, %d cells", kernel, err, len(l.Cells))
		}
	}
	if _, err := os.Stat("../../scenarios/ci.yaml"); err != nil {
		t.Error(err)
	}
}
