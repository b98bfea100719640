package transport

import (
	"context"
	"errors"
	"sync"

	"dllmbench/engines"
)

// Texts is the transport to an engine that takes text. The requests of a batch are
// submitted together, as far as the engine takes so many at once; what one waits
// for a place is part of its times. A request that fails leaves the others alone.
func Texts(e engines.TextEngine, g Gauges) *Local {
	return &Local{gauges: g, info: e.Info, engine: e, decode: func(ctx context.Context, b Batch, a *Answer) error {
		start := g.Now()
		texts := make([]Text, len(b.Texts))
		places := make(chan struct{}, max(1, e.Info().Capabilities.InFlight))
		var all sync.WaitGroup
		for i := range b.Texts {
			all.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				waited := g.Now().Sub(start)
				t := &texts[i]
				defer func() {
					if v := recover(); v != nil {
						t.Err = &PanicError{v}
					}
				}()
				t.TextResult, t.Err = e.Write(ctx, b.Texts[i], func(d engines.Delivery) {
					d.At += waited
					t.Deliveries = append(t.Deliveries, d)
				})
				t.Elapsed += waited
			})
		}
		all.Wait()
		a.Texts = texts
		var crashed *PanicError
		for _, t := range texts {
			if errors.As(t.Err, &crashed) {
				a.Broken = true
			}
			if t.Err != nil && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}}
}
