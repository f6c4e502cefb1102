package household_test

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"conurb/livelihood/household/sim"
)

var seeds = flag.Uint64("seeds", 300, "seeds of the simulation without restores; with them, three for every ten")

// TestMain lets the heap grow: a world is small, and made for one run.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// runs runs the worlds of the first n seeds, and adds them up.
func runs(t *testing.T, name string, n uint64, o sim.Options) sim.Result {
	t.Helper()
	begun := time.Now()
	sum := sim.Runs(0, n, o, func(r sim.Result, err error) {
		if err != nil || o.Bad(r) {
			r.History = nil
			t.Errorf("seed %d: %+v, %v", r.Seed, r, err)
		}
	})
	t.Logf("\n%s\n%s", sim.Head, sum.Row(name, 0, n, time.Since(begun)))
	return sum
}

func TestNobodyIsLostOrDoubled(t *testing.T) {
	if sum := runs(t, "faults", *seeds, sim.Options{}); sum.Booked < 10*int(*seeds) || sum.Crashes < 10*int(*seeds) {
		t.Errorf("the world was idle: %+v", sum)
	}
}

func TestCitiesComeBackFromOldBackups(t *testing.T) {
	n := max(100, *seeds*3/10)
	if sum := runs(t, "faults and restores", n, sim.Options{Restores: 8}); sum.Restores < 6*int(n) {
		t.Errorf("too few came back: %+v", sum)
	}
}

func TestMuchWorkComesToRest(t *testing.T) {
	sum := runs(t, "load without faults", 1, sim.Options{Quiet: true, Load: 20, Persons: 600, Moves: 1200})
	if sum.Settled > 5*time.Second || sum.Booked < 700 {
		t.Errorf("%+v", sum)
	}
}

// TestTwoCitiesAreLostAtOnce: a person signs to go on without the other. Nobody is doubled or lost by
// that; what was asserted may be taken back (forks), which is what the procedure says that it can lose.
func TestTwoCitiesAreLostAtOnce(t *testing.T) {
	if sum := runs(t, "two lost at once", max(60, *seeds/5), sim.Options{Restores: 2, Two: true}); sum.Restores < 120 || sum.Booked < 300 {
		t.Errorf("%+v", sum)
	}
}

func TestEveryRuleIsNeeded(t *testing.T) {
	for _, m := range sim.Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			r, found, err := m.Found()
			if err != nil || !found {
				t.Fatalf("no seed needs this rule: %v", err)
			}
			t.Logf("seed %d: %s (two owners %d, nobody %d, forks %d, stuck %d)", r.Seed, r.First, r.TwoOwners, r.Nobody, r.Forks, r.Stuck)
		})
	}
}

func TestASeedGivesTheSameRun(t *testing.T) {
	for seed := range uint64(5) {
		a, err := sim.Run(seed, sim.Options{Restores: 3})
		b, again := sim.Run(seed, sim.Options{Restores: 3})
		if fmt.Sprint(a, err) != fmt.Sprint(b, again) {
			t.Errorf("seed %d: %+v, then %+v", seed, a, b)
		}
	}
}

// TestTheWorldOfTheMutantsIsSound: what the mutants fail in, the whole machine passes.
func TestTheWorldOfTheMutantsIsSound(t *testing.T) {
	runs(t, "the mutants' world, nothing taken out", 12, sim.Without(""))
}
