package sim

import (
	"maps"
	"slices"

	"conurb/livelihood/household"
	"conurb/trust/message"
)

// Mutant is a world without a rule: a check that is worth anything finds seeds in which that breaks
// something.
type Mutant struct {
	Name    string // of the rule that is taken out
	From    uint64 // where to begin to look: few seeds need some rules
	Options Options
}

// MutantSeeds bounds how far to look for a seed that needs a rule.
const MutantSeeds = 400

// Without is the world of the mutants with a rule taken out; nothing is, by an unknown name.
func Without(rule string) Options {
	return Options{Restores: 20, Persons: 8, Late: 6, Stop: true, Machine: func(me household.City, others []household.City, verify func(message.Sealed) error) *household.Machine {
		m := &household.Machine{Me: me, Others: others, Verify: verify}
		household.Break(m, household.Breaches[rule])
		return m
	}}
}

// Mutants are the worlds in which each rule is needed.
func Mutants() (list []Mutant) {
	list = []Mutant{
		{"state and outbox in two transactions", 0, Options{Restores: 8, Stop: true, Early: true}},
		{"signatures of messages not checked", 0, Options{Restores: 8, Stop: true, Unsigned: true}},
	}
	from := map[string]uint64{"no fence after a restore": 195, "no fence, and a witness keeps the last decision": 195, "a decision of a lost past is kept": 99, "where somebody was before is not handed on": 542}
	for _, name := range slices.Sorted(maps.Keys(household.Breaches)) {
		m := Mutant{name, from[name], Without(name)}
		switch name {
		case "a decision of a lost past is kept":
			m.Options.Restores, m.Options.Persons, m.Options.Late = 8, 0, 0
		case "where somebody was before is not handed on": // one city that is lost at a time is told by its neighbours
			m.Options = Options{Restores: 4, Two: true, Stop: true, Machine: m.Options.Machine}
		}
		list = append(list, m)
	}
	return list
}

// Found is the first seed that needs the rule, and what breaks without it.
func (m Mutant) Found() (r Result, found bool, err error) {
	for seed := m.From; seed < m.From+MutantSeeds; seed++ {
		if r, err = Run(seed, m.Options); err != nil || m.Options.Bad(r) {
			return r, err == nil, err
		}
	}
	return r, false, nil
}
