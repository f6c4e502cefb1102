package httpapi

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"conurb/livelihood/licence"
	"conurb/locale"
)

// CounterClerk is who asks at a counter.
type CounterClerk struct {
	Name   string `json:"name,omitempty" doc:"The clerk; not told to other cities." example:"陈办事"`
	Office string `json:"office" doc:"The office." example:"11430300XX00000010"`
	Role   string `json:"role" doc:"The role." example:"clerk"`
}

// CounterRequest is a request to wallets, as the counter knows it.
type CounterRequest struct {
	ID, Wanted, Purpose, Case string
	Attributes                []string
	Clerk                     CounterClerk
	Made, Until               time.Time
	State                     string // open, answered, accepted, declined, expired
	Link                      string // openid4vp://..., empty once it is over
	Trouble                   string // code of why the last answer was refused; a key of openid4vp.json
	Result                    *CounterCheck
}

// CounterReason is a reason of a verdict.
type CounterReason struct {
	Code, Weight string
	Args         map[string]string
}

// CounterSaid is what somebody says of a check.
type CounterSaid struct {
	Text string    `json:"text" doc:"What is said." example:"我没有申请贷款"`
	At   time.Time `json:"at" doc:"When." example:"2026-11-26T08:30:00Z"`
}

// CounterCheck is what came of looking at a licence, as the counter knows it.
type CounterCheck struct {
	ID, Form, Identifier, City, Authority, Type, Wanted, Purpose, Case string
	Clerk                                                              CounterClerk
	Asked, Shown                                                       []string
	At, ListAt, StatusAt                                               time.Time // zero: not known
	Offline, Signed, Told                                              bool
	Outcome                                                            string
	Version                                                            int
	Reasons                                                            []CounterReason
	Metadata                                                           map[string]string // while they are held, or once they are accepted
	Attributes                                                         map[string]any
	AcceptedInto                                                       string // case
	AcceptedAt                                                         time.Time
	Objection, Reply                                                   *CounterSaid
}

// WalletRequest is a request to wallets.
type WalletRequest struct {
	ID         string     `json:"id" doc:"The request." example:"01990a3c-7f7e-7000-8000-000000000000"`
	State      string     `json:"state" enum:"open,answered,accepted,declined,expired" doc:"Where it stands." example:"open"`
	Link       string     `json:"link,omitempty" doc:"The link that opens a wallet; left out once it is over." example:"openid4vp://?client_id=x509_hash%3A..."`
	QR         string     `json:"qr,omitempty" doc:"The text of the QR code for a wallet on another device." example:"openid4vp://?client_id=x509_hash%3A..."`
	Made       time.Time  `json:"made" doc:"When it was made." example:"2026-11-26T08:30:00Z"`
	Expires    time.Time  `json:"expires" doc:"Until when it may be answered." example:"2026-11-26T08:35:00Z"`
	Wanted     Named      `json:"wanted" doc:"The type that the affair needs."`
	Attributes []string   `json:"attributes" nullable:"false" doc:"What the wallet has to show." example:"[\"attributes.address\"]"`
	Purpose    string     `json:"purpose" doc:"Why." example:"办理公积金贷款"`
	Case       string     `json:"case,omitempty" doc:"The case it is for." example:"湘潭公积金-2026-0001"`
	Trouble    string     `json:"trouble,omitempty" doc:"Why the last answer was refused, in the language asked for; the request is still open." example:"The presentation is bound to another request."`
	Check      *CheckView `json:"check,omitempty" doc:"What came of it."`
}

// ReasonView is a reason of a verdict in words.
type ReasonView struct {
	Code     string            `json:"code" doc:"A code for programs." example:"status-revoked"`
	Weight   string            `json:"weight" enum:"note,doubt,refusal" doc:"What it does to the outcome." example:"refusal"`
	Sentence string            `json:"sentence" doc:"The reason, in the language asked for." example:"The authority revoked the licence."`
	Remedy   string            `json:"remedy,omitempty" doc:"What to do about it." example:"The holder asks the authority why, and for a new one."`
	Args     map[string]string `json:"args" nullable:"false" doc:"What the sentence is about; ages in seconds." example:"{\"age\":\"21600\"}"`
}

// ShownField is something that a licence says.
type ShownField struct {
	Path  string `json:"path" doc:"Where it stands." example:"attributes.address"`
	Name  string `json:"name" doc:"Its name, in the language asked for." example:"address of residence"`
	Value any    `json:"value" doc:"Its value: a text, a number, true or false, or a list of texts." example:"\"雨花区1号\""`
}

// AcceptedView is that what was shown became part of a case.
type AcceptedView struct {
	Case string    `json:"case" doc:"The case." example:"湘潭公积金-2026-0001"`
	At   time.Time `json:"at" doc:"When." example:"2026-11-26T08:31:00Z"`
}

// CheckView is what came of looking at a licence.
type CheckView struct {
	ID         string        `json:"id" doc:"The check." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Outcome    Named         `json:"outcome" doc:"accepted, not-accepted or cannot-tell, with its words."`
	Reasons    []ReasonView  `json:"reasons" nullable:"false" doc:"All reasons that apply, the weightiest first."`
	Form       string        `json:"form" enum:"wallet,slip,file" doc:"How it was shown. A slip can be copied: compare its holder with an identity card." example:"wallet"`
	Signed     bool          `json:"signed" doc:"False where nobody knows the key that signed it: nothing of it is shown then." example:"true"`
	Offline    bool          `json:"offline" doc:"True where no other node was asked." example:"false"`
	At         time.Time     `json:"at" doc:"When it was looked at." example:"2026-11-26T08:30:30Z"`
	Version    int           `json:"version" doc:"The version of the trust list that answered; 0: none." example:"2"`
	ListAge    *int64        `json:"listAge,omitempty" doc:"How old the trust list was, in seconds; left out where none was at hand." example:"60"`
	StatusAge  *int64        `json:"statusAge,omitempty" doc:"How old the status was, in seconds; left out where it was not known." example:"2"`
	Identifier string        `json:"identifier" doc:"The licence, GB/T 36904." example:"1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"`
	City       string        `json:"city" doc:"The city that issued it." example:"changsha"`
	Authority  string        `json:"authority" doc:"The authority that issued it, by its code." example:"11430100XX00000010"`
	Type       Named         `json:"type" doc:"Its type."`
	Wanted     Named         `json:"wanted" doc:"The type that the affair needs."`
	Purpose    string        `json:"purpose" doc:"Why it was looked at." example:"办理公积金贷款"`
	Case       string        `json:"case,omitempty" doc:"The case it was for." example:"湘潭公积金-2026-0001"`
	Clerk      CounterClerk  `json:"clerk" doc:"Who looked."`
	Asked      []string      `json:"asked" nullable:"false" doc:"What was asked for." example:"[\"attributes.address\"]"`
	Shown      []string      `json:"shown" nullable:"false" doc:"What was shown beside what always stands open, by name." example:"[\"attributes.address\"]"`
	Content    []ShownField  `json:"content" nullable:"false" doc:"What it says: for half an hour, and for good once it is accepted into a case."`
	Told       bool          `json:"told" doc:"True where the issuing city is told, and the holder sees it in his history." example:"true"`
	Accepted   *AcceptedView `json:"accepted,omitempty" doc:"The case that it became part of."`
	Objection  *CounterSaid  `json:"objection,omitempty" doc:"What its holder objects."`
	Answer     *CounterSaid  `json:"answer,omitempty" doc:"What he was answered."`
}

// typeName is a type of licence with its name, where the region knows it.
func typeName(ctx context.Context, types *licence.Register, code string) Named {
	if types != nil {
		if t := types.Type(code); t != nil {
			return Named{code, t.Name.In(language(ctx))}
		}
	}
	return Named{code, code}
}

func outcomeName(ctx context.Context, code string) Named {
	return Named{code, locale.T(language(ctx), "trust.outcome."+code, nil)}
}

func (s *server) requestView(ctx context.Context, c Counter, r CounterRequest) WalletRequest {
	v := WalletRequest{ID: r.ID, State: r.State, Link: r.Link, QR: r.Link, Made: r.Made, Expires: r.Until, Wanted: typeName(ctx, c.Types(), r.Wanted), Attributes: filled(r.Attributes), Purpose: r.Purpose, Case: r.Case}
	if r.Trouble != "" {
		v.Trouble = locale.T(language(ctx), "openid4vp."+r.Trouble, map[string]string{"field": "licence"})
	}
	if r.Result != nil {
		k := s.checkView(ctx, c, r.Result)
		v.Check = &k
	}
	return v
}

func filled(list []string) []string { return append([]string{}, list...) }

func (s *server) checkViews(ctx context.Context, c Counter, list []CounterCheck) []CheckView {
	out := make([]CheckView, len(list))
	for i := range list {
		out[i] = s.checkView(ctx, c, &list[i])
	}
	return out
}

func (s *server) checkView(ctx context.Context, c Counter, k *CounterCheck) CheckView {
	v := CheckView{
		ID: k.ID, Outcome: outcomeName(ctx, k.Outcome), Reasons: []ReasonView{}, Form: k.Form, Signed: k.Signed, Offline: k.Offline, At: k.At, Version: k.Version,
		ListAge: ageOf(k.At, k.ListAt), StatusAge: ageOf(k.At, k.StatusAt), Identifier: k.Identifier, City: k.City, Authority: k.Authority, Type: typeName(ctx, c.Types(), k.Type), Wanted: typeName(ctx, c.Types(), k.Wanted),
		Purpose: k.Purpose, Case: k.Case, Clerk: k.Clerk, Asked: filled(k.Asked), Shown: filled(k.Shown), Content: s.content(ctx, c, k), Told: k.Told, Objection: k.Objection, Answer: k.Reply,
	}
	for _, r := range k.Reasons {
		v.Reasons = append(v.Reasons, s.reasonView(language(ctx), r))
	}
	if k.AcceptedInto != "" {
		v.Accepted = &AcceptedView{k.AcceptedInto, k.AcceptedAt}
	}
	return v
}

// content is what a licence says: its metadata, then its attributes in the order of names.
func (s *server) content(ctx context.Context, c Counter, k *CounterCheck) []ShownField {
	lang, out := language(ctx), []ShownField{}
	for _, f := range new(licence.Record).Metadata(new(licence.Type)) {
		if text, ok := k.Metadata[f.Short]; ok {
			out = append(out, ShownField{"licence." + f.Short, f.Name.In(lang), text})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.Attributes)) {
		f := ShownField{"attributes." + name, name, k.Attributes[name]}
		if types := c.Types(); types != nil {
			if t := types.Type(k.Type); t != nil && t.Attribute(name) != nil {
				f.Name = t.Attribute(name).Name.In(lang)
			}
		}
		out = append(out, f)
	}
	return out
}

func ageOf(at, since time.Time) *int64 {
	if since.IsZero() {
		return nil
	}
	n := max(0, int64(at.Sub(since)/time.Second))
	return &n
}

// reasonView puts a reason of a verdict into words: cities and types by their names, moments
// by the clocks of the area, ages in their two largest units. The arguments stay as they are.
func (s *server) reasonView(lang string, r CounterReason) ReasonView {
	args := map[string]string{}
	for k, v := range r.Args {
		args[k] = s.spoken(lang, k, v)
	}
	v := ReasonView{Code: r.Code, Weight: r.Weight, Sentence: locale.T(lang, "trust.reason."+r.Code, args), Args: r.Args}
	if key := "trust.reason." + r.Code + ".remedy"; r.Weight != "note" && locale.Has(lang, key) {
		v.Remedy = locale.T(lang, key, args)
	}
	if v.Args == nil {
		v.Args = map[string]string{}
	}
	return v
}

// spoken is an argument of a reason as people say it; what is not known stays as it is.
func (s *server) spoken(lang, name, text string) string {
	switch {
	case text == "":
		return locale.T(lang, "trust.open", nil)
	case name == "age" || name == "limit":
		return ageWords(lang, text)
	case name == "city" || name == "verifier":
		return s.cityName(lang, text)
	case name == "type" || name == "wanted":
		if s.types != nil {
			if t := s.types.Type(text); t != nil {
				return t.Name.In(lang)
			}
		}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || s.zone == nil {
		return text
	}
	if lang == "en" {
		return at.In(s.zone).Format("2 Jan 2006, 15:04:05")
	}
	return at.In(s.zone).Format("2006年1月2日 15:04:05")
}

// cityName is what a city is called; its id where the area does not have it.
func (s *server) cityName(lang, id string) string {
	for _, c := range s.desk.Pack().Area.Cities {
		if c.ID == id {
			return c.Name.In(lang)
		}
	}
	return id
}

func ageWords(lang, seconds string) string {
	n, err := strconv.Atoi(seconds)
	if err != nil {
		return seconds
	}
	units := []struct {
		name   string
		length int
	}{{"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}}
	say := func(i, n int) string {
		return locale.T(lang, "trust.age."+units[i].name, map[string]string{"n": strconv.Itoa(n)})
	}
	for i, u := range units {
		if n < u.length && u.length > 1 {
			continue
		}
		text := say(i, n/u.length)
		if i+1 < len(units) && n%u.length/units[i+1].length > 0 {
			text += " " + say(i+1, n%u.length/units[i+1].length)
		}
		return text
	}
	return seconds
}
