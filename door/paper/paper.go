package paper

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/signintech/gopdf"
	"rsc.io/qr"

	"conurb/area"
)

// Page is what is printed. Texts are printed in both languages.
type Page struct {
	Kind   area.Text // what kind of paper this is, above the title
	Title  area.Text
	Lines  []Line
	Notes  []area.Text
	Code   string    // text of the QR code
	Under  area.Text // below it
	Foot   string    // on every sheet, before its number
	Made   time.Time
	Author string
	More   []byte // a TrueType font for what the fonts of the binary lack; nil: none
}

// Line is a name and what stands beside it.
type Line struct {
	Name area.Text
	Text string
	Pale bool // not a value, but why there is none
}

// Measures of the sheet in points; A4 is 595 by 842.
const (
	margin    = 56.0
	right     = 595 - margin
	bottom    = 842 - margin - 18
	textAt    = margin + 150 // where values begin
	codeSide  = 150.0        // of the QR code with its quiet zone
	quiet     = 4            // modules, ISO/IEC 18004 §9.1
	sizeText  = 10.5
	sizeSmall = 7.5
	leading   = 1.4
)

// block is a part of the page that is not divided.
type block struct {
	height float64
	draw   func(y float64) error
}

// Write prints a page, on as many sheets as it needs.
func Write(w io.Writer, page *Page) error {
	p, err := newPen(page.More)
	if err != nil {
		return err
	}
	code, err := qr.Encode(page.Code, qr.M)
	if err != nil {
		return fmt.Errorf("qr code of %d characters: %w", len(page.Code), err)
	}
	p.SetInfo(gopdf.PdfInfo{Title: page.Title.Zh + " " + page.Title.En, Author: page.Author, Creator: "Conurb", Producer: "Conurb", CreationDate: page.Made})
	blocks, err := p.blocks(page)
	if err != nil {
		return err
	}
	sheets := paginate(blocks)
	for n, sheet := range sheets {
		p.AddPage()
		y := margin
		if n == 0 {
			if err := p.head(page, code); err != nil {
				return err
			}
			y = headEnd
		}
		for _, b := range sheet {
			if err := b.draw(y); err != nil {
				return err
			}
			y += b.height
		}
		if err := p.foot(page, n+1, len(sheets)); err != nil {
			return err
		}
	}
	_, err = p.WriteTo(w)
	return err
}

// headEnd is where the first sheet's lines begin.
const headEnd = margin + codeSide + 34

// paginate divides blocks onto sheets.
func paginate(blocks []block) (sheets [][]block) {
	sheets = [][]block{nil}
	y := headEnd
	for _, b := range blocks {
		if y+b.height > bottom && len(sheets[len(sheets)-1]) > 0 {
			sheets, y = append(sheets, nil), margin
		}
		sheets[len(sheets)-1] = append(sheets[len(sheets)-1], b)
		y += b.height
	}
	return sheets
}

// head is the title with the QR code beside it.
func (p *pen) head(page *Page, code *qr.Code) error {
	most := right - codeSide - 16 - margin
	y := margin
	for _, part := range []struct {
		text string
		size float64
		grey uint8
	}{{page.Kind.Zh + "  " + page.Kind.En, 9, 90}, {"", 6, 0}, {page.Title.Zh, 24, 0}, {page.Title.En, 13, 60}} {
		p.SetTextColor(part.grey, part.grey, part.grey)
		lines, err := p.wrap(part.text, part.size, most)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if err := p.write(margin, y, part.size, line); err != nil {
				return err
			}
			y += part.size * leading
		}
	}
	p.code(code, right-codeSide, margin)
	p.SetTextColor(60, 60, 60)
	for i, text := range []string{page.Under.Zh, page.Under.En} {
		w, err := p.width(text, sizeSmall)
		if err != nil {
			return err
		}
		if err := p.write(right-codeSide/2-w/2, margin+codeSide+float64(i)*sizeSmall*1.25, sizeSmall, text); err != nil {
			return err
		}
	}
	p.SetStrokeColor(120, 120, 120)
	p.SetLineWidth(0.6)
	p.Line(margin, headEnd-8, right, headEnd-8)
	return nil
}

// code draws the squares of a QR code, each stretch of a row as one rectangle.
func (p *pen) code(c *qr.Code, x, y float64) {
	side := codeSide / float64(c.Size+2*quiet)
	p.SetFillColor(0, 0, 0)
	for row := range c.Size {
		for from := 0; from < c.Size; {
			to := from
			for to < c.Size && c.Black(to, row) {
				to++
			}
			if to > from {
				p.RectFromUpperLeftWithStyle(x+float64(quiet+from)*side, y+float64(quiet+row)*side, float64(to-from)*side, side, "F")
			}
			from = to + 1
		}
	}
}

// blocks are the lines and the notes.
func (p *pen) blocks(page *Page) (list []block, err error) {
	for _, l := range page.Lines {
		b, err := p.line(l)
		if err != nil {
			return nil, err
		}
		list = append(list, b...)
	}
	list = append(list, block{16, func(y float64) error { p.Line(margin, y+8, right, y+8); return nil }})
	for _, n := range page.Notes {
		for _, text := range []string{n.Zh, n.En} {
			lines, err := p.wrap(text, 8.5, right-margin)
			if err != nil {
				return nil, err
			}
			for _, line := range lines {
				list = append(list, block{8.5 * leading, func(y float64) error {
					p.SetTextColor(40, 40, 40)
					return p.write(margin, y, 8.5, line)
				}})
			}
		}
		list = append(list, block{5, func(float64) error { return nil }})
	}
	return list, nil
}

// together is how many lines of a value stay on one sheet.
const together = 12

// line is a name with its value beside it; a long value goes on below.
func (p *pen) line(l Line) (list []block, err error) {
	var name []struct {
		text string
		size float64
	}
	height := 0.0
	for _, part := range []struct {
		text string
		size float64
	}{{l.Name.Zh, 9.5}, {l.Name.En, sizeSmall}} {
		lines, err := p.wrap(part.text, part.size, textAt-margin-10)
		if err != nil {
			return nil, err
		}
		for _, text := range lines {
			part.text = text
			name = append(name, part)
			height += part.size * 1.25
		}
	}
	text, err := p.wrap(l.Text, sizeText, right-textAt)
	if err != nil {
		return nil, err
	}
	grey := uint8(0)
	if l.Pale {
		grey = 120
	}
	for chunk := range slices.Chunk(text, together) {
		head := len(list) == 0
		b := block{height: float64(len(chunk)) * sizeText * leading}
		b.draw = func(y float64) error {
			p.SetTextColor(40, 40, 40)
			at := y
			for _, n := range name {
				if !head {
					break
				}
				if err := p.write(margin, at, n.size, n.text); err != nil {
					return err
				}
				at += n.size * 1.25
			}
			p.SetTextColor(grey, grey, grey)
			for i, s := range chunk {
				if err := p.write(textAt, y+float64(i)*sizeText*leading, sizeText, s); err != nil {
					return err
				}
			}
			return nil
		}
		if head {
			b.height = max(b.height, height)
		}
		list = append(list, b)
	}
	list[len(list)-1].height += 4
	return list, nil
}

func (p *pen) foot(page *Page, n, of int) error {
	p.SetTextColor(90, 90, 90)
	number := fmt.Sprintf("%d / %d", n, of)
	w, err := p.width(number, sizeSmall)
	if err != nil {
		return err
	}
	if err := p.write(margin, 842-margin, sizeSmall, page.Foot); err != nil {
		return err
	}
	return p.write(right-w, 842-margin, sizeSmall, number)
}
