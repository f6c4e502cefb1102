package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
	"conurb/trust/message"
)

// about is what a drawn message of the test says.
type about struct {
	Transfer string            `json:"transfer"`
	Persons  []household.Token `json:"persons"`
	Writes   bool              `json:"writes"` // its effect writes down what it read
	Fails    bool              `json:"fails"`
}

// reading has the effect of every message ask the register for all that Foresee could foresee, and
// change some of it. What was read is noted.
func reading(n *node, seen *[]string) store.Turn {
	sent := map[string]int{} // when each was first seen
	return store.Turn{Do: func(d *store.Deed, m message.Sealed) error {
		var a about
		if err := json.Unmarshal(m.Envelope.Body, &a); err != nil {
			return err
		}
		return d.Household(n.voice, &m, func(b household.Book) error {
			_, known, err := b.Transfer(a.Transfer)
			note := fmt.Sprint(m.Envelope.Kind, " ", a.Transfer, known)
			for _, t := range a.Persons {
				if t.Person == person(13) {
					continue
				}
				e, there, errE := b.Entry(t.Person)
				been, errB := b.Been(t.Person)
				_, kept, errK := b.Witnessed(m.Envelope.From, t.Person, t.Epoch+1)
				err = errors.Join(err, errE, errB, errK)
				note += fmt.Sprint(" ", e.Epoch, there, been, kept)
				if a.Writes {
					err = errors.Join(err, b.SetEntry(household.Entry{Token: household.Token{Person: t.Person, Epoch: e.Epoch + 1}, Standing: household.Registered}),
						b.Meet(m.Envelope.To, t.Person), b.SetWitnessed(household.Witnessed{From: m.Envelope.From, Person: t.Person, Epoch: t.Epoch + 1, Transfer: a.Transfer}))
				}
			}
			if a.Writes && !known {
				err = errors.Join(err, b.SetTransfer(household.Transfer{ID: a.Transfer, From: "changsha", To: "xiangtan", Persons: a.Persons, State: household.Promised}))
			}
			s, errS := b.Send(m.Envelope.From, household.KindWitnessed, a.Transfer, map[string]string{"transfer": a.Transfer})
			if _, before := sent[s.Envelope.ID]; !before {
				sent[s.Envelope.ID] = len(sent)
			}
			*seen = append(*seen, fmt.Sprint(note, " sends ", sent[s.Envelope.ID]))
			if a.Fails {
				return &message.Refusal{Code: message.Unhandled, Args: map[string]string{"detail": "drawn"}}
			}
			return errors.Join(err, errS)
		})
	}}
}

// person is drawn; one is such that PostgreSQL refuses a statement that asks for him: nobody may.
func person(n int) household.Person {
	if n == 13 {
		return "P\x00"
	}
	return household.Person(fmt.Sprint("P", n))
}

// TestWhatIsReadAheadIsWhatIsThere: messages that come together read what they would read had each
// come by itself, however little of the register is remembered.
func TestWhatIsReadAheadIsWhatIsThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		open := func(dsn string) *store.Store {
			return storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: time.Now})
		}
		a := newNode(t, open(storetest.DSN(t, "sqlite")), "changsha")
		together, singly := newNode(t, open(dsn), "xiangtan"), newNode(t, open(storetest.DSN(t, "sqlite")), "xiangtan")
		singly.inbox, singly.voice = together.inbox, together.voice
		n := 0
		var one, many []string
		onces, manys := reading(singly, &one), reading(together, &many)
		rapid.Check(t, func(r *rapid.T) {
			defer store.HoldAtMost(rapid.SampledFrom([]int{1, 2, 3, 8, 4096}).Draw(r, "held at most"))()
			var list []message.Sealed
			one, many = nil, nil
			for range rapid.IntRange(2, 12).Draw(r, "messages") {
				n++
				body := about{Transfer: fmt.Sprint("T", rapid.IntRange(0, 30).Draw(r, "transfer")), Writes: rapid.Bool().Draw(r, "writes"), Fails: rapid.IntRange(0, 5).Draw(r, "fails") == 0}
				for _, p := range rapid.SliceOfNDistinct(rapid.IntRange(0, 40), 1, 3, rapid.ID[int]).Draw(r, "persons") {
					body.Persons = append(body.Persons, household.Token{Person: person(p), Epoch: household.Epoch(rapid.IntRange(1, 3).Draw(r, "epoch"))})
				}
				kind := rapid.SampledFrom([]string{household.KindPromise, household.KindDecision, household.KindWitnessed, household.KindCertificate, household.KindServes}).Draw(r, "kind")
				err := a.store.Do(t.Context(), func(d *store.Deed) error {
					s, err := d.Send(a.voice, message.Draft{To: "xiangtan", Kind: kind, Case: fmt.Sprintf("household/%s/%d", body.Transfer, n), Body: body})
					list = append(list, s)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			taken, err := together.takeAtOnce(t.Context(), t, a, manys, list...)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range taken {
				if m.Refused != nil || m.Handled == nil {
					r.Fatalf("not taken: %+v", m)
				}
			}
			for _, m := range list {
				if _, err := singly.takeAtOnce(t.Context(), t, a, onces, m); err != nil {
					t.Fatal(err)
				}
			}
			if fmt.Sprint(one) != fmt.Sprint(many) {
				r.Fatalf("one by one\n%v\ntogether\n%v", one, many)
			}
		})
	})
}
