package rights

import (
	"slices"
)

// Kind is what kind of principal one is.
type Kind string

// The kinds.
const (
	Citizen      Kind = "citizen"      // over licences of his own
	Staff        Kind = "staff"        // by roles
	Organisation Kind = "organisation" // over licences of its own
	Machine      Kind = "machine"      // a program with a token
)

// Kinds are all kinds.
var Kinds = []Kind{Citizen, Staff, Organisation, Machine}

// The names of roles.
const (
	Issuer       = "issuer"        // issues licences of an office and acts on them
	Clerk        = "clerk"         // checks at a counter what people show
	TrustOfficer = "trust-officer" // keeps the trust list for a city
	Operator     = "operator"      // looks after the node and its accounts
	Auditor      = "auditor"       // reads what was done
	Supervisor   = "supervisor"    // sees which cases are late, and where
	Editor       = "editor"        // keeps the catalogue of service items
	Registrar    = "registrar"     // keeps the register of households and the books of funds
)

// RoleNames are all names of roles.
var RoleNames = []string{Issuer, Clerk, TrustOfficer, Operator, Auditor, Supervisor, Editor, Registrar}

// Role is what a staff member does, and where.
type Role struct {
	Name   string   `json:"name"`
	City   string   `json:"city"`             // a node's name: a city's id, or office
	Office string   `json:"office,omitempty"` // empty: every office of the city
	Types  []string `json:"types,omitempty"`  // of licences; empty: every type
}

// Principal is who acts.
type Principal struct {
	ID, Name   string
	Kind       Kind
	City       string // whose node has the account
	Roles      []Role
	HolderKind string // as licences name a holder; empty: holds none
	HolderCode string
}

// Action is what is done.
type Action string

// The actions.
const (
	LicenceRead   Action = "licence.read"
	LicenceIssue  Action = "licence.issue"
	LicenceAct    Action = "licence.act" // suspend, revoke, change, hand over
	LicenceImport Action = "licence.import"
	CounterCheck  Action = "counter.check"
	TrustRead     Action = "trust.read"
	TrustPropose  Action = "trust.propose"
	TrustSign     Action = "trust.sign"
	TrustPublish  Action = "trust.publish"
	NodeRead      Action = "node.read"
	NodeOperate   Action = "node.operate"
	WalletUse     Action = "wallet.use"
	PeopleManage  Action = "people.manage"
	AuditRead     Action = "audit.read"
	CaseApply     Action = "case.apply" // open and change a case of one's own
	CaseRead      Action = "case.read"
	CaseAct       Action = "case.act" // examine, decide, hand over
	CaseSupervise Action = "case.supervise"
	CatalogueEdit Action = "catalogue.edit"
	RegistryRead  Action = "registry.read"  // households and registrations
	RegistryEnter Action = "registry.enter" // births, first entries, blocks
	FundRead      Action = "fund.read"
	FundEnter     Action = "fund.enter"
)

// Actions are all actions.
var Actions = []Action{LicenceRead, LicenceIssue, LicenceAct, LicenceImport, CounterCheck, TrustRead, TrustPropose, TrustSign,
	TrustPublish, NodeRead, NodeOperate, WalletUse, PeopleManage, AuditRead, CaseApply, CaseRead, CaseAct, CaseSupervise,
	CatalogueEdit, RegistryRead, RegistryEnter, FundRead, FundEnter}

// Resource is what something is done over. City is always given; the others where they apply:
// a role bound to an office or to types reaches nothing that names none.
type Resource struct {
	City       string // whose node keeps it
	Office     string
	Type       string // of licence
	HolderKind string
	HolderCode string
}

// Rules that are not in the policies.
const (
	NoRule = "no-rule"      // nothing allows it
	Fault  = "policy-fault" // a rule could not be evaluated
)

// Decision is whether something may be done, with the ids of the rules that decided, in
// order; there is always one.
type Decision struct {
	Allowed bool
	Rules   []string
}

// Decide says whether a principal may do something over a resource.
func (p *Policies) Decide(who Principal, do Action, on Resource) Decision {
	var allowed, refused []string
	for i := -1; i < len(who.Roles); i++ {
		var role *Role
		if i >= 0 {
			role = &who.Roles[i]
		}
		ok, rules, sound := p.ask(who, role, do, on)
		switch {
		case !sound:
			return Decision{false, []string{Fault}}
		case ok:
			allowed = append(allowed, rules...)
		default:
			refused = append(refused, rules...)
		}
	}
	if len(allowed) > 0 {
		return Decision{true, sorted(allowed)}
	}
	if len(refused) > 0 {
		return Decision{false, sorted(refused)}
	}
	return Decision{false, []string{NoRule}}
}

func sorted(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
