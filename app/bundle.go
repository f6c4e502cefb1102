package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"conurb/plan"
	"conurb/plan/board"
	"conurb/store"
	"conurb/trust/card"
	"conurb/trust/evidence"
)

// Trust is what an auditor knows from elsewhere. The zero value knows nothing: a
// log is then checked against the key that it names itself, or the node's own.
type Trust struct {
	Keys  []string          // verifier keys
	Known []evidence.Signed // checkpoints of an older export: the log must contain them

	Witnesses []string // keys of other nodes' cosignatures, or of their logs
}

// ErrWitness says that a text names no witness.
var ErrWitness = errors.New("neither a verifier key nor a file with the card of a node")

// WithWitnesses takes in verifier keys, and files with cards of nodes.
func (t Trust) WithWitnesses(keysOrFiles ...string) (Trust, error) {
	for _, text := range keysOrFiles {
		if key, err := evidence.CosignerKey(text); err == nil {
			t.Witnesses = append(t.Witnesses, key)
			continue
		}
		b, err := os.ReadFile(text)
		if err != nil {
			return t, fmt.Errorf("%s: %w: %w", text, ErrWitness, err)
		}
		c, err := card.Read(b)
		if err != nil {
			return t, fmt.Errorf("%s: %w: %w", text, ErrWitness, err)
		}
		t.Witnesses = append(t.Witnesses, c.Card.Log)
	}
	return t, nil
}

// NewTrust reads a verifier key and an older export; either may be empty.
func NewTrust(key, olderExport string) (t Trust, err error) {
	if key != "" {
		t.Keys = []string{key}
	}
	if olderExport == "" {
		return t, nil
	}
	b, err := readBundle(olderExport)
	if err != nil {
		return t, err
	}
	for _, f := range b.Faults { // what it says of its checkpoints must not be half of it
		if f.Code == evidence.SignatureInvalid {
			return t, fmt.Errorf("%s: %w: %s: %s", olderExport, evidence.ErrBundle, f.ID, f.Detail)
		}
	}
	t.Known = b.Checkpoints
	return t, nil
}

func (t Trust) options() evidence.AuditOptions {
	return evidence.AuditOptions{Keys: t.Keys, Known: t.Known, Witnesses: t.Witnesses, Recompute: recompute}
}

func readBundle(name string) (*evidence.Bundle, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b, err := evidence.ReadBundle(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// VerifyFile checks an exported bundle without the database it came from: leaves,
// root, signatures, rows, and every recorded board, computed again byte for byte.
func VerifyFile(name string, trust Trust) (*evidence.Report, error) {
	b, err := readBundle(name)
	if err != nil {
		return nil, err
	}
	return b.Verify(trust.options())
}

// WitnessFindings are the disagreements with witnesses that a database has written down.
func WitnessFindings(ctx context.Context, data, db string) ([]store.WitnessFinding, error) {
	s, err := store.Open(ctx, dsnOf(data, db), store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.WitnessFindings(ctx)
}

// VerifyDatabase compares every row of a database with the log, the log with what
// was signed, and every recorded board with the one computed again. It writes
// nothing.
func VerifyDatabase(ctx context.Context, data, db string, trust Trust) (*evidence.Report, error) {
	if db == "" && !HasDatabase(data) {
		return nil, fmt.Errorf("%s: %w", filepath.Join(data, databaseFile), ErrNoDatabase)
	}
	signer, err := existingKey(data)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, dsnOf(data, db), store.Options{Signer: signer, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.CheckIntegrity(ctx, trust.options())
}

// existingKey reads the node key where there is one: signatures are then checked
// against it rather than against the key that the log itself names.
func existingKey(data string) (*evidence.Signer, error) {
	b, err := os.ReadFile(filepath.Join(data, keyFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("node key: %w", err)
	}
	return evidence.NewSigner(strings.TrimSpace(string(b)))
}

// recompute computes a recorded board again from nothing but what the log holds.
func recompute(p evidence.Past) ([]byte, error) {
	if p.Board.Version != board.Version {
		return nil, fmt.Errorf("board of rules %s; this program has %s", p.Board.Version, board.Version)
	}
	pk, err := loadFiles(p.Files)
	if err != nil {
		return nil, err
	}
	rows := make([]plan.Observation, 0, len(p.Observations))
	for _, l := range p.Observations {
		o, err := store.ObservationOf(l.Index, l.Leaf)
		if err != nil {
			return nil, err
		}
		rows = append(rows, o)
	}
	q := board.Query{AsOf: p.Board.AsOf, BelievedOn: p.Board.BelievedOn, Log: p.Board.Log}
	return evidence.Canonical(board.Evaluate(inputOf(pk, board.NewLedger(rows)), q))
}

// ExportEvidence writes the log with everything written with it as a bundle that
// VerifyFile checks anywhere.
func (a *App) ExportEvidence(ctx context.Context, w io.Writer) error {
	if a.store == nil {
		return ErrNoDatabase
	}
	return a.store.ExportEvidence(ctx, w)
}

// Backup writes the whole database while it is in use.
func (a *App) Backup(ctx context.Context, w io.Writer) error { return a.store.Backup(ctx, w) }

// Restore fills an empty database from a backup, or leaves it empty. The node's
// key is not in a backup: a data folder without one gets a new key, and the log
// says from where on it signs.
func Restore(ctx context.Context, o Options, file string) (*evidence.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	made := notThere(o.Data)
	report, err := restore(ctx, o, f, info.Size())
	if err != nil {
		for _, name := range made { // what this attempt began
			os.Remove(name)
		}
	}
	return report, err
}

func restore(ctx context.Context, o Options, r io.ReaderAt, size int64) (*evidence.Report, error) {
	signer, err := nodeKey(o.Data, o.Pack.ID)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, dsnOf(o.Data, o.DB), store.Options{Signer: signer, Now: o.Now, AdoptKey: true})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Restore(ctx, r, size)
}

// notThere lists the files of a data folder that do not exist yet.
func notThere(data string) (names []string) {
	for _, name := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm", keyFile} {
		path := filepath.Join(data, name)
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			names = append(names, path)
		}
	}
	return names
}
