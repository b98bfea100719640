// Package push sends what was exported to a server that the user names: JSON over HTTP, without
// redirects and proxies, with bounded answers, and a key that no message repeats.
package push

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"
)

// maxAnswer is the most bytes of an answer.
const maxAnswer = 8 << 20

// patience is how long a server may take nothing, or say nothing.
const patience = time.Minute

// Target is where something is sent.
type Target struct {
	URL        string
	KeyEnv     string // name of the environment variable with the key; "" for none
	Experiment string // of MLflow
}

// Server is a server.
type Server struct {
	base, key string
	client    *http.Client
	patience  time.Duration
}

// Refused is an answer that is no success.
type Refused struct {
	Status int
	Code   string // error_code of the answer, where it has one
	Text   string
}

func (r *Refused) Error() string { return fmt.Sprintf("the server answers %d: %s", r.Status, r.Text) }

// Open checks a target. Keys go over TLS or to this machine alone.
func Open(t Target) (*Server, error) {
	u, err := url.Parse(t.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("--to is no address: allowed is http or https, a host and a path, without user, query and fragment; keys go into the variable that --key-env names")
	}
	s := &Server{base: strings.TrimSuffix(t.URL, "/"), patience: patience, client: &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: 64 << 10, TLSHandshakeTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the server redirects; give the address that it redirects to")
		},
	}}
	if t.KeyEnv == "" {
		return s, nil
	}
	s.key = os.Getenv(t.KeyEnv)
	at, err := netip.ParseAddr(u.Hostname())
	switch here := u.Hostname() == "localhost" || err == nil && at.IsLoopback(); {
	case strings.ContainsFunc(t.KeyEnv, func(r rune) bool { return r != '_' && !unicode.IsUpper(r) && !unicode.IsDigit(r) }): // it may be a key
		return nil, errors.New("--key-env is no name of an environment variable: allowed are capitals, digits and _")
	case s.key == "" || strings.ContainsFunc(s.key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, fmt.Errorf("the environment variable %s, which is to hold the key, is not set or has characters that no key has", t.KeyEnv)
	case u.Scheme == "http" && !here:
		return nil, errors.New("a key is not sent over plain http to another machine: use https")
	}
	return s, nil
}

// JSON sends a value, nil for none, and reads the answer into another one, nil for none.
func (s *Server) JSON(ctx context.Context, method, path string, value, answer any) error {
	var body io.Reader
	if value != nil {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	text, err := s.Send(ctx, method, path, "application/json", body)
	if err == nil && answer != nil {
		if err = json.Unmarshal(text, answer); err != nil {
			err = fmt.Errorf("the answer to %s is not what was expected: %w", path, err)
		}
	}
	return err
}

// moving calls a function whenever something is read.
type moving struct {
	io.ReadCloser
	moved func()
}

func (m moving) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.moved()
	return n, err
}

// Send sends a body and returns the answer. A body may take long, as long as the server takes it.
func (s *Server) Send(ctx context.Context, method, path, kind string, body io.Reader) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(s.patience, func() { cancel(fmt.Errorf("the server has not answered within %v", s.patience)) })
	defer idle.Stop()
	moved := func() { idle.Reset(s.patience) }
	q, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return nil, s.without(err)
	}
	if q.Body != nil {
		q.Body = moving{q.Body, moved}
	}
	q.Header.Set("Content-Type", kind)
	if s.key != "" {
		q.Header.Set("Authorization", "Bearer "+s.key)
	}
	r, err := s.client.Do(q)
	if err != nil {
		return nil, s.without(cmp.Or(context.Cause(ctx), err))
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(moving{r.Body, moved}, maxAnswer+1))
	switch {
	case err != nil:
		return nil, s.without(cmp.Or(context.Cause(ctx), err))
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("the answer to %s has more than %d bytes", path, maxAnswer)
	case r.StatusCode/100 == 2:
		return text, nil
	}
	refused := &Refused{Status: r.StatusCode}
	var said struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(text, &said) != nil || said.Message == "" {
		said.Message = string(text)
	}
	refused.Code, refused.Text = s.clean(said.Code), s.clean(said.Message)
	return nil, refused
}

// clean makes a text of a server one short line without the key.
func (s *Server) clean(text string) string {
	if s.key != "" {
		text = strings.ReplaceAll(text, s.key, "[key]")
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	return fmt.Sprintf("%.300s", text)
}

// without is an error without the key.
func (s *Server) without(err error) error {
	if s.key != "" && strings.Contains(err.Error(), s.key) {
		return errors.New(s.clean(err.Error()))
	}
	return err
}
