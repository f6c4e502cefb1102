package sim

import (
	"encoding/json"
	"fmt"
	"slices"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// post carries what is in the outboxes of cities that are up: lost, doubled and late, as it
// happens.
func (w *world) post() error {
	for _, c := range w.cities {
		if !c.up() {
			continue
		}
		for _, key := range slices.Clone(c.disk.waiting) {
			if !w.quiet && w.rng.IntN(12) > 0 {
				continue // not yet tried again
			}
			m := c.disk.outbox[key]
			w.res.Messages++
			copies := 1
			switch n := w.rng.IntN(100); {
			case w.quiet:
			case n < 15:
				w.res.Lost++
				copies = 0
			case n < 25:
				w.res.Doubled++
				copies = 2
			}
			for range copies {
				w.mailTo(m, func() {
					if now, ok := c.disk.outbox[key]; ok && now.Envelope.ID == m.Envelope.ID {
						c.disk.gone(key)
					}
				})
			}
			if w.rng.IntN(6) == 0 {
				w.past = append(w.past, m)
			}
		}
	}
	return nil
}

func (w *world) mailTo(m message.Sealed, ack func()) {
	w.order++
	late := int64(0)
	if !w.quiet {
		late = w.rng.Int64N(40)
		if w.rng.IntN(w.o.Late) == 0 {
			late += 400
		}
	}
	w.mail = append(w.mail, letter{w.tick + 1 + late, w.order, m.Envelope.To, m, ack})
}

// deliver hands over what has arrived. A message that a city could not take, or whose taking it
// could not tell, comes again.
func (w *world) deliver() error {
	var now []letter
	rest := w.mail[:0]
	for _, l := range w.mail {
		if l.at <= w.tick {
			now = append(now, l)
		} else {
			rest = append(rest, l)
		}
	}
	w.mail = rest
	for _, l := range now {
		c := w.city(l.to)
		if !c.up() || w.shutters(c) {
			continue
		}
		err := w.do(c, func(b *book) error {
			if err := c.machine.Verify(l.m); err != nil && !w.o.Unsigned {
				return nil // whoever takes messages in refuses it
			}
			return c.machine.Handle(b, l.m)
		})
		if err := tolerate(err); err != nil {
			return err
		}
		if err == nil && (w.quiet || w.rng.IntN(10) > 0) {
			l.ack()
		}
	}
	return nil
}

// shutters is a partition: now and then a city hears nobody for a while.
func (w *world) shutters(c *city) bool {
	if w.quiet {
		return false
	}
	return (uint64(w.tick/200)*2654435761+uint64(len(c.name)))%23 == 0
}

func (w *world) city(name household.City) *city {
	for _, c := range w.cities {
		if c.name == name {
			return c
		}
	}
	return nil
}

// forge replays a message of the past, or alters one, or is a city that lies.
func (w *world) forge() error {
	if len(w.past) == 0 {
		return nil
	}
	w.res.Forged++
	m := w.past[w.rng.IntN(len(w.past))]
	switch w.rng.IntN(4) {
	case 3:
		return w.lie()
	case 0: // to whom it was not sent
		m.Envelope.To = names[w.rng.IntN(len(names))]
	case 1: // with what another said
		o := w.past[w.rng.IntN(len(w.past))]
		m.Envelope.Body, m.Envelope.Kind, m.Envelope.To = o.Envelope.Body, o.Envelope.Kind, o.Envelope.To
	}
	if c := w.city(m.Envelope.To); c != nil && m.Envelope.To != m.Envelope.From {
		w.mailTo(m, func() {})
	}
	return nil
}

// lie is a city that signs a certificate about somebody who was never promised to it, with a
// promise and a witness of its own making.
func (w *world) lie() error {
	liar, to := w.cities[w.rng.IntN(3)], w.cities[w.rng.IntN(3)]
	if liar == to {
		return nil
	}
	who := []household.Token{{Person: person(w.rng.IntN(w.o.Persons)), Epoch: 1000}}
	id := fmt.Sprintf("L%04d", w.order)
	made := func(from, to household.City, kind string, body map[string]any) message.Sealed {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err) // a map of plain values
		}
		return message.Sealed{Signature: "made up", Envelope: message.Envelope{ID: id, From: from, To: to, Kind: kind, Case: id, Made: w.clock(), Body: text}}
	}
	promise := made(to.name, liar.name, household.KindPromise, map[string]any{"transfer": id, "persons": who})
	decision := made(liar.name, "office", household.KindDecision, map[string]any{"transfer": id, "to": to.name, "persons": who, "been": [][]household.City{{}}, "promise": promise})
	witness := made("office", liar.name, household.KindWitnessed, map[string]any{"transfer": id})
	body := made(liar.name, to.name, household.KindCertificate, map[string]any{"transfer": id, "decision": decision, "witness": witness})
	w.mailTo(liar.seal(to.name, household.KindCertificate, id, body.Envelope.Body), func() {})
	return nil
}
