package notice_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"conurb/app/notice"
)

// The address of a webhook is a secret of its reader: whoever knows it can write to him. What did
// not go out is in the log, the address is not.
func TestTheLogKeepsNoAddress(t *testing.T) {
	w := open(t, nil)
	if _, err := w.SetWebhook(t.Context(), li, w.hook.URL+"/token-5711"); err != nil {
		t.Fatal(err)
	}
	w.hook.Close()
	w.tell("case.grant")
	var log bytes.Buffer
	o := w.Options
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := notice.New(o).Carry(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); !strings.Contains(said, "unreachable") || strings.Contains(said, "5711") {
		t.Errorf("the log: %s", said)
	}
}
