package household_test

import (
	"testing"

	"github.com/anishathalye/porcupine"

	"conurb/livelihood/household"
	"conurb/livelihood/household/sim"
)

// where is a person's registration, as one place would keep it.
type where struct {
	city  household.City
	epoch household.Epoch
}

// register is what all cities together have to look like: one registration that moves by one epoch
// at a time, and of which everybody who asks hears where it is now.
var register = porcupine.Model{
	Init: func() any { return where{} },
	Step: func(state, input, _ any) (bool, any) {
		s, e := state.(where), input.(sim.Event)
		now := where{e.City, e.Epoch}
		switch {
		case s.epoch == 0 && !e.Move: // the first that anybody hears is where he is
			return true, now
		case e.Move:
			return s.epoch == 0 || e.Epoch == s.epoch+1, now
		}
		return s == now, s
	},
}

// oneRegister tells whether the history of every person is that of a single register.
func oneRegister(history []sim.Event) (sound bool) {
	each := map[household.Person][]porcupine.Operation{}
	for i, e := range history {
		each[e.Person] = append(each[e.Person], porcupine.Operation{ClientId: i, Input: e, Call: e.Call, Return: e.Return})
	}
	for _, ops := range each {
		if !porcupine.CheckOperations(register, ops) {
			return false
		}
	}
	return true
}

func TestReadersHearOneRegister(t *testing.T) {
	moves, reads := 0, 0
	for seed := range uint64(40) {
		o := sim.Options{Restores: int(seed % 2 * 8)}
		if seed%4 == 3 {
			o = sim.Without("") // where the unsound ones are found
		}
		o.History = true
		r, err := sim.Run(seed, o)
		if err != nil || !oneRegister(r.History) {
			t.Errorf("seed %d: %v, not the history of one register", seed, err)
		}
		for _, e := range r.History {
			if e.Move {
				moves++
			} else {
				reads++
			}
		}
	}
	t.Logf("%d moves and %d readings of persons", moves, reads)
	if moves < 500 || reads < 5000 {
		t.Errorf("an idle history: %d moves, %d readings", moves, reads)
	}
}

func TestAnUnsoundHistoryIsFound(t *testing.T) {
	for _, name := range []string{"no witness", "a restored city serves at once", "T registers when it promises"} {
		found := false
		for seed := range uint64(100) {
			o := sim.Without(name)
			o.History, o.Stop = true, false
			r, err := sim.Run(seed, o)
			if err != nil {
				t.Fatal(err)
			}
			if found = !oneRegister(r.History); found {
				t.Logf("%s: seed %d", name, seed)
				break
			}
		}
		if !found {
			t.Errorf("%s: every history was one of a single register", name)
		}
	}
}
