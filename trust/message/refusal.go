package message

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"conurb/kit/strictjson"
)

// The codes of refusals; words are "message.refusal.<code>" and its ".remedy".
const (
	Oversized    = "oversized"     // bytes, most
	Deep         = "deep"          // most
	Malformed    = "malformed"     // detail
	NotCanonical = "not-canonical" // the text is not the one that its digest and signature are of
	Field        = "field"         // field, text: not of its form
	OtherDigest  = "other-digest"  // the body is not the one that was signed
	NotForMe     = "not-for-me"    // to, me
	UnknownNode  = "unknown-node"  // from
	UnknownKey   = "unknown-key"   // key
	KeyExpired   = "key-expired"   // from, key
	KeyRevoked   = "key-revoked"   // from, key
	Forged       = "forged"        // from
	TooOld       = "too-old"       // made
	Future       = "future"        // made
	IDTaken      = "id-taken"      // id: of another message
	Taken        = "taken"         // case, sequence: of another message
	TooFar       = "too-far"       // case, sequence, next
	Transport    = "transport"     // detail: the signature of the request; see httpsig
	OtherSender  = "other-sender"  // from, signer: the request was signed by another node
	Replayed     = "replayed"      // the request was here before
	Undelivered  = "undelivered"   // days: not taken in all that time
	Unhandled    = "unhandled"     // detail: taken, but what it asks for could not be done
)

// Codes lists them.
var Codes = []string{
	Oversized, Deep, Malformed, NotCanonical, Field, OtherDigest, NotForMe, UnknownNode, UnknownKey, KeyExpired, KeyRevoked, Forged,
	TooOld, Future, IDTaken, Taken, TooFar, Transport, OtherSender, Replayed, Undelivered, Unhandled,
}

// passing are refusals that time heals: of a request, not of the message in it; of a key
// that the other node has yet to learn; of a clock that runs ahead.
var passing = []string{Transport, Replayed, UnknownKey, Future, TooFar}

// Passing tells whether it is worth sending the same message again.
func Passing(code string) bool { return slices.Contains(passing, code) }

// Refusal says why a message is not taken.
type Refusal struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Error is for logs.
func (r *Refusal) Error() string {
	s := "message: " + r.Code
	for _, k := range slices.Sorted(maps.Keys(r.Args)) {
		s += " " + k + "=" + r.Args[k]
	}
	return s
}

// MaxRefusal bounds what another node may say of a refusal, in bytes.
const MaxRefusal = 4 << 10

// ReadAnswer reads what another node said of a message that it did not take, as JSON of a
// Refusal. What is none, or has a code that is not known here, counts as no answer.
func ReadAnswer(raw []byte) Answer {
	_, err := strictjson.DecodeObject(raw, strictjson.Limits{Bytes: MaxRefusal, Depth: 2})
	r := new(Refusal)
	if err == nil {
		err = json.Unmarshal(raw, r)
	}
	switch {
	case err != nil:
		return Answer{Unreachable: "not a refusal: " + err.Error()}
	case !slices.Contains(Codes, r.Code):
		return Answer{Unreachable: fmt.Sprintf("not a refusal: code %.40q", r.Code)}
	}
	return Answer{Refused: r}
}

// refuse takes the arguments as pairs.
func refuse(code string, pairs ...string) error {
	r := &Refusal{Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

// NoEffect refuses a message that can have no effect here; detail is for the person whom it waits for.
func NoEffect(detail string) *Refusal {
	return &Refusal{Code: Unhandled, Args: map[string]string{"detail": detail}}
}
