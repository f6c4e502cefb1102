package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"conurb/kit/sheet"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/locale"
	"conurb/trust/rights"
)

// LicenceDraft is a licence that is to be issued.
type LicenceDraft struct {
	Type       string         `json:"type" maxLength:"21" doc:"A type of the register." example:"11100000XXGAB00010003"`
	Office     string         `json:"office,omitempty" maxLength:"18" doc:"The code of the office that issues it; the first when left out." example:"11430100XX00000010"`
	Holder     LicenceHolder  `json:"holder" doc:"Whom it is about."`
	Number     string         `json:"number,omitempty" maxLength:"200" doc:"The number on it; drawn when left out." example:"430100-2026-0001"`
	From       string         `json:"from,omitempty" doc:"Its first day; today when left out." example:"2026-11-26"`
	Until      string         `json:"until,omitempty" doc:"Its last day; by the months of the type when left out." example:"2027-11-25"`
	Attributes map[string]any `json:"attributes" doc:"What it says, by the ids of the type's attributes." example:"{\"address\":\"雨花区1号\"}"`
	Reason     string         `json:"reason,omitempty" maxLength:"2000" doc:"Why it is issued, where that is to be kept." example:"application 12/2026"`
}

type licenceDraftInput struct {
	Language
	Body LicenceDraft
}

// signer names who is signed in, for the record: his name, and his id where that is another.
func signer(ctx context.Context) string {
	p, _ := who(ctx)
	if p.Name == "" || p.Name == p.ID {
		return p.ID
	}
	return p.Name + " (" + p.ID + ")"
}

// office is the office that a request names.
func office(desk Licences, code string) (licence.Authority, error) {
	i := slices.IndexFunc(desk.Offices(), func(a licence.Authority) bool { return a.Code == code || code == "" })
	if i < 0 {
		return licence.Authority{}, refuse("no-such-office", "value", code)
	}
	return desk.Offices()[i], nil
}

func (s *server) issueLicence(ctx context.Context, in *licenceDraftInput) (*personal[LicenceDetail], error) {
	desk, err := s.authority()
	if err != nil {
		return nil, err
	}
	from, err := office(desk, in.Body.Office)
	if err != nil {
		return nil, err
	}
	b := in.Body
	resource := rights.Resource{City: from.City, Office: from.Code, Type: b.Type, HolderKind: b.Holder.Kind, HolderCode: b.Holder.Code}
	if err := s.allow(ctx, rights.LicenceIssue, resource); err != nil {
		return nil, err
	}
	text, err := json.Marshal(licenceText(&b, from))
	if err != nil {
		return nil, err
	}
	d, err := licence.ReadDraft("body", text, desk.Types())
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	r, err := desk.Issue(ctx, d, signer(ctx))
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	return confidential(licenceDetail(language(ctx), []licence.Record{r}, desk.Types().Type(r.Type))), nil
}

// licenceText is a draft as licence.ReadDraft reads it.
func licenceText(b *LicenceDraft, from licence.Authority) map[string]any {
	text := map[string]any{"type": b.Type, "authority": from, "holder": b.Holder, "attributes": b.Attributes}
	if b.Attributes == nil {
		text["attributes"] = map[string]any{}
	}
	for name, value := range map[string]string{"number": b.Number, "from": b.From, "until": b.Until, "reason": b.Reason} {
		if value != "" {
			text[name] = value
		}
	}
	return text
}

// LicenceAction is something that is done to a licence.
type LicenceAction struct {
	Action     string         `json:"action" enum:"renew,change,suspend,resume,cancel,rescind,revoke,transfer-out,stay" doc:"What is done." example:"suspend"`
	Reason     string         `json:"reason" minLength:"1" maxLength:"2000" doc:"Why." example:"inquiry 7/2026"`
	Until      string         `json:"until,omitempty" doc:"Of renew: the new last day; by the months of the type when left out." example:"2028-11-25"`
	Name       string         `json:"name,omitempty" maxLength:"500" doc:"Of change: the holder's new name." example:"王晓明"`
	Attributes map[string]any `json:"attributes,omitempty" doc:"Of change and renew: what it says from now on, all of it; as it was when left out." example:"{\"address\":\"岳麓区3号\"}"`
	To         string         `json:"to,omitempty" maxLength:"63" doc:"Of transfer-out: the city that is to take it over." example:"xiangtan"`
}

type licenceActionInput struct {
	Language
	ID   string `path:"id" maxLength:"200" doc:"The licence: its id, or the identifier of one of its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Body LicenceAction
}

func (s *server) actOnLicence(ctx context.Context, in *licenceActionInput) (*personal[LicenceDetail], error) {
	desk, _, t, err := s.licenceFor(ctx, in.ID, rights.LicenceAct)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	b := in.Body
	how := licence.How{By: signer(ctx), Reason: b.Reason, Name: b.Name, To: b.To}
	if how.Until, err = day("until", b.Until, 0); err != nil {
		return nil, err
	}
	if b.Action == string(licence.TransferOut) && b.To == "" {
		return nil, refuse("no-such-city")
	}
	if b.Attributes != nil {
		text, err := json.Marshal(map[string]any{"attributes": b.Attributes})
		if err != nil {
			return nil, err
		}
		if how.Attributes, err = licence.ReadAttributes("body", text, t); err != nil {
			return nil, licenceRefusal(ctx, err)
		}
	}
	if _, err := desk.Act(ctx, in.ID, licence.Action(b.Action), how); err != nil {
		return nil, licenceRefusal(ctx, about(err, "licence", in.ID))
	}
	past, err := desk.Show(ctx, in.ID)
	if err != nil {
		return nil, about(err, "licence", in.ID)
	}
	return confidential(licenceDetail(language(ctx), past, t)), nil
}

type licenceImportInput struct {
	Language
	Type    string `query:"type" required:"true" maxLength:"21" doc:"The type of all licences of the file." example:"11100000XXGAB00010003"`
	Office  string `query:"office" maxLength:"18" doc:"The code of the office that issues them; the first when left out." example:"11430100XX00000010"`
	Preview bool   `query:"preview" doc:"True: nothing is issued, and what would become of every row is told." example:"true"`
	Digest  string `query:"digest" maxLength:"64" doc:"The digest of the preview by which the licences are issued." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	RawBody huma.MultipartFormFiles[licenceForm]
}

type licenceForm struct {
	File huma.FormFile `form:"file" contentType:"text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/octet-stream" required:"true" doc:"The table, made from the form of the type."`
}

// LicenceImport is a table of licences: what is to become of it, or what has.
type LicenceImport struct {
	Issued bool               `json:"issued" doc:"True where the licences were issued, false for a preview." example:"false"`
	Sound  bool               `json:"sound" doc:"True where it has no fault; only then can it be issued." example:"true"`
	File   string             `json:"file" doc:"The SHA-256 of the file." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Digest string             `json:"digest" doc:"Of the file and of what becomes of every row: give it to issue what was previewed." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Counts LicenceCounts      `json:"counts" doc:"How many rows become what."`
	Faults []Fault            `json:"faults" nullable:"false" doc:"Faults of the table as a whole."`
	Rows   []LicenceImportRow `json:"rows" nullable:"false" doc:"The rows of the table."`
}

// LicenceCounts is how many rows of a table become what.
type LicenceCounts struct {
	Issue    int `json:"issue" doc:"Rows that are issued." example:"998"`
	Standing int `json:"standing" doc:"Rows left out since their holders have such a licence." example:"1"`
	Before   int `json:"before" doc:"Rows left out since this file was issued before." example:"0"`
	Faulty   int `json:"faulty" doc:"Rows with faults." example:"1"`
}

// LicenceImportRow is a row of a table of licences.
type LicenceImportRow struct {
	Row        int     `json:"row" doc:"The line of the file, from 1." example:"2"`
	Holder     string  `json:"holder" doc:"The name of the holder." example:"王小明"`
	Becomes    Named   `json:"becomes" doc:"What becomes of it: issue, standing, before or faulty."`
	Identifier string  `json:"identifier,omitempty" doc:"The licence that it became, or that its holder has already." example:"1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"`
	Faults     []Fault `json:"faults" nullable:"false" doc:"What is wrong with it."`
}

func (s *server) importLicences(ctx context.Context, in *licenceImportInput) (*personal[LicenceImport], error) {
	desk, err := s.authority()
	if err != nil {
		return nil, err
	}
	from, err := office(desk, in.Office)
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, rights.LicenceImport, rights.Resource{City: from.City, Office: from.Code, Type: in.Type}); err != nil {
		return nil, err
	}
	if !in.Preview && in.Digest == "" {
		return nil, refuse("no-preview")
	}
	b, err := io.ReadAll(in.RawBody.Data().File)
	if err != nil {
		return nil, err
	}
	f := LicenceFile{Bytes: b, Type: in.Type, Office: from.Code}
	if in.Preview {
		p, err := desk.Preview(ctx, f)
		if err != nil {
			return nil, licenceFileRefusal(ctx, err)
		}
		return confidential(licenceImport(language(ctx), p, false, nil)), nil
	}
	if err := s.notOwn(ctx, desk, f, from); err != nil {
		return nil, err
	}
	p, issued, err := desk.Import(ctx, f, in.Digest, signer(ctx))
	if err != nil {
		return nil, licenceFileRefusal(ctx, err)
	}
	return confidential(licenceImport(language(ctx), p, true, issued)), nil
}

// notOwn asks for the rows of who is signed in himself what a single licence of his is asked.
func (s *server) notOwn(ctx context.Context, desk Licences, f LicenceFile, from licence.Authority) error {
	me, _ := who(ctx)
	if me.HolderCode == "" {
		return nil
	}
	p, err := desk.Preview(ctx, f)
	if err != nil {
		return licenceFileRefusal(ctx, err)
	}
	for _, row := range p.Rows {
		if h := row.Draft.Holder; h.Code == me.HolderCode && h.Kind == me.HolderKind {
			return s.allow(ctx, rights.LicenceIssue, rights.Resource{City: from.City, Office: from.Code, Type: f.Type, HolderKind: h.Kind, HolderCode: h.Code})
		}
	}
	return nil
}

func licenceFileRefusal(ctx context.Context, err error) error {
	var no *licence.Refusal
	var batch *BatchRefusal
	switch {
	case errors.As(err, &batch) && batch.Preview.Sound():
		return refuse("licences-changed")
	case errors.As(err, &batch):
		r := refuse("bad-licences", "n", strconv.Itoa(batch.Preview.Becomes[roll.Faulty]+len(batch.Preview.Faults)))
		r.faults = licenceFaults(language(ctx), batch.Preview.Faults)
		for _, row := range batch.Preview.Rows {
			r.faults = append(r.faults, licenceFaults(language(ctx), row.Faults)...)
		}
		return r
	case errors.As(err, &no):
		return licenceRefusal(ctx, err)
	}
	var syntax *sheet.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, sheet.ErrEncoding) || errors.Is(err, sheet.ErrWorkbook) || errors.Is(err, sheet.ErrTooLong) {
		return badFile(err)
	}
	return err
}

func licenceFaults(lang string, list []roll.Fault) []Fault {
	out := []Fault{}
	for _, f := range list {
		out = append(out, Fault{Location: "file:" + strconv.Itoa(f.Row), Row: f.Row, Column: f.Column, Code: f.Code(), Detail: locale.T(lang, f.Key, f.Args), Remedy: locale.T(lang, f.Key+".remedy", f.Args)})
	}
	return out
}

// licenceImport is a preview, or with what was issued its outcome.
func licenceImport(lang string, p *roll.Preview, done bool, issued []licence.Record) LicenceImport {
	out := LicenceImport{
		Issued: done, Sound: p.Sound(), File: p.File, Digest: p.Digest, Faults: licenceFaults(lang, p.Faults), Rows: []LicenceImportRow{},
		Counts: LicenceCounts{p.Becomes[roll.Issue], p.Becomes[roll.Standing], p.Becomes[roll.Before], p.Becomes[roll.Faulty]},
	}
	for _, row := range p.Rows {
		r := LicenceImportRow{row.Line, row.Holder, named(lang, "roll.becomes.", string(row.Becomes)), row.Identifier, licenceFaults(lang, row.Faults)}
		if row.Becomes == roll.Issue && len(issued) > 0 {
			r.Identifier, issued = issued[0].Identifier, issued[1:]
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}
