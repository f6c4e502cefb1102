package household_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"conurb/livelihood/household"
	"conurb/livelihood/household/sim"
	"conurb/trust/message"
)

var seeds = flag.Uint64("seeds", 300, "seeds of the simulation without restores; with them, three for every ten")

// TestMain lets the heap grow: a world is small, and made for one run.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// runs runs the worlds of the first n seeds, and adds them up.
func runs(t *testing.T, name string, n uint64, o sim.Options, each func(sim.Result)) (sum sim.Result) {
	t.Helper()
	begun := time.Now()
	todo := make(chan uint64)
	var all sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := range todo {
				r, err := sim.Run(seed, o)
				if err != nil || r.Bad() {
					r.History = nil
					t.Errorf("seed %d: %+v, %v", seed, r, err)
				}
				if each != nil {
					each(r)
				}
				mu.Lock()
				sum.Add(r)
				mu.Unlock()
			}
		})
	}
	for seed := range n {
		todo <- seed
	}
	close(todo)
	all.Wait()
	t.Logf("\n| run | seeds | moves | booked | crashes | restores | messages | lost | doubled | forged | two owners | nobody | forks | stuck | settled at most | wall |\n"+
		"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n| %s | 0–%d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %v | %v |",
		name, n-1, sum.Moves, sum.Booked, sum.Crashes, sum.Restores, sum.Messages, sum.Lost, sum.Doubled, sum.Forged, sum.TwoOwners, sum.Nobody, sum.Forks, sum.Stuck,
		sum.Settled, time.Since(begun).Round(time.Second))
	return sum
}

func TestNobodyIsLostOrDoubled(t *testing.T) {
	if sum := runs(t, "faults", *seeds, sim.Options{}, nil); sum.Booked < 10*int(*seeds) || sum.Crashes < 10*int(*seeds) {
		t.Errorf("the world was idle: %+v", sum)
	}
}

func TestCitiesComeBackFromOldBackups(t *testing.T) {
	n := max(100, *seeds*3/10)
	if sum := runs(t, "faults and restores", n, sim.Options{Restores: 8}, nil); sum.Restores < 6*int(n) {
		t.Errorf("too few came back: %+v", sum)
	}
}

func TestMuchWorkComesToRest(t *testing.T) {
	sum := runs(t, "load without faults", 1, sim.Options{Quiet: true, Load: 20, Persons: 600, Moves: 1200}, nil)
	if sum.Settled > 5*time.Second || sum.Booked < 700 {
		t.Errorf("%+v", sum)
	}
}

// mutant is a world without a rule.
func mutant(name string) sim.Options {
	return sim.Options{Restores: 20, Persons: 8, Late: 6, Stop: true, Machine: func(me household.City, others []household.City, verify func(message.Sealed) error) *household.Machine {
		m := &household.Machine{Me: me, Others: others, Verify: verify}
		household.Break(m, household.Breaches[name])
		return m
	}}
}

func TestEveryRuleIsNeeded(t *testing.T) {
	worlds := map[string]sim.Options{
		"state and outbox in two transactions": {Restores: 8, Stop: true, Early: true},
		"signatures of messages not checked":   {Restores: 8, Stop: true, Unsigned: true},
	}
	for _, name := range slices.Sorted(maps.Keys(household.Breaches)) {
		worlds[name] = mutant(name)
	}
	from := map[string]uint64{ // where the search begins, for rules that few seeds need
		"no fence after a restore": 120, "no fence, and a witness keeps the last decision": 120, "a decision of a lost past is kept": 300,
	}
	past := worlds["a decision of a lost past is kept"]
	past.Restores, past.Persons, past.Late = 8, 0, 0
	worlds["a decision of a lost past is kept"] = past
	for _, name := range slices.Sorted(maps.Keys(worlds)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := from[name]; seed < from[name]+400; seed++ {
				r, err := sim.Run(seed, worlds[name])
				if err != nil {
					t.Fatal(err)
				}
				if r.Bad() {
					t.Logf("seed %d: %s (two owners %d, nobody %d, forks %d, stuck %d)", seed, r.First, r.TwoOwners, r.Nobody, r.Forks, r.Stuck)
					return
				}
			}
			t.Error("no seed needs this rule")
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
	o := mutant("")
	runs(t, "the mutants' world, nothing taken out", 12, o, nil)
}
