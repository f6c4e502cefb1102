package store_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/household"
	"conurb/livelihood/household/sim"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// both is a register in a database beside that of the simulation, which is the oracle.
type both struct {
	t     *rapid.T
	s     *store.Store
	voice store.Voice
	now   time.Time
	mem   *sim.Memory
	last  message.Sealed // that the database sent
	sent  map[string]message.Sealed
}

var errBack = errors.New("given up")

// deed does the same to both; now and then it is given up.
func (b *both) deed(f func(db, mem household.Book)) {
	fails := rapid.IntRange(0, 5).Draw(b.t, "fails") == 0
	var back func()
	sent := map[string]message.Sealed{}
	err := b.s.Do(context.Background(), func(d *store.Deed) error {
		return d.Household(b.voice, nil, func(db household.Book) error {
			var mem household.Book
			mem, back = b.mem.Begin()
			b.sent = sent
			f(db, mem)
			if fails {
				return errBack
			}
			return nil
		})
	})
	if fails {
		back()
		if !errors.Is(err, errBack) {
			b.t.Fatal(err)
		}
	} else if err != nil {
		b.t.Fatal(err)
	}
}

// same holds two answers to one another.
func same[T any](t *rapid.T, what string, a T, errA error, b T, errB error) T {
	t.Helper()
	if errA != nil || errB != nil {
		t.Fatalf("%s: %v, %v", what, errA, errB)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if !bytes.Equal(x, y) {
		t.Fatalf("%s:\n%s, the oracle has\n%s", what, x, y)
	}
	return a
}

type found[T any] struct {
	V     T
	There bool
}

func find[T any](v T, there bool, err error) (found[T], error) { return found[T]{v, there}, err }

var (
	cities  = rapid.SampledFrom([]household.City{"changsha", "xiangtan", "office"})
	persons = rapid.SampledFrom([]household.Person{"P1", "P2", "P3", "P4"})
	kinds   = rapid.SampledFrom(household.Kinds)
	ids     = rapid.SampledFrom([]string{"T1", "T2", "T3", "T4", "T5"})
	names   = rapid.SampledFrom([]string{"incarnation", "incarnation/changsha", "answered/office", "heard/office", "cut/changsha"})
	states  = rapid.SampledFrom([]household.State{household.Held, household.Booked, household.Promised, household.Decided, household.Gone, household.Done, household.Refused, household.Withdrawn})
)

// transfer draws a transfer; its messages are some that were sent, or came within others.
func (b *both) transfer(stranger message.Sealed) household.Transfer {
	t := household.Transfer{ID: ids.Draw(b.t, "id"), From: "zhuzhou", To: cities.Draw(b.t, "to"), State: states.Draw(b.t, "state"), Until: rapid.Int64Range(0, 1<<40).Draw(b.t, "until"),
		Due: rapid.Int64Range(0, 3).Draw(b.t, "due"), Tries: rapid.IntRange(0, 4).Draw(b.t, "tries"), Sent: rapid.Int64Range(0, 9).Draw(b.t, "sent")}
	if t.Due > 0 {
		t.Due += b.now.Unix() - 2
	}
	for range rapid.IntRange(0, 3).Draw(b.t, "persons") {
		t.Persons = append(t.Persons, household.Token{Person: persons.Draw(b.t, "person"), Epoch: household.Epoch(rapid.Int64Range(1, 3).Draw(b.t, "epoch"))})
	}
	if b.last.Signature != "" && rapid.Bool().Draw(b.t, "decided") {
		last := b.last
		t.Decision = &last
	}
	if rapid.Bool().Draw(b.t, "permitted") {
		strange := stranger
		strange.Envelope.From = t.To
		t.Promise = &strange
	}
	return t
}

// steps are what may be done to a book.
func (b *both) step(db, mem household.Book, stranger message.Sealed) {
	t := b.t
	e := household.Entry{Token: household.Token{Person: persons.Draw(t, "p"), Epoch: household.Epoch(rapid.Int64Range(1, 4).Draw(t, "e"))}, Standing: household.Moved, To: cities.Draw(t, "c"), Transfer: ids.Draw(t, "by")}
	switch rapid.IntRange(0, 12).Draw(t, "step") {
	case 0:
		same(t, "set entry", 0, db.SetEntry(e), 0, mem.SetEntry(e))
	case 1:
		tr := b.transfer(stranger)
		same(t, "set transfer", 0, db.SetTransfer(tr), 0, mem.SetTransfer(tr))
	case 2:
		w := household.Witnessed{From: "zhuzhou", Person: e.Person, Epoch: e.Epoch, Transfer: e.Transfer, Incarnation: 3, Decision: &stranger}
		same(t, "set witnessed", 0, db.SetWitnessed(w), 0, mem.SetWitnessed(w))
	case 3:
		same(t, "meet", 0, db.Meet(e.To, e.Person), 0, mem.Meet(e.To, e.Person))
	case 4, 5:
		name, n := names.Draw(t, "name"), rapid.Int64Range(0, 3).Draw(t, "n")
		same(t, "set number", 0, db.SetNumber(name, n), 0, mem.SetNumber(name, n))
	case 6, 7, 8:
		kind, body := kinds.Draw(t, "kind"), map[string]any{"n": rapid.IntRange(0, 1).Draw(t, "body")}
		s, err := db.Send(e.To, kind, e.Transfer, body)
		b.last = s
		o, wrong := mem.Send(e.To, kind, e.Transfer, body)
		same(t, "send", s, err, o, wrong)
		b.sent[s.Envelope.ID] = s
	case 9:
		same(t, "hurry", 0, db.Hurry(e.To), 0, mem.Hurry(e.To))
	default:
		b.compare(db, mem)
	}
}

// compare asks both for everything.
func (b *both) compare(db, mem household.Book) {
	t := b.t
	for _, p := range []household.Person{"P1", "P2", "P3", "P4"} {
		x, errX := find(db.Entry(p))
		y, errY := find(mem.Entry(p))
		same(t, "entry", x, errX, y, errY)
		for e := range household.Epoch(5) {
			x, errX := find(db.Witnessed("zhuzhou", p, e))
			y, errY := find(mem.Witnessed("zhuzhou", p, e))
			same(t, "witnessed", x, errX, y, errY)
		}
	}
	order := func(list []household.Transfer, err error) ([]household.Transfer, error) {
		slices.SortFunc(list, func(a, b household.Transfer) int { return cmp.Compare(a.ID, b.ID) })
		return list, err
	}
	for _, s := range []household.State{household.Held, household.Decided, household.Gone, household.Done} {
		x, errX := order(db.Open(s))
		y, errY := order(mem.Open(s))
		same(t, "open", x, errX, y, errY)
	}
	x, errX := order(db.Due())
	y, errY := order(mem.Due())
	for i := range same(t, "due", x, errX, y, errY) {
		if x[i].Due != y[i].Due || x[i].Tries != y[i].Tries {
			t.Fatalf("due at %d after %d, the oracle has %d after %d", x[i].Due, x[i].Tries, y[i].Due, y[i].Tries)
		}
	}
	for _, c := range []household.City{"changsha", "xiangtan", "office"} {
		x, errX := db.EntriesWith(c)
		y, errY := mem.EntriesWith(c)
		same(t, "entries with", x, errX, y, errY)
		for _, p := range []household.Person{"P1", "P2", "P3", "P4"} {
			m, errM := db.Been(p)
			n, errN := mem.Been(p)
			same(t, "been", m, errM, n, errN)
		}
		k, errK := db.KeptAbout(c)
		l, errL := mem.KeptAbout(c)
		same(t, "kept about", k, errK, l, errL)
	}
	a, errA := db.WitnessedOf("zhuzhou")
	o, errO := mem.WitnessedOf("zhuzhou")
	same(t, "witnessed of", a, errA, o, errO)
}

func newVoice(t testing.TB, node message.Node) store.Voice {
	t.Helper()
	k, err := jws.Generate(jws.EdDSA, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return store.Voice{Node: node, Key: k}
}

func TestTheRegisterIsThatOfTheSimulation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		raw := storetest.Raw(t, dsn)
		now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		s := storetest.OpenWith(t, dsn, store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: func() time.Time { return now }})
		voice, other := newVoice(t, "zhuzhou"), newVoice(t, "changsha")
		stranger, err := message.Seal(rand.Reader, message.Draft{To: "zhuzhou", Kind: household.KindPromise, Case: "household/x/1", Body: map[string]any{"a": 1}}, "0196f000-0000-7000-8000-000000000001", "changsha", 1, now, other.Key)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			storetest.Empty(t, raw)
			if _, err := raw.Exec(`DELETE FROM note`); err != nil {
				t.Fatal(err)
			}
			b := &both{t: rt, s: s, voice: voice, now: now}
			b.mem = sim.NewMemory(func() int64 { return now.Unix() }, func(to household.City, kind, about string, _ json.RawMessage) message.Sealed { return b.last })
			for range rapid.IntRange(1, 8).Draw(rt, "deeds") {
				before := b.last
				b.deed(func(db, mem household.Book) {
					for range rapid.IntRange(0, 8).Draw(rt, "steps") {
						b.step(db, mem, stranger)
					}
				})
				if _, err := s.Outbox(context.Background(), message.Waiting, 1); err != nil {
					rt.Fatal(err)
				}
				if n := 0; raw.QueryRow(`SELECT COUNT(*) FROM message WHERE id = '`+b.last.Envelope.ID+`'`).Scan(&n) == nil && n == 0 {
					b.last = before // it was never sent
				}
			}
			b.deed(b.compare)
			report, err := s.CheckIntegrity(context.Background(), evidence.AuditOptions{})
			if err != nil || report.Err() != nil {
				rt.Fatalf("%v, %v", err, report.Err())
			}
		})
	})
}

func tables(t testing.TB, dsn string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for table, columns := range map[string]string{"household_entry": "person, epoch, standing, to_city, transfer", "household_witnessed": "from_city, person, epoch, transfer, incarnation, decision",
		"household_transfer": "id, from_city, to_city, persons, until_at, state, reason, promise, decision, witness, witness_city, certificate, sent_at", "household_met": "other, person"} {
		rows, err := storetest.Raw(t, dsn).Query(`SELECT ` + columns + ` FROM ` + table + ` ORDER BY ` + columns)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			cells, to := make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				to[i] = &cells[i]
			}
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			all[table] = append(all[table], fmt.Sprint(cells...))
		}
		rows.Close()
	}
	return all
}

func TestARestoredRegisterServesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		s := storetest.Open(t, dsn)
		for _, name := range []trustlist.Party{"changsha", "zhuzhou", "office"} {
			c, _ := drawnCard(t, name)
			if err := s.JoinCard(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		voice := newVoice(t, "zhuzhou")
		m := &household.Machine{Me: "zhuzhou", Others: []household.City{"changsha", "office"}, Verify: func(message.Sealed) error { return nil }}
		do := func(s *store.Store, f func(b household.Book) error) {
			t.Helper()
			if err := s.Do(ctx, func(d *store.Deed) error { return d.Household(voice, nil, f) }); err != nil {
				t.Fatal(err)
			}
		}
		do(s, func(b household.Book) error {
			return errors.Join(m.Register(b, "P1"), m.Register(b, "P2"), m.Hold(b, "T1", "changsha", []household.Token{{Person: "P9", Epoch: 1}}, 1<<40),
				b.SetNumber("answered/office", -1), b.SetNumber("incarnation", 4))
		})
		var backup bytes.Buffer
		if err := s.Backup(ctx, &backup); err != nil {
			t.Fatal(err)
		}
		for _, kind := range storetest.Kinds() {
			other := storetest.DSN(t, kind)
			again := storetest.Open(t, other)
			if _, err := again.Restore(ctx, bytes.NewReader(backup.Bytes()), int64(backup.Len())); err != nil {
				t.Fatal(err)
			}
			if got, want := tables(t, other), tables(t, dsn); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v", kind, got, want)
			}
			if report, err := again.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || report.Err() != nil {
				t.Errorf("%s: %v, %v", kind, err, report.Err())
			}
			if serving, due, err := again.HouseholdDue(ctx); serving || due != 1 || err != nil {
				t.Errorf("%s: serving %v, due %d, %v", kind, serving, due, err)
			}
			err := again.Do(ctx, func(d *store.Deed) error {
				return d.Household(voice, nil, func(b household.Book) error { return m.Register(b, "P3") })
			})
			if no := (*household.Refusal)(nil); !errors.As(err, &no) || no.Code != household.RefusedRestoring {
				t.Errorf("%s: %v", kind, err)
			}
			do(again, func(b household.Book) error {
				if n, err := b.Number("answered/office"); n != 0 || err != nil {
					t.Errorf("%s: an answer of before counts: %d, %v", kind, n, err)
				}
				return m.Tick(b)
			})
			due, err := again.DueMessages(ctx, 10)
			if err != nil || len(due) != 2 || due[0].Sealed.Envelope.Kind != household.KindReconcile || due[1].Sealed.Envelope.Kind != household.KindReconcile {
				t.Errorf("%s: %d messages wait, %v", kind, len(due), err)
			}
		}
	})
}

func TestARegisterThatWasChangedIsNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		s := storetest.Open(t, dsn)
		m := &household.Machine{Me: "zhuzhou", Others: []household.City{"changsha", "office"}}
		err := s.Do(ctx, func(d *store.Deed) error {
			return d.Household(newVoice(t, "zhuzhou"), nil, func(b household.Book) error {
				return errors.Join(m.Register(b, "P1"), m.Hold(b, "T1", "changsha", []household.Token{{Person: "P9", Epoch: 1}}, 1<<40), b.Meet("changsha", "P9"),
					b.SetNumber("incarnation", 4), b.SetWitnessed(household.Witnessed{From: "changsha", Person: "P5", Epoch: 2, Transfer: "T7"}))
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range []struct{ alter, mend string }{
			{`UPDATE household_entry SET epoch = 2`, `UPDATE household_entry SET epoch = 1`},
			{`UPDATE household_transfer SET state = 'booked'`, `UPDATE household_transfer SET state = 'held'`},
			{`UPDATE household_witnessed SET transfer = 'T8'`, `UPDATE household_witnessed SET transfer = 'T7'`},
			{`UPDATE household_met SET person = 'P8'`, `UPDATE household_met SET person = 'P9'`},
			{`UPDATE household_number SET n = 5 WHERE name = 'incarnation'`, `UPDATE household_number SET n = 4 WHERE name = 'incarnation'`},
			{`INSERT INTO household_entry (person, epoch, standing, to_city, transfer) VALUES ('P2', 1, 'registered', '', '')`, `DELETE FROM household_entry WHERE person = 'P2'`},
		} {
			for i, text := range []string{change.alter, change.mend} {
				storetest.Exec(t, dsn, text)
				if report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{}); err != nil || report.OK() != (i == 1) {
					t.Errorf("%s: sound %v, %v", text, report.OK(), err)
				}
			}
		}
	})
}
