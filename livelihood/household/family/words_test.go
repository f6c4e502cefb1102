package family_test

import (
	"slices"
	"testing"

	"conurb/internal/wordtest"
	"conurb/livelihood/household/family"
)

func TestEveryCodeHasWords(t *testing.T) {
	wordtest.Exactly(t, "family", slices.Concat(wordtest.Remedied("family.refusal.", family.Codes), wordtest.Keys("family.relation.", family.Relations),
		wordtest.Keys("family.block.", family.BlockCodes), wordtest.Keys("family.kind.", family.Kinds))...)
}
