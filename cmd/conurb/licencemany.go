package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"conurb/app"
	"conurb/app/authority"
	"conurb/app/node"
	"conurb/door/paper"
	"conurb/kit/sheet"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/locale"
)

// deskFlags say which office works: that of a node needs none of them.
type deskFlags struct {
	where
	Key        string `type:"existingfile" help:"${licence_desk_key}" placeholder:"NAME.key"`
	City       string `help:"${licence_desk_city}" placeholder:"CITY"`
	Office     string `help:"${licence_desk_office}" placeholder:"CODE"`
	OfficeName string `name:"office-name" help:"${licence_desk_name}" placeholder:"NAME"`
	Issuer     string `help:"${licence_iss}" placeholder:"URL"`
	StatusURL  string `name:"status-url" help:"${licence_status_url}" placeholder:"URL"`
}

var errDesk = errors.New("--key, --city, --office and --office-name say who works where the folder is no node's")

// errNoAuthority tells that a node issues no licences.
var errNoAuthority = errors.New("node.yaml names no authority")

// desk opens the desk of an office.
func (f deskFlags) desk(s *session) (*app.App, *authority.Desk, error) {
	if node.Is(f.Data) {
		return s.nodeDesk(f.where)
	}
	if f.Key == "" || f.City == "" || f.Office == "" || f.OfficeName == "" {
		return nil, nil, errDesk
	}
	key, _, err := s.signingKey(f.Key)
	if err != nil {
		return nil, nil, err
	}
	a, types, err := s.licences(f.where, true)
	if err != nil {
		return nil, nil, err
	}
	desk, err := authority.New(authority.Settings{
		Store: a.Store(), Types: types, Zone: a.Zone(), Now: s.now, Offices: []licence.Authority{{City: f.City, Code: f.Office, Name: f.OfficeName}},
		Sealing: func() authority.Sealing {
			return authority.Sealing{Key: key, Issuer: f.Issuer, Status: f.StatusURL}
		},
	})
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, desk, nil
}

// nodeDesk opens the desk of a node.
func (s *session) nodeDesk(w where) (*app.App, *authority.Desk, error) {
	if !node.Is(w.Data) {
		return nil, nil, fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	t, err := s.town(w)
	if err != nil {
		return nil, nil, err
	}
	if t.Desk == nil {
		return nil, nil, errors.Join(errNoAuthority, t.Close())
	}
	return t.App, t.Desk, nil
}

type licenceImportCmd struct {
	deskFlags
	File    string `arg:"" type:"existingfile" help:"${arg_licence_table}"`
	Type    string `required:"" help:"${licence_table_type}" placeholder:"CODE"`
	Preview bool   `help:"${licence_preview}"`
	Digest  string `help:"${licence_digest}" placeholder:"DIGEST"`
	By      string `help:"${licence_by}" placeholder:"NAME"`
}

// Run says what would become of every row, or issues what was previewed.
func (c licenceImportCmd) Run(s *session) error {
	if c.Preview == (c.Digest != "") {
		return errPreview
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	a, desk, err := c.desk(s)
	if err != nil {
		return err
	}
	defer a.Close()
	tell := s.progress()
	f := authority.File{Bytes: raw, Type: c.Type, Progress: func(done, all int) { tell.say(s.t("roll.step"), done, all) }}
	if c.Preview {
		p, err := desk.Preview(s.ctx, f)
		tell.end()
		if err != nil {
			return s.tableFault(c.File, err)
		}
		return s.preview(c.File, p)
	}
	p, issued, err := desk.Import(s.ctx, f, c.Digest, c.By)
	tell.end()
	if err != nil {
		return s.tableFault(c.File, err)
	}
	if s.json {
		return s.writeJSON(map[string]any{"file": p.File, "issued": identifiers(issued), "becomes": p.Becomes})
	}
	for _, r := range issued {
		fmt.Fprintf(s.out, "%s  %s\n", r.Identifier, plain(r.Holder.Name))
	}
	fmt.Fprintln(s.err, s.t("roll.done", "n", strconv.Itoa(len(issued)), "left", strconv.Itoa(len(p.Rows)-len(issued))))
	return nil
}

func identifiers(list []licence.Record) []string {
	out := []string{}
	for _, r := range list {
		out = append(out, r.Identifier)
	}
	return out
}

var errPreview = errors.New("give --preview, or --digest of a preview")

// preview shows what would become of a table. It answers with 0 for one that can be issued.
func (s *session) preview(file string, p *roll.Preview) error {
	if s.json {
		if err := s.writeJSON(p); err != nil || p.Sound() {
			return err
		}
		return errQuiet(1)
	}
	s.rollFaults(file, p)
	rows := [][]string{}
	for _, r := range p.Rows {
		rows = append(rows, []string{strconv.Itoa(r.Line), plain(r.Holder), s.t("roll.becomes." + string(r.Becomes)), r.Identifier})
	}
	s.table(strings.Split(s.t("roll.table"), "|"), rows)
	count := []string{}
	for _, b := range roll.All {
		if p.Becomes[b] > 0 {
			count = append(count, s.t("roll.count", "n", strconv.Itoa(p.Becomes[b]), "what", s.t("roll.becomes."+string(b))))
		}
	}
	fmt.Fprintln(s.out, strings.Join(count, s.t("roll.and")))
	if !p.Sound() {
		return errQuiet(1)
	}
	fmt.Fprintln(s.out, s.t("roll.digest", "digest", p.Digest))
	return nil
}

func (s *session) rollFaults(file string, p *roll.Preview) {
	say := func(f roll.Fault) {
		column := ""
		if f.Column != "" {
			column = s.t("roll.at", "column", plain(f.Column)) + " "
		}
		args := map[string]string{}
		for k, v := range f.Args {
			args[k] = s.oneLine(v)
		}
		fmt.Fprintf(s.err, "%s:%d: %s%s %s\n", file, f.Row, column, locale.T(s.lang, f.Key, args), locale.T(s.lang, f.Key+".remedy", args))
	}
	for _, f := range p.Faults {
		say(f)
	}
	for _, r := range p.Rows {
		for _, f := range r.Faults {
			say(f)
		}
	}
}

// tableFault says why a table was not issued.
func (s *session) tableFault(file string, err error) error {
	var no *authority.BatchError
	switch {
	case errors.As(err, &no) && errors.Is(err, authority.ErrFaulty):
		s.rollFaults(file, no.Preview)
		fmt.Fprintln(s.err, s.t("roll.faulty"))
		return errQuiet(1)
	case errors.As(err, &no):
		fmt.Fprintln(s.err, s.t("roll.other"))
		return errQuiet(1)
	}
	var syntax *sheet.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%s:%d: %w", file, syntax.Line, err)
	}
	var refusal *licence.Refusal
	if errors.As(err, &refusal) {
		return s.licenceFault(err)
	}
	return fmt.Errorf("%s: %w", file, err)
}

type licencePaperCmd struct {
	deskFlags
	ID   string `arg:"" help:"${arg_licence_id}"`
	To   string `required:"" help:"${licence_paper_to}" placeholder:"FILE.pdf"`
	Full bool   `help:"${licence_full}"`
	Font string `type:"existingfile" help:"${licence_font}" placeholder:"FILE.ttf"`
}

// Run prints a licence as PDF.
func (c licencePaperCmd) Run(s *session) error {
	if err := absent(c.To); err != nil {
		return err
	}
	a, desk, err := c.desk(s)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Font != "" {
		if desk.Font, err = os.ReadFile(c.Font); err != nil {
			return err
		}
	}
	b, r, err := desk.Paper(s.ctx, c.ID, c.Full)
	var glyph *paper.GlyphError
	var font *paper.FontError
	switch {
	case errors.As(err, &glyph):
		fmt.Fprintln(s.err, s.t("paper.glyph", "character", string(glyph.Rune), "code", fmt.Sprintf("U+%04X", glyph.Rune), "text", s.oneLine(glyph.Text)))
		return errQuiet(1)
	case errors.As(err, &font):
		fmt.Fprintln(s.err, s.t("paper.font", "file", c.Font, "cause", font.Err.Error()))
		return errQuiet(1)
	case err != nil:
		return s.licenceFault(err)
	}
	if err := s.writeFile(c.To, b); err != nil {
		return err
	}
	return s.done("paper.done", "file", c.To, "identifier", r.Identifier)
}

type licenceTemplateCmd struct {
	where
	Type string `arg:"" help:"${arg_licence_type}"`
	To   string `required:"" help:"${licence_template_to}" placeholder:"FILE.xlsx|FILE.csv"`
}

// Run writes the form of a type.
func (c licenceTemplateCmd) Run(s *session) error {
	workbook := strings.EqualFold(filepath.Ext(c.To), ".xlsx")
	if !workbook && !strings.EqualFold(filepath.Ext(c.To), ".csv") {
		return errTemplate
	}
	if err := absent(c.To); err != nil {
		return err
	}
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	types, err := a.LicenceTypes()
	if err != nil {
		return s.licenceFault(err)
	}
	b, err := authority.Form(types, c.Type, s.lang, workbook)
	if err != nil {
		return s.licenceFault(err)
	}
	if err := s.writeFile(c.To, b); err != nil {
		return err
	}
	return s.done("roll.form", "file", c.To)
}

var errTemplate = errors.New("--to names a file that ends with .xlsx or .csv")

// deskRefusals are the errors of these commands that a person can do something about.
var deskRefusals = []struct {
	err error
	key string
}{
	{errDesk, "roll.error.desk"}, {errNoAuthority, "roll.error.authority"}, {errPreview, "roll.error.preview"}, {errTemplate, "roll.error.template"},
	{sheet.ErrEncoding, "roll.error.encoding"}, {sheet.ErrWorkbook, "roll.error.workbook"}, {sheet.ErrTooLong, "roll.error.long"},
	{authority.ErrNoCity, "roll.error.city"}, {authority.ErrSameCity, "roll.error.same"}, {authority.ErrAlone, "roll.error.alone"}, {errToCity, "roll.error.tocity"},
}
