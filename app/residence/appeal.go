package residence

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// appealBody asks for a review, with what the applicant says.
type appealBody struct {
	Case     string `json:"case"`
	Transfer string `json:"transfer,omitempty"` // that was refused
	Grounds  string `json:"grounds"`
	At       string `json:"at"` // when he asked, RFC 3339: in time or not is a matter of the city that he asked

	Withdrawn bool `json:"withdrawn,omitempty"` // he takes it back
}

// appeal asks the city that refused for a review. It is asked again where nothing came of it in
// time: it may have lost the case with a backup.
func (r *Room) appeal(_ context.Context, t *cases.Turn) error { return r.asks(t, false) }

// dropAppeal tells that city that the applicant takes it back. What it has decided by then counts.
func (r *Room) dropAppeal(_ context.Context, t *cases.Turn) error { return r.asks(t, true) }

func (r *Room) asks(t *cases.Turn, withdrawn bool) error {
	x := t.Case.Appeal
	if x == nil {
		return nil
	}
	from := household.City(t.Case.Facts[FactFrom])
	lies(t.Case, string(from))
	r.Wake()
	return r.send(t.Deed, from, KindAppeal, t.Case.ID, appealBody{Case: t.Case.ID, Transfer: transferOf(t.Case), Grounds: x.Grounds, At: x.At.UTC().Format(time.RFC3339), Withdrawn: withdrawn})
}

// hearAppeal brings the case of a refusal to who reviews it, at S. What was decided already is
// said again.
func (r *Room) hearAppeal(ctx context.Context, d *store.Deed, from household.City, b appealBody) error {
	c, there, err := r.mineOf(d, b.Case, b.Transfer, course.ItemOut)
	switch {
	case err != nil:
		return err
	case there && c.Facts[FactTo] != string(from):
		return nil
	}
	say := newsBody{Case: b.Case, What: newsLost}
	if b.Withdrawn {
		say.What = newsDropped
	}
	if there {
		switch c.State {
		case course.OutRefused, course.OutAppealed:
			return r.reviews(ctx, d, &c, from, b)
		case course.OutAnnounced, course.OutOver:
			if x := c.Appeal; x != nil && x.Result != "" {
				say = reviewed(&c)
				say.Case = b.Case
			}
		case course.OutLapsed:
		default:
			return nil // it has gone on
		}
	}
	r.Wake()
	return r.send(d, from, KindNews, b.Case, say)
}

// reviews begins the review of a refusal, or ends it where the applicant takes it back. Messages
// come in any order: one that was taken back before it came has begun and ended.
func (r *Room) reviews(ctx context.Context, d *store.Deed, c *casework.Case, from household.City, b appealBody) error {
	if c.State == course.OutRefused {
		if done, err := r.tell(ctx, d, c.ID, "out-appeal", from, note{Grounds: b.Grounds}); err != nil || !done {
			return err
		}
	}
	if !b.Withdrawn {
		return nil
	}
	_, err := r.tell(ctx, d, c.ID, "out-dropped", from, note{})
	return err
}

// reviewed is what came of the review of a case, as the other city is told.
func reviewed(c *casework.Case) newsBody {
	n := newsBody{Case: theirs(c), What: newsUpheld, Grounds: c.Appeal.Reason}
	switch c.Appeal.Result {
	case casework.AppealChanged:
		n.What, n.Transfer = newsChanged, transferOf(c)
	case casework.AppealWithdrawn:
		n.What = newsDropped
	}
	return n
}

// outUpheld tells the other city that the refusal stands, at S, by a review or without one.
func (r *Room) outUpheld(_ context.Context, t *cases.Turn) error {
	r.Wake()
	return r.send(t.Deed, household.City(t.Case.Facts[FactTo]), KindNews, t.Case.ID, reviewed(t.Case))
}

// outChanged takes a refusal back, at S: the case waits for a new promise. The old one is over for
// good, so the new hold has a number of its own.
func (r *Room) outChanged(_ context.Context, t *cases.Turn) error {
	ends(t.Case, casework.AppealChanged, &t.Act)
	number, err := uuid.NewV7()
	if err != nil {
		return err
	}
	put(t.Case, map[string]string{FactTransfer: number.String(), FactTold: "", FactPromised: "", FactUntil: "", FactWhy: "", FactGrounds: "", FactContacted: "", FactMissed: "", FactChannel: ""})
	join(t.Case, casework.Link{Kind: linkTransfer, City: string(r.Me), ID: number.String()})
	lies(t.Case, t.Case.Facts[FactTo])
	return r.outUpheld(context.Background(), t)
}

// ends ends an appeal by which the decision is taken back.
func ends(c *casework.Case, result string, a *casework.Act) {
	c.Decision = nil
	if c.Appeal != nil {
		c.Appeal.End(result, a)
	}
}

// hearReview is what came of a review there, at T.
func (r *Room) hearReview(ctx context.Context, d *store.Deed, c *casework.Case, from household.City, n newsBody) (done bool, err error) {
	move, facts := "in-changed", map[string]string{FactTransfer: n.Transfer, FactAgain: "yes"}
	switch n.What {
	case newsUpheld:
		move, facts = "in-upheld", nil
	case newsDropped:
		move, facts = "in-dropped", nil
	case newsLost:
		facts = map[string]string{FactAgain: "yes"}
	case newsChanged:
		if _, err := uuid.Parse(n.Transfer); err != nil || len(n.Transfer) != 36 {
			facts = map[string]string{FactAgain: "yes"}
		}
	default:
		return false, nil
	}
	_, err = r.tell(ctx, d, c.ID, move, from, note{Facts: facts, Grounds: n.Grounds})
	return true, err
}

// inUpheld closes an appeal, at T: the refusal stands.
func (r *Room) inUpheld(_ context.Context, t *cases.Turn) error {
	if t.Case.Appeal != nil {
		t.Case.Appeal.End(casework.AppealUpheld, &t.Act)
	}
	return nil
}

// inChanged takes a refusal back, at T. The application goes on where it was refused: the register
// of the other city is asked anew, and then a clerk decides, or what he has permitted before is
// promised again (FactAgain).
func (r *Room) inChanged(_ context.Context, t *cases.Turn) error {
	result := casework.AppealChanged
	if t.Act.By.By == casework.ByMessage && t.Act.Grounds == "" { // the other city has nothing to review
		result = casework.AppealReopened
	}
	ends(t.Case, result, &t.Act)
	put(t.Case, map[string]string{FactWhy: "", FactGrounds: "", FactContacted: "", FactMissed: "", FactChannel: ""})
	return nil
}

// again tells whether what was permitted before may be promised again as it is, without a clerk:
// nothing about the application has changed, the rules are still met, there is room, and the
// register can hold them. Otherwise a clerk looks at it.
func (r *Room) again(d *store.Deed, c *casework.Case, a *answerBody) (bool, error) {
	if c.Facts[FactAgain] == "" {
		return false, nil
	}
	book := r.Register.In(d)
	if n, err := book.Number(household.Restoring); err != nil || n != 0 {
		return false, err
	}
	for _, g := range a.People {
		if e, there, err := book.Entry(g.Person); err != nil || there && (e.Standing != household.Moved || e.Epoch > g.Epoch) {
			return false, err
		}
	}
	var no *casework.Refusal
	in, err := arrivalOf(c, a)
	if err == nil {
		var h family.Household
		if h, err = r.target(d, c.ID, in.form, len(in.members)); err == nil {
			err = r.hosted(d, c, in.form, h)
		}
	}
	if errors.As(err, &no) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	group, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	now := c.Clone()
	put(&now, map[string]string{FactGroup: string(group)})
	found, err := r.Weigh(&now, nil, d.At())
	if errors.As(err, &no) {
		return false, nil
	}
	return found.Eligible(), err
}

// transferOf is the number of the transfer of a case, of the last hold.
func transferOf(c *casework.Case) string {
	return cmp.Or(c.Facts[FactTransfer], c.ID)
}

// transfer is the number of the transfer that papers are of.
func (p Papers) transfer() string { return cmp.Or(p.Transfer, p.Case) }

// number is a number for a hold: that of the case, or the one that the other city named, where it
// was not used yet.
func (r *Room) number(d *store.Deed, c *casework.Case) (string, error) {
	id := transferOf(c)
	if _, used, err := r.Register.In(d).Transfer(id); err != nil || !used {
		return id, err
	}
	next, err := uuid.NewV7()
	if err == nil {
		id = next.String()
		put(c, map[string]string{FactTransfer: id})
	}
	return id, err
}

// join links a case with what it is not linked with yet.
func join(c *casework.Case, links ...casework.Link) {
	for _, l := range links {
		if !slices.Contains(c.Links, l) {
			c.Links = append(c.Links, l)
		}
	}
}

// moving is the case of a transfer of this city: the one that goes on, where there are more.
func (r *Room) moving(d *store.Deed, transfer, item string) (c casework.Case, there bool, err error) {
	c, there, err = r.mine(d, transfer, item)
	there = there && transferOf(&c) == transfer
	if err != nil || there && c.State != course.OutLapsed {
		return c, there, err
	}
	list, err := d.Cases(store.CaseFilter{Link: &casework.Link{Kind: linkTransfer, City: string(r.Me), ID: transfer}, Items: []string{item}, Limit: 100})
	for i := range list {
		if transferOf(&list[i]) == transfer && list[i].ID != c.ID { // the newest
			return r.mine(d, list[i].ID, item)
		}
	}
	return c, there, err
}

// mineOf is a case that another city speaks of, by the number of its transfer or else by its own.
func (r *Room) mineOf(d *store.Deed, id, transfer, item string) (casework.Case, bool, error) {
	c, there, err := r.moving(d, cmp.Or(transfer, id), item)
	if err != nil || there {
		return c, there, err
	}
	return r.mine(d, id, item)
}

// theirs is the number by which the other city knows a case of this one, which lets go.
func theirs(c *casework.Case) string {
	if p, err := papersOf(c); err == nil && p.Case != "" {
		return p.Case
	}
	return c.ID
}

// unused is the first number of which there is no case yet.
func unused(d *store.Deed, ids ...string) (string, error) {
	for _, id := range ids {
		if _, err := d.Case(id); errors.Is(err, store.ErrUnknown) {
			return id, nil
		} else if err != nil {
			return "", err
		}
	}
	id, err := uuid.NewV7()
	return id.String(), err
}

// goes makes a move of the case of a transfer, where there is one.
func (r *Room) goes(ctx context.Context, d *store.Deed, transfer, item, move string, from household.City, n note) (bool, error) {
	c, there, err := r.moving(d, transfer, item)
	if err != nil || !there {
		return false, err
	}
	return r.tell(ctx, d, c.ID, move, from, n)
}
