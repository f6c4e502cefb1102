package household_test

import (
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/household"
)

func TestEveryRefusalHasWords(t *testing.T) {
	wordtest.Exactly(t, "household", wordtest.Remedied("household.refusal.", household.Codes)...)
}
