package message

import (
	"strconv"
	"time"
)

// The times of messages.
const (
	Skew     = time.Minute         // how far two clocks may stand apart
	LongLife = 30 * 24 * time.Hour // how long a message may be under way
	// MaxAhead is how many numbers of a case may come before one that is missing.
	MaxAhead = 1000
)

// Past is what a node knows of what it was sent.
type Past interface {
	// ByID is a message of a sender.
	ByID(from Node, id string) (Sealed, bool, error)
	// Taken tells whether there is a message of a number in a case.
	Taken(from Node, kase string, sequence int64) (bool, error)
	// Next is the number whose turn it is.
	Next(from Node, kase string) (int64, error)
}

// Inbox takes messages for a node.
type Inbox struct {
	Me      Node
	Peers   Peers
	Checked *Checked // nil: every signature is computed
}

// Judge reads a message and says whether it enters. known tells that it is here already:
// it is answered as the first time, and has no second effect. Refusals are *Refusal; other
// errors are those of past.
func (in Inbox) Judge(raw []byte, now time.Time, past Past) (s Sealed, known bool, err error) {
	if s, err = Read(raw); err != nil {
		return s, false, err
	}
	known, err = in.Admit(s, now, past)
	return s, known, err
}

// Admit is Judge for a message that was read.
func (in Inbox) Admit(s Sealed, now time.Time, past Past) (known bool, err error) {
	e := s.Envelope
	if e.To != in.Me {
		return false, refuse(NotForMe, "to", string(e.To), "me", string(in.Me))
	}
	if err := in.Checked.Verify(in.Peers, s, now); err != nil {
		return false, err
	}
	old, there, err := past.ByID(e.From, e.ID)
	switch {
	case err != nil:
		return false, err
	case there && old.Same(s):
		return true, nil
	case there:
		return false, refuse(IDTaken, "id", e.ID)
	case now.Sub(e.Made) > LongLife+Skew:
		return false, refuse(TooOld, "made", e.Made.Format(time.RFC3339))
	case e.Made.After(now.Add(Skew)):
		return false, refuse(Future, "made", e.Made.Format(time.RFC3339))
	}
	next, err := past.Next(e.From, e.Case)
	if err != nil {
		return false, err
	}
	taken, err := past.Taken(e.From, e.Case, e.Sequence)
	number := strconv.FormatInt(e.Sequence, 10)
	switch {
	case err != nil:
		return false, err
	case taken || e.Sequence < next:
		return false, refuse(Taken, "case", e.Case, "sequence", number)
	case e.Sequence >= next+MaxAhead:
		return false, refuse(TooFar, "case", e.Case, "sequence", number, "next", strconv.FormatInt(next, 10))
	}
	return false, nil
}
