package residence

import (
	"errors"
	"fmt"
	"time"

	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/course"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
)

// The types of licences that follow a move; their codes are assumed (region/czt/licence/types.yaml).
const (
	TypeRegister    = "11100000XXGAB00010001" // 居民户口簿
	TypePermit      = "11100000XXGAB00010006" // 准予迁入证明
	TypeCertificate = "11100000XXGAB00010007" // 户口迁移证
)

// Facts of licences and addresses.
const (
	factPermit  = "permit"  // identifier of the 准予迁入证明
	factAddress = "address" // where they are to live, as it was promised
)

const byMove = "residence" // who acts on licences that follow a move

// issue issues a licence where the city issues the type; nil where it does not.
func (r *Room) issue(d *store.Deed, draft licence.Draft) (*licence.Record, error) {
	if r.Desk == nil || r.Desk.Types.Type(draft.Type) == nil {
		return nil, nil
	}
	office, ok := r.Desk.Office(r.Office)
	if !ok {
		office = r.Desk.Offices[0]
	}
	draft.Authority = office
	rec, err := r.Desk.IssueIn(d, draft, byMove)
	if err != nil {
		return nil, fmt.Errorf("licence %s: %w", draft.Type, err)
	}
	return &rec, nil
}

// live are the licences of a type that a person has and that count.
func (r *Room) live(d *store.Deed, p family.Person, kind string) (list []licence.Record, err error) {
	if r.Desk == nil || r.Desk.Types.Type(kind) == nil {
		return nil, nil
	}
	all, err := d.Licences(store.LicenceFilter{Types: []string{kind}, Holder: string(p), HolderKind: licence.KindCitizen, Limit: 1000})
	for _, l := range all {
		if l.State.Live() {
			list = append(list, l)
		}
	}
	return list, err
}

// end cancels (注销) a licence in whatever state it is.
func (r *Room) end(d *store.Deed, l licence.Record, reason string) error {
	if l.State == licence.Leaving {
		if _, err := r.Desk.ActIn(d, l.ID, licence.Stay, licence.How{By: byMove, Reason: reason}); err != nil {
			return err
		}
	}
	_, err := r.Desk.ActIn(d, l.ID, licence.Cancel, licence.How{By: byMove, Reason: reason})
	return err
}

func link(l *licence.Record) casework.Link {
	return casework.Link{Kind: linkLicence, City: l.Authority.City, ID: l.ID}
}

// issuePermit issues the 准予迁入证明 of a promise to the applicant.
func (r *Room) issuePermit(d *store.Deed, c *casework.Case, in arrival, address string, until time.Time) error {
	put(c, map[string]string{factAddress: address})
	l, err := r.issue(d, licence.Draft{Type: TypePermit, Holder: citizen(family.Person(c.Applicant.Code), c.Applicant.Name), Until: r.day(until) - 1,
		Attributes: map[string]any{"from": string(in.form.From), "to": string(r.Me), "address": address, "persons": people(in.members), "transfer": transferOf(c), "kind": r.kindName(in.form.Kind)},
		Reason:     "准予迁入"})
	if err != nil || l == nil {
		return err
	}
	put(c, map[string]string{factPermit: l.Identifier})
	c.Links = append(c.Links, link(l))
	return nil
}

// kindName is what a kind of move is called.
func (r *Room) kindName(id string) string {
	if k, known := r.Rules.Kind(id); known {
		return k.Name.Zh
	}
	return id
}

// people are names and numbers as a paper has them.
func people(members []family.Member) (list []any) {
	for _, m := range members {
		list = append(list, m.Name+" "+string(m.Person))
	}
	return list
}

// issueCertificate issues the 户口迁移证 of a move: the register's certificate, for people.
func (r *Room) issueCertificate(d *store.Deed, t household.Transfer, c *casework.Case, persons []family.Person, names map[family.Person]string) ([]casework.Link, error) {
	if c != nil {
		for _, l := range c.Links {
			if l.Kind == linkLicence {
				return nil, nil // it came again after a restore
			}
		}
	}
	a := map[string]any{"from": string(r.Me), "to": string(t.To), "transfer": t.ID}
	holder := citizen(persons[0], names[persons[0]])
	if c != nil {
		if p, err := papersOf(c); err == nil && p.Case != "" {
			holder = citizen(family.Person(p.Applicant.Code), p.Applicant.Name)
			a["permit"], a["kind"] = p.Permit, r.kindName(p.Kind)
		}
	}
	if holder.Name == "" {
		return nil, nil // nobody here knows them any more
	}
	var list []any
	for _, p := range persons {
		list = append(list, names[p]+" "+string(p))
	}
	a["persons"] = list
	l, err := r.issue(d, licence.Draft{Type: TypeCertificate, Holder: holder, Until: r.day(d.At()) + course.CertificateDays, Attributes: a, Reason: "户口迁移"})
	if err != nil || l == nil {
		return nil, err
	}
	return []casework.Link{link(l)}, nil
}

// registerEnds cancels the household-register licences of those who left, and changes those of
// who stays where the head is another.
func (r *Room) registerEnds(d *store.Deed, left []family.Member, rest family.Household, before family.Person) error {
	for _, m := range left {
		list, err := r.live(d, m.Person, TypeRegister)
		if err != nil {
			return err
		}
		for _, l := range list {
			if err := r.end(d, l, "户口迁出"); err != nil {
				return err
			}
		}
	}
	if rest.Head == before {
		return nil
	}
	return r.rewrite(d, rest, "户主变更")
}

// rewrite changes the household-register licences of a household to what it is now.
func (r *Room) rewrite(d *store.Deed, h family.Household, reason string) error {
	for _, m := range h.Members {
		list, err := r.live(d, m.Person, TypeRegister)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.State != licence.Valid {
				continue
			}
			attributes := map[string]any{}
			for k, v := range l.Attributes {
				attributes[k] = v
			}
			for k, v := range registerOf(h, m) {
				attributes[k] = v
			}
			if _, err := r.Desk.ActIn(d, l.ID, licence.Change, licence.How{By: byMove, Reason: reason, Attributes: attributes}); err != nil {
				return err
			}
		}
	}
	return nil
}

// registerOf is what the household-register licence of a member says.
func registerOf(h family.Household, m family.Member) map[string]any {
	zh := func(key string) string { return locale.T("zh-CN", key, nil) }
	head, sex := h.Unit, "男"
	if one, there := h.Member(h.Head); there {
		head = one.Name
	}
	if m.Sex == family.Female {
		sex = "女"
	}
	var names []any
	if h.Kind == family.Family {
		for _, o := range h.Members {
			names = append(names, o.Name)
		}
	}
	a := map[string]any{"address": h.Address, "household_kind": zh("family.kind." + string(h.Kind)), "head": head,
		"relation": zh("family.relation." + string(m.Relation)), "sex": sex, "birth_date": m.Born.String(), "moved_in": m.Since.String()}
	if len(names) > 0 {
		a["members"] = names
	}
	return a
}

// issueRegister issues the household-register licences of people who have come into a household.
// One that is still there, of before, ends.
func (r *Room) issueRegister(d *store.Deed, h family.Household, come []family.Member) (links []casework.Link, err error) {
	for _, one := range come {
		m, there := h.Member(one.Person)
		if !there {
			continue
		}
		old, err := r.live(d, m.Person, TypeRegister)
		if err != nil {
			return nil, err
		}
		for _, l := range old {
			if err := r.end(d, l, "换发"); err != nil {
				return nil, err
			}
		}
		l, err := r.issue(d, licence.Draft{Type: TypeRegister, Holder: citizen(m.Person, m.Name), Attributes: registerOf(h, m), Reason: "落户"})
		if err != nil {
			return nil, err
		}
		if l != nil {
			links = append(links, link(l))
		}
	}
	return links, nil
}

// served ends the permit or the certificate of the case of a transfer: it has served, or will not any more.
func (r *Room) served(d *store.Deed, id, item string) error {
	c, there, err := r.moving(d, id, item)
	if err != nil || !there || r.Desk == nil {
		return err
	}
	kind := TypePermit
	if item == course.ItemOut {
		kind = TypeCertificate
	}
	for _, l := range c.Links {
		if l.Kind != linkLicence || l.City != string(r.Me) {
			continue
		}
		rec, err := d.Licence(l.ID)
		if errors.Is(err, store.ErrNoLicence) {
			continue
		} else if err != nil {
			return err
		}
		if rec.Type == kind && rec.State.Live() {
			if err := r.end(d, rec, "迁移办结"); err != nil {
				return err
			}
		}
	}
	return nil
}

// why is the key of the words of an outcome, by one of "residence.why.<code>", or of the register.
// They are said in the language of who reads, and are no text of the case.
func why(code string) string {
	if code == "" {
		code = course.WhyOther
	}
	return "residence.why." + code
}
