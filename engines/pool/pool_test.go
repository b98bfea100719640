//go:build !purego

// Who has room does not depend on kernels.

package pool

import (
	"fmt"
	"sync"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/weights"
)

// watched is a request that looks at its pool after each pass.
type watched struct {
	request engines.Request
	look    func()
	done    func(engines.Result, error)
}

func (w *watched) Request() engines.Request         { return w.request }
func (w *watched) Wrote(engines.Progress) bool      { w.look(); return true }
func (w *watched) Done(r engines.Result, err error) { w.done(r, err) }

// TestRooms: the requests of all engines together take no more memory than they may, and all
// of them are answered, with room for three, for one, and for less.
func TestRooms(t *testing.T) {
	for _, requests := range []float64{3.5, 1.5, 0.5} {
		t.Run(fmt.Sprint(requests), func(t *testing.T) {
			t.Parallel()
			p := New(Config{Threads: 1, Batch: 4, Waiting: 100, Engines: 8, Memory: 1 << 40, Positions: 64})
			m, err := p.Add("v1", weights.Parse("builtin:v1"))
			if err != nil {
				t.Fatal(err)
			}
			w, release, err := p.Hold(m)
			if err != nil {
				t.Fatal(err)
			}
			need := w.Memory(m.Positions, 1)
			each := need.Cache + need.Activations + need.Given
			release()
			p.config.Memory = 2 * int64(requests*float64(each)) // the weights stay loaded
			most := max(p.config.Memory/2, each)
			var wait sync.WaitGroup
			var together int
			look := func() {
				p.mu.Lock()
				defer p.mu.Unlock()
				if p.lent > most || p.lent < int64(p.active)*each {
					t.Errorf("%d bytes are lent to %d requests, allowed are %d", p.lent, p.active, most)
				}
				together = max(together, p.active)
			}
			for i, engine := range []string{"autoregressive", "diffusion", "block"} {
				d, err := p.Decoder(m, engine, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				for k := range 4 {
					wait.Add(1)
					r := &watched{engines.Request{Prompt: m.Codec.Encode("sort:3142="), Budget: 4 + k + i, Seed: 1}, look, func(_ engines.Result, err error) {
						if err != nil {
							t.Error(err)
						}
						wait.Done()
					}}
					if err := d.Send(r); err != nil {
						t.Fatal(err)
					}
				}
			}
			wait.Wait()
			p.Close(t.Context())
			if p.lent != 0 || together < 1 || together > int(max(1, requests)) {
				t.Errorf("%d bytes are lent at the end; %d requests were at work together", p.lent, together)
			}
		})
	}
}
