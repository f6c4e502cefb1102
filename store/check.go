package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"conurb/trust/evidence"
)

// CheckIntegrity compares every row with its entry in the log, every entry with
// its hash, and the log with every checkpoint that was signed, and names what
// differs. The key of Options.Signer is trusted besides those in o. Nothing is
// written.
func (s *Store) CheckIntegrity(ctx context.Context, o evidence.AuditOptions) (*evidence.Report, error) {
	var report *evidence.Report
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		report, err = s.audit(ctx, tx, o)
		return err
	})
	return report, err
}

func (s *Store) audit(ctx context.Context, tx *sql.Tx, o evidence.AuditOptions) (*evidence.Report, error) {
	if s.signer != nil && len(o.Keys) == 0 {
		o.Keys = []string{s.signer.VKey()}
	}
	if len(o.Witnesses) == 0 {
		keys, err := witnessesOf(ctx, tx)
		if err != nil {
			return nil, err
		}
		o.Witnesses = keys
	}
	c, err := copyOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	// What the tables beside the log should hold, gathered on the way.
	var f evidence.Frontier
	nodes := map[[2]int64]string{}
	entries := c.Entries
	c.Entries = tee(entries, func(e evidence.Entry) {
		f.Append(evidence.RecordHash(e.Leaf), func(level int, pos int64, h evidence.Hash) {
			if level > 0 && level%nodeLevels == 0 {
				nodes[[2]int64{int64(level), pos}] = evidence.Hex(h)
			}
		})
	})
	r, err := c.Audit(o)
	if err != nil {
		return nil, err
	}
	// Where something is named, what follows from the log differs too, and says
	// nothing new: only cells that are none are still looked for.
	sound := r.OK()
	if err := checkHead(ctx, tx, r, &f, sound); err != nil {
		return nil, err
	}
	if sound {
		if err := checkLicences(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkMessages(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkCards(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkPeople(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkHeld(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkTrust(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkHandouts(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkCounter(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkCases(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkHousehold(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkNotices(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkLedger(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkFamily(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkEntering(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := checkCatalogue(ctx, tx, r); err != nil {
			return nil, err
		}
	} else {
		nodes = nil
	}
	return r, checkNodes(ctx, tx, r, nodes)
}

func tee[T any](seq iter.Seq2[T, error], f func(T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err == nil {
				f(v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// checkHead reads the head, and compares it with the log where that is sound.
func checkHead(ctx context.Context, tx *sql.Tx, r *evidence.Report, f *evidence.Frontier, sound bool) error {
	size, edge, root, vkey := int64(0), "", "", ""
	c := newCells("log_head", "size", "frontier", "root", "vkey")
	err := eachCells(ctx, tx, `SELECT size, frontier, root, vkey FROM log_head WHERE id = 1`, c, func() {
		size, edge, root, vkey = c.integer(0), c.text(1), c.text(2), c.text(3)
	})
	if err != nil {
		return fmt.Errorf("head of the log: %w", err)
	}
	if fault := c.fault(); fault != "" {
		r.Add(evidence.HeadAltered, -1, "log_head", fault)
		return nil
	}
	if !sound {
		return nil
	}
	for _, d := range []struct{ name, have, want string }{
		{"size", fmt.Sprint(size), fmt.Sprint(f.Size())}, {"frontier", edge, f.String()},
		{"root", root, evidence.Hex(f.Root())}, {"vkey", vkey, r.VKey},
	} {
		if d.have != d.want {
			r.Add(evidence.HeadAltered, -1, d.name, d.have+" ≠ "+d.want)
		}
	}
	return nil
}

// checkNodes reads the stored nodes, and compares them with those of the log
// unless these are nil.
func checkNodes(ctx context.Context, tx *sql.Tx, r *evidence.Report, nodes map[[2]int64]string) error {
	c := newCells("log_node", "level", "pos", "hash")
	err := eachCells(ctx, tx, `SELECT level, pos, hash FROM log_node ORDER BY level, pos`, c, func() {
		at, hash := [2]int64{c.integer(0), c.integer(1)}, c.text(2)
		want, ok := nodes[at]
		delete(nodes, at)
		switch fault := c.fault(); {
		case fault != "":
			r.Add(evidence.NodeAltered, -1, fmt.Sprintf("%d/%d", at[0], at[1]), fault)
		case nodes != nil && (!ok || want != hash):
			r.Add(evidence.NodeAltered, at[1]<<at[0], fmt.Sprintf("%d/%d", at[0], at[1]), hash+" ≠ "+want)
		}
	})
	for at := range nodes {
		r.Add(evidence.NodeAltered, at[1]<<at[0], fmt.Sprintf("%d/%d", at[0], at[1]), "– ≠ "+nodes[at])
	}
	return err
}
