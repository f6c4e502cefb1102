package authority

import (
	"context"
	"errors"
	"fmt"

	"conurb/door/httpapi"
	"conurb/door/paper"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/store"
)

// Door is the desk as the HTTP door sees it: the same calls, with the refusals that the door
// knows.
func (k *Desk) Door() httpapi.Licences { return door{k} }

type door struct{ desk *Desk }

func (d door) City() string                 { return d.desk.City() }
func (d door) Offices() []licence.Authority { return d.desk.Offices }
func (d door) Types() *licence.Register     { return d.desk.Types }

// asDoor translates refusals of this room and those below into those of the door.
func asDoor(err error) error {
	var batch *BatchError
	var glyph *paper.GlyphError
	switch {
	case errors.As(err, &batch):
		return &httpapi.BatchRefusal{Preview: batch.Preview}
	case errors.As(err, &glyph):
		return &httpapi.PaperRefusal{Rune: glyph.Rune}
	case errors.Is(err, store.ErrNoLicence):
		return fmt.Errorf("%w: %w", httpapi.ErrUnknown, err)
	case errors.Is(err, ErrAlone), errors.Is(err, ErrSameCity), errors.Is(err, ErrNoCity):
		return fmt.Errorf("%w: %w", httpapi.ErrCity, err)
	}
	return err
}

func (d door) List(ctx context.Context, q httpapi.LicenceQuery) ([]licence.Record, error) {
	list, err := d.desk.List(ctx, store.LicenceFilter{
		Types: q.Types, Holder: q.Holder, HolderKind: q.Kind, State: q.State, Text: q.Text, Before: q.Before, Limit: q.Limit,
	})
	return list, asDoor(err)
}

func (d door) Show(ctx context.Context, key string) ([]licence.Record, error) {
	list, err := d.desk.Show(ctx, key)
	return list, asDoor(err)
}

func (d door) Issue(ctx context.Context, draft licence.Draft, by string) (licence.Record, error) {
	r, err := d.desk.Issue(ctx, draft, by)
	return r, asDoor(err)
}

func (d door) Act(ctx context.Context, key string, a licence.Action, how licence.How) (licence.Record, error) {
	r, err := d.desk.Act(ctx, key, a, how)
	return r, asDoor(err)
}

func (d door) Preview(ctx context.Context, f httpapi.LicenceFile) (*roll.Preview, error) {
	p, err := d.desk.Preview(ctx, File{Bytes: f.Bytes, Type: f.Type, Office: f.Office})
	return p, asDoor(err)
}

func (d door) Import(ctx context.Context, f httpapi.LicenceFile, digest, by string) (*roll.Preview, []licence.Record, error) {
	p, issued, err := d.desk.Import(ctx, File{Bytes: f.Bytes, Type: f.Type, Office: f.Office}, digest, by)
	return p, issued, asDoor(err)
}

func (d door) Form(code, lang string, workbook bool) ([]byte, error) {
	return d.desk.Form(code, lang, workbook)
}

func (d door) Paper(ctx context.Context, key string, full bool) ([]byte, error) {
	b, _, err := d.desk.Paper(ctx, key, full)
	return b, asDoor(err)
}

func (d door) Slip(ctx context.Context, key string) (string, error) {
	text, err := d.desk.Slip(ctx, key)
	return text, asDoor(err)
}
