package nodetest

import (
	"testing"

	"conurb/app/node"
)

// Join makes nodes with doors of their own known to one another.
func Join(t testing.TB, nodes ...*node.Node) {
	t.Helper()
	for _, a := range nodes {
		for _, b := range nodes {
			if a == b {
				continue
			}
			card, _ := b.Card(b.Me())
			if err := a.Join(t.Context(), card, card.Fingerprint()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Settle has nodes with doors of their own carry what they have to say, and what that leads to:
// an answer, and what is said to it.
func Settle(t testing.TB, nodes ...*node.Node) {
	t.Helper()
	for range 4 {
		for _, n := range nodes {
			if err := n.Carry(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range nodes {
			if err := n.Handle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
