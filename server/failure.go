package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/pool"
	"dllmbench/engines/remote/wire"
)

// failure is the answer to a request that fails.
type failure struct {
	status int
	wire.Error
	after int   // seconds until it may be sent again; 0 for never
	cause error // that the client is not told; nil for none
}

// errGone is why an answer ends that nobody waits for.
var errGone = errors.New("the request was given up")

// maxTold is how many bytes of a message are told: what a client sent stands in it.
const maxTold = 2000

func failed(status int, code, param, format string, args ...any) *failure {
	text := func(s string) string {
		if len(s) <= maxTold {
			return s
		}
		return strings.ToValidUTF8(s[:maxTold], "") + "…"
	}
	f := &failure{status: status, Error: wire.Error{Message: text(fmt.Sprintf(format, args...)), Type: "invalid_request_error", Code: code}}
	if status >= 500 {
		f.Type = "server_error"
	}
	if param = text(param); param != "" {
		f.Param = &param
	}
	return f
}

// invalid is the failure of a request with a mistake in a field.
func invalid(param, format string, args ...any) *failure {
	return failed(http.StatusBadRequest, "invalid_value", param, format, args...)
}

// failureOf says what an error of a decoder means to the client.
func failureOf(err error, wait int) *failure {
	var wrong *engines.RequestError
	switch {
	case errors.As(err, &wrong):
		return invalid("", "%s", strings.ReplaceAll(wrong.Error(), "request 0: ", ""))
	case errors.Is(err, errGone):
		return failed(http.StatusServiceUnavailable, "given_up", "", "%v", errGone)
	case errors.Is(err, context.Canceled):
		return failed(http.StatusServiceUnavailable, "cut_short", "", "the server is shutting down, and the answer is cut short")
	case errors.Is(err, engines.ErrRefused):
		f := failed(http.StatusTooManyRequests, "rate_limit_reached", "", "%v", err)
		f.Type, f.after = "rate_limit_error", wait
		return f
	case errors.Is(err, pool.ErrClosed):
		f := failed(http.StatusServiceUnavailable, "shutting_down", "", "%v", err)
		f.after = wait
		return f
	}
	f := failed(http.StatusInternalServerError, "internal_error", "", "the server could not do it, and has written down why")
	f.cause = err
	return f
}

// write answers with it.
func (f *failure) write(w http.ResponseWriter) {
	if f.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.after))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	w.Write(f.json())
}

func (f *failure) json() []byte {
	data, _ := json.Marshal(wire.Failure{Error: f.Error}) // texts have a JSON
	return data
}
