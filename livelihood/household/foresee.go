package household

import (
	"encoding/json"
	"strings"

	"conurb/trust/message"
)

// Foreseen is what the effect of a message is going to ask a book for. It is a hint by which a book
// reads for many messages at once: nothing depends on it, and nothing in it has been checked.
type Foreseen struct {
	Transfer string  // that it is about; empty where it is about none
	New      bool    // the transfer is likely not known here
	Persons  []Token // whose entries are asked for, with where they were
	Kept     []Token // at the epochs after the move, about which a decision of the sender may be kept
	Answer   string  // the kind of the message that is likely to follow; empty where none does
}

// Foresee looks at a message before it has its effect.
func Foresee(s message.Sealed) (f Foreseen) {
	e := s.Envelope
	if parts := strings.Split(e.Case, "/"); len(parts) == 3 { // see Book.Send of a node's store
		f.Transfer = parts[1]
	}
	var body struct {
		Persons []Token `json:"persons"`
	}
	switch e.Kind {
	case KindPromise:
		if json.Unmarshal(e.Body, &body) == nil {
			f.New, f.Persons = true, body.Persons
		}
	case KindDecision:
		f.Answer = KindWitnessed
		if json.Unmarshal(e.Body, &body) == nil {
			for _, p := range body.Persons {
				f.Kept = append(f.Kept, Token{p.Person, p.Epoch + 1})
			}
		}
	case KindWitnessed:
		f.Answer = KindCertificate
	case KindCertificate:
		f.Answer = KindBooked
	default:
		return Foreseen{}
	}
	return f
}
