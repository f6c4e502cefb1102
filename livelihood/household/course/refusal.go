package course

import "conurb/livelihood/casework"

// The codes of refusals, beside those of packages family, household and eligibility. All of them
// reach people as a *casework.Refusal whose words are "casework.refusal.<code>"; those of this
// room begin with "residence-".
const (
	RefusedForm       = "residence-form"       // field: missing or not to be read
	RefusedTwice      = "residence-twice"      // person
	RefusedSameCity   = "residence-same-city"  // a move inside a city is none of this
	RefusedNoCity     = "residence-no-city"    // city
	RefusedNotYours   = "residence-not-yours"  // the applicant is not among those who move, nor their host
	RefusedElsewhere  = "residence-elsewhere"  // person is registered here already
	RefusedUnder      = "residence-under-way"  // person is in another application
	RefusedIneligible = "residence-ineligible" // reasons
	RefusedOldWay     = "residence-old-way"    // kind is none of the five: with paper
	RefusedHost       = "residence-host"       // no such host here, or another name
	RefusedConsent    = "residence-consent"    // the host's head has not agreed
	RefusedCollective = "residence-collective" // no such collective household here
	RefusedReached    = "residence-reached"    // nobody has spoken to the applicant yet
	RefusedEarly      = "residence-early"      // unreachable, but the five working days are not over: until
	RefusedRural      = "residence-rural"      // the note on rural rights is not confirmed
	RefusedFamily     = "residence-family"     // reason: a code of package family, why in its words
	RefusedProtocol   = "residence-register"   // reason: a code of package household
	RefusedDecided    = "residence-decided"    // the other city has decided; there is only forward
)

// Codes lists them.
var Codes = []string{RefusedForm, RefusedTwice, RefusedSameCity, RefusedNoCity, RefusedNotYours, RefusedElsewhere, RefusedUnder, RefusedIneligible, RefusedOldWay,
	RefusedHost, RefusedConsent, RefusedCollective, RefusedReached, RefusedEarly, RefusedRural, RefusedFamily, RefusedProtocol, RefusedDecided}

// Refuse is casework.Refuse.
func Refuse(code string, pairs ...string) *casework.Refusal { return casework.Refuse(code, pairs...) }
