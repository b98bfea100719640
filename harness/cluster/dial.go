package cluster

import (
	"fmt"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
)

// Access says where the server is and who asks.
type Access struct {
	URL       string // nats://host:port or tls://host:port, several with commas
	Name      string // of the client, for the server's lists
	Creds     string // file with user JWT and seed; "" for none
	NKey      string // file with the seed of an nkey; "" for none
	CA        string // file with certificates of authorities; "" for those of the system
	Cert, Key string // files with the client's certificate; "" for none
	// Patient waits for a server that does not answer yet.
	Patient bool
}

// secret is what an address says of the user.
var secret = regexp.MustCompile(`[^,/]*@`)

// Hosts is the address without what it says of the user.
func (a Access) Hosts() string { return secret.ReplaceAllString(a.URL, "") }

// Dial connects to the server. A connection that breaks later comes back by itself.
func Dial(a Access) (*nats.Conn, error) {
	opts := append(Steady(), nats.Name(a.Name), nats.Timeout(5*time.Second))
	if a.Creds != "" {
		opts = append(opts, nats.UserCredentials(a.Creds))
	}
	if a.NKey != "" {
		o, err := nats.NkeyOptionFromSeed(a.NKey)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.NKey, err)
		}
		opts = append(opts, o)
	}
	if a.CA != "" {
		opts = append(opts, nats.RootCAs(a.CA))
	}
	if a.Cert != "" {
		opts = append(opts, nats.ClientCert(a.Cert, a.Key))
	}
	if a.Patient {
		opts = append(opts, nats.RetryOnFailedConnect(true))
	}
	nc, err := nats.Connect(a.URL, opts...)
	if err != nil {
		return nil, fmt.Errorf("the NATS server %s (--server): %w", a.Hosts(), err)
	}
	return nc, nil
}

// Steady are the options of a connection that outlives its server.
func Steady() []nats.Option {
	return []nats.Option{nats.MaxReconnects(-1), nats.ReconnectWait(200 * time.Millisecond), nats.ReconnectJitter(100*time.Millisecond, time.Second),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})} // what a call cannot do it says itself
}
