package authority

import (
	"context"
	"errors"
	"fmt"

	"conurb/area"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/store"
)

// File is a table of licences of a type, for an office.
type File struct {
	Bytes    []byte
	Type     string
	Office   string              // code; empty: the first
	Progress func(done, all int) // of rows read, then of rows issued; nil: nobody is told
}

// The refusals of an import.
var (
	ErrFaulty = errors.New("the table has faults")
	ErrOther  = errors.New("the table would not be issued as it was previewed")
	ErrOffice = errors.New("no such office here")
)

// BatchError refuses an import, with the preview of this moment. It is ErrFaulty or ErrOther.
type BatchError struct {
	Err     error
	Preview *roll.Preview
}

func (e *BatchError) Error() string { return e.Err.Error() }
func (e *BatchError) Unwrap() error { return e.Err }

// Preview says what would become of every row of a table today.
func (k *Desk) Preview(ctx context.Context, f File) (p *roll.Preview, err error) {
	return k.preview(f, func(q store.LicenceFilter) ([]licence.Record, error) { return k.Store.Licences(ctx, q) })
}

func (k *Desk) preview(f File, licences func(store.LicenceFilter) ([]licence.Record, error)) (*roll.Preview, error) {
	t := k.Types.Type(f.Type)
	if t == nil {
		return nil, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": f.Type}}
	}
	office, ok := k.Office(f.Office)
	if !ok {
		return nil, fmt.Errorf("%s: %w", f.Office, ErrOffice)
	}
	r := roll.Reader{
		Types: k.Types, Type: t, Office: office, Today: area.DateOf(k.Now().In(k.Zone)), Progress: f.Progress,
		Standing: func(h licence.Holder) ([]licence.Record, error) {
			return licences(store.LicenceFilter{Type: t.Code, HolderKind: h.Kind, Holder: h.Code, Limit: mostOfHolder})
		},
	}
	return r.Read(f.Bytes)
}

// mostOfHolder is how many licences of a type one holder is looked up to have had.
const mostOfHolder = 1000

// Import issues what a preview with that digest showed: every row that was to be issued, in
// one deed, or none. A table that has faults, or would be issued otherwise by now, is refused
// with a *BatchError. It returns the licences in the order of their rows.
func (k *Desk) Import(ctx context.Context, f File, digest, by string) (p *roll.Preview, issued []licence.Record, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		issued = issued[:0]
		if p, err = k.preview(f, d.Licences); err != nil {
			return err
		}
		switch {
		case !p.Sound():
			return &BatchError{ErrFaulty, p}
		case p.Digest != digest:
			return &BatchError{ErrOther, p}
		}
		for _, row := range p.Rows {
			if row.Becomes != roll.Issue {
				continue
			}
			r, err := k.IssueIn(d, row.Draft, by)
			if err != nil {
				return fmt.Errorf("row %d: %w", row.Line, err)
			}
			issued = append(issued, r)
			if f.Progress != nil {
				f.Progress(len(issued), p.Becomes[roll.Issue])
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return p, issued, nil
}
