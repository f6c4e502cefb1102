package httpsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"

	"github.com/dunglas/httpsfv"
)

// Digest is the value of Content-Digest (RFC 9530 §2) for a body, by SHA-256.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	d := httpsfv.NewDictionary()
	d.Add("sha-256", httpsfv.NewItem(sum[:]))
	s, err := httpsfv.Marshal(d)
	if err != nil {
		panic(err) // 32 bytes under a fixed name
	}
	return s
}

// CheckDigest holds the body to Content-Digest: every digest by SHA-256 and SHA-512 has to
// fit, and there has to be one. Other algorithms are passed over (RFC 9530 §5).
func CheckDigest(m *Message) error {
	lines := m.Get("Content-Digest")
	if len(lines) == 0 {
		return refuse(NoDigest, "")
	}
	d, err := dictionary(lines)
	if err != nil {
		return refuse(Malformed, "Content-Digest: "+err.Error())
	}
	strong := false
	for _, name := range d.Names() {
		var sum []byte
		switch name {
		case "sha-256":
			s := sha256.Sum256(m.Body)
			sum = s[:]
		case "sha-512":
			s := sha512.Sum512(m.Body)
			sum = s[:]
		default:
			continue
		}
		strong = true
		member, _ := d.Get(name)
		item, ok := member.(httpsfv.Item)
		got, isBytes := item.Value.([]byte)
		if !ok || !isBytes {
			return refuse(Malformed, "Content-Digest: "+name)
		}
		if !bytes.Equal(got, sum) {
			return refuse(OtherBody, name)
		}
	}
	if !strong {
		return refuse(WeakDigest, d.Names()[0])
	}
	return nil
}
