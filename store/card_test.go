package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"conurb/area"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// drawnCard is the first card of a node, and the key that signs it.
func drawnCard(t *testing.T, name trustlist.Party) (card.Signed, *jws.Private) {
	t.Helper()
	k, err := jws.Generate(jws.EdDSA, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, vkey, err := evidence.GenerateKey(rand.Reader, "conurb/"+string(name))
	if err != nil {
		t.Fatal(err)
	}
	at := trustlist.InstantOf(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	s, err := card.Sign(rand.Reader, card.Card{Format: card.Format, Name: name, Title: area.Text{Zh: "城", En: "city"}, URL: "http://127.0.0.1:1", Version: 1, Made: at,
		Voice: []card.Key{{Key: k.Public().JWK(""), From: at}}, Licences: []card.Key{}, Anchors: []string{}, Log: vkey}, k)
	if err != nil {
		t.Fatal(err)
	}
	return s, k
}

func TestCardsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, s := context.Background(), storetest.Open(t, dsn)
		a, k := drawnCard(t, "changsha")
		b, _ := drawnCard(t, "zhuzhou")
		if err := s.RenewCard(ctx, a); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("renewed before it was joined: %v", err)
		}
		for _, c := range []card.Signed{b, a} {
			if err := s.JoinCard(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		c := a.Card
		c.Version, c.URL, c.Made = 2, "http://127.0.0.1:2", c.Made+60
		next, err := card.Sign(rand.Reader, c, k)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time changes nothing
			if err := s.RenewCard(ctx, next); err != nil {
				t.Fatal(err)
			}
		}
		size, err := s.Size(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var fault *card.Fault
		if err := s.RenewCard(ctx, a); !errors.As(err, &fault) || fault.Code != card.FaultOlder {
			t.Errorf("the older card: %v", err)
		}
		if now, err := s.Size(ctx); err != nil || now != size {
			t.Errorf("a refusal left %d entries, %v", now-size, err)
		}
		sound(t, s)
		list, err := s.Cards(ctx)
		if err != nil || len(list) != 2 || list[0].Card.URL != c.URL || list[1].Card.Name != "zhuzhou" {
			t.Fatalf("%+v, %v", list, err)
		}
		again := restored(t, s)
		if back, err := again.Cards(ctx); err != nil || len(back) != 2 || back[0].Fingerprint() != list[0].Fingerprint() {
			t.Errorf("%+v, %v", back, err)
		}
	})
}

func TestAlteredCardsAreNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"the card", `UPDATE note SET text = '{}'`, evidence.NoteAltered},
		{"whose it is", `UPDATE note SET id = 'xiangtan'`, evidence.NoteAltered},
		{"a card of somebody", `INSERT INTO note (log, room, id, action, text) VALUES (999, 'card', 'x', 'joined', '')`, evidence.NoteInserted},
		{"its version", `UPDATE node_card SET version = 7`, evidence.NoteAltered},
		{"no card", `DELETE FROM node_card`, evidence.NoteMissing},
		{"no card and no note", `DELETE FROM node_card; DELETE FROM note`, evidence.NoteMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, dsn := context.Background(), storetest.DSN(t, "sqlite")
			s := storetest.Open(t, dsn)
			a, _ := drawnCard(t, "changsha")
			if err := s.JoinCard(ctx, a); err != nil {
				t.Fatal(err)
			}
			sound(t, s)
			storetest.Exec(t, dsn, c.text)
			report, err := s.CheckIntegrity(ctx, evidence.AuditOptions{})
			if err != nil || !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Code == c.want }) {
				t.Errorf("%+v, %v; want %s", report.Findings, err, c.want)
			}
		})
	}
}
