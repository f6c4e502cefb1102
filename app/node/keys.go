package node

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"conurb/kit/jws"
	"conurb/kit/keyfile"
	"conurb/kit/x5c"
)

// The purposes of keys: the names of their files begin so.
const (
	Voice    = "voice"    // speaks for the node: messages, its part of the trust list, its card
	Licences = "licences" // signs licences and status lists
	Asks     = "asks"     // signs requests to wallets, with a certificate
)

// Purposes lists them.
var Purposes = []string{Voice, Licences, Asks}

// The refusals of keys.
var (
	ErrMode  = errors.New("others may read the key file")
	ErrNoKey = errors.New("the node has no such key")
)

// keysFolder is where the keys of a node are, below its folder.
const keysFolder = "keys"

func keyName(purpose string, n int) string { return fmt.Sprintf("%s-%d", purpose, n) }

func keyPath(dir, purpose string, n int) string {
	return filepath.Join(dir, keysFolder, keyName(purpose, n)+".key")
}

// makeKey makes the n-th key of a purpose; its file is written before anybody is told.
func makeKey(dir, purpose string, n int, suite jws.Algorithm, passphrase string) (*jws.Private, error) {
	if err := os.MkdirAll(filepath.Join(dir, keysFolder), 0o700); err != nil {
		return nil, err
	}
	key, err := jws.Generate(suite, rand.Reader)
	if err != nil {
		return nil, err
	}
	b, err := keyfile.Write(rand.Reader, key, keyName(purpose, n), passphrase)
	if err != nil {
		return nil, err
	}
	return key, newFile(keyPath(dir, purpose, n), b)
}

// nextKey makes the n-th key of a purpose, or takes the one that a change of keys made before
// it was cut off: nobody was told of that.
func nextKey(dir, purpose string, n int, suite jws.Algorithm, passphrase string) (*jws.Private, error) {
	key, err := readKey(dir, purpose, n, passphrase)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return makeKey(dir, purpose, n, suite, passphrase)
	case err != nil:
		return nil, err
	case key.Public().Algorithm() == suite:
		return key, nil
	}
	if err := os.Remove(keyPath(dir, purpose, n)); err != nil {
		return nil, err
	}
	return makeKey(dir, purpose, n, suite, passphrase)
}

// readKey reads the n-th key of a purpose.
func readKey(dir, purpose string, n int, passphrase string) (*jws.Private, error) {
	file := keyPath(dir, purpose, n)
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", file, ErrMode)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	key, _, err := keyfile.Read(b, passphrase)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// readKeys reads all keys of a purpose, oldest first.
func readKeys(dir, purpose, passphrase string) (list []*jws.Private, err error) {
	for n := 1; ; n++ {
		key, err := readKey(dir, purpose, n, passphrase)
		if errors.Is(err, os.ErrNotExist) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, key)
	}
}

// Years of certificates: the anchor's is as long as cards are likely to keep it.
const (
	anchorYears = 10
	leafYears   = 2
)

// Certificate is a certificate with the anchor that is above it.
type Certificate struct{ Leaf, Anchor *x509.Certificate }

func certificatePath(dir string, n int) string {
	return filepath.Join(dir, keysFolder, keyName(Asks, n)+".pem")
}

// makeCertificate makes an anchor, and below it the certificate of a key for a host. The
// anchor's own key is thrown away: it signs once.
func makeCertificate(dir string, n int, key *jws.Private, name, address string, now time.Time) (c Certificate, err error) {
	above, err := jws.Generate(jws.ES256, rand.Reader)
	if err != nil {
		return c, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return c, err
	}
	from := now.Add(-time.Hour)
	if c.Anchor, err = x5c.Anchor(rand.Reader, above, "conurb "+name+" anchor", from, now.AddDate(anchorYears, 0, 0)); err != nil {
		return c, err
	}
	if c.Leaf, err = x5c.Signer(rand.Reader, c.Anchor, above, key.Public(), "conurb "+name, []string{u.Hostname()}, from, now.AddDate(leafYears, 0, 0)); err != nil {
		return c, err
	}
	var text []byte
	for _, one := range []*x509.Certificate{c.Leaf, c.Anchor} {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: one.Raw})...)
	}
	return c, newFile(certificatePath(dir, n), text)
}

// nextCertificate makes a certificate anew where one was left of a change that was cut off.
func nextCertificate(dir string, n int, key *jws.Private, name, address string, now time.Time) (Certificate, error) {
	if err := os.Remove(certificatePath(dir, n)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Certificate{}, err
	}
	return makeCertificate(dir, n, key, name, address, now)
}

func readCertificate(dir string, n int) (c Certificate, err error) {
	b, err := os.ReadFile(certificatePath(dir, n))
	if err != nil {
		return c, err
	}
	for _, to := range []**x509.Certificate{&c.Leaf, &c.Anchor} {
		block, rest := pem.Decode(b)
		if block == nil {
			return c, fmt.Errorf("%s: a certificate and its anchor: %w", certificatePath(dir, n), ErrNoKey)
		}
		if *to, err = x509.ParseCertificate(block.Bytes); err != nil {
			return c, fmt.Errorf("%s: %w", certificatePath(dir, n), err)
		}
		b = rest
	}
	return c, nil
}
