package remote

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"dllmbench/engines/userfile"
)

// newClient is the way to one endpoint: no redirects, no proxy, certificates always checked,
// and every address looked at when it is dialled, which no name that changes its address
// gets around.
func newClient(c Config) (*http.Client, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return c.allowed(address)
	}}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(c.HTTP2)
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		pem, err := userfile.Read(c.CA, 1<<20)
		if err != nil {
			return nil, err
		}
		if trust.RootCAs = x509.NewCertPool(); !trust.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", c.CA)
		}
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: trust, Protocols: &protocols, TLSHandshakeTimeout: 10 * time.Second,
			DisableCompression: true, MaxIdleConnsPerHost: max(1, c.InFlight), MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the server redirects; give the address that it redirects to as base_url")
		},
	}, nil
}

// loopback reports whether a base URL names this machine.
func loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
}

// Plain reports whether a key would cross a network in plain text.
func (c Config) Plain() bool { return strings.HasPrefix(c.URL, "http://") && !loopback(c.URL) }

// shared are addresses behind the translator of a provider, private as those of RFC 1918.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// allowed refuses addresses that an endpoint has no business at.
func (c Config) allowed(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := at.Addr().Unmap()
	u, err := url.Parse(c.URL)
	if err != nil {
		return err
	}
	named, err := netip.ParseAddr(u.Hostname())
	itself := err == nil && named.Unmap() == ip
	switch {
	case ip.IsUnspecified(), ip.IsMulticast(), ip.IsLinkLocalUnicast():
		return fmt.Errorf("%s is no address of a server", ip)
	case ip.IsLoopback() && !loopback(c.URL):
		return fmt.Errorf("%s became %s, which is this machine", u.Hostname(), ip)
	case !ip.IsLoopback() && u.Scheme == "http" && c.KeyEnv != "":
		return fmt.Errorf("%s became %s: a key is sent in plain text to this machine only", u.Hostname(), ip)
	case (ip.IsPrivate() || shared.Contains(ip)) && !itself && !c.Private:
		return fmt.Errorf("%s became %s, an address of a private network; private: true in its entry allows that", u.Hostname(), ip)
	}
	return nil
}
