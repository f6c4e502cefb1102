package recognition

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// The kinds of messages.
const (
	KindProposal  = "trust.proposal"
	KindSignature = "trust.signature"
	KindRefused   = "trust.refused"
	KindWithdrawn = "trust.withdrawn"
	KindPublished = "trust.published" // from the office
	KindSeen      = "trust.seen"      // from a city: which list it has
)

var kinds = map[string]string{
	trustlist.StepProposed: KindProposal, trustlist.StepSigned: KindSignature,
	trustlist.StepRefused: KindRefused, trustlist.StepWithdrawn: KindWithdrawn,
}

// listCase keeps messages about versions in order; those about a proposal have a case of
// their own.
const listCase = "trust-list"

// Said is the body of a message about a proposal.
type Said struct {
	Proposal trustlist.Signed `json:"proposal"`
	Reason   string           `json:"reason,omitempty"`
}

// Head is the body of a message about a version of the list.
type Head struct {
	Version int    `json:"version"`
	Digest  string `json:"digest"`
}

// Why a message has no effect, as the detail of message.Unhandled.
const (
	NotForm   = "not of its form"
	NotParty  = "the sender has no say in it"
	NotHere   = "it is not this node's affair"
	BadSigned = "a signature is not good"
)

// Handlers are the effects of messages, by kind. Each runs in the deed in which it is noted
// that the message had its effect; hearing the same twice changes nothing.
func (k *Desk) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	all := map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error{KindPublished: k.hearHead, KindSeen: k.hearHead}
	for action, kind := range kinds {
		all[kind] = func(_ context.Context, d *store.Deed, m message.Sealed) error { return k.hearStep(d, m, action) }
	}
	return all
}

func unhandled(detail string, more ...string) *message.Refusal {
	return message.NoEffect(strings.Join(append([]string{detail}, more...), ": "))
}

// hearStep hears that another node did something to a proposal.
func (k *Desk) hearStep(d *store.Deed, m message.Sealed, action string) error {
	var said Said
	from := trustlist.Party(m.Envelope.From)
	if err := body(m, &said); err != nil {
		return unhandled(NotForm, err.Error())
	}
	if err := said.Proposal.Hold(k.Keys()); err != nil {
		return unhandled(BadSigned, err.Error())
	}
	if no := k.mayDo(from, action, said); no != nil {
		return no
	}
	old, _, err := d.TrustProposal(said.Proposal.Change.ID())
	if err != nil {
		return err
	}
	next, news := old.Take(said.Proposal, trustlist.Step{Action: action, Party: from, Reason: said.Reason})
	if !news {
		return nil
	}
	return k.keep(d, &next, nil)
}

// mayDo holds what a node says it did to what it may do.
func (k *Desk) mayDo(from trustlist.Party, action string, said Said) *message.Refusal {
	s := said.Proposal
	may := false
	switch action {
	case trustlist.StepProposed, trustlist.StepWithdrawn:
		may = from == s.Change.By
	case trustlist.StepSigned:
		may = s.Signatures[from] != ""
	case trustlist.StepRefused:
		may = mayRefuse(from, s)
	}
	ending := action == trustlist.StepRefused || action == trustlist.StepWithdrawn
	switch {
	case !may:
		return unhandled(NotParty, string(from), action)
	case !k.office() && !slices.Contains(s.Signers(), k.Me):
		return unhandled(NotHere, string(k.Me))
	case ending != (said.Reason != ""):
		return unhandled(NotForm, "reason")
	case ending && checkReason(said.Reason) != nil:
		return unhandled(NotForm, "reason")
	}
	return nil
}

// checkReason bounds the reason of a refusal or withdrawal.
func checkReason(text string) error {
	if n := trustlist.MostReason; utf8.RuneCountInString(text) > n {
		return &trustlist.Fault{Code: trustlist.FaultLong, Field: "reason", Args: map[string]string{"field": "reason", "most": strconv.Itoa(n)}}
	}
	return nil
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// hearHead hears which list another node has. What cannot be true beside what is known here
// is kept as a finding; what is not here yet is fetched.
func (k *Desk) hearHead(_ context.Context, d *store.Deed, m message.Sealed) error {
	var h Head
	from := trustlist.Party(m.Envelope.From)
	if err := body(m, &h); err != nil {
		return unhandled(NotForm, err.Error())
	}
	switch {
	case h.Version < 1 || !digestForm.MatchString(h.Digest):
		return unhandled(NotForm, "version, digest")
	case (m.Envelope.Kind == KindPublished) != (from == trustlist.Office):
		return unhandled(NotParty, string(from))
	}
	before, err := d.HearTrust(store.TrustHeard{Party: from, Version: h.Version, Digest: h.Digest})
	if err != nil {
		return err
	}
	if before != "" && before != h.Digest {
		return d.KeepTrustFinding(store.TrustFinding{Code: FindingTwoWords, Party: from, Version: h.Version, Have: before, Other: h.Digest})
	}
	mine, err := d.TrustDigest(h.Version)
	switch {
	case err != nil:
		return err
	case mine == h.Digest:
		return nil
	case mine != "":
		return d.KeepTrustFinding(store.TrustFinding{Code: FindingSplit, Party: from, Version: h.Version, Have: mine, Other: h.Digest})
	case k.office(): // only the office makes versions
		return d.KeepTrustFinding(store.TrustFinding{Code: FindingNotMine, Party: from, Version: h.Version, Other: h.Digest})
	}
	k.hurry()
	return nil
}

// hurry has the list fetched now.
func (k *Desk) hurry() {
	select {
	case k.told <- struct{}{}:
	default:
	}
}

// body reads a message's body and nothing besides.
func body(m message.Sealed, into any) error {
	r := json.NewDecoder(bytes.NewReader(m.Envelope.Body))
	r.DisallowUnknownFields()
	if err := r.Decode(into); err != nil {
		return err
	}
	if r.More() {
		return errors.New("more than an object")
	}
	return nil
}
