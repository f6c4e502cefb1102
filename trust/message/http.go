package message

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
)

// ContentType is that of a message on its way.
const ContentType = "application/vnd.conurb.message+json"

// Place is where a node takes messages.
type Place struct {
	Scheme    string // https or http
	Authority string
	Target    string // path and query
}

// Request is the signed request that carries a message: another each time, with a nonce of
// its own, valid for five minutes.
func (s Sealed) Request(random io.Reader, to Place, now time.Time, key *jws.Private) (*httpsig.Message, error) {
	raw, err := s.Bytes()
	if err != nil {
		return nil, err
	}
	return request(random, ContentType, raw, to, now, key)
}

func request(random io.Reader, kind string, body []byte, to Place, now time.Time, key *jws.Private) (*httpsig.Message, error) {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	m := &httpsig.Message{Method: "POST", Scheme: to.Scheme, Authority: to.Authority, Target: to.Target, Body: body}
	m.Set("Content-Type", kind)
	m.Set("Content-Digest", httpsig.Digest(body))
	sig, err := httpsig.New("node", httpsig.Node.Require, httpsig.Params{
		Created: now, Expires: now.Add(httpsig.Node.MaxAge), Nonce: base64.RawURLEncoding.EncodeToString(nonce),
		KeyID: key.Public().Thumbprint(), Tag: httpsig.Node.Tag,
	})
	if err != nil {
		return nil, err
	}
	return m, httpsig.Sign(random, m, key, sig)
}

// Carrier is who signed a request, and by what it is known again.
type Carrier struct {
	Node  Node
	Nonce string
	Until time.Time // when it would be refused as too old in any case
}

// Open holds a request to its signature, by the keys that sign now. The message in it is
// still to be judged.
func (in Inbox) Open(m *httpsig.Message, now time.Time) (Carrier, error) {
	return in.open(m, ContentType, MaxBytes, now)
}

func (in Inbox) open(m *httpsig.Message, kind string, most int, now time.Time) (Carrier, error) {
	if len(m.Body) > most {
		return Carrier{}, refuse(Oversized, "bytes", fmt.Sprint(len(m.Body)), "most", fmt.Sprint(most))
	}
	if t := m.Get("Content-Type"); len(t) != 1 || t[0] != kind {
		return Carrier{}, refuse(Malformed, "detail", fmt.Sprintf("Content-Type %q", t))
	}
	var c Carrier
	var timed error
	sig, err := httpsig.Node.Verify(m, now, func(kid string) (httpsig.Key, bool) {
		for node := range in.Peers {
			if k, err := in.Peers.byThumbprint(node, kid); err == nil {
				c.Node, timed = node, k.signs(node, now, now)
				return httpsig.Public{Public: k.Public}, true
			}
		}
		return nil, false
	})
	var no *httpsig.Refusal
	switch {
	case errors.As(err, &no) && no.Code == httpsig.UnknownKey:
		return Carrier{}, refuse(UnknownKey, "key", no.Detail)
	case err != nil:
		return Carrier{}, refuse(Transport, "detail", err.Error())
	case timed != nil:
		return Carrier{}, timed
	}
	c.Nonce, c.Until = sig.Nonce, sig.Created.Add(httpsig.Node.Window())
	return c, nil
}

// From holds a message to whoever carried it: a node speaks for itself alone.
func (c Carrier) From(s Sealed) error {
	if s.Envelope.From != c.Node {
		return refuse(OtherSender, "from", string(s.Envelope.From), "signer", string(c.Node))
	}
	return nil
}
