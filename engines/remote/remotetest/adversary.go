package remotetest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Adversary is a server that a client has to survive: within bounded memory and time, with an
// error that says what the server did, and never with an answer that passes for a good one.
type Adversary struct {
	Name   string
	Handle Handler
	// Stalls is true where the server stops in the middle and says nothing more: only a time
	// limit ends it.
	Stalls bool
}

// good is an event with text.
const good = `data: {"choices":[{"index":0,"delta":{"content":"good"},"finish_reason":null}]}` + "\n\n"

// Adversaries are all of them.
func Adversaries() []Adversary {
	sse := func(write func(w net.Conn)) Handler {
		return func(w net.Conn, _ int, _ Request) bool {
			Head(w, http.StatusOK, "text/event-stream")
			write(w)
			return false
		}
	}
	chunks := func(parts ...string) Handler {
		return sse(func(w net.Conn) {
			for _, p := range parts {
				Chunk(w, []byte(p))
			}
			Chunk(w, nil)
		})
	}
	raw := func(write func(w net.Conn)) Handler {
		return func(w net.Conn, _ int, _ Request) bool { write(w); return false }
	}
	wait := func(w net.Conn) { io.Copy(io.Discard, w) } // until the client goes
	endless := func(w net.Conn, part string) {
		data := []byte(strings.Repeat(part, max(1, 64<<10/len(part))))
		for Chunk(w, data) == nil {
		}
	}
	delta := func(content string) string {
		return `data: {"choices":[{"index":0,"delta":{"content":` + content + `}}]}` + "\n\n"
	}
	return []Adversary{
		{Name: "says nothing", Handle: raw(wait), Stalls: true},
		{Name: "half a head", Handle: raw(func(w net.Conn) { io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-"); wait(w) }), Stalls: true},
		{Name: "stalls after the head", Handle: sse(wait), Stalls: true},
		{Name: "stalls in an event", Handle: sse(func(w net.Conn) { Chunk(w, []byte(good+good[:40])); wait(w) }), Stalls: true},
		{Name: "comments for ever", Handle: sse(func(w net.Conn) { endless(w, ": ping\n\n") })},
		{Name: "events for ever", Handle: sse(func(w net.Conn) { endless(w, good) })},
		{Name: "empty events for ever", Handle: sse(func(w net.Conn) { endless(w, "data: {}\n\n") })},
		{Name: "a line without end", Handle: sse(func(w net.Conn) { endless(w, "x") })},
		{Name: "a comment without end", Handle: sse(func(w net.Conn) { Chunk(w, []byte(": ")); endless(w, "x") })},
		{Name: "an event without end", Handle: sse(func(w net.Conn) { endless(w, "data: x\n") })},
		{Name: "headers without end", Handle: raw(func(w net.Conn) {
			io.WriteString(w, "HTTP/1.1 200 OK\r\n")
			line := []byte(strings.Repeat("X-More: more\r\n", 1000))
			for {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		})},
		{Name: "continues without end", Handle: raw(func(w net.Conn) {
			line := []byte(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 1000))
			for {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		})},
		{Name: "half a chunk", Handle: sse(func(w net.Conn) { fmt.Fprintf(w, "%x\r\n%s", 2*len(good), good) })},
		{Name: "a chunk of absurd length", Handle: sse(func(w net.Conn) { io.WriteString(w, "ffffffffffffffffff\r\n"+good) })},
		{Name: "closes at once", Handle: raw(func(net.Conn) {})},
		{Name: "no HTTP", Handle: raw(func(w net.Conn) { io.WriteString(w, "SSH-2.0-OpenSSH_9.2\r\n") })},
		{Name: "redirect", Handle: raw(func(w net.Conn) {
			io.WriteString(w, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n")
		})},
		{Name: "redirect to itself", Handle: raw(func(w net.Conn) {
			io.WriteString(w, "HTTP/1.1 302 Found\r\nLocation: /v1/chat/completions\r\nContent-Length: 0\r\n\r\n")
		})},
		{Name: "a page", Handle: raw(func(w net.Conn) {
			page := "<html><body>Log in to this network</body></html>"
			fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
		})},
		{Name: "a bomb", Handle: raw(func(w net.Conn) {
			bomb := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, bytes.Repeat([]byte{0}, 100)...)
			fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(bomb), bomb)
		})},
		{Name: "an endless refusal", Handle: func(w net.Conn, _ int, _ Request) bool {
			Head(w, http.StatusBadRequest, "application/json")
			endless(w, "no ")
			return false
		}},
		{Name: "no text at all", Handle: chunks("data: [DONE]\n\n")},
		{Name: "an empty answer", Handle: chunks()},
		{Name: "ends without an end", Handle: chunks(good, good)},
		{Name: "an error in the stream", Handle: chunks(good, `data: {"error":{"message":"out of memory","code":500}}`+"\n\n", "data: [DONE]\n\n")},
		{Name: "an error as an object", Handle: chunks(good, `data: {"object":"error","message":"out of memory","code":500}`+"\n\n", "data: [DONE]\n\n")},
		{Name: "an error as an event", Handle: chunks(good, "event: error\ndata: out of memory\n\n")},
		{Name: "an error as a text", Handle: chunks(`data: {"error":"out of memory"}`+"\n\n", "data: [DONE]\n\n")},
		{Name: "aborts", Handle: chunks(good, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"abort"}]}`+"\n\n", "data: [DONE]\n\n")},
		{Name: "no JSON", Handle: chunks("data: {\"choices\":[\n\n")},
		{Name: "another JSON", Handle: chunks(`data: [1,2,3]`+"\n\n", "data: [DONE]\n\n")},
		{Name: "text that is no text", Handle: chunks(delta(`{"a":1}`), "data: [DONE]\n\n")},
		{Name: "nested without end", Handle: chunks(delta(strings.Repeat("[", 100_000)), "data: [DONE]\n\n")},
	}
}

// WrongUTF8 is a stream with bytes that are no UTF-8, in one piece of text and cut in two, and
// the same bytes as escapes of half a surrogate pair.
func WrongUTF8() []byte {
	return []byte("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\xffb\"}}]}\n\n" +
		"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud800c\"}}]}\n\n" +
		"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}
