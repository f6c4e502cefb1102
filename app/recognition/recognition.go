package recognition

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/trustlist"
)

// The refusals of this package; faults of changes and lists are *trustlist.Fault.
var (
	ErrNotOffice = errors.New("only the office publishes")
	ErrOffice    = errors.New("the office proposes and signs nothing")
	ErrOther     = errors.New("the proposal is another city's affair")
	ErrMine      = errors.New("a city withdraws its own proposal, and refuses others'")
	ErrSettled   = errors.New("the proposal is refused, withdrawn or published")
	ErrReason    = errors.New("without a reason")
	ErrNoCard    = errors.New("no card is known of a node that has to hear of it")
	ErrBehind    = errors.New("the office gave an older list than it announced")
	ErrFinding   = errors.New("the list of the office is refused")
	ErrNoSource  = errors.New("this node gets no list from elsewhere")
)

// Settings are what the desk works with.
type Settings struct {
	Store  *store.Store
	Me     trustlist.Party
	Others func() []trustlist.Party // the other nodes whose cards are known
	Keys   func() trustlist.Keys    // of all parties, those of the past among them
	Voice  func() store.Voice       // signs messages, and changes or the list
	Fetch  Fetch                    // the list as the office gives it; not asked at the office
	Issuer func() *jws.Private      // the key of this node's authority, for changes that leave it out; nil: none
	Zone   *time.Location           // in which days end; nil: UTC
	Now    func() time.Time         // nil: time.Now
	Log    *slog.Logger             // nil: none
}

// Fetch gets the office's list; nothing, without an error, while there is none.
type Fetch = func(ctx context.Context) ([]byte, error)

// Desk is a node's desk for the trust list.
type Desk struct {
	Settings
	told chan struct{} // another node told of a version that is not here

	mu    sync.Mutex
	list  *trustlist.List // opened, as far as it was read
	given string          // the bytes that were last found to be the list that is here
}

// New makes a desk.
func New(s Settings) *Desk {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{Settings: s, told: make(chan struct{}, 1), list: &trustlist.List{}}
}

// office tells whether this is the office's desk.
func (k *Desk) office() bool { return k.Me == trustlist.Office }

// List is the list that this node has; without publications while it has none.
func (k *Desk) List(ctx context.Context) (*trustlist.List, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept, err := k.Store.TrustPublications(ctx, k.list.Version())
	if err != nil {
		return nil, err
	}
	keys := k.Keys()
	for _, p := range kept {
		next, err := k.list.With(p.Publication, keys)
		if err != nil {
			return nil, err
		}
		k.list = next
	}
	return k.list, nil
}

// Bytes is the list as other nodes fetch it; nothing while there is none.
func (k *Desk) Bytes(ctx context.Context) ([]byte, error) {
	l, err := k.List(ctx)
	if err != nil || l.Version() == 0 {
		return nil, err
	}
	return l.Bytes()
}

// ListAt is when the list here was last found to be the office's newest; no moment if that
// is not known, and its newest publication then counts (trustlist.Knowledge). At the office
// it is now.
func (k *Desk) ListAt(ctx context.Context) (trustlist.Instant, error) {
	if k.office() {
		return trustlist.InstantOf(k.Now()), nil
	}
	at, err := k.Store.TrustConfirmed(ctx)
	if err != nil || at.IsZero() {
		return 0, err
	}
	return trustlist.InstantOf(at), nil
}

// Judge answers a question by the list that is here, whose age is filled in. A city that is
// not named is this node's, an instant that is not is now, a wanted type that is not is the
// licence's.
func (k *Desk) Judge(ctx context.Context, q trustlist.Question, l trustlist.Licence, know trustlist.Knowledge) (trustlist.Verdict, error) {
	list, err := k.List(ctx)
	if err != nil {
		return trustlist.Verdict{}, err
	}
	if know.ListAt, err = k.ListAt(ctx); err != nil {
		return trustlist.Verdict{}, err
	}
	if q.City == "" && !k.office() {
		q.City = k.Me
	}
	if q.At == 0 {
		q.At = trustlist.InstantOf(k.Now())
	}
	if q.Wanted == "" {
		q.Wanted = l.Type
	}
	return trustlist.Judge(list, q, l, know), nil
}

// Proposals lists those of a stage, or all, the newest first.
func (k *Desk) Proposals(ctx context.Context, stage trustlist.Stage) ([]trustlist.Proposal, error) {
	return k.Store.TrustProposals(ctx, stage)
}

// Findings lists what was found wrong, the newest first.
func (k *Desk) Findings(ctx context.Context) ([]store.TrustFinding, error) {
	return k.Store.TrustFindings(ctx)
}

// Patience is how long a proposal may wait for the office before it counts as left lying.
const Patience = 7 * 24 * time.Hour

// LeftLying tells whether the office has had a proposal with all its signatures for longer
// than Patience and has not published it: it can leave a change out, but not unseen.
func LeftLying(p trustlist.Proposal, now time.Time) bool {
	if p.Stage != trustlist.StageWaiting || len(p.Steps) == 0 {
		return false
	}
	return now.Sub(p.Steps[len(p.Steps)-1].At.Time()) > Patience
}

// audience are the nodes that a proposal is told to; each has to be known.
func (k *Desk) audience(s trustlist.Signed) ([]trustlist.Party, error) {
	known := k.Others()
	var to []trustlist.Party
	for _, p := range append(s.Signers(), trustlist.Office) {
		switch {
		case p == k.Me || slices.Contains(to, p):
		case !slices.Contains(known, p):
			return nil, &NoCard{p}
		default:
			to = append(to, p)
		}
	}
	return to, nil
}

// NoCard is ErrNoCard about a node.
type NoCard struct{ Party trustlist.Party }

func (e *NoCard) Error() string { return ErrNoCard.Error() + ": " + string(e.Party) }

// Unwrap is ErrNoCard.
func (e *NoCard) Unwrap() error { return ErrNoCard }
