package household

// Breaches are the rules that can be taken out of a machine, by name.
var Breaches = map[string]breach{
	"S need not hold the person": withoutOwner, "T takes any epoch": withoutFloor, "nothing embedded is checked": withoutSigns, "T registers when it promises": registersEarly,
	"a hold ends by T's clock": holdsExpire, "the certificate is sent once": withoutResend, "a restored city serves at once": servesAtOnce, "no witness": withoutWitness,
	"T needs its hold": needsHold, "no fence after a restore": withoutFence, "no fence, and a witness keeps the last decision": witnessForgets, "what moved is forgotten": withoutPointers,
	"a witnessed decision is recalled as undecided": recallsHalf, "every question raises the fence": fencesRise, "a decision of a lost past is kept": keepsDropped,
	"the last part of an answer is taken for the whole": lastIsAll,
	"where somebody was before is not handed on":        noTrail,
}

// Break takes a rule out of a machine, for simulations that have to notice.
func Break(m *Machine, b breach) { m.broken = b }
