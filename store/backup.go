package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"conurb/livelihood/licence"
	"conurb/trust/evidence"
)

// The kinds of bundles, and the files of a backup that are no evidence.
const (
	kindEvidence = "evidence"
	kindBackup   = "backup"
	fileTokens   = "tokens.jsonl"
	fileMeta     = "meta.jsonl"
	fileLicences = "licences.jsonl" // records of licences, in the order of the log; older backups have none
)

// ExportEvidence writes the log with everything written with it as a bundle that
// can be checked anywhere (evidence.ReadBundle, Verify). It holds no token. It
// is written as the database stands, altered or not.
func (s *Store) ExportEvidence(ctx context.Context, w io.Writer) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		e, err := exportOf(ctx, tx, kindEvidence)
		if err != nil {
			return err
		}
		return evidence.WriteBundle(w, e)
	})
}

// Backup writes the whole database while it is in use, in a form that both kinds
// of database restore: the evidence bundle, with the hashes of tokens and the
// settings beside it. A database that does not hold together is not backed up:
// the error is an *evidence.AlteredError.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		report, err := s.audit(ctx, tx, evidence.AuditOptions{})
		if err == nil {
			err = report.Err()
		}
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		e, err := exportOf(ctx, tx, kindBackup)
		if err != nil {
			return err
		}
		if e.Extra, err = extraOf(ctx, tx); err != nil {
			return err
		}
		return evidence.WriteBundle(w, e)
	})
}

func exportOf(ctx context.Context, tx *sql.Tx, kind string) (*evidence.Export, error) {
	h, err := readHead(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	c, err := copyOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &evidence.Export{Manifest: evidence.Manifest{Kind: kind, Size: h.frontier.Size(), Root: h.root, VKey: h.vkey}, Copy: *c}, nil
}

// savedToken and savedMeta are lines of a backup.
type savedToken struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Secret   string `json:"secret"` // its SHA-256
	Created  string `json:"created"`
	Revoked  string `json:"revoked"`
	LastUsed string `json:"lastUsed"`
}

type savedMeta struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// savedLicence is a line of them: the record byte for byte.
type savedLicence struct {
	Log     int64  `json:"log"`
	ID      string `json:"id"`
	Version int    `json:"version"`
	Record  string `json:"record"`
}

func extraOf(ctx context.Context, tx *sql.Tx) (map[string][]byte, error) {
	var tokens, meta, licences bytes.Buffer
	err := each(ctx, tx, `SELECT id, name, secret, created, revoked, last_used FROM token ORDER BY id`, func(rows *sql.Rows) error {
		var t savedToken
		if err := rows.Scan(&t.ID, &t.Name, &t.Secret, &t.Created, &t.Revoked, &t.LastUsed); err != nil {
			return err
		}
		return writeLine(&tokens, t)
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, `SELECT key, value FROM meta ORDER BY key`, func(rows *sql.Rows) error {
		var m savedMeta
		if err := rows.Scan(&m.Key, &m.Value); err != nil {
			return err
		}
		return writeLine(&meta, m)
	})
	if err != nil {
		return nil, err
	}
	extra := map[string][]byte{fileTokens: tokens.Bytes(), fileMeta: meta.Bytes()}
	if there, err := migrated(ctx, tx, 4); !there || err != nil {
		return extra, err
	}
	err = each(ctx, tx, `SELECT log, id, version, record FROM licence_record ORDER BY log`, func(rows *sql.Rows) error {
		var l savedLicence
		if err := rows.Scan(&l.Log, &l.ID, &l.Version, &l.Record); err != nil {
			return err
		}
		return writeLine(&licences, l)
	})
	extra[fileLicences] = licences.Bytes()
	return extra, errors.Join(err, saveMessages(ctx, tx, extra), saveNotes(ctx, tx, extra), saveCredentials(ctx, tx, extra), saveHeld(ctx, tx, extra))
}

func writeLine(w *bytes.Buffer, v any) error {
	b, err := evidence.Canonical(v)
	w.Write(append(b, '\n'))
	return err
}

// Restore fills an empty database from a backup, or leaves it empty: the backup
// is audited as a whole, and its root is built again from what was written,
// before anything is committed. Where this node signs with another key than the
// one that signed the backup, a key entry says so; otherwise the log is the same.
func (s *Store) Restore(ctx context.Context, r io.ReaderAt, size int64) (*evidence.Report, error) {
	b, err := evidence.ReadBundle(r, size)
	if err != nil {
		return nil, errors.Join(ErrBackup, err)
	}
	saved, err := openBackup(b)
	if err != nil {
		return nil, err
	}
	report, err := b.Verify(evidence.AuditOptions{})
	if err != nil {
		return nil, errors.Join(ErrBackup, err)
	}
	if err := report.Err(); err != nil {
		return report, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	err = s.write(ctx, func(w *writing) error {
		if err := w.assertEmpty(); err != nil {
			return err
		}
		return w.restore(b, saved)
	})
	return report, err
}

// backup is what a bundle holds beside the evidence.
type backup struct {
	tokens []savedToken
	meta   []savedMeta

	licences map[int64][]byte // records, by their place in the log
	messages map[int64]savedMessage
	notes    map[int64]savedNote
}

func openBackup(b *evidence.Bundle) (*backup, error) {
	if b.Kind != kindBackup {
		return nil, fmt.Errorf("%w: it is of kind %q, not %q", ErrBackup, b.Kind, kindBackup)
	}
	var out backup
	for _, name := range []string{fileTokens, fileMeta} {
		content, ok := b.Extra[name]
		if !ok {
			return nil, fmt.Errorf("%w: it has no %s", ErrBackup, name)
		}
		d := json.NewDecoder(bytes.NewReader(content))
		for d.More() {
			var err error
			if name == fileTokens {
				out.tokens = append(out.tokens, savedToken{})
				err = d.Decode(&out.tokens[len(out.tokens)-1])
			} else {
				out.meta = append(out.meta, savedMeta{})
				err = d.Decode(&out.meta[len(out.meta)-1])
			}
			if err != nil {
				return nil, fmt.Errorf("%w: %s: %v", ErrBackup, name, err)
			}
		}
	}
	var err error
	if out.licences, err = savedLicences(b); err != nil {
		return nil, err
	}
	if out.messages, err = savedMessages(b); err != nil {
		return nil, err
	}
	if out.notes, err = savedNotes(b); err != nil {
		return nil, err
	}
	b.HasTokens = true
	for _, t := range out.tokens {
		b.Tokens = append(b.Tokens, evidence.TokenRow{ID: t.ID, Name: t.Name, Fingerprint: fingerprint(t.Secret), Created: t.Created, Revoked: t.Revoked})
	}
	return &out, nil
}

// savedLicences reads the records of licences, which a backup of before has not.
func savedLicences(b *evidence.Bundle) (map[int64][]byte, error) {
	b.HasLicences = true
	records := map[int64][]byte{}
	d := json.NewDecoder(bytes.NewReader(b.Extra[fileLicences]))
	for d.More() {
		var l savedLicence
		if err := d.Decode(&l); err != nil {
			return nil, fmt.Errorf("%w: %s: %v", ErrBackup, fileLicences, err)
		}
		records[l.Log] = []byte(l.Record)
		b.Licences = append(b.Licences, evidence.LicenceRow{Log: l.Log, ID: l.ID, Version: l.Version, SHA256: evidence.SHA256([]byte(l.Record))})
	}
	return records, nil
}

func (w *writing) assertEmpty() error {
	for _, table := range []string{"log_entry", "log_checkpoint", "observation", "pack_files", "board_snapshot", "token", "meta", "licence_record", "message", "note", "cosignature", "cosign_held"} {
		var n int
		if err := w.tx.QueryRowContext(w.ctx, `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		if n > 0 {
			return fmt.Errorf("%d rows of %s: %w", n, table, ErrNotEmpty)
		}
	}
	return nil
}

// restore writes the entries as they stand and their rows from what they say.
func (w *writing) restore(b *evidence.Bundle, saved *backup) error {
	observations := w.bulk("observation", observationColumns...)
	boards := map[int64][]byte{}
	for _, board := range b.Boards {
		boards[board.Log] = board.JSON
	}
	for e, err := range b.Entries {
		if err != nil {
			return err
		}
		if err := w.restoreEntry(e, b, boards, saved, observations); err != nil {
			return fmt.Errorf("entry %d: %w", e.Index, err)
		}
	}
	if err := observations.flush(); err != nil {
		return err
	}
	if got := evidence.Hex(w.frontier.Root()); got != b.Root || w.frontier.Size() != b.Size {
		return fmt.Errorf("%w: root %s of %d, its manifest says %s of %d", ErrBackup, got, w.frontier.Size(), b.Root, b.Size)
	}
	for _, c := range b.Checkpoints {
		if err := w.checkpoint(c.Size, c.Note); err != nil {
			return err
		}
		w.signed = c.Size
	}
	if err := w.restoreCosigned(b); err != nil {
		return err
	}
	if err := w.restoreCredentials(b, saved.notes); err != nil {
		return err
	}
	for _, t := range saved.tokens {
		_, err := w.tx.ExecContext(w.ctx, `INSERT INTO token (id, name, secret, created, revoked, last_used) VALUES ($1, $2, $3, $4, $5, $6)`,
			t.ID, t.Name, t.Secret, t.Created, t.Revoked, t.LastUsed)
		if err != nil {
			return fmt.Errorf("token %s: %w", t.Name, err)
		}
	}
	for _, m := range saved.meta {
		if _, err := w.tx.ExecContext(w.ctx, `INSERT INTO meta (key, value) VALUES ($1, $2)`, m.Key, m.Value); err != nil {
			return fmt.Errorf("meta %s: %w", m.Key, err)
		}
	}
	if w.frontier.Size() == 0 {
		return nil
	}
	w.adopt = true
	if err := w.key(); err != nil {
		return err
	}
	return w.householdRestored()
}

func (w *writing) restoreEntry(e evidence.Entry, b *evidence.Bundle, boards map[int64][]byte, saved *backup, observations *bulk) error {
	l, err := evidence.ParseLeaf(e.Leaf)
	if err != nil {
		return err
	}
	if _, err := w.appendBytes(l.Type, e.Leaf, l.Recorded); err != nil {
		return err
	}
	switch l.Type {
	case evidence.TypeKey:
		w.vkey = l.Key.VKey
	case evidence.TypeObservation:
		o, err := ObservationOf(e.Index, l)
		if err != nil {
			return err
		}
		return observations.add(columnsOf(&o)...)
	case evidence.TypePack:
		files, err := zipFiles(b.Files[l.Pack.Digest])
		if err != nil {
			return err
		}
		return w.packRow(e.Index, l.Pack, files)
	case evidence.TypeBoard:
		packed, err := gzipped(boards[e.Index])
		if err != nil {
			return err
		}
		return w.boardRow(e.Index, packed)
	case evidence.TypeLicence:
		r, err := licence.ParseRecord(saved.licences[e.Index])
		if err != nil {
			return err
		}
		return w.licenceRows(e.Index, &r, saved.licences[e.Index])
	case evidence.TypeMessage:
		return w.restoreMessage(l, saved.messages[e.Index])
	case evidence.TypeNote:
		return w.restoreNote(saved.notes[e.Index])
	}
	return nil
}

// Meta returns a setting, empty when it was never set.
func (s *Store) Meta(ctx context.Context, key string) (value string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("meta %s: %w", key, err)
	}
	return value, nil
}

// SetMeta keeps a setting of this node. Settings are not evidence.
func (s *Store) SetMeta(ctx context.Context, key, value string) error {
	return s.write(ctx, func(w *writing) error {
		_, err := w.tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
		if err != nil {
			return fmt.Errorf("meta %s: %w", key, err)
		}
		return nil
	})
}
