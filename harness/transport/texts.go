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
		if together, ok := e.(engines.TextBatcher); ok && e.Info().Capabilities.Together {
			return joined(ctx, together, b.Texts, a)
		}
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
		for _, t := range texts {
			a.Broken = a.Broken || breaks(t.Err)
			if t.Err != nil && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}}
}

// joined has the requests of a batch answered in one call. What fails, fails for all.
func joined(ctx context.Context, e engines.TextBatcher, batch []engines.TextRequest, a *Answer) error {
	a.Texts = make([]Text, len(batch))
	list, err := e.WriteBatch(ctx, batch, func(i int, d engines.Delivery) { a.Texts[i].Deliveries = append(a.Texts[i].Deliveries, d) })
	for i := range a.Texts {
		if a.Texts[i].Err = err; i < len(list) {
			a.Texts[i].TextResult = list[i]
		}
	}
	a.Broken = breaks(err)
	return ctx.Err()
}

// breaks reports whether an engine is in an unknown state, or gone, behind an error.
func breaks(err error) bool {
	var crashed *PanicError
	var died *DiedError
	return errors.As(err, &crashed) || errors.As(err, &died)
}
