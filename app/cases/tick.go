package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/store"
)

// RemindAhead is how many days before its last day an applicant is reminded.
const RemindAhead = 3

// What the clock notes, beside the moves of a course.
const (
	moveLate   = "late"
	moveRemind = "remind"
)

// facts that keep the clock from saying a thing twice: the last day that it was said of.
const (
	factLate     = "late"
	factReminded = "reminded"
)

// tickEvery is how often a running desk looks at what falls due.
const tickEvery = 10 * time.Minute

// Run looks after what falls due until ctx ends; failed is told what did not work.
func (k *Desk) Run(ctx context.Context, failed func(error)) {
	for ctx.Err() == nil {
		if _, err := k.Tick(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(tickEvery):
		}
	}
}

// Tick does what the clock does: moves that fall due, reminders, late cases noted once, and the
// figures of the day. It returns how many cases it touched; each is a deed of its own, and one that
// ends in an error holds up no other.
func (k *Desk) Tick(ctx context.Context) (n int, err error) {
	var errs []error
	today := k.Calendar.Day(k.Now())
	for _, part := range []struct {
		filter store.CaseFilter
		do     func(context.Context, string) (bool, error)
	}{
		{store.CaseFilter{UntilPast: today}, k.overdue},
		{store.CaseFilter{UntilPast: today + RemindAhead + 1, Holders: []casework.By{casework.Applicant}}, k.remind},
	} {
		f := part.filter
		f.ByUntil, f.Limit = true, 500
		for {
			list, err := k.Store.CaseHeads(ctx, f)
			if err != nil {
				return n, err
			}
			for i := range list {
				done, err := part.do(ctx, list[i].ID)
				if err != nil && len(errs) < mostTroubles {
					errs = append(errs, fmt.Errorf("case %s: %w", list[i].ID, err))
				}
				if ctx.Err() != nil {
					return n, errors.Join(errs...)
				}
				if done {
					n++
				}
			}
			if len(list) < f.Limit {
				break
			}
			f.After = store.Place(&list[len(list)-1])
		}
	}
	return n, errors.Join(append(errs, k.reportDaily(ctx))...)
}

// mostTroubles bounds what one look at the cases tells of troubles.
const mostTroubles = 20

// overdue makes the move that the clock makes of a case whose last day is over; where there is
// none, whoever has it is late, and the applicant and the supervisors of the office are told so once.
func (k *Desk) overdue(ctx context.Context, id string) (done bool, err error) {
	clock := casework.Actor{By: casework.ByClock, Person: casework.Person{City: k.City}}
	c, err := k.Store.Case(ctx, id)
	if err != nil {
		return false, err
	}
	h, err := k.handler(c.Item, c.Course)
	if err != nil {
		return false, err
	}
	for _, m := range h.Course.MovesFrom(c.State, casework.ByClock) {
		err := k.Store.Do(ctx, func(d *store.Deed) error {
			_, err := k.ActIn(ctx, d, id, casework.Act{Move: m.Name, By: clock, Version: c.Version})
			return err
		})
		var no *casework.Refusal
		if err == nil {
			return true, nil
		} else if !errors.As(err, &no) {
			return false, err
		}
	}
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		done = false
		c, h, err := k.have(d, id)
		if err != nil {
			return err
		}
		day, late := c.Holder.Until, c.Holder.By == casework.Clerk || c.Holder.By == casework.Supervisor
		if !late || day == 0 || c.Facts[factLate] == day.String() || k.Calendar.Day(d.At()) <= day {
			return nil
		}
		done = true
		return errors.Join(k.mark(d, h, c, clock, moveLate, factLate, day, tellLate), k.sayAbove(d, &c))
	})
	return done, err
}

// remind reminds an applicant once of a last day that is near.
func (k *Desk) remind(ctx context.Context, id string) (done bool, err error) {
	clock := casework.Actor{By: casework.ByClock, Person: casework.Person{City: k.City}}
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		done = false
		c, h, err := k.have(d, id)
		if err != nil {
			return err
		}
		day := c.Holder.Until
		if c.Holder.By != casework.Applicant || day == 0 || c.Facts[factReminded] == day.String() || k.Calendar.Day(d.At()) > day || k.Calendar.Day(d.At())+RemindAhead < day {
			return nil
		}
		done = true
		return k.mark(d, h, c, clock, moveRemind, factReminded, day, tellReminder)
	})
	return done, err
}

// mark notes that something was said of a last day.
func (k *Desk) mark(d *store.Deed, h Handler, c casework.Case, by casework.Actor, move, fact string, day area.Date, code string) error {
	n := c.Clone()
	SetFact(&n, fact, day.String())
	n.Note(casework.Event{Move: move, From: n.State, To: n.State, By: by, At: d.At()})
	if err := k.keep(d, h.Course, &n); err != nil {
		return err
	}
	return k.say(d, &n, code)
}
