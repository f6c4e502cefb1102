package authority

import (
	"slices"
	"time"

	"conurb/app/node"
	"conurb/livelihood/licence"
	"conurb/trust/trustlist"
)

// Of are the settings of the desk of a node, which New takes; ok is false where the node
// issues no licences. Who serves the node has the desk's Handlers registered with it.
func Of(n *node.Node, types *licence.Register, zone *time.Location, now func() time.Time) (s Settings, ok bool) {
	a := n.Config.Authority
	if a.Code == "" {
		return s, false
	}
	return Settings{
		Store: n.Store(), Types: types, Zone: zone, Now: now,
		Offices: []licence.Authority{{City: string(n.Me()), Code: a.Code, Name: a.Name}},
		Sealing: func() Sealing {
			return Sealing{Key: n.LicenceKey(), Issuer: n.Config.URL, Status: n.Config.URL + "/statuses"}
		},
		Voice: n.Voice,
		Knows: func(city string) bool {
			return city != string(trustlist.Office) && slices.Contains(n.Others(), trustlist.Party(city))
		},
	}, true
}
