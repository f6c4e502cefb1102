package store

import (
	"context"
	"database/sql"
	"errors"
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
	if !r.OK() {
		return r, nil // what follows from the log differs too, and says nothing new
	}
	if err := checkHead(ctx, tx, r, &f); err != nil {
		return nil, err
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

// checkHead compares the head with the log.
func checkHead(ctx context.Context, tx *sql.Tx, r *evidence.Report, f *evidence.Frontier) error {
	var size int64
	var edge, root, vkey string
	err := tx.QueryRowContext(ctx, `SELECT size, frontier, root, vkey FROM log_head WHERE id = 1`).Scan(&size, &edge, &root, &vkey)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("head of the log: %w", err)
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

// checkNodes compares the stored nodes with the log.
func checkNodes(ctx context.Context, tx *sql.Tx, r *evidence.Report, nodes map[[2]int64]string) error {
	err := each(ctx, tx, `SELECT level, pos, hash FROM log_node ORDER BY level, pos`, func(rows *sql.Rows) error {
		var level, pos int64
		var hash string
		if err := rows.Scan(&level, &pos, &hash); err != nil {
			return err
		}
		at := [2]int64{level, pos}
		if want, ok := nodes[at]; !ok || want != hash {
			r.Add(evidence.NodeAltered, pos<<level, fmt.Sprintf("%d/%d", level, pos), hash+" ≠ "+want)
		}
		delete(nodes, at)
		return nil
	})
	for at := range nodes {
		r.Add(evidence.NodeAltered, at[1]<<at[0], fmt.Sprintf("%d/%d", at[0], at[1]), "– ≠ "+nodes[at])
	}
	return err
}
