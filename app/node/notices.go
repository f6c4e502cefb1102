package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"conurb/kit/form"
)

// Notices are how what people are told leaves the node.
type Notices struct {
	Mail    Mail // Host is empty: none is sent
	Private bool // webhooks may lead to private addresses too, and over http to this machine
}

// Mail is the server that mail is sent by.
type Mail struct {
	Host, From, User string
	Port             int
	File             string // that holds the password, relative to the folder; readable by its owner alone
	TLS              string // starttls, tls, none
}

// mailTLS are the ways to keep others from reading along.
var mailTLS = []string{"starttls", "tls", "none"}

func readNotices(f *form.Form, m *form.Mapping) (n Notices) {
	c := m.Child("notices", false)
	if c == nil {
		return n
	}
	n.Private = c.Flag("private", false)
	if s := c.Child("mail", false); s != nil {
		n.Mail = Mail{Host: s.Text("host", true), Port: s.Whole("port", true, 1, 65535), From: s.Text("from", true), User: s.Text("user", false),
			File: s.Text("password-file", false), TLS: s.One("tls", false, mailTLS)}
		if (n.Mail.User == "") != (n.Mail.File == "") {
			f.Report(s.Node, "notices.mail", ProblemBoth, "value", "user, password-file")
		}
		s.Done()
	}
	c.Done()
	return n
}

// Password reads the password from its file. One that others may read is refused.
func (m Mail) Password(dir string) (string, error) {
	if m.File == "" {
		return "", nil
	}
	name := m.File
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	s, err := os.Stat(name)
	if err != nil {
		return "", fmt.Errorf("password of the mail server: %w", err)
	}
	if s.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("password of the mail server: %s may be read by others: chmod 600", name)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("password of the mail server: %w", err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}
