package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"dllmbench/engines"
)

// client is the way to one endpoint.
type client struct{ http.Client }

func newClient(c Config) *client {
	return &client{http.Client{Transport: &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: max(1, c.InFlight), MaxResponseHeaderBytes: 64 << 10,
	}, CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("the server redirects, which is not followed")
	}}}
}

// Write implements [engines.TextEngine].
func (e *Engine) Write(ctx context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	body, err := e.body(r)
	if err != nil {
		return engines.TextResult{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.config.URL+e.config.API.path(), bytes.NewReader(body))
	if err != nil {
		return engines.TextResult{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	start := e.now()
	resp, err := e.client.Do(req)
	if err != nil {
		return engines.TextResult{Elapsed: e.now().Sub(start)}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return engines.TextResult{Elapsed: e.now().Sub(start)}, fmt.Errorf("HTTP %d: %.400s", resp.StatusCode, text)
	}
	if err := streams(resp.Header); err != nil {
		return engines.TextResult{Elapsed: e.now().Sub(start)}, err
	}
	a := answer{mode: e.config.Mode, bounds: e.bounds}
	err = a.read(resp.Body, func() time.Duration { return e.now().Sub(start) }, deliver)
	res := engines.TextResult{Text: a.text.String(), Finish: a.finish, Elapsed: e.now().Sub(start)}
	if ctx.Err() != nil {
		res.Finish, err = engines.FinishCancelled, ctx.Err()
	}
	return res, err
}

// streams says what of an answer is no stream of events that can be read.
func streams(h http.Header) error {
	if kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")); kind != "text/event-stream" {
		return fmt.Errorf("the answer has Content-Type %.100q, want text/event-stream", h.Get("Content-Type"))
	}
	if packed := h.Get("Content-Encoding"); packed != "" && packed != "identity" {
		return fmt.Errorf("the answer has Content-Encoding %.100q, which was not asked for", packed)
	}
	return nil
}
