package identity

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"conurb/trust/rights"
)

// Account is one who can sign in.
type Account struct {
	ID         string        `json:"id"`    // UUIDv7
	Login      string        `json:"login"` // what one types; see Fold
	Name       string        `json:"name"`  // for people
	Kind       rights.Kind   `json:"kind"`  // citizen, staff or organisation
	City       string        `json:"city"`  // whose node has it
	HolderKind string        `json:"holderKind,omitempty"`
	HolderCode string        `json:"holderCode,omitempty"`
	Roles      []rights.Role `json:"roles,omitempty"`
	Disabled   bool          `json:"disabled,omitempty"`
}

// Principal is the account as rights see it.
func (a *Account) Principal() rights.Principal {
	return rights.Principal{ID: a.ID, Name: a.Name, Kind: a.Kind, City: a.City, Roles: a.Roles, HolderKind: a.HolderKind, HolderCode: a.HolderCode}
}

// Fault is what is wrong with an account, a password or a sign-in; its words are
// identity.fault.<code>.
type Fault struct {
	Code string
	Args map[string]string
}

func (f *Fault) Error() string {
	b, _ := json.Marshal(f.Args) // of strings: it does not fail
	return fmt.Sprintf("%s %s", f.Code, b)
}

func fault(code string, pairs ...string) *Fault {
	f := &Fault{code, map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Args[pairs[i]] = pairs[i+1]
	}
	return f
}

// The most that names may have, characters.
const (
	MostLogin = 64
	MostName  = 100
)

// Fold makes of what one types the form that is kept and compared: NFKC, lower case, without
// blanks around it.
func Fold(login string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login))) }

// Check returns the first fault of an account, or nil. Whether a holder's code is one is for
// who knows licences.
func (a *Account) Check() error {
	switch {
	case a.Login != Fold(a.Login) || len(a.Login) == 0 || utf8.RuneCountInString(a.Login) > MostLogin || !utf8.ValidString(a.Login) ||
		strings.ContainsFunc(a.Login, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_@", r)
		}):
		return fault("login", "value", a.Login, "most", fmt.Sprint(MostLogin))
	case strings.TrimSpace(a.Name) == "" || utf8.RuneCountInString(a.Name) > MostName || !utf8.ValidString(a.Name) || strings.ContainsFunc(a.Name, unicode.IsControl):
		return fault("name", "most", fmt.Sprint(MostName))
	case !slices.Contains([]rights.Kind{rights.Citizen, rights.Staff, rights.Organisation}, a.Kind):
		return fault("kind", "value", string(a.Kind))
	case a.City == "":
		return fault("city")
	case (a.HolderKind == "") != (a.HolderCode == ""):
		return fault("holder")
	case a.Kind != rights.Staff && a.HolderCode == "":
		return fault("no-holder")
	case a.Kind != rights.Staff && len(a.Roles) > 0:
		return fault("roles")
	}
	for _, r := range a.Roles {
		if !slices.Contains(rights.RoleNames, r.Name) {
			return fault("role", "value", r.Name, "all", strings.Join(rights.RoleNames, ", "))
		}
		if r.City != a.City {
			return fault("role-city", "value", r.City, "city", a.City)
		}
	}
	return nil
}

// ParseRole reads a role as it is typed: NAME[:OFFICE[:TYPE+TYPE...]], an office left empty
// being every office.
func ParseRole(text, city string) (rights.Role, error) {
	name, rest, _ := strings.Cut(text, ":")
	office, types, _ := strings.Cut(rest, ":")
	r := rights.Role{Name: name, City: city, Office: office}
	if types != "" {
		r.Types = strings.Split(types, "+")
	}
	if !slices.Contains(rights.RoleNames, name) || slices.Contains(r.Types, "") {
		return r, fault("role", "value", text, "all", strings.Join(rights.RoleNames, ", "))
	}
	return r, nil
}

// RoleText is a role as ParseRole reads it.
func RoleText(r rights.Role) string {
	text := r.Name
	if r.Office != "" || len(r.Types) > 0 {
		text += ":" + r.Office
	}
	if len(r.Types) > 0 {
		text += ":" + strings.Join(r.Types, "+")
	}
	return text
}
