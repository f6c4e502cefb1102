package httpapi

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"conurb/kit/jws"
	"conurb/locale"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// PublicKey is a public key as a JSON Web Key (RFC 7517).
type PublicKey struct {
	Kty string `json:"kty" doc:"EC or OKP." example:"EC"`
	Crv string `json:"crv" doc:"P-256, SM2 or Ed25519." example:"P-256"`
	X   string `json:"x" doc:"The x coordinate, base64url." example:"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"`
	Y   string `json:"y,omitempty" doc:"The y coordinate, base64url; Ed25519 has none." example:"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"`
}

// TrustRow says that an authority may issue a type of licence with a key.
type TrustRow struct {
	City      string     `json:"city" doc:"The city." example:"changsha"`
	Authority string     `json:"authority" doc:"The authority by its unified social credit code." example:"11430100XX00000010"`
	Name      string     `json:"name" doc:"The authority's name." example:"长沙市行政审批服务局"`
	Type      string     `json:"type" doc:"The type of licence, by GB/T 36904." example:"11100000XXGAB00010003"`
	From      time.Time  `json:"from" doc:"From when." example:"2026-01-01T00:00:00Z"`
	Until     *time.Time `json:"until,omitempty" doc:"The first instant without it; left out: open." example:"2030-01-01T00:00:00Z"`
	Key       *PublicKey `json:"key,omitempty" doc:"The key that signs; in a proposal, left out for the newest key of this node's authority."`
}

// TrustSide is a type of licence in a city.
type TrustSide struct {
	City string `json:"city" doc:"The city." example:"zhuzhou"`
	Type string `json:"type" doc:"The type of licence, by GB/T 36904." example:"11100000XXGAB00010003"`
}

// TrustEquivalent says that a type of one city counts as a type in another.
type TrustEquivalent struct {
	Of    TrustSide  `json:"of" doc:"What was issued."`
	As    TrustSide  `json:"as" doc:"What it counts as."`
	From  time.Time  `json:"from" doc:"From when." example:"2026-01-01T00:00:00Z"`
	Until *time.Time `json:"until,omitempty" doc:"The first instant without it; left out: open." example:"2030-01-01T00:00:00Z"`
	If    string     `json:"if,omitempty" doc:"A condition in CEL; left out: always." example:"attributes.kind == \"permanent\""`
}

// TrustChange is a change of the list.
type TrustChange struct {
	Change     string           `json:"change" enum:"add-row,end-row,add-equivalent,end-equivalent,revoke-key" doc:"What is changed." example:"add-equivalent"`
	By         string           `json:"by,omitempty" doc:"The city that proposes it; left out: this one." example:"xiangtan"`
	Proposed   *time.Time       `json:"proposed,omitempty" doc:"When; left out: now." example:"2026-11-26T08:00:00Z"`
	Reason     string           `json:"reason" minLength:"1" maxLength:"500" doc:"Why; everybody can read it." example:"第二次联席会议商定"`
	Row        *TrustRow        `json:"row,omitempty" doc:"The row, for add-row."`
	Equivalent *TrustEquivalent `json:"equivalent,omitempty" doc:"The equivalent, for add-equivalent."`
	Ends       string           `json:"ends,omitempty" doc:"What ends, for end-row and end-equivalent: its id." example:"0123456789abcdef0123456789abcdef"`
	Key        string           `json:"key,omitempty" doc:"For revoke-key: the thumbprint (RFC 7638) of a key of this city." example:"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"`
	At         *time.Time       `json:"at,omitempty" doc:"When it ends; from when the key does not count." example:"2026-12-01T00:00:00Z"`
}

// TrustStepView is what somebody did to a proposal.
type TrustStepView struct {
	Action  string    `json:"action" enum:"proposed,signed,refused,withdrawn,published" doc:"What was done." example:"signed"`
	Words   string    `json:"words" doc:"The same, in the language asked for." example:"signed"`
	Party   string    `json:"party" doc:"The city, or the office." example:"zhuzhou"`
	By      string    `json:"by,omitempty" doc:"Who, at this node; told to its staff alone." example:"王信任"`
	Reason  string    `json:"reason,omitempty" doc:"Why, for a refusal or withdrawal." example:"类型不同"`
	Version int       `json:"version,omitempty" doc:"The version of the list that has it." example:"2"`
	At      time.Time `json:"at" doc:"When this node wrote it down." example:"2026-11-26T08:30:00Z"`
}

// TrustProposalView is a proposal.
type TrustProposalView struct {
	ID      string          `json:"id" doc:"The proposal, and the row or equivalent it adds." example:"0123456789abcdef0123456789abcdef"`
	Stage   string          `json:"stage" enum:"draft,waiting,refused,withdrawn,published" doc:"Where it stands." example:"draft"`
	Words   string          `json:"words" doc:"The same, in the language asked for." example:"signatures are missing"`
	Late    bool            `json:"late" doc:"The office has had it with all signatures for more than a week." example:"false"`
	Signed  []string        `json:"signed" nullable:"false" doc:"The cities that have signed." example:"[\"xiangtan\"]"`
	Missing []string        `json:"missing" nullable:"false" doc:"The cities that have still to sign." example:"[\"zhuzhou\"]"`
	Change  TrustChange     `json:"change" doc:"The change."`
	Steps   []TrustStepView `json:"steps" nullable:"false" doc:"What was done, oldest first."`
}

// ListedTrustRow is a row of the list.
type ListedTrustRow struct {
	ID         string `json:"id" doc:"The row." example:"0123456789abcdef0123456789abcdef"`
	Version    int    `json:"version" doc:"The version that added it." example:"1"`
	Reason     string `json:"reason" doc:"Why." example:"第二次联席会议商定"`
	Thumbprint string `json:"thumbprint" doc:"Of the key (RFC 7638)." example:"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"`
	TrustRow
}

// ListedTrustEquivalent is an equivalent of the list.
type ListedTrustEquivalent struct {
	ID      string `json:"id" doc:"The equivalent." example:"0123456789abcdef0123456789abcdef"`
	Version int    `json:"version" doc:"The version that added it." example:"1"`
	Reason  string `json:"reason" doc:"Why." example:"第二次联席会议商定"`
	TrustEquivalent
}

// TrustRevocation is a key that no longer counts.
type TrustRevocation struct {
	ID      string    `json:"id" doc:"The change." example:"0123456789abcdef0123456789abcdef"`
	Version int       `json:"version" doc:"The version that added it." example:"3"`
	Reason  string    `json:"reason" doc:"Why." example:"密钥被盗"`
	City    string    `json:"city" doc:"The city." example:"changsha"`
	Key     string    `json:"key" doc:"The key's thumbprint (RFC 7638)." example:"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"`
	From    time.Time `json:"from" doc:"What it signed from then on does not count." example:"2026-09-01T00:00:00Z"`
}

// TrustFindingView is something wrong that was found.
type TrustFindingView struct {
	Code     string    `json:"code" doc:"A code for programs." example:"fork"`
	Party    string    `json:"party" doc:"Who gave or said it." example:"office"`
	Version  int       `json:"version" doc:"The version of the list." example:"2"`
	Sentence string    `json:"sentence" doc:"What is wrong, in the language asked for." example:"The list that office gives does not continue ours."`
	Remedy   string    `json:"remedy" doc:"What to do about it." example:"Compare both lists with the office and the other cities."`
	At       time.Time `json:"at" doc:"When it was found." example:"2026-11-26T08:30:00Z"`
}

// TrustList is the list with what the node knows of it.
type TrustList struct {
	At          time.Time               `json:"at" doc:"The instant asked about." example:"2026-11-26T08:30:00Z"`
	Version     int                     `json:"version" doc:"The version in force then; 0: none had been published." example:"2"`
	Published   *time.Time              `json:"published,omitempty" doc:"When it was published." example:"2026-11-26T08:00:00Z"`
	Digest      string                  `json:"digest" doc:"The digest that stands for it and all its past." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Confirmed   *time.Time              `json:"confirmed,omitempty" doc:"When the list here was last found to be the office's newest; left out: never." example:"2026-11-26T08:29:00Z"`
	Age         *int64                  `json:"age,omitempty" doc:"How long ago that is, in seconds." example:"60"`
	Rows        []ListedTrustRow        `json:"rows" nullable:"false" doc:"Who may issue."`
	Equivalents []ListedTrustEquivalent `json:"equivalents" nullable:"false" doc:"What counts as equal."`
	Revoked     []TrustRevocation       `json:"revoked" nullable:"false" doc:"Keys that no longer count."`
	Elsewhere   []TrustHead             `json:"elsewhere" nullable:"false" doc:"Versions that other nodes say they have and this one has not."`
	Findings    []TrustFindingView      `json:"findings" nullable:"false" doc:"What was found wrong, the newest first."`
}

// TrustLicence is what was found in a licence.
type TrustLicence struct {
	City       string         `json:"city" doc:"The city that issued it." example:"changsha"`
	Authority  string         `json:"authority" minLength:"18" maxLength:"18" doc:"The authority by its unified social credit code." example:"11430100XX00000010"`
	Type       string         `json:"type" minLength:"21" maxLength:"21" doc:"Its type, by GB/T 36904." example:"11100000XXGAB00010003"`
	Key        string         `json:"key" doc:"The thumbprint (RFC 7638) of the key that signed it." example:"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"`
	Issued     time.Time      `json:"issued" doc:"When it was issued." example:"2026-06-01T00:00:00Z"`
	From       *time.Time     `json:"from,omitempty" doc:"From when it is valid; left out: from its issue." example:"2026-06-01T00:00:00Z"`
	Until      *time.Time     `json:"until,omitempty" doc:"Until when; left out: without end." example:"2031-06-01T00:00:00Z"`
	Status     string         `json:"status,omitempty" enum:"valid,suspended,revoked,unknown" doc:"Its status; left out: unknown." example:"valid"`
	Holder     string         `json:"holder,omitempty" enum:"proven,absent,failed" doc:"Whether whoever shows it proved to be its holder; left out: absent." example:"proven"`
	Attributes map[string]any `json:"attributes,omitempty" doc:"The attributes that were shown." example:"{\"kind\":\"permanent\"}"`
}

// TrustQuestion is a question about a licence.
type TrustQuestion struct {
	Licence    TrustLicence `json:"licence" doc:"What was found in it."`
	City       string       `json:"city,omitempty" doc:"The city that is shown it; left out: this one." example:"zhuzhou"`
	Wanted     string       `json:"wanted,omitempty" maxLength:"21" doc:"The type that the affair needs; left out: that of the licence." example:"11100000XXGAB00010003"`
	At         string       `json:"at,omitempty" doc:"A day, which means its end in the area's time zone, or an instant; left out: now." example:"2026-06-30"`
	StatusAt   *time.Time   `json:"statusAt,omitempty" doc:"When the status was got; left out: never." example:"2026-06-30T08:00:00Z"`
	MostList   int64        `json:"mostList,omitempty" minimum:"0" doc:"The oldest list that answers, in seconds; 0: of any age." example:"604800"`
	MostStatus int64        `json:"mostStatus,omitempty" minimum:"0" doc:"The oldest status that answers, in seconds; 0: of any age." example:"86400"`
	Offline    bool         `json:"offline,omitempty" doc:"The verifier is offline." example:"false"`
	NeedHolder bool         `json:"needHolder,omitempty" doc:"A licence shown by no proven holder is in doubt." example:"true"`
}

// TrustVerdict is the answer.
type TrustVerdict struct {
	Outcome Named        `json:"outcome" doc:"accepted, not-accepted or cannot-tell, with its words."`
	At      time.Time    `json:"at" doc:"The instant asked about." example:"2026-06-30T15:59:59Z"`
	Version int          `json:"version" doc:"The version of the list that answered; 0: none." example:"2"`
	Reasons []ReasonView `json:"reasons" nullable:"false" doc:"All reasons that apply, the weightiest first."`
}

// momentOf is an instant for answers; nil: none.
func momentOf(i trustlist.Instant) *time.Time {
	if i == 0 {
		return nil
	}
	t := i.Time()
	return &t
}

func instantOf(t *time.Time) trustlist.Instant {
	if t == nil {
		return 0
	}
	return trustlist.InstantOf(*t)
}

func keyOf(k jws.JWK) *PublicKey { return &PublicKey{Kty: k.Kty, Crv: k.Crv, X: k.X, Y: k.Y} }

func trustRowOf(r *trustlist.Row) TrustRow {
	return TrustRow{City: string(r.City), Authority: r.Authority, Name: r.Name, Type: r.Type, From: r.From.Time(), Until: momentOf(r.Until), Key: keyOf(r.Key)}
}

func trustEqualOf(e *trustlist.Equivalent) TrustEquivalent {
	side := func(s trustlist.Side) TrustSide { return TrustSide{string(s.City), s.Type} }
	return TrustEquivalent{Of: side(e.Of), As: side(e.As), From: e.From.Time(), Until: momentOf(e.Until), If: e.If}
}

func trustChangeOf(c *trustlist.Change) TrustChange {
	out := TrustChange{Change: string(c.Kind), By: string(c.By), Proposed: momentOf(c.Proposed), Reason: c.Reason, Ends: c.Ends, Key: c.Key, At: momentOf(c.At)}
	if c.Row != nil {
		r := trustRowOf(c.Row)
		out.Row = &r
	}
	if c.Equivalent != nil {
		e := trustEqualOf(c.Equivalent)
		out.Equivalent = &e
	}
	return out
}

// trustProposalView puts a proposal into words; who did what at this node is told to staff.
func trustProposalView(ctx context.Context, p TrustProposal) TrustProposalView {
	lang := language(ctx)
	v := TrustProposalView{ID: p.Signed.Change.ID(), Stage: string(p.Stage), Words: locale.T(lang, "trust.stage."+string(p.Stage), nil),
		Late: p.Late, Signed: []string{}, Missing: []string{}, Change: trustChangeOf(&p.Signed.Change), Steps: []TrustStepView{}}
	for _, city := range p.Signed.Signers() {
		if p.Signed.Signatures[city] != "" {
			v.Signed = append(v.Signed, string(city))
		} else {
			v.Missing = append(v.Missing, string(city))
		}
	}
	me, _ := who(ctx)
	for _, s := range p.Steps {
		step := TrustStepView{Action: s.Action, Words: locale.T(lang, "trust.step."+s.Action, nil), Party: string(s.Party), Reason: s.Reason, Version: s.Version, At: s.At.Time()}
		if me.Kind == rights.Staff || me.Kind == rights.Machine {
			step.By = s.By
		}
		v.Steps = append(v.Steps, step)
	}
	return v
}

func trustListView(ctx context.Context, l *trustlist.List, at trustlist.Instant, city trustlist.Party, know TrustStanding, now time.Time) TrustList {
	v := TrustList{At: at.Time(), Version: l.Version(), Digest: l.Digest(), Confirmed: momentOf(know.ListAt),
		Rows: []ListedTrustRow{}, Equivalents: []ListedTrustEquivalent{}, Revoked: []TrustRevocation{}, Elsewhere: []TrustHead{}, Findings: []TrustFindingView{}}
	if n := l.Version(); n > 0 {
		v.Published = momentOf(l.Publications()[n-1].Published)
	}
	if know.ListAt != 0 {
		age := max(0, int64(trustlist.InstantOf(now)-know.ListAt))
		v.Age = &age
	}
	state := l.State()
	for _, r := range state.Rows {
		if city == "" || r.City == city {
			row := ListedTrustRow{ID: r.ID, Version: r.Version, Reason: r.Reason, TrustRow: trustRowOf(&r.Row)}
			if k, err := r.Key.Public(); err == nil { // the list was opened, so it is one
				row.Thumbprint = k.Thumbprint()
			}
			v.Rows = append(v.Rows, row)
		}
	}
	for _, e := range state.Equivalents {
		if city == "" || e.Of.City == city || e.As.City == city {
			v.Equivalents = append(v.Equivalents, ListedTrustEquivalent{e.ID, e.Version, e.Reason, trustEqualOf(&e.Equivalent)})
		}
	}
	for _, r := range state.Revoked {
		if city == "" || r.City == city {
			v.Revoked = append(v.Revoked, TrustRevocation{r.ID, r.Version, r.Reason, string(r.City), r.Key, r.From.Time()})
		}
	}
	v.Elsewhere = append(v.Elsewhere, know.Elsewhere...)
	for _, f := range know.Findings {
		v.Findings = append(v.Findings, trustFindingView(language(ctx), f))
	}
	return v
}

func trustFindingView(lang string, f TrustFinding) TrustFindingView {
	key, args := "trust.finding."+f.Code, map[string]string{"party": f.Party, "version": strconv.Itoa(f.Version), "have": f.Have, "other": f.Other}
	return TrustFindingView{Code: f.Code, Party: f.Party, Version: f.Version, Sentence: locale.T(lang, key, args), Remedy: locale.T(lang, key+".remedy", args), At: f.At}
}

func (s *server) trustVerdict(ctx context.Context, v trustlist.Verdict) TrustVerdict {
	out := TrustVerdict{Outcome: outcomeName(ctx, string(v.Outcome)), At: v.At.Time(), Version: v.Version, Reasons: []ReasonView{}}
	for _, r := range v.Reasons {
		out.Reasons = append(out.Reasons, s.reasonView(language(ctx), CounterReason{r.Code, r.Weight.String(), r.Args}))
	}
	return out
}

// trustQuestion reads a question; the licence is held to its form.
func (s *server) trustQuestion(in *TrustQuestion) (q trustlist.Question, l trustlist.Licence, k trustlist.Knowledge, err error) {
	q = trustlist.Question{City: trustlist.Party(in.City), Wanted: in.Wanted}
	k = trustlist.Knowledge{StatusAt: instantOf(in.StatusAt), MostList: in.MostList, MostStatus: in.MostStatus, Offline: in.Offline, NeedHolder: in.NeedHolder}
	if q.At, err = s.trustInstant("at", in.At); err != nil {
		return q, l, k, err
	}
	f := in.Licence
	raw, err := json.Marshal(trustlist.Licence{City: trustlist.Party(f.City), Authority: f.Authority, Type: f.Type, Key: f.Key, Issued: trustlist.InstantOf(f.Issued),
		From: instantOf(f.From), Until: instantOf(f.Until), Status: trustlist.Status(f.Status), Holder: trustlist.Binding(f.Holder), Attributes: f.Attributes})
	if err == nil {
		l, err = trustlist.ReadLicence(raw, jws.Public{})
	}
	return q, l, k, err
}
