package wallet_test

import (
	"testing"

	"conurb/app/wallet"
	"conurb/kit/openid4vp"
	"conurb/locale"
)

func TestEveryRefusalHasWords(t *testing.T) {
	keys := []string{"wallet.refusal.remedy", "openid4vp.no-request", "openid4vp.answered"}
	for _, code := range []string{wallet.RefusedUnknown, wallet.RefusedUnreachable, wallet.RefusedLong, wallet.RefusedElsewhere} {
		keys = append(keys, "wallet.refusal."+code, "wallet.refusal."+code+".remedy")
	}
	for _, code := range openid4vp.Codes {
		keys = append(keys, "openid4vp."+string(code))
	}
	for _, lang := range locale.Languages {
		for _, key := range keys {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
	}
}
