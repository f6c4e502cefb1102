package counter_test

import (
	"errors"
	"testing"

	"conurb/app/counter"
	"conurb/door/httpapi"
	"conurb/locale"
)

// TestEveryRefusalHasWords in both languages, and is a problem of the door.
func TestEveryRefusalHasWords(t *testing.T) {
	for _, code := range counter.Refusals {
		for _, lang := range locale.Languages {
			for _, key := range []string{"counter.refusal." + code, "counter.refusal." + code + ".remedy"} {
				if !locale.Has(lang, key) {
					t.Errorf("%s: no %s", lang, key)
				}
			}
		}
		err := counter.Door{}.Outside(&counter.Refusal{Code: code})
		var no *httpapi.CounterRefusal
		if !errors.Is(err, httpapi.ErrUnknown) && (!errors.As(err, &no) || no.Kind == "") {
			t.Errorf("%s is no problem of the door: %v", code, err)
		}
	}
}
