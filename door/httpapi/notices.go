package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"conurb/locale"
	"conurb/trust/rights"
)

// Notices are what people are told of their affairs. Refusals are *NoticeRefusal.
type Notices interface {
	// List lists those of somebody, the newest first, and counts the unread.
	List(ctx context.Context, of rights.Principal, q NoticeQuestion) (list []Notice, unread int, err error)
	// Read marks one as read, or all where id is empty; ErrUnknown where it is not his.
	Read(ctx context.Context, of rights.Principal, id string) error
	// Settings are how somebody wants to be told, Set changes them.
	Settings(ctx context.Context, of rights.Principal) (NoticeSettings, error)
	Set(ctx context.Context, of rights.Principal, c NoticeChoice) (NoticeSettings, error)
	// AskMail sends a code to an address, ConfirmMail takes the code and the address with it.
	AskMail(ctx context.Context, of rights.Principal, address, lang string) (NoticeSettings, error)
	ConfirmMail(ctx context.Context, of rights.Principal, code string) (NoticeSettings, error)
	// SetWebhook asks an address whether it wants notices, and keeps it.
	SetWebhook(ctx context.Context, of rights.Principal, address string) (NoticeSettings, error)
	// Drop ends a way: mail or webhook.
	Drop(ctx context.Context, of rights.Principal, way string) (NoticeSettings, error)
}

// NoticeRefusal is why a setting was not taken; its words are "notice.refusal.<Code>".
type NoticeRefusal struct {
	Code string
	Args map[string]string
	Err  error
}

func (e *NoticeRefusal) Error() string { return "notices: " + e.Code }

// Unwrap is the cause.
func (e *NoticeRefusal) Unwrap() error { return e.Err }

// NoticeQuestion is which notices are asked for.
type NoticeQuestion struct {
	Before   string
	Unread   bool
	Limit    int
	Language string
}

// Notice is something that somebody is told.
type Notice struct {
	ID    string    `json:"id" doc:"The notice." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Code  string    `json:"code" doc:"What happened, for programs." example:"case.accepted"`
	Kind  string    `json:"kind" enum:"todo,result,progress" doc:"Whether the reader has to do something, something was decided, or it goes on." example:"progress"`
	Title string    `json:"title" doc:"What happened, in a line." example:"Your application was accepted"`
	Text  string    `json:"text" doc:"What it means and what to do." example:"The office decides by 3 December 2026."`
	Link  string    `json:"link" doc:"Where more stands: a path of this node." example:"/cases/01990a3c-7f7e-7000-8000-000000000000"`
	At    time.Time `json:"at" doc:"When it happened." example:"2026-11-26T08:31:00Z"`
	Read  bool      `json:"read" doc:"Whether its reader has marked it as read." example:"false"`
}

// NoticeList is a page of notices.
type NoticeList struct {
	Unread  int      `json:"unread" doc:"How many are not read, of all." example:"2"`
	Notices []Notice `json:"notices" nullable:"false" doc:"The newest first."`
}

// NoticeSettings are how somebody wants to be told.
type NoticeSettings struct {
	Language string       `json:"language" enum:"zh-CN,en" doc:"Of what is sent out." example:"zh-CN"`
	Mail     NoticeWay    `json:"mail" doc:"By e-mail."`
	Webhook  NoticeWay    `json:"webhook" doc:"By webhook: an HTTP POST, signed by the node (RFC 9421)."`
	Kinds    []NoticeKind `json:"kinds" nullable:"false" doc:"The kinds of notices. All of them stand in the page."`
}

// NoticeWay is a way by which notices leave the node.
type NoticeWay struct {
	There   bool     `json:"there" doc:"Whether the node has this way." example:"true"`
	Address string   `json:"address,omitempty" doc:"Where to, confirmed; left out: nowhere." example:"li.ming@example.org"`
	Waiting string   `json:"waiting,omitempty" doc:"An address whose code is still to be typed in." example:"li@example.org"`
	Kinds   []string `json:"kinds" nullable:"false" doc:"What goes out by it." example:"[\"todo\",\"result\"]"`
}

// NoticeKind is a kind of notices.
type NoticeKind struct {
	ID   string `json:"id" doc:"For programs." example:"todo"`
	Name string `json:"name" doc:"For people." example:"What I have to do"`
}

// NoticeChoice is what somebody chooses.
type NoticeChoice struct {
	Language string   `json:"language" enum:"zh-CN,en" doc:"Of what is sent out." example:"zh-CN"`
	Mail     []string `json:"mail" maxItems:"10" nullable:"false" doc:"The kinds that go out by e-mail." example:"[\"todo\",\"result\"]"`
	Webhook  []string `json:"webhook" maxItems:"10" nullable:"false" doc:"The kinds that go out by webhook." example:"[\"todo\",\"result\",\"progress\"]"`
}

// NoticesInput asks for notices.
type NoticesInput struct {
	Language
	Before string `query:"before" maxLength:"64" doc:"Those before this one: the id of the last notice of the page before." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Unread bool   `query:"unread" doc:"The unread alone." example:"true"`
	Limit  int    `query:"limit" minimum:"0" maximum:"100" doc:"At most so many; 0: thirty." example:"30"`
}

// NoticeInput names a notice.
type NoticeInput struct {
	Language
	ID string `path:"id" maxLength:"64" doc:"The notice, or all." example:"all"`
}

// NoticeChoiceInput is a choice.
type NoticeChoiceInput struct {
	Language
	Body NoticeChoice
}

// NoticeAddressInput is an address.
type NoticeAddressInput struct {
	Language
	Body struct {
		Address string `json:"address" minLength:"3" maxLength:"500" doc:"An e-mail address, or that of a webhook." example:"li.ming@example.org"`
	}
}

// NoticeCodeInput is the code of an address.
type NoticeCodeInput struct {
	Language
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"20" doc:"The six digits of the e-mail." example:"418093"`
	}
}

func (s *server) noticeRoutes(v1 string) {
	op := func(method, path, id, summary string) operation {
		return operation{method: method, path: v1 + "/notices" + path, id: id, tag: "notices", summary: summary}
	}
	read := op(http.MethodPost, "/{id}/read", "readNotice", "Mark a notice as read, or all of them")
	read.status = http.StatusNoContent
	register(s, op(http.MethodGet, "", "listNotices", "What whoever is signed in was told, the newest first"), s.notes)
	register(s, read, s.readNotice)
	register(s, op(http.MethodGet, "/settings", "getNoticeSettings", "How whoever is signed in wants to be told"), s.noticeSettings)
	register(s, op(http.MethodPut, "/settings", "setNoticeSettings", "Choose the language and what goes out by which way"), s.setNotices)
	register(s, op(http.MethodPost, "/settings/mail", "askNoticeMail", "Send a code to an e-mail address"), s.askNoticeMail)
	register(s, op(http.MethodPost, "/settings/mail/confirm", "confirmNoticeMail", "Confirm an e-mail address by its code"), s.confirmNoticeMail)
	register(s, op(http.MethodDelete, "/settings/mail", "dropNoticeMail", "End notices by e-mail"), s.dropNotices("mail"))
	register(s, op(http.MethodPost, "/settings/webhook", "setNoticeWebhook", "Have notices sent to an address that answers a challenge"), s.setNoticeWebhook)
	register(s, op(http.MethodDelete, "/settings/webhook", "dropNoticeWebhook", "End notices by webhook"), s.dropNotices("webhook"))
}

// reader is who is signed in, where the node has notices.
func (s *server) reader(ctx context.Context) (rights.Principal, error) {
	if s.notices == nil {
		return rights.Principal{}, refuse("no-such-room")
	}
	_, me, _, err := s.self(ctx)
	return me, err
}

// noticeRefusal puts a refusal of the notices into words; other errors pass.
func noticeRefusal(ctx context.Context, err error) error {
	var no *NoticeRefusal
	if !errors.As(err, &no) {
		return err
	}
	return inWords(ctx, "notice-refused", "notice.refusal.", no.Code, no.Args, err)
}

// usualNotices is how many notices a page has that does not say.
const usualNotices = 30

func (s *server) notes(ctx context.Context, in *NoticesInput) (*answer[NoticeList], error) {
	me, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = usualNotices
	}
	list, unread, err := s.notices.List(ctx, me, NoticeQuestion{Before: in.Before, Unread: in.Unread, Limit: in.Limit, Language: language(ctx)})
	return &answer[NoticeList]{NoticeList{unread, append([]Notice{}, list...)}}, err
}

func (s *server) readNotice(ctx context.Context, in *NoticeInput) (*nothing, error) {
	me, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	if in.ID == "all" {
		return nil, s.notices.Read(ctx, me, "")
	}
	return nil, about(s.notices.Read(ctx, me, in.ID), "notice", in.ID)
}

// noticed answers with the settings in the reader's language.
func (s *server) noticed(ctx context.Context, do func(me rights.Principal) (NoticeSettings, error)) (*answer[NoticeSettings], error) {
	me, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	set, err := do(me)
	if err != nil {
		return nil, noticeRefusal(ctx, err)
	}
	for i := range set.Kinds {
		set.Kinds[i].Name = locale.T(language(ctx), "notice.kind."+set.Kinds[i].ID, nil)
	}
	return &answer[NoticeSettings]{set}, nil
}

func (s *server) noticeSettings(ctx context.Context, _ *Language) (*answer[NoticeSettings], error) {
	return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) { return s.notices.Settings(ctx, me) })
}

func (s *server) setNotices(ctx context.Context, in *NoticeChoiceInput) (*answer[NoticeSettings], error) {
	return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) { return s.notices.Set(ctx, me, in.Body) })
}

func (s *server) askNoticeMail(ctx context.Context, in *NoticeAddressInput) (*answer[NoticeSettings], error) {
	return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) {
		return s.notices.AskMail(ctx, me, in.Body.Address, language(ctx))
	})
}

func (s *server) confirmNoticeMail(ctx context.Context, in *NoticeCodeInput) (*answer[NoticeSettings], error) {
	return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) {
		return s.notices.ConfirmMail(ctx, me, in.Body.Code)
	})
}

func (s *server) setNoticeWebhook(ctx context.Context, in *NoticeAddressInput) (*answer[NoticeSettings], error) {
	return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) {
		return s.notices.SetWebhook(ctx, me, in.Body.Address)
	})
}

func (s *server) dropNotices(way string) func(context.Context, *Language) (*answer[NoticeSettings], error) {
	return func(ctx context.Context, _ *Language) (*answer[NoticeSettings], error) {
		return s.noticed(ctx, func(me rights.Principal) (NoticeSettings, error) { return s.notices.Drop(ctx, me, way) })
	}
}
