package licence

import (
	"time"

	"conurb/area"
	"conurb/kit/jws"
)

// VCT is the type of the credentials of a type of licence (vct, draft-ietf-oauth-sd-jwt-vc).
func (t *Type) VCT() string { return typePrefix + t.Code }

// Copy is an edition as it is handed out to a wallet: bound to a key of the wallet, issued at
// that moment, with the same identifier and the same place in the status list. It has yet to
// be sealed, and is no record: what was issued stays what it is.
func (r Record) Copy(key jws.JWK, at time.Time) Record {
	r.Key, r.At, r.Credential = &key, at.UTC().Format(stamp), ""
	return r
}

// Named is a claim of a credential with its name for people.
type Named struct {
	Path   []string
	Name   area.Text
	Needed bool
}

// Claims lists what credentials of a type say of a licence, in the order in which it is shown.
func (t *Type) Claims() []Named {
	var list []Named
	for _, f := range (&Record{}).Metadata(t) {
		list = append(list, Named{[]string{claimLicence, f.Short}, f.Name, false})
	}
	for _, a := range t.Attributes {
		list = append(list, Named{[]string{claimExtra, a.ID}, a.Name, a.Needed})
	}
	return list
}
