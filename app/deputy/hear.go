package deputy

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/deputy"
	"conurb/store"
	"conurb/trust/message"
)

// Handlers are the effects of messages, by kind.
func (k *Desk) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindHandOver: k.arrived, KindMore: k.more, KindResult: k.decided, KindOff: k.calledOff,
	}
}

// theirs is the case that this city has for a matter of another's window.
func (k *Desk) theirs(d *store.Deed, from message.Node, matter string) (casework.Case, bool, error) {
	return cases.Linked(d, from, matter, factCity, factMatter)
}

// arrived opens a case as if it were handed in here, or adds to the one that is there.
func (k *Desk) arrived(ctx context.Context, d *store.Deed, m message.Sealed) error {
	h, err := cases.Read[handOverBody](m)
	if err != nil {
		return err
	}
	from := m.Envelope.From
	h.Applicant.Account = "" // accounts are this node's own
	if h.Matter == "" || h.Applicant.Code == "" || len(h.Shares) == 0 {
		return cases.Nonsense("no matter, no applicant or nothing shown")
	}
	c, there, err := k.theirs(d, from, h.Matter)
	if err != nil {
		return err
	}
	move := "resubmit"
	if !there {
		move = "submit"
		if !k.Handed(h.Item) {
			return k.refuse(d, from, h.Matter, "", casework.Refuse(rules.RefusedItem, "item", h.Item), "")
		}
		c, err = k.Cases.OpenIn(ctx, d, cases.FromCity(from), cases.Opening{Item: h.Item, Applicant: h.Applicant, Links: []casework.Link{{Kind: "case", City: string(from), ID: h.Matter}},
			Facts: map[string]string{factCity: string(from), factMatter: h.Matter}})
		var no *casework.Refusal
		if errors.As(err, &no) { // found before anything was written
			return k.refuse(d, from, h.Matter, "", no, "")
		} else if err != nil {
			return err
		}
	}
	if c.State != casework.Draft && c.State != casework.Supplement {
		return nil // it was handed over before
	}
	if err := k.receive(d, &c, from, h); err != nil {
		return err
	}
	by := casework.Actor{Person: c.Applicant, By: casework.Applicant}
	_, err = k.Cases.ActIn(ctx, d, c.ID, casework.Act{Move: move, By: by})
	no := refusalOf(err)
	if no == nil {
		return err
	}
	if _, err := k.Cases.ActIn(ctx, d, c.ID, casework.Act{Move: "withdraw", By: by, Reason: cases.Words("casework.refusal."+no.Code, no.Args)}); err != nil {
		return err
	}
	return k.refuse(d, from, h.Matter, c.ID, no, faults(err))
}

// refusalOf is why an act was refused; nil where it was not.
func refusalOf(err error) *casework.Refusal {
	var no *casework.Refusal
	if errors.As(err, &no) {
		return no
	}
	return nil
}

// faults names the fields of a form that are wrong.
func faults(err error) string {
	var f *casework.Faulty
	if !errors.As(err, &f) {
		return ""
	}
	var list []string
	for _, one := range f.Faults {
		list = append(list, one.Field+": "+cases.Words(one.Key, one.Args))
	}
	return strings.Join(list, "; ")
}

// receive puts form and shares of a hand-over into the case.
func (k *Desk) receive(d *store.Deed, c *casework.Case, from message.Node, h handOverBody) error {
	full, err := d.Case(c.ID)
	if err != nil {
		return err
	}
	full.Form, full.Shared = h.Form, h.Shares
	full.Note(casework.Event{Move: "deputy-received", From: full.State, To: full.State, By: cases.FromCity(from), At: d.At(), Reason: h.Clerk})
	info, _ := k.course(&full).State(full.State)
	if err := d.KeepCase(&full, info.Phase); err != nil {
		return err
	}
	*c = full
	return nil
}

func (k *Desk) course(c *casework.Case) *casework.Course {
	if course := k.Cases.Courses()[c.Course]; course != nil {
		return course
	}
	return casework.Standard()
}

// refuse answers with a decision against the applicant, in words.
func (k *Desk) refuse(d *store.Deed, to message.Node, matter, kase string, no *casework.Refusal, more string) error {
	grounds := cases.Words("casework.refusal."+no.Code, no.Args)
	if more != "" {
		grounds += " " + more
	}
	return k.say(d, string(to), KindResult, matter, resultBody{Matter: matter, Case: kase, Outcome: casework.Declined, Grounds: cases.Clip(grounds)})
}

// mine is a case whose application another city has.
func (k *Desk) mine(d *store.Deed, m message.Sealed, matter string) error {
	c, err := d.Case(matter)
	if errors.Is(err, store.ErrUnknown) || err == nil && c.Facts[factTo] != string(m.Envelope.From) {
		return cases.Nonsense("no case %s was handed over to %s", matter, m.Envelope.From)
	}
	return err
}

func (k *Desk) more(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[aboutBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	if strings.TrimSpace(body.Reason) == "" {
		return cases.Nonsense("what is missing is not said")
	}
	return k.Cases.HeardIn(ctx, d, body.Matter, casework.Act{Move: rules.MoveMore, By: cases.FromCity(m.Envelope.From), Reason: cases.Clip(body.Reason)})
}

func (k *Desk) decided(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[resultBody](m)
	if err != nil {
		return err
	}
	if err := k.mine(d, m, body.Matter); err != nil {
		return err
	}
	for _, p := range body.Papers {
		if b, err := base64.StdEncoding.DecodeString(p.PDF); err != nil || !strings.HasPrefix(string(b), "%PDF-") {
			return cases.Nonsense("paper %s is no PDF", p.Identifier)
		}
	}
	a := casework.Act{Move: rules.MoveRefuse, By: cases.FromCity(m.Envelope.From), Grounds: cases.Clip(body.Grounds), Input: json.RawMessage(m.Envelope.Body)}
	if body.Outcome == casework.Granted {
		a.Move = rules.MoveGrant
	}
	return k.Cases.HeardIn(ctx, d, body.Matter, a)
}

func (k *Desk) calledOff(ctx context.Context, d *store.Deed, m message.Sealed) error {
	body, err := cases.Read[aboutBody](m)
	if err != nil {
		return err
	}
	c, there, err := k.theirs(d, m.Envelope.From, body.Matter)
	if err != nil || !there {
		return err
	}
	return k.Cases.HeardIn(ctx, d, c.ID, casework.Act{Move: "withdraw", By: casework.Actor{Person: c.Applicant, By: casework.Applicant}, Reason: body.Reason})
}

// watch hears what applicants are told, and tells the window that took their application.
type watch struct {
	inner cases.Teller // nil tells nobody
	desk  *Desk
}

// Tell is part of cases.Teller.
func (w watch) Tell(d *store.Deed, to casework.Person, code string, args map[string]string, link string) error {
	c, err := d.Case(strings.TrimPrefix(link, "/cases/"))
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return err
	}
	if err == nil && c.Facts[factMatter] != "" && c.Facts[factCity] != "" {
		if err := w.desk.report(d, &c); err != nil {
			return err
		}
	}
	if w.inner == nil {
		return nil
	}
	return w.inner.Tell(d, to, code, args, link)
}

// report tells the other city's window what was done to an application that it took.
func (k *Desk) report(d *store.Deed, c *casework.Case) error {
	last := c.Events[len(c.Events)-1]
	city, matter := c.Facts[factCity], c.Facts[factMatter]
	switch {
	case last.To == casework.Supplement && last.From != casework.Supplement:
		return k.say(d, city, KindMore, matter, aboutBody{Matter: matter, Reason: last.Reason})
	case last.To == casework.Decided && last.From != casework.Decided && c.Decision != nil:
		papers, err := k.printed(d, c)
		if err != nil {
			return err
		}
		return k.say(d, city, KindResult, matter, resultBody{matter, c.ID, c.Decision.Outcome, c.Decision.Grounds, papers})
	}
	return nil
}

// printed are the papers of the licences that came of a case; those too large for a message are
// fetched by the holder here.
func (k *Desk) printed(d *store.Deed, c *casework.Case) (list []Paper, err error) {
	size := 0
	for _, l := range c.Links {
		if l.Kind != "licence" || l.City != k.Me || k.Authority == nil {
			continue
		}
		r, err := d.Licence(l.ID)
		if err != nil {
			return nil, err
		}
		b, err := k.Authority.PaperOf(&r, true)
		if err != nil {
			return nil, err
		}
		p := Paper{Licence: r.ID, Identifier: r.Identifier, Name: k.Authority.Types.Type(r.Type).Name.Zh, PDF: base64.StdEncoding.EncodeToString(b)}
		if size += len(p.PDF); size > mostPapers {
			break
		}
		list = append(list, p)
	}
	return list, nil
}
