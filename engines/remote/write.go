package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
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
	a := answer{mode: e.config.Mode}
	err = a.read(resp.Body, func() time.Duration { return e.now().Sub(start) }, deliver)
	res := engines.TextResult{Text: a.text.String(), Finish: a.finish, Elapsed: e.now().Sub(start)}
	if ctx.Err() != nil {
		res.Finish, err = engines.FinishCancelled, ctx.Err()
	}
	return res, err
}

// answer is what has come of an answer.
type answer struct {
	mode   engines.Mode
	text   strings.Builder
	finish engines.Finish
	fresh  string // what the read at work brought
}

// errDone ends reading.
var errDone = errors.New("done")

// read reads the stream to its end.
func (a *answer) read(body io.Reader, since func() time.Duration, deliver func(engines.Delivery)) error {
	var p parser
	buffer := make([]byte, 32<<10)
	total := 0
	for {
		n, err := body.Read(buffer)
		at := since()
		if total += n; total > maxBody {
			return fmt.Errorf("the server sent an answer of more than %d bytes", maxBody)
		}
		failed := p.feed(buffer[:n], a.take)
		if failed == nil && errors.Is(err, io.EOF) {
			failed = p.end(a.take)
		}
		if a.fresh != "" {
			a.text.WriteString(a.fresh)
			deliver(engines.Delivery{At: at, Text: a.fresh})
			a.fresh = ""
		}
		switch {
		case errors.Is(failed, errDone), errors.Is(err, io.EOF) && failed == nil && a.finish != "":
			return nil
		case failed != nil:
			return failed
		case errors.Is(err, io.EOF):
			return errors.New("incomplete: the stream ended without a finish_reason or [DONE]")
		case err != nil:
			return err
		}
	}
}

// take takes an event.
func (a *answer) take(_ string, data []byte) error {
	if string(data) == "[DONE]" {
		return errDone
	}
	var c struct {
		Choices []struct {
			Text         string
			Delta        struct{ Content string }
			FinishReason string `json:"finish_reason"`
		}
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("an event is no JSON of a completion: %w", err)
	}
	for _, choice := range c.Choices {
		a.fresh += choice.Text + choice.Delta.Content
		switch choice.FinishReason {
		case "":
		case "length":
			a.finish = engines.FinishBudget
		default:
			a.finish = engines.FinishStop
		}
	}
	return nil
}
