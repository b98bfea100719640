package remotetest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// Request is a request as a server read it.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         []byte
}

// Handler answers request n, counted from 0, on the bare connection. The connection is closed
// when it returns false.
type Handler func(w net.Conn, n int, r Request) bool

// Server reads requests and leaves all else to its handler.
type Server struct {
	URL string // with the version: http://127.0.0.1:PORT/v1

	listener net.Listener
	handle   Handler
	work     sync.WaitGroup

	mu       sync.Mutex
	open     map[net.Conn]bool
	requests []Request
	accepted int
}

// Serve starts a server on a free port of the loopback interface.
func Serve(h Handler) *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("remotetest: no free port on the loopback interface")
	}
	s := &Server{URL: "http://" + l.Addr().String() + "/v1", listener: l, handle: h, open: map[net.Conn]bool{}}
	s.work.Go(s.accept)
	return s
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.accepted++
		s.open[c] = true
		s.mu.Unlock()
		s.work.Go(func() {
			s.serve(c)
			c.Close()
			s.mu.Lock()
			delete(s.open, c)
			s.mu.Unlock()
		})
	}
}

func (s *Server) serve(c net.Conn) {
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		request := Request{r.Method, r.URL.Path, r.Header, body}
		s.mu.Lock()
		n := len(s.requests)
		s.requests = append(s.requests, request)
		s.mu.Unlock()
		if !s.handle(c, n, request) {
			return
		}
	}
}

// Requests are those so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Connections is how many there have been.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Close ends all connections and waits for the handlers.
func (s *Server) Close() {
	s.listener.Close()
	s.mu.Lock()
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
}

// Head begins an answer in chunks of a given status and type.
func Head(w io.Writer, status int, kind string, headers ...string) {
	fmt.Fprintf(w, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n", status, http.StatusText(status), kind)
	for _, h := range headers {
		io.WriteString(w, h+"\r\n")
	}
	io.WriteString(w, "\r\n")
}

// Chunk writes a chunk of an answer; an empty one ends it.
func Chunk(w io.Writer, data []byte) error {
	_, err := fmt.Fprintf(w, "%x\r\n%s\r\n", len(data), data)
	return err
}

// Replay answers with a stream, cut into pieces of so many bytes, each a write of its own.
func Replay(body []byte, piece int) Handler {
	return func(w net.Conn, _ int, _ Request) bool {
		Head(w, http.StatusOK, "text/event-stream")
		for at := 0; at < len(body); at += piece {
			if Chunk(w, body[at:min(at+piece, len(body))]) != nil {
				return false
			}
		}
		return Chunk(w, nil) == nil
	}
}

// Cuts is a reader that gives a body in exactly these pieces, one a call. Cut points are
// ascending places in the body.
type Cuts struct {
	Body []byte
	At   []int

	place int
}

// Read implements io.Reader. It panics where a piece is longer than p.
func (c *Cuts) Read(p []byte) (int, error) {
	if c.place == len(c.Body) {
		return 0, io.EOF
	}
	end := len(c.Body)
	for len(c.At) > 0 && c.At[0] <= c.place {
		c.At = c.At[1:]
	}
	if len(c.At) > 0 {
		end = min(end, c.At[0])
	}
	if end-c.place > len(p) {
		panic("remotetest: a piece is longer than the buffer of its reader")
	}
	n := copy(p, c.Body[c.place:end])
	c.place = end
	return n, nil
}
