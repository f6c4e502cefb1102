package household_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"conurb/livelihood/household"
	"conurb/livelihood/household/sim"
	"conurb/trust/message"
)

// TestAPromiseWithoutEffectIsSoonSentOnceMore: the promise came while the other city was not
// serving, and what acknowledges it is still on its way back when that city says that it serves.
// What is sent then is the same message, which has come already; half a minute later it is another.
func TestAPromiseWithoutEffectIsSoonSentOnceMore(t *testing.T) {
	for hurried, want := range map[bool]int64{true: household.FirstPause, false: 60 * 60} {
		now, n := int64(1_790_000_000), 0
		var sent []message.Sealed
		me := &household.Machine{Me: "changsha", Others: []household.City{"zhuzhou", "office"}, Verify: func(message.Sealed) error { return nil }}
		mem := sim.NewMemory(func() int64 { return now }, func(to household.City, kind, _ string, body json.RawMessage) message.Sealed {
			n++
			s := message.Sealed{Envelope: message.Envelope{ID: fmt.Sprint(n), From: "changsha", To: to, Kind: kind, Body: body}}
			sent = append(sent, s)
			return s
		})
		do := func(f func(b household.Book) error) {
			t.Helper()
			b, _ := mem.Begin()
			if err := f(b); err != nil {
				t.Fatal(err)
			}
		}
		do(func(b household.Book) error {
			return me.Hold(b, "T1", "zhuzhou", []household.Token{{Person: "P1", Epoch: 1}}, now+24*60*60)
		})
		if hurried {
			do(func(b household.Book) error {
				return me.Handle(b, message.Sealed{Envelope: message.Envelope{ID: "x", From: "zhuzhou", To: "changsha", Kind: household.KindServes}})
			})
			do(me.Tick)
		}
		if len(sent) != 1 {
			t.Fatalf("hurried %v: %d messages while the first is under way", hurried, len(sent))
		}
		mem.Arrived("zhuzhou", household.KindPromise, "T1")
		begun := now
		for len(sent) == 1 && now < begun+24*60*60 {
			now++
			do(me.Tick)
		}
		if now-begun != want {
			t.Errorf("hurried %v: sent once more after %d s, want %d s", hurried, now-begun, want)
		}
	}
}

// TestPatience: at most a day, and never less than before.
func TestPatience(t *testing.T) {
	for tries, last := 0, int64(0); tries < 40; tries++ {
		p := household.Patience(tries)
		if p < last || p > 24*60*60 {
			t.Fatalf("Patience(%d) = %d s after %d s", tries, p, last)
		}
		last = p
	}
	if household.Patience(39) != 24*60*60 {
		t.Errorf("Patience(39) = %d s", household.Patience(39))
	}
}
