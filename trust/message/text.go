package message

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"conurb/trust/evidence"
)

// appendTo appends the canonical form of an envelope, as evidence.Canonical gives it, or fails
// where it is not for here to say what that is: TestBytesAreCanonical compares.
func (e *Envelope) appendTo(b []byte) (_ []byte, ok bool) {
	if e.Made.Location() != time.UTC || e.Made.Year() < 1 || e.Made.Year() > 9999 || e.Sequence > 1e15 || e.Sequence < -1e15 {
		return b, false
	}
	ok = true
	text := func(name, s string) {
		b = append(b, name...)
		var err error
		if b, err = evidence.AppendText(b, s); err != nil {
			ok = false
		}
	}
	b = append(b, '{')
	if len(e.Body) > 0 {
		b = append(b, `"body":`...)
		var err error
		if b, err = evidence.AppendCanonical(b, e.Body); err != nil {
			return b, false
		}
		b = append(b, ',')
	}
	text(`"case":`, e.Case)
	text(`,"digest":`, e.Digest)
	text(`,"from":`, string(e.From))
	text(`,"id":`, e.ID)
	if e.InReplyTo != "" {
		text(`,"inReplyTo":`, e.InReplyTo)
	}
	text(`,"kind":`, e.Kind)
	b = e.Made.AppendFormat(append(b, `,"made":"`...), time.RFC3339Nano)
	b = strconv.AppendInt(append(b, `","sequence":`...), e.Sequence, 10)
	text(`,"to":`, string(e.To))
	return append(b, '}'), ok
}

func (s *Sealed) appendTo(b []byte) (_ []byte, ok bool) {
	b, ok = s.Envelope.appendTo(append(b, `{"envelope":`...))
	if !ok {
		return b, false
	}
	b, err := evidence.AppendText(append(b, `,"signature":`...), s.Signature)
	return append(b, '}'), err == nil
}

// size is about how long a message is, in bytes.
func (s *Sealed) size() int { return len(s.Envelope.Body) + 2*len(s.Signature) + 512 }

// head is what is signed.
func (e Envelope) head() ([]byte, error) {
	e.Body = nil
	if b, ok := e.appendTo(make([]byte, 0, 512)); ok {
		return b, nil
	}
	return evidence.Canonical(e)
}

// Bytes is the message as it is sent and kept.
func (s Sealed) Bytes() ([]byte, error) {
	if b, ok := s.appendTo(make([]byte, 0, s.size())); ok {
		return b, nil
	}
	return evidence.Canonical(s)
}

// readExact reads a message whose text is exactly the one that Bytes would give; of others it
// says only that they are not. The comparison at its end is what counts: whatever was made of
// the text before, a message whose only text this is was read right.
func readExact(raw []byte) (s Sealed, ok bool) {
	x := exact{raw: raw, ok: true}
	e := &s.Envelope
	x.take(`{"envelope":{`)
	if x.has(`"body":`) {
		e.Body = x.object()
		x.take(`,`)
	}
	e.Case = x.text(`"case":`)
	e.Digest = x.text(`,"digest":`)
	e.From = Node(x.text(`,"from":`))
	e.ID = x.text(`,"id":`)
	if x.has(`,"inReplyTo":`) {
		e.InReplyTo = x.text("")
	}
	e.Kind = x.text(`,"kind":`)
	made := x.text(`,"made":`)
	e.Sequence = x.whole(`,"sequence":`)
	e.To = Node(x.text(`,"to":`))
	s.Signature = x.text(`},"signature":`)
	x.take(`}`)
	if !x.ok || x.at != len(raw) {
		return s, false
	}
	var err error
	if e.Made, err = time.Parse("2006-01-02T15:04:05.999999999Z", made); err != nil {
		return s, false
	}
	back, ok := s.appendTo(make([]byte, 0, len(raw)))
	return s, ok && bytes.Equal(back, raw)
}

// exact goes through a text that is expected to have a form.
type exact struct {
	raw []byte
	at  int
	ok  bool // it had so far
}

// has goes over a text where it follows.
func (x *exact) has(s string) bool {
	if !x.ok || len(x.raw)-x.at < len(s) || string(x.raw[x.at:x.at+len(s)]) != s {
		return false
	}
	x.at += len(s)
	return true
}

func (x *exact) take(s string) {
	if !x.has(s) {
		x.ok = false
	}
}

// text is a string without escapes, after a name.
func (x *exact) text(name string) string {
	x.take(name)
	x.take(`"`)
	if !x.ok {
		return ""
	}
	n := bytes.IndexByte(x.raw[x.at:], '"')
	if n < 0 {
		x.ok = false
		return ""
	}
	s := string(x.raw[x.at : x.at+n])
	x.at += n + 1
	return s
}

func (x *exact) whole(name string) int64 {
	x.take(name)
	from := x.at
	for x.ok && x.at < len(x.raw) && x.raw[x.at] >= '0' && x.raw[x.at] <= '9' {
		x.at++
	}
	n, err := strconv.ParseInt(string(x.raw[from:x.at]), 10, 64)
	x.ok = x.ok && err == nil
	return n
}

// object is an object that nests no deeper than the body of a message may, within the two
// objects around it. Its end is found by counting, its form is not looked at.
func (x *exact) object() json.RawMessage {
	from, open := x.at, 0
	for i := from; x.ok && i < len(x.raw); i++ {
		switch x.raw[i] {
		case '"':
			for i++; i < len(x.raw) && x.raw[i] != '"'; i++ {
				if x.raw[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		if open == 0 {
			x.at = i + 1
			return bytes.Clone(x.raw[from:min(i+1, len(x.raw))])
		}
		if open > MaxDepth-2 {
			break
		}
	}
	x.ok = false
	return nil
}
