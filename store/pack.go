package store

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/plan"
	"conurb/trust/evidence"
)

// The reasons that the store itself writes into versions of a pack's rows. They
// are codes: a reader says them as locale key "store.reason.<code>".
const (
	ReasonCorrected = "pack-corrected" // the row reads otherwise now
	ReasonRemoved   = "pack-removed"   // the row is gone from the pack
	ReasonReturned  = "pack-returned"  // a row that was gone is there again
)

// PackVersion is a region pack as SyncPack takes it.
type PackVersion struct {
	Pack         string             `json:"pack"`
	Digest       string             `json:"digest"`
	Files        map[string][]byte  `json:"-"`
	Observations []plan.Observation `json:"-"` // as the pack states them; Version, Recorded, By and Log are ignored
	On           area.Date          `json:"-"` // the day from which a removed row is no longer believed
	Log          int64              `json:"log"`
	Recorded     time.Time          `json:"recorded"`
}

// Synced is what SyncPack did.
type Synced struct {
	Changed   bool               // false: this version was in force already
	Log       int64              // of the pack version in force
	Added     int                // observations that are new
	Corrected int                // observations that read otherwise now, or returned
	Withdrawn int                // observations that the pack no longer has
	Rows      []plan.Observation // the versions that were recorded
}

// SyncPack brings a version of the region pack into force: its leaf, its files
// and whatever its observations changed, in one transaction. It does nothing
// when that version is in force already. A pack row whose id was added by hand,
// or was corrected by hand and now changes in the pack too, is refused as
// *RowError with ErrConflict: the store does not choose between the two.
func (s *Store) SyncPack(ctx context.Context, v PackVersion) (Synced, error) {
	leaf := evidence.NewPack(v.Pack, v.Digest, v.Files, rowsDigest(v.Observations))
	var done Synced
	// Without a lock first: at most starts nothing has changed.
	if same, log, err := inForce(ctx, s.db, leaf); err != nil || same {
		return Synced{Log: log}, err
	}
	files, err := zipFiles(v.Files)
	if err != nil {
		return done, err
	}
	err = s.write(ctx, func(w *writing) error {
		done = Synced{}
		same, log, err := inForce(ctx, w.tx, leaf)
		if err != nil || same {
			done.Log = log
			return err
		}
		changes, err := w.changes(v, &done)
		if err != nil {
			return err
		}
		if done.Log, err = w.append(evidence.Leaf{Type: evidence.TypePack, Pack: leaf}); err != nil {
			return fmt.Errorf("pack %s: %w", v.Pack, err)
		}
		if err := w.packRow(done.Log, leaf, files); err != nil {
			return err
		}
		done.Changed = true
		done.Rows, err = w.observations(changes, ByPack)
		return err
	})
	if err != nil {
		return Synced{}, err
	}
	return done, nil
}

func (w *writing) packRow(log int64, p *evidence.Pack, files []byte) error {
	_, err := w.tx.ExecContext(w.ctx, `INSERT INTO pack_files (digest, files) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING`, p.Digest, files)
	if err == nil {
		_, err = w.tx.ExecContext(w.ctx, `INSERT INTO pack_version (log, pack, digest) VALUES ($1, $2, $3)`, log, p.Pack, p.Digest)
	}
	if err != nil {
		return fmt.Errorf("pack %s version %s: %w", p.Pack, p.Digest, err)
	}
	return nil
}

// inForce says whether the newest pack version is this one.
func inForce(ctx context.Context, q querier, p *evidence.Pack) (same bool, log int64, err error) {
	var pack, digest, leaf string
	err = q.QueryRowContext(ctx, `SELECT v.log, v.pack, v.digest, e.leaf FROM pack_version v JOIN log_entry e ON e.idx = v.log
		ORDER BY v.log DESC LIMIT 1`).Scan(&log, &pack, &digest, &leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return false, 0, nil
	} else if err != nil {
		return false, 0, fmt.Errorf("pack in force: %w", err)
	}
	if pack != p.Pack {
		return false, 0, fmt.Errorf("pack %s, the database has %s: %w", p.Pack, pack, ErrOtherPack)
	}
	l, err := evidence.ParseLeaf([]byte(leaf))
	if err != nil || l.Pack == nil {
		return false, 0, fmt.Errorf("entry %d: %w", log, errors.Join(evidence.ErrLeaf, err))
	}
	return digest == p.Digest && l.Pack.Rows == p.Rows, log, nil
}

// changes compares the pack's observations with what is recorded.
func (w *writing) changes(v PackVersion, done *Synced) ([]plan.Observation, error) {
	recorded, err := w.recorded(v.Observations)
	if err != nil {
		return nil, err
	}
	var out []plan.Observation
	var bad []error
	stated := make(map[string]bool, len(v.Observations))
	for i, o := range v.Observations {
		if stated[o.ID] || o.ID == "" {
			bad = append(bad, &RowError{Row: i, ID: o.ID, Field: "id", Ref: o.Ref, Err: ErrInvalid})
			continue
		}
		stated[o.ID] = true
		o.Withdrawn, o.Reason = false, ""
		h := recorded[o.ID]
		switch {
		case h == nil:
			done.Added++
		case !h.newest.Withdrawn && sameStatement(&o, &h.newest):
			continue // as it stands, whoever wrote it
		case h.pack != nil && !h.pack.Withdrawn && sameStatement(&o, h.pack):
			continue // the pack says what it said; a correction by hand stands
		case h.newest.By != ByPack:
			bad = append(bad, &RowError{Row: i, ID: o.ID, Ref: o.Ref, Err: fmt.Errorf("%w by %s", ErrConflict, h.newest.By)})
			continue
		case h.newest.Withdrawn:
			o.Reason = ReasonReturned
			done.Corrected++
		default:
			o.Reason = ReasonCorrected
			done.Corrected++
		}
		out = append(out, o)
	}
	for _, h := range recorded {
		if o := h.newest; !stated[o.ID] && o.By == ByPack && !o.Withdrawn {
			o.Withdrawn, o.Reason, o.Published = true, ReasonRemoved, v.On
			out = append(out, o)
			done.Withdrawn++
		}
	}
	slices.SortStableFunc(out[len(out)-done.Withdrawn:], func(a, b plan.Observation) int { return strings.Compare(a.ID, b.ID) })
	return out, errors.Join(bad...)
}

// history is what is recorded of one observation.
type history struct {
	newest plan.Observation
	pack   *plan.Observation // newest version that the pack wrote
}

// recorded looks up everything that the pack ever wrote, and every id that it
// states now; what else was added by hand does not concern it.
func (w *writing) recorded(stated []plan.Observation) (map[string]*history, error) {
	out := map[string]*history{}
	take := func(where string, args ...any) error {
		rows, err := selectObservations(w.ctx, w.tx, where+` ORDER BY log`, args...)
		for i := range rows {
			o := &rows[i]
			if out[o.ID] == nil {
				out[o.ID] = &history{}
			}
			out[o.ID].newest = *o
			if o.By == ByPack {
				out[o.ID].pack = o
			}
		}
		return err
	}
	if err := take(` WHERE id IN (SELECT id FROM observation WHERE recorded_by = $1)`, ByPack); err != nil {
		return nil, err
	}
	var ids []any
	for i := range stated {
		if id := stated[i].ID; out[id] == nil {
			ids = append(ids, id)
		}
	}
	for chunk := range slices.Chunk(ids, lookup) {
		if err := take(` WHERE id IN (`+list(1, len(chunk))+`)`, chunk...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sameStatement says whether two observations state the same; where in the pack
// they stand and why they were recorded does not count.
func sameStatement(a, b *plan.Observation) bool {
	return a.Indicator == b.Indicator && a.Scope == b.Scope && a.Period == b.Period && a.Value == b.Value &&
		a.Source == b.Source && a.SourceText == b.SourceText && a.Grade == b.Grade && a.Published == b.Published && a.Note == b.Note
}

// rowsDigest sums up the observations of a pack, so that a program that reads
// the same files otherwise records what it reads.
func rowsDigest(rows []plan.Observation) evidence.Rows {
	h := sha256.New()
	var b []byte
	for i := range rows {
		o := leafOf(&rows[i])
		o.Version, o.By = 0, ByPack
		b, _ = evidence.Leaf{Type: evidence.TypeObservation, Observation: o}.AppendTo(b[:0]) // what is no leaf is refused later
		h.Write(append(b, '\n'))
	}
	return evidence.Rows{Count: len(rows), SHA256: hex.EncodeToString(h.Sum(nil))}
}

// PackAt returns the version of the region pack that was in force after the
// first upTo entries, 0 for now, with its files. Observations is left empty.
func (s *Store) PackAt(ctx context.Context, upTo int64) (PackVersion, error) {
	var v PackVersion
	var files []byte
	var recorded string
	if upTo <= 0 {
		upTo = maxEntries
	}
	err := s.db.QueryRowContext(ctx, `SELECT v.log, v.pack, v.digest, e.recorded_at, f.files FROM pack_version v
		JOIN log_entry e ON e.idx = v.log JOIN pack_files f ON f.digest = v.digest
		WHERE v.log < $1 ORDER BY v.log DESC LIMIT 1`, min(upTo, maxEntries)).Scan(&v.Log, &v.Pack, &v.Digest, &recorded, &files)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fmt.Errorf("pack in force at log %d: %w", upTo, ErrUnknown)
	} else if err != nil {
		return v, fmt.Errorf("pack in force at log %d: %w", upTo, err)
	}
	if v.Recorded, err = parseStamp(recorded); err != nil {
		return v, err
	}
	v.Files, err = unzipFiles(files)
	return v, err
}

// PackVersions lists the versions of the region pack in the order they came into
// force, without files.
func (s *Store) PackVersions(ctx context.Context) ([]PackVersion, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT v.log, v.pack, v.digest, e.recorded_at FROM pack_version v
		JOIN log_entry e ON e.idx = v.log ORDER BY v.log`)
	if err != nil {
		return nil, fmt.Errorf("pack versions: %w", err)
	}
	defer rows.Close()
	var out []PackVersion
	for rows.Next() {
		var v PackVersion
		var recorded string
		if err := rows.Scan(&v.Log, &v.Pack, &v.Digest, &recorded); err != nil {
			return nil, err
		}
		if v.Recorded, err = parseStamp(recorded); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// zipFiles packs files the same way every time.
func zipFiles(files map[string][]byte) ([]byte, error) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack file %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack files: %w", err)
	}
	return b.Bytes(), nil
}

func unzipFiles(b []byte) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("pack files: %w", err)
	}
	files := make(map[string][]byte, len(z.File))
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("pack file %s: %w", f.Name, err)
		}
		files[f.Name], err = io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, fmt.Errorf("pack file %s: %w", f.Name, err)
		}
	}
	return files, nil
}
