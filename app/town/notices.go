package town

import (
	"conurb/app/notice"
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

// Name is that of a city; of what is not known, the id.
func (n named) Name(lang, arg, id string) string {
	if arg != "city" {
		return id
	}
	for _, c := range n.App.Pack().Area.Cities {
		if c.ID != id {
			continue
		}
		if locale.Match(lang) == "en" {
			return c.Name.En
		}
		return c.Name.Zh
	}
	return id
}
