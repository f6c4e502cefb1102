package household_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"conurb/livelihood/household"
	"conurb/livelihood/household/sim"
	"conurb/trust/message"
)

// desk is a city, its memory and what it has sent.
type desk struct {
	*household.Machine
	mem  *sim.Memory
	sent []message.Sealed
	gone []func()
}

// desks are three cities of which xiangtan has come back from a backup of before everything.
func desks(t *testing.T, persons int) map[household.City]*desk {
	t.Helper()
	names := []household.City{"changsha", "office", "xiangtan"}
	all, n := map[household.City]*desk{}, 0
	for _, name := range names {
		d := &desk{Machine: &household.Machine{Me: name, PerPart: 500, Verify: func(message.Sealed) error { return nil }}}
		d.Others = slices.DeleteFunc(slices.Clone(names), func(c household.City) bool { return c == name })
		d.mem = sim.NewMemory(func() int64 { return 1_790_000_000 }, func(to household.City, kind, about string, body json.RawMessage) message.Sealed {
			n++
			s := message.Sealed{Signature: fmt.Sprint(n), Envelope: message.Envelope{ID: fmt.Sprint(n), From: name, To: to, Kind: kind, Body: body}}
			d.sent = append(d.sent, s)
			d.gone = append(d.gone, func() { d.mem.Arrived(to, kind, about) })
			return s
		})
		all[name] = d
	}
	for i := range persons {
		all["changsha"].do(t, func(b household.Book) error {
			p := household.Person(fmt.Sprintf("P%02d", i))
			if err := b.SetEntry(household.Entry{Token: household.Token{Person: p, Epoch: 2}, Standing: household.Moved, To: "xiangtan", Transfer: "T"}); err != nil {
				return err
			}
			return b.Meet("xiangtan", p)
		})
	}
	all["xiangtan"].do(t, all["xiangtan"].Restored)
	return all
}

func (d *desk) do(t *testing.T, f func(b household.Book) error) {
	t.Helper()
	b, _ := d.mem.Begin()
	if err := f(b); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) serves(t *testing.T) (ok bool) {
	t.Helper()
	d.do(t, func(b household.Book) (err error) { ok, err = d.Serving(b); return err })
	return ok
}

// carry hands over what was sent, what it brings forth too; of facts, pick says which and in what order.
func carry(t *testing.T, all map[household.City]*desk, pick func([]message.Sealed) []message.Sealed) (facts int) {
	t.Helper()
	for {
		var now []message.Sealed
		for _, name := range []household.City{"changsha", "office", "xiangtan"} {
			d := all[name]
			for _, arrived := range d.gone {
				arrived()
			}
			now, d.sent, d.gone = append(now, d.sent...), nil, nil
		}
		if len(now) == 0 {
			return facts
		}
		var told []message.Sealed
		for _, s := range now {
			if s.Envelope.Kind == household.KindFacts {
				told = append(told, s)
				continue
			}
			all[s.Envelope.To].do(t, func(b household.Book) error { return all[s.Envelope.To].Handle(b, s) })
		}
		facts += len(told)
		for _, s := range pick(told) {
			all[s.Envelope.To].do(t, func(b household.Book) error { return all[s.Envelope.To].Handle(b, s) })
		}
	}
}

// TestPartsOfAnAnswerComeInAnyOrder: the post promises none; what came last first, and twice, is
// whole all the same, and is not asked for again.
func TestPartsOfAnAnswerComeInAnyOrder(t *testing.T) {
	for name, pick := range map[string]func([]message.Sealed) []message.Sealed{
		"in order":       func(l []message.Sealed) []message.Sealed { return l },
		"the last first": func(l []message.Sealed) []message.Sealed { slices.Reverse(l); return l },
		"each twice":     func(l []message.Sealed) []message.Sealed { return append(l, l...) },
	} {
		t.Run(name, func(t *testing.T) {
			all := desks(t, 40)
			facts := carry(t, all, pick)
			if !all["xiangtan"].serves(t) {
				t.Fatal("everybody has told everything, and it does not serve")
			}
			if facts < 20 || facts > 30 { // two entries each, and the answers about numbers
				t.Errorf("%d messages", facts)
			}
			all["xiangtan"].do(t, func(b household.Book) error {
				for i := range 40 {
					if e, _, err := b.Entry(household.Person(fmt.Sprintf("P%02d", i))); err != nil || e.Standing != household.Registered {
						t.Errorf("%d: %+v, %v", i, e, err)
					}
				}
				return nil
			})
		})
	}
}

// TestALongAnswerIsNotBegunAnew: while parts come in, nobody is asked again; once none did, he is;
// and parts of the answer of before do not make the new one whole.
func TestALongAnswerIsNotBegunAnew(t *testing.T) {
	all := desks(t, 40)
	var late []message.Sealed
	carry(t, all, func(l []message.Sealed) (now []message.Sealed) {
		for i, s := range l {
			if s.Envelope.From == "changsha" && len(l) > 10 && i > 10 {
				late = append(late, s)
			} else {
				now = append(now, s)
			}
		}
		return now
	})
	x := all["xiangtan"]
	if x.serves(t) || len(late) == 0 {
		t.Fatal("it serves, and was not told everything")
	}
	x.do(t, x.Tick)
	if n := len(x.sent); n > 0 {
		t.Errorf("asks %d times while an answer comes in", n)
	}
	x.do(t, x.Tick)
	if n := len(x.sent); n != 1 {
		t.Errorf("asks %d times, want once", n)
	}
	carry(t, all, func(l []message.Sealed) []message.Sealed { return l[:max(0, len(l)-1)] })
	for _, s := range late {
		x.do(t, func(b household.Book) error { return x.Handle(b, s) })
	}
	if x.serves(t) {
		t.Error("two answers were added up")
	}
}
