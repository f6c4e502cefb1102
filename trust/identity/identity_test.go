package identity_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	. "conurb/trust/identity"
	"conurb/trust/rights"
)

var cheap = Cost{Passes: 1, Memory: 64, Threads: 1}

func code(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	if err != nil {
		return "?" + err.Error()
	}
	return ""
}

func TestPasswords(t *testing.T) {
	for _, c := range []struct{ password, want string }{
		{"correct horse battery", ""},
		{"kettle7Harbour", ""},
		{"月亮湖边的旧木船晒着渔网呢", ""},
		{"elevenchars", "password-short"},
		{"", "password-short"},
		{"木船木船木船木船木船木船", "password-monotone"},
		{"aaaaaaaaaaaaaaaa", "password-monotone"},
		{"123456789012", "password-sequence"},
		{"abcdefghijklmnop", "password-sequence"},
		{"zyxwvutsrqponm", "password-sequence"},
		{"password12345678", "password-common"},
		{"Password!2024", ""}, // a rule that would refuse this would refuse by kinds of characters
		{"passwordpassword", "password-common"},
		{"QWERTYuiop123", "password-common"},
		{"changsha123456", "password-common"},
		{"我爱你我爱你长沙长沙密码", "password-common"},
		{"wang.li@office1", "password-name"},
		{"\xff\xfe aaaaaaaaaaaaaaa", "password-text"},
		{strings.Repeat("kettle harbour ", 18), "password-long"},
		{strings.Repeat("kettle harbour ", 17), ""},
	} {
		if got := code(CheckPassword(c.password, "wang.li@office")); got != c.want {
			t.Errorf("%q: %q, want %q", c.password, got, c.want)
		}
	}
}

func TestAPasswordVerifiesAndNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		kept, err := HashPassword(rand.Reader, a, cheap)
		if err != nil {
			t.Fatal(err)
		}
		if ok, stale, err := VerifyPassword(kept, a, cheap); !ok || stale || err != nil {
			t.Fatalf("%q: %v %v %v", a, ok, stale, err)
		}
		if _, stale, err := VerifyPassword(kept, a, Standard); !stale || err != nil {
			t.Fatalf("kept at another cost: %v %v", stale, err)
		}
		if ok, _, err := VerifyPassword(kept, b, cheap); err != nil || ok != (norm.NFKC.String(a) == norm.NFKC.String(b)) {
			t.Fatalf("%q for %q: %v %v", b, a, ok, err)
		}
	})
}

// Composed and decomposed letters are the same letters (SP 800-63B-4 §3.1.1.2 on NFKC).
func TestAPasswordIsNormalised(t *testing.T) {
	kept, err := HashPassword(rand.Reader, "caf\u00e9 au lait ici", cheap)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := VerifyPassword(kept, "cafe\u0301 au lait ici", cheap); !ok {
		t.Error("the decomposed form is refused")
	}
}

// What the reference program of the Password Hashing Competition prints:
// argon2 "somesalt" -id -t 2 -m 16 -p 1 -l 32, of its README and test.c.
func TestTheReferenceVector(t *testing.T) {
	const kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, _, err := VerifyPassword(kept, "password", Standard)
	if err != nil || !ok {
		t.Fatalf("%v %v", ok, err)
	}
	if got := hex.EncodeToString(argon2.IDKey([]byte("password"), []byte("somesalt"), 2, 65536, 1, 32)); got != "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7" {
		t.Error(got)
	}
}

func TestKeptPasswordsThatAreNone(t *testing.T) {
	for _, kept := range []string{"", "x", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=18$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=99999999,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=64,t=1,p=1$$AAAA"} {
		if ok, _, err := VerifyPassword(kept, "password", cheap); ok || !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v %v", kept, ok, err)
		}
	}
}

func TestPauses(t *testing.T) {
	start := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	var tries Tries
	var got []time.Duration
	now := start
	for range 16 {
		got = append(got, PerAccount.Wait(tries, now))
		now = now.Add(got[len(got)-1])
		tries = PerAccount.After(tries, now)
	}
	for i, want := range []time.Duration{0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900} {
		if got[i] != want*time.Second {
			t.Errorf("try %d waits %v, want %vs", i+1, got[i], int(want))
		}
	}
	if w := PerAccount.Wait(tries, now.Add(24*time.Hour)); w != 0 {
		t.Errorf("after a day it still waits %v", w)
	}
}

// However many wrong ones: one waits for no more than the longest pause.
func TestNobodyIsShutOutForGood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]Rule{PerAccount, PerAddress}).Draw(t, "rule")
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		tries := Tries{rapid.IntRange(0, 1<<40).Draw(t, "count"), now.Add(-time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "ago")))}
		w := r.Wait(tries, now)
		if w < 0 || w > r.Longest {
			t.Fatalf("waits %v", w)
		}
		if r.Wait(tries, now.Add(w)) != 0 {
			t.Fatalf("after %v it waits again", w)
		}
		if more := r.After(tries, now); r.Wait(more, now) < w && now.Sub(tries.Last) < r.Forget {
			t.Fatalf("a wrong one more shortens the pause")
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name        string
		kind        rights.Kind
		seen, asked time.Duration
		over        bool
	}{
		{"staff at work", rights.Staff, 0, 29 * time.Minute, false},
		{"staff at lunch", rights.Staff, 0, 30 * time.Minute, true},
		{"citizen at lunch", rights.Citizen, 0, 30 * time.Minute, false},
		{"citizen away", rights.Citizen, 0, 2 * time.Hour, true},
		{"staff all day", rights.Staff, 11*time.Hour + 55*time.Minute, 11*time.Hour + 59*time.Minute, false},
		{"staff after twelve hours", rights.Staff, 11*time.Hour + 59*time.Minute, 12 * time.Hour, true},
	} {
		s := Session{Begun: at, Seen: at.Add(c.seen)}
		if got := s.Over(c.kind, at.Add(c.asked)); got != c.over {
			t.Errorf("%s: over is %v", c.name, got)
		}
	}
}

func TestSecrets(t *testing.T) {
	a, hash, err := NewSecret(rand.Reader)
	b, _, err2 := NewSecret(rand.Reader)
	if err != nil || err2 != nil || a == b || len(a) != 43 || hash != HashSecret(a) || strings.Contains(hash, a) {
		t.Errorf("%q %q %q", a, b, hash)
	}
	if _, _, err := NewSecret(strings.NewReader("short")); err == nil {
		t.Error("a secret of too few random bits")
	}
}

func TestAccounts(t *testing.T) {
	good := Account{Login: "wang.li", Name: "王丽", Kind: rights.Staff, City: "changsha", Roles: []rights.Role{{Name: rights.Issuer, City: "changsha"}}}
	for _, c := range []struct {
		want  string
		alter func(*Account)
	}{
		{"", func(*Account) {}},
		{"", func(a *Account) { a.Login = "王丽" }},
		{"login", func(a *Account) { a.Login = "Wang.Li" }},
		{"login", func(a *Account) { a.Login = "wang li" }},
		{"login", func(a *Account) { a.Login = "" }},
		{"login", func(a *Account) { a.Login = strings.Repeat("a", 65) }},
		{"name", func(a *Account) { a.Name = " " }},
		{"name", func(a *Account) { a.Name = "a\nb" }},
		{"kind", func(a *Account) { a.Kind = rights.Machine }},
		{"city", func(a *Account) { a.City = "" }},
		{"holder", func(a *Account) { a.HolderCode = "1" }},
		{"no-holder", func(a *Account) { a.Kind, a.Roles = rights.Citizen, nil }},
		{"roles", func(a *Account) { a.Kind, a.HolderKind, a.HolderCode = rights.Citizen, "111", "1" }},
		{"role", func(a *Account) { a.Roles = []rights.Role{{Name: "king", City: "changsha"}} }},
		{"role-city", func(a *Account) { a.Roles = []rights.Role{{Name: rights.Issuer, City: "zhuzhou"}} }},
	} {
		a := good
		c.alter(&a)
		if got := code(a.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", a, got, c.want)
		}
	}
}

func TestRolesAreReadAsTheyAreWritten(t *testing.T) {
	for _, text := range []string{"issuer", "issuer:11430100006127328X", "issuer::t1+t2", "clerk:A:t1", "trust-officer"} {
		r, err := ParseRole(text, "changsha")
		if err != nil || RoleText(r) != text || r.City != "changsha" {
			t.Errorf("%s: %+v %v", text, r, err)
		}
	}
	for _, text := range []string{"", "king", "issuer::t1++t2", " issuer"} {
		if _, err := ParseRole(text, "changsha"); err == nil {
			t.Errorf("%q: taken", text)
		}
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password")
	f.Fuzz(func(t *testing.T, kept, password string) {
		if len(kept) > 200 || strings.Contains(kept, "m=") && !strings.Contains(kept, "m=64,t=1,p=1$") {
			return // not slow ones
		}
		_, _, _ = VerifyPassword(kept, password, cheap)
	})
}
