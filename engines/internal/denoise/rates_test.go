package denoise

import (
	"math"
	"testing"
)

// The rates as the ReMDM paper and code write them, from move chances, for
// steps that do not lie across a switch time.
func published(strategy string, t, s, eta float64) (write, erase float64) {
	at, as := 1-t, 1-s
	limit := 1.0
	if at > 0 {
		limit = math.Min(1, (1-as)/at)
	}
	switch strategy {
	case "mdlm":
		return (t - s) / t, 0
	case "cap":
		erase = math.Min(eta, limit)
	case "rescale":
		erase = eta * limit
	case "forward_backward":
		erase = math.Min(1, limit)
		if at > 0 {
			erase = math.Min((as-at)/at, limit)
		}
	case "conf":
		return (as - at) / (1 - at), limit
	case "loop":
		const on, off, alpha = 0.55, 0.05, 0.9
		switch {
		case t > on:
			mt, ms := 1-(1-t)*alpha/(1-on), 1-(1-s)*alpha/(1-on)
			return (mt - ms) / mt, 0
		case t <= off:
			return (t - s) / t, 0
		}
		return eta * alpha / (1 - alpha), eta
	}
	return (as - (1-erase)*at) / (1 - at), erase
}

func TestRatesArePublished(t *testing.T) {
	const eps = 1e-5
	for strategy, grid := range map[string]Grid{
		"mdlm": Capped(eps, 0), "cap": Capped(eps, 0.03), "rescale": Rescaled(eps, 0.03), "conf": Shared(eps),
		"forward_backward": ForwardBackward(eps), "loop": Looped{On: 0.55, Off: 0.05, Alpha: 0.9, Eta: 0.03}.Grid(eps),
	} {
		for _, steps := range []int{1, 2, 7, 100, 1024} {
			for i := range steps {
				now, next := gridTime(i, steps, eps), gridTime(i+1, steps, eps)
				if strategy == "loop" && (now > 0.55) != (next > 0.55) || strategy == "loop" && (now > 0.05) != (next > 0.05) {
					continue
				}
				write, erase := published(strategy, now, next, 0.03)
				if got := grid(i, steps); math.Abs(got.Write-write) > 1e-9 || math.Abs(got.Erase-erase) > 1e-9 && i > 0 {
					t.Fatalf("%s, step %d of %d: %+v, published are %g and %g", strategy, i, steps, got, write, erase)
				}
			}
		}
	}
}

// Whatever the rates, the share of written positions is 1 - eps at the end,
// and the rates are probabilities; the share of loop is where it should be on
// its way, also in steps that lie across a switch time.
func TestRatesKeepTheSchedule(t *testing.T) {
	const eps = 1e-3
	loop := Looped{On: 0.7, Off: 0.2, Alpha: 0.6, Eta: 0.05}
	for name, grid := range map[string]Grid{
		"forward": Capped(eps, 0), "all": ForwardAll(eps), "cap": Capped(eps, 0.2), "cap, all": Capped(eps, 1), "rescale": Rescaled(eps, 0.4),
		"forward_backward": ForwardBackward(eps), "loop": loop.Grid(eps), "loop at once": Looped{On: 0.5, Off: 0.5, Alpha: 0.5, Eta: 0.1}.Grid(eps),
	} {
		for _, steps := range []int{1, 2, 3, 10, 37} {
			share := 0.0
			for i := range steps {
				r := grid(i, steps)
				if !(r.Write >= 0 && r.Write <= 1 && r.Erase >= 0 && r.Erase <= 1) {
					t.Fatalf("%s, step %d of %d: %+v", name, i, steps, r)
				}
				share = share*(1-r.Erase) + (1-share)*r.Write
				if want := loop.share(gridTime(i+1, steps, eps)); name == "loop" && math.Abs(share-want) > 1e-9 {
					t.Errorf("loop, behind step %d of %d: %g is written, want %g", i, steps, share, want)
				}
			}
			want := 1 - eps
			switch name {
			case "all":
				want = 1
			case "loop":
				want = loop.share(eps)
			case "loop at once":
				want = 1 - eps
			}
			if math.Abs(share-want) > 1e-9 {
				t.Errorf("%s: %g is written after %d steps, want %g", name, share, steps, want)
			}
		}
	}
}

// By hand: eps 1e-3 and four steps give the times 1, 0.75025, 0.5005, 0.25075.
func TestFallingByHand(t *testing.T) {
	for i, want := range []float64{1, 0.75025, 0.5005, 0.25075, 0.001} {
		if got := gridTime(i, 4, 1e-3); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d begins at %g, want %g", i, got, want)
		}
	}
}
