package course

import (
	"errors"

	"conurb/livelihood/casework"
	"conurb/livelihood/household"
	"conurb/livelihood/household/family"
)

// The codes of refusals, beside those of packages family and household (see Of). All of them reach
// people as a *casework.Refusal whose words are "casework.refusal.<code>"; those of this room
// begin with "residence-".
const (
	RefusedForm        = "residence-form"         // field: missing or not to be read
	RefusedTwice       = "residence-twice"        // person
	RefusedSameCity    = "residence-same-city"    // a move inside a city is none of this
	RefusedNoCity      = "residence-no-city"      // city
	RefusedNotYours    = "residence-not-yours"    // the applicant is not among those who move, nor their host
	RefusedElsewhere   = "residence-elsewhere"    // person is registered here already
	RefusedUnder       = "residence-under-way"    // person is in another application
	RefusedIneligible  = "residence-ineligible"   // reasons
	RefusedOldWay      = "residence-old-way"      // kind is none of the five: with paper
	RefusedHost        = "residence-host"         // no such household here
	RefusedConsent     = "residence-consent"      // the host's head has not agreed
	RefusedHostChanged = "residence-host-changed" // another leads that household by now
	RefusedJoined      = "residence-joined"       // whoever is joined is not in that household
	RefusedCollective  = "residence-collective"   // no such collective household here
	RefusedEarly       = "residence-early"        // unreachable, but the five working days are not over: until
	RefusedRural       = "residence-rural"        // the note on rural rights is not confirmed
	RefusedBusy        = "residence-busy"         // another part of the household is on its way
	RefusedWhy         = "residence-why"          // code: none that a clerk may give
	RefusedChannel     = "residence-channel"      // channel: none
	RefusedNoTry       = "residence-no-try"       // nobody has tried to reach the applicant
	RefusedMissing     = "residence-not-there"    // person: no household of this city has him
	RefusedOthers      = "residence-others"       // the papers name others than the promise
	RefusedEntering    = "residence-entering"     // person: another entry of his is under way in this city
	RefusedEntry       = "residence-entry"        // the entry has ended, or was lost and nobody has said that he is sure
)

// Codes lists them.
var Codes = []string{RefusedForm, RefusedTwice, RefusedSameCity, RefusedNoCity, RefusedNotYours, RefusedElsewhere, RefusedUnder, RefusedIneligible, RefusedOldWay,
	RefusedHost, RefusedConsent, RefusedHostChanged, RefusedJoined, RefusedCollective, RefusedEarly, RefusedRural, RefusedBusy, RefusedWhy, RefusedChannel, RefusedNoTry, RefusedMissing, RefusedOthers, RefusedEntering, RefusedEntry}

// Refuse is casework.Refuse.
func Refuse(code string, pairs ...string) *casework.Refusal { return casework.Refuse(code, pairs...) }

// Of is a refusal of package family or household as one of a case: "family-<code>", of a block
// "family-blocked-<block>", and "register-<code>". Another error is itself.
func Of(err error) error {
	var f *family.Refusal
	var r *household.Refusal
	switch {
	case errors.As(err, &f):
		code := "family-" + f.Code
		if f.Code == family.RefusedBlocked {
			code += "-" + f.Args["block"]
		}
		no := casework.Refuse(code)
		for k, v := range f.Args {
			if k != "block" {
				no.Args[k] = v
			}
		}
		return no
	case errors.As(err, &r):
		return casework.Refuse("register-" + r.Code)
	}
	return err
}

// OfCodes are the codes that Of makes.
func OfCodes() (list []string) {
	for _, c := range family.Codes {
		if c != family.RefusedBlocked {
			list = append(list, "family-"+c)
			continue
		}
		for _, b := range family.BlockCodes {
			list = append(list, "family-"+c+"-"+b)
		}
	}
	for _, c := range household.Codes {
		list = append(list, "register-"+c)
	}
	return list
}
