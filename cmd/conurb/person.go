package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"conurb/app"
	"conurb/app/node"
	"conurb/app/people"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
)

// personCmd is the accounts of a node, for who has its folder: the first operator is made
// here.
type personCmd struct {
	Add      personAddCmd      `cmd:"" help:"${person_add}"`
	List     personListCmd     `cmd:"" help:"${person_list}"`
	Role     personRoleCmd     `cmd:"" help:"${person_role}"`
	Password personPasswordCmd `cmd:"" help:"${person_password}"`
	Disable  personDisableCmd  `cmd:"" help:"${person_disable}"`
}

// The refusals of these commands.
var (
	errNoPerson   = errors.New("no account of that name")
	errNoPassword = errors.New("no password on standard input")
)

var personRefusals = []struct {
	err error
	key string
}{{errNoPerson, "identity.error.person"}, {errNoPassword, "identity.error.password"}}

// byCommand is who writes: the one who has the folder.
const byCommand = "command line"

// withPeople runs what a command does with the people of a node's folder.
func (s *session) withPeople(w where, do func(p *people.People, a *app.App) error) error {
	if !node.Is(w.Data) {
		return fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	c, err := node.ConfigOf(w.Data)
	if err != nil {
		return s.nodeFault(err)
	}
	if w.DB == "" {
		w.DB = c.DB
	}
	a, err := s.open(w, false)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := people.New(people.Options{Store: a.Store(), Party: string(c.Name), URL: "http://localhost", Now: s.now})
	if err != nil {
		return err
	}
	return s.personFault(do(p, a))
}

// personFault puts faults of accounts and passwords into words; other errors pass.
func (s *session) personFault(err error) error {
	var f *identity.Fault
	if !errors.As(err, &f) {
		return err
	}
	fmt.Fprintln(s.err, locale.T(s.lang, "identity.fault."+f.Code, f.Args), locale.T(s.lang, "identity.fault."+f.Code+".remedy", f.Args))
	return errQuiet(1)
}

// person is the account with a login.
func (s *session) person(a *app.App, login string) (identity.Account, error) {
	p, err := a.Store().PersonByLogin(s.ctx, identity.Fold(login))
	if errors.Is(err, store.ErrUnknown) {
		err = fmt.Errorf("%q: %w", login, errNoPerson)
	}
	return p, err
}

// secret is where a password comes from: never an argument, which other processes can read.
type secret struct {
	PasswordStdin bool `name:"password-stdin" help:"${password_stdin}"`
}

// password reads one, or makes one of 80 random bits; made tells that it must be shown.
func (c secret) password(s *session) (text string, made bool, err error) {
	if !c.PasswordStdin {
		t := strings.ToLower(rand.Text())
		return strings.Join([]string{t[:4], t[4:8], t[8:12], t[12:16]}, "-"), true, nil
	}
	line, _ := bufio.NewReader(s.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", false, errNoPassword
	}
	return line, false, nil
}

// told prints a password that was made, once.
func (s *session) told(login, password string, made bool) error {
	switch {
	case !made:
		return s.done("identity.person.kept", "login", login)
	case s.json:
		return s.writeJSON(map[string]string{"login": login, "password": password})
	}
	fmt.Fprintln(s.err, s.t("identity.person.made", "login", login))
	fmt.Fprintln(s.out, password)
	return nil
}

type personAddCmd struct {
	where
	secret
	Login      string   `arg:"" help:"${arg_login}"`
	Name       string   `required:"" help:"${person_name}" placeholder:"NAME"`
	Kind       string   `default:"staff" enum:"citizen,staff,organisation" help:"${person_kind}" placeholder:"staff|citizen|organisation"`
	HolderKind string   `help:"${holder_kind}" placeholder:"111"`
	HolderCode string   `help:"${holder_code}" placeholder:"NUMBER"`
	Role       []string `help:"${person_roles}" placeholder:"ROLE"`
}

func (c personAddCmd) Run(s *session) error {
	return s.withPeople(c.where, func(p *people.People, _ *app.App) error {
		draft := identity.Account{Login: c.Login, Name: c.Name, Kind: rights.Kind(c.Kind), HolderKind: c.HolderKind, HolderCode: c.HolderCode}
		if draft.Kind == rights.Citizen && draft.HolderKind == "" && draft.HolderCode != "" {
			draft.HolderKind = licence.KindCitizen
		}
		for _, text := range c.Role {
			r, err := identity.ParseRole(text, p.City())
			if err != nil {
				return err
			}
			draft.Roles = append(draft.Roles, r)
		}
		password, made, err := c.password(s)
		if err != nil {
			return err
		}
		kept, err := p.AddAccount(s.ctx, draft, password, byCommand)
		if err != nil {
			return err
		}
		return s.told(kept.Login, password, made)
	})
}

type personListCmd struct{ where }

func (c personListCmd) Run(s *session) error {
	return s.withPeople(c.where, func(p *people.People, _ *app.App) error {
		list, err := p.Accounts(s.ctx)
		if err != nil {
			return err
		}
		if s.json {
			return s.writeJSON(list)
		}
		rows := make([][]string, len(list))
		for i, a := range list {
			roles := make([]string, len(a.Roles))
			for j, r := range a.Roles {
				roles[j] = identity.RoleText(r)
			}
			state := s.t("identity.person.active")
			if a.Disabled {
				state = s.t("identity.person.disabled")
			}
			rows[i] = []string{a.Login, a.Name, s.t("rights.kind." + string(a.Kind)), strings.Join(roles, " "), state}
		}
		s.table(strings.Split(s.t("identity.person.header"), "|"), rows)
		return nil
	})
}

type personRoleCmd struct {
	where
	Login  string   `arg:"" help:"${arg_login}"`
	Add    []string `help:"${role_add}" placeholder:"ROLE"`
	Remove []string `help:"${role_remove}" placeholder:"ROLE"`
}

func (c personRoleCmd) Run(s *session) error {
	return s.withPeople(c.where, func(p *people.People, a *app.App) error {
		who, err := s.person(a, c.Login)
		if err != nil {
			return err
		}
		var add, remove []string
		for _, l := range []struct{ from, to *[]string }{{&c.Add, &add}, {&c.Remove, &remove}} {
			for _, text := range *l.from {
				r, err := identity.ParseRole(text, p.City())
				if err != nil {
					return err
				}
				*l.to = append(*l.to, identity.RoleText(r))
			}
		}
		kept, err := p.ChangeAccount(s.ctx, who.ID, byCommand, func(a *identity.Account) {
			a.Roles = slices.DeleteFunc(a.Roles, func(r rights.Role) bool {
				text := identity.RoleText(r)
				return slices.Contains(remove, text) || slices.Contains(add, text)
			})
			for _, text := range add {
				r, _ := identity.ParseRole(text, p.City()) // it was read above
				a.Roles = append(a.Roles, r)
			}
		})
		if err != nil {
			return err
		}
		return s.done("identity.person.changed", "login", kept.Login)
	})
}

type personPasswordCmd struct {
	where
	secret
	Login string `arg:"" help:"${arg_login}"`
}

func (c personPasswordCmd) Run(s *session) error {
	return s.withPeople(c.where, func(p *people.People, a *app.App) error {
		who, err := s.person(a, c.Login)
		if err != nil {
			return err
		}
		password, made, err := c.password(s)
		if err != nil {
			return err
		}
		if err := p.SetPassword(s.ctx, who.ID, password, byCommand); err != nil {
			return err
		}
		return s.told(who.Login, password, made)
	})
}

type personDisableCmd struct {
	where
	Login  string `arg:"" help:"${arg_login}"`
	Enable bool   `help:"${person_enable}"`
}

func (c personDisableCmd) Run(s *session) error {
	return s.withPeople(c.where, func(p *people.People, a *app.App) error {
		who, err := s.person(a, c.Login)
		if err != nil {
			return err
		}
		if _, err := p.ChangeAccount(s.ctx, who.ID, byCommand, func(a *identity.Account) { a.Disabled = !c.Enable }); err != nil {
			return err
		}
		if c.Enable {
			return s.done("identity.person.enabled", "login", who.Login)
		}
		return s.done("identity.person.shut", "login", who.Login)
	})
}
