package httpapi

import (
	"context"
	"errors"
	"slices"
	"strings"

	"conurb/area"
	"conurb/livelihood/licence"
	"conurb/locale"
)

// LicenceOffice is an office that issues licences.
type LicenceOffice struct {
	City string `json:"city" doc:"Its city." example:"changsha"`
	Code string `json:"code" doc:"Its unified social credit code." example:"11430100XX00000010"`
	Name string `json:"name" doc:"Its name." example:"长沙市公安局"`
}

// LicenceType is a type of licences.
type LicenceType struct {
	Code       string             `json:"code" doc:"The code of GB/T 36904, 21 characters." example:"11100000XXGAB00010003"`
	Name       string             `json:"name" doc:"Its name, in the language asked for." example:"residence permit"`
	Definer    string             `json:"definer" doc:"The body that defines it." example:"Ministry of Public Security"`
	Holders    []Named            `json:"holders" nullable:"false" doc:"The kinds of holders it has."`
	Several    bool               `json:"several" doc:"True where a holder may have more than one live licence of it." example:"false"`
	Months     int                `json:"months" doc:"How long it is valid, in months; 0 without end." example:"12"`
	Transfer   bool               `json:"transfer" doc:"True where another city may take it over." example:"true"`
	Attributes []LicenceAttribute `json:"attributes" nullable:"false" doc:"What a licence of it says beside its metadata."`
	Grade      string             `json:"grade" doc:"How far code and rules can be trusted." example:"assumed"`
}

// Named is a code with its name in the language asked for.
type Named struct {
	Code string `json:"code" doc:"The code." example:"111"`
	Name string `json:"name" doc:"Its name." example:"citizen's number"`
}

// LicenceAttribute is something that licences of a type say.
type LicenceAttribute struct {
	ID     string `json:"id" doc:"Its id." example:"address"`
	Name   string `json:"name" doc:"Its name, in the language asked for." example:"address of residence"`
	Form   string `json:"form" enum:"text,day,number,yesno,texts" doc:"How its value is written." example:"text"`
	Needed bool   `json:"needed" doc:"True where a licence cannot do without it." example:"true"`
	Open   bool   `json:"open" doc:"True where it is always shown; others only if the holder chooses to." example:"false"`
}

// LicenceHolder is whom a licence is about.
type LicenceHolder struct {
	Kind string `json:"kind" doc:"The kind of the code, GB/T 36903 annex A." example:"111"`
	Code string `json:"code" minLength:"1" maxLength:"100" doc:"The code." example:"11010519491231002X"`
	Name string `json:"name" minLength:"1" maxLength:"500" doc:"The name." example:"王小明"`
}

// Licence is a licence as it stands.
type Licence struct {
	ID         string        `json:"id" doc:"The licence, the same in all its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Identifier string        `json:"identifier" doc:"The identifier of GB/T 36904 of this edition." example:"1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"`
	Edition    int           `json:"edition" doc:"The edition, from 1." example:"1"`
	Type       Named         `json:"type" doc:"Its type."`
	State      Named         `json:"state" doc:"Where it is in its life."`
	Holder     LicenceHolder `json:"holder" doc:"Whom it is about."`
	Number     string        `json:"number" doc:"The number on it." example:"2BPBDT2TIE07OA75D3I0"`
	Office     LicenceOffice `json:"office" doc:"The office that issued it."`
	Issued     area.Date     `json:"issued" format:"date" doc:"The day on which this edition was issued." example:"2026-11-26"`
	From       area.Date     `json:"from" format:"date" doc:"Its first day." example:"2026-11-26"`
	Until      area.Date     `json:"until,omitzero" format:"date" doc:"Its last day; left out where it has no end." example:"2027-11-25"`
	Former     string        `json:"former,omitempty" doc:"The identifier it had in the city that it came from." example:"1.2.156.3005.2.11100000XXGAB00010003.11430300XX00000010.A.001.K"`
	To         string        `json:"to,omitempty" doc:"The city that it goes or went to." example:"xiangtan"`
	Successor  string        `json:"successor,omitempty" doc:"The identifier it has there." example:"1.2.156.3005.2.11100000XXGAB00010003.11430300XX00000010.A.001.K"`
	Held       bool          `json:"held,omitempty" doc:"True while it is kept back until the other city has closed its own." example:"false"`
	May        []Named       `json:"may" nullable:"false" doc:"What may be done to it now."`
}

// LicenceDetail is a licence with everything that was done to it.
type LicenceDetail struct {
	Licence
	Attributes []LicenceValue `json:"attributes" nullable:"false" doc:"What it says."`
	Metadata   []LicenceField `json:"metadata" nullable:"false" doc:"Its metadata by GB/T 36903."`
	Past       []LicenceDeed  `json:"past" nullable:"false" doc:"What was done to it, oldest first."`
}

// LicenceValue is the value of an attribute.
type LicenceValue struct {
	ID    string `json:"id" doc:"The attribute." example:"address"`
	Name  string `json:"name" doc:"Its name, in the language asked for." example:"address of residence"`
	Value any    `json:"value" doc:"Its value: a text, a number, true or false, or a list of texts." example:"\"雨花区1号\""`
	Open  bool   `json:"open" doc:"True where it is always shown." example:"false"`
}

// LicenceField is an item of the metadata.
type LicenceField struct {
	Short    string `json:"short" doc:"Its short name." example:"CZZT"`
	Name     string `json:"name" doc:"Its name, in the language asked for." example:"holder"`
	Text     string `json:"text" doc:"What it says." example:"王小明"`
	Personal bool   `json:"personal" doc:"True where it is shown only if the holder chooses to." example:"true"`
}

// LicenceDeed is something that was done to a licence.
type LicenceDeed struct {
	Version int    `json:"version" doc:"The number of the record, from 1." example:"2"`
	At      string `json:"at" format:"date-time" doc:"When." example:"2026-11-26T08:00:00.000000Z"`
	Action  Named  `json:"action" doc:"What."`
	State   Named  `json:"state" doc:"The state after it."`
	Edition int    `json:"edition" doc:"The edition after it." example:"1"`
	By      string `json:"by,omitempty" doc:"By whom." example:"clerk-3"`
	Reason  string `json:"reason,omitempty" doc:"Why." example:"lost"`
}

// personal is an answer about persons, which nobody on the way keeps.
type personal[T any] struct {
	Caching string `header:"Cache-Control"`
	Body    T
}

func confidential[T any](body T) *personal[T] { return &personal[T]{"no-store", body} }

func licenceOffice(a licence.Authority) LicenceOffice { return LicenceOffice(a) }

func licenceType(lang string, t *licence.Type) LicenceType {
	out := LicenceType{
		Code: t.Code, Name: t.Name.In(lang), Definer: t.Definer.Name.In(lang), Several: t.Several, Months: t.Months, Transfer: t.Transfer,
		Grade: string(t.Grade), Holders: []Named{}, Attributes: []LicenceAttribute{},
	}
	for _, k := range t.Holders {
		out.Holders = append(out.Holders, named(lang, "licence.kind.", k))
	}
	for _, a := range t.Attributes {
		out.Attributes = append(out.Attributes, LicenceAttribute{a.ID, a.Name.In(lang), a.Form, a.Needed, a.Open})
	}
	return out
}

func named(lang, prefix, code string) Named { return Named{code, locale.T(lang, prefix+code, nil)} }

// automatic are actions that nobody at a desk does: they come by date, and from another city.
var automatic = []licence.Action{licence.Issue, licence.TransferIn, licence.Expire, licence.Move}

// licenceView is a licence as it stands; t is nil where the register has lost its type.
func licenceView(lang string, r *licence.Record, t *licence.Type) Licence {
	out := Licence{
		ID: r.ID, Identifier: r.Identifier, Edition: r.Edition, Type: Named{r.Type, r.Type}, State: named(lang, "licence.state.", string(r.State)),
		Holder: LicenceHolder(r.Holder), Number: r.Number, Office: licenceOffice(r.Authority), Issued: r.Issued, From: r.From, Until: r.Until,
		Former: r.Former, To: r.To, Successor: r.Successor, Held: r.Held, May: []Named{},
	}
	if t == nil {
		return out
	}
	out.Type.Name = t.Name.In(lang)
	for _, a := range r.State.May() {
		switch {
		case slices.Contains(automatic, a), a == licence.Resume && r.Held, a == licence.TransferOut && !t.Transfer, a == licence.Renew && r.Until == 0:
		default:
			out.May = append(out.May, named(lang, "licence.action.", string(a)))
		}
	}
	return out
}

func licenceDetail(lang string, past []licence.Record, t *licence.Type) LicenceDetail {
	r := &past[len(past)-1]
	out := LicenceDetail{Licence: licenceView(lang, r, t), Attributes: []LicenceValue{}, Metadata: []LicenceField{}, Past: []LicenceDeed{}}
	for _, a := range t.Attributes {
		if v, ok := r.Attributes[a.ID]; ok {
			out.Attributes = append(out.Attributes, LicenceValue{a.ID, a.Name.In(lang), v, a.Open})
		}
	}
	for _, f := range r.Metadata(t) {
		if f.Text != "" {
			out.Metadata = append(out.Metadata, LicenceField{f.Short, f.Name.In(lang), f.Text, f.Personal})
		}
	}
	for _, p := range past {
		out.Past = append(out.Past, LicenceDeed{
			Version: p.Version, At: p.At, Action: named(lang, "licence.action.", string(p.Action)), State: named(lang, "licence.state.", string(p.State)),
			Edition: p.Edition, By: p.By, Reason: p.Reason,
		})
	}
	return out
}

// licenceRefusal puts what the desk refuses into the words of the door; other errors pass.
func licenceRefusal(ctx context.Context, err error) error {
	var no *licence.Refusal
	var problems licence.Problems
	var glyph *PaperRefusal
	lang := language(ctx)
	switch {
	case errors.As(err, &no):
		args := map[string]string{}
		for k, v := range no.Args {
			args[k] = v
			if prefix := "licence." + k + "."; (k == "state" || k == "action") && locale.Has(lang, prefix+v) {
				args[k] = locale.T(lang, prefix+v, nil)
			}
			if k == "may" {
				args[k] = actionNames(lang, v)
			}
		}
		return inWords(ctx, "licence-refused", "licence.refusal.", no.Code, args, nil)
	case errors.As(err, &problems):
		r := refuse("bad-licence")
		for _, p := range problems {
			key := "licence.check." + p.Code
			r.faults = append(r.faults, Fault{Location: "body." + p.Field, Column: p.Field, Code: p.Code, Detail: locale.T(lang, key, p.Args), Remedy: locale.T(lang, key+".remedy", p.Args)})
		}
		return r
	case errors.As(err, &glyph):
		return refuse("no-glyph", "character", string(glyph.Rune))
	case errors.Is(err, ErrCity):
		return refuse("no-such-city")
	}
	return err
}

// actionNames puts a list of actions into words.
func actionNames(lang, list string) string {
	names := strings.Split(list, ", ")
	for i, a := range names {
		if locale.Has(lang, "licence.action."+a) {
			names[i] = locale.T(lang, "licence.action."+a, nil)
		}
	}
	return strings.Join(names, ", ")
}
