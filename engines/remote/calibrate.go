package remote

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/stub"
)

// Calibration is the error of the client: how much later it read text than a server in the
// same process wrote it, by the same clock.
type Calibration struct {
	Streams            int // at once
	Events             int
	Median, P99, Worst time.Duration
}

// The streams of a calibration: so many events each, at moments that differ by Seed.
const (
	calibrationEvents = 10
	calibrationFirst  = 50 * time.Millisecond
	calibrationGap    = 20 * time.Millisecond
)

// Calibrate reads so many streams at once, which takes half a second, and says how late.
func Calibrate(ctx context.Context, streams int, now func() time.Time) (Calibration, error) {
	c := Calibration{Streams: streams}
	server, err := stub.Start("127.0.0.1:0", stub.Plan{Pieces: slices.Repeat([]string{"calibration "}, calibrationEvents),
		First: calibrationFirst, Gap: calibrationGap, Jitter: 0.5, Seed: 1})
	if err != nil {
		return c, err
	}
	defer server.Close()
	e, err := Open(Config{Name: "calibration", API: Chat, URL: server.URL(), Mode: engines.Append, LimitField: "max_tokens", InFlight: streams}, nil, now)
	if err != nil {
		return c, err
	}
	defer e.Close()
	read := make([][]time.Duration, streams) // of each piece, since the submission
	begun := make([]time.Time, streams)
	failed := make([]error, streams)
	var all sync.WaitGroup
	for i := range streams {
		all.Go(func() {
			length := 0
			var res engines.TextResult
			res, failed[i] = e.Write(ctx, engines.TextRequest{Prompt: fmt.Sprint(i), Budget: calibrationEvents}, func(d engines.Delivery) {
				for length += len(d.Text); len(read[i]) < length/len("calibration "); {
					read[i] = append(read[i], d.At)
				}
			})
			begun[i] = now().Add(-res.Elapsed)
		})
	}
	all.Wait()
	var late []time.Duration
	for _, a := range server.Answers() {
		var i int
		if _, err := fmt.Sscan(a.Prompt, &i); err != nil || i < 0 || i >= streams {
			return c, fmt.Errorf("calibration: a request that was not sent: %.40q", a.Prompt)
		}
		if failed[i] != nil {
			return c, fmt.Errorf("calibration: %w", failed[i])
		}
		for k, wrote := range a.Wrote[:min(len(a.Wrote), len(read[i]))] {
			late = append(late, max(0, begun[i].Add(read[i][k]).Sub(wrote)))
		}
	}
	if c.Events = len(late); c.Events != streams*calibrationEvents {
		return c, fmt.Errorf("calibration: %d of %d events were read", c.Events, streams*calibrationEvents)
	}
	slices.Sort(late)
	c.Median, c.P99, c.Worst = late[c.Events/2], late[(c.Events-1)*99/100], late[c.Events-1]
	return c, nil
}
