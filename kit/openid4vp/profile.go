package openid4vp

import (
	"fmt"
	"slices"

	"conurb/kit/jws"
)

// Response modes that are spoken.
const (
	DirectPost    = "direct_post"
	DirectPostJWT = "direct_post.jwt"
)

// Prefixes of client_id that are understood (§5.9.3).
const (
	PrefixHash     = "x509_hash"
	PrefixDNS      = "x509_san_dns"
	PrefixRedirect = "redirect_uri"
)

// Profile is a set of rules narrower than the text.
type Profile struct {
	Name        string
	Prefixes    []string
	Modes       []string
	Algorithms  []jws.Algorithm // of request objects
	ByReference bool            // only with request_uri
}

// Open is what this package speaks of the text. SM2 is in no standard of JOSE: both ends must
// have agreed on it, and X.509 has no name for its keys here.
var Open = Profile{
	Name: "OpenID4VP 1.0", Prefixes: []string{PrefixHash, PrefixDNS, PrefixRedirect},
	Modes: []string{DirectPost, DirectPostJWT}, Algorithms: []jws.Algorithm{jws.ES256, jws.EdDSA},
}

// HAIP is the OpenID4VC High Assurance Interoperability Profile 1.0 (§5, §5.1, §7).
var HAIP = Profile{
	Name: "HAIP 1.0", Prefixes: []string{PrefixHash},
	Modes: []string{DirectPostJWT}, Algorithms: []jws.Algorithm{jws.ES256}, ByReference: true,
}

// permits holds a request to the profile.
func (p Profile) permits(prefix, mode string) *Refusal {
	if !slices.Contains(p.Prefixes, prefix) {
		return refuse(CodeProfile, "client_id", fmt.Errorf("%s permits no prefix %q", p.Name, prefix))
	}
	if !slices.Contains(p.Modes, mode) {
		return refuse(CodeProfile, "response_mode", fmt.Errorf("%s permits no response mode %q", p.Name, mode))
	}
	return nil
}
