package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"conurb/app"
	"conurb/app/node"
	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
)

// licenceCmd is the register of an authority's e-licences, in a node's database.
type licenceCmd struct {
	Types   licenceTypesCmd   `cmd:"" help:"${licence_types}"`
	Issue   licenceIssueCmd   `cmd:"" help:"${licence_issue}"`
	Show    licenceShowCmd    `cmd:"" help:"${licence_show}"`
	List    licenceListCmd    `cmd:"" help:"${licence_list}"`
	Present licencePresentCmd `cmd:"" help:"${licence_present}"`
	Verify  licenceVerifyCmd  `cmd:"" help:"${licence_verify}"`
	History licenceHistoryCmd `cmd:"" help:"${licence_history}"`
	Renew   licenceRenewCmd   `cmd:"" help:"${licence_renew}"`
	Change  licenceChangeCmd  `cmd:"" help:"${licence_change}"`
	Suspend licenceSuspendCmd `cmd:"" help:"${licence_suspend}"`
	Resume  licenceResumeCmd  `cmd:"" help:"${licence_resume}"`
	Revoke  licenceRevokeCmd  `cmd:"" help:"${licence_revoke}"`
	Act     licenceActCmd     `cmd:"" help:"${licence_act}"`
	Expire  licenceExpireCmd  `cmd:"" help:"${licence_expire}"`
	Export  licenceExportCmd  `cmd:"" help:"${licence_export}"`

	Import   licenceImportCmd   `cmd:"" help:"${licence_import}"`
	Template licenceTemplateCmd `cmd:"" help:"${licence_template}"`
	Paper    licencePaperCmd    `cmd:"" help:"${licence_paper}"`
}

// licenceFault says why something about licences was refused; other errors pass.
func (s *session) licenceFault(err error) error {
	var problems licence.Problems
	var no *licence.Refusal
	var path *licence.PathError
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", p.File, p.Line, p.Column,
				locale.T(s.lang, "licence.check."+p.Code, p.Args), locale.T(s.lang, "licence.check."+p.Code+".remedy", p.Args))
		}
	case errors.As(err, &no):
		args := map[string]string{}
		for k, v := range no.Args {
			args[k] = s.oneLine(v)
			if name := "licence." + k + "." + v; (k == "state" || k == "action") && locale.Has(s.lang, name) {
				args[k] = s.t(name)
			}
		}
		fmt.Fprintln(s.err, locale.T(s.lang, "licence.refusal."+no.Code, args), locale.T(s.lang, "licence.refusal."+no.Code+".remedy", args))
	case errors.As(err, &path):
		fmt.Fprintln(s.err, s.t("licence.error.path", "path", path.Path, "known", strings.Join(path.Known, ", ")))
	default:
		return err
	}
	return errQuiet(1)
}

// licences opens a node that was started before, with the register of its region.
func (s *session) licences(w where, fresh bool) (*app.App, *licence.Register, error) {
	open := s.openExisting
	if fresh {
		open = func(w where) (*app.App, error) { return s.open(w, false) }
	}
	a, err := open(w)
	if err != nil {
		return nil, nil, err
	}
	types, err := a.LicenceTypes()
	if err != nil {
		a.Close()
		return nil, nil, s.licenceFault(err)
	}
	return a, types, nil
}

// sealingFlags say how an authority signs.
type sealingFlags struct {
	Key       string `type:"existingfile" help:"${licence_key}" placeholder:"NAME.key"`
	Issuer    string `help:"${licence_iss}" placeholder:"URL"`
	StatusURL string `name:"status-url" help:"${licence_status_url}" placeholder:"URL"`
}

// errSealing tells that nothing says with whose key a licence is to be signed.
var errSealing = errors.New("neither --key nor the folder of a node")

func (f sealingFlags) read(s *session) (app.Sealing, error) {
	if f.Key == "" {
		return app.Sealing{}, errSealing
	}
	key, _, err := s.signingKey(f.Key)
	return app.Sealing{Key: key, Issuer: f.Issuer, Status: f.StatusURL}, err
}

// holderKey reads the public key of a holder, if one is named.
func (s *session) holderKey(file string) (*jws.JWK, error) {
	if file == "" {
		return nil, nil
	}
	k, _, err := s.publicKey(file)
	if err != nil {
		return nil, err
	}
	jwk := k.JWK("")
	return &jwk, nil
}

type licenceTypesCmd struct{ where }

// Run lists the types of the region and, where the node has a database, the status lists.
func (c licenceTypesCmd) Run(s *session) error {
	a, err := s.open(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	types, err := a.LicenceTypes()
	if err != nil {
		return s.licenceFault(err)
	}
	lists := []store.StatusList{}
	if c.DB != "" || app.HasDatabase(c.Data) {
		if lists, err = a.StatusLists(s.ctx); err != nil {
			return err
		}
	}
	if s.json {
		return s.writeJSON(map[string]any{"types": types.Types, "statusLists": lists})
	}
	var rows [][]string
	for _, t := range types.Types {
		months := s.t("licence.forever")
		if t.Months > 0 {
			months = s.t("licence.months", "n", strconv.Itoa(t.Months))
		}
		several := s.t("licence.one")
		if t.Several {
			several = s.t("licence.several")
		}
		rows = append(rows, []string{t.Code, t.Name.In(s.lang), t.Definer.Name.In(s.lang), months, several, s.t("grade." + string(t.Grade))})
	}
	s.table(strings.Split(s.t("licence.table.types"), "|"), rows)
	for _, l := range lists {
		fmt.Fprintln(s.out, s.t("licence.herd", "list", l.List, "bits", strconv.Itoa(int(l.Bits)), "size", strconv.Itoa(l.Size), "taken", strconv.Itoa(l.Taken)))
	}
	return nil
}

type licenceIssueCmd struct {
	where
	File string `arg:"" type:"existingfile" help:"${arg_licence_draft}"`
	sealingFlags
	Holder string `type:"existingfile" help:"${licence_holder}" placeholder:"NAME.jwk"`
	By     string `help:"${licence_by}" placeholder:"NAME"`
	Bits   int    `default:"2" help:"${licence_bits}" placeholder:"1|2|4|8"`
	Places int    `default:"131072" help:"${licence_places}" placeholder:"N"`
	To     string `help:"${licence_to}" placeholder:"FILE"`
}

// byNode issues for the authority of a node, with its key.
func (c licenceIssueCmd) byNode(s *session) error {
	a, desk, err := s.nodeDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	draft, err := c.draft(s, desk.Types)
	if err != nil {
		return err
	}
	r, err := desk.Issue(s.ctx, draft, c.By)
	if err != nil {
		return s.licenceFault(err)
	}
	return s.handOut(&r, c.To)
}

// draft reads what is to be issued, and refuses a file to write that is there already.
func (c licenceIssueCmd) draft(s *session, types *licence.Register) (draft licence.Draft, err error) {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return draft, err
	}
	if draft, err = licence.ReadDraft(c.File, raw, types); err != nil {
		return draft, s.licenceFault(err)
	}
	if draft.Key, err = s.holderKey(c.Holder); err != nil {
		return draft, err
	}
	return draft, absent(c.To)
}

func (c licenceIssueCmd) Run(s *session) error {
	if c.Key == "" && node.Is(c.Data) {
		return c.byNode(s)
	}
	sealing, err := c.read(s)
	if err != nil {
		return err
	}
	a, types, err := s.licences(c.where, true)
	if err != nil {
		return err
	}
	defer a.Close()
	draft, err := c.draft(s, types)
	if err != nil {
		return err
	}
	if err := errors.Join(within("--bits", float64(c.Bits), 1, 8), within("--places", float64(c.Places), 2, store.MostPlaces)); err != nil {
		return err
	}
	shape := store.Shape{Bits: statuslist.Bits(c.Bits), Size: c.Places}
	r, err := a.IssueLicence(s.ctx, types, draft, c.By, shape, sealing)
	if err != nil {
		return s.licenceFault(err)
	}
	if c.Places < store.DefaultPlaces {
		fmt.Fprintln(s.err, s.t("licence.small", "size", strconv.Itoa(c.Places), "usual", strconv.Itoa(store.DefaultPlaces)))
	}
	return s.handOut(&r, c.To)
}

// absent refuses a file that is there, before anything is recorded.
func absent(file string) error {
	if file == "" {
		return nil
	}
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s: %w", file, os.ErrExist)
	}
	return nil
}

// handOut writes the credential of an edition, and says what was recorded.
func (s *session) handOut(r *licence.Record, to string) error {
	if s.json {
		return s.writeJSON(map[string]any{"id": r.ID, "identifier": r.Identifier, "state": r.State, "credential": r.Credential, "place": r.Place})
	}
	if err := s.writeFile(to, []byte(r.Credential+"\n")); err != nil {
		return err
	}
	fmt.Fprintln(s.err, s.t("licence.done.edition", "identifier", r.Identifier, "until", s.lastDay(r.Until), "list", r.Place.List, "index", strconv.Itoa(r.Place.Index)))
	return nil
}

func (s *session) lastDay(d area.Date) string {
	if d == 0 {
		return s.t("licence.forever")
	}
	return d.String()
}

// edition are the flags of what makes a new edition of a licence.
type edition struct {
	where
	ID string `arg:"" help:"${arg_licence_id}"`
	sealingFlags
	Reason     string `help:"${licence_reason}" placeholder:"TEXT"`
	By         string `help:"${licence_by}" placeholder:"NAME"`
	Attributes string `type:"existingfile" help:"${licence_attributes}" placeholder:"FILE"`
	Holder     string `type:"existingfile" help:"${licence_holder}" placeholder:"NAME.jwk"`
	To         string `help:"${licence_to}" placeholder:"FILE"`
}

func (c edition) do(s *session, action licence.Action, how licence.How) error {
	byNode := c.Key == "" && node.Is(c.Data)
	var a *app.App
	var act func(how licence.How) (licence.Record, error)
	var types *licence.Register
	if byNode {
		town, desk, err := s.nodeDesk(c.where)
		if err != nil {
			return err
		}
		a, types = town, desk.Types
		act = func(how licence.How) (licence.Record, error) { return desk.Act(s.ctx, c.ID, action, how) }
	} else {
		sealing, err := c.read(s)
		if err != nil {
			return err
		}
		if a, types, err = s.licences(c.where, false); err != nil {
			return err
		}
		act = func(how licence.How) (licence.Record, error) {
			return a.ActOnLicence(s.ctx, types, c.ID, action, how, sealing)
		}
	}
	defer a.Close()
	how.Reason, how.By = c.Reason, c.By
	if err := c.changes(s, a, types, &how); err != nil {
		return err
	}
	r, err := act(how)
	if err != nil {
		return s.licenceFault(err)
	}
	return s.handOut(&r, c.To)
}

// changes reads what the flags change.
func (c edition) changes(s *session, a *app.App, types *licence.Register, how *licence.How) (err error) {
	if how.Key, err = s.holderKey(c.Holder); err != nil {
		return err
	}
	if c.Attributes == "" {
		return absent(c.To)
	}
	before, err := a.Licence(s.ctx, c.ID)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.Attributes)
	if err != nil {
		return err
	}
	t := types.Type(before.Type)
	if t == nil {
		return s.licenceFault(&licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": before.Type}})
	}
	if how.Attributes, err = licence.ReadAttributes(c.Attributes, raw, t); err != nil {
		return s.licenceFault(err)
	}
	return absent(c.To)
}

type licenceRenewCmd struct {
	edition
	Until string `help:"${licence_until}" placeholder:"YYYY-MM-DD"`
}

func (c licenceRenewCmd) Run(s *session) error {
	how := licence.How{}
	if c.Until != "" {
		day, err := area.ParseDate(c.Until)
		if err != nil {
			return err
		}
		how.Until = day
	}
	return c.do(s, licence.Renew, how)
}

type licenceChangeCmd struct {
	edition
	Name string `help:"${licence_name}" placeholder:"NAME"`
}

func (c licenceChangeCmd) Run(s *session) error {
	return c.do(s, licence.Change, licence.How{Name: c.Name})
}

// act are the flags of what is done to a licence without a new edition.
type act struct {
	where
	ID     string `arg:"" help:"${arg_licence_id}"`
	Reason string `help:"${licence_reason}" placeholder:"TEXT"`
	By     string `help:"${licence_by}" placeholder:"NAME"`
}

func (c act) do(s *session, action licence.Action) error {
	if node.Is(c.Data) {
		a, desk, err := s.nodeDesk(c.where)
		if err != nil {
			return err
		}
		defer a.Close()
		r, err := desk.Act(s.ctx, c.ID, action, licence.How{Reason: c.Reason, By: c.By})
		if err != nil {
			return s.licenceFault(err)
		}
		return s.acted(&r)
	}
	a, types, err := s.licences(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.ActOnLicence(s.ctx, types, c.ID, action, licence.How{Reason: c.Reason, By: c.By}, app.Sealing{})
	if err != nil {
		return s.licenceFault(err)
	}
	return s.acted(&r)
}

// acted says where a licence stands now.
func (s *session) acted(r *licence.Record) error {
	if s.json {
		return s.writeJSON(map[string]any{"id": r.ID, "identifier": r.Identifier, "state": r.State})
	}
	fmt.Fprintln(s.err, s.t("licence.done.act", "identifier", r.Identifier, "state", s.t("licence.state."+string(r.State)), "code", r.State.Code()))
	return nil
}

type licenceSuspendCmd struct{ act }

func (c licenceSuspendCmd) Run(s *session) error { return c.do(s, licence.Suspend) }

type licenceResumeCmd struct{ act }

func (c licenceResumeCmd) Run(s *session) error { return c.do(s, licence.Resume) }

type licenceRevokeCmd struct{ act }

func (c licenceRevokeCmd) Run(s *session) error { return c.do(s, licence.Revoke) }

type licenceActCmd struct {
	Action string `arg:"" enum:"cancel,rescind,transfer-out,stay,move,expire" help:"${arg_licence_action}"`
	act
	City string `help:"${licence_to_city}" placeholder:"CITY"`
}

// Run does what is asked; a licence is handed over to a city by the node whose folder it is.
func (c licenceActCmd) Run(s *session) error {
	if c.City == "" {
		return c.do(s, licence.Action(c.Action))
	}
	if c.Action != string(licence.TransferOut) {
		return errToCity
	}
	a, desk, err := s.nodeDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := desk.Act(s.ctx, c.ID, licence.TransferOut, licence.How{By: c.By, Reason: c.Reason, To: c.City})
	if err != nil {
		return s.licenceFault(err)
	}
	return s.acted(&r)
}

var errToCity = errors.New("--city belongs to transfer-out")

type licenceExpireCmd struct {
	where
	By string `help:"${licence_by}" placeholder:"NAME"`
}

func (c licenceExpireCmd) Run(s *session) error {
	a, types, err := s.licences(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.ExpireLicences(s.ctx, types, c.By)
	if err != nil {
		return s.licenceFault(err)
	}
	return s.done("licence.done.expired", "n", strconv.Itoa(n))
}
