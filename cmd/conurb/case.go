package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"conurb/app/cases"
	"conurb/app/node"
	"conurb/app/town"
	"conurb/livelihood/casework"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/rights"
)

// caseCmd is the desk of cases of a node, for those who look after it: people use the page.
type caseCmd struct {
	Open caseOpenCmd `cmd:"" help:"${case_open}"`
	Show caseShowCmd `cmd:"" help:"${case_show}"`
	List caseListCmd `cmd:"" help:"${case_list}"`
	Act  caseActCmd  `cmd:"" help:"${case_act}"`
}

// The refusals of commands about cases.
var (
	errNoCases  = errors.New("the region has no services")
	errNotHis   = errors.New("the account may not do that")
	errCaseJSON = errors.New("no JSON object")
)

var caseRefusals = []struct {
	err error
	key string
}{{errNoCases, "cases.error.none"}, {errNotHis, "cases.error.may"}, {errCaseJSON, "cases.error.json"}}

// caseFault puts a refusal of the desk into words; other errors pass.
func (s *session) caseFault(err error) error {
	var no *casework.Refusal
	if !errors.As(err, &no) {
		return err
	}
	args := map[string]string{}
	for k, v := range no.Args {
		args[k] = s.oneLine(v)
		for name, prefix := range map[string]string{"move": "casework.move.", "state": "casework.state.", "by": "casework.by.", "needed": "casework.by.", "field": "casework.need."} {
			if k == name && locale.Has(s.lang, prefix+v) {
				args[k] = s.t(prefix + v)
			}
		}
	}
	var all *casework.Faulty
	if errors.As(err, &all) {
		for _, f := range all.Faults {
			fmt.Fprintf(s.err, "%s: %s %s\n", s.oneLine(f.Field), locale.T(s.lang, f.Key, f.Args), locale.T(s.lang, f.Key+".remedy", f.Args))
		}
	}
	fmt.Fprintln(s.err, locale.T(s.lang, "casework.refusal."+no.Code, args), locale.T(s.lang, "casework.refusal."+no.Code+".remedy", args))
	return errQuiet(1)
}

// atCases does something with the desk of the node in a folder.
func (s *session) atCases(w where, do func(t *town.Town) error) error {
	if !node.Is(w.Data) {
		return fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	t, err := s.town(w)
	if err != nil {
		return err
	}
	if t.Cases == nil {
		return errors.Join(errNoCases, t.Close())
	}
	return errors.Join(s.caseFault(do(t)), t.Close())
}

// doing is what an account has to be allowed for a role.
var doing = map[casework.By]rights.Action{casework.Applicant: rights.CaseApply, casework.Clerk: rights.CaseAct, casework.Supervisor: rights.CaseSupervise}

// actor is the account with a login as it acts on something, where the rules let it.
func (s *session) actor(t *town.Town, login string, by casework.By, on rights.Resource) (casework.Actor, error) {
	a, err := s.person(t.App, login)
	if err != nil {
		return casework.Actor{}, err
	}
	p := a.Principal()
	if by == casework.Applicant && on.HolderCode == "" {
		on.HolderKind, on.HolderCode = p.HolderKind, p.HolderCode
	}
	if !rights.Standard().Decide(p, doing[by], on).Allowed {
		return casework.Actor{}, fmt.Errorf("%s: %w", login, errNotHis)
	}
	who := casework.Actor{By: by, Person: casework.Person{City: p.City, Account: p.ID, Kind: p.HolderKind, Code: p.HolderCode, Name: p.Name}}
	if by != casework.Applicant {
		who.Office = on.Office
	}
	return who, nil
}

// object reads a JSON object from a file, or from a text that begins with a brace.
func object(text string) (json.RawMessage, error) {
	if text == "" {
		return nil, nil
	}
	b := []byte(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		var err error
		if b, err = os.ReadFile(text); err != nil {
			return nil, err
		}
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(b, &o); err != nil || o == nil {
		return nil, fmt.Errorf("%s: %w", text, errCaseJSON)
	}
	return b, nil
}

type caseOpenCmd struct {
	where
	Item string `arg:"" help:"${arg_item}"`
	As   string `required:"" help:"${case_as}" placeholder:"LOGIN"`
	Form string `help:"${case_form}" placeholder:"FILE"`
}

func (c caseOpenCmd) Run(s *session) error {
	answers, err := object(c.Form)
	if err != nil {
		return err
	}
	return s.atCases(c.where, func(t *town.Town) error {
		by, err := s.actor(t, c.As, casework.Applicant, rights.Resource{City: string(t.Node.Me())})
		if err != nil {
			return err
		}
		k, err := t.Cases.Open(s.ctx, by, cases.Opening{Item: c.Item, Applicant: by.Person, Form: answers})
		if err != nil {
			return err
		}
		return s.caseDone(&k)
	})
}

// caseDone says where a case lies.
func (s *session) caseDone(k *casework.Case) error {
	if s.json {
		return s.writeJSON(k)
	}
	fmt.Fprintln(s.out, s.t("cases.stands", "id", k.ID, "state", s.t("casework.state."+string(k.State)), "who", s.holder(k), "until", or(k.Holder.Until.String(), s.t("cases.open"))))
	return nil
}

// holder is who has a case.
func (s *session) holder(k *casework.Case) string {
	if k.Holder.By == "" {
		return s.t("cases.nobody")
	}
	who := s.t("casework.by." + string(k.Holder.By))
	if k.Holder.Person != "" {
		who += " " + s.oneLine(k.Holder.Person)
	}
	return who
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

type caseShowCmd struct {
	where
	ID string `arg:"" help:"${arg_case}"`
}

// Run shows a case with everything that was done.
func (c caseShowCmd) Run(s *session) error {
	return s.atCases(c.where, func(t *town.Town) error {
		k, err := t.App.Store().Case(s.ctx, c.ID)
		if errors.Is(err, store.ErrUnknown) {
			return casework.Refuse(cases.RefusedCase, "id", c.ID)
		} else if err != nil {
			return err
		}
		if s.json {
			return s.writeJSON(k)
		}
		fmt.Fprintln(s.out, s.t("cases.head", "item", k.Item, "applicant", s.oneLine(k.Applicant.Name), "office", k.Office))
		if err := s.caseDone(&k); err != nil {
			return err
		}
		if k.Clock.Assumed {
			fmt.Fprintln(s.out, s.t("cases.assumed"))
		}
		if d := k.Decision; d != nil {
			grounds := d.Grounds
			if locale.Has(s.lang, d.Key) {
				grounds = s.t(d.Key) + " " + grounds
			}
			fmt.Fprintln(s.out, s.t("cases.decided", "outcome", s.t("casework.outcome."+string(d.Outcome)), "grounds", s.oneLine(strings.TrimSpace(grounds)), "by", s.oneLine(d.By.Name)))
		}
		var rows [][]string
		for _, e := range k.Events {
			move := e.Move
			if locale.Has(s.lang, "casework.move."+move) {
				move = s.t("casework.move." + move)
			}
			rows = append(rows, []string{strconv.Itoa(e.Number), e.At.In(t.App.Zone()).Format("2006-01-02 15:04"), move, s.t("casework.by." + string(e.By.By)), s.oneLine(e.By.Name),
				s.t("casework.state." + string(e.To)), s.oneLine(e.Reason + e.Grounds)})
		}
		s.table(strings.Split(s.t("cases.table.events"), "|"), rows)
		return nil
	})
}

type caseListCmd struct {
	where
	Of   string `help:"${case_of}" placeholder:"LOGIN"`
	Item string `help:"${case_item}" placeholder:"ITEM"`
	Late bool   `help:"${case_late}"`
	All  bool   `help:"${case_all}"`
}

// Run lists cases, the most urgent first.
func (c caseListCmd) Run(s *session) error {
	return s.atCases(c.where, func(t *town.Town) error {
		f := store.CaseFilter{ByUntil: true, Limit: 1000}
		if !c.All {
			f.Phases = []string{casework.PhaseDraft, casework.PhaseApplied, casework.PhaseHandling}
		}
		if c.Of != "" {
			a, err := s.person(t.App, c.Of)
			if err != nil {
				return err
			}
			p := a.Principal()
			f.Person = &casework.Person{Account: p.ID, Kind: p.HolderKind, Code: p.HolderCode}
		}
		if c.Item != "" {
			f.Items = []string{c.Item}
		}
		if c.Late {
			f.UntilPast = t.Cases.Calendar.Day(s.now())
		}
		list, err := t.App.Store().Cases(s.ctx, f)
		if err != nil {
			return err
		}
		if s.json {
			return s.writeJSON(append([]casework.Case{}, list...))
		}
		var rows [][]string
		for i := range list {
			k := &list[i]
			rows = append(rows, []string{k.ID, k.Item, s.t("casework.state." + string(k.State)), s.holder(k), k.Holder.Until.String(), s.oneLine(k.Applicant.Name)})
		}
		s.table(strings.Split(s.t("cases.table.list"), "|"), rows)
		return nil
	})
}

type caseActCmd struct {
	where
	ID      string `arg:"" help:"${arg_case}"`
	Move    string `arg:"" help:"${arg_case_move}"`
	As      string `required:"" help:"${case_as}" placeholder:"LOGIN"`
	Reason  string `help:"${case_reason}" placeholder:"TEXT"`
	Grounds string `help:"${case_grounds}" placeholder:"TEXT"`
	Input   string `help:"${case_input}" placeholder:"JSON"`
}

// Run does something to a case in the name of an account, which has to be allowed to.
func (c caseActCmd) Run(s *session) error {
	input, err := object(c.Input)
	if err != nil {
		return err
	}
	return s.atCases(c.where, func(t *town.Town) error {
		k, err := t.App.Store().Case(s.ctx, c.ID)
		if errors.Is(err, store.ErrUnknown) {
			return casework.Refuse(cases.RefusedCase, "id", c.ID)
		} else if err != nil {
			return err
		}
		by := casework.Applicant
		if course, ok := t.Cases.Courses()[k.Course]; ok {
			if m, _, known := course.Move(c.Move, k.State); known && doing[m.By] != "" {
				by = m.By
			}
		}
		who, err := s.actor(t, c.As, by, rights.Resource{City: k.City, Office: k.Office, HolderKind: k.Applicant.Kind, HolderCode: k.Applicant.Code})
		if err != nil {
			return err
		}
		if k, err = t.Cases.Act(s.ctx, c.ID, casework.Act{Move: c.Move, By: who, Reason: c.Reason, Grounds: c.Grounds, Input: input}); err != nil {
			return err
		}
		return s.caseDone(&k)
	})
}
