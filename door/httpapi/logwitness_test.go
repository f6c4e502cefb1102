package httpapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"conurb/door/httpapi"
)

// witnesses are those of a drawn log: one cosigned, one never, one found the log cut back.
type witnesses struct{}

func (witnesses) Witnessed(context.Context) (httpapi.LogWitnesses, error) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	return httpapi.LogWitnesses{
		Cosignatures:  []httpapi.LogCosignature{{Node: "zhuzhou", Size: 3, At: &at, Key: "conurb/zhuzhou+0+x"}, {Node: "xiangtan", Key: "conurb/xiangtan+0+x"}},
		Uncosigned:    2,
		Held:          []httpapi.LogHeld{{Node: "zhuzhou", Size: 4, At: at, Checkpoint: "x"}},
		Disagreements: []httpapi.LogDisagreement{{As: "log", Node: "office", Code: "rolled-back", Size: 3, Held: 9, At: "2026-11-26T08:00:00.000000Z"}},
	}, nil
}

func TestTheLogSaysWhoCosignedIt(t *testing.T) {
	n := startWith(t, httpapi.Options{Witnesses: witnesses{}})
	for lang, words := range map[string]string{"en": "this log is shorter", "zh-CN": "本日志短于"} {
		h := read[httpapi.LogHead](n, "/api/v1/evidence", "Accept-Language", lang)
		if h.Witnesses == nil || len(h.Witnesses.Cosignatures) != 2 || h.Witnesses.Cosignatures[1].At != nil || h.Witnesses.Uncosigned != 2 || len(h.Witnesses.Held) != 1 {
			t.Fatalf("%+v", h)
		}
		if d := h.Witnesses.Disagreements[0]; !strings.HasPrefix(d.Text, words) || d.Held != 9 {
			t.Errorf("%s: %+v", lang, d)
		}
	}
	if body := start(t).get("/api/v1/evidence").body; strings.Contains(body, "witnesses") {
		t.Errorf("a node that stands alone speaks of witnesses: %s", body)
	}
}
