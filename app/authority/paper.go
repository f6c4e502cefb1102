package authority

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/door/paper"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/slip"
	"conurb/locale"
)

// Paper prints a licence that is valid as PDF, and returns the record that was printed. The
// holder's name and codes are masked, and what is personal is left out, unless full is set:
// that is for the holder to ask for.
func (k *Desk) Paper(ctx context.Context, key string, full bool) ([]byte, licence.Record, error) {
	r, err := k.Store.Licence(ctx, key)
	if err != nil {
		return nil, r, err
	}
	b, err := k.PaperOf(&r, full)
	return b, r, err
}

// PaperOf prints a record, which may be one of a deed that has not ended.
func (k *Desk) PaperOf(r *licence.Record, full bool) ([]byte, error) {
	t := k.Types.Type(r.Type)
	if t == nil {
		return nil, &licence.Refusal{Code: licence.RefusedType, Args: map[string]string{"type": r.Type}}
	}
	code, err := k.slip(r)
	if err != nil {
		return nil, err
	}
	now := k.Now()
	page := &paper.Page{
		Kind: both("paper.kind"), Title: t.Name, Lines: lines(r, t, full), Code: code, Under: both("paper.under"),
		Foot: r.Identifier + "  " + now.In(k.Zone).Format("2006-01-02 15:04"), Made: now, Author: r.Authority.Name, More: k.Font,
		Notes: []area.Text{both("paper.note.proves"), both("paper.note.scan"), both("paper.note.masked")},
	}
	if full {
		page.Notes[2] = both("paper.note.full")
	}
	var b bytes.Buffer
	if err := paper.Write(&b, page); err != nil {
		return nil, fmt.Errorf("paper of %s: %w", r.Identifier, err)
	}
	return b.Bytes(), nil
}

// Slip is the text of the QR code of a licence that is valid, signed now.
func (k *Desk) Slip(ctx context.Context, key string) (string, error) {
	r, err := k.Store.Licence(ctx, key)
	if err != nil {
		return "", err
	}
	return k.slip(&r)
}

func (k *Desk) slip(r *licence.Record) (string, error) {
	if r.State != licence.Valid && r.State != licence.Leaving {
		return "", &licence.Refusal{Code: licence.RefusedPrint, Args: map[string]string{"state": string(r.State)}}
	}
	s, err := slip.Of(r, k.Zone)
	if err != nil {
		return "", err
	}
	key := k.Sealing().Key
	if key == nil {
		return "", errors.New("authority: no key to sign licences with")
	}
	return s.Sign(rand.Reader, key)
}

// both is a text in the two languages.
func both(key string) area.Text {
	return area.Text{Zh: locale.T("zh-CN", key, nil), En: locale.T("en", key, nil)}
}

func together(t area.Text) string {
	if t.Zh == t.En {
		return t.Zh
	}
	return t.Zh + " " + t.En
}

// lines are what is printed of a licence.
func lines(r *licence.Record, t *licence.Type, full bool) (list []paper.Line) {
	withheld := together(both("paper.withheld"))
	for _, f := range r.Metadata(t) {
		l := paper.Line{Name: f.Name, Text: f.Text}
		switch {
		case f.Short == "ZZMC" || f.Text == "" && f.Short != "ZZYXQJZRQ":
			continue
		case f.Text == "":
			l.Text = together(both("licence.forever"))
		case f.Short == "CZZTDMLXDM":
			l.Text += " " + together(both("licence.kind."+f.Text))
		case !f.Personal || full:
		case f.Short == "CZZT":
			l.Text = slip.MaskName(f.Text)
		case f.Short == "CZZTDM" || f.Short == "ZZBH":
			l.Text = "****" + slip.MaskCode(f.Text)
		default:
			l.Text, l.Pale = withheld, true
		}
		list = append(list, l)
	}
	list = append(list, paper.Line{Name: both("paper.state"), Text: r.State.Code() + " " + together(both("licence.state."+string(r.State)))})
	for _, a := range t.Attributes {
		v, ok := r.Attributes[a.ID]
		switch {
		case ok && (a.Open || full):
			list = append(list, paper.Line{Name: a.Name, Text: written(v)})
		case ok:
			list = append(list, paper.Line{Name: a.Name, Text: withheld, Pale: true})
		}
	}
	return list
}

// written is the value of an attribute as people read it.
func written(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return together(both("paper.yes"))
		}
		return together(both("paper.no"))
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = written(v[i])
		}
		return strings.Join(items, "、")
	}
	return fmt.Sprint(v)
}
