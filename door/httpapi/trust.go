package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// Trust is the trust list at a node. Refusals are *TrustRefusal, *trustlist.Fault and
// ErrUnknown.
type Trust interface {
	// Me is the node's city, or the office; Zone is that in which its days end.
	Me() trustlist.Party
	Zone() *time.Location
	// List is the list as it stood at an instant; none: now. Standing is what the node knows
	// of it, which has no other moment than now.
	List(ctx context.Context, at trustlist.Instant) (*trustlist.List, error)
	Standing(ctx context.Context) (TrustStanding, error)
	// Proposals lists those of a stage, or all, the newest first.
	Proposals(ctx context.Context, stage trustlist.Stage) ([]TrustProposal, error)
	// Propose proposes a change that a person wrote; by is who.
	Propose(ctx context.Context, change []byte, by string) (TrustProposal, error)
	Sign(ctx context.Context, id, by string) (TrustProposal, error)
	Refuse(ctx context.Context, id, by, reason string) (TrustProposal, error)
	Withdraw(ctx context.Context, id, by, reason string) (TrustProposal, error)
	// Publish publishes proposals; without any, it confirms the list.
	Publish(ctx context.Context, ids []string, by string) (*trustlist.List, error)
	// Judge answers a question by the list of its instant. A city, an instant or a type that
	// is not named is the node's, now, the licence's.
	Judge(ctx context.Context, q trustlist.Question, l trustlist.Licence, k trustlist.Knowledge) (trustlist.Verdict, error)
}

// TrustRefusal is why something was not done with the trust list; its words are
// "trust.refused.<Code>".
type TrustRefusal struct {
	Code string
	Args map[string]string
}

func (e *TrustRefusal) Error() string { return "trust list: " + e.Code }

// TrustStanding is what a node knows of the list.
type TrustStanding struct {
	ListAt    trustlist.Instant // when it was last found to be the office's newest; none: never
	Elsewhere []TrustHead       // versions that other nodes have and this one has not
	Findings  []TrustFinding    // the newest first
}

// TrustHead is a version that a node has.
type TrustHead struct {
	Party   string `json:"party" doc:"The node that has it." example:"office"`
	Version int    `json:"version" doc:"The version." example:"3"`
	Digest  string `json:"digest" doc:"Its digest, SHA-256 in hex." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

// TrustFinding is something wrong that was found.
type TrustFinding struct {
	Code, Party, Have, Other, Detail string
	Version                          int
	At                               time.Time
}

// TrustProposal is a proposal as the node knows it.
type TrustProposal struct {
	trustlist.Proposal
	Late bool // the office has had it with all signatures for long
}

func (s *server) trustRoutes(v1 string) {
	get := func(path, id, summary string) operation {
		return operation{method: http.MethodGet, path: v1 + "/trust" + path, id: id, tag: "trust", summary: summary}
	}
	post := func(path, id, summary string) operation {
		return operation{method: http.MethodPost, path: v1 + "/trust" + path, id: id, tag: "trust", summary: summary}
	}
	proposed := post("/proposals", "proposeTrust", "Propose a change of the trust list, signed for this city")
	proposed.status = http.StatusCreated
	published := post("/publications", "publishTrust", "Publish proposals as the next version of the list, at the office")
	published.status = http.StatusCreated
	judged := post("/judge", "judgeLicence", "Whether a city would accept a licence, and why: by the list of any day")
	judged.open = true

	register(s, get("/list", "getTrustList", "The trust list, today or as it stood on a past day"), s.trustList)
	register(s, get("/proposals", "listTrustProposals", "Proposals that this node knows, the newest first"), s.trustProposals)
	register(s, proposed, s.proposeTrust)
	register(s, post("/proposals/{id}/sign", "signTrust", "Sign another city's proposal for this city"), s.signTrust)
	register(s, post("/proposals/{id}/refuse", "refuseTrust", "Refuse another city's proposal"), s.refuseTrust)
	register(s, post("/proposals/{id}/withdraw", "withdrawTrust", "Withdraw a proposal of this city"), s.withdrawTrust)
	register(s, published, s.publishTrust)
	register(s, judged, s.judgeLicence)
}

// trustFor is the trust list for who may do something with it here; without an action it is
// open to everybody.
func (s *server) trustFor(ctx context.Context, do rights.Action) (Trust, error) {
	if s.trust == nil {
		return nil, refuse("no-trust")
	}
	if do == "" {
		return s.trust, nil
	}
	return s.trust, s.allow(ctx, do, rights.Resource{City: string(s.trust.Me())})
}

// trustProblem puts refusals of this room into words.
func trustProblem(ctx context.Context, id string, err error) error {
	var fault *trustlist.Fault
	var no *TrustRefusal
	switch {
	case errors.As(err, &fault):
		r := inWords(ctx, "bad-change", "trust.fault.", fault.Code, fault.Args, err)
		if fault.Field != "" {
			r.faults[0].Location += "." + fault.Field
		}
		return r
	case errors.As(err, &no):
		return inWords(ctx, "trust-refused", "trust.refused.", no.Code, no.Args, err)
	}
	return about(err, "proposal", id)
}

// TrustListInput is the parameter of getTrustList.
type TrustListInput struct {
	Language
	At   string `query:"at" doc:"A day, which means its end in the area's time zone, or an instant; now when left out." example:"2026-06-30"`
	City string `query:"city" doc:"Only what concerns this city; all when left out." example:"zhuzhou"`
}

func (s *server) trustList(ctx context.Context, in *TrustListInput) (*answer[TrustList], error) {
	t, err := s.trustFor(ctx, "")
	if err != nil {
		return nil, err
	}
	at, err := s.trustInstant("at", in.At)
	if err != nil {
		return nil, err
	}
	l, err := t.List(ctx, at)
	if err != nil {
		return nil, trustProblem(ctx, "", err)
	}
	know, err := t.Standing(ctx)
	if err != nil {
		return nil, err
	}
	if at == 0 {
		at = trustlist.InstantOf(s.now())
	}
	return &answer[TrustList]{trustListView(ctx, l, at, trustlist.Party(in.City), know, s.now())}, nil
}

// trustInstant reads a day, which means its end, or an instant; nothing is none.
func (s *server) trustInstant(name, text string) (trustlist.Instant, error) {
	if text == "" {
		return 0, nil
	}
	if d, err := time.ParseInLocation(time.DateOnly, text, s.trust.Zone()); err == nil {
		return trustlist.InstantOf(d.AddDate(0, 0, 1)) - 1, nil
	}
	i, err := trustlist.ParseInstant(text)
	if err != nil {
		return 0, &refusal{code: "bad-date", args: map[string]string{"name": name, "value": text}, cause: err}
	}
	return i, nil
}

// TrustProposalsInput is the parameter of listTrustProposals.
type TrustProposalsInput struct {
	Language
	Stage string `query:"stage" enum:"draft,waiting,refused,withdrawn,published" doc:"Only those at this stage; all when left out." example:"draft"`
}

func (s *server) trustProposals(ctx context.Context, in *TrustProposalsInput) (*answer[[]TrustProposalView], error) {
	t, err := s.trustFor(ctx, rights.TrustRead)
	if err != nil {
		return nil, err
	}
	list, err := t.Proposals(ctx, trustlist.Stage(in.Stage))
	if err != nil {
		return nil, err
	}
	out := []TrustProposalView{}
	for _, p := range list {
		out = append(out, trustProposalView(ctx, p))
	}
	return &answer[[]TrustProposalView]{out}, nil
}

// ProposeTrustInput is the parameter of proposeTrust.
type ProposeTrustInput struct {
	Language
	Body TrustChange
}

func (s *server) proposeTrust(ctx context.Context, in *ProposeTrustInput) (*answer[TrustProposalView], error) {
	t, err := s.trustFor(ctx, rights.TrustPropose)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	p, err := t.Propose(ctx, raw, writer(ctx))
	return trustStep(ctx, "", p, err)
}

// TrustProposalInput is the parameter of signTrust.
type TrustProposalInput struct {
	Language
	ID string `path:"id" doc:"The proposal." example:"0123456789abcdef0123456789abcdef"`
}

// TrustEndInput is the parameter of refuseTrust and withdrawTrust.
type TrustEndInput struct {
	TrustProposalInput
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why; the other nodes are told." example:"类型不同"`
	}
}

func (s *server) signTrust(ctx context.Context, in *TrustProposalInput) (*answer[TrustProposalView], error) {
	t, err := s.trustFor(ctx, rights.TrustSign)
	if err != nil {
		return nil, err
	}
	p, err := t.Sign(ctx, in.ID, writer(ctx))
	return trustStep(ctx, in.ID, p, err)
}

func (s *server) refuseTrust(ctx context.Context, in *TrustEndInput) (*answer[TrustProposalView], error) {
	t, err := s.trustFor(ctx, rights.TrustSign)
	if err != nil {
		return nil, err
	}
	p, err := t.Refuse(ctx, in.ID, writer(ctx), in.Body.Reason)
	return trustStep(ctx, in.ID, p, err)
}

func (s *server) withdrawTrust(ctx context.Context, in *TrustEndInput) (*answer[TrustProposalView], error) {
	t, err := s.trustFor(ctx, rights.TrustPropose)
	if err != nil {
		return nil, err
	}
	p, err := t.Withdraw(ctx, in.ID, writer(ctx), in.Body.Reason)
	return trustStep(ctx, in.ID, p, err)
}

func trustStep(ctx context.Context, id string, p TrustProposal, err error) (*answer[TrustProposalView], error) {
	if err != nil {
		return nil, trustProblem(ctx, id, err)
	}
	return &answer[TrustProposalView]{trustProposalView(ctx, p)}, nil
}

// PublishTrustInput is the parameter of publishTrust.
type PublishTrustInput struct {
	Language
	Body struct {
		Proposals []string `json:"proposals" maxItems:"1000" nullable:"false" doc:"The proposals, all of which are published or none; empty: the list is only confirmed." example:"[\"0123456789abcdef0123456789abcdef\"]"`
	}
}

func (s *server) publishTrust(ctx context.Context, in *PublishTrustInput) (*answer[TrustHead], error) {
	t, err := s.trustFor(ctx, rights.TrustPublish)
	if err != nil {
		return nil, err
	}
	l, err := t.Publish(ctx, in.Body.Proposals, writer(ctx))
	if err != nil {
		return nil, trustProblem(ctx, "", err)
	}
	return &answer[TrustHead]{TrustHead{string(t.Me()), l.Version(), l.Digest()}}, nil
}

// JudgeLicenceInput is the parameter of judgeLicence.
type JudgeLicenceInput struct {
	Language
	Body TrustQuestion
}

func (s *server) judgeLicence(ctx context.Context, in *JudgeLicenceInput) (*answer[TrustVerdict], error) {
	t, err := s.trustFor(ctx, "")
	if err != nil {
		return nil, err
	}
	q, l, k, err := s.trustQuestion(&in.Body)
	if err != nil {
		return nil, trustProblem(ctx, "", err)
	}
	v, err := t.Judge(ctx, q, l, k)
	if err != nil {
		return nil, trustProblem(ctx, "", err)
	}
	return &answer[TrustVerdict]{s.trustVerdict(ctx, v)}, nil
}
