package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"

	"conurb/locale"
	"conurb/trust/rights"
)

// caller is who sends a request, looked up when it is first asked for: most requests read
// what is open to everybody.
type caller struct {
	look    func() (rights.Principal, error)
	asked   atomic.Bool // whether he may
	looked  atomic.Bool // who he is
	session string      // the secret of his cookie
	remote  string      // address and port
}

// errNobody is that of a caller whom nothing names.
var errNobody = errors.New("nobody is signed in")

// recognise puts the caller of a request into its context.
func (s *server) recognise(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, secret := r.Context(), bearer(r.Header.Get("Authorization"))
		c := &caller{remote: r.RemoteAddr}
		if s.people != nil {
			if cookie, err := r.Cookie(s.people.Cookie().Name); err == nil {
				c.session = cookie.Value
			}
		}
		c.look = sync.OnceValues(func() (rights.Principal, error) {
			c.looked.Store(true)
			if secret != "" {
				return s.machine(ctx, secret)
			}
			if c.session == "" {
				return rights.Principal{}, errNobody
			}
			p, err := s.people.Recognise(ctx, c.session)
			if errors.Is(err, ErrUnknown) {
				err = errNobody
			}
			return p, err
		})
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, keyCaller, c)))
		if c.looked.Load() { // what hangs on who asks is nobody else's
			w.Header().Set("Cache-Control", "no-store")
		}
	})
}

// machine is the principal of a token: a program that operates this node.
func (s *server) machine(ctx context.Context, secret string) (rights.Principal, error) {
	name, err := s.desk.CheckToken(ctx, secret)
	if err != nil {
		return rights.Principal{}, err
	}
	p := rights.Principal{ID: "token:" + name, Name: name, Kind: rights.Machine}
	if s.people != nil {
		p.City = s.people.City()
		p.Roles = []rights.Role{{Name: rights.Operator, City: p.City}}
	}
	return p, nil
}

func whoOr(ctx context.Context) (rights.Principal, error) {
	c, ok := ctx.Value(keyCaller).(*caller)
	if !ok {
		return rights.Principal{}, errNobody
	}
	return c.look()
}

// who is the person who is signed in, or the machine whose token the request carries.
func who(ctx context.Context) (rights.Principal, bool) {
	p, err := whoOr(ctx)
	return p, err == nil
}

// allow refuses what the caller may not do: sign-in where nobody is signed in, forbidden with
// the rules in words where they do not let him.
func (s *server) allow(ctx context.Context, do rights.Action, on rights.Resource) error {
	if c, ok := ctx.Value(keyCaller).(*caller); ok {
		c.asked.Store(true)
	}
	p, err := whoOr(ctx)
	if errors.Is(err, errNobody) {
		return refuse("sign-in")
	} else if err != nil {
		return err
	}
	d := s.rights.Decide(p, do, on)
	if d.Allowed {
		return nil
	}
	said := make([]string, len(d.Rules))
	for i, rule := range d.Rules {
		said[i] = locale.T(language(ctx), "rights.rule."+rule, nil)
	}
	return refuse("forbidden", "rule", strings.Join(d.Rules, ", "), "why", strings.Join(said, " "),
		"action", locale.T(language(ctx), "rights.action."+string(do), nil))
}

// authorise lets a write pass that carries a token or that an operator of this node makes,
// and remembers whose it is.
func (s *server) authorise(ctx huma.Context, next func(huma.Context)) {
	p, err := whoOr(ctx.Context())
	if errors.Is(err, errNobody) {
		err = ErrToken
	}
	if err == nil && p.Kind != rights.Machine {
		err = s.allow(ctx.Context(), rights.NodeOperate, rights.Resource{City: s.people.City()})
	}
	if err != nil {
		s.refuseNow(ctx, err)
		return
	}
	ctx.Context().Value(keyCaller).(*caller).asked.Store(true)
	next(huma.WithValue(ctx, keyWriter, p.Name))
}

// asked holds a handler that writes to having asked whether the caller may: one that forgets
// fails where it is first tried.
func asked[I, O any](handler func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if c, ok := ctx.Value(keyCaller).(*caller); err == nil && (!ok || !c.asked.Load()) {
			return nil, errors.New("a write whose handler did not ask s.allow")
		}
		return out, err
	}
}

// writer is who makes a write, by name.
func writer(ctx context.Context) string {
	if name, ok := ctx.Value(keyWriter).(string); ok {
		return name
	}
	p, _ := who(ctx)
	return p.Name
}
