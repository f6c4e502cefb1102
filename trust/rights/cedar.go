package rights

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

//go:embed policies.cedar
var standard []byte

// Policies are rules, ready to be asked; they do not change.
type Policies struct {
	set   *cedar.PolicySet
	rules []string
}

// Standard returns the rules of this program.
func Standard() *Policies {
	p, err := Parse(standard)
	if err != nil {
		panic(err) // a fault of the build: the text is part of it
	}
	return p
}

// Parse reads rules; each has an id of its own.
func Parse(text []byte) (*Policies, error) {
	list, err := cedar.NewPolicyListFromBytes("policies.cedar", text)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	p := &Policies{set: cedar.NewPolicySet()}
	for _, rule := range list {
		id := string(rule.Annotations()["id"])
		if id == "" {
			return nil, fmt.Errorf("policies: line %d: %w", rule.Position().Line, errNoID)
		}
		if !p.set.Add(cedar.PolicyID(id), rule) {
			return nil, fmt.Errorf("policies: line %d: @id %q: %w", rule.Position().Line, id, errTwice)
		}
		p.rules = append(p.rules, id)
	}
	return p, nil
}

var (
	errNoID  = errors.New("a rule without @id")
	errTwice = errors.New("there before")
)

// Rules lists the ids of all rules, those that stand in no policy too.
func (p *Policies) Rules() []string { return append(slices.Clone(p.rules), NoRule, Fault) }

// ask puts the question of one role, or of none. sound is false where a rule could not be
// evaluated.
func (p *Policies) ask(who Principal, role *Role, do Action, on Resource) (allowed bool, rules []string, sound bool) {
	principal := cedar.NewEntityUID("Principal", types.String(who.ID))
	thing := cedar.NewEntityUID("Thing", "asked about")
	entities := types.EntityMap{
		principal: {UID: principal, Attributes: record("kind", string(who.Kind), "city", who.City, "holderKind", who.HolderKind, "holderCode", who.HolderCode)},
		thing:     {UID: thing, Attributes: record("city", on.City, "office", on.Office, "type", on.Type, "holderKind", on.HolderKind, "holderCode", on.HolderCode)},
	}
	answer, why := cedar.Authorize(p.set, entities, cedar.Request{
		Principal: principal, Action: cedar.NewEntityUID("Action", types.String(do)), Resource: thing, Context: roleContext(role),
	})
	for _, r := range why.Reasons {
		rules = append(rules, string(r.PolicyID))
	}
	return answer == cedar.Allow, rules, len(why.Errors) == 0
}

func roleContext(role *Role) types.Record {
	if role == nil {
		return types.Record{}
	}
	kinds := make([]types.Value, len(role.Types))
	for i, t := range role.Types {
		kinds[i] = types.String(t)
	}
	return types.NewRecord(types.RecordMap{"role": types.NewRecord(types.RecordMap{
		"name": types.String(role.Name), "city": types.String(role.City), "office": types.String(role.Office), "types": types.NewSet(kinds...),
	})})
}

func record(pairs ...string) types.Record {
	m := types.RecordMap{}
	for i := 0; i < len(pairs); i += 2 {
		m[types.String(pairs[i])] = types.String(pairs[i+1])
	}
	return types.NewRecord(m)
}
