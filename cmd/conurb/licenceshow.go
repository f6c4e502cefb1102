package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"conurb/app"
	"conurb/kit/jws"
	"conurb/kit/licenceid"
	"conurb/kit/sdjwt"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/trustlist"
)

type licenceShowCmd struct {
	where
	ID string `arg:"" help:"${arg_licence_id}"`
	To string `help:"${licence_again}" placeholder:"FILE"`
}

// Run shows a licence with everything that was done to it.
func (c licenceShowCmd) Run(s *session) error {
	a, types, err := s.licences(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Licence(s.ctx, c.ID)
	if err != nil {
		return err
	}
	past, err := a.LicenceRecords(s.ctx, r.ID)
	if err != nil {
		return err
	}
	if c.To != "" {
		if err := s.writeFile(c.To, []byte(r.Credential+"\n")); err != nil {
			return err
		}
	}
	if s.json {
		return s.writeJSON(past)
	}
	t := types.Type(r.Type)
	if t == nil {
		return s.licenceFault(&licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": r.Type}})
	}
	fmt.Fprintln(s.out, s.t("licence.title", "name", t.Name.In(s.lang), "state", s.t("licence.state."+string(r.State)), "code", r.State.Code()))
	for _, f := range r.Metadata(t) {
		switch {
		case f.Short == "CZZTDMLXDM":
			fmt.Fprintf(s.out, "  %s %s %s %s\n", pad(f.Short, 10), pad(f.Name.In(s.lang), 28), f.Text, s.t("licence.kind."+f.Text))
		case f.Text != "":
			fmt.Fprintf(s.out, "  %s %s %s\n", pad(f.Short, 10), pad(f.Name.In(s.lang), 28), plain(f.Text))
		}
	}
	for _, at := range t.Attributes {
		if v, ok := r.Attributes[at.ID]; ok {
			fmt.Fprintf(s.out, "  %s %s %s\n", pad("", 10), pad(at.Name.In(s.lang), 28), written(v))
		}
	}
	fmt.Fprintln(s.out)
	rows := make([][]string, len(past))
	for i, p := range past {
		rows[i] = []string{strconv.Itoa(p.Version), p.At, s.t("licence.action." + string(p.Action)), s.t("licence.state." + string(p.State)), strconv.Itoa(p.Edition), plain(p.By), plain(p.Reason)}
	}
	s.table(strings.Split(s.t("licence.table.past"), "|"), rows)
	return nil
}

// plain is a text on one line, without the characters that a terminal obeys.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// written is a value of an attribute as people read it.
func written(v any) string {
	list, ok := v.([]any)
	if !ok {
		return plain(fmt.Sprint(v))
	}
	items := make([]string, len(list))
	for i := range list {
		items[i] = plain(fmt.Sprint(list[i]))
	}
	return strings.Join(items, ", ")
}

type licenceListCmd struct {
	where
	Type   string `help:"${licence_of_type}" placeholder:"CODE"`
	Holder string `help:"${licence_of_holder}" placeholder:"CODE"`
	State  string `help:"${licence_of_state}" placeholder:"STATE"`
	Limit  int    `default:"100" help:"${licence_limit}" placeholder:"N"`
}

func (c licenceListCmd) Run(s *session) error {
	if c.State != "" && !slices.Contains(licence.States, licence.State(c.State)) {
		names := make([]string, len(licence.States))
		for i, state := range licence.States {
			names[i] = string(state)
		}
		fmt.Fprintln(s.err, s.t("licence.error.state", "state", c.State, "known", strings.Join(names, ", ")))
		return errQuiet(1)
	}
	a, types, err := s.licences(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Licences(s.ctx, store.LicenceFilter{Type: c.Type, Holder: c.Holder, State: licence.State(c.State), Limit: c.Limit})
	if err != nil {
		return err
	}
	rows := [][]string{}
	out := []map[string]any{}
	for _, r := range list {
		name := r.Type
		if t := types.Type(r.Type); t != nil {
			name = t.Name.In(s.lang)
		}
		rows = append(rows, []string{r.Identifier, name, plain(r.Holder.Name), s.t("licence.state." + string(r.State)), s.lastDay(r.Until)})
		out = append(out, map[string]any{"id": r.ID, "identifier": r.Identifier, "type": r.Type, "state": r.State, "holder": r.Holder, "until": r.Until, "edition": r.Edition})
	}
	if s.json {
		return s.writeJSON(out)
	}
	s.table(strings.Split(s.t("licence.table.list"), "|"), rows)
	return nil
}

type licenceExportCmd struct {
	where
	ID string `arg:"" help:"${arg_licence_id}"`
}

// Run prints the metadata of GB/T 36903 as JSON, whatever --json says.
func (c licenceExportCmd) Run(s *session) error {
	a, types, err := s.licences(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Licence(s.ctx, c.ID)
	if err != nil {
		return err
	}
	t := types.Type(r.Type)
	if t == nil {
		return s.licenceFault(&licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": r.Type}})
	}
	return s.writeJSON(r.Export(t))
}

type licencePresentCmd struct {
	File     string   `arg:"" type:"existingfile" help:"${arg_licence_file}"`
	Show     []string `help:"${licence_disclose}" placeholder:"PATH,..."`
	Key      string   `type:"existingfile" help:"${licence_holder_key}" placeholder:"NAME.key"`
	Audience string   `help:"${licence_audience}" placeholder:"WHO"`
	Nonce    string   `help:"${licence_nonce}" placeholder:"TEXT"`
	To       string   `help:"${licence_to}" placeholder:"FILE"`
}

func (c licencePresentCmd) Run(s *session) error {
	text, err := credentialIn(c.File)
	if err != nil {
		return err
	}
	var key *jws.Private
	switch bound := c.Key != ""; {
	case bound && (c.Audience == "" || c.Nonce == "") || !bound && c.Audience+c.Nonce != "":
		return errBinding
	case bound:
		if key, _, err = s.signingKey(c.Key); err != nil {
			return err
		}
	}
	shown, err := licence.Present(rand.Reader, text, c.Show, key, sdjwt.Request{Audience: c.Audience, Nonce: c.Nonce}, s.now())
	if err != nil {
		return s.licenceFault(err)
	}
	return s.writeFile(c.To, []byte(shown+"\n"))
}

// credentialIn reads a credential from a file.
func credentialIn(file string) (string, error) {
	f, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	if f.Size() > 2*jws.MostBytes {
		return "", fmt.Errorf("%s: %w", file, licence.ErrCredential)
	}
	raw, err := os.ReadFile(file)
	return strings.TrimSpace(string(raw)), err
}

var errBinding = errors.New("--key, --audience and --nonce belong together")

// aheadOfClock is how far ahead of ours the holder's clock may be.
const aheadOfClock = time.Minute

type licenceVerifyCmd struct {
	where
	File     string        `arg:"" type:"existingfile" help:"${arg_licence_shown}"`
	Issuer   string        `type:"existingfile" help:"${licence_issuer}" placeholder:"NAME.jwk"`
	Audience string        `help:"${licence_audience}" placeholder:"WHO"`
	Nonce    string        `help:"${licence_nonce}" placeholder:"TEXT"`
	Age      time.Duration `default:"5m" help:"${licence_age}" placeholder:"5m"`
	Trust    string        `type:"existingfile" help:"${licence_trust}" placeholder:"FILE"`
	Keys     []string      `type:"existingfile" env:"CONURB_TRUST_KEYS" help:"${trust_keys}" placeholder:"FILE,..."`
	City     string        `help:"${trust_verifier}" placeholder:"CITY"`
	Wanted   string        `help:"${trust_wanted}" placeholder:"TYPE"`

	Purpose   string        `help:"${licence_purpose}" placeholder:"TEXT"`
	Case      string        `help:"${licence_case}" placeholder:"TEXT"`
	By        string        `help:"${licence_by}" placeholder:"NAME"`
	Offline   bool          `help:"${licence_offline}"`
	ListAge   time.Duration `name:"most-list-age" help:"${licence_most_list}" placeholder:"168h"`
	StatusAge time.Duration `name:"most-status-age" help:"${licence_most_status}" placeholder:"24h"`
}

// Run checks signature, holder, days and, where this node has issued the licence, status;
// with a trust list the verdict of the city is given. Without an issuer it is asked of the
// node in the folder (byNode). It answers with 0 only for a licence that is good.
func (c licenceVerifyCmd) Run(s *session) error {
	if c.Issuer == "" {
		return c.byNode(s)
	}
	text, err := credentialIn(c.File)
	if err != nil {
		return err
	}
	if (c.Audience == "") != (c.Nonce == "") {
		return errBinding
	}
	if c.Trust != "" && (len(c.Keys) == 0 || c.City == "") {
		return errTrust
	}
	issuer, _, err := s.publicKey(c.Issuer)
	if err != nil {
		return err
	}
	d := licence.Demand{Request: sdjwt.Request{Audience: c.Audience, Nonce: c.Nonce}, Fresh: sdjwt.Fresh{Age: c.Age, Ahead: aheadOfClock}, Now: s.now()}
	checked, err := licence.Verify(text, issuer, d)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	known := trustlist.Knowledge{}
	if known.StatusAt, err = c.status(s, checked); err != nil {
		return err
	}
	if c.Trust != "" {
		return c.judge(s, checked, known)
	}
	return s.licenceGood(checked)
}

var errTrust = errors.New("--trust needs --keys and --city")

// statuses are those of status lists, as verdicts have them.
var statuses = map[statuslist.Status]trustlist.Status{
	statuslist.Valid: trustlist.StatusValid, statuslist.Invalid: trustlist.StatusRevoked, statuslist.Suspended: trustlist.StatusSuspended,
}

// status asks the node for the status of a licence that it has issued. A node that has
// not says nothing: the status stays unknown.
func (c licenceVerifyCmd) status(s *session, l *licence.Checked) (trustlist.Instant, error) {
	a, err := s.openExisting(c.where)
	if errors.Is(err, app.ErrNoDatabase) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	defer a.Close()
	status, err := a.LicenceStatus(s.ctx, l.Identifier)
	if errors.Is(err, store.ErrNoLicence) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	l.Facts.Status = statuses[status]
	return trustlist.InstantOf(s.now()), nil
}

func (c licenceVerifyCmd) judge(s *session, l *licence.Checked, known trustlist.Knowledge) error {
	keys, err := trustKeys{Keys: c.Keys}.read(s)
	if err != nil {
		return err
	}
	list, err := s.openList(c.Trust, keys)
	if err != nil {
		return err
	}
	q := trustlist.Question{At: trustlist.InstantOf(s.now()), City: trustlist.Party(c.City), Wanted: c.Wanted}
	if q.Wanted == "" {
		q.Wanted = l.Facts.Type
	}
	known.NeedHolder = c.Nonce != ""
	return s.verdict(trustlist.Judge(list, q, l.Facts, known), q, l.Facts)
}

// licenceGood says what a credential with a good signature holds, and whether it is good now.
func (s *session) licenceGood(l *licence.Checked) error {
	now := trustlist.InstantOf(s.now())
	days := "good"
	switch f := l.Facts; {
	case f.From > now:
		days = "early"
	case f.Until != 0 && f.Until <= now:
		days = "over"
	}
	good := days == "good" && (l.Facts.Status == trustlist.StatusValid || l.Facts.Status == trustlist.StatusUnknown)
	switch {
	case s.json:
		if err := s.writeJSON(map[string]any{"identifier": l.Identifier, "good": good, "days": days, "metadata": l.Metadata, "facts": l.Facts, "statusUri": l.StatusURI, "statusIdx": l.StatusIdx}); err != nil {
			return err
		}
	default:
		fmt.Fprintln(s.out, s.t("licence.verified.signature", "identifier", l.Identifier, "authority", plain(l.Metadata["ZZBFJG"])))
		fmt.Fprintln(s.out, s.t("licence.verified.holder."+string(l.Facts.Holder)))
		fmt.Fprintln(s.out, s.t("licence.verified.days."+days, "from", l.Facts.From.String(), "until", s.oneLine(l.Facts.Until.String())))
		fmt.Fprintln(s.out, s.t("licence.verified.status."+string(l.Facts.Status)))
		for _, name := range slices.Sorted(maps.Keys(l.Metadata)) {
			fmt.Fprintf(s.out, "  %s %s\n", pad(name, 16), plain(l.Metadata[name]))
		}
		for _, name := range slices.Sorted(maps.Keys(l.Facts.Attributes)) {
			fmt.Fprintf(s.out, "  %s %s\n", pad(plain(name), 16), written(l.Facts.Attributes[name]))
		}
	}
	if !good {
		return errQuiet(1)
	}
	return nil
}

// licenceRefusals are the errors of these commands that a person can do something about.
var licenceRefusals = []struct {
	err error
	key string
}{
	{errSealing, "licence.error.sealing"}, {app.ErrNoTypes, "licence.error.notypes"}, {licenceid.ErrID, "licence.error.identifier"}, {errBinding, "licence.error.binding"}, {errTrust, "licence.error.trust"},
	{store.ErrNoLicence, "licence.error.unknown"}, {licence.ErrKind, "licence.error.kind"}, {licence.ErrWanting, "licence.error.form"},
	{licence.ErrCredential, "licence.error.form"}, {licence.ErrOpen, "licence.error.form"},
	{sdjwt.ErrForm, "licence.error.form"}, {sdjwt.ErrDisclosure, "licence.error.form"}, {jws.ErrForm, "licence.error.form"}, {jws.ErrBase64, "licence.error.form"},
	{jws.ErrAlgorithm, "licence.error.algorithm"}, {jws.ErrSignature, "licence.error.signature"}, {sdjwt.ErrHolder, "licence.error.holder"},
	{sdjwt.ErrUnbound, "licence.error.unbound"}, {sdjwt.ErrAudience, "licence.error.other"}, {sdjwt.ErrNonce, "licence.error.other"},
	{sdjwt.ErrTime, "licence.error.time"}, {sdjwt.ErrBinding, "licence.error.signature"}, {sdjwt.ErrUnused, "licence.error.signature"}, {sdjwt.ErrTwice, "licence.error.form"},
}
