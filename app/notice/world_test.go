package notice_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"conurb/app/notice"
	"conurb/area"
	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/rights"
)

// post is a mail server of this machine, written by others (go-smtp).
type post struct {
	mu      sync.Mutex
	answer  error // to every message
	users   map[string]string
	letters []*netmail.Message
	bodies  []string
	to      []string
	server  *smtp.Server
	port    int
	roots   *x509.CertPool
}

type visit struct {
	p        *post
	to       string
	signedIn bool
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{p: p}, nil }

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if v.p.users[user] != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		v.signedIn = true
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if len(v.p.users) > 0 && !v.signedIn {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error { v.to = to; return nil }
func (v *visit) Reset()                                    {}
func (v *visit) Logout() error                             { return nil }

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return err
	}
	v.p.mu.Lock()
	defer v.p.mu.Unlock()
	if v.p.answer != nil {
		return v.p.answer
	}
	body, err := io.ReadAll(m.Body)
	v.p.letters, v.p.bodies, v.p.to = append(v.p.letters, m), append(v.p.bodies, string(body)), append(v.p.to, v.to)
	return err
}

// certificate is one of this machine, and the pool that trusts it.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "here"}, NotBefore: time.Unix(0, 0), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(made)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func openPost(t testing.TB, users map[string]string) *post {
	t.Helper()
	cert, roots := certificate(t)
	p := &post{users: users, roots: roots}
	p.server = smtp.NewServer(p)
	p.server.Domain, p.server.TLSConfig = "here", &tls.Config{Certificates: []tls.Certificate{cert}}
	p.server.ReadTimeout, p.server.WriteTimeout = 10*time.Second, 10*time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	done := make(chan error, 1)
	go func() { done <- p.server.Serve(l) }()
	t.Cleanup(func() {
		p.server.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return p
}

func (p *post) mail() *notice.Mail {
	return &notice.Mail{Host: "127.0.0.1", Port: p.port, From: "长沙市（示例） <notices@changsha.example>", Roots: p.roots}
}

func (p *post) says(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = err
}

func (p *post) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.letters)
}

// world is a node with notices, a clock that is moved by hand, and a reader.
type world struct {
	*notice.Notices
	watch *storetest.Watch
	t     testing.TB
	s     *store.Store
	key   *jws.Private
	log   *bytes.Buffer
	mu    sync.Mutex
	seen  []hooked
	hook  *httptest.Server
	say   func(w http.ResponseWriter, body []byte)
}

// hooked is a request that a webhook got.
type hooked struct {
	request *http.Request
	body    []byte
}

var (
	li     = rights.Principal{ID: "a1", Kind: rights.Citizen, HolderKind: "111", HolderCode: "430199199003070011"}
	person = casework.Person{City: "changsha", Kind: "111", Code: "430199199003070011", Name: "李明（示例）"}
)

func open(t testing.TB, m *notice.Mail) *world {
	t.Helper()
	w := &world{t: t, watch: storetest.NewWatch(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), 0), log: &bytes.Buffer{}}
	w.s = storetest.OpenWith(t, storetest.DSN(t, "sqlite"), store.Options{Signer: storetest.Signer(t, "node.example/log"), Now: w.watch.Now})
	var err error
	if w.key, err = jws.Generate(jws.EdDSA, rand.Reader); err != nil {
		t.Fatal(err)
	}
	w.hook = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		w.seen = append(w.seen, hooked{r, b})
		say := w.say
		w.mu.Unlock()
		if say == nil {
			_, _ = out.Write(b) // a challenge comes back as it is
			return
		}
		say(out, b)
	}))
	t.Cleanup(w.hook.Close)
	w.Notices = notice.New(notice.Options{Store: w.s, URL: "https://changsha.example", Title: area.Text{Zh: "长沙市（示例）", En: "Changsha (example)"}, Mail: m,
		Hooks: notice.Hooks{Key: func() *jws.Private { return w.key }, Private: true}, Now: w.watch.Now, Log: slog.New(slog.NewTextHandler(w.log, nil))})
	return w
}

func (w *world) tell(code string) {
	w.t.Helper()
	err := w.s.Do(context.Background(), func(d *store.Deed) error {
		return w.Tell(d, person, code, map[string]string{"item": "户口迁移", "until": "2026-12-03", "name": "李明"}, "/cases/1")
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) carry() {
	w.t.Helper()
	if err := w.Carry(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// out is where the newest notice stands on its ways.
func (w *world) out() (list []store.NoticeOut) {
	w.t.Helper()
	all, err := w.s.Notices(context.Background(), store.NoticeFilter{To: store.Told{Kind: li.HolderKind, Code: li.HolderCode}, Limit: 1})
	if err != nil || len(all) != 1 {
		w.t.Fatal(all, err)
	}
	if list, err = w.s.NoticesOut(context.Background(), all[0].ID); err != nil {
		w.t.Fatal(err)
	}
	return list
}
