package town

import (
	"context"
	"fmt"

	"conurb/area"
	"conurb/door/httpapi"
	"conurb/kit/httpsig"
	"conurb/trust/message"
)

// Accept is part of peer.House.
func (h house) Accept(ctx context.Context, m *httpsig.Message) (bool, error) {
	return h.Node.Accept(ctx, m)
}

// AcceptBatch is part of peer.House.
func (h house) AcceptBatch(ctx context.Context, m *httpsig.Message) ([]*message.Refusal, error) {
	return h.Node.AcceptBatch(ctx, m)
}

// nodes is the node among the others, as the page asks for it.
type nodes struct{ t *Town }

var _ httpapi.Nodes = nodes{}

// Here is part of httpapi.Nodes.
func (n nodes) Here() httpapi.NodeHere {
	c, _ := n.t.Node.Card(n.t.Node.Me())
	h := httpapi.NodeHere{Name: string(c.Card.Name), Title: c.Card.Title, URL: c.Card.URL, Fingerprint: c.Fingerprint(), Authority: c.Card.Authority.Name, Demo: n.t.demo}
	for _, name := range n.t.Node.Others() {
		if o, ok := n.t.Node.Card(name); ok {
			h.Others = append(h.Others, httpapi.NodeLink{Name: string(name), Title: o.Card.Title, URL: o.Card.URL})
		}
	}
	return h
}

// Standing is part of httpapi.Nodes.
func (n nodes) Standing(ctx context.Context) (httpapi.NodeStanding, error) {
	st, err := n.t.Node.Status(ctx)
	out := httpapi.NodeStanding{Log: st.Log}
	for _, o := range st.Others {
		out.Others = append(out.Others, httpapi.NodeOther{Name: string(o.Name), URL: o.URL, Fingerprint: o.Fingerprint,
			Title: area.Text{Zh: o.Title["zh"], En: o.Title["en"]}, Error: o.Error, Ahead: o.Ahead, Waiting: o.Waiting, Dead: o.Dead, Failed: o.Failed})
	}
	for _, l := range st.Letters {
		out.Letters = append(out.Letters, httpapi.NodeLetter{Box: l.Box, ID: l.ID, Other: string(l.Other), Kind: l.Kind, Case: l.Case, Code: l.Reason.Code, Args: l.Reason.Args})
	}
	return out, err
}

// Retry is part of httpapi.Nodes.
func (n nodes) Retry(ctx context.Context, id string) error {
	there, err := n.t.Node.Retry(ctx, id)
	if err == nil && !there {
		err = fmt.Errorf("message %s: %w", id, httpapi.ErrUnknown)
	}
	return err
}
