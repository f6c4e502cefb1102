package notice_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"conurb/app/notice"
	"conurb/door/httpapi"
	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/livelihood/casework"
	"conurb/livelihood/deputy"
	"conurb/livelihood/fund"
	"conurb/livelihood/household/course"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/rights"
)

func code(err error) string {
	var no *httpapi.NoticeRefusal
	if errors.As(err, &no) {
		return no.Code
	}
	return fmt.Sprint(err)
}

// body is the text of a letter, decoded.
func (p *post) body(t testing.TB, i int) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var r io.Reader = strings.NewReader(p.bodies[i])
	switch p.letters[i].Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

func (p *post) subject(t testing.TB, i int) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := new(mime.WordDecoder).DecodeHeader(p.letters[i].Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// confirm makes an address that of Li, by the code of its letter.
func (w *world) confirm(p *post, address string) {
	w.t.Helper()
	before := p.count()
	set, err := w.AskMail(context.Background(), li, address, "zh-CN")
	if err != nil || set.Mail.Waiting != address || p.count() != before+1 {
		w.t.Fatal(set, err)
	}
	digits := regexp.MustCompile(`\b\d{6}\b`).FindString(p.body(w.t, before))
	if set, err = w.ConfirmMail(context.Background(), li, digits); err != nil || set.Mail.Address != address || set.Mail.Waiting != "" {
		w.t.Fatal(set, err)
	}
}

func TestALetterOfANotice(t *testing.T) {
	p := openPost(t, map[string]string{"node": "a secret of the node"})
	m := p.mail()
	m.User, m.Password = "node", "a secret of the node"
	w := open(t, m)
	w.tell("case.ask-more") // before there is an address: in the page alone
	w.carry()
	if got := w.out(); len(got) != 0 {
		t.Fatalf("on its way: %+v", got)
	}
	w.confirm(p, "li@example.org")
	w.tell("case.accept") // progress is not among what goes out unless it is chosen
	if got := w.out(); len(got) != 0 {
		t.Fatalf("on its way: %+v", got)
	}
	w.tell("case.ask-more")
	w.carry()
	w.carry()
	if p.count() != 2 || p.to[1] != "li@example.org" {
		t.Fatalf("%d letters, to %v", p.count(), p.to)
	}
	if got, want := p.subject(t, 1), "长沙市（示例） – 请补充材料：户口迁移"; got != want {
		t.Errorf("subject %q, want %q", got, want)
	}
	body := p.body(t, 1)
	for _, want := range []string{"2026年12月3日", "https://changsha.example/cases/1", "https://changsha.example/notices?tab=settings"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in %q", want, body)
		}
	}
	if h := p.letters[1].Header; h.Get("Auto-Submitted") != "auto-generated" || h.Get("Content-Language") != "zh-CN" || !strings.HasSuffix(h.Get("Message-ID"), "@changsha.example>") {
		t.Errorf("header %v", h)
	}
	if _, err := w.Set(t.Context(), li, httpapi.NoticeChoice{Language: "en", Mail: []string{notice.Progress}}); err != nil {
		t.Fatal(err)
	}
	w.tell("case.accept")
	w.carry()
	if got := p.subject(t, 2); got != "Changsha (example) – Application accepted: 户口迁移" {
		t.Errorf("subject %q", got)
	}
	if strings.Contains(w.log.String(), "secret") || strings.Contains(w.log.String(), "li@") {
		t.Errorf("the log tells %s", w.log)
	}
}

// What is refused for now is tried again with growing pauses, once each time; what is refused
// for good is given up at once, and what nobody takes after three days.
func TestLettersAreTriedAgain(t *testing.T) {
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here"}
	p := openPost(t, nil)
	w := open(t, p.mail())
	w.confirm(p, "li@example.org")
	p.says(busy)
	w.tell("case.grant")
	w.carry()
	w.carry() // not yet due again
	if got := w.out()[0]; got.State != store.NoticeWaiting || got.Tries != 1 || got.Trouble != notice.TroubleBusy {
		t.Fatalf("%+v", got)
	}
	w.watch.Pass(time.Minute)
	w.carry()
	p.says(nil)
	w.watch.Pass(2 * time.Minute)
	w.carry()
	if got := w.out()[0]; got.State != store.NoticeSent || got.Tries != 3 || p.count() != 2 {
		t.Fatalf("%+v, %d letters", got, p.count())
	}
	p.says(never)
	w.tell("case.grant")
	w.carry()
	if got := w.out()[0]; got.State != store.NoticeGivenUp || got.Tries != 1 || got.Trouble != notice.TroubleRefused {
		t.Errorf("%+v", got)
	}
	p.says(busy)
	w.tell("case.grant")
	for range 30 {
		w.carry()
		w.watch.Pass(7 * time.Hour)
	}
	if got := w.out()[0]; got.State != store.NoticeGivenUp || got.Tries < 8 {
		t.Errorf("%+v", got)
	}
}

func TestMailServersThatDoNotTakeUs(t *testing.T) {
	p := openPost(t, map[string]string{"node": "right"})
	for _, c := range []struct {
		name   string
		change func(m *notice.Mail)
		want   string
	}{
		{"a wrong password", func(m *notice.Mail) { m.User, m.Password = "node", "wrong" }, notice.TroubleSignIn},
		{"a certificate of nobody known", func(m *notice.Mail) { m.Roots = nil; m.User, m.Password = "node", "right" }, notice.TroubleUnreachable},
		{"nobody there", func(m *notice.Mail) { m.Port = 1 }, notice.TroubleUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := p.mail()
			c.change(m)
			w := open(t, m)
			_, err := w.AskMail(t.Context(), li, "li@example.org", "en")
			var no *httpapi.NoticeRefusal
			if !errors.As(err, &no) || no.Code != notice.RefusedNotSent || no.Args["trouble"] != locale.T("en", "notice.trouble."+c.want, nil) {
				t.Errorf("%v", err)
			}
			if strings.Contains(w.log.String(), "right") || strings.Contains(w.log.String(), "wrong") {
				t.Errorf("the log tells %s", w.log)
			}
			if set, err := w.Settings(t.Context(), li); err != nil || set.Mail.Waiting != "" {
				t.Errorf("%+v, %v", set, err)
			}
		})
	}
	for _, m := range []notice.Mail{
		{Host: "mail.example.org", Port: 25, From: "a@example.org", TLS: notice.NoTLS},
		{Host: "127.0.0.1", Port: 25, From: "a@example.org", TLS: notice.NoTLS, User: "u"},
		{Host: "mail.example.org", Port: 587, From: "nobody"},
		{Host: "", Port: 587, From: "a@example.org"},
	} {
		if err := m.Check(); err == nil {
			t.Errorf("%+v passed", m)
		}
	}
}

func TestAddressesAndCodes(t *testing.T) {
	p := openPost(t, nil)
	w := open(t, p.mail())
	ctx := t.Context()
	for _, bad := range []string{"", "li", "li@", "@example.org", "li@localhost", "Li <li@example.org>", "li@example.org, x@example.org", "li@example.org\r\nBcc: x@example.org", `"a b"@example.org`} {
		if _, err := w.AskMail(ctx, li, bad, "en"); code(err) != notice.RefusedAddress {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := w.ConfirmMail(ctx, li, "123456"); code(err) != notice.RefusedNoCode {
		t.Error(err)
	}
	if _, err := w.AskMail(ctx, li, "li@example.org", "en"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AskMail(ctx, li, "li@example.org", "en"); code(err) != notice.RefusedSoon {
		t.Error(err)
	}
	if _, err := w.ConfirmMail(ctx, li, "none"); code(err) != notice.RefusedCode {
		t.Error(err)
	}
	w.watch.Pass(time.Hour)
	if _, err := w.ConfirmMail(ctx, li, "none"); code(err) != notice.RefusedOver {
		t.Error(err)
	}
	if _, err := w.Set(ctx, li, httpapi.NoticeChoice{Language: "en", Mail: []string{"gossip"}}); code(err) != notice.RefusedKind {
		t.Error(err)
	}
	if _, err := open(t, nil).AskMail(ctx, li, "li@example.org", "en"); code(err) != notice.RefusedNoMail {
		t.Error(err)
	}
	w.confirm(p, "li@example.org")
	p.says(&smtp.SMTPError{Code: 451, Message: "later"})
	w.tell("case.grant")
	w.carry()
	if _, err := w.Drop(ctx, li, store.ByMail); err != nil {
		t.Fatal(err)
	}
	p.says(nil)
	w.watch.Pass(time.Hour)
	w.carry()
	if got := w.out()[0]; got.State != store.NoticeGivenUp || got.Tries != 2 {
		t.Errorf("after the address was taken back: %+v", got)
	}
}

func TestAWebhookIsSigned(t *testing.T) {
	w := open(t, nil)
	set, err := w.SetWebhook(t.Context(), li, w.hook.URL+"/here?x=1")
	if err != nil || set.Webhook.Address != w.hook.URL+"/here?x=1" {
		t.Fatal(set, err)
	}
	w.tell("case.grant")
	w.carry()
	w.carry()
	if len(w.seen) != 2 {
		t.Fatalf("%d requests", len(w.seen))
	}
	var got notice.HookBody
	if err := json.Unmarshal(w.seen[1].body, &got); err != nil || got.Code != "case.grant" || got.Kind != notice.Result || got.Link != "https://changsha.example/cases/1" || got.Title["en"] != "Decided, granted: 户口迁移" {
		t.Errorf("%+v, %v", got, err)
	}
	if strings.Contains(string(w.seen[1].body), "李明") || strings.Contains(string(w.seen[1].body), "430199") {
		t.Errorf("it tells who: %s", w.seen[1].body)
	}
	for i, s := range w.seen {
		m := &httpsig.Message{Method: s.request.Method, Scheme: "http", Authority: s.request.Host, Target: s.request.RequestURI, Body: s.body}
		for name, values := range s.request.Header {
			for _, v := range values {
				m.Fields = append(m.Fields, httpsig.Field{Name: name, Value: v})
			}
		}
		rules := httpsig.Rules{Tag: notice.HookTag, Require: notice.HookParts, Algorithms: []string{httpsig.Ed25519}, MaxAge: 5 * time.Minute, Expires: true, Nonce: true, Skew: time.Minute}
		keys := func(kid string) (httpsig.Key, bool) {
			return httpsig.Public{Public: w.key.Public()}, kid == w.key.Public().Thumbprint()
		}
		if _, err := rules.Verify(m, w.watch.Now(), keys); err != nil {
			t.Errorf("request %d: %v", i, err)
		}
		m.Body = append(m.Body, ' ')
		if _, err := rules.Verify(m, w.watch.Now(), keys); err == nil {
			t.Errorf("request %d: another body passed", i)
		}
	}
}

func TestWebhooksThatFail(t *testing.T) {
	w := open(t, nil)
	if _, err := w.SetWebhook(t.Context(), li, w.hook.URL); err != nil {
		t.Fatal(err)
	}
	status := http.StatusInternalServerError
	w.say = func(out http.ResponseWriter, _ []byte) {
		out.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		out.WriteHeader(status)
	}
	for _, c := range []struct {
		status int
		state  string
		tries  int
	}{{500, store.NoticeWaiting, 2}, {302, store.NoticeWaiting, 2}, {410, store.NoticeGivenUp, 1}, {204, store.NoticeSent, 1}} {
		status = c.status
		w.tell("case.grant")
		w.carry()
		w.watch.Pass(45 * time.Second)
		w.carry()
		if got := w.out()[0]; got.State != c.state || got.Tries != c.tries {
			t.Errorf("%d: %+v", c.status, got)
		}
	}
	w.say = func(out http.ResponseWriter, _ []byte) { _, _ = out.Write([]byte("hello")) }
	if _, err := w.SetWebhook(t.Context(), li, w.hook.URL); code(err) != notice.RefusedAnswer {
		t.Error(err)
	}
}

func TestWhereWebhooksMayLead(t *testing.T) {
	w := open(t, nil)
	strict := notice.New(notice.Options{Store: w.s, URL: "https://changsha.example", Hooks: notice.Hooks{Key: func() *jws.Private { return w.key }}, Now: w.watch.Now})
	for _, bad := range []string{"", "x", "ftp://example.org", "http://example.org/", "https://u:p@example.org/", "https://example.org/#x", w.hook.URL,
		"https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/", "https://100.64.0.1/", "https://[fd00::1]/", "https://[fe80::1]/",
		"https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://0.0.0.0/", "https://224.0.0.1/", "https://localhost:1/", "https://" + strings.Repeat("a", 500)} {
		if _, err := strict.SetWebhook(t.Context(), li, bad); code(err) != notice.RefusedHook && !(bad == "https://localhost:1/" && code(err) == notice.RefusedAnswer) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if len(w.seen) != 0 {
		t.Errorf("%d requests came", len(w.seen))
	}
	if _, err := w.SetWebhook(t.Context(), li, "http://example.org/"); code(err) != notice.RefusedHook {
		t.Errorf("http to elsewhere: %v", err)
	}
}

// Many programs carry at once, and each letter goes out once.
func TestALetterGoesOutOnce(t *testing.T) {
	p := openPost(t, nil)
	w := open(t, p.mail())
	w.confirm(p, "li@example.org")
	for range 6 {
		w.tell("case.grant")
	}
	done := make(chan error, 4)
	for range 4 {
		go func() { done <- w.Carry(context.Background()) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	ids := map[string]bool{}
	for _, l := range p.letters[1:] {
		ids[l.Header.Get("Message-ID")] = true
	}
	if p.count() != 7 || len(ids) != 6 {
		t.Errorf("%d letters, %d of them different", p.count()-1, len(ids))
	}
}

// A program that died while it tried is followed by another when its lease is over.
func TestADeadProgramIsFollowed(t *testing.T) {
	p := openPost(t, nil)
	w := open(t, p.mail())
	w.confirm(p, "li@example.org")
	w.tell("case.grant")
	due, err := w.s.DueNotices(t.Context(), 1)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	if mine, err := w.s.TakeNotice(t.Context(), due[0], w.watch.Now().Add(2*time.Minute)); !mine || err != nil {
		t.Fatal(mine, err)
	}
	w.carry()
	if p.count() != 1 {
		t.Fatal("taken from one who lives")
	}
	w.watch.Pass(3 * time.Minute)
	w.carry()
	if p.count() != 2 || w.out()[0].State != store.NoticeSent {
		t.Errorf("%d letters, %+v", p.count(), w.out())
	}
}

func TestWhoReadsWhat(t *testing.T) {
	w := open(t, nil)
	ctx := t.Context()
	w.tell("case.grant")
	other := rights.Principal{ID: "a2", Kind: rights.Citizen, HolderKind: "111", HolderCode: "430199199003070012"}
	staff := rights.Principal{ID: "a3", Kind: rights.Staff}
	for _, p := range []rights.Principal{other, staff} {
		if list, unread, err := w.List(ctx, p, httpapi.NoticeQuestion{Limit: 9}); err != nil || unread != 0 || len(list) != 0 {
			t.Errorf("%s reads %v, %v", p.ID, list, err)
		}
	}
	list, unread, err := w.List(ctx, li, httpapi.NoticeQuestion{Limit: 9, Language: "en"})
	if err != nil || unread != 1 || len(list) != 1 || list[0].Title != "Decided, granted: 户口迁移" || list[0].Link != "/cases/1" || list[0].Kind != notice.Result {
		t.Fatalf("%+v, %d, %v", list, unread, err)
	}
	if err := w.Read(ctx, other, list[0].ID); !errors.Is(err, httpapi.ErrUnknown) {
		t.Errorf("read by another: %v", err)
	}
	if err := errors.Join(w.Read(ctx, li, list[0].ID), w.Read(ctx, li, list[0].ID)); err != nil {
		t.Error(err)
	}
	if _, unread, err := w.List(ctx, li, httpapi.NoticeQuestion{Limit: 9}); err != nil || unread != 0 {
		t.Errorf("%d, %v", unread, err)
	}
	for _, c := range []struct {
		to         casework.Person
		code, link string
		want       error
	}{
		{person, "no-such", "/cases/1", notice.ErrCode},
		{person, "case.grant", "https://evil.example/", notice.ErrLink},
		{person, "case.grant", "//evil.example/", notice.ErrLink},
		{casework.Person{Name: "nobody"}, "case.grant", "/cases/1", notice.ErrNobody},
	} {
		err := w.s.Do(ctx, func(d *store.Deed) error { return w.Tell(d, c.to, c.code, nil, c.link) })
		if !errors.Is(err, c.want) {
			t.Errorf("%s %s: %v, want %v", c.code, c.link, err, c.want)
		}
	}
}

var hole = regexp.MustCompile(`\{([a-zA-Z]+)\}`)

// Every code has its words, which hold nothing of a person's.
func TestNoticesHaveWords(t *testing.T) {
	for _, lang := range locale.Languages {
		for c, kind := range notice.Codes {
			if !slices.Contains(notice.Kinds, kind) {
				t.Errorf("%s: kind %q", c, kind)
			}
			for _, key := range []string{"notice." + c, "notice." + c + ".text"} {
				if !locale.Has(lang, key) {
					t.Errorf("%s: no %s", lang, key)
				}
				for _, m := range hole.FindAllStringSubmatch(locale.T(lang, key, nil), -1) {
					if !slices.Contains(notice.Public, m[1]) {
						t.Errorf("%s: %s tells {%s}", lang, key, m[1])
					}
				}
			}
		}
		for prefix, codes := range map[string][]string{"notice.kind.": notice.Kinds, "notice.trouble.": notice.Troubles, "notice.refusal.": notice.Refusals} {
			for _, c := range codes {
				if !locale.Has(lang, prefix+c) || prefix == "notice.refusal." && !locale.Has(lang, prefix+c+".remedy") {
					t.Errorf("%s: no words for %s%s", lang, prefix, c)
				}
			}
		}
	}
}

// silent are moves of which nobody is told: the applicant's own, and those after which nothing is
// new for him.
var silent = []string{"take", "object", "appeal", "in-done", "out-done"}

// Every move of a course of this program that the desk of cases tells of has its words.
func TestEveryMoveIsTold(t *testing.T) {
	for _, c := range slices.Concat([]*casework.Course{casework.Standard(), deputy.Certificate()}, course.Courses(), fund.Courses()) {
		for _, m := range c.Moves {
			if _, known := notice.Codes["case."+m.Name]; !known && !slices.Contains(silent, m.Name) {
				t.Errorf("%s: nobody is told of %q", c.Name, m.Name)
			}
		}
	}
}
