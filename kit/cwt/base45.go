package cwt

import (
	"errors"
	"strings"
)

// ErrBase45 tells that a text is not Base45.
var ErrBase45 = errors.New("not Base45")

// alphabet is that of RFC 9285 §4: what a QR code holds in 5.5 bits a character.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// Base45 writes bytes for a QR code (RFC 9285 §4): two bytes in three characters.
func Base45(b []byte) string {
	var out strings.Builder
	out.Grow((len(b)*3 + 1) / 2)
	for ; len(b) > 1; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out.WriteByte(alphabet[n%45])
		out.WriteByte(alphabet[n/45%45])
		out.WriteByte(alphabet[n/2025])
	}
	if len(b) == 1 {
		out.WriteByte(alphabet[b[0]%45])
		out.WriteByte(alphabet[b[0]/45])
	}
	return out.String()
}

// FromBase45 reads them. Small letters, and groups beyond what bytes give, are refused:
// every text that is read is the one that Base45 writes.
func FromBase45(s string) ([]byte, error) {
	if len(s)%3 == 1 {
		return nil, ErrBase45
	}
	out := make([]byte, 0, len(s)*2/3+1)
	for len(s) > 0 {
		n, scale, width := 0, 1, min(3, len(s))
		for i := range width {
			v := strings.IndexByte(alphabet, s[i])
			if v < 0 {
				return nil, ErrBase45
			}
			n += v * scale
			scale *= 45
		}
		switch {
		case width == 3 && n < 1<<16:
			out = append(out, byte(n>>8), byte(n))
		case width == 2 && n < 1<<8:
			out = append(out, byte(n))
		default:
			return nil, ErrBase45
		}
		s = s[width:]
	}
	return out, nil
}
