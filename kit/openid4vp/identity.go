package openid4vp

import (
	"net/netip"
	"net/url"
	"strings"

	"conurb/kit/x5c"
)

// HashID is the client_id of whoever signs with a certificate.
func HashID(chain x5c.Chain) string { return PrefixHash + ":" + chain.Hash() }

// split takes a client_id apart at its first colon (§5.9.1).
func split(clientID string) (prefix, rest string, ok bool) {
	prefix, rest, ok = strings.Cut(clientID, ":")
	return prefix, rest, ok && rest != ""
}

// place reads the address of an endpoint: https, or http to the same machine.
func place(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || strings.Contains(text, "#") {
		return nil, false
	}
	return u, u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// safe tells whether a nonce or state has only the characters it may have (§5.2, §5.3).
func safe(s string) bool {
	return s != "" && len(s) <= 512 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r))
	})
}
