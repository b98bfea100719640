package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
)

// What a request may take before it is given up, beside the limit of its batch.
const (
	maxIdle     = time.Minute // between two reads
	maxAttempts = 5
	maxWait     = time.Minute // for one more attempt
	maxAnswer   = 16 << 20    // bytes of an answer that is no stream
)

var errIdle = fmt.Errorf("the server sent nothing for %v", maxIdle)

// Write implements [engines.TextEngine]. Where the server has counters of its own, they are
// read before the request and after it, outside of its time.
func (e *Engine) Write(ctx context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	if !e.config.Metrics {
		return e.write(ctx, r, deliver)
	}
	before, err := e.scrape(ctx)
	if err != nil {
		return engines.TextResult{}, errors.New(e.clean("the counters of the server: " + err.Error()))
	}
	res, err := e.write(ctx, r, deliver)
	if after, failed := e.scrape(ctx); failed == nil && err == nil {
		if counts := after.since(before); counts != nil && res.Wire.Counts == nil {
			res.Wire.Counts = counts
		} else {
			maps.Copy(res.Wire.Counts, counts)
		}
	}
	return res, err
}

// write is Write without counters of the server. A server that refuses before its first byte (429,
// 503, no connection) is asked again, after the time that it names or a growing one; only
// the last attempt is timed. Nothing that has begun is asked for twice.
func (e *Engine) write(ctx context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	begun := e.now()
	body, err := e.body(r)
	if err != nil {
		return engines.TextResult{}, err
	}
	// A token is a byte at least, and a chat template adds fewer tokens than JSON adds bytes: so many are the
	// most that the server can bill for what it reads.
	limits, input, output := e.config.Limits, float64(len(body)), float64(r.Budget)
	for start, attempt := begun, 1; ; attempt++ {
		if !r.Once {
			waited, err := e.config.Spent.pace(ctx, limits, input, output, e.now)
			if err != nil {
				return engines.TextResult{Finish: engines.FinishCancelled}, err
			}
			if waited || attempt > 1 {
				start = e.now()
			}
		}
		if err := e.config.Spent.reserve(limits, input, output); err != nil {
			return engines.TextResult{}, fmt.Errorf("endpoint %s: %w", e.config.Name, err)
		}
		res, stale, err := e.attempt(ctx, start, body, deliver)
		for n := 0; stale && n <= e.config.InFlight; n++ { // all connections that were kept may be closed
			if !r.Once {
				start = e.now()
			}
			res, stale, err = e.attempt(ctx, start, body, deliver)
		}
		if e.config.API == Edit {
			res.Text = inside(unfenced(res.Text), r)
		}
		res.Wire.Attempts, res.Wire.WaitedNs = attempt, start.Sub(begun).Nanoseconds()
		if b, known := e.billed(res.Wire.Counts); known {
			e.config.Spent.settle(limits, input, output, b)
		}
		var refused *refusal
		if !errors.As(err, &refused) {
			return res, err
		}
		e.config.Spent.refund(limits, input, output)
		if r.Once || attempt == maxAttempts {
			return res, err
		}
		wait := min(refused.after, maxWait)
		if wait > 0 {
			e.config.Spent.hold(e.now().Add(wait))
		} else { // with jitter, so that many do not come back together
			wait = time.Duration((0.5 + rand.Float64()) * float64(time.Second<<(attempt-1)))
		}
		if err := pause(ctx, wait); err != nil {
			return engines.TextResult{Finish: engines.FinishCancelled}, err
		}
	}
}

// refusal is an answer of a server that has no room, before it began.
type refusal struct {
	error
	after time.Duration // that it asks for; 0 where it does not say
}

// attempt sends a request once. The result has a Wire whatever happens. It is stale where the
// server had closed the connection before: some do so after a number of answers. Such a
// request is not counted, and is sent again.
func (e *Engine) attempt(ctx context.Context, start time.Time, body []byte, deliver func(engines.Delivery)) (res engines.TextResult, stale bool, err error) {
	timed, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(maxIdle, func() { cancel(errIdle) })
	defer idle.Stop()
	a := &answer{mode: e.config.Mode, bounds: e.bounds, quiet: func() { idle.Reset(maxIdle) }}
	since := func() time.Duration { return e.now().Sub(start) }
	mark := func(t **int64) {
		ns := since().Nanoseconds()
		*t = &ns
	}
	traced := httptrace.WithClientTrace(timed, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			mark(&a.wire.ConnectedNs)
			a.wire.Reused, a.wire.Address = i.Reused, i.Conn.RemoteAddr().String()
		},
		GotFirstResponseByte: func() { mark(&a.wire.FirstByteNs) },
		DNSDone:              func(httptrace.DNSDoneInfo) { mark(&a.wire.NamedNs) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err == nil {
				mark(&a.wire.SecuredNs)
			}
		},
		WroteRequest: func(httptrace.WroteRequestInfo) { mark(&a.wire.SentNs) },
	})
	err = e.exchange(traced, body, a, since, deliver)
	stale = a.wire.Reused && a.wire.FirstByteNs == nil && ctx.Err() == nil && closed(err)
	res = engines.TextResult{Text: a.text.String(), Finish: a.finish, Elapsed: since(), Wire: &a.wire}
	switch {
	case ctx.Err() != nil:
		res.Finish, err = engines.FinishCancelled, ctx.Err()
	case err != nil && context.Cause(timed) != nil:
		err = context.Cause(timed)
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the answer of the server breaks off: %w", err)
	case err == nil && e.config.NeedsUsage && a.usages == 0:
		err = errors.New("the server sent no usage, and its entry says usage: required")
	}
	if n, known := a.usage("prompt_tokens"); known && n > 0 { // some count 0 where the prompt was cached
		res.Usage[usage.PromptTokens] = usage.Known(int(n))
	}
	a.told()
	res, err = e.secret(res, err)
	return res, stale, err
}

// closed reports whether an error is that of a connection which the other side has closed.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		err != nil && strings.Contains(err.Error(), "server closed idle connection")
}

// exchange sends a request and reads the answer.
func (e *Engine) exchange(ctx context.Context, body []byte, a *answer, since func() time.Duration, deliver func(engines.Delivery)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.config.URL+e.config.API.path(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "dllmbench")
	if req.Header.Set("Accept", "text/event-stream"); e.config.Mode == engines.Whole {
		req.Header.Set("Accept", "application/json")
	}
	if e.key != "" {
		req.Header.Set("Authorization", "Bearer "+e.key)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		if errors.Is(err, syscall.ECONNREFUSED) {
			return &refusal{err, 0}
		}
		return err
	}
	defer resp.Body.Close()
	a.quiet()
	a.wire.Protocol, a.wire.Headers = resp.Proto, e.headers(resp.Header)
	if resp.StatusCode != http.StatusOK {
		return e.refused(resp)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	packed := resp.Header.Get("Content-Encoding")
	switch {
	case packed != "" && packed != "identity":
		return fmt.Errorf("the answer has Content-Encoding %.100q, which was not asked for", packed)
	case kind == "text/event-stream" && e.config.Mode != engines.Whole:
		return a.read(resp.Body, since, deliver)
	case kind != "application/json": // one with an error may come instead of a stream
		return fmt.Errorf("the answer has Content-Type %.100q, want %s", kind, req.Header.Get("Accept"))
	}
	text, err := io.ReadAll(io.LimitReader(quieting{resp.Body, a.quiet}, maxAnswer+1))
	switch {
	case err != nil:
		return err
	case len(text) > maxAnswer:
		return fmt.Errorf("the server sent an answer of more than %d bytes", maxAnswer)
	}
	a.events = 1
	if err := a.chunk(text); err != nil {
		return err
	}
	if e.config.Mode != engines.Whole {
		return errors.New("a stream was asked for, and the server answered at once; its entry needs mode: whole")
	}
	if a.finish == "" {
		return errors.New("incomplete: the answer has no finish_reason")
	}
	a.arrived(since(), func(engines.Delivery) {})
	return nil
}

// quieting calls a function after each read.
type quieting struct {
	io.Reader
	quiet func()
}

func (q quieting) Read(p []byte) (int, error) {
	n, err := q.Reader.Read(p)
	q.quiet()
	return n, err
}

// unfenced is the code of an answer that puts it between fences of Markdown.
func unfenced(text string) string {
	inner, fenced := strings.CutPrefix(strings.TrimSpace(text), "```")
	inner, closed := strings.CutSuffix(inner, "```")
	if _, code, found := strings.Cut(inner, "\n"); fenced && closed && found {
		return strings.TrimSuffix(code, "\n")
	}
	return text
}

// inside is what was written between the two texts of a request: an edit gives them too.
func inside(text string, r engines.TextRequest) string {
	rest, begins := strings.CutPrefix(text, r.Prompt)
	rest, ends := strings.CutSuffix(rest, r.Suffix)
	if begins && ends {
		return rest
	}
	return text
}

// refused is the error of an answer that is none.
func (e *Engine) refused(resp *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 8<<10))
	var a answer
	why := strings.TrimPrefix(fmt.Sprint(a.chunk(text)), reported)
	if why == "<nil>" || strings.HasPrefix(why, "an event is no JSON") {
		why = strings.TrimSpace(string(text))
	}
	err := fmt.Errorf("HTTP %d (%s): %s", resp.StatusCode, http.StatusText(resp.StatusCode), why)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		return &refusal{err, retryAfter(resp.Header, e.now())}
	}
	return err
}

// retryAfter is how long a server asks to wait; 0 where it does not say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(min(ms, 1e6) * float64(time.Millisecond))
	}
	text := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(text, 64); err == nil && s > 0 {
		return time.Duration(min(s, 1e6) * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// headers are those of an answer that are kept.
func (e *Engine) headers(h http.Header) map[string]string {
	kept := map[string]string{}
	for name := range h {
		low := strings.ToLower(name)
		if slices.Contains([]string{"server", "x-request-id", "retry-after", "openai-processing-ms"}, low) || strings.HasPrefix(low, "x-ratelimit-") && len(kept) < 32 {
			kept[low] = e.clean(h.Get(name))
		}
	}
	return kept
}

// secret keeps the key out of everything that leaves the engine.
func (e *Engine) secret(res engines.TextResult, err error) (engines.TextResult, error) {
	w := res.Wire
	for _, text := range []*string{&w.Model, &w.Fingerprint, &w.Warning} {
		*text = e.clean(*text)
	}
	if e.key != "" && strings.Contains(res.Text, e.key) {
		res.Text, err = "", errors.New("the server sent the key back in its answer, which is not kept")
	}
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return res, err
	}
	var again *refusal
	if errors.As(err, &again) {
		return res, &refusal{errors.New(e.clean(err.Error())), again.after}
	}
	return res, errors.New(e.clean(err.Error()))
}

// billed is what an answer took by the server's counts.
func (e *Engine) billed(counts map[string]float64) (b bill, known bool) {
	input, known := counts["usage.prompt_tokens"]
	output := counts["usage.completion_tokens"]
	if total, told := counts["usage.total_tokens"]; told {
		output = max(output, total-input) // thinking that is counted apart is billed too
	}
	cached := max(counts["usage.cached_input_tokens"], counts["usage.prompt_tokens_details.cached_tokens"])
	return bill{input, output, e.config.Limits.Price(input, min(cached, input), output)}, known
}
