package paper_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/door/paper"
)

const slipText = "CONURB1:6BFOXN%TS3DH+ZLCW7JWM*94 T90OGTSI9UMLNMPVB6QA 5F9LBX0YWQ*VBM6G1H7/Z4DE7-WNE.$B8Z10LXYO3G4V-0KDJ+0WDP.BTEQP0S:E+9U7J3 PN6I*U4J8F2F5X2GL0PRFEJ3T7C8PJ7Y0EJ1+GF74DL+0A2H4Q2BM07Z1L0.7A$Y6V4"

func page() *paper.Page {
	return &paper.Page{
		Kind: area.Text{Zh: "电子证照打印件", En: "Print of an electronic licence"}, Title: area.Text{Zh: "居住证", En: "residence permit"},
		Lines: []paper.Line{
			{Name: area.Text{Zh: "持证主体", En: "holder"}, Text: "王*明"},
			{Name: area.Text{Zh: "证照标识", En: "identifier"}, Text: "1.2.156.3005.2.11100000XXGAB00010003.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T"},
			{Name: area.Text{Zh: "住址", En: "address"}, Text: "未印出 not printed", Pale: true},
			{Name: area.Text{Zh: "生僻字", En: "rare characters"}, Text: "䶮㛃龘 “quoted” — 2 × 3 ≤ 7"},
		},
		Notes: []area.Text{{Zh: "本页证明签发了什么，不证明出示人就是持证人。", En: "This page proves what was issued, not that who shows it is the holder."}},
		Code:  slipText, Under: area.Text{Zh: "离线可验", En: "checked without a network"}, Foot: "1.2.156.3005.2", Made: time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC),
	}
}

func printed(t testing.TB, p *paper.Page) *pdf.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := paper.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	if name := os.Getenv("CONURB_PAPER"); name != "" { // to be looked at
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := pdf.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// textOf is the text of a PDF, as another program reads it, without blanks.
func textOf(t testing.TB, r *pdf.Reader) string {
	t.Helper()
	plain, err := r.GetPlainText()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(b)), "")
}

// A program that none of us wrote reads every text that was printed.
func TestTextIsText(t *testing.T) {
	p := page()
	got := textOf(t, printed(t, p))
	want := []string{p.Kind.Zh, p.Kind.En, p.Title.Zh, p.Title.En, p.Under.Zh, p.Under.En, p.Foot, "1/1"}
	for _, l := range p.Lines {
		want = append(want, l.Name.Zh, l.Name.En, l.Text)
	}
	for _, n := range p.Notes {
		want = append(want, n.Zh, n.En)
	}
	for _, w := range want {
		if !strings.Contains(got, strings.Join(strings.Fields(w), "")) {
			t.Errorf("%q is not in %q", w, got)
		}
	}
}

// scan reads the QR code off the squares that are drawn on the first sheet.
func scan(t testing.TB, r *pdf.Reader) string {
	t.Helper()
	const dots = 4 // a point
	img := image.NewGray(image.Rect(0, 0, 595*dots, 842*dots))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, q := range r.Page(1).Content().Rect {
		at := func(v float64) int { return int(math.Round(v * dots)) }
		top, bottom := 842-math.Max(q.Min.Y, q.Max.Y), 842-math.Min(q.Min.Y, q.Max.Y)
		box := image.Rect(at(q.Min.X), at(top), at(q.Max.X), at(bottom))
		draw.Draw(img, box, image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatalf("not decoded: %v", err)
	}
	return result.GetText()
}

func TestTheCodeIsRead(t *testing.T) {
	for _, text := range []string{slipText, "CONURB1:A", strings.Repeat(slipText, 2)} {
		p := page()
		p.Code = text
		if got := scan(t, printed(t, p)); got != text {
			t.Errorf("got  %q\nwant %q", got, text)
		}
	}
}

func TestLongPages(t *testing.T) {
	p := page()
	long := strings.Repeat("经营范围：食品销售、餐饮服务；", 300) + "到此为止"
	p.Lines = append(p.Lines, paper.Line{Name: area.Text{Zh: "范围", En: "scope"}, Text: long})
	for range 40 {
		p.Lines = append(p.Lines, paper.Line{Name: area.Text{Zh: "项目", En: "item"}, Text: "甲"})
	}
	r := printed(t, p)
	if n := r.NumPage(); n < 4 {
		t.Errorf("%d sheets", n)
	}
	got := textOf(t, r)
	if strings.Count(got, "经营范围") < 250 || !strings.Contains(got, "到此为止") || strings.Count(got, "项目") != 40 {
		t.Errorf("%d times, %d items", strings.Count(got, "经营范围"), strings.Count(got, "项目"))
	}
	for n := 1; n <= r.NumPage(); n++ {
		for _, text := range r.Page(n).Content().Text {
			if text.X < 50 || text.X+text.W > 595-50 || text.Y < 40 || text.Y > 842-40 {
				t.Fatalf("sheet %d: %q at %.0f, %.0f is beside the sheet", n, text.S, text.X, text.Y)
			}
		}
	}
}

func TestWhatNoFontHas(t *testing.T) {
	p := page()
	p.Lines[0].Text = "王𬱖" // of the third thousand of common characters, outside the plane that our fonts have
	var no *paper.GlyphError
	if err := paper.Write(io.Discard, p); !errors.As(err, &no) || no.Rune != '𬱖' || no.Text != "王𬱖" {
		t.Errorf("%v", err)
	}
	p.More = []byte("no font")
	var bad *paper.FontError
	if err := paper.Write(io.Discard, p); !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
	p = page()
	p.Code = strings.Repeat("x", 5000)
	if err := paper.Write(io.Discard, p); err == nil {
		t.Error("a code that no QR code holds")
	}
}

// Any text of characters that the fonts have is printed as it is.
func TestAnyText(t *testing.T) {
	runes := rapid.OneOf(rapid.RuneFrom([]rune("abcXYZ019 .,-()/")), rapid.Map(rapid.Int32Range(0x4e00, 0x9fa5), func(i int32) rune { return rune(i) }), rapid.RuneFrom([]rune("，。（）《》、")))
	rapid.Check(t, func(rt *rapid.T) {
		p := page()
		text := rapid.StringOfN(runes, 0, 200, -1).Draw(rt, "text")
		p.Lines[0].Text = text
		want := strings.Join(strings.Fields(text), "")
		if got := textOf(t, printed(t, p)); !strings.Contains(got, want) {
			rt.Fatalf("%q is not in %q", want, got)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	p := page()
	for b.Loop() {
		if err := paper.Write(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
}
