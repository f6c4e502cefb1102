package notice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	"github.com/wneessen/go-mail"

	"conurb/locale"
	"conurb/store"
)

// Mail is the mail server that a node sends by.
type Mail struct {
	Host     string
	Port     int
	From     string // address, or name and address (RFC 5322)
	User     string // empty: without signing in
	Password string
	TLS      string         // one of TLSs; empty is the first
	Roots    *x509.CertPool // nil: those of the system
}

// How a connection to a mail server is kept from others: STARTTLS or it is not used (RFC 3207),
// TLS from the first byte (RFC 8314), or not at all, on the machine itself.
const (
	StartTLS = "starttls"
	FullTLS  = "tls"
	NoTLS    = "none"
)

// TLSs are the ways.
var TLSs = []string{StartTLS, FullTLS, NoTLS}

// ErrMail is a mail server that the node cannot use as described.
var ErrMail = errors.New("the mail server")

// Check tells whether mail can be sent as described.
func (m *Mail) Check() error {
	if m.TLS == NoTLS && !loopback(m.Host) {
		return fmt.Errorf("%w %s is not this machine: without TLS others read along", ErrMail, m.Host)
	}
	if m.TLS == NoTLS && m.User != "" {
		return fmt.Errorf("%w %s: a password is not sent without TLS", ErrMail, m.Host)
	}
	if err := mail.NewMsg().From(m.From); err != nil {
		return fmt.Errorf("%w: from %q: %w", ErrMail, m.From, err)
	}
	_, err := m.client()
	return err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (m *Mail) client() (*mail.Client, error) {
	o := []mail.Option{mail.WithPort(m.Port), mail.WithTimeout(patience), mail.WithTLSConfig(&tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12})}
	switch m.TLS {
	case FullTLS:
		o = append(o, mail.WithSSL())
	case NoTLS:
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	default:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.User != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(m.Password))
	}
	c, err := mail.NewClient(m.Host, o...)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrMail, m.Host, err)
	}
	return c, nil
}

// letter is what is sent.
type letter struct {
	id, to, lang, subject, text string
}

func (n *Notices) byMail(ctx context.Context, o *store.NoticeOut, lang string) error {
	if n.Mail == nil {
		return &trouble{TroubleForbidden, true, errors.New("the node has no mail server")}
	}
	title, text := n.words(lang, &o.Notice)
	return n.send(ctx, letter{id: o.Notice.ID, to: o.Address, lang: locale.Match(lang), subject: title,
		text: text + "\n\n" + n.link(&o.Notice) + "\n\n" + n.foot(lang)})
}

// foot says who writes and how to end it.
func (n *Notices) foot(lang string) string {
	return locale.T(lang, "notice.mail.foot", map[string]string{"node": n.title(lang), "link": n.URL + "/notices?tab=settings"})
}

func (n *Notices) title(lang string) string {
	if locale.Match(lang) == "en" {
		return n.Title.En
	}
	return n.Title.Zh
}

// send gives a letter to the mail server. Its errors are troubles.
func (n *Notices) send(ctx context.Context, l letter) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(n.Mail.From), msg.To(l.to)); err != nil {
		return &trouble{TroubleForbidden, true, err}
	}
	msg.Subject(n.title(l.lang) + " – " + l.subject)
	msg.SetMessageIDWithValue(l.id + "@" + n.domain())
	msg.SetDateWithValue(n.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody answers automatically
	msg.SetGenHeader("Content-Language", l.lang)
	msg.SetBodyString(mail.TypeTextPlain, l.text)
	c, err := n.Mail.client()
	if err != nil {
		return &trouble{TroubleUnreachable, false, err}
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return mailTrouble(c.DialAndSendWithContext(ctx, msg))
}

// domain is what ids of mails end with (RFC 5322 §3.6.4).
func (n *Notices) domain() string {
	_, host, _ := strings.Cut(n.URL, "://")
	host, _, _ = strings.Cut(host, ":")
	return host
}

// mailTrouble tells what a mail server means: 4yz is for now, 5yz for good (RFC 5321 §4.2.1),
// but a password that is not taken is the node's own trouble, which somebody may mend.
func mailTrouble(err error) error {
	if err == nil {
		return nil
	}
	var no *mail.SendError // whose text names the reader's address, which is not for the log
	var code *textproto.Error
	switch {
	case errors.As(err, &no) && no.IsTemp():
		return &trouble{TroubleBusy, false, fmt.Errorf("%s (SMTP %d)", no.Reason, no.ErrorCode())}
	case errors.As(err, &no) && no.ErrorCode() >= 500:
		return &trouble{TroubleRefused, true, fmt.Errorf("%s (SMTP %d)", no.Reason, no.ErrorCode())}
	case errors.As(err, &code) && (code.Code == 535 || code.Code == 534 || code.Code == 530):
		return &trouble{TroubleSignIn, false, err}
	}
	return &trouble{TroubleUnreachable, false, err}
}
