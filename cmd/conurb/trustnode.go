package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"conurb/app"
	"conurb/app/node"
	"conurb/app/recognition"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/trustlist"
)

// errNeither tells that a command of the trust list has neither a key nor a node to work with.
var errNeither = errors.New("neither a key nor the folder of a node")

// trustDesk opens the desk of the node in a folder. What it writes is delivered by the node
// when it runs.
func (s *session) trustDesk(w where) (*app.App, *recognition.Desk, error) {
	if !node.Is(w.Data) {
		return nil, nil, s.trustFault(w.Data, errNeither)
	}
	t, err := s.town(w)
	if err != nil {
		return nil, nil, err
	}
	return t.App, t.Trust, nil
}

// deskFault says why a desk did not do something: faults of lists and refusals in words.
func (s *session) deskFault(what string, err error) error {
	var card *recognition.NoCard
	args := map[string]string{}
	if errors.As(err, &card) {
		args["party"] = string(card.Party)
	}
	for _, r := range recognition.Refusals {
		if errors.Is(err, r.Err) {
			key := "trust.refused." + r.Code
			fmt.Fprintln(s.err, locale.T(s.lang, key, args), locale.T(s.lang, key+".remedy", args))
			return errQuiet(1)
		}
	}
	if errors.Is(err, store.ErrUnknown) {
		fmt.Fprintln(s.err, s.t("trust.error.proposal"))
		return errQuiet(1)
	}
	return s.trustFault(what, err)
}

func (c trustProposeCmd) atNode(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	issuer, err := s.issuer(c.Issuer)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	change, err := k.Read(raw, issuer)
	if err != nil {
		return s.deskFault(c.File, err)
	}
	p, err := k.Propose(s.ctx, change, writer(c.By))
	return s.sayProposal(c.File, p, err)
}

func (c trustSignCmd) atNode(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := k.Sign(s.ctx, c.File, writer(c.By))
	return s.sayProposal(c.File, p, err)
}

// trustEnd is how a proposal is ended.
type trustEnd struct {
	where
	ID     string `arg:"" help:"${arg_trust_id}"`
	Reason string `required:"" help:"${trust_reason}" placeholder:"TEXT"`
	By     string `help:"${trust_by}" placeholder:"NAME"`
}

type trustRefuseCmd struct{ trustEnd }

func (c trustRefuseCmd) Run(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := k.Refuse(s.ctx, c.ID, writer(c.By), c.Reason)
	return s.sayProposal(c.ID, p, err)
}

type trustWithdrawCmd struct{ trustEnd }

func (c trustWithdrawCmd) Run(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := k.Withdraw(s.ctx, c.ID, writer(c.By), c.Reason)
	return s.sayProposal(c.ID, p, err)
}

// proposalLine is a proposal as JSON has it.
type proposalLine struct {
	ID      string            `json:"id"`
	Stage   trustlist.Stage   `json:"stage"`
	Late    bool              `json:"late,omitempty"`
	Missing []trustlist.Party `json:"missing"`
	Change  trustlist.Change  `json:"change"`
	Steps   []trustlist.Step  `json:"steps"`
}

func (s *session) proposalLine(p trustlist.Proposal) proposalLine {
	l := proposalLine{p.Signed.Change.ID(), p.Stage, recognition.LeftLying(p, s.now()), p.Signed.Missing(), p.Signed.Change, p.Steps}
	if l.Missing == nil {
		l.Missing = []trustlist.Party{}
	}
	return l
}

// sayProposal says where a proposal stands now.
func (s *session) sayProposal(what string, p trustlist.Proposal, err error) error {
	if err != nil {
		return s.deskFault(what, err)
	}
	if s.json {
		return s.writeJSON(s.proposalLine(p))
	}
	fmt.Fprintln(s.out, s.t("trust.proposal.stands", "id", p.Signed.Change.ID(), "stage", s.t("trust.stage."+string(p.Stage)), "missing", s.missing(p)))
	return nil
}

func (s *session) missing(p trustlist.Proposal) string {
	list := p.Signed.Missing()
	if p.Stage != trustlist.StageDraft || len(list) == 0 {
		return s.t("trust.none")
	}
	return strings.Join(texts(list), ", ")
}

func (c trustPublishCmd) atNode(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := k.Publish(s.ctx, c.Proposals, writer(c.By))
	if err != nil {
		return s.deskFault(c.Data, err)
	}
	newest := list.Publications()[list.Version()-1]
	if s.json {
		return s.writeJSON(map[string]any{"version": list.Version(), "published": newest.Published, "digest": list.Digest(), "changes": len(newest.Changes)})
	}
	fmt.Fprintln(s.out, s.t("trust.done.published", "version", strconv.Itoa(list.Version()), "published", newest.Published.String(), "n", strconv.Itoa(len(newest.Changes)), "digest", list.Digest()))
	return nil
}

type trustProposalsCmd struct {
	where
	Stage string `default:"" enum:",draft,waiting,refused,withdrawn,published" help:"${trust_stage}" placeholder:"draft|waiting|..."`
}

func (c trustProposalsCmd) Run(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := k.Proposals(s.ctx, trustlist.Stage(c.Stage))
	if err != nil {
		return err
	}
	lines := []proposalLine{}
	var rows [][]string
	for _, p := range all {
		line := s.proposalLine(p)
		lines = append(lines, line)
		stage := s.t("trust.stage." + string(p.Stage))
		if line.Late {
			stage += " " + s.t("trust.late")
		}
		last := p.Steps[len(p.Steps)-1]
		rows = append(rows, []string{line.ID, string(p.Signed.Change.Kind), string(p.Signed.Change.By), stage, s.missing(p),
			strings.TrimSpace(s.t("trust.step."+last.Action) + " " + string(last.Party) + " " + last.By), last.At.String(), s.oneLine(p.Signed.Change.Reason)})
	}
	if s.json {
		return s.writeJSON(lines)
	}
	if len(rows) == 0 {
		fmt.Fprintln(s.out, s.t("trust.noproposals"))
		return nil
	}
	var head []string
	for _, name := range []string{"id", "change", "by", "stage", "missing", "last", "at", "reason"} {
		head = append(head, s.t("trust.table."+name))
	}
	s.table(head, rows)
	return nil
}

// listHere is what a node knows of its list.
type listHere struct {
	Confirmed trustlist.Instant `json:"confirmed,omitzero"`
	Findings  []string          `json:"findings"`
}

func (c trustListCmd) atNode(s *session) error {
	a, k, err := s.trustDesk(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := k.List(s.ctx)
	if err != nil {
		return s.deskFault(c.Data, err)
	}
	here := &listHere{Findings: []string{}}
	if here.Confirmed, err = k.ListAt(s.ctx); err != nil {
		return err
	}
	found, err := k.Findings(s.ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		here.Findings = append(here.Findings, f.Code)
	}
	if err := c.print(s, list, here); err != nil || s.json {
		return err
	}
	switch {
	case here.Confirmed == 0:
		fmt.Fprintln(s.err, s.t("trust.unconfirmed"))
	default:
		age := strconv.FormatInt(max(0, int64(trustlist.InstantOf(s.now())-here.Confirmed)), 10)
		fmt.Fprintln(s.err, s.t("trust.confirmed", "at", here.Confirmed.String(), "age", s.age(age)))
	}
	for _, f := range found {
		args := map[string]string{"party": string(f.Party), "version": strconv.Itoa(f.Version)}
		fmt.Fprintln(s.err, f.At.UTC().Format(time.RFC3339), locale.T(s.lang, "trust.finding."+f.Code, args), locale.T(s.lang, "trust.finding."+f.Code+".remedy", args))
	}
	return nil
}
