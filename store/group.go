package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"conurb/trust/evidence"
)

// mostGrouped bounds how many writes share a transaction.
const mostGrouped = 64

// errAlone sends a write into a transaction of its own; errBroken is of one that ended in a panic.
var errAlone, errBroken = errors.New("not in this group"), errors.New("the write ended in a panic")

// group are the writes that wait for their turn. Whoever gets the turn takes all of them along
// in one transaction (group commit), so that they cost the disk one sync. Each runs in the
// goroutine of its caller and in a savepoint: one that fails is taken back alone. Where
// anything but a single write fails, each is done once more in a transaction of its own.
type group struct {
	mu   sync.Mutex
	wait []*grouped
}

// grouped is a write of a group.
type grouped struct {
	ctx    context.Context
	f      func(w *writing) error
	begin  chan *writing // it is to run now
	ended  chan error    // it has run
	result chan error    // what came of it in the end
}

// take takes the writes that wait, of which g has to be one.
func (q *group) take(g *grouped) []*grouped {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !slices.Contains(q.wait, g) {
		return nil // with another's
	}
	n := min(len(q.wait), mostGrouped)
	if i := slices.Index(q.wait, g); i >= n { // those before it have their turn, and it has its own
		q.wait[0], q.wait[i] = q.wait[i], q.wait[0]
	}
	list := slices.Clone(q.wait[:n])
	q.wait = slices.Delete(q.wait, 0, n)
	return list
}

// leave takes a write out that has not begun.
func (q *group) leave(g *grouped) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.wait, g)
	if i >= 0 {
		q.wait = slices.Delete(q.wait, i, i+1)
	}
	return i >= 0
}

// writeGrouped is write for a deed: with those of others that wait at the same time.
func (s *Store) writeGrouped(ctx context.Context, f func(w *writing) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	g := &grouped{ctx: ctx, f: f, begin: make(chan *writing, 1), ended: make(chan error, 1), result: make(chan error, 1)}
	s.group.mu.Lock()
	s.group.wait = append(s.group.wait, g)
	s.group.mu.Unlock()
	err := s.inTurn(g)
	if errors.Is(err, errAlone) {
		return s.write(ctx, f)
	}
	return err
}

// inTurn waits for the turn, or for another who has it and takes g along.
func (s *Store) inTurn(g *grouped) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		switch list := s.group.take(g); len(list) {
		case 0: // what came of it is on its way
			return g.follow()
		case 1:
			return s.writeNow(g.ctx, g.f)
		default:
			return s.lead(g, list)
		}
	case w := <-g.begin:
		g.run(w)
		return <-g.result
	case <-g.ctx.Done():
		if s.group.leave(g) {
			return g.ctx.Err()
		}
		return g.follow()
	}
}

// follow waits for a write that another has taken along.
func (g *grouped) follow() error {
	select {
	case w := <-g.begin:
		g.run(w)
		return <-g.result
	case err := <-g.result:
		return err
	}
}

// run runs a write; a panic goes on to its caller, when those it is with know of it.
func (g *grouped) run(w *writing) {
	err := errBroken
	defer func() { g.ended <- err }()
	if err = g.f(w); err == nil {
		err = g.ctx.Err()
	}
}

// lead does the writes of a group, own among them, in one transaction.
func (s *Store) lead(own *grouped, list []*grouped) error {
	left := list // who has not been told
	tell := func(err error) {
		for _, g := range left {
			g.result <- err
		}
		left = nil
	}
	defer tell(errAlone) // where own ends in a panic
	tell(s.leadTold(own, list, func(g *grouped, err error) {
		left = slices.DeleteFunc(slices.Clone(left), func(o *grouped) bool { return o == g })
		g.result <- err
	}))
	return <-own.result
}

// leadTold returns what came of those that it has not told by itself.
func (s *Store) leadTold(own *grouped, list []*grouped, tell func(*grouped, error)) error {
	ctx := context.WithoutCancel(own.ctx)
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return errAlone
	}
	defer tx.Rollback()
	w, err := s.begin(ctx, tx, false)
	if err != nil {
		return errAlone
	}
	for _, g := range list {
		failed, err := s.join(w, g, g == own)
		if err != nil {
			return errAlone
		}
		if failed != nil {
			tell(g, failed)
		}
	}
	if err := w.finish(); err != nil {
		return errAlone
	}
	if err := tx.Commit(); lost(err) {
		return errAlone
	} else if err != nil { // it may stand all the same
		return fmt.Errorf("commit: %w", err)
	}
	s.knows(w)
	return nil
}

// join runs one write of a group.
func (s *Store) join(w *writing, g *grouped, own bool) (failed, err error) {
	return w.apart(func(part *writing) error {
		part.at = evidence.Microseconds(s.now())
		if s.postgres { // where a statement that is interrupted takes the connection along
			part.ctx = context.WithoutCancel(g.ctx)
		} else {
			part.ctx = brief{g.ctx}
		}
		if own {
			g.run(part)
		} else {
			g.begin <- part
		}
		return <-g.ended
	})
}

// apart runs a part of a write. What failed was taken back, alone; err is of the whole, of which
// nothing is to stand then. A part that panics takes the whole along.
func (w *writing) apart(f func(w *writing) error) (failed, err error) {
	before := w.buffered()
	here := &part{outer: w.tx.part}
	w.tx.part = here
	if w.careful {
		if err := w.tx.mark(); err != nil {
			return nil, err
		}
	}
	inner := *w
	inner.before, inner.frontier, inner.lists = w.frontier.Size(), w.frontier.Clone(), nil
	failed = f(&inner)
	w.tx.part = here.outer
	switch {
	case lost(failed) || w.ctx.Err() != nil: // another write won, or nobody waits for this one
		return nil, errors.Join(failed, w.ctx.Err())
	case failed == nil:
		w.frontier, w.vkey = inner.frontier, inner.vkey
	case !here.saved && w.postgres && ofServer(failed): // which ended the transaction with it
		return nil, fmt.Errorf("%w: %w", errCareful, failed)
	default:
		w.back(before)
		w.register.forget()
		if here.saved {
			if _, err := w.tx.Tx.ExecContext(w.ctx, `ROLLBACK TO SAVEPOINT `+here.name()); err != nil {
				return nil, fmt.Errorf("take a part back: %w", err)
			}
		}
	}
	if here.saved {
		if _, err = w.tx.Tx.ExecContext(w.ctx, `RELEASE SAVEPOINT `+here.name()); err != nil {
			err = fmt.Errorf("savepoint: %w", err)
		}
	}
	return failed, err
}

// errCareful sends a write round again, with a savepoint before each of its parts: PostgreSQL
// refused a statement of one that had none, and with it all that follows.
var errCareful = errors.New("a part failed that had no savepoint")

func ofServer(err error) bool {
	_, is := errors.AsType[*pgconn.PgError](err)
	return is
}

// begin locks the head of the log for a transaction.
func (s *Store) begin(ctx context.Context, tx *sql.Tx, careful bool) (*writing, error) {
	lock := "" // SQLite holds the whole file since BEGIN IMMEDIATE
	if s.postgres {
		lock = " FOR UPDATE"
	}
	head, err := readHead(ctx, tx, lock)
	if err != nil {
		return nil, err
	}
	if !s.postgres {
		ctx = brief{ctx}
	}
	w := &writing{
		ctx: ctx, tx: &txn{Tx: tx, ctx: ctx}, at: evidence.Microseconds(s.now()), before: head.frontier.Size(),
		frontier: head.frontier, vkey: head.vkey, signer: s.signer, adopt: s.adopt,
		postgres: s.postgres, careful: careful, root: head.root, register: s.cached(head.frontier.Size(), head.root),
	}
	w.buffers()
	return w, nil
}

func (w *writing) buffers() {
	w.entries = w.bulk("log_entry", "idx", "kind", "leaf", "hash", "recorded_at")
	w.nodes = w.bulk("log_node", "level", "pos", "hash")
	w.messages = w.bulk("message", "log", "action", "sender", "id", "text")
	w.outbox = w.bulk("message_out", "id", "log", "receiver", "case_id", "sequence", "state", "tries", "next_at", "since", "reason")
	w.outbox.after = w.messages
	w.notes = w.bulk("note", "log", "room", "id", "action", "text")
	w.tx.waiting = []*bulk{w.messages, w.outbox, w.notes}
}

// flush writes what is still buffered.
func (w *writing) flush() error {
	return errors.Join(w.entries.flush(), w.nodes.flush(), w.tx.settle())
}
