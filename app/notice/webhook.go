package notice

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"crypto/tls"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/locale"
	"conurb/store"
)

// Hooks are how a node sends webhooks.
type Hooks struct {
	Key     func() *jws.Private // that signs them: the node's voice
	Private bool                // to private addresses too, and over http to loopback
	Roots   *x509.CertPool      // nil: those of the system
}

const (
	hookPatience = 10 * time.Second
	hookAnswer   = 64 << 10 // bytes of an answer that are read
	mostURL      = 500
	// HookTag is the tag of the signature.
	HookTag = "conurb-notice"
)

// HookParts are what the signature covers.
var HookParts = []string{"@method", "@target-uri", "content-type", "content-digest"}

// HookBody is what a webhook gets. A challenge has its Challenge alone, which the answer has to
// hold as it is.
type HookBody struct {
	ID        string            `json:"id,omitempty"` // the same in every try
	Node      string            `json:"node,omitempty"`
	Code      string            `json:"code,omitempty"`
	Kind      string            `json:"kind,omitempty"`
	At        time.Time         `json:"at,omitzero"`
	Title     map[string]string `json:"title,omitempty"` // by language
	Text      map[string]string `json:"text,omitempty"`
	Link      string            `json:"link,omitempty"`
	Challenge string            `json:"challenge,omitempty"`
}

var errAddress = errors.New("not an address that this node sends to")

// allowed tells whether an address may be sent to; where its host leads is held to that when it
// is dialled.
func (h *Hooks) allowed(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(address) > mostURL || u.Opaque != "":
		return errAddress
	case u.Scheme == "https":
	case u.Scheme != "http" || !h.Private || !loopback(u.Hostname()):
		return errAddress
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !h.reach(ip) {
		return errAddress
	}
	return nil
}

// inner are networks of no public host beside those that netip knows (IANA special-purpose
// address registries; translated and tunnelled addresses hold others in them).
var inner = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(list ...string) (all []netip.Prefix) {
	for _, p := range list {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

// reach tells whether a host at an address may be sent to.
func (h *Hooks) reach(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if ip.IsUnspecified() || ip.IsMulticast() {
		return false
	}
	if h.Private {
		return true
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range inner {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// client sends to the addresses that are allowed, whatever a name leads to at that moment, and
// follows no redirect and no proxy.
func (h *Hooks) client() *http.Client {
	d := &net.Dialer{Timeout: hookPatience, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !h.reach(to.Addr()) {
			return fmt.Errorf("%s: %w", address, errAddress)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       hookPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{Proxy: nil, DialContext: d.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: hookPatience,
			ResponseHeaderTimeout: hookPatience, MaxResponseHeaderBytes: 64 << 10, TLSClientConfig: &tls.Config{RootCAs: h.Roots, MinVersion: tls.VersionTLS12}},
	}
}

func (n *Notices) byWebhook(ctx context.Context, o *store.NoticeOut) error {
	b := HookBody{ID: o.Notice.ID, Node: n.URL, Code: o.Notice.Code, Kind: Codes[o.Notice.Code], At: o.Notice.At, Link: n.link(&o.Notice), Title: map[string]string{}, Text: map[string]string{}}
	for _, lang := range locale.Languages {
		b.Title[lang], b.Text[lang] = n.words(lang, &o.Notice)
	}
	_, err := n.post(ctx, o.Address, b)
	return err
}

// challenge asks an address whether it wants this node's notices.
func (n *Notices) challenge(ctx context.Context, address string) error {
	asked := rand.Text()
	answer, err := n.post(ctx, address, HookBody{Node: n.URL, Challenge: asked})
	if err == nil && !strings.Contains(string(answer), asked) {
		err = &trouble{TroubleRefused, true, errors.New("the challenge is not in the answer")}
	}
	return err
}

// post sends a signed body. Its errors are troubles: 410 is final (RFC 9110 §15.5.11), the other
// answers may change.
func (n *Notices) post(ctx context.Context, address string, body HookBody) ([]byte, error) {
	if err := n.Hooks.allowed(address); err != nil {
		return nil, &trouble{TroubleForbidden, true, err}
	}
	r, err := n.request(ctx, address, body)
	if err != nil {
		return nil, &trouble{TroubleForbidden, true, err}
	}
	answer, err := n.client.Do(r)
	switch {
	case errors.Is(err, errAddress):
		return nil, &trouble{TroubleForbidden, true, errAddress}
	case err != nil:
		var at *url.Error // which names the whole address, and whoever has that can write to its reader
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, &trouble{TroubleUnreachable, false, err}
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, hookAnswer))
	switch status := fmt.Errorf("%s", answer.Status); {
	case answer.StatusCode == http.StatusGone:
		return nil, &trouble{TroubleRefused, true, status}
	case answer.StatusCode/100 != 2:
		return nil, &trouble{TroubleBusy, false, status}
	case err != nil:
		return nil, &trouble{TroubleUnreachable, false, err}
	}
	return b, nil
}

func (n *Notices) request(ctx context.Context, address string, body HookBody) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	now, key := n.Now(), n.Hooks.Key()
	m := &httpsig.Message{Method: http.MethodPost, Scheme: u.Scheme, Authority: u.Host, Target: u.RequestURI(), Body: b}
	m.Set("Content-Type", "application/json")
	m.Set("Content-Digest", httpsig.Digest(b))
	sig, err := httpsig.New("notice", HookParts, httpsig.Params{Created: now, Expires: now.Add(httpsig.Node.MaxAge),
		Nonce: base64.RawURLEncoding.EncodeToString(nonce[:]), KeyID: key.Public().Thumbprint(), Tag: HookTag})
	if err != nil {
		return nil, err
	}
	if err := httpsig.Sign(rand.Reader, m, key, sig); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, m.Method, address, bytes.NewReader(m.Body))
	if err != nil {
		return nil, err
	}
	for _, f := range m.Fields {
		r.Header.Add(f.Name, f.Value)
	}
	r.Header.Set("User-Agent", "conurb")
	return r, nil
}
