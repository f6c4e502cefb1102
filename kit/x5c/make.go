package x5c

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"

	"conurb/kit/jws"
)

// Anchor makes a self-signed certificate that may certify others, for one step below it.
func Anchor(random io.Reader, key *jws.Private, name string, from, until time.Time) (*x509.Certificate, error) {
	t, err := template(random, name, from, until)
	if err != nil {
		return nil, err
	}
	t.IsCA, t.BasicConstraintsValid, t.MaxPathLenZero = true, true, true
	t.KeyUsage = x509.KeyUsageCertSign
	return sign(random, t, t, key.Public(), key)
}

// Signer makes the certificate of a key below an anchor; hosts are those that it speaks for, by
// name or by IP address.
func Signer(random io.Reader, anchor *x509.Certificate, anchorKey *jws.Private, key jws.Public, name string, hosts []string, from, until time.Time) (*x509.Certificate, error) {
	t, err := template(random, name, from, until)
	if err != nil {
		return nil, err
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	t.BasicConstraintsValid = true
	t.KeyUsage = x509.KeyUsageDigitalSignature
	return sign(random, t, anchor, key, anchorKey)
}

func template(random io.Reader, name string, from, until time.Time) (*x509.Certificate, error) {
	serial := make([]byte, 16)
	if _, err := io.ReadFull(random, serial); err != nil {
		return nil, fmt.Errorf("serial number of %q: %w", name, err)
	}
	serial[0] = serial[0]&0x7f | 0x40 // positive, and always of 16 bytes
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: from, NotAfter: until,
	}, nil
}

func sign(random io.Reader, t, parent *x509.Certificate, of jws.Public, by *jws.Private) (*x509.Certificate, error) {
	public, err := standardPublic(of)
	if err != nil {
		return nil, err
	}
	private, err := standard(by)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(random, t, parent, public, private)
	if err != nil {
		return nil, fmt.Errorf("certificate of %q: %w", t.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// standard is a key as the standard library has it.
func standard(k *jws.Private) (crypto.Signer, error) {
	switch k.Public().Algorithm() {
	case jws.ES256:
		return ecdsa.ParseRawPrivateKey(elliptic.P256(), k.Seed())
	case jws.EdDSA:
		return ed25519.NewKeyFromSeed(k.Seed()), nil
	}
	return nil, fmt.Errorf("%s: %w", k.Public().Algorithm(), ErrKey)
}

func standardPublic(k jws.Public) (crypto.PublicKey, error) {
	j := k.JWK("")
	x, err := jws.Decode(j.X)
	if err != nil {
		return nil, err
	}
	switch k.Algorithm() {
	case jws.ES256:
		y, err := jws.Decode(j.Y)
		if err != nil {
			return nil, err
		}
		return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	case jws.EdDSA:
		return ed25519.PublicKey(x), nil
	}
	return nil, fmt.Errorf("%s: %w", k.Algorithm(), ErrKey)
}
