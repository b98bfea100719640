package remote

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limits are what requests to an endpoint may take; 0 is no limit.
type Limits struct {
	Requests     int64   // of a run
	OutputTokens int64   // that a run may ask for
	Cost         float64 // of a run, in the unit of the prices
	// Of the account, a minute.
	RequestsPerMinute, InputPerMinute, OutputPerMinute float64
	// Prices of a million tokens. What was cached is billed at CachedPrice.
	InputPrice, CachedPrice, OutputPrice float64
}

// Price is that of tokens.
func (l Limits) Price(input, cached, output float64) float64 {
	return ((input-cached)*l.InputPrice + cached*l.CachedPrice + output*l.OutputPrice) / 1e6
}

// Spending is what the requests of a run have taken from an endpoint.
type Spending struct {
	mu       sync.Mutex
	requests int64
	output   int64
	cost     float64
	next     time.Time // when the rates of the account allow the next request
}

// reserve takes a request of so many tokens at most out of the limits. The error says which
// one it would break; nothing is sent then.
func (s *Spending) reserve(l Limits, input, output float64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	cost := l.Price(input, 0, output)
	switch {
	case l.Requests > 0 && s.requests+1 > l.Requests:
		return fmt.Errorf("not sent: max_requests of %d are used up", l.Requests)
	case l.OutputTokens > 0 && s.output+int64(output) > l.OutputTokens:
		return fmt.Errorf("not sent: max_output_tokens of %d leave no room for %.0f more", l.OutputTokens, output)
	case l.Cost > 0 && s.cost+cost > l.Cost:
		return fmt.Errorf("not sent: %.4g are spent, and max_cost of %g leaves no room for %.2g more", s.cost, l.Cost, cost)
	}
	s.requests, s.output, s.cost = s.requests+1, s.output+int64(output), s.cost+cost
	return nil
}

// settle puts what was billed in the place of what was reserved, and gives the time back that
// tokens would have taken which were not used.
func (s *Spending) settle(l Limits, input, output float64, b bill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost += b.price - l.Price(input, 0, output)
	s.next = s.next.Add(min(0, l.spacing(b.input, b.output)-l.spacing(input, output)))
}

// refund gives back what was reserved for a request that was refused.
func (s *Spending) refund(l Limits, input, output float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.output, s.cost = s.requests-1, s.output-int64(output), s.cost-l.Price(input, 0, output)
}

// bill is what an answer took by the server's counts.
type bill struct{ input, output, price float64 }

// spacing is the time that a request of so many tokens takes of the rates of the account.
func (l Limits) spacing(input, output float64) time.Duration {
	share := 0.0 // of a minute
	for _, r := range [][2]float64{{1, l.RequestsPerMinute}, {input, l.InputPerMinute}, {output, l.OutputPerMinute}} {
		if r[1] > 0 {
			share = max(share, r[0]/r[1])
		}
	}
	return time.Duration(share * float64(time.Minute))
}

// pace waits until the rates of the account allow a request. Requests are spread evenly, so
// that they keep to the rates however long the time is over which the account counts them.
func (s *Spending) pace(ctx context.Context, l Limits, input, output float64, now func() time.Time) (waited bool, err error) {
	s.mu.Lock()
	at := now()
	wait := s.next.Sub(at)
	if wait < 0 {
		wait, s.next = 0, at
	}
	s.next = s.next.Add(l.spacing(input, output))
	s.mu.Unlock()
	return wait > 0, pause(ctx, wait)
}

// hold keeps all requests back that have not been sent, as a server asks that refused one.
func (s *Spending) hold(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until.After(s.next) {
		s.next = until
	}
}

// pause waits, at most until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
