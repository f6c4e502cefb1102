package town_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"conurb/app"
	"conurb/app/town"
	"conurb/livelihood/household"
	"conurb/trust/trustlist"
)

// registers are the registers of a demonstration's nodes, with people who move and clerks who
// decide.
type registers struct {
	t   *testing.T
	all map[trustlist.Party]*town.Town

	mu   sync.Mutex
	said map[household.Token]household.City
}

var registered = []trustlist.Party{"changsha", "xiangtan", "zhuzhou"}

const movers = 24

func mover(i int) household.Person { return household.Person(fmt.Sprintf("43020119880101%04d", i)) }

// look asks one node where somebody is, and holds the answer to those before.
func (r *registers) look(at trustlist.Party, p household.Person) (city household.City, epoch household.Epoch, ok bool) {
	w, err := r.all[at].Register.Where(r.t.Context(), p)
	if no := (*household.Refusal)(nil); errors.As(err, &no) {
		return "", 0, false
	} else if err != nil {
		r.t.Error(err)
		return "", 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	token := household.Token{Person: p, Epoch: w.Epoch}
	if other, there := r.said[token]; there && other != w.City {
		r.t.Errorf("%s says of %s at %d: %s, and %s was said before", at, p, w.Epoch, w.City, other)
	}
	r.said[token] = w.City
	return w.City, w.Epoch, true
}

// work lets people move and clerks decide for a while.
func (r *registers) work(d time.Duration) {
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for ctx.Err() == nil {
				p, at, to := mover(rand.IntN(movers)), registered[rand.IntN(3)], registered[rand.IntN(3)]
				city, epoch, ok := r.look(at, p)
				if ok && city != household.City(to) {
					id, _ := uuid.NewV7()
					r.tolerate(r.all[to].Register.Hold(ctx, id.String(), city, []household.Token{{Person: p, Epoch: epoch}}, time.Now().Add(time.Hour)))
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	all.Go(func() {
		for ctx.Err() == nil {
			r.decide(ctx)
			time.Sleep(50 * time.Millisecond)
		}
	})
	all.Wait()
}

// decide lets go whom another city permits to come.
func (r *registers) decide(ctx context.Context) {
	for _, name := range registered {
		list, err := r.all[name].Register.Transfers(ctx, household.Promised)
		r.tolerate(err)
		for _, t := range list {
			_, err := r.all[name].Register.Decide(ctx, t.ID)
			r.tolerate(err)
		}
	}
}

func (r *registers) tolerate(err error) {
	if no := (*household.Refusal)(nil); err != nil && !errors.As(err, &no) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		r.t.Error(err)
	}
}

// rest waits until nothing is under way, and counts what was booked.
func (r *registers) rest() (booked int) {
	begun := time.Now()
	for {
		open := 0
		r.decide(r.t.Context())
		for _, one := range r.all {
			if ok, err := one.Register.Serving(r.t.Context()); !ok || err != nil {
				open++
				continue
			}
			for _, state := range []household.State{household.Held, household.Promised, household.Decided, household.Gone} {
				list, err := one.Register.Transfers(r.t.Context(), state)
				r.tolerate(err)
				open += len(list)
			}
		}
		if open == 0 {
			break
		}
		if time.Since(begun) > 3*time.Minute {
			r.t.Fatalf("%d transfers or nodes do not come to rest", open)
		}
		time.Sleep(100 * time.Millisecond)
	}
	for i := range movers {
		owners := 0
		for _, name := range registered {
			w, err := r.all[name].Register.Where(r.t.Context(), mover(i))
			if err == nil && w.Standing == household.Registered {
				owners++
			}
			r.look(name, mover(i))
		}
		if owners != 1 {
			r.t.Errorf("%s is registered %d times", mover(i), owners)
		}
	}
	for _, one := range r.all {
		list, err := one.Register.Transfers(r.t.Context(), household.Booked)
		r.tolerate(err)
		booked += len(list)
	}
	r.t.Logf("at rest after %v, %d moves booked", time.Since(begun).Round(10*time.Millisecond), booked)
	return booked
}

// TestMovesBetweenFourNodes: people move between the nodes of a demonstration, over HTTP and with
// all their rooms; one node is put back to an old backup in the middle. Nobody is registered twice
// or nowhere, and no node takes back what was said.
func TestMovesBetweenFourNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no nodes")
	}
	p := packed(t)
	seats := settle(t, p)
	all, stop := start(t, p, seats)
	r := &registers{t: t, all: all, said: map[household.Token]household.City{}}
	for i := range movers {
		if err := all[registered[i%3]].Register.Enter(t.Context(), mover(i)); err != nil {
			t.Fatal(err)
		}
	}
	r.work(3 * time.Second)
	backup := filepath.Join(t.TempDir(), "zhuzhou.zip")
	f, err := os.Create(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(all["zhuzhou"].App.Store().Backup(t.Context(), f), f.Close()); err != nil {
		t.Fatal(err)
	}
	r.work(3 * time.Second)
	stop()

	for _, s := range seats {
		if s.name != "zhuzhou" {
			continue
		}
		for _, end := range []string{"", "-wal", "-shm"} {
			os.Remove(filepath.Join(s.dir, "conurb.db"+end))
		}
		if _, err := app.Restore(t.Context(), app.Options{Pack: p, Data: s.dir, Now: time.Now}, backup); err != nil {
			t.Fatal(err)
		}
	}
	r.all, _ = start(t, p, seats)
	r.work(3 * time.Second)
	if booked := r.rest(); booked < 10 {
		t.Errorf("an idle world: %d moves", booked)
	}
	if p, err := r.all["zhuzhou"].Register.Progress(t.Context()); err != nil || p.Incarnation != 1 {
		t.Errorf("zhuzhou did not reconcile: %+v, %v", p, err)
	}
}
