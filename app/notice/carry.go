package notice

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"conurb/store"
)

const (
	perRound   = 32               // that are carried together
	patience   = 30 * time.Second // for one try by mail
	lease      = 2 * time.Minute  // in which nobody else takes one that is being tried
	firstPause = 30 * time.Second
	mostPause  = 6 * time.Hour
	lasts      = 72 * time.Hour // after the act, then it is given up
)

// The troubles of a notice on its way; words are "notice.trouble.<code>".
const (
	TroubleUnreachable = "unreachable" // nobody answered
	TroubleRefused     = "refused"     // for good
	TroubleBusy        = "busy"        // for now
	TroubleSignIn      = "sign-in"     // the mail server does not take the node's password
	TroubleGone        = "gone"        // the address is not the reader's any more
	TroubleForbidden   = "forbidden"   // not an address that this node sends to
)

// Troubles are all of them.
var Troubles = []string{TroubleUnreachable, TroubleRefused, TroubleBusy, TroubleSignIn, TroubleGone, TroubleForbidden}

// trouble is why a try came to nothing.
type trouble struct {
	code  string
	final bool // another try is of no use
	err   error
}

func (t *trouble) Error() string { return t.code + ": " + t.err.Error() }
func (t *trouble) Unwrap() error { return t.err }

// Carry tries what is due once, and returns when all of it was tried.
func (n *Notices) Carry(ctx context.Context) error {
	due, err := n.Store.DueNotices(ctx, perRound)
	if err != nil {
		return err
	}
	errs := make([]error, len(due))
	var all sync.WaitGroup
	for i, o := range due {
		all.Go(func() { errs[i] = n.carry(ctx, o) })
	}
	all.Wait()
	if len(due) == perRound {
		n.Wake()
	}
	return errors.Join(errs...)
}

func (n *Notices) carry(ctx context.Context, o store.NoticeOut) error {
	mine, err := n.Store.TakeNotice(ctx, o, n.Now().Add(lease))
	if err != nil || !mine {
		return err
	}
	o.Tries++
	set, err := n.Store.NoticeSettings(ctx, o.Notice.To)
	if err != nil {
		return err
	}
	if o.Address != map[string]string{store.ByMail: set.Mail, store.ByWebhook: set.Webhook}[o.Way] {
		return n.Store.EndNotice(ctx, o, store.NoticeGivenUp, TroubleGone)
	}
	if o.Way == store.ByMail {
		err = n.byMail(ctx, &o, set.Language)
	} else {
		err = n.byWebhook(ctx, &o)
	}
	var t *trouble
	switch {
	case ctx.Err() != nil: // stopped, and nobody's fault: the lease ends by itself
		return nil
	case err == nil:
		return n.Store.EndNotice(ctx, o, store.NoticeSent, "")
	case !errors.As(err, &t):
		t = &trouble{TroubleUnreachable, false, err}
	}
	n.Log.Warn("a notice did not go out", "notice", o.Notice.ID, "way", o.Way, "code", t.code, "try", o.Tries, "error", t.err)
	if t.final || n.Now().Sub(o.Notice.At) > lasts {
		return n.Store.EndNotice(ctx, o, store.NoticeGivenUp, t.code)
	}
	return n.Store.DelayNotice(ctx, o, n.Now().Add(pause(o.Tries, rand.Float64())), t.code)
}

// pause is how long to wait after a number of tries.
func pause(tries int, chance float64) time.Duration {
	p := mostPause
	if tries < 12 {
		p = min(p, firstPause<<(max(tries, 1)-1))
	}
	return p + time.Duration(chance*float64(p)/4)
}
