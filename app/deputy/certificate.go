package deputy

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"conurb/app/cases"
	"conurb/livelihood/casework"
	rules "conurb/livelihood/deputy"
	"conurb/livelihood/household"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
	"conurb/store"
)

// CertificateType is the code of the e-licence of a certificate of registration, assumed.
const CertificateType = "11100000XXGAB00010008"

// certificateForm is what is asked of a certificate.
type certificateForm struct {
	Certificate string `json:"certificate"` // registered, moved, relatives, cancelled, changed
	About       string `json:"about"`       // number; empty: the applicant
	Purpose     string `json:"purpose"`
}

func formOf(c *casework.Case) (f certificateForm, err error) {
	err = json.Unmarshal(c.Form, &f)
	return f, err
}

// registered holds a certificate to the register of this city: the person is registered here, and
// whoever asks about another lives in his household.
func (k *Desk) registered(_ context.Context, t *cases.Turn) error {
	_, _, err := k.content(t)
	return err
}

// content is the household and the member that a certificate is about.
func (k *Desk) content(t *cases.Turn) (h family.Household, m family.Member, err error) {
	if k.Authority == nil || k.Authority.Types.Type(CertificateType) == nil {
		return h, m, casework.Refuse(rules.RefusedType)
	}
	f, err := formOf(t.Case)
	if err != nil {
		return h, m, err
	}
	if f.Certificate != "registered" && f.Certificate != "relatives" && strings.TrimSpace(t.Act.Text("statement")) == "" {
		return h, m, casework.Refuse(rules.RefusedStatement, "certificate", f.Certificate)
	}
	own := t.Case.Applicant.Code
	entry, there, err := t.Deed.HouseholdBook(k.Voice()).Entry(household.Person(own))
	if err != nil {
		return h, m, err
	}
	if there && entry.Standing == household.Moved {
		return h, m, casework.Refuse(rules.RefusedMoved, "city", k.Me, "to", string(entry.To))
	}
	h, err = t.Deed.FamilyOf(family.Person(own))
	if errors.Is(err, store.ErrUnknown) {
		return h, m, casework.Refuse(rules.RefusedRegistered, "city", k.Me)
	} else if err != nil {
		return h, m, err
	}
	who := own
	if f.About != "" {
		who = f.About
	}
	m, in := h.Member(family.Person(who))
	if !in {
		return h, m, casework.Refuse(rules.RefusedRelative)
	}
	return h, m, nil
}

// issue issues the certificate as an e-licence, by the register.
func (k *Desk) issue(_ context.Context, t *cases.Turn) error {
	h, m, err := k.content(t)
	if err != nil {
		return err
	}
	f, err := formOf(t.Case)
	if err != nil {
		return err
	}
	window := t.Case.Facts[factCity]
	if window == "" {
		window = k.Me
	}
	attributes := map[string]any{"certificate": cases.Words("deputy.certificate."+f.Certificate, nil), "subject": m.Name, "address": h.Address, "statement": statement(t, f, h, m),
		"purpose": f.Purpose, "window": window}
	if head, ok := h.Member(h.Head); ok {
		attributes["head"] = head.Name
	}
	a := t.Case.Applicant
	r, err := k.Authority.IssueIn(t.Deed, licence.Draft{Type: CertificateType, Authority: k.Authority.Offices[0], Attributes: attributes, Reason: t.Case.ID,
		Holder: licence.Holder{Kind: a.Kind, Code: a.Code, Name: a.Name}}, t.Act.By.Name)
	if err != nil {
		return err
	}
	t.Case.Links = append(t.Case.Links, casework.Link{Kind: "licence", City: k.Me, ID: r.ID})
	return nil
}

// statement is what a certificate says, in Chinese as an authority writes it.
func statement(t *cases.Turn, f certificateForm, h family.Household, m family.Member) string {
	switch f.Certificate {
	case "registered":
		return m.Name + "，公民身份号码 " + string(m.Person) + "，自 " + m.Since.String() + " 起登记于 " + h.Address + "。"
	case "relatives":
		var list []string
		for _, o := range h.Members {
			list = append(list, o.Name+"（"+cases.Words("family.relation."+string(o.Relation), nil)+"）")
		}
		return "同户成员及与户主关系：" + strings.Join(list, "、") + "。"
	}
	return t.Act.Text("statement")
}
