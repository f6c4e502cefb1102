package town

import (
	"context"

	"conurb/app/notice"
	"conurb/area"
	"conurb/kit/jws"
	"conurb/locale"
)

// openNotices makes the notices of the node: in the page, and out of it as node.yaml says.
func (t *Town) openNotices(o Options) error {
	n, conf := t.Node, t.Node.Config.Notices
	s := notice.Options{Store: t.App.Store(), URL: t.URL(), Title: n.Config.Title, Names: named{t}, Now: o.Now, Log: t.log,
		Hooks: notice.Hooks{Key: func() *jws.Private { return n.Voice().Key }, Private: conf.Private}}
	if conf.Mail.Host != "" {
		password, err := conf.Mail.Password(o.Dir)
		if err != nil {
			return err
		}
		s.Mail = &notice.Mail{Host: conf.Mail.Host, Port: conf.Mail.Port, From: conf.Mail.From, User: conf.Mail.User, Password: password, TLS: conf.Mail.TLS}
		if err := s.Mail.Check(); err != nil {
			return err
		}
	}
	t.Notices = notice.New(s)
	return nil
}

// named are the names of what notices speak of.
type named struct{ *Town }

// Name is that of a city or of an item; of what is not known, the id.
func (n named) Name(lang, arg, id string) string {
	var text area.Text
	switch {
	case arg == "item" && n.Services != nil:
		text = n.ItemName(context.Background(), string(n.Node.Me()), id)
	case arg == "city":
		for _, c := range n.App.Pack().Area.Cities {
			if c.ID == id {
				text = c.Name
			}
		}
	}
	if locale.Match(lang) == "en" && text.En != "" {
		return text.En
	}
	if text.Zh != "" {
		return text.Zh
	}
	return id
}
