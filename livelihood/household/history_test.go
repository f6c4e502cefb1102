package household_test

import (
	"fmt"
	"strconv"
	"strings"
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

// held is where a register is, and where it has ever been: one way through the cities per branch,
// of which there are several where a loss took something back.
type held struct {
	where
	past string // every place it has been at, in words
}

// reached is a register at a place it has not been at, or has again.
func (h held) reached(now where) held {
	if word := fmt.Sprintf("%s@%d ", now.city, now.epoch); !strings.Contains(h.past, word) {
		h.past += word
	}
	h.where = now
	return h
}

// register is what all cities together have to look like: one registration that is entered, moves by
// one epoch at a time, and of which everybody who asks hears where it is now. Where two cities are
// lost at once, it may be taken back to where it has been, and found again, until both serve; from
// then on it is one register as before.
var register = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{held{}} },
	Step: func(state, input, _ any) []any {
		s, e := state.(held), input.(sim.Event)
		now := where{e.City, e.Epoch}
		switch {
		case e.Lost:
			all := []any{s}
			for _, word := range strings.Fields(s.past) {
				city, epoch, _ := strings.Cut(word, "@")
				n, _ := strconv.Atoi(epoch)
				if w := (where{household.City(city), household.Epoch(n)}); w != s.where {
					all = append(all, held{w, s.past})
				}
			}
			return all
		case e.Move && e.Epoch == s.epoch+1:
			return []any{s.reached(now)}
		case !e.Move && s.where == now:
			return []any{s}
		}
		return nil
	},
}).ToModel()

// oneRegister tells whether the history of every person is that of a single register.
func oneRegister(history []sim.Event) (sound bool) {
	each := map[household.Person][]porcupine.Operation{}
	for i, e := range history {
		op := porcupine.Operation{ClientId: 2 * i, Input: e, Call: e.Call, Return: e.Return}
		each[e.Person] = append(each[e.Person], op)
		if e.Lost { // taken back, and found again
			op.ClientId++
			each[e.Person] = append(each[e.Person], op)
		}
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
	if moves < 1460 || reads < 5000 {
		t.Errorf("an idle history: %d moves, %d readings", moves, reads)
	}
}

// TestALossIsNoExcuse: what the model lets pass where two cities are lost, and what not.
func TestALossIsNoExcuse(t *testing.T) {
	entered := sim.Event{Move: true, City: "a", Epoch: 1, Call: 0, Return: 1}
	moved := sim.Event{Move: true, City: "b", Epoch: 2, Call: 2, Return: 3}
	lost := sim.Event{Lost: true, Call: 10, Return: 20}
	in := func(city household.City, epoch household.Epoch, call int64) sim.Event {
		return sim.Event{City: city, Epoch: epoch, Call: call, Return: call + 1}
	}
	to := func(city household.City, epoch household.Epoch, call int64) sim.Event {
		e := in(city, epoch, call)
		e.Move = true
		return e
	}
	for name, c := range map[string]struct {
		sound bool
		then  []sim.Event
	}{
		"taken back":                   {true, []sim.Event{in("a", 1, 12), in("a", 1, 22)}},
		"taken back and found again":   {true, []sim.Event{in("a", 1, 12), in("b", 2, 15), in("b", 2, 22)}},
		"taken back and moved again":   {true, []sim.Event{to("c", 2, 22), in("c", 2, 24)}},
		"not taken back":               {true, []sim.Event{to("c", 3, 22), in("c", 3, 24)}},
		"moved meanwhile":              {true, []sim.Event{to("c", 3, 12), in("c", 3, 24)}},
		"two after it is over":         {false, []sim.Event{in("a", 1, 22), in("b", 2, 24)}},
		"taken back after it is over":  {false, []sim.Event{in("b", 2, 22), in("a", 1, 24)}},
		"taken back before it was":     {false, []sim.Event{in("a", 1, 6)}},
		"where nobody ever was":        {false, []sim.Event{in("c", 2, 12)}},
		"an epoch is left out":         {false, []sim.Event{to("c", 4, 22)}},
		"a move from one, read as two": {false, []sim.Event{to("c", 2, 22), in("b", 2, 24)}},
	} {
		if got := oneRegister(append([]sim.Event{entered, moved, lost}, c.then...)); got != c.sound {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestReadersHearOneRegisterAfterALoss: two cities were lost at once, a person signed, and people move on.
func TestReadersHearOneRegisterAfterALoss(t *testing.T) {
	losses, moves, reads := 0, 0, 0
	for seed := range uint64(60) {
		r, err := sim.Run(seed, sim.Options{Restores: 2, Two: true, Moves: 80, History: true})
		if err != nil || !oneRegister(r.History) {
			t.Errorf("seed %d: %v, not the history of one register", seed, err)
		}
		over := int64(0)
		for _, e := range r.History {
			switch {
			case e.Lost:
				losses++
				over = e.Return
			case over > 0 && e.Call > over && e.Move:
				moves++
			case over > 0 && e.Call > over:
				reads++
			}
		}
	}
	t.Logf("%d losses of a person's register; after them %d moves and %d readings", losses, moves, reads)
	if losses < 60*20 || moves < 100 || reads < 3000 {
		t.Errorf("an idle history: %d losses, then %d moves, %d readings", losses, moves, reads)
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
