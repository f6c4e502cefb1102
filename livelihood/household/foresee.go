package household

import (
	"encoding/json"
	"strings"

	"conurb/trust/message"
)

// Foreseen is what the effect of a message is going to ask a book for. It is a hint by which a book
// reads for many messages at once: nothing depends on it. What is not of its form is left out.
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
	parts := strings.Split(e.Case, "/") // see Book.Send of a node's store
	if len(parts) != 3 || !idForm.MatchString(parts[1]) {
		return f
	}
	f.Transfer = parts[1]
	switch e.Kind {
	case KindPromise:
		f.New, f.Persons = true, personsOf(e.Body)
	case KindDecision:
		f.Answer = KindWitnessed
		for _, p := range personsOf(e.Body) {
			f.Kept = append(f.Kept, Token{p.Person, p.Epoch + 1})
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

func personsOf(text []byte) []Token {
	var body struct {
		Persons []Token `json:"persons"`
	}
	if json.Unmarshal(text, &body) != nil || formed("0", body.Persons) != nil {
		return nil
	}
	return body.Persons
}
