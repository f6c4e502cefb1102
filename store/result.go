package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"conurb/trust/evidence"
)

const (
	// DefaultResults is how much is kept of what was worked out unless Options say
	// otherwise: 1 GiB as it is kept, that is, packed.
	DefaultResults = 1 << 30
	// MaxResult bounds one result before it is packed.
	MaxResult = 256 << 20
)

// Result is what was worked out once, by the digest of what was asked. It is no
// evidence: the log does not know it, a backup does not hold it, and the longest
// unused makes room for the newest.
type Result struct {
	Digest  string    `json:"digest"` // SHA-256 of the question, hex
	Kind    string    `json:"kind"`
	Made    time.Time `json:"made"`
	Used    time.Time `json:"used"`    // to the hour
	Version string    `json:"version"` // of the program that made it
	Bytes   []byte    `json:"-"`
}

// packing is how results are packed; both ends may be used from many goroutines.
type packing struct {
	in  *zstd.Encoder
	out *zstd.Decoder
}

func newPacking() (packing, error) {
	in, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return packing{}, fmt.Errorf("zstd: %w", err)
	}
	out, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxResult))
	if err != nil {
		return packing{}, fmt.Errorf("zstd: %w", err)
	}
	return packing{in, out}, nil
}

// Result returns what is kept under a digest: ErrUnknown where nothing is,
// ErrDamaged where the bytes are not those that were kept.
func (s *Store) Result(ctx context.Context, digest string) (Result, error) {
	r := Result{Digest: digest}
	var made, used, sum string
	var packed []byte
	err := s.db.QueryRowContext(ctx, `SELECT kind, made_at, used_at, version, sum, bytes FROM result WHERE digest = $1`, digest).
		Scan(&r.Kind, &made, &used, &r.Version, &sum, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("result %s: %w", digest, ErrUnknown)
	}
	if err != nil {
		return r, fmt.Errorf("result %s: %w", digest, known(damaged(err)))
	}
	var errs [3]error
	r.Made, errs[0] = parseStamp(made)
	r.Used, errs[1] = parseStamp(used)
	if r.Bytes, errs[2] = s.packing.out.DecodeAll(packed, nil); errs[2] == nil && evidence.SHA256(r.Bytes) != sum {
		errs[2] = errors.New("the bytes are not those that were kept")
	}
	if err := errors.Join(errs[:]...); err != nil {
		return Result{Digest: digest}, fmt.Errorf("result %s: %w: %w", digest, ErrDamaged, err)
	}
	if now := s.now(); !s.readOnly && now.Sub(r.Used) >= usedEvery {
		if _, err := s.exec(ctx, `UPDATE result SET used_at = $1 WHERE digest = $2`, stampOf(now), digest); err != nil {
			return Result{Digest: digest}, fmt.Errorf("last use of result %s: %w", digest, err)
		}
		r.Used = evidence.Microseconds(now)
	}
	return r, nil
}

// KeepResult keeps what was worked out. To keep the same again changes nothing;
// other bytes under the same digest are ErrDiffers, more than MaxResult ErrTooLarge.
// Results that were not used for longest are removed until all fit in
// Options.Results.
func (s *Store) KeepResult(ctx context.Context, r Result) error {
	k, err := s.pack(r)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error { return s.keep(ctx, tx, k) })
}

// packed is a result ready to be kept.
type packed struct {
	Result
	sum  string
	kept []byte
}

func (s *Store) pack(r Result) (packed, error) {
	p := packed{Result: r}
	if len(r.Digest) != 64 || r.Kind == "" {
		return p, fmt.Errorf("result %q of kind %q: %w", r.Digest, r.Kind, ErrInvalid)
	}
	if len(r.Bytes) > MaxResult {
		return p, fmt.Errorf("result of %d bytes, at most %d: %w", len(r.Bytes), MaxResult, ErrTooLarge)
	}
	p.sum, p.kept = evidence.SHA256(r.Bytes), s.packing.in.EncodeAll(r.Bytes, nil)
	if int64(len(p.kept)) > s.results {
		return p, fmt.Errorf("result of %d bytes packed, room for %d: %w", len(p.kept), s.results, ErrTooLarge)
	}
	return p, nil
}

func (s *Store) keep(ctx context.Context, tx *sql.Tx, p packed) error {
	now := stampOf(s.now())
	done, err := tx.ExecContext(ctx, `INSERT INTO result (digest, kind, made_at, used_at, version, size, kept, sum, bytes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (digest) DO NOTHING`,
		p.Digest, p.Kind, now, now, p.Version, len(p.Bytes), len(p.kept), p.sum, p.kept)
	if err != nil {
		return fmt.Errorf("result %s: %w", p.Digest, err)
	}
	if n, err := done.RowsAffected(); err != nil {
		return fmt.Errorf("result %s: %w", p.Digest, err)
	} else if n == 1 {
		return s.makeRoom(ctx, tx, p.Digest)
	}
	var sum string
	if err := tx.QueryRowContext(ctx, `SELECT sum FROM result WHERE digest = $1`, p.Digest).Scan(&sum); err != nil {
		return fmt.Errorf("result %s: %w", p.Digest, damaged(err))
	}
	if sum != p.sum {
		return fmt.Errorf("result %s: %w", p.Digest, ErrDiffers)
	}
	return nil
}

// makeRoom removes the longest unused results, never the newest one.
func (s *Store) makeRoom(ctx context.Context, tx *sql.Tx, newest string) error {
	var all int64
	if err := tx.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(kept), 0) AS BIGINT) FROM result`).Scan(&all); err != nil {
		return fmt.Errorf("size of the results: %w", err)
	}
	if all <= s.results {
		return nil
	}
	var old []string
	rows, err := tx.QueryContext(ctx, `SELECT digest, kept FROM result WHERE digest <> $1 ORDER BY used_at, made_at, digest`, newest)
	if err != nil {
		return fmt.Errorf("old results: %w", err)
	}
	defer rows.Close()
	for all > s.results && rows.Next() {
		var digest string
		var kept int64
		if err := rows.Scan(&digest, &kept); err != nil {
			return fmt.Errorf("old results: %w", damaged(err))
		}
		old, all = append(old, digest), all-kept
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("old results: %w", err)
	}
	for _, digest := range old {
		if _, err := tx.ExecContext(ctx, `DELETE FROM result WHERE digest = $1`, digest); err != nil {
			return fmt.Errorf("old result %s: %w", digest, err)
		}
	}
	return nil
}

// DropResult forgets a result, so that it is worked out again when it is asked for.
func (s *Store) DropResult(ctx context.Context, digest string) error {
	if _, err := s.exec(ctx, `DELETE FROM result WHERE digest = $1`, digest); err != nil {
		return fmt.Errorf("result %s: %w", digest, err)
	}
	return nil
}

// Kept is how much is kept of what was worked out.
type Kept struct {
	Results int64 `json:"results"`
	Bytes   int64 `json:"bytes"`  // before packing
	Packed  int64 `json:"packed"` // as they are kept
	Room    int64 `json:"room"`   // upper bound of Packed
}

// Kept counts the results.
func (s *Store) Kept(ctx context.Context) (Kept, error) {
	k := Kept{Room: s.results}
	err := s.db.QueryRowContext(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT), CAST(COALESCE(SUM(kept), 0) AS BIGINT) FROM result`).
		Scan(&k.Results, &k.Bytes, &k.Packed)
	if err != nil {
		return k, fmt.Errorf("results: %w", known(damaged(err)))
	}
	return k, nil
}
