package authority

import (
	"context"
	"time"

	"conurb/livelihood/licence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// Listed are Settings.Accepts by the trust list: a licence is taken over only of an authority
// that the list says may issue the type now. rows are those of the list that is here; none
// where there is no list yet, and nothing is then taken over.
func Listed(rows func(context.Context) ([]trustlist.ListedRow, error), now func() time.Time) func(context.Context, message.Node, Passage) error {
	return func(ctx context.Context, from message.Node, p Passage) error {
		list, err := rows(ctx)
		if err != nil {
			return err
		}
		at := trustlist.InstantOf(now())
		for _, r := range list {
			if r.City == trustlist.Party(from) && r.Authority == p.Authority.Code && r.Type == p.Type && r.From <= at && (r.Until == 0 || at < r.Until) {
				return nil
			}
		}
		return &licence.Refusal{Code: licence.RefusedUnlisted, Args: map[string]string{"city": string(from), "authority": p.Authority.Code, "type": p.Type}}
	}
}
