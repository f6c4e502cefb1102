package x5c

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// Limits of what is read.
const (
	MostCertificates = 6
	MostBytes        = 16 << 10 // of one certificate
	MostRSA          = 4096     // bits: a stranger's key must not keep a reader busy
)

// The refusals.
var (
	ErrForm       = errors.New("x5c is not a list of certificates")
	ErrKey        = errors.New("the certificate's key is none for ES256 or EdDSA")
	ErrSelfSigned = errors.New("the certificate is self-signed")
	ErrAnchor     = errors.New("an anchor stands in the chain")
	ErrOrder      = errors.New("a certificate is not certified by the next one")
	ErrUse        = errors.New("the certificate is not for signing")
	ErrTime       = errors.New("a certificate is expired or not yet valid")
	ErrUntrusted  = errors.New("no anchor certified the chain")
)

// Chain is certificates, the signer's first.
type Chain []*x509.Certificate

// Read reads the chain in a header.
func Read(header strictjson.Object) (Chain, error) {
	list, ok := header["x5c"].([]any)
	if !ok || len(list) == 0 || len(list) > MostCertificates {
		return nil, fmt.Errorf("%d certificates: %w", len(list), ErrForm)
	}
	chain := make(Chain, len(list))
	for i, v := range list {
		text, ok := v.(string)
		if !ok || len(text) > base64.StdEncoding.EncodedLen(MostBytes) || strings.ContainsAny(text, "\r\n") {
			return nil, fmt.Errorf("certificate %d: %w", i+1, ErrForm)
		}
		der, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", i+1, ErrForm)
		}
		if chain[i], err = x509.ParseCertificate(der); err != nil {
			return nil, fmt.Errorf("certificate %d: %w: %w", i+1, ErrForm, err)
		}
		if k, ok := chain[i].PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > MostRSA {
			return nil, fmt.Errorf("certificate %d: RSA of %d bits: %w", i+1, k.N.BitLen(), ErrForm)
		}
	}
	return chain, nil
}

// Header is the chain as a header has it.
func (c Chain) Header() []any {
	out := make([]any, len(c))
	for i, one := range c {
		out[i] = base64.StdEncoding.EncodeToString(one.Raw)
	}
	return out
}

// Hash is SHA-256 of the signer's certificate in base64url, as x509_hash has it (OpenID4VP
// 1.0 §5.9.3).
func (c Chain) Hash() string {
	sum := sha256.Sum256(c[0].Raw)
	return jws.Encode(sum[:])
}

// Named tells whether a DNS name stands in the signer's certificate as it is written;
// wildcards do not count.
func (c Chain) Named(dns string) bool {
	return dns != "" && !strings.Contains(dns, "*") && slices.ContainsFunc(c[0].DNSNames, func(n string) bool { return strings.EqualFold(n, dns) })
}

// AuthorityKeys are the key identifiers of those who certified the certificates, in
// base64url (aki, OpenID4VP 1.0 §6.1.1.1).
func (c Chain) AuthorityKeys() []string {
	var out []string
	for _, one := range c {
		if len(one.AuthorityKeyId) > 0 {
			out = append(out, jws.Encode(one.AuthorityKeyId))
		}
	}
	return out
}

// Verify holds the chain to anchors, now, and returns the key that signs.
func (c Chain) Verify(anchors []*x509.Certificate, now time.Time) (jws.Public, error) {
	if len(c) == 0 {
		return jws.Public{}, ErrForm
	}
	leaf := c[0]
	if selfSigned(leaf) {
		return jws.Public{}, ErrSelfSigned
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, a := range anchors {
		if slices.ContainsFunc(c, a.Equal) {
			return jws.Public{}, ErrAnchor
		}
		roots.AddCert(a)
	}
	for i, one := range c[1:] {
		if selfSigned(one) {
			return jws.Public{}, ErrAnchor
		}
		if err := c[i].CheckSignatureFrom(one); err != nil {
			return jws.Public{}, fmt.Errorf("certificate %d: %w: %w", i+1, ErrOrder, err)
		}
		between.AddCert(one)
	}
	if leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return jws.Public{}, ErrUse
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return jws.Public{}, fmt.Errorf("%w: %w", ErrTime, err)
	case err != nil:
		return jws.Public{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	return Key(leaf)
}

func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// Key is the key of a certificate.
func Key(c *x509.Certificate) (jws.Public, error) {
	switch k := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		b, err := k.Bytes()
		if err != nil || k.Curve != elliptic.P256() {
			return jws.Public{}, ErrKey
		}
		return jws.JWK{Kty: "EC", Crv: "P-256", X: jws.Encode(b[1:33]), Y: jws.Encode(b[33:])}.Public()
	case ed25519.PublicKey:
		return jws.JWK{Kty: "OKP", Crv: "Ed25519", X: jws.Encode(k)}.Public()
	}
	return jws.Public{}, ErrKey
}
