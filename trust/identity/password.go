package identity

import (
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The length of passwords, characters. SP 800-63B-4 §3.1.1.2 wants fifteen of one that
// stands alone and eight beside a second factor; twelve together with pauses and the list is
// between them. What is longer than the most is refused, never cut.
const (
	LeastPassword = 12
	MostPassword  = 256
)

// Cost is what a guess costs.
type Cost struct {
	Passes  uint32
	Memory  uint32 // KiB
	Threads uint8
}

// Standard is the second recommended option of RFC 9106 §4: three passes over 64 MiB in four
// lanes.
var Standard = Cost{Passes: 3, Memory: 64 << 10, Threads: 4}

const (
	saltBytes = 16 // RFC 9106 §3.1
	hashBytes = 32
)

// ErrHash is a kept password that cannot be read.
var ErrHash = errors.New("not a password kept by argon2id")

// HashPassword makes of a password what is kept of it, in the PHC string format.
func HashPassword(random io.Reader, password string, c Cost) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads,
		b.EncodeToString(salt), b.EncodeToString(c.hash(password, salt, hashBytes))), nil
}

func (c Cost) hash(password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.Memory, c.Threads, n)
}

// VerifyPassword says whether a password is the one that was kept, and whether it was kept at
// another cost than now's, so that it should be kept anew. ErrHash where it cannot be read.
func VerifyPassword(kept, password string, now Cost) (right, stale bool, err error) {
	part := strings.Split(kept, "$")
	var c Cost
	var version int
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" {
		return false, false, ErrHash
	}
	if n, err := fmt.Sscanf(part[2], "v=%d", &version); n != 1 || err != nil || version != argon2.Version {
		return false, false, ErrHash
	}
	if n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); n != 3 || err != nil ||
		c.Passes < 1 || c.Threads < 1 || c.Memory > 1<<20 || c.Passes > 100 {
		return false, false, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(part[4])
	want, err2 := base64.RawStdEncoding.Strict().DecodeString(part[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(want) < 16 || len(want) > 64 {
		return false, false, ErrHash
	}
	right = subtle.ConstantTimeCompare(c.hash(password, salt, uint32(len(want))), want) == 1
	return right, c != now, nil
}

//go:embed common.txt
var commonText string

var common = strings.Fields(commonText)

// CheckPassword refuses a password that is too short or long, or that a guesser tries early:
// a common one, a sequence, one of few characters, one made of the names that belong to it.
func CheckPassword(password string, names ...string) error {
	p := norm.NFKC.String(password)
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(password):
		return fault("password-text")
	case n < LeastPassword:
		return fault("password-short", "least", fmt.Sprint(LeastPassword), "length", fmt.Sprint(n))
	case n > MostPassword:
		return fault("password-long", "most", fmt.Sprint(MostPassword))
	}
	p = strings.ToLower(p)
	if distinct(p) < 5 {
		return fault("password-monotone")
	}
	if rest := withoutRuns(p); utf8.RuneCountInString(rest) < 4 {
		return fault("password-sequence")
	}
	rest := p
	for _, word := range common {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if utf8.RuneCountInString(withoutRuns(rest)) < 4 {
		return fault("password-common")
	}
	for _, name := range names {
		name = Fold(name)
		if utf8.RuneCountInString(name) >= 2 && strings.Contains(p, name) && utf8.RuneCountInString(strings.ReplaceAll(p, name, "")) < LeastPassword/2 {
			return fault("password-name")
		}
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// withoutRuns takes out of a text what goes on by the same step for four characters or more:
// 1234, dcba, 0000.
func withoutRuns(s string) string {
	r := []rune(s)
	var out []rune
	for i := 0; i < len(r); {
		j := i + 1
		if j < len(r) {
			step := r[j] - r[i]
			for step >= -1 && step <= 1 && j+1 < len(r) && r[j+1]-r[j] == step {
				j++
			}
			if step >= -1 && step <= 1 && j-i >= 3 {
				i = j + 1
				continue
			}
		}
		out = append(out, r[i])
		i++
	}
	return string(out)
}
