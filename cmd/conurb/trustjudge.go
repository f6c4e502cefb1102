package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"conurb/locale"
	"conurb/trust/trustlist"
)

type trustListCmd struct {
	where
	File string `arg:"" optional:"" type:"existingfile" help:"${arg_trust_list_or_node}"`
	someKeys
	At   string `help:"${trust_at}" placeholder:"YYYY-MM-DD|INSTANT"`
	City string `help:"${trust_city}" placeholder:"CITY"`
}

func (c trustListCmd) Run(s *session) error {
	if c.File == "" {
		return c.atNode(s)
	}
	keys, err := c.read(s)
	if err != nil {
		return err
	}
	list, err := s.openList(c.File, keys)
	if err != nil {
		return err
	}
	return c.print(s, list, nil)
}

// print prints a list as it stood; more is what JSON has besides.
func (c trustListCmd) print(s *session, list *trustlist.List, more *listHere) error {
	at, err := s.instant(c.At)
	if err != nil {
		return err
	}
	list = list.Before(at)
	state := of(list.State(), trustlist.Party(c.City))
	published := trustlist.Instant(0)
	if n := list.Version(); n > 0 {
		published = list.Publications()[n-1].Published
	}
	if s.json {
		return s.writeJSON(struct {
			Version   int               `json:"version"`
			Published trustlist.Instant `json:"published,omitzero"`
			At        trustlist.Instant `json:"at"`
			Digest    string            `json:"digest"`
			trustlist.State
			*listHere
		}{list.Version(), published, at, list.Digest(), state, more})
	}
	if list.Version() == 0 {
		fmt.Fprintln(s.out, s.t("trust.nolist", "at", at.String()))
		return nil
	}
	fmt.Fprintln(s.out, s.t("trust.state", "version", strconv.Itoa(list.Version()), "published", published.String(), "at", at.String()))
	s.trustState(state)
	return nil
}

// of is the part of a state that concerns a city; no city is all of it.
func of(all trustlist.State, city trustlist.Party) trustlist.State {
	s := trustlist.State{Rows: []trustlist.ListedRow{}, Equivalents: []trustlist.ListedEquivalent{}, Revoked: []trustlist.Revocation{}}
	for _, r := range all.Rows {
		if city == "" || r.City == city {
			s.Rows = append(s.Rows, r)
		}
	}
	for _, e := range all.Equivalents {
		if city == "" || e.Of.City == city || e.As.City == city {
			s.Equivalents = append(s.Equivalents, e)
		}
	}
	for _, r := range all.Revoked {
		if city == "" || r.City == city {
			s.Revoked = append(s.Revoked, r)
		}
	}
	return s
}

// trustState prints what stands in a list.
func (s *session) trustState(state trustlist.State) {
	head := func(columns ...string) []string {
		for i, c := range columns {
			columns[i] = s.t("trust.table." + c)
		}
		return columns
	}
	part := func(title string, header []string, rows [][]string) {
		if len(rows) > 0 {
			fmt.Fprintf(s.out, "\n%s\n", s.t("trust.table."+title))
			s.table(header, rows)
		}
	}
	var rows, equals, revoked [][]string
	for _, r := range state.Rows {
		key := ""
		if k, err := r.Key.Public(); err == nil { // the list was opened, so it is one
			key = k.Thumbprint()
		}
		rows = append(rows, []string{r.ID, string(r.City), r.Name + " " + r.Authority, r.Type, r.From.String(), s.oneLine(r.Until.String()), key, r.Reason})
	}
	for _, e := range state.Equivalents {
		condition := s.t("trust.none")
		if e.If != "" {
			condition = s.oneLine(e.If)
		}
		equals = append(equals, []string{e.ID, string(e.Of.City) + " " + e.Of.Type, string(e.As.City) + " " + e.As.Type, e.From.String(), s.oneLine(e.Until.String()), condition, e.Reason})
	}
	for _, r := range state.Revoked {
		revoked = append(revoked, []string{r.ID, string(r.City), r.Key, r.From.String(), r.Reason})
	}
	part("rows", head("id", "city", "authority", "type", "from", "until", "key", "reason"), rows)
	part("equivalents", head("id", "of", "as", "from", "until", "if", "reason"), equals)
	part("revoked", head("id", "city", "key", "from", "reason"), revoked)
}

type trustJudgeCmd struct {
	File    string `arg:"" type:"existingfile" help:"${arg_trust_list}"`
	Licence string `arg:"" type:"existingfile" help:"${arg_trust_licence}"`
	trustKeys
	City      string        `required:"" help:"${trust_verifier}" placeholder:"CITY"`
	Wanted    string        `help:"${trust_wanted}" placeholder:"TYPE"`
	At        string        `help:"${trust_at}" placeholder:"YYYY-MM-DD|INSTANT"`
	Issuer    string        `type:"existingfile" help:"${trust_issuer}" placeholder:"NAME.jwk"`
	ListAt    string        `help:"${trust_list_at}" placeholder:"INSTANT"`
	StatusAt  string        `help:"${trust_status_at}" placeholder:"INSTANT"`
	ListAge   time.Duration `name:"most-list-age" help:"${trust_most_list}" placeholder:"24h"`
	StatusAge time.Duration `name:"most-status-age" help:"${trust_most_status}" placeholder:"1h"`
	Offline   bool          `help:"${trust_offline}"`
	Holder    bool          `name:"need-holder" help:"${trust_holder}"`
}

// Run answers with 0 for accepted alone.
func (c trustJudgeCmd) Run(s *session) error {
	keys, err := c.read(s)
	if err != nil {
		return err
	}
	list, err := s.openList(c.File, keys)
	if err != nil {
		return err
	}
	issuer, err := s.issuer(c.Issuer)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.Licence)
	if err != nil {
		return err
	}
	licence, err := trustlist.ReadLicence(raw, issuer)
	if err != nil {
		return s.trustFault(c.Licence, err)
	}
	q := trustlist.Question{City: trustlist.Party(c.City), Wanted: c.Wanted}
	if q.Wanted == "" {
		q.Wanted = licence.Type
	}
	k := trustlist.Knowledge{MostList: int64(c.ListAge.Seconds()), MostStatus: int64(c.StatusAge.Seconds()), Offline: c.Offline, NeedHolder: c.Holder}
	if q.At, err = s.instant(c.At); err != nil {
		return err
	}
	for _, known := range []struct {
		text string
		to   *trustlist.Instant
	}{{c.ListAt, &k.ListAt}, {c.StatusAt, &k.StatusAt}} {
		if known.text == "" {
			continue
		}
		if *known.to, err = s.instant(known.text); err != nil {
			return err
		}
	}
	return s.verdict(trustlist.Judge(list, q, licence, k), q, licence)
}

// verdict prints a verdict with its reasons and what to do about those that decided it.
func (s *session) verdict(v trustlist.Verdict, q trustlist.Question, l trustlist.Licence) error {
	if s.json {
		if err := s.writeJSON(v); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(s.out, s.t("trust.verdict", "outcome", s.t("trust.outcome."+string(v.Outcome)), "city", string(l.City), "type", l.Type,
			"verifier", string(q.City), "wanted", q.Wanted, "at", v.At.String()))
		for _, r := range v.Reasons {
			weight := pad(s.t("trust.weight."+r.Weight.String()), 10)
			fmt.Fprintf(s.out, "  %s %s\n", weight, s.reason(r, ""))
			if r.Weight > trustlist.Note {
				fmt.Fprintf(s.out, "  %s %s\n", pad("", 10), s.reason(r, ".remedy"))
			}
		}
	}
	if v.Outcome != trustlist.Accepted {
		return errQuiet(1)
	}
	return nil
}

func (s *session) reason(r trustlist.Reason, what string) string {
	args := map[string]string{}
	for k, v := range r.Args {
		if args[k] = s.oneLine(v); k == "age" || k == "limit" {
			args[k] = s.age(v)
		}
	}
	return locale.T(s.lang, "trust.reason."+r.Code+what, args)
}

// age says seconds in their two largest units.
func (s *session) age(seconds string) string {
	n, err := strconv.Atoi(seconds)
	if err != nil {
		return seconds
	}
	units := []struct {
		name   string
		length int
	}{{"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}}
	for i, u := range units {
		if n < u.length && u.length > 1 {
			continue
		}
		text := s.t("trust.age."+u.name, "n", strconv.Itoa(n/u.length))
		if i+1 < len(units) && n%u.length/units[i+1].length > 0 {
			text += " " + s.t("trust.age."+units[i+1].name, "n", strconv.Itoa(n%u.length/units[i+1].length))
		}
		return text
	}
	return seconds
}
