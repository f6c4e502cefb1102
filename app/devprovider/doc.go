// Package devprovider is a provider of OpenID Connect for demonstrations: it checks nobody,
// and whoever comes chooses who he is. It shows that a node signs people in through a
// provider with nothing but the standard between them: discovery, the authorization code
// with PKCE (S256 alone), ES256.
//
// It is started for demonstrations only, says so on its page, and knows the accounts of the
// demonstration alone; a node believes it only where it was told that it is one (Demo).
package devprovider
