package entry_test

import (
	"slices"
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/household/entry"
)

func TestEveryCodeHasWords(t *testing.T) {
	wordtest.Exactly(t, "entry", slices.Concat(wordtest.Remedied("entry.reason.", entry.Reasons), wordtest.Keys("entry.said.", entry.Says))...)
}
