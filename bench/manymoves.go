package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"conurb/livelihood/household"
	"conurb/trust/evidence"
)

var manyMoves = flag.Int("moves", 0, "move registrations so many times, and hold the cities to one another at the end: go run ./bench -only moves -moves 100000")

// stuckAfter is how long moves may take to come to rest once none is begun any more.
const stuckAfter = 5 * time.Second

// movesDone begins many moves one after another of the same persons, many at a time, waits until
// nothing is under way, and looks for whoever is registered twice, nowhere, or differently by two
// cities at one epoch. Anything found is an error.
func movesDone(int) (rows []row, err error) {
	if *manyMoves == 0 {
		return nil, nil
	}
	w, closed, err := openMoves(sqliteIn, movesUnder+movesRun, batched)
	if err != nil {
		return nil, err
	}
	defer closed()
	begun := time.Now()
	under, err := w.moveMany(*manyMoves, movesUnder)
	if err != nil {
		return nil, err
	}
	took := time.Since(begun)
	ended := time.Now()
	if err := w.settled(3 * time.Minute); err != nil {
		return nil, err
	}
	rest := time.Since(ended)
	f, err := w.found()
	if err != nil {
		return nil, err
	}
	each := latency(fmt.Sprintf("moves: %d real ones, SQLite, synchronous=FULL", *manyMoves), fmt.Sprintf("%d persons, %d at a time", w.next.Load(), movesUnder), under)
	each.ratio += fmt.Sprintf(", %.0f a second; booked %d, %s; settled in %s; logs sound", float64(*manyMoves)/took.Seconds(), f.booked, f, round(rest))
	if f.bad() || f.booked != *manyMoves || rest > stuckAfter {
		err = errors.New(each.ratio)
	}
	return []row{each}, err
}

// findings are what is wrong with persons and moves.
type findings struct{ booked, twice, nobody, forks, stuck int }

func (f findings) bad() bool { return f.twice+f.nobody+f.forks+f.stuck > 0 }

func (f findings) String() string {
	return fmt.Sprintf("two owners %d, nobody's %d, forks %d, stuck %d", f.twice, f.nobody, f.forks, f.stuck)
}

// found asks every city about every person and every open move, and has every log verified.
func (w *moves) found() (f findings, err error) {
	ctx := context.Background()
	owners := map[household.Person]int{}
	said := map[household.Token]household.City{}
	for _, c := range w.nodes {
		me := household.City(c.Me())
		err := c.Store().ReadHousehold(ctx, func(b household.Book) error {
			for i := int64(1); i <= w.next.Load(); i++ {
				e, there, err := b.Entry(numbered(i))
				if err != nil || !there {
					if err != nil {
						return err
					}
					continue
				}
				if e.Standing == household.Registered {
					owners[e.Person]++
				}
				if other, known := said[e.Token]; known && other != e.Asserts(me) {
					f.forks++
				}
				said[e.Token] = e.Asserts(me)
			}
			for _, s := range []household.State{household.Held, household.Promised, household.Decided, household.Gone} {
				list, err := b.Open(s)
				if err != nil {
					return err
				}
				f.stuck += len(list)
			}
			list, err := b.Open(household.Booked)
			f.booked += len(list)
			return err
		})
		if err != nil {
			return f, err
		}
		report, err := c.Store().CheckIntegrity(ctx, evidence.AuditOptions{})
		if err = errors.Join(err, report.Err()); err != nil {
			return f, fmt.Errorf("%s: %w", me, err)
		}
	}
	for i := int64(1); i <= w.next.Load(); i++ {
		switch n := owners[numbered(i)]; {
		case n == 0:
			f.nobody++
		case n > 1:
			f.twice++
		}
	}
	return f, nil
}
