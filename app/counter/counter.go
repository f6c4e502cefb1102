package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"conurb/kit/jws"
	"conurb/kit/openid4vp"
	"conurb/kit/sdjwt"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/slip"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// The times of the counter.
const (
	Lasts      = 5 * time.Minute  // a request
	HeldFor    = 30 * time.Minute // what was shown, until it is accepted into a case
	Fresh      = 2 * time.Second  // an online check asks again for an older copy of a status list
	OnlineMost = 90 * time.Second // the oldest signature on a list that was got just now: clocks stand a minute apart
	MostList   = 7 * 24 * time.Hour
	MostStatus = 24 * time.Hour // offline, where whoever asks sets no limit
	bindingAge = 5 * time.Minute
	aheadOf    = time.Minute
)

// Bounds of texts, in characters.
const (
	MostPurpose    = 500
	MostCase       = 100
	MostText       = 1 << 20 // bytes of a presentation
	MostAttributes = 50
)

// Settings are what a counter is made of.
type Settings struct {
	Store  *store.Store
	Me     trustlist.Party
	List   func(ctx context.Context) (*trustlist.List, trustlist.Instant, error) // the trust list and when it was last got; nil list: none is at hand
	Cards  func() []card.Signed
	Client *http.Client                     // asks other nodes for status lists; nil: nobody is asked
	Signer func() (openid4vp.Signer, error) // signs requests to wallets; nil: none are made
	Voice  func() store.Voice               // speaks to other nodes; nil: nobody is told
	Types  *licence.Register                // nil: any type of the form may be wanted
	URL    string                           // of this node
	Now    func() time.Time
}

// Counter is a counter at work.
type Counter struct {
	Settings
	online *statuslist.Cache
	kept   *statuslist.Cache
	index  atomic.Pointer[keyIndex]
}

// New makes a counter.
func New(s Settings) (*Counter, error) {
	if s.Store == nil || s.Me == "" || s.List == nil || s.Cards == nil || s.Now == nil {
		return nil, errors.New("counter: store, name, trust list, cards and clock are needed")
	}
	c := &Counter{Settings: s}
	limits := statuslist.Limits{Age: 100 * 365 * 24 * time.Hour, Life: time.Minute, Ahead: aheadOf}
	c.online = statuslist.NewCache(fetcher{c}, limits)
	c.kept = statuslist.NewCache(keeper{c}, limits)
	return c, nil
}

// Limits are how old knowledge may be; zero: the counter's own.
type Limits struct {
	List   time.Duration `json:"list,omitempty"`
	Status time.Duration `json:"status,omitempty"`
}

// Question is what a clerk asks about a licence.
type Question struct {
	Wanted  string // type that the affair needs, 21 characters; empty: that of whatever is shown
	Purpose string // 使用事由, needed
	Case    string
	Clerk   store.Clerk
	At      time.Time // the moment asked about; zero: now
	Offline bool      // nobody is asked
	Limits  Limits
	Holder  sdjwt.Request // what its holder had to answer; empty: nobody proves to be the holder
}

// Finding is what came of a check.
type Finding struct {
	store.Check
	Verdict    trustlist.Verdict
	Metadata   map[string]string // shown, by the short names of GB/T 36903
	Attributes map[string]any    // shown
}

// Refusal is why something was not done; its words are "counter.refusal.<Code>" and
// ".remedy".
type Refusal struct {
	Code string
	Args map[string]string
	Err  error
}

func (r *Refusal) Error() string {
	text := "counter: " + r.Code
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text
}

func (r *Refusal) Unwrap() error { return r.Err }

// The codes of refusals.
const (
	RefusedWanted    = "wanted"    // text
	RefusedPurpose   = "purpose"   // most
	RefusedCase      = "case"      // most
	RefusedAttribute = "attribute" // text
	RefusedText      = "text"      // neither a presentation nor a slip
	RefusedLong      = "long"      // most
	RefusedProof     = "proof"     // a signature, or what binds the holder, does not hold
	RefusedReason    = "reason"    // most
	RefusedNoSigner  = "no-signer"
	RefusedRequest   = "request" // id: there is none, or it is over
	RefusedCheck     = "check"   // id
	RefusedDone      = "done"
	RefusedOutcome   = "outcome"
	RefusedNotHeld   = "not-held"
)

// Refusals lists the codes.
var Refusals = []string{RefusedWanted, RefusedPurpose, RefusedCase, RefusedAttribute, RefusedText, RefusedLong, RefusedProof, RefusedReason,
	RefusedNoSigner, RefusedRequest, RefusedCheck, RefusedDone, RefusedOutcome, RefusedNotHeld}

func refuse(code string, err error, args ...string) *Refusal {
	r := &Refusal{code, map[string]string{}, err}
	for i := 0; i+1 < len(args); i += 2 {
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// texted holds a text to its bounds; least is 0 or 1.
func texted(code, text string, least, most int) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n < least || n > most || !utf8.ValidString(text) {
		return refuse(code, nil, "most", fmt.Sprint(most))
	}
	return nil
}

// anyType stands for the type of whatever is shown.
const anyType = "*"

func (c *Counter) valid(wanted, purpose, kase string) error {
	if wanted != anyType && (len(wanted) != 21 || strings.Trim(wanted, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || c.Types != nil && c.Types.Type(wanted) == nil) {
		return refuse(RefusedWanted, nil, "text", wanted)
	}
	return errors.Join(texted(RefusedPurpose, purpose, 1, MostPurpose), texted(RefusedCase, kase, 0, MostCase))
}

// Check looks at a presentation (SD-JWT) or the text of a slip, writes down what came of it,
// and tells the city that issued the licence. What is none, or whose signature does not hold,
// is a *Refusal.
func (c *Counter) Check(ctx context.Context, text string, q Question) (Finding, error) {
	asked := q.Wanted
	if asked == "" {
		asked = anyType
	}
	if err := c.valid(asked, q.Purpose, q.Case); err != nil {
		return Finding{}, err
	}
	if len(text) > MostText {
		return Finding{}, refuse(RefusedLong, nil, "most", fmt.Sprint(MostText))
	}
	l, err := c.knows(ctx)
	if err != nil {
		return Finding{}, err
	}
	s, err := l.read(strings.TrimSpace(text), q, c.Now())
	if err != nil {
		return Finding{}, err
	}
	if q.Wanted == "" {
		q.Wanted = s.checked.Facts.Type
	}
	f, err := c.judge(ctx, l, s, q)
	if err != nil {
		return f, err
	}
	f.Asked = f.Shown // whoever reads a slip or a file asks for what is in it
	return f, c.keep(ctx, &f, nil)
}

// seen is what a licence says, and how it says it.
type seen struct {
	form      string
	checked   licence.Checked
	reference statuslist.Reference
	signed    bool // with a key that is known; else nothing of it is shown
	mine      bool // the key is one of the city that the licence names
	shown     []string
}

// The forms of what is shown.
const (
	FormWallet = "wallet"
	FormSlip   = "slip"
	FormFile   = "file"
)

// read reads what is shown, signature first.
func (l *known) read(text string, q Question, now time.Time) (seen, error) {
	if strings.HasPrefix(text, slip.Prefix) {
		return l.readSlip(text)
	}
	s, err := sdjwt.Parse(text, jws.Algorithms...)
	if err != nil {
		return seen{}, refuse(RefusedText, err)
	}
	return l.readShown(s, text, licence.Demand{Request: q.Holder, Fresh: sdjwt.Fresh{Age: bindingAge, Ahead: aheadOf}, Now: now}, FormFile)
}

func (l *known) readShown(s *sdjwt.Shown, text string, d licence.Demand, form string) (seen, error) {
	key, cities, ok := l.keys.find(s.Issuer.KeyID)
	if !ok {
		return unsigned(s, form)
	}
	checked, err := licence.Verify(text, key, d)
	if err != nil {
		return seen{}, refuse(RefusedProof, err)
	}
	out := seen{form: form, checked: *checked, reference: statuslist.Reference{URI: checked.StatusURI, Index: checked.StatusIdx}, signed: true, mine: cities[checked.Facts.City]}
	hidden, err := s.Hidden()
	for _, h := range hidden {
		out.shown = append(out.shown, strings.Join(h.Path, "."))
	}
	return out, err
}

// unsigned is a licence whose key nobody knows: judged by its claims, none of which is shown.
func unsigned(s *sdjwt.Shown, form string) (seen, error) {
	claims, err := s.Claims()
	if err != nil {
		return seen{}, refuse(RefusedText, err)
	}
	checked, err := licence.Facts(claims)
	if err != nil {
		return seen{}, refuse(RefusedText, err)
	}
	checked.Facts.Key, checked.Facts.Attributes, checked.Metadata = s.Issuer.KeyID, nil, nil
	return seen{form: form, checked: *checked}, nil
}

func (l *known) readSlip(text string) (seen, error) {
	s, key, err := slip.Read(text, l.keys.slips, jws.Algorithms...)
	if errors.Is(err, slip.ErrKey) {
		return seen{}, refuse(RefusedProof, err)
	} else if err != nil {
		return seen{}, refuse(RefusedText, err)
	}
	_, cities, _ := l.keys.find(key.Thumbprint())
	city := trustlist.Party(s.City)
	out := seen{form: FormSlip, signed: true, mine: cities[city], shown: []string{"slip.name", "slip.code"}, reference: s.Status(l.address(city))}
	out.checked = licence.Checked{Identifier: s.Identifier(), Facts: s.Facts(key), Metadata: map[string]string{"CZZT": s.Name, "CZZTDM": s.CodeEnd}}
	return out, nil
}

// judge asks for the status and judges.
func (c *Counter) judge(ctx context.Context, l *known, s seen, q Question) (Finding, error) {
	now := c.Now()
	at := q.At
	if at.IsZero() {
		at = now
	}
	k := trustlist.Knowledge{ListAt: l.at, MostList: seconds(q.Limits.List, MostList), Offline: q.Offline, NeedHolder: s.form == FormWallet || q.Holder != (sdjwt.Request{})}
	facts := s.checked.Facts
	if s.signed {
		st, err := c.status(ctx, l, s, q.Offline)
		if err != nil {
			return Finding{}, err
		}
		facts.Status, k.StatusAt = st.status, trustlist.InstantOf(st.at)
		if st.at.IsZero() {
			k.StatusAt = 0
		}
		switch {
		case q.Offline:
			k.MostStatus = seconds(q.Limits.Status, MostStatus)
		case st.fresh:
			k.MostStatus = seconds(q.Limits.Status, OnlineMost)
		default: // it should have been had, and was not
			k.MostStatus = seconds(0, Fresh)
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Finding{}, err
	}
	f := Finding{Metadata: s.checked.Metadata, Attributes: facts.Attributes}
	f.Verdict = trustlist.Judge(l.list, trustlist.Question{At: trustlist.InstantOf(at), City: c.Me, Wanted: q.Wanted}, facts, k)
	f.Check = store.Check{
		ID: id.String(), Form: s.form, Identifier: s.checked.Identifier, City: facts.City, Authority: facts.Authority, Type: facts.Type,
		Wanted: q.Wanted, Purpose: strings.TrimSpace(q.Purpose), Case: strings.TrimSpace(q.Case), Clerk: q.Clerk, Asked: []string{}, Shown: append([]string{}, s.shown...), At: now.UTC(), Offline: q.Offline,
		Signed: s.signed, Outcome: f.Verdict.Outcome, Version: f.Verdict.Version, Told: s.signed && s.mine && c.Voice != nil && (facts.City == c.Me || l.address(facts.City) != ""),
	}
	if k.ListAt != 0 {
		f.ListAt = k.ListAt.Time()
	}
	if k.StatusAt != 0 {
		f.StatusAt = k.StatusAt.Time()
	}
	for _, r := range f.Verdict.Reasons {
		f.Reasons = append(f.Reasons, store.Reason{Code: r.Code, Weight: r.Weight.String(), Args: r.Args})
	}
	return f, nil
}

func seconds(set, otherwise time.Duration) int64 {
	if set == 0 {
		set = otherwise
	}
	return int64((set + time.Second - 1) / time.Second)
}

// Content is what was shown.
type Content struct {
	Metadata   map[string]string `json:"metadata"`
	Attributes map[string]any    `json:"attributes"`
}

// keep writes a finding down and tells the issuing city, in one deed; with is done in it too.
func (c *Counter) keep(ctx context.Context, f *Finding, with func(d *store.Deed) error) error {
	held := ""
	if f.Signed {
		b, err := json.Marshal(Content{f.Metadata, f.Attributes})
		if err != nil {
			return err
		}
		held = string(b)
	}
	return c.Store.Do(ctx, func(d *store.Deed) error {
		check := f.Check
		if check.Told {
			err := c.tell(d, &check)
			if errors.Is(err, store.ErrNoLicence) { // signed in our name, and not in our books
				check.Told = false
			} else if err != nil {
				return err
			}
		}
		if err := d.KeepCheck(check, held, d.At().Add(HeldFor)); err != nil {
			return err
		}
		f.Check = check
		if with == nil {
			return nil
		}
		return with(d)
	})
}

// tell tells the city that issued a licence who looked at it.
func (c *Counter) tell(d *store.Deed, k *store.Check) error {
	if k.City == c.Me {
		_, err := d.Visit(visitOf(c.Me, toldOf(k)))
		return err
	}
	_, err := d.Send(c.Voice(), message.Draft{To: message.Node(k.City), Kind: KindChecked, Case: k.ID, Body: toldOf(k)})
	return err
}
