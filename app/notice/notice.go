package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/locale"
	"conurb/store"
)

// Options are what New needs.
type Options struct {
	Store *store.Store
	URL   string // of the node: links begin with it
	Title area.Text
	Mail  *Mail // nil: the node sends none
	Hooks Hooks // of webhooks
	Names Names // nil: ids stand for themselves
	Now   func() time.Time
	Log   *slog.Logger
}

// Names are how people call what arguments name. An id that is not known is its own name.
type Names interface {
	Name(lang, arg, id string) string
}

// Notices tells people; it is a cases.Teller and httpapi.Notices.
type Notices struct {
	Options
	client *http.Client
	wake   chan struct{}
}

// The errors of Tell are faults of whoever tells.
var (
	ErrCode   = errors.New("no words for that notice")
	ErrNobody = errors.New("a notice to nobody")
	ErrLink   = errors.New("a link of a notice is a path of this node")
)

// New makes the notices of a node.
func New(s Options) *Notices {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return &Notices{Options: s, client: s.Hooks.client(), wake: make(chan struct{}, 1)}
}

// account is the kind of the number by which somebody is named who holds no licence: a member
// of staff.
const account = "account"

// told is by what somebody is named.
func told(kind, code, id string) (store.Told, error) {
	switch {
	case code != "":
		return store.Told{Kind: kind, Code: code}, nil
	case id != "":
		return store.Told{Kind: account, Code: id}, nil
	}
	return store.Told{}, ErrNobody
}

// Tell tells somebody, within the deed of what he is told of: a line in the page, and on its
// way out where he asked for that.
func (n *Notices) Tell(d *store.Deed, to casework.Person, code string, args map[string]string, link string) error {
	kind, known := Codes[code]
	if !known {
		return fmt.Errorf("notice %q: %w", code, ErrCode)
	}
	if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") {
		return fmt.Errorf("notice %s: %q: %w", code, link, ErrLink)
	}
	who, err := told(to.Kind, to.Code, to.Account)
	if err != nil {
		return fmt.Errorf("notice %s: %w", code, err)
	}
	set, err := d.NoticeSettings(who)
	if err != nil {
		return err
	}
	_, err = d.Notify(store.Notice{To: who, Code: code, Args: args, Link: link, Out: n.ways(&set, kind)})
	n.Wake()
	return err
}

// ways are those by which somebody is told of a kind.
func (n *Notices) ways(set *store.NoticeSettings, kind string) (list []store.NoticeWay) {
	if n.Mail != nil && set.Mail != "" && slices.Contains(set.MailKinds, kind) {
		list = append(list, store.NoticeWay{Way: store.ByMail, Address: set.Mail})
	}
	if set.Webhook != "" && slices.Contains(set.WebhookKinds, kind) {
		list = append(list, store.NoticeWay{Way: store.ByWebhook, Address: set.Webhook})
	}
	return list
}

// Wake has what is on its way looked at soon.
func (n *Notices) Wake() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// words are the line and the text of a notice.
func (n *Notices) words(lang string, of *store.Notice) (title, text string) {
	args := map[string]string{}
	for k, v := range of.Args {
		args[k] = n.arg(lang, k, v)
	}
	key := "notice." + of.Code
	return locale.T(lang, key, args), locale.T(lang, key+".text", args)
}

func (n *Notices) arg(lang, name, value string) string {
	if d, err := area.ParseDate(value); err == nil && name == "until" {
		return day(lang, d)
	}
	if n.Names == nil {
		return value
	}
	return n.Names.Name(lang, name, value)
}

// day is a day as people write it.
func day(lang string, d area.Date) string {
	t, err := time.Parse(time.DateOnly, d.String())
	if err != nil {
		return d.String()
	}
	if locale.Match(lang) == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// link is where a notice leads, whoever opens it.
func (n *Notices) link(of *store.Notice) string { return n.URL + of.Link }

// everySo is how long what another program wrote may wait.
const everySo = 2 * time.Second

// Run carries what is due out of the node until ctx ends.
func (n *Notices) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := n.Carry(ctx); err != nil && ctx.Err() == nil {
			n.Log.Error("notices", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-n.wake:
		case <-time.After(everySo):
		}
	}
}
