package server

import (
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// bounded is a listener that closes connections beyond a number at once.
type bounded struct {
	net.Listener
	free  chan struct{} // a token for each connection
	now   func() time.Time
	write time.Duration // most that a write may take
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case b.free <- struct{}{}:
			return &counted{Conn: c, of: b, leave: sync.OnceFunc(func() { <-b.free })}, nil
		default:
			c.Close()
		}
	}
}

// counted is a connection of a bounded listener.
type counted struct {
	net.Conn
	of    *bounded
	leave func()
}

// Write implements net.Conn. Who does not read in time is given up, whatever the answer is.
func (c *counted) Write(data []byte) (int, error) {
	c.SetWriteDeadline(c.of.now().Add(c.of.write))
	return c.Conn.Write(data)
}

// Close implements net.Conn.
func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// discard is a log of what strangers do wrong, which nobody reads.
func discard() *log.Logger { return log.New(io.Discard, "", 0) }
