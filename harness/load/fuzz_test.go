package load

import "testing"

// FuzzParse: a load that is taken is within its limits, and its text is read as the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"poisson:5", "poisson:1e-3", "poisson:1e-300", "poisson:0x1p-2", "poisson:NaN", "concurrency:4", "concurrency:+4", "single_stream", "offline", "offline:", "poisson", ":", "poisson:1_0", "constant:1e6", "bursts:5:10", "ramp:0.001:1e6", "ramp:5:5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(p.String()); err != nil || again != p {
			t.Errorf("%q is %+v, %q is %+v: %v", text, p, p.String(), again, err)
		}
		if p.Rate != 0 && !(p.Rate >= minRate && p.Rate <= maxRate) || p.Clients < 0 || p.Clients > maxClients {
			t.Errorf("%q is %+v", text, p)
		}
		for i, at := range p.arrivals(50, 1) {
			if at < 0 {
				t.Errorf("%q: request %d comes at %v", text, i, at)
			}
		}
	})
}

// FuzzGoodput: limits that are taken are times above 0 and shares.
func FuzzGoodput(f *testing.F) {
	for _, text := range []string{"ttft:200ms, e2e:2s,exact", "partial:0.8", "partial:NaN", "tpot:1ns", "e2e:1e3h", "exact,exact", "ttft:1s,ttft:2s", ",", "e2e:.s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := ParseGoodput(text)
		if err != nil || g == nil {
			return
		}
		for _, limit := range []*int64{g.TTFTNs, g.TPOTNs, g.E2ENs} {
			if limit != nil && (*limit <= 0 || *limit > int64(MaxLimit)) {
				t.Errorf("%q: a limit of %d ns", text, *limit)
			}
		}
		if g.Partial != nil && !(*g.Partial >= 0 && *g.Partial <= 1) {
			t.Errorf("%q: a share of %g", text, *g.Partial)
		}
	})
}
