package message

import (
	"strconv"
	"time"
)

// OutState is where a message of the outbox stands.
type OutState string

// The states.
const (
	Waiting   OutState = "waiting"   // for its turn, or for the next try
	Delivered OutState = "delivered" // the other node has it
	Dead      OutState = "dead"      // it needs a person
)

// The times between tries.
const (
	FirstPause = 2 * time.Second
	MostPause  = 15 * time.Minute
)

// Out is a message of the outbox.
type Out struct {
	Sealed Sealed
	State  OutState
	Tries  int
	Next   time.Time // when it may be sent again
	Since  time.Time // when it came into the outbox, or was sent again by a person
	Reason *Refusal  // of the last try; nil after one that succeeded
}

// Answer is what came of a try. Its zero value says that the other node has the message.
type Answer struct {
	Unreachable string   // nobody answered, or not in a form that means something: why
	Refused     *Refusal // what the other node said
}

// After is the message after a try. chance is a number from 0 up to 1, which keeps the
// nodes that waited for the same one from all coming at once.
func (o Out) After(a Answer, now time.Time, chance float64) Out {
	o.Tries++
	if a == (Answer{}) {
		o.State, o.Reason, o.Next = Delivered, nil, time.Time{}
		return o
	}
	o.Reason = a.Refused
	if o.Reason == nil {
		o.Reason = &Refusal{Code: Transport, Args: map[string]string{"detail": a.Unreachable}}
	}
	if !Passing(o.Reason.Code) {
		o.State, o.Next = Dead, time.Time{}
		return o
	}
	if now.Sub(o.Since) >= LongLife-time.Hour { // an hour before the other node would call it too old
		o.State, o.Next = Dead, time.Time{}
		o.Reason = &Refusal{Code: Undelivered, Args: map[string]string{"days": strconv.Itoa(int(LongLife / (24 * time.Hour)))}}
		return o
	}
	o.Next = now.Add(Pause(o.Tries, chance))
	return o
}

// Pause is how long to wait after a number of tries.
func Pause(tries int, chance float64) time.Duration {
	p := MostPause
	if tries < 16 {
		p = min(p, FirstPause<<(max(tries, 1)-1))
	}
	return p + time.Duration(chance*float64(p)/4)
}

// Due lists the messages that are to be sent now, out of a whole outbox in any order: of a
// case to a node, the first that has not arrived, if it waits and its time has come.
func Due(box []Out, now time.Time) []Out {
	type line struct {
		to   Node
		kase string
	}
	first := map[line]Out{}
	var order []line
	for _, o := range box {
		if o.State == Delivered {
			continue
		}
		l := line{o.Sealed.Envelope.To, o.Sealed.Envelope.Case}
		f, ok := first[l]
		if !ok {
			order = append(order, l)
		}
		if !ok || o.Sealed.Envelope.Sequence < f.Sealed.Envelope.Sequence {
			first[l] = o
		}
	}
	var due []Out
	for _, l := range order {
		if o := first[l]; o.State == Waiting && !o.Next.After(now) {
			due = append(due, o)
		}
	}
	return due
}
