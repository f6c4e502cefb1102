package httpapi

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"conurb/door/report"
	"conurb/door/tiles"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/plan/board"
	"conurb/trust/rights"
)

// Options are what New may be told; the zero value serves the API alone.
type Options struct {
	Page    fs.FS            // the built page, index.html at its root; nil or empty: a message says how to build it
	Log     *slog.Logger     // nil logs nothing
	Now     func() time.Time // nil is time.Now
	NewID   func() string    // ids of new observations; nil makes UUIDv7
	Version string           // of the program, shown by /healthz
	Grounds Grounds          // street networks; nil is none
	Circles Circles          // those of the region; nil is none
	Jobs    Jobs             // long work; nil is none
	People  People           // those who sign in; nil: nobody can

	Witnesses Witnesses // of the node's log; nil is none

	Types    *licence.Register // the types of licences of the region; nil: none
	Licences Licences          // the desk of an authority; nil is none
	Wallet   Wallet            // who asks the wallet in a browser; nil is none
	Offers   Offers            // of licences to wallets; nil is none
	Counter  Counter           // where licences of other cities are looked at; nil is none
	History  History           // who looked at licences of this node; nil is none
	Notices  Notices           // what people are told of their affairs; nil is none
	Trust    Trust             // the trust list; nil is none
	Cases    Cases             // the desk of cases; nil is none
	Funds    Funds             // the book of money; nil is none
	Deputy   Deputy            // what other cities decided, printed here; nil is none
	Nodes    Nodes             // the node among the others; nil: it stands alone

	Services   Services   // the catalogue of service items; nil is none
	Households Households // the register of residence; nil is none

	Connect func() []string // other origins that the page speaks to: the nodes whose licences a wallet gets and shows; nil is none
}

type server struct {
	desk      Desk
	page      fs.FS
	log       *slog.Logger
	now       func() time.Time
	newID     func() string
	version   string
	dialects  map[string]*report.Words
	areaMap   *tiles.Map
	index     []entry
	grounds   Grounds
	rounds    Circles
	jobs      Jobs
	people    People
	nodes     Nodes
	types     *licence.Register
	zone      *time.Location // of the area; nil where its name is not known here
	witnesses Witnesses
	connect   func() []string
	rights    *rights.Policies
	licences  Licences
	offers    Offers
	wallet    Wallet
	trust     Trust
	counter   Counter
	history   History
	notices   Notices
	cases     Cases
	services  Services
	residents Households
	funds     Funds
	deputy    Deputy
	streets   streetMaps
	api       huma.API
	mux       *http.ServeMux
	described []byte // openapi.yaml
}

// New makes the whole handler: API, report, tiles and page.
func New(desk Desk, o Options) http.Handler {
	s := newServer(desk, o)
	return s.wrap(s.mux)
}

func newServer(desk Desk, o Options) *server {
	p := desk.Pack()
	s := &server{
		desk: desk, page: o.Page, log: o.Log, now: o.Now, newID: o.NewID, version: o.Version, mux: http.NewServeMux(),
		dialects: map[string]*report.Words{}, areaMap: tiles.New(&p.Area, &p.Network, p.Plan.Projects), index: newIndex(p),
		grounds: o.Grounds, rounds: o.Circles, jobs: o.Jobs, types: o.Types, licences: o.Licences, offers: o.Offers, wallet: o.Wallet, trust: o.Trust, counter: o.Counter, history: o.History, notices: o.Notices, cases: o.Cases, funds: o.Funds, deputy: o.Deputy, nodes: o.Nodes, witnesses: o.Witnesses, connect: o.Connect,
		people: o.People, rights: rights.Standard(), services: o.Services, residents: o.Households,
	}
	if zone, err := time.LoadLocation(p.Timezone); err == nil { // the pack was checked for it
		s.zone = zone
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	for _, lang := range locale.Languages {
		s.dialects[lang] = report.NewWords(p, lang)
	}
	s.api = humago.New(s.mux, s.config())
	s.routes()
	s.describe()
	s.mux.HandleFunc("GET /openapi.yaml", s.openapi)
	s.mux.HandleFunc("/api/", s.noRoute)
	s.mux.HandleFunc("/tiles/", s.noRoute)
	s.mux.HandleFunc("/", s.servePage)
	return s
}

func (s *server) words(ctx context.Context) *report.Words { return s.dialects[language(ctx)] }

// Days are the parameters every judgement takes.
type Days struct {
	AsOf       string `query:"asOf" doc:"The day asked about, YYYY-MM-DD in the time zone of the area; today when left out." example:"2024-12-31"`
	BelievedOn string `query:"believedOn" doc:"The day on which it is believed, YYYY-MM-DD: later news is not used; today when left out." example:"2024-06-30"`
	AtLog      int64  `query:"atLog" minimum:"0" doc:"Use only the first so many entries of the evidence log; 0 is the whole log." example:"0"`
}

// Language is the parameter for the language of sentences.
type Language struct {
	Lang string `query:"lang" doc:"The language of sentences, zh-CN or en; Accept-Language decides when it is left out." example:"en"`
}

type nothing struct{}

// answer is a JSON body.
type answer[T any] struct{ Body T }

// file is an answer that is not JSON.
type file struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Caching     string `header:"Cache-Control"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

// operation is what the description says of a route.
type operation struct {
	method, path, id, tag, summary string
	produces                       string // media type, when it is not JSON
	status                         int    // when it is not 200
	open                           bool   // a POST that only asks, and needs no token
	token                          bool   // a write that needs a token or an operator; of others the handler asks s.allow
}

// register adds a route: its description, and a handler whose errors become problems.
func register[I, O any](s *server, o operation, handler func(context.Context, *I) (*O, error)) {
	registerWith(s, o, nil, handler)
}

// registerWith adds a route with middlewares around it.
func registerWith[I, O any](s *server, o operation, around huma.Middlewares, handler func(context.Context, *I) (*O, error)) {
	schema := s.api.OpenAPI().Components.Schemas.Schema(problemType, true, "Problem")
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Tags: []string{o.tag}, DefaultStatus: o.status,
		Responses: map[string]*huma.Response{"default": {
			Description: "An RFC 9457 problem with a code and a remedy.",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema}},
		}},
	}
	if o.produces != "" {
		op.Responses["200"] = &huma.Response{Description: "The document.", Content: map[string]*huma.MediaType{o.produces: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
	}
	op.Middlewares = append(around, s.knownParameters)
	if o.method != http.MethodGet {
		if o.token {
			op.Middlewares = append(op.Middlewares, s.authorise)
		}
		if !o.open {
			op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
			handler = asked(handler)
		}
		op.MaxBodyBytes = maxBody // of JSON; the middleware bounds every body
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// query checks the days of a request.
func (s *server) query(ctx context.Context, d Days) (q board.Query, err error) {
	today := s.desk.Today()
	if q.AsOf, err = day("asOf", d.AsOf, today); err != nil {
		return q, err
	}
	if q.BelievedOn, err = day("believedOn", d.BelievedOn, today); err != nil {
		return q, err
	}
	if d.AtLog > 0 {
		head, err := s.desk.Head(ctx)
		if err != nil {
			return q, err
		}
		if d.AtLog > head.Size {
			return q, refuse("bad-log", "value", strconv.FormatInt(d.AtLog, 10), "size", strconv.FormatInt(head.Size, 10))
		}
	}
	q.Log = d.AtLog
	return q, nil
}

// knownParameters refuses a query parameter that the operation does not have, or
// has once: a day that is misspelt must not be answered with today's board.
func (s *server) knownParameters(ctx huma.Context, next func(huma.Context)) {
	var names []string
	for _, p := range ctx.Operation().Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	u := ctx.URL()
	for name, values := range u.Query() {
		if !slices.Contains(names, name) {
			s.refuseNow(ctx, refuse("unknown-parameter", "value", name, "all", strings.Join(names, ", ")))
			return
		}
		if len(values) > 1 {
			s.refuseNow(ctx, refuse("parameter-twice", "value", name))
			return
		}
	}
	next(ctx)
}

// refuseNow answers with a problem before the handler is asked.
func (s *server) refuseNow(ctx huma.Context, err error) {
	p := s.problem(ctx.Context(), err)
	ctx.SetHeader("Content-Type", p.ContentType(""))
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="conurb"`)
	}
	ctx.SetStatus(p.Status)
	s.encode(ctx.Context(), ctx.BodyWriter(), p)
}

// document makes a file answer of what a function writes.
func document(kind, name string, write func(io.Writer) error) (*file, error) {
	b, err := gather(write)
	if err != nil {
		return nil, err
	}
	out := &file{Type: kind, Caching: "no-cache", Body: b}
	if name != "" {
		out.Disposition = `attachment; filename="` + name + `"`
	}
	return out, nil
}
