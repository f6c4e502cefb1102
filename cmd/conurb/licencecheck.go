package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"conurb/app/counter"
	"conurb/app/node"
	"conurb/app/town"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

var (
	errIssuer  = errors.New("neither --issuer nor the folder of a node")
	errOffice  = errors.New("the node looks at no licences")
	errNodeOwn = errors.New("--trust, --keys and --city without --issuer")
)

var checkRefusals = []struct {
	err error
	key string
}{{errIssuer, "counter.error.issuer"}, {errOffice, "counter.error.office"}, {errNodeOwn, "counter.error.own"}}

// town opens the node of a folder with everything that it has.
func (s *session) town(w where) (*town.Town, error) {
	p, err := s.packFor(w)
	if err != nil {
		return nil, err
	}
	t, err := town.Open(s.ctx, town.Options{Dir: w.Data, Passphrase: os.Getenv(passphraseVariable), DB: w.DB, Pack: p, Now: s.now, Version: version, Results: s.results})
	if err != nil {
		return nil, s.nodeFault(err)
	}
	return t, nil
}

// byNode looks at a licence by the keys, the trust list and the status lists of a node, writes
// that down there, and has the city told that issued it.
func (c licenceVerifyCmd) byNode(s *session) error {
	if !node.Is(c.Data) {
		return errIssuer
	}
	if c.Trust != "" || len(c.Keys) > 0 && os.Getenv("CONURB_TRUST_KEYS") == "" || c.City != "" {
		return errNodeOwn
	}
	text, err := credentialIn(c.File)
	if err != nil {
		return err
	}
	t, err := s.town(c.where)
	if err != nil {
		return err
	}
	defer t.Close()
	if t.Counter == nil {
		return errOffice
	}
	q := counter.Question{Wanted: c.Wanted, Purpose: c.Purpose, Case: c.Case, Clerk: store.Clerk{Name: c.By, Office: t.Node.Config.Authority.Code, Role: rights.Operator}, Offline: c.Offline,
		Limits: counter.Limits{List: c.ListAge, Status: c.StatusAge}, Holder: sdjwt.Request{Audience: c.Audience, Nonce: c.Nonce}}
	f, err := t.Counter.Check(s.ctx, text, q)
	if err != nil {
		return s.counterFault(err)
	}
	facts := trustlist.Licence{City: f.City, Type: f.Type}
	asked := trustlist.Question{City: t.Node.Me(), Wanted: f.Wanted}
	if s.json {
		if err := s.writeJSON(map[string]any{"check": f.Check, "metadata": f.Metadata, "attributes": f.Attributes}); err != nil {
			return err
		}
		if f.Outcome != trustlist.Accepted {
			return errQuiet(1)
		}
		return nil
	}
	good := s.verdict(f.Verdict, asked, facts)
	fmt.Fprintf(s.out, "\n%s\n", s.t("counter.licence", "identifier", f.Identifier))
	for _, m := range new(licence.Record).Metadata(new(licence.Type)) {
		if text, ok := f.Metadata[m.Short]; ok {
			fmt.Fprintf(s.out, "  %s %s\n", pad(m.Name.In(s.lang), 28), plain(text))
		}
	}
	kind := t.Types.Type(f.Type)
	for _, name := range slices.Sorted(maps.Keys(f.Attributes)) {
		title := plain(name)
		if kind != nil && kind.Attribute(name) != nil {
			title = kind.Attribute(name).Name.In(s.lang)
		}
		fmt.Fprintf(s.out, "  %s %s\n", pad(title, 28), written(f.Attributes[name]))
	}
	told := "counter.nottold"
	if f.Told {
		told = "counter.told"
	}
	fmt.Fprintln(s.err, s.t(told, "city", string(f.City), "id", f.ID))
	return good
}

// counterFault puts a refusal of the counter into words; other errors pass.
func (s *session) counterFault(err error) error {
	var no *counter.Refusal
	if !errors.As(err, &no) {
		return err
	}
	args := map[string]string{}
	for k, v := range no.Args {
		args[k] = s.oneLine(v)
	}
	fmt.Fprintln(s.err, locale.T(s.lang, "counter.refusal."+no.Code, args), locale.T(s.lang, "counter.refusal."+no.Code+".remedy", args))
	return errQuiet(1)
}

type licenceHistoryCmd struct {
	where
	ID    string `arg:"" help:"${arg_licence_id}"`
	Limit int    `default:"100" help:"${licence_limit}" placeholder:"N"`
}

// Run lists who looked at a licence of this node, the newest first.
func (c licenceHistoryCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Licence(s.ctx, c.ID)
	if err != nil {
		return err
	}
	list, err := a.Store().Visits(s.ctx, store.VisitFilter{Licence: r.ID, Limit: c.Limit})
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(append([]store.Visited{}, list...))
	}
	rows := make([][]string, len(list))
	for i, v := range list {
		said := []string{"", ""}
		for k, one := range []*store.Said{v.Objection, v.Reply} {
			if one != nil {
				said[k] = plain(one.Text)
			}
		}
		rows[i] = []string{v.At.Format("2006-01-02T15:04:05Z"), string(v.City), plain(v.Clerk.Office), plain(v.Purpose), plain(strings.Join(v.Shown, ", ")), s.t("trust.outcome." + string(v.Outcome)), said[0], said[1]}
	}
	s.table(strings.Split(s.t("counter.table.history"), "|"), rows)
	return nil
}
