package httpapi

import (
	"context"
	"net/http"
	"slices"

	"conurb/trust/identity"
	"conurb/trust/rights"
)

// AccountBody is an account as those who manage them see it.
type AccountBody struct {
	ID         string      `json:"id" doc:"The account." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Login      string      `json:"login" doc:"What one types." example:"wang.li"`
	Name       string      `json:"name" doc:"For people." example:"王丽"`
	Kind       rights.Kind `json:"kind" enum:"citizen,staff,organisation" doc:"What kind of account it is." example:"staff"`
	HolderKind string      `json:"holderKind,omitempty" doc:"The kind of the holder's number (GB/T 36903 annex A); of citizens 111." example:"111"`
	HolderCode string      `json:"holderCode,omitempty" doc:"The holder's number." example:"430199199003070011"`
	Roles      []Role      `json:"roles" nullable:"false" doc:"What a staff member does."`
	Disabled   bool        `json:"disabled" doc:"Nobody signs in to it." example:"false"`
}

// Role is what a staff member does at this node.
type Role struct {
	Name   string   `json:"name" enum:"issuer,clerk,trust-officer,operator,auditor,supervisor,editor,registrar" doc:"The role." example:"issuer"`
	Office string   `json:"office,omitempty" maxLength:"100" doc:"The code of the one office it holds in; empty: every office of the city." example:"11430100006127328X"`
	Types  []string `json:"types,omitempty" nullable:"false" doc:"The codes of the types of licences it holds for; empty: all." example:"[\"11100000XXGAB00010002\"]"`
}

// AccountInput makes an account.
type AccountInput struct {
	Language
	Body struct {
		Login      string      `json:"login" maxLength:"256" doc:"What one types, of letters, digits, dots, hyphens, low lines and at signs." example:"wang.li"`
		Name       string      `json:"name" maxLength:"400" doc:"For people." example:"王丽"`
		Kind       rights.Kind `json:"kind" enum:"citizen,staff,organisation" doc:"What kind of account it is." example:"staff"`
		HolderKind string      `json:"holderKind,omitempty" maxLength:"3" doc:"The kind of the holder's number; citizens and organisations have one." example:"111"`
		HolderCode string      `json:"holderCode,omitempty" maxLength:"64" doc:"The holder's number." example:"430199199003070011"`
		Roles      []Role      `json:"roles,omitempty" nullable:"false" maxItems:"50" doc:"Of staff."`
		Password   string      `json:"password" maxLength:"1024" doc:"The first password; the person changes it." example:"a wooden boat by the lake"`
	}
}

// AccountChangeInput changes an account; what is left out stays.
type AccountChangeInput struct {
	Language
	ID   string `path:"id" doc:"The account." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"400" doc:"For people." example:"王丽"`
		Roles    *[]Role `json:"roles,omitempty" maxItems:"50" doc:"All roles from now on."`
		Disabled *bool   `json:"disabled,omitempty" doc:"True: nobody signs in any more, and all its sessions end." example:"true"`
		Password *string `json:"password,omitempty" maxLength:"1024" doc:"Another password, where somebody forgot his; all his sessions end." example:"a wooden boat by the lake"`
	}
}

func (s *server) accountRoutes(v1 string) {
	op := func(method, path, id, summary string, status int) operation {
		return operation{method: method, path: v1 + "/people" + path, id: id, tag: "people", summary: summary, status: status}
	}
	register(s, op(http.MethodGet, "", "listPeople", "The accounts of this node", 0), s.accounts)
	register(s, op(http.MethodPost, "", "addPerson", "Make an account", http.StatusCreated), s.addAccount)
	register(s, op(http.MethodPost, "/{id}", "changePerson", "Change an account, its roles or its password, or disable it", 0), s.changeAccount)
}

// manage is for who may manage accounts.
func (s *server) manage(ctx context.Context) (people Entrance, by string, err error) {
	if people, err = s.entrance(); err != nil {
		return nil, "", err
	}
	if err := s.allow(ctx, rights.PeopleManage, rights.Resource{City: people.City()}); err != nil {
		return nil, "", err
	}
	me, _ := who(ctx)
	return people, me.ID, nil
}

func (s *server) accounts(ctx context.Context, _ *Language) (*answer[[]AccountBody], error) {
	people, _, err := s.manage(ctx)
	if err != nil {
		return nil, err
	}
	all, err := people.Accounts(ctx)
	list := []AccountBody{}
	for _, a := range all {
		list = append(list, accountBody(a))
	}
	return &answer[[]AccountBody]{list}, err
}

func accountBody(a identity.Account) AccountBody {
	return AccountBody{a.ID, a.Login, a.Name, a.Kind, a.HolderKind, a.HolderCode, rolesFrom(a.Roles), a.Disabled}
}

func rolesFrom(all []rights.Role) []Role {
	list := []Role{}
	for _, r := range all {
		list = append(list, Role{r.Name, r.Office, r.Types})
	}
	return list
}

func rolesOf(drafts []Role, city string) (list []rights.Role) {
	for _, d := range drafts {
		list = append(list, rights.Role{Name: d.Name, City: city, Office: d.Office, Types: d.Types})
	}
	return list
}

func (s *server) addAccount(ctx context.Context, in *AccountInput) (*answer[AccountBody], error) {
	people, by, err := s.manage(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	a, err := people.AddAccount(ctx, identity.Account{Login: b.Login, Name: b.Name, Kind: b.Kind, HolderKind: b.HolderKind, HolderCode: b.HolderCode,
		Roles: rolesOf(b.Roles, people.City())}, b.Password, by)
	if err != nil {
		return nil, s.refusedPerson(ctx, err)
	}
	return &answer[AccountBody]{accountBody(a)}, nil
}

func (s *server) changeAccount(ctx context.Context, in *AccountChangeInput) (*answer[AccountBody], error) {
	people, by, err := s.manage(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.Disabled != nil && *b.Disabled && in.ID == by {
		return nil, s.refusedPerson(ctx, &identity.Fault{Code: "disable-oneself"})
	}
	if b.Password != nil { // looked at first and set last, so that a refusal leaves all as it was
		if err := s.soundPassword(ctx, people, in.ID, *b.Password, b.Name); err != nil {
			return nil, err
		}
	}
	a, err := people.ChangeAccount(ctx, in.ID, by, func(a *identity.Account) {
		if b.Name != nil {
			a.Name = *b.Name
		}
		if b.Roles != nil {
			a.Roles = rolesOf(*b.Roles, people.City())
		}
		if b.Disabled != nil {
			a.Disabled = *b.Disabled
		}
	})
	if err == nil && b.Password != nil {
		err = people.SetPassword(ctx, in.ID, *b.Password, by)
	}
	if err != nil {
		return nil, s.refusedPerson(ctx, about(err, "person", in.ID))
	}
	return &answer[AccountBody]{accountBody(a)}, nil
}

// soundPassword refuses a password that is too weak for an account under its name or a new one.
func (s *server) soundPassword(ctx context.Context, people Entrance, id, password string, name *string) error {
	all, err := people.Accounts(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(a identity.Account) bool { return a.ID == id })
	if i < 0 {
		return about(ErrUnknown, "person", id)
	}
	if name == nil {
		name = &all[i].Name
	}
	return s.refusedPerson(ctx, identity.CheckPassword(password, all[i].Login, *name))
}
