package authority_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"conurb/internal/storetest"
	"conurb/kit/jws"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/livelihood/licence/slip"
)

// printed is the text of a licence on paper and of its QR code, as other programs read them.
func (c *city) printed(id string, full bool) (text, code string) {
	c.t.Helper()
	b, _, err := c.Paper(context.Background(), id, full)
	if err != nil {
		c.t.Fatal(err)
	}
	if name := os.Getenv("CONURB_PAPER"); name != "" { // to be looked at
		if err := os.WriteFile(name, b, 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	r, err := pdf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		c.t.Fatal(err)
	}
	plain, err := r.GetPlainText()
	if err != nil {
		c.t.Fatal(err)
	}
	all, err := io.ReadAll(plain)
	if err != nil {
		c.t.Fatal(err)
	}
	const dots = 4 // a point
	img := image.NewGray(image.Rect(0, 0, 595*dots, 842*dots))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, q := range r.Page(1).Content().Rect {
		at := func(v float64) int { return int(math.Round(v * dots)) }
		box := image.Rect(at(q.Min.X), at(842-q.Max.Y), at(q.Max.X), at(842-q.Min.Y))
		draw.Draw(img, box, image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		c.t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(all)), ""), result.GetText()
}

func TestPaper(t *testing.T) {
	c := newCity(t, storetest.DSN(t, "sqlite"), "changsha")
	r := c.issue(permit)
	text, code := c.printed(r.ID, false)
	for _, want := range []string{"居住证", "residencepermit", "王*明", "****002X", r.Identifier, "有效期", "未印出", "2026-11-23", "不证明出示人就是持证人", "notprovethatwhoshowsitistheholder", "有效valid"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper: %s", want, text)
		}
	}
	for _, secret := range []string{"王小明", wang, "雨花区", r.Number + "证"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is on the paper", secret)
		}
	}
	s, key, err := slip.Read(code, func([]byte) []jws.Public { return []jws.Public{c.voice.Key.Public()} }, jws.EdDSA)
	if err != nil || s.Identifier() != r.Identifier || s.Name != "王*明" || !key.Equal(c.voice.Key.Public()) {
		t.Errorf("the code says %+v, %v", s, err)
	}
	text, _ = c.printed(r.ID, true)
	for _, want := range []string{"王小明", wang, "雨花区1号"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the full paper: %s", want, text)
		}
	}
	act(c, r.ID, licence.Suspend)
	if _, _, err := c.Paper(context.Background(), r.ID, false); refusedAs(err) != licence.RefusedPrint {
		t.Errorf("a suspended one: %v", err)
	}
}

// Every form, as CSV and workbook in both languages, is a table without rows.
func TestForms(t *testing.T) {
	ctx, c := context.Background(), newCity(t, storetest.DSN(t, "sqlite"), "changsha")
	for _, ty := range c.Types.Types {
		for _, lang := range []string{"zh-CN", "en"} {
			for _, workbook := range []bool{false, true} {
				b, err := c.Form(ty.Code, lang, workbook)
				if err != nil {
					t.Fatal(err)
				}
				f := table(0, 0)
				f.Bytes, f.Type = b, ty.Code
				p, err := c.Preview(ctx, f)
				if err != nil || len(p.Faults) != 1 || p.Faults[0].Code() != roll.CodeNoRows {
					t.Errorf("%s %s: %+v, %v", ty.Code, lang, p, err)
				}
			}
		}
	}
	if _, err := c.Form("none", "en", false); refusedAs(err) != licence.RefusedType {
		t.Errorf("no type: %v", err)
	}
}
