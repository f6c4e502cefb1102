package httpsig

import (
	"slices"
	"time"
)

// The codes of refusals.
const (
	NoSignature = "no-signature" // none that carries the tag
	Ambiguous   = "ambiguous"    // more than one that does
	Malformed   = "malformed"
	NotCovered  = "not-covered" // a required component is not signed
	NotDerived  = "not-derived" // a signed component is not in the message
	NoCreated   = "no-created"
	NoExpires   = "no-expires"
	NoNonce     = "no-nonce"
	TooOld      = "too-old"
	Future      = "future"
	Expired     = "expired"
	UnknownKey  = "unknown-key"
	Weak        = "weak-algorithm" // not on the list
	OtherAlg    = "other-algorithm"
	NoDigest    = "no-digest"
	WeakDigest  = "weak-digest"
	OtherBody   = "other-body"
	Forged      = "forged"
)

// Refusal says why a message is not taken.
type Refusal struct {
	Code   string
	Detail string // technical, not for people
}

// Error is for logs.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "http signature: " + r.Code
	}
	return "http signature: " + r.Code + ": " + r.Detail
}

func refuse(code, detail string) error { return &Refusal{code, detail} }

// Rules are what a verifier demands.
type Rules struct {
	Tag        string        // of the signature that counts; empty: there must be one only
	Require    []string      // components that have to be signed
	Algorithms []string      // that are taken; none if empty
	MaxAge     time.Duration // of a signature; 0 demands no moment
	Expires    bool          // whether it has to say when it ends
	Nonce      bool          // whether it has to carry one
	Skew       time.Duration // how far the two clocks may stand apart
}

// Node are the rules between nodes: everything that says what is asked of whom, the
// body by its digest, at most five minutes old, clocks at most one minute apart.
var Node = Rules{
	Tag:        "conurb-node",
	Require:    []string{"@method", "@authority", "@request-target", "content-type", "content-digest"},
	Algorithms: []string{Ed25519, P256, SM2},
	MaxAge:     5 * time.Minute, Expires: true, Nonce: true, Skew: time.Minute,
}

// Window is for how long after its creation a signature can be taken: what has been seen
// must be remembered that long.
func (r Rules) Window() time.Duration { return r.MaxAge + r.Skew }

// Verify takes a message whose signature fulfils the rules, and returns the signature.
// Whether its nonce was seen before is for the caller to know. Refusals are *Refusal.
func (r Rules) Verify(m *Message, now time.Time, key func(keyID string) (Key, bool)) (*Signature, error) {
	s, err := r.choose(m)
	if err != nil {
		return nil, err
	}
	for _, c := range r.Require {
		if !s.Covers(c) {
			return nil, refuse(NotCovered, c)
		}
	}
	if err := r.moment(s, now); err != nil {
		return nil, err
	}
	k, ok := key(s.KeyID)
	if !ok {
		return nil, refuse(UnknownKey, s.KeyID)
	}
	if !slices.Contains(r.Algorithms, k.Algorithm()) {
		return nil, refuse(Weak, k.Algorithm())
	}
	if s.Alg != "" && s.Alg != k.Algorithm() {
		return nil, refuse(OtherAlg, s.Alg)
	}
	base, err := s.Base(m)
	if err != nil {
		return nil, refuse(NotDerived, err.Error())
	}
	if !k.Verify([]byte(base), s.Value) {
		return nil, refuse(Forged, "")
	}
	if s.Covers("content-digest") {
		if err := CheckDigest(m); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (r Rules) choose(m *Message) (*Signature, error) {
	all, err := Signatures(m)
	if err != nil {
		return nil, refuse(Malformed, err.Error())
	}
	var chosen *Signature
	for _, s := range all {
		if r.Tag != "" && s.Tag != r.Tag {
			continue
		}
		if chosen != nil {
			return nil, refuse(Ambiguous, chosen.Label+", "+s.Label)
		}
		chosen = s
	}
	if chosen == nil {
		return nil, refuse(NoSignature, r.Tag)
	}
	return chosen, nil
}

func (r Rules) moment(s *Signature, now time.Time) error {
	switch {
	case r.MaxAge > 0 && s.Created.IsZero():
		return refuse(NoCreated, "")
	case r.Expires && s.Expires.IsZero():
		return refuse(NoExpires, "")
	case r.Nonce && s.Nonce == "":
		return refuse(NoNonce, "")
	case s.Created.After(now.Add(r.Skew)):
		return refuse(Future, s.Created.Format(time.RFC3339))
	case r.MaxAge > 0 && now.Sub(s.Created) > r.Window():
		return refuse(TooOld, s.Created.Format(time.RFC3339))
	case !s.Expires.IsZero() && (now.After(s.Expires.Add(r.Skew)) || s.Expires.Before(s.Created)):
		return refuse(Expired, s.Expires.Format(time.RFC3339))
	}
	return nil
}
