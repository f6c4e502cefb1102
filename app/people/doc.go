// Package people lets people sign in to a node: by password, by passkey (WebAuthn level 3), or
// through a provider (OpenID Connect), and keeps their accounts.
//
// The rules are identity's, the rows are the store's; here they meet the clock, the random
// bits and the network. A session table of our own is used instead of a library of sessions:
// the three statements it needs stand in one transaction with what ends a session, a disabled
// account or another password, and every request reads the roles as they are now.
//
// How a password is looked at: a try is counted, per name and per address, before the
// password is read, so that tries at once are no way around the pause; of a name that does
// not exist the work is the same. No more passwords are worked at than there are processors,
// since each takes 64 MiB.
//
// A passkey needs the user's verification (fingerprint, face or PIN) and signs in alone. It
// belongs to a domain: a node that is reached by an IP address has none.
//
// Of a provider, the issuer and its subject count, never a name or an address of mail. The
// answer is bound to the browser by a cookie and state, to the request by a nonce, and its
// code by PKCE (RFC 7636, S256). An account is linked by its owner, who is signed in already.
package people
