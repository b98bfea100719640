// Package broker runs a NATS server with JetStream in this process: for workers on one
// machine, for tests, and as the server of a small cluster. Whoever only connects to a
// server has no need of it.
package broker

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Config says how the server runs.
type Config struct {
	Dir    string // where it keeps its streams
	Listen string // host:port; port 0 is any that is free, "" for a server that only this process reaches
	Token  string // that clients have to know; "" for none
	// File is a configuration file of nats-server, which may hold TLS, users and their
	// permissions; "" for none. Dir, Listen and Token come before what it says.
	File string
	Log  string // file of the server's log; "" for none
}

// Server is one at work.
type Server struct{ s *server.Server }

// AddressError says that the server must not, or cannot, listen where it was told to.
type AddressError struct{ text string }

func (e *AddressError) Error() string { return e.text }

// ready is how long a server may take to begin; it reads what it keeps.
const ready = 30 * time.Second

// Start starts a server.
func Start(c Config) (*Server, error) {
	opt := &server.Options{}
	if c.File != "" {
		var err error
		if opt, err = server.ProcessConfigFile(c.File); err != nil {
			return nil, err
		}
	}
	opt.JetStream, opt.NoSigs, opt.ServerName = true, true, cmp.Or(opt.ServerName, "dllmbench")
	if c.Dir != "" {
		opt.StoreDir = c.Dir
	}
	if c.Token != "" {
		opt.Authorization = c.Token
	}
	if opt.NoLog = c.Log == ""; !opt.NoLog {
		opt.LogFile, opt.Logtime = c.Log, true
	}
	switch {
	case c.Listen != "":
		host, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return nil, &AddressError{fmt.Sprintf("%q is no address: allowed is host:port, such as 127.0.0.1:4222", c.Listen)}
		}
		n, err := net.LookupPort("tcp", port)
		if err != nil {
			return nil, &AddressError{fmt.Sprintf("%q is no port: allowed are 0 to 65535, 0 for any that is free", port)}
		}
		if opt.Host, opt.Port = host, n; n == 0 {
			opt.Port = server.RANDOM_PORT
		}
	case c.File == "":
		opt.DontListen = true
	}
	if open(opt) {
		return nil, &AddressError{fmt.Sprintf("%s can be reached from other machines, and no client has to log in: give a configuration file with users (--config), or listen on 127.0.0.1", opt.Host)}
	}
	if !opt.DontListen && opt.Port > 0 { // the server itself would try for long
		l, err := net.Listen("tcp", net.JoinHostPort(opt.Host, strconv.Itoa(opt.Port)))
		if err != nil {
			return nil, err
		}
		l.Close()
	}
	s, err := server.NewServer(opt)
	if err != nil {
		return nil, err
	}
	s.ConfigureLogger()
	go s.Start()
	if !s.ReadyForConnections(ready) {
		s.Shutdown()
		return nil, errors.New("the server does not start: is its address or its folder in use?")
	}
	return &Server{s}, nil
}

// open reports whether strangers could use the server.
func open(o *server.Options) bool {
	if o.DontListen || o.Authorization != "" || o.Username != "" || len(o.Users)+len(o.Nkeys)+len(o.TrustedOperators) > 0 || o.TLSVerify && o.TLS {
		return false
	}
	ip := net.ParseIP(o.Host)
	return !(o.Host == "localhost" || ip != nil && ip.IsLoopback())
}

// URL is the server's address for clients.
func (s *Server) URL() string { return s.s.ClientURL() }

// Connect connects to the server without the network; token is that of [Config].
func (s *Server) Connect(token string) (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(s.s), nats.Token(token))
}

// Stop ends the server. What it keeps is on the disk then.
func (s *Server) Stop() {
	s.s.Shutdown()
	s.s.WaitForShutdown()
}
