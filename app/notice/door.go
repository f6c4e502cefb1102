package notice

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	netmail "net/mail"
	"slices"
	"strings"

	"conurb/door/httpapi"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/rights"
)

// The refusals of settings; words are "notice.refusal.<code>".
const (
	RefusedNoMail  = "no-mail"  // the node sends none
	RefusedAddress = "address"  // not an e-mail address: address
	RefusedSoon    = "soon"     // a code was sent a moment ago
	RefusedNoCode  = "no-code"  // none waits
	RefusedOver    = "over"     // its time or its tries are over
	RefusedCode    = "code"     // another one
	RefusedKind    = "kind"     // kind
	RefusedHook    = "hook"     // not an address that the node sends to: address
	RefusedNotSent = "not-sent" // the mail could not be sent: trouble
	RefusedAnswer  = "answer"   // the webhook did not take the challenge: trouble
)

// Refusals are all of them.
var Refusals = []string{RefusedNoMail, RefusedAddress, RefusedSoon, RefusedNoCode, RefusedOver, RefusedCode, RefusedKind, RefusedHook, RefusedNotSent, RefusedAnswer}

var _ httpapi.Notices = (*Notices)(nil)

func refuse(err error, code string, pairs ...string) error {
	r := &httpapi.NoticeRefusal{Code: code, Args: map[string]string{}, Err: err}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

// List is part of httpapi.Notices, as are the others.
func (n *Notices) List(ctx context.Context, of rights.Principal, q httpapi.NoticeQuestion) (list []httpapi.Notice, unread int, err error) {
	to, err := told(of.HolderKind, of.HolderCode, of.ID)
	if err != nil {
		return nil, 0, err
	}
	if unread, err = n.Store.UnreadNotices(ctx, to); err != nil {
		return nil, 0, err
	}
	all, err := n.Store.Notices(ctx, store.NoticeFilter{To: to, Before: q.Before, Unread: q.Unread, Limit: q.Limit})
	for _, x := range all {
		title, text := n.words(q.Language, &x.Notice)
		list = append(list, httpapi.Notice{ID: x.ID, Code: x.Code, Kind: Codes[x.Code], Title: title, Text: text, Link: x.Link, At: x.At, Read: x.Read})
	}
	return list, unread, err
}

// Read marks one as read, or all.
func (n *Notices) Read(ctx context.Context, of rights.Principal, id string) error {
	to, err := told(of.HolderKind, of.HolderCode, of.ID)
	if err != nil {
		return err
	}
	if err = n.Store.ReadNotices(ctx, to, id); errors.Is(err, store.ErrUnknown) {
		return httpapi.ErrUnknown
	}
	return err
}

// Settings are how somebody wants to be told.
func (n *Notices) Settings(ctx context.Context, of rights.Principal) (httpapi.NoticeSettings, error) {
	return n.settings(ctx, of, nil)
}

// settings are those of somebody, changed where alter is there.
func (n *Notices) settings(ctx context.Context, of rights.Principal, alter func(*store.NoticeSettings) error) (out httpapi.NoticeSettings, err error) {
	to, err := told(of.HolderKind, of.HolderCode, of.ID)
	if err != nil {
		return out, err
	}
	var set store.NoticeSettings
	if alter != nil {
		set, err = n.Store.SetNotices(ctx, to, alter)
	} else {
		set, err = n.Store.NoticeSettings(ctx, to)
	}
	if err != nil {
		return out, err
	}
	waiting, err := n.Store.NoticeCode(ctx, to)
	out = httpapi.NoticeSettings{Language: locale.Match(set.Language),
		Mail:    httpapi.NoticeWay{There: n.Mail != nil, Address: set.Mail, Waiting: waiting, Kinds: orUsual(set.MailKinds)},
		Webhook: httpapi.NoticeWay{There: true, Address: set.Webhook, Kinds: orUsual(set.WebhookKinds)}}
	for _, k := range Kinds {
		out.Kinds = append(out.Kinds, httpapi.NoticeKind{ID: k})
	}
	return out, err
}

// usual is what goes out to whoever did not choose yet.
var usual = []string{Todo, Result}

func orUsual(kinds []string) []string {
	if kinds == nil {
		kinds = usual
	}
	return append([]string{}, kinds...)
}

// Set changes the language and what goes out.
func (n *Notices) Set(ctx context.Context, of rights.Principal, c httpapi.NoticeChoice) (httpapi.NoticeSettings, error) {
	for _, k := range slices.Concat(c.Mail, c.Webhook) {
		if !slices.Contains(Kinds, k) {
			return httpapi.NoticeSettings{}, refuse(nil, RefusedKind, "kind", k, "all", strings.Join(Kinds, ", "))
		}
	}
	return n.settings(ctx, of, func(set *store.NoticeSettings) error {
		set.Language, set.MailKinds, set.WebhookKinds = c.Language, append([]string{}, c.Mail...), append([]string{}, c.Webhook...)
		return nil
	})
}

// Drop ends a way.
func (n *Notices) Drop(ctx context.Context, of rights.Principal, way string) (httpapi.NoticeSettings, error) {
	return n.settings(ctx, of, func(set *store.NoticeSettings) error {
		if way == store.ByMail {
			set.Mail = ""
		} else {
			set.Webhook = ""
		}
		return nil
	})
}

// address is an e-mail address as it is kept: without a name, and such that it stands on one
// line (RFC 5322 §3.4.1).
func address(text string) (string, bool) {
	a, err := netmail.ParseAddress(strings.TrimSpace(text))
	if err != nil || a.Name != "" || len(a.Address) > 254 || strings.ContainsAny(a.Address, " \"<>\r\n\t") || !strings.Contains(a.Address[strings.LastIndex(a.Address, "@")+1:], ".") {
		return "", false
	}
	return a.Address, true
}

// codeOf is the digest by which a code is kept.
func codeOf(to store.Told, code string) string {
	sum := sha256.Sum256([]byte(to.Kind + "\x00" + to.Code + "\x00" + code))
	return hex.EncodeToString(sum[:])
}

// AskMail sends a code to an address, and waits until the mail server has it.
func (n *Notices) AskMail(ctx context.Context, of rights.Principal, text, lang string) (out httpapi.NoticeSettings, err error) {
	to, err := told(of.HolderKind, of.HolderCode, of.ID)
	if err != nil {
		return out, err
	}
	a, ok := address(text)
	switch {
	case n.Mail == nil:
		return out, refuse(nil, RefusedNoMail)
	case !ok:
		return out, refuse(nil, RefusedAddress, "address", text)
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return out, err
	}
	code := fmt.Sprintf("%06d", number)
	kept, err := n.Store.KeepNoticeCode(ctx, to, a, codeOf(to, code))
	if err != nil {
		return out, err
	}
	if !kept {
		return out, refuse(nil, RefusedSoon)
	}
	args := map[string]string{"code": code, "node": n.title(lang)}
	err = n.send(ctx, letter{id: rand.Text(), to: a, lang: locale.Match(lang), subject: locale.T(lang, "notice.confirm", args), text: locale.T(lang, "notice.confirm.text", args)})
	var t *trouble
	if errors.As(err, &t) {
		n.Log.Warn("a code did not go out", "code", t.code, "error", t.err)
		err = errors.Join(refuse(t, RefusedNotSent, "trouble", locale.T(lang, "notice.trouble."+t.code, nil)), n.Store.DropNoticeCode(ctx, to, codeOf(to, code)))
	}
	if err != nil {
		return out, err
	}
	return n.settings(ctx, of, nil)
}

// ConfirmMail makes an address the reader's by its code.
func (n *Notices) ConfirmMail(ctx context.Context, of rights.Principal, code string) (out httpapi.NoticeSettings, err error) {
	to, err := told(of.HolderKind, of.HolderCode, of.ID)
	if err != nil {
		return out, err
	}
	_, err = n.Store.ConfirmNoticeMail(ctx, to, codeOf(to, strings.TrimSpace(code)), usual)
	switch {
	case errors.Is(err, store.ErrUnknown):
		return out, refuse(err, RefusedNoCode)
	case errors.Is(err, store.ErrOver):
		return out, refuse(err, RefusedOver)
	case errors.Is(err, store.ErrStranger):
		return out, refuse(err, RefusedCode)
	case err != nil:
		return out, err
	}
	return n.settings(ctx, of, nil)
}

// SetWebhook keeps an address that answers a challenge.
func (n *Notices) SetWebhook(ctx context.Context, of rights.Principal, address string) (out httpapi.NoticeSettings, err error) {
	address = strings.TrimSpace(address)
	if err := n.Hooks.allowed(address); err != nil {
		return out, refuse(err, RefusedHook, "address", address)
	}
	err = n.challenge(ctx, address)
	var t *trouble
	if errors.As(err, &t) {
		if t.code == TroubleForbidden {
			return out, refuse(t, RefusedHook, "address", address)
		}
		return out, refuse(t, RefusedAnswer, "address", address)
	} else if err != nil {
		return out, err
	}
	return n.settings(ctx, of, func(set *store.NoticeSettings) error {
		if set.Webhook == "" && set.WebhookKinds == nil {
			set.WebhookKinds = append([]string{}, usual...)
		}
		set.Webhook = address
		return nil
	})
}
