package witness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// The kinds of messages.
const (
	KindCheckpoint  = "log.checkpoint"
	KindCosignature = "log.cosignature"
	KindRefused     = "log.refused"
)

// The codes of findings that a witness's refusal has not; words are "evidence.as.<as>.<code>".
const (
	RolledBack = "rolled-back" // the witness holds more of our log than we have
	Forked     = "forked"      // what the witness holds is no part of our log
	Unproven   = "unproven"    // what the witness says it holds, our log never signed
)

// Codes lists all codes of findings.
var Codes = append([]string{RolledBack, Forked, Unproven}, evidence.WitnessCodes...)

// mostTries bounds how often a question is put anew after a conflict: a witness that holds
// another size every time is left alone until there is news.
const mostTries = 3

// Node is the node that asks and is asked; *node.Node is one.
type Node interface {
	Me() trustlist.Party
	Voice() store.Voice
	Store() *store.Store
	Cards() []card.Signed
	Wake() // there is post
}

// Times say how often a log asks; zero values take the usual ones.
type Times struct {
	Every    time.Duration // between two questions to one witness: a minute
	Again    time.Duration // after one that brought no cosignature, without news: an hour
	Patience time.Duration // for the answer to a message that was delivered: ten minutes
	Look     time.Duration // between two looks at the log: two seconds
}

func (t Times) orUsual() Times {
	for _, f := range []struct {
		to    *time.Duration
		usual time.Duration
	}{{&t.Every, time.Minute}, {&t.Again, time.Hour}, {&t.Patience, 10 * time.Minute}, {&t.Look, 2 * time.Second}} {
		if *f.to == 0 {
			*f.to = f.usual
		}
	}
	return t
}

// Witness asks and answers for a node.
type Witness struct {
	node  Node
	key   *evidence.Cosigner
	mine  string // the key of this node's log
	times Times
	log   *slog.Logger
}

// New makes the witness of a node, with the secret key of its log (the text of node.key).
func New(n Node, secret string, t Times, log *slog.Logger) (*Witness, error) {
	key, err := evidence.NewCosigner(secret)
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	signer, err := evidence.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	return &Witness{n, key, signer.VKey(), t.orUsual(), log}, nil
}

// VKey is the key of this node's cosignatures.
func (w *Witness) VKey() string { return w.key.VKey() }

// Handlers are the effects of the messages, by kind.
func (w *Witness) Handlers() map[string]func(context.Context, *store.Deed, message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindCheckpoint: w.takeCheckpoint, KindCosignature: w.takeCosignature, KindRefused: w.takeRefused,
	}
}

// Run asks whenever it is time, until ctx ends.
func (w *Witness) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := w.Round(ctx, false); err != nil && ctx.Err() == nil {
			w.log.Error("cosignatures", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.times.Look):
		}
	}
}

// Round asks the witnesses whose time it is, all about the newest checkpoint; now asks them
// without waiting for their time or for news. It returns how many it asked.
func (w *Witness) Round(ctx context.Context, now bool) (asked int, err error) {
	var due []message.Node
	for _, c := range w.node.Cards() {
		if c.Card.Name == w.node.Me() {
			continue
		}
		is, err := w.due(ctx, message.Node(c.Card.Name), now)
		if err != nil {
			return 0, err
		}
		if is {
			due = append(due, message.Node(c.Card.Name))
		}
	}
	if len(due) == 0 {
		return 0, nil
	}
	err = w.node.Store().Do(ctx, func(d *store.Deed) error {
		asked = 0
		_, size, err := d.Checkpoint(0)
		if err != nil || size == 0 {
			return err
		}
		for _, to := range due {
			last, there, err := d.Ask(to)
			if err != nil {
				return err
			}
			if there && (last.Age < w.times.Every && !now || w.waits(last)) {
				continue // another process of this node asked meanwhile
			}
			old, err := d.CosignedUpTo(to)
			if err != nil {
				return err
			}
			if old >= size {
				continue
			}
			if err := w.ask(d, to, old, size, 0); err != nil {
				return err
			}
			asked++
		}
		return nil
	})
	if asked > 0 {
		w.node.Wake()
	}
	return asked, err
}

// waits tells that an answer is still to be hoped for.
func (w *Witness) waits(a store.Ask) bool {
	return a.Open && !a.Dead && (!a.Sent || a.Age < w.times.Patience)
}

// due tells whether a witness is to be asked. What another process has done meanwhile, the
// deed looks at again.
func (w *Witness) due(ctx context.Context, to message.Node, now bool) (bool, error) {
	s := w.node.Store()
	last, there, err := s.LastAsk(ctx, to)
	if err != nil || !there {
		return err == nil, err
	}
	switch {
	case w.waits(last):
		return false, nil
	case now:
		return true, nil
	case last.Age < w.times.Every:
		return false, nil
	case last.Age >= w.times.Again && !last.Done:
		return true, nil
	}
	return s.News(ctx, last.Size)
}

// checkpointBody is that of log.checkpoint.
type checkpointBody struct {
	Log        string   `json:"log"`        // name and ID of the key of the log
	Checkpoint string   `json:"checkpoint"` // signed
	Old        int64    `json:"old"`
	Proof      []string `json:"proof"` // base64
}

// cosignatureBody is that of log.cosignature.
type cosignatureBody struct {
	Size int64  `json:"size"`
	Line string `json:"line"`
}

// refusedBody is that of log.refused.
type refusedBody struct {
	Code   string `json:"code"`
	Size   int64  `json:"size"`           // that the witness holds
	Held   string `json:"held,omitempty"` // what it cosigned last
	Detail string `json:"detail,omitempty"`
}

// ask puts the question into the outbox.
func (w *Witness) ask(d *store.Deed, to message.Node, old, size int64, tries int) error {
	signed, _, err := d.Checkpoint(size)
	if err != nil {
		return err
	}
	body := checkpointBody{Log: keyID(w.mine), Checkpoint: signed, Old: old, Proof: []string{}}
	if old > 0 && old < size {
		proof, err := evidence.ConsistencyProof(size, old, d.Nodes())
		if err != nil {
			return err
		}
		body.Proof = evidence.Proof64(proof)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	m, err := d.Send(w.node.Voice(), message.Draft{To: to, Kind: KindCheckpoint, Case: store.LogCases + id.String(), Body: body})
	if err != nil {
		return err
	}
	return d.Asked(to, m.Envelope.ID, size, tries)
}

// keyID is the name and ID of a verifier key.
func keyID(vkey string) string {
	name, rest, _ := strings.Cut(vkey, "+")
	id, _, _ := strings.Cut(rest, "+")
	return name + "+" + id
}

// takeCosignature keeps an answer.
func (w *Witness) takeCosignature(_ context.Context, d *store.Deed, m message.Sealed) error {
	var body cosignatureBody
	if err := read(m, &body); err != nil {
		return err
	}
	from := m.Envelope.From
	if body.Size < 1 {
		return unhandled(fmt.Errorf("checkpoint of %d", body.Size))
	}
	signed, _, err := d.Checkpoint(body.Size)
	if err != nil {
		return err
	}
	vkey, err := w.vkeyOf(from)
	if err != nil {
		return err
	}
	c, err := evidence.OpenCosignature([]byte(signed), body.Line, vkey)
	if err != nil {
		return unhandled(fmt.Errorf("checkpoint of %d: %w", body.Size, err))
	}
	return errors.Join(d.Cosign(from, body.Size, c.Line), d.Answered(from, m.Envelope.InReplyTo))
}

// vkeyOf is the key of another node's log.
func (w *Witness) vkeyOf(name message.Node) (string, error) {
	for _, c := range w.node.Cards() {
		if message.Node(c.Card.Name) == name {
			return c.Card.Log, nil
		}
	}
	return "", unhandled(fmt.Errorf("no card of %s is known", name))
}

func read(m message.Sealed, to any) error {
	if err := json.Unmarshal(m.Envelope.Body, to); err != nil {
		return unhandled(err)
	}
	return nil
}

func unhandled(err error) error {
	return message.NoEffect(err.Error())
}
