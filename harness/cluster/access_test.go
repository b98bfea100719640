package cluster_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// TestAccess: a server that asks for a token, a certificate, an nkey or credentials lets in who has
// them, over TLS too, and nobody else. Users with passwords are in [TestRoles].
func TestAccess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(in(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificates(t, write)
	user, seed := newKey(t, nkeys.CreateUser)
	write("nk", seed)
	_, other := newKey(t, nkeys.CreateUser)
	write("nk2", other)
	operator := credentials(t, write)
	tls := fmt.Sprintf("tls {cert_file: %q, key_file: %q", in("server.crt"), in("server.key"))
	for _, c := range []struct {
		name, config, token string
		right               cluster.Access
		wrong               []cluster.Access
	}{
		{"token", "", "t", cluster.Access{URL: "t@"}, []cluster.Access{{}, {URL: "u@"}}},
		{"tls", tls + "}", "", cluster.Access{CA: in("ca.crt")}, []cluster.Access{{}, {CA: in("other.crt")}}},
		{"mutual tls", tls + fmt.Sprintf(", ca_file: %q, verify: true}", in("ca.crt")), "",
			cluster.Access{CA: in("ca.crt"), Cert: in("client.crt"), Key: in("client.key")}, []cluster.Access{{CA: in("ca.crt")}}},
		{"nkey", "authorization {users: [{nkey: " + user + "}]}", "", cluster.Access{NKey: in("nk")}, []cluster.Access{{}, {NKey: in("nk2")}, {NKey: in("ca.crt")}}},
		{"nkey over tls", tls + "}\nauthorization {users: [{nkey: " + user + "}]}", "",
			cluster.Access{NKey: in("nk"), CA: in("ca.crt")}, []cluster.Access{{NKey: in("nk2"), CA: in("ca.crt")}}},
		{"credentials", operator, "", cluster.Access{Creds: in("creds")}, []cluster.Access{{}, {Creds: in("creds2")}, {Creds: in("none")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := broker.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Token: c.token}
			if c.config != "" {
				write("nats.conf", []byte(c.config))
				config.File = in("nats.conf")
			}
			s, err := broker.Start(config)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Stop()
			address := s.URL()[strings.Index(s.URL(), "127."):]
			at := func(a cluster.Access) cluster.Access {
				a.URL = "nats://" + a.URL + address
				return a
			}
			nc, err := cluster.Dial(at(c.right))
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			if _, err := cluster.Create(t.Context(), nc, cluster.Setup{}); err != nil {
				t.Error(err)
			}
			for _, a := range c.wrong {
				if nc, err := cluster.Dial(at(a)); err == nil {
					nc.Close()
					t.Errorf("%+v was let in", a)
				}
			}
		})
	}
}

// certificates writes an authority, a server and a client with its certificates, and another authority.
func certificates(t *testing.T, write func(string, []byte)) {
	t.Helper()
	sign := func(name string, by *x509.Certificate, key *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		if by == nil {
			by, key, c.IsCA, c.BasicConstraintsValid, c.KeyUsage = c, own, true, true, x509.KeyUsageCertSign
		}
		der, err := x509.CreateCertificate(rand.Reader, c, by, &own.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		text, err := x509.MarshalPKCS8PrivateKey(own)
		if err != nil {
			t.Fatal(err)
		}
		write(name+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}))
		return c, own
	}
	ca, key := sign("ca", nil, nil)
	sign("server", ca, key)
	sign("client", ca, key)
	sign("other", nil, nil)
}

func newKey(t *testing.T, create func() (nkeys.KeyPair, error)) (public string, seed []byte) {
	t.Helper()
	pair, err := create()
	if err == nil {
		public, err = pair.PublicKey()
	}
	if err == nil {
		seed, err = pair.Seed()
	}
	if err != nil {
		t.Fatal(err)
	}
	return public, seed
}

// credentials writes those of a user whose account the server knows, and of one whose it does not. It returns
// the configuration of the server.
func credentials(t *testing.T, write func(string, []byte)) string {
	t.Helper()
	operator, err := nkeys.CreateOperator()
	if err != nil {
		t.Fatal(err)
	}
	name, _ := operator.PublicKey()
	signed := func(c jwt.Claims, by nkeys.KeyPair) string {
		text, err := c.Encode(by)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	account := func(file string) (string, string) {
		public, seed := newKey(t, nkeys.CreateAccount)
		claims := jwt.NewAccountClaims(public)
		claims.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: -1, DiskStorage: -1, Streams: -1, Consumer: -1}
		owner, err := nkeys.FromSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		user, key := newKey(t, nkeys.CreateUser)
		text, err := jwt.FormatUserConfig(signed(jwt.NewUserClaims(user), owner), key)
		if err != nil {
			t.Fatal(err)
		}
		write(file, text)
		return public, signed(claims, operator)
	}
	public, text := account("creds")
	account("creds2")
	system, _ := newKey(t, nkeys.CreateAccount)
	return fmt.Sprintf("operator: %s\nsystem_account: %s\nresolver: MEMORY\nresolver_preload: {%s: %s, %s: %s}\n",
		signed(jwt.NewOperatorClaims(name), operator), system, public, text, system, signed(jwt.NewAccountClaims(system), operator))
}
