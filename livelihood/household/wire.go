package household

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"

	"conurb/trust/message"
)

// The kinds of messages.
const (
	KindPromise     = "household.promise"     // T to S: these persons may come
	KindWithdraw    = "household.withdraw"    // T to S: they shall not after all
	KindRefused     = "household.refused"     // S to T: they do not come
	KindDecision    = "household.decision"    // S to W: keep this for me
	KindWitnessed   = "household.witnessed"   // W to S: it is kept
	KindUnwitnessed = "household.unwitnessed" // W to S: it is not, because
	KindCertificate = "household.certificate" // S to T: they are yours
	KindBooked      = "household.booked"      // T to S: they are registered here
	KindReconcile   = "household.reconcile"   // a restored city to every other: what do you know of mine
	KindFacts       = "household.facts"       // the answer, in parts
	KindServes      = "household.serves"      // it has reconciled, to every other
)

// Kinds lists them.
var Kinds = []string{KindPromise, KindWithdraw, KindRefused, KindDecision, KindWitnessed, KindUnwitnessed, KindCertificate, KindBooked, KindReconcile, KindFacts, KindServes}

// The codes of refusals.
const (
	RefusedUnknown   = "unknown"     // no registration of the person here
	RefusedElsewhere = "elsewhere"   // he has moved away
	RefusedEpoch     = "epoch"       // the promise is for another epoch
	RefusedBusy      = "busy"        // another transfer has him
	RefusedExpired   = "expired"     // the promise is over
	RefusedClerk     = "clerk"       // the city that lets go found a reason; its words are with the case
	RefusedFork      = "fork"        // another decision about the person at this epoch is kept
	RefusedOld       = "incarnation" // the decision is of before a restore
	RefusedNobody    = "nobody"      // no persons, or one twice
	RefusedState     = "state"       // not in this state of the transfer
	RefusedRestoring = "restoring"   // the city serves nothing until it has reconciled
	RefusedProof     = "proof"       // a certificate or a fact does not prove itself
	RefusedForm      = "form"        // a message, a number of a transfer or of a person is not of its form
	RefusedMany      = "many"        // more persons than one transfer takes
	RefusedAlone     = "alone"       // no third node is known that could be the witness
)

// Codes lists them.
var Codes = []string{RefusedUnknown, RefusedElsewhere, RefusedEpoch, RefusedBusy, RefusedExpired, RefusedClerk, RefusedFork, RefusedOld, RefusedNobody, RefusedState, RefusedRestoring, RefusedProof, RefusedForm, RefusedMany, RefusedAlone}

// Refusal is why something is not done. Its words are "household.refusal.<Code>".
type Refusal struct{ Code string }

// Error is for logs.
func (r *Refusal) Error() string { return "household: " + r.Code }

// The bodies of the messages.
type (
	promiseBody struct {
		Transfer string  `json:"transfer"`
		Persons  []Token `json:"persons"`
		Until    int64   `json:"until"`
	}
	aboutBody struct {
		Transfer string `json:"transfer"`
		Reason   string `json:"reason,omitempty"`

		Incarnation int64 `json:"incarnation,omitempty"` // of the decision that is not kept
	}
	decisionBody struct {
		Transfer    string         `json:"transfer"`
		To          City           `json:"to"`
		Persons     []Token        `json:"persons"` // at the epochs before the move
		Been        [][]City       `json:"been"`    // of each of them, the cities of before that one, in order of their names
		Incarnation int64          `json:"incarnation"`
		Promise     message.Sealed `json:"promise"`
	}
	certificateBody struct {
		Transfer string         `json:"transfer"`
		Decision message.Sealed `json:"decision"`
		Witness  message.Sealed `json:"witness"`
	}
	reconcileBody struct {
		Nonce       int64 `json:"nonce"`
		Incarnation int64 `json:"incarnation,omitempty"` // that the asker is about to take; 0 asks for the number alone
	}
	factsBody struct {
		Nonce       int64            `json:"nonce"`
		Asked       int64            `json:"asked"` // the number in the question
		Cut         int64            `json:"cut"`   // which answer this is a part of: what is known may change between two
		Part        int              `json:"part"`
		Last        bool             `json:"last"`
		Incarnation int64            `json:"incarnation"` // of the asker, below which no decision of its is kept any more
		Mine        int64            `json:"mine"`        // of the city that tells
		Stale       bool             `json:"stale"`       // it was itself restored, and has yet to reconcile: it may have forgotten some
		Entries     []told           `json:"entries"`
		Witnessed   []message.Sealed `json:"witnessed"` // decisions of the asker that are kept here
		Entrusted   []message.Sealed `json:"entrusted"` // decisions of this city that the asker keeps for it
	}
)

// told is an entry as another node is told of it.
type told struct {
	Entry
	Been []City `json:"been"` // where the person was, but for the city that is told, in order of the names
}

// MostPersons is how many may move together.
const MostPersons = 100

// mostBeen bounds the cities that one person has been in.
const mostBeen = 256

var (
	idForm     = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`) // of a transfer
	codeForm   = regexp.MustCompile(`^[a-z][a-z-]{0,31}$`)
	cityForm   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`) // of trust/message
	personForm = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)
)

// formed holds what another node says to the form of its parts.
func formed(id string, persons []Token) error {
	if !idForm.MatchString(id) {
		return &Refusal{RefusedForm}
	}
	for _, p := range persons {
		if !personForm.MatchString(string(p.Person)) || p.Epoch < 1 {
			return &Refusal{RefusedForm}
		}
	}
	if len(persons) > MostPersons {
		return &Refusal{RefusedMany}
	}
	return nil
}

func (b promiseBody) form() error     { return formed(b.Transfer, b.Persons) }
func (b certificateBody) form() error { return formed(b.Transfer, nil) }
func (b reconcileBody) form() error   { return nil }

func (b aboutBody) form() error {
	if b.Reason != "" && !codeForm.MatchString(b.Reason) {
		return &Refusal{RefusedForm}
	}
	return formed(b.Transfer, nil)
}

func (b decisionBody) form() error {
	if !cityForm.MatchString(string(b.To)) {
		return &Refusal{RefusedForm}
	}
	if len(b.Been) != len(b.Persons) {
		return &Refusal{RefusedForm}
	}
	for _, been := range b.Been {
		if err := trail(been); err != nil {
			return err
		}
	}
	return formed(b.Transfer, b.Persons)
}

// trail holds the cities that a person has been in to their form: each once, in order.
func trail(been []City) error {
	for i, c := range been {
		if !cityForm.MatchString(string(c)) || i > 0 && been[i-1] >= c {
			return &Refusal{RefusedForm}
		}
	}
	if len(been) > mostBeen {
		return &Refusal{RefusedForm}
	}
	return nil
}

func (b factsBody) form() error {
	for _, e := range b.Entries {
		id := e.Transfer
		if id == "" {
			id = "0" // a first entry
		}
		if e.To != "" && !cityForm.MatchString(string(e.To)) {
			return &Refusal{RefusedForm}
		}
		if err := errors.Join(formed(id, []Token{e.Token}), trail(e.Been)); err != nil {
			return err
		}
	}
	return nil
}

// read reads the body of a message: strictly, since it is bytes of another node.
func read[T interface{ form() error }](s message.Sealed) (T, error) {
	var body T
	d := json.NewDecoder(bytes.NewReader(s.Envelope.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return body, &Refusal{RefusedForm}
	}
	return body, body.form()
}
