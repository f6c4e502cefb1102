package town_test

import (
	"conurb/kit/dcql"
	"conurb/kit/jws"
)

// signWith signs whatever a wallet shows with its one key.
func signWith(key *jws.Private) func(dcql.Match) (*jws.Private, error) {
	return func(dcql.Match) (*jws.Private, error) { return key, nil }
}
