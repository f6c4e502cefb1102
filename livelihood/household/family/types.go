package family

import (
	"conurb/area"
	"conurb/livelihood/household"
)

// Person is a citizen's number.
type Person = household.Person

// Kind is a kind of household (户别).
type Kind string

// The kinds.
const (
	Family     Kind = "family"     // 家庭户
	Collective Kind = "collective" // 集体户
)

// Kinds lists them.
var Kinds = []Kind{Family, Collective}

// Sex is the code of GB/T 2261.1.
type Sex string

// The sexes of which the number of a citizen knows.
const (
	Male   Sex = "1"
	Female Sex = "2"
)

// Block is why a registration may not be moved (冻结): entered and lifted by a registrar.
type Block struct {
	Code   string    `json:"code"` // one of BlockCodes
	Reason string    `json:"reason"`
	Since  area.Date `json:"since"`
}

// BlockCodes are the reasons of blocks. Words are "family.block.<code>".
var BlockCodes = []string{"frozen", "criminal", "duplicate", "cancelled"}

// Member is somebody in a household.
type Member struct {
	Person    Person    `json:"person"`
	Name      string    `json:"name"`
	Sex       Sex       `json:"sex"`
	Born      area.Date `json:"born"`
	Relation  Relation  `json:"relation"`            // to the head
	Guardians []Person  `json:"guardians,omitempty"` // of somebody under age: parents first (民法典 art. 27)
	Since     area.Date `json:"since"`               // in this household
	Block     *Block    `json:"block,omitempty"`
}

// OfAge is the age in months at which one is an adult (民法典 art. 17).
const OfAge = 18 * 12

// Minor tells whether somebody is under age on a day.
func (m Member) Minor(today area.Date) bool { return m.Born.AddMonths(OfAge) > today }

// Household is a household at a version.
type Household struct {
	ID      string         `json:"id"`
	City    household.City `json:"city"`
	Kind    Kind           `json:"kind"`
	Address string         `json:"address"`
	Unit    string         `json:"unit,omitempty"`   // that keeps a collective household
	Places  int            `json:"places,omitempty"` // of a collective household
	Rural   bool           `json:"rural,omitempty"`  // its members belong to a rural collective (农村集体经济组织)
	Head    Person         `json:"head,omitempty"`
	Members []Member       `json:"members"`
	Version int            `json:"version"`
}

// Member is the member with a number.
func (h Household) Member(p Person) (Member, bool) {
	for _, m := range h.Members {
		if m.Person == p {
			return m, true
		}
	}
	return Member{}, false
}

// Refusal is why something is not done. Its words are "family.refusal.<Code>".
type Refusal struct {
	Code string
	Args map[string]string
}

// Error is for logs.
func (r *Refusal) Error() string { return "family: " + r.Code }

func refuse(code string, args ...string) *Refusal {
	r := &Refusal{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// The codes of refusals.
const (
	RefusedNobody    = "nobody"    // no persons were named
	RefusedTwice     = "twice"     // a person stands twice
	RefusedStranger  = "stranger"  // not a member of the household
	RefusedMember    = "member"    // a member already
	RefusedHead      = "head"      // the head leaves, or there is none, and no new one is named
	RefusedHeadGone  = "head-gone" // the one named as head does not stay
	RefusedHeadMinor = "head-minor"
	RefusedAlone     = "minors-alone" // only people under age would stay
	RefusedGuardian  = "guardian"     // somebody under age moves without a guardian or a guardian's consent
	RefusedRelation  = "relation"     // what somebody is to the head has to be said
	RefusedHeads     = "heads"        // somebody but the head is called head
	RefusedCode      = "code"         // no code of GB/T 4761, or one that does not fit the sex
	RefusedFull      = "full"         // a collective household has no place left
	RefusedKind      = "kind"         // not of this kind of household
	RefusedNumber    = "number"       // not a citizen's number (GB 11643)
	RefusedBorn      = "born"         // the number has another day of birth
	RefusedSex       = "sex"          // the number has another sex
	RefusedName      = "name"         // no name, or the register has another
	RefusedBlocked   = "blocked"      // a registrar has blocked the registration
	RefusedEmpty     = "empty"        // an address, a unit or places are missing
	RefusedFuture    = "future"       // born after today
)

// Codes lists them.
var Codes = []string{RefusedNobody, RefusedTwice, RefusedStranger, RefusedMember, RefusedHead, RefusedHeadGone, RefusedHeadMinor, RefusedAlone,
	RefusedGuardian, RefusedRelation, RefusedHeads, RefusedCode, RefusedFull, RefusedKind, RefusedNumber, RefusedBorn, RefusedSex, RefusedName,
	RefusedBlocked, RefusedEmpty, RefusedFuture}
