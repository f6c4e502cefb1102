package ledger

// Mutants are machines without a rule, by the name of the rule.
func Mutants(me City, patience int) map[string]*Machine {
	all := map[string]*Machine{}
	for name, b := range map[string]breach{"names": withoutNames, "out": withoutOut, "back": keepsReturned, "in": withoutIn} {
		all[name] = &Machine{Me: me, Patience: patience, broken: b}
	}
	return all
}
