package store

import (
	"fmt"
	"math"

	"conurb/trust/message"
)

// look reads messages that came together, and asks the inbox and the register about all of them at
// once. What is not of its form is said when its turn comes.
func (t *taking) look(raws [][]byte, out []Taken) error {
	if len(raws) < 2 {
		return nil
	}
	var list []message.Sealed
	for i, raw := range raws {
		s, err := message.Read(raw)
		if err != nil {
			continue
		}
		out[i].Message = s
		if s.Envelope.From == t.c.Node {
			list = append(list, s)
		}
	}
	if err := t.lookInto(list); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	if t.turn.Do == nil {
		return nil
	}
	return t.w.foresee(list)
}

// lookInto asks the inbox about messages of the carrier.
func (t *taking) lookInto(list []message.Sealed) error {
	var ids, cases []string
	for _, s := range list {
		ids, cases = append(ids, s.Envelope.ID), append(cases, s.Envelope.Case)
	}
	from := []any{string(t.c.Node)}
	boxes := make(map[string]box, len(list))
	err := t.w.each(ids, `SELECT i.id, m.text FROM message_in i JOIN message m ON m.log = i.log WHERE i.sender = $1 AND i.id IN (...)`, from, func(read fields) error {
		var id string
		var b box
		err := read(&id, &b.text)
		boxes[id] = b
		return err
	})
	if err != nil {
		return err
	}
	last := map[string]box{}
	err = t.w.each(cases, `SELECT case_id, MAX(sequence) FROM message_in WHERE sender = $1 AND state = 'done' AND case_id IN (...) GROUP BY case_id`, from, func(read fields) error {
		var kase string
		var b box
		err := read(&kase, &b.before)
		last[kase] = b
		return err
	})
	if err != nil {
		return err
	}
	numbers, err := t.numbers(list, cases)
	if err != nil {
		return err
	}
	for _, s := range list {
		e := s.Envelope
		b := boxes[e.ID]
		b.at, b.before = numbers[caseNumber{e.Case, e.Sequence}], last[e.Case].before
		boxes[e.ID] = b
	}
	t.boxes = boxes
	return nil
}

// numbers are those of the messages that are taken in the inbox.
func (t *taking) numbers(list []message.Sealed, cases []string) (map[caseNumber]bool, error) {
	least, most := int64(math.MaxInt64), int64(0)
	for _, s := range list {
		least, most = min(least, s.Envelope.Sequence), max(most, s.Envelope.Sequence)
	}
	taken := map[caseNumber]bool{}
	err := t.w.each(cases, `SELECT case_id, sequence FROM message_in WHERE sender = $1 AND sequence >= $2 AND sequence <= $3 AND case_id IN (...)`,
		[]any{string(t.c.Node), least, most}, func(read fields) error {
			var n caseNumber
			err := read(&n.kase, &n.number)
			taken[n] = true
			return err
		})
	return taken, err
}
