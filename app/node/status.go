package node

import (
	"context"
	"io"
	"net/http"
	"sync"

	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// mostLetters bounds how much of the post is looked through for a status.
const mostLetters = 1000

// Status is how a node stands among the others.
type Status struct {
	Name    trustlist.Party `json:"name"`
	URL     string          `json:"url"`
	Version int             `json:"version"` // of its card
	Log     int64           `json:"log"`     // entries of its evidence log
	Others  []Other         `json:"others"`
	Letters []Letter        `json:"letters"` // what needs a person
}

// Other is another node as it was just found.
type Other struct {
	Name        trustlist.Party   `json:"name"`
	Title       map[string]string `json:"title"`
	URL         string            `json:"url"`
	Version     int               `json:"version"` // of its card here
	Fingerprint string            `json:"fingerprint"`
	Error       string            `json:"error,omitempty"` // it did not answer: why
	Ahead       float64           `json:"ahead"`           // its clock, seconds; as exact as a second
	Waiting     int               `json:"waiting"`         // messages that it has not taken
	Dead        int               `json:"dead"`            // that it will not take
	Failed      int               `json:"failed"`          // of its messages, those without effect here
}

// Letter is a message that needs a person.
type Letter struct {
	Box    string           `json:"box"` // out: the other will not take it; in: it had no effect
	ID     string           `json:"id"`
	Other  trustlist.Party  `json:"other"`
	Kind   string           `json:"kind"`
	Case   string           `json:"case"`
	Reason *message.Refusal `json:"reason"`
}

// The boxes of letters.
const (
	BoxOut = "out"
	BoxIn  = "in"
)

// Status asks the other nodes, all at once, and counts the post.
func (n *Node) Status(ctx context.Context) (Status, error) {
	if err := n.fresh(ctx); err != nil {
		return Status{}, err
	}
	mine, _ := n.Card(n.Me())
	st := Status{Name: n.Me(), URL: mine.Card.URL, Version: mine.Card.Version, Others: []Other{}, Letters: []Letter{}}
	var err error
	if st.Log, err = n.store.Size(ctx); err != nil {
		return st, err
	}
	place := map[trustlist.Party]int{}
	for _, c := range n.Cards() {
		if c.Card.Name != n.Me() {
			place[c.Card.Name] = len(st.Others)
			st.Others = append(st.Others, Other{Name: c.Card.Name, Title: map[string]string{"zh": c.Card.Title.Zh, "en": c.Card.Title.En}, URL: c.Card.URL, Version: c.Card.Version, Fingerprint: c.Fingerprint()})
		}
	}
	var all sync.WaitGroup
	for i := range st.Others {
		all.Go(func() { n.ask(ctx, &st.Others[i]) })
	}
	all.Wait()
	return st, n.count(ctx, &st, place)
}

func (n *Node) count(ctx context.Context, st *Status, place map[trustlist.Party]int) error {
	count := func(name message.Node, what func(*Other) *int) {
		if i, ok := place[trustlist.Party(name)]; ok {
			*what(&st.Others[i])++
		}
	}
	waiting, err := n.store.Outbox(ctx, message.Waiting, mostLetters)
	if err != nil {
		return err
	}
	for _, o := range waiting {
		count(o.Sealed.Envelope.To, func(o *Other) *int { return &o.Waiting })
	}
	dead, err := n.store.Outbox(ctx, message.Dead, mostLetters)
	if err != nil {
		return err
	}
	for _, o := range dead {
		e := o.Sealed.Envelope
		count(e.To, func(o *Other) *int { return &o.Dead })
		st.Letters = append(st.Letters, Letter{BoxOut, e.ID, trustlist.Party(e.To), e.Kind, e.Case, o.Reason})
	}
	in, err := n.store.Inbox(ctx, mostLetters)
	if err != nil {
		return err
	}
	for _, m := range in {
		if e := m.Sealed.Envelope; m.Reason != nil {
			count(e.From, func(o *Other) *int { return &o.Failed })
			st.Letters = append(st.Letters, Letter{BoxIn, e.ID, trustlist.Party(e.From), e.Kind, e.Case, m.Reason})
		}
	}
	return nil
}

// ask has another node show its card.
func (n *Node) ask(ctx context.Context, o *Other) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.URL+"/node/card", nil)
	if err != nil {
		o.Error = err.Error()
		return
	}
	answer, err := n.client.Do(r)
	if err != nil {
		n.see(o.Name, nil, err)
		o.Error = err.Error()
		return
	}
	defer answer.Body.Close()
	n.see(o.Name, answer, nil)
	o.Ahead = n.Seen(o.Name).Ahead.Seconds()
	b, err := io.ReadAll(io.LimitReader(answer.Body, card.MostBytes+1))
	if err == nil {
		var c card.Signed
		if c, err = card.Read(b); err == nil && c.Card.Name != o.Name {
			err = ErrUnknown
		}
	}
	if err != nil {
		o.Error = err.Error()
	}
}

// Retry sends a dead letter again, or gives a message without effect its turn again. there is
// false where no such message waits for a person.
func (n *Node) Retry(ctx context.Context, id string) (there bool, err error) {
	st, err := n.Status(ctx)
	if err != nil {
		return false, err
	}
	for _, l := range st.Letters {
		if l.ID != id {
			continue
		}
		defer n.Wake()
		if l.Box == BoxOut {
			return true, n.store.ReviveMessage(ctx, n.Voice(), id)
		}
		n.forget(id)
		return true, n.store.RetryMessage(ctx, message.Node(l.Other), id)
	}
	return false, nil
}
