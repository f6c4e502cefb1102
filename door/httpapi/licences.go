package httpapi

import (
	"context"
	"errors"
	"net/http"

	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/trust/rights"
)

// Licences is the desk of an authority that issues licences.
type Licences interface {
	// City is the city of the authority, and Offices are those of it; the first is meant where none is named.
	City() string
	Offices() []licence.Authority
	// Types is the register of the region.
	Types() *licence.Register
	// List lists the newest records, the newest licence first.
	List(ctx context.Context, q LicenceQuery) ([]licence.Record, error)
	// Show returns every record of a licence, oldest first, or ErrUnknown; key is its id or the
	// identifier of one of its editions.
	Show(ctx context.Context, key string) ([]licence.Record, error)
	// Issue issues a licence that was read by licence.ReadDraft. Here and below refusals are
	// *licence.Refusal.
	Issue(ctx context.Context, d licence.Draft, by string) (licence.Record, error)
	// Act does something to a licence, or says ErrUnknown; ErrCity where it is to go to a city
	// that the node cannot hand it over to.
	Act(ctx context.Context, key string, a licence.Action, how licence.How) (licence.Record, error)
	// Preview says what would become of a table, Import issues what was previewed with a digest,
	// or refuses with a *BatchRefusal. A file that is no table is refused by kit/sheet's errors.
	Preview(ctx context.Context, f LicenceFile) (*roll.Preview, error)
	Import(ctx context.Context, f LicenceFile, digest, by string) (*roll.Preview, []licence.Record, error)
	// Form is the table to fill in, as a workbook or as CSV.
	Form(typeCode, lang string, workbook bool) ([]byte, error)
	// Paper prints a licence as PDF, or says ErrUnknown or a *PaperRefusal.
	Paper(ctx context.Context, key string, full bool) ([]byte, error)
	// Slip is the text of a licence's QR code, signed now; or says ErrUnknown.
	Slip(ctx context.Context, key string) (string, error)
}

// LicenceQuery chooses licences; what is empty asks for nothing.
type LicenceQuery struct {
	Types        []string // nil: any
	Holder, Kind string   // code and kind of the holder
	State        licence.State
	Text         string // in name, code, number or identifier
	Before       string // id: older ones
	Limit        int
}

// LicenceFile is a table of licences of a type, for an office; empty: the first.
type LicenceFile struct {
	Bytes        []byte
	Type, Office string
}

// BatchRefusal refuses an import: the table has faults, or would be issued otherwise by now.
type BatchRefusal struct{ Preview *roll.Preview }

func (e *BatchRefusal) Error() string { return "the table is not issued" }

// PaperRefusal tells that no font has a character of a licence.
type PaperRefusal struct{ Rune rune }

func (e *PaperRefusal) Error() string { return "no font has " + string(e.Rune) }

// ErrCity refuses to hand a licence over to a city.
var ErrCity = errors.New("not a city that licences are handed over to")

func (s *server) licenceRoutes(v1 string) {
	get := func(path, id, summary string) operation {
		return operation{method: http.MethodGet, path: v1 + path, id: id, tag: "licences", summary: summary}
	}
	post := func(path, id, summary string) operation {
		return operation{method: http.MethodPost, path: v1 + path, id: id, tag: "licences", summary: summary}
	}
	made := func(o operation, produces string) operation { o.produces = produces; return o }
	issued := post("/licences", "issueLicence", "Issue a licence")
	issued.status = http.StatusCreated

	register(s, get("/licence-types", "listLicenceTypes", "The types of licences of the region"), s.licenceTypes)
	register(s, made(get("/licence-types/{type}/form.csv", "licenceFormCSV", "The form for many licences of a type, as CSV"), csvType), s.licenceFormCSV)
	register(s, made(get("/licence-types/{type}/form.xlsx", "licenceFormXLSX", "The form for many licences of a type, as an Excel workbook"), xlsxType), s.licenceFormXLSX)
	register(s, get("/licences", "listLicences", "Licences of the authority, the newest first"), s.licenceList)
	register(s, get("/licences/{id}", "getLicence", "A licence with everything that was done to it"), s.licence)
	register(s, get("/licences/{id}/metadata", "getLicenceMetadata", "The metadata of GB/T 36903 as systems exchange it"), s.licenceMetadata)
	register(s, made(get("/licences/{id}/paper", "getLicencePaper", "A licence to print on A4, with its QR code"), "application/pdf"), s.licencePaper)
	register(s, issued, s.issueLicence)
	register(s, post("/licences/{id}/actions", "actOnLicence", "Do something to a licence: renew, change, suspend, revoke and so on"), s.actOnLicence)
	register(s, post("/licences/import", "importLicences", "Preview a CSV or Excel file of licences, or issue what was previewed"), s.importLicences)
	register(s, get("/wallet/licences", "listOwnLicences", "The licences of the person or organisation that is signed in"), s.ownLicences)
}

// authority is the desk, where the node has one.
func (s *server) authority() (Licences, error) {
	if s.licences == nil {
		return nil, refuse("no-authority")
	}
	return s.licences, nil
}

func resourceOf(r *licence.Record) rights.Resource {
	return rights.Resource{City: r.Authority.City, Office: r.Authority.Code, Type: r.Type, HolderKind: r.Holder.Kind, HolderCode: r.Holder.Code}
}

// licenceFor finds a licence for who may do one of some things to it: of those, the refusal of
// the first is told.
func (s *server) licenceFor(ctx context.Context, key string, do ...rights.Action) (desk Licences, past []licence.Record, t *licence.Type, err error) {
	if desk, err = s.authority(); err != nil {
		return nil, nil, nil, err
	}
	if _, ok := who(ctx); !ok { // who is not signed in does not learn whether there is such a licence
		return nil, nil, nil, s.allow(ctx, do[0], rights.Resource{City: desk.City()})
	}
	if past, err = desk.Show(ctx, key); err != nil {
		return nil, nil, nil, about(err, "licence", key)
	}
	newest := &past[len(past)-1]
	for i, action := range do {
		no := s.allow(ctx, action, resourceOf(newest))
		if no == nil {
			err = nil
			break
		}
		if i == 0 {
			err = no
		}
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if t = desk.Types().Type(newest.Type); t == nil {
		return nil, nil, nil, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": newest.Type}}
	}
	return desk, past, t, nil
}

// LicenceTypes are the types of a region and the offices that issue them here.
type LicenceTypes struct {
	City    string          `json:"city" doc:"The city of the authority." example:"changsha"`
	Offices []LicenceOffice `json:"offices" nullable:"false" doc:"The offices that issue here; the first is meant where none is named."`
	Types   []LicenceType   `json:"types" nullable:"false" doc:"The types of the region's register."`
}

func (s *server) licenceTypes(ctx context.Context, _ *Language) (*answer[LicenceTypes], error) {
	lang, out := language(ctx), LicenceTypes{Offices: []LicenceOffice{}, Types: []LicenceType{}}
	types := s.types
	switch {
	case s.licences != nil:
		out.City, out.Offices, types = s.licences.City(), each(s.licences.Offices(), licenceOffice), s.licences.Types()
	case s.nodes != nil && types != nil: // the office issues none, and speaks of all
		out.City = s.nodes.Here().Name
	default:
		return nil, refuse("no-authority")
	}
	for i := range types.Types {
		out.Types = append(out.Types, licenceType(lang, &types.Types[i]))
	}
	return &answer[LicenceTypes]{out}, nil
}

type licenceFormInput struct {
	Language
	Type string `path:"type" maxLength:"21" doc:"The type." example:"11100000XXGAB00010003"`
}

func (s *server) licenceFormCSV(ctx context.Context, in *licenceFormInput) (*file, error) {
	return s.licenceForm(ctx, in.Type, csvType, ".csv")
}

func (s *server) licenceFormXLSX(ctx context.Context, in *licenceFormInput) (*file, error) {
	return s.licenceForm(ctx, in.Type, xlsxType, ".xlsx")
}

func (s *server) licenceForm(ctx context.Context, code, kind, ending string) (*file, error) {
	desk, err := s.authority()
	if err != nil {
		return nil, err
	}
	b, err := desk.Form(code, language(ctx), kind == xlsxType)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	return &file{Type: kind, Caching: "no-cache", Disposition: `attachment; filename="licences-` + code + ending + `"`, Body: b}, nil
}

type licencesInput struct {
	Language
	Type   string `query:"type" maxLength:"21" doc:"Only licences of this type." example:"11100000XXGAB00010003"`
	Holder string `query:"holder" maxLength:"100" doc:"Only licences of the holder with this code." example:"11010519491231002X"`
	State  string `query:"state" enum:"valid,suspended,rescinded,cancelled,expired,leaving,revoked,moved" doc:"Only licences in this state." example:"valid"`
	Q      string `query:"q" maxLength:"100" doc:"Only licences with this text in the holder's name or code, the number or the identifier." example:"王"`
	Before string `query:"before" maxLength:"36" doc:"The id after which the page begins: next of the page before." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many to return." example:"50"`
}

// LicenceList is a page of licences.
type LicenceList struct {
	Items []Licence `json:"items" nullable:"false" doc:"The licences, the newest first."`
	Next  string    `json:"next,omitempty" doc:"Where there are more: the value of before for the next page." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// licenceList lists licences of the types that who asks may read. Where he may read none at
// all he is told why.
func (s *server) licenceList(ctx context.Context, in *licencesInput) (*personal[LicenceList], error) {
	desk, err := s.authority()
	if err != nil {
		return nil, err
	}
	q := LicenceQuery{Types: []string{}, Holder: in.Holder, State: licence.State(in.State), Text: in.Q, Before: in.Before, Limit: in.Limit + 1}
	var no error
	for _, t := range desk.Types().Types {
		if in.Type != "" && t.Code != in.Type {
			continue
		}
		if err := s.mayRead(ctx, desk, t.Code); err != nil {
			no = err
			continue
		}
		q.Types = append(q.Types, t.Code)
	}
	switch {
	case len(q.Types) == 0 && no != nil:
		return nil, no
	case len(q.Types) == 0:
		return nil, licenceRefusal(ctx, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": in.Type}})
	}
	list, err := desk.List(ctx, q)
	if err != nil {
		return nil, err
	}
	return confidential(licencePage(language(ctx), desk, list, in.Limit)), nil
}

// mayRead tells whether the licences of a type may be read, of any office of the authority.
func (s *server) mayRead(ctx context.Context, desk Licences, code string) (err error) {
	for _, o := range desk.Offices() {
		if err = s.allow(ctx, rights.LicenceRead, rights.Resource{City: o.City, Office: o.Code, Type: code}); err == nil {
			return nil
		}
	}
	return err
}

func licencePage(lang string, desk Licences, list []licence.Record, limit int) LicenceList {
	out := LicenceList{Items: []Licence{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = list[limit-1].ID
	}
	for i := range list {
		out.Items = append(out.Items, licenceView(lang, &list[i], desk.Types().Type(list[i].Type)))
	}
	return out
}

type ownLicencesInput struct {
	Language
	Before string `query:"before" maxLength:"36" doc:"The id after which the page begins: next of the page before." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many to return." example:"100"`
}

// ownLicences lists the licences of who is signed in.
func (s *server) ownLicences(ctx context.Context, in *ownLicencesInput) (*personal[LicenceList], error) {
	desk, err := s.authority()
	if err != nil {
		return nil, err
	}
	me, _ := who(ctx)
	if err := s.allow(ctx, rights.WalletUse, rights.Resource{City: desk.City(), HolderKind: me.HolderKind, HolderCode: me.HolderCode}); err != nil {
		return nil, err
	}
	if me.HolderCode == "" {
		return confidential(LicenceList{Items: []Licence{}}), nil
	}
	list, err := desk.List(ctx, LicenceQuery{Holder: me.HolderCode, Kind: me.HolderKind, Before: in.Before, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	return confidential(licencePage(language(ctx), desk, list, in.Limit)), nil
}

type licenceInput struct {
	Language
	ID string `path:"id" maxLength:"200" doc:"The licence: its id, or the identifier of one of its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) licence(ctx context.Context, in *licenceInput) (*personal[LicenceDetail], error) {
	_, past, t, err := s.licenceFor(ctx, in.ID, rights.LicenceRead, rights.WalletUse)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	return confidential(licenceDetail(language(ctx), past, t)), nil
}

func (s *server) licenceMetadata(ctx context.Context, in *licenceInput) (*personal[map[string]any], error) {
	_, past, t, err := s.licenceFor(ctx, in.ID, rights.LicenceRead, rights.WalletUse)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	return confidential(past[len(past)-1].Export(t)), nil
}

type licencePaperInput struct {
	Language
	ID   string `path:"id" maxLength:"200" doc:"The licence: its id, or the identifier of one of its editions." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Full bool   `query:"full" doc:"True at the holder's wish: names and codes are not masked, and everything is printed." example:"false"`
}

func (s *server) licencePaper(ctx context.Context, in *licencePaperInput) (*file, error) {
	desk, past, _, err := s.licenceFor(ctx, in.ID, rights.LicenceRead, rights.WalletUse)
	if err != nil {
		return nil, licenceRefusal(ctx, err)
	}
	b, err := desk.Paper(ctx, in.ID, in.Full)
	if err != nil {
		return nil, licenceRefusal(ctx, about(err, "licence", in.ID))
	}
	name := past[len(past)-1].Identifier
	return &file{Type: "application/pdf", Caching: "no-store", Disposition: `inline; filename="` + name + `.pdf"`, Body: b}, nil
}
