package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"conurb/app/node"
	"conurb/app/register"
	"conurb/app/town"
	"conurb/livelihood/household"
)

// householdCmd is the register of residence of a node, for those who look after it: moves go by
// cases in general.
type householdCmd struct {
	Show    householdShowCmd    `cmd:"" help:"${household_show}"`
	Enter   householdEnterCmd   `cmd:"" help:"${household_enter}"`
	Move    householdMoveCmd    `cmd:"" help:"${household_move}"`
	List    householdsListCmd   `cmd:"" help:"${households_list}"`
	Found   householdFoundCmd   `cmd:"" help:"${household_found}"`
	Entries householdEntriesCmd `cmd:"" help:"${household_entries}"`
	GiveUp  householdGiveUpCmd  `cmd:"" help:"${household_give_up}"`
}

type householdMoveCmd struct {
	Hold     moveHoldCmd     `cmd:"" help:"${household_hold}"`
	Decide   moveDecideCmd   `cmd:"" help:"${household_decide}"`
	Refuse   moveRefuseCmd   `cmd:"" help:"${household_refuse}"`
	Withdraw moveWithdrawCmd `cmd:"" help:"${household_withdraw}"`
	List     moveListCmd     `cmd:"" help:"${household_list}"`
}

// errToken tells that a person was not named with the epoch of his registration.
var errToken = errors.New("not PERSON@EPOCH")

var householdRefusals = []struct {
	err error
	key string
}{{errToken, "register.error.token"}, {errNoSigner, "register.error.signer"}, {errNoHousehold, "register.error.household"}}

// householdFault puts a refusal of the register into words; other errors pass.
func (s *session) householdFault(err error) error {
	var no *household.Refusal
	if !errors.As(err, &no) {
		return err
	}
	fmt.Fprintln(s.err, s.t("household.refusal."+no.Code), s.t("household.refusal."+no.Code+".remedy"))
	return errQuiet(1)
}

// atRegister does something with the register of the node in a folder.
func (s *session) atRegister(w where, do func(t *town.Town, r *register.Register) error) error {
	if !node.Is(w.Data) {
		return fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	t, err := s.town(w)
	if err != nil {
		return err
	}
	return errors.Join(s.householdFault(do(t, t.Register)), t.Close())
}

type householdShowCmd struct {
	where
	Person string `arg:"" help:"${arg_person_number}"`
}

// Run says where a person is registered, as this node asserts it.
func (c householdShowCmd) Run(s *session) error {
	return s.atRegister(c.where, func(_ *town.Town, r *register.Register) error {
		at, err := r.Where(s.ctx, household.Person(c.Person))
		if err != nil {
			return err
		}
		if s.json {
			return s.writeJSON(at)
		}
		fmt.Fprintln(s.out, s.t("register.where", "person", c.Person, "city", string(at.City), "epoch", strconv.FormatInt(int64(at.Epoch), 10), "standing", s.t("register.standing."+string(at.Standing))))
		if at.UnderWay {
			fmt.Fprintln(s.out, s.t("register.underway"))
		}
		if at.Proof != nil {
			e := at.Proof.Envelope
			fmt.Fprintln(s.out, s.t("register.proof", "id", e.ID, "from", string(e.From), "to", string(e.To), "made", e.Made.Format(time.RFC3339), "transfer", at.Transfer))
		}
		return nil
	})
}

type householdEnterCmd struct {
	where
	Person string `arg:"" help:"${arg_person_number}"`
}

func (c householdEnterCmd) Run(s *session) error {
	return s.atRegister(c.where, func(t *town.Town, r *register.Register) error {
		if t.Residence != nil { // it knows the other cities, and asks them first
			e, err := t.Residence.BeginAlone(s.ctx, "conurb", household.Person(c.Person), "conurb household enter")
			return s.begun(e, err)
		}
		if err := r.Enter(s.ctx, household.Person(c.Person)); err != nil {
			return err
		}
		return s.done("register.done.entered", "person", c.Person, "city", string(r.Me()))
	})
}

type moveHoldCmd struct {
	where
	Persons []string      `arg:"" help:"${arg_persons}"`
	From    string        `required:"" help:"${household_from}" placeholder:"CITY"`
	For     time.Duration `default:"720h" help:"${household_for}" placeholder:"DURATION"`
}

func (c moveHoldCmd) Run(s *session) error {
	var persons []household.Token
	for _, text := range c.Persons {
		person, epoch, ok := strings.Cut(text, "@")
		n, err := strconv.ParseInt(epoch, 10, 64)
		if !ok || err != nil || n < 1 {
			return fmt.Errorf("%s: %w", text, errToken)
		}
		persons = append(persons, household.Token{Person: household.Person(person), Epoch: household.Epoch(n)})
	}
	return s.atRegister(c.where, func(t *town.Town, r *register.Register) error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		until := s.now().Add(c.For)
		if err := r.Hold(s.ctx, id.String(), household.City(c.From), persons, until); err != nil {
			return err
		}
		return s.done("register.done.held", "id", id.String(), "until", until.UTC().Format(time.RFC3339))
	})
}

type moveDecideCmd struct {
	where
	ID string `arg:"" help:"${arg_transfer}"`
}

func (c moveDecideCmd) Run(s *session) error {
	return s.atRegister(c.where, func(_ *town.Town, r *register.Register) error {
		t, err := r.Decide(s.ctx, c.ID)
		if err == nil && t.State == household.Refused {
			err = &household.Refusal{Code: t.Reason}
		}
		if err != nil {
			return err
		}
		return s.done("register.done.decided", "id", c.ID)
	})
}

type moveRefuseCmd struct {
	where
	ID   string `arg:"" help:"${arg_transfer}"`
	Code string `default:"clerk" enum:"clerk,unknown,elsewhere,epoch,busy,expired" help:"${household_code}" placeholder:"CODE"`
}

func (c moveRefuseCmd) Run(s *session) error {
	return s.moved(c.where, c.ID, "register.done.refused", func(ctx context.Context, r *register.Register) error { return r.Refuse(ctx, c.ID, c.Code) })
}

type moveWithdrawCmd struct {
	where
	ID string `arg:"" help:"${arg_transfer}"`
}

func (c moveWithdrawCmd) Run(s *session) error {
	return s.moved(c.where, c.ID, "register.done.withdrawn", func(ctx context.Context, r *register.Register) error { return r.Withdraw(ctx, c.ID) })
}

func (s *session) moved(w where, id, key string, do func(ctx context.Context, r *register.Register) error) error {
	return s.atRegister(w, func(_ *town.Town, r *register.Register) error {
		if err := do(s.ctx, r); err != nil {
			return err
		}
		return s.done(key, "id", id)
	})
}

type moveListCmd struct {
	where
	State string `default:"" enum:",held,promised,deciding,moved,booked,done,refused,withdrawn" help:"${household_state}" placeholder:"STATE"`
}

// Run lists the transfers that are open, or those of a state.
func (c moveListCmd) Run(s *session) error {
	return s.atRegister(c.where, func(_ *town.Town, r *register.Register) error {
		states := []household.State{household.Held, household.Promised, household.Decided, household.Gone}
		if c.State != "" {
			states = []household.State{household.State(c.State)}
		}
		list := []household.Transfer{}
		var rows [][]string
		for _, state := range states {
			some, err := r.Transfers(s.ctx, state)
			if err != nil {
				return err
			}
			list = append(list, some...)
		}
		if s.json {
			return s.writeJSON(list)
		}
		for _, t := range list {
			reason := ""
			if t.Reason != "" && t.Reason != string(household.Withdrawn) {
				reason = s.t("household.refusal." + t.Reason)
			}
			rows = append(rows, []string{t.ID, string(t.From), string(t.To), strconv.Itoa(len(t.Persons)), s.t("register.state." + string(t.State)), time.Unix(t.Until, 0).UTC().Format(time.RFC3339), reason})
		}
		s.table(strings.Split(s.t("register.table.moves"), "|"), rows)
		return nil
	})
}

// errNoSigner tells that an act that people answer for names nobody, or no reason.
var errNoSigner = errors.New("who signs, and why")

// nodeReconcileCmd is how far a node that was restored has come, and what people may do about it.
type nodeReconcileCmd struct {
	where
	Without  string `help:"${reconcile_without}" placeholder:"NODE"`
	Restored bool   `help:"${reconcile_restored}"`
	By       string `help:"${reconcile_by}" placeholder:"NAME"`
	Reason   string `help:"${reconcile_reason}" placeholder:"TEXT"`
}

func (c nodeReconcileCmd) Run(s *session) error {
	return s.atRegister(c.where, func(_ *town.Town, r *register.Register) error {
		if (c.Without != "" || c.Restored) && (strings.TrimSpace(c.By) == "" || strings.TrimSpace(c.Reason) == "") {
			return errNoSigner
		}
		if c.Restored {
			if err := r.Forget(s.ctx, c.By, c.Reason); err != nil {
				return err
			}
		}
		if c.Without != "" {
			if err := r.Without(s.ctx, household.City(c.Without), c.By, c.Reason); err != nil {
				return err
			}
		}
		p, err := r.Progress(s.ctx)
		if err != nil {
			return err
		}
		return s.sayProgress(p)
	})
}

func (s *session) sayProgress(p household.Progress) error {
	if s.json {
		return s.writeJSON(p)
	}
	if p.Serving {
		fmt.Fprintln(s.out, s.t("register.serving", "n", strconv.FormatInt(p.Incarnation, 10)))
		return nil
	}
	round := "register.round.numbers"
	if p.Becoming > 0 {
		round = "register.round.facts"
	}
	fmt.Fprintln(s.out, s.t("register.restoring"), s.t(round, "n", strconv.FormatInt(p.Becoming, 10)))
	var rows [][]string
	for _, o := range p.Others {
		state := "register.heard.waiting"
		switch {
		case o.Signed && o.Told:
			state = "register.heard.signed"
		case o.Told:
			state = "register.heard.told"
		case o.Stale:
			state = "register.heard.stale"
		case o.Parts > 0:
			state = "register.heard.partly"
		}
		rows = append(rows, []string{string(o.City), s.t(state, "n", strconv.FormatInt(o.Parts, 10))})
	}
	if len(rows) == 0 {
		fmt.Fprintln(s.out, s.t("register.alone"))
		return nil
	}
	s.table(strings.Split(s.t("register.table.heard"), "|"), rows)
	return nil
}
