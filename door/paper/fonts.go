package paper

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/signintech/gopdf"
	"golang.org/x/image/font/gofont/goregular"
)

// Droid Sans Fallback, Apache-2.0, see NOTICE; packed by zstd.
//
//go:embed font/DroidSansFallbackFull.ttf.zst
var droidPacked []byte

// The names of the fonts within a file, in the order in which they are asked for a character.
const (
	latin = "latin"
	han   = "han"
	more  = "more"
)

// own are the fonts of the binary, read once.
var own = sync.OnceValues(func() (*gopdf.FontContainer, error) {
	z, err := zstd.NewReader(bytes.NewReader(droidPacked), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	droid, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	c := &gopdf.FontContainer{}
	for name, data := range map[string][]byte{latin: goregular.TTF, han: droid} {
		if err := c.AddTTFFontData(name, data); err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
	}
	return c, nil
})

// GlyphError tells that no font has a character.
type GlyphError struct {
	Rune rune
	Text string // in which it stands
}

func (e *GlyphError) Error() string { return fmt.Sprintf("no font has %q (U+%04X)", e.Rune, e.Rune) }

// FontError tells that More is no font that can be used.
type FontError struct{ Err error }

func (e *FontError) Error() string { return "font: " + e.Err.Error() }
func (e *FontError) Unwrap() error { return e.Err }

// face is a character as it is set: its font, and its width at size 1.
type face struct {
	font  string
	width float64
}

// pen writes into a PDF, and remembers what characters look like.
type pen struct {
	*gopdf.GoPdf
	fonts []string
	faces map[rune]face
}

func newPen(extra []byte) (*pen, error) {
	p := &pen{GoPdf: &gopdf.GoPdf{}, fonts: []string{latin, han}, faces: map[rune]face{}}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	c, err := own()
	if err != nil {
		return nil, err
	}
	for _, name := range p.fonts {
		if err := p.AddTTFFontFromFontContainer(name, c); err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
	}
	if extra != nil {
		if err := p.addMore(extra); err != nil {
			return nil, &FontError{err}
		}
		p.fonts = append(p.fonts, more)
	}
	return p, nil
}

// addMore adds a font from outside: the reader of fonts is not proof against every file.
func (p *pen) addMore(data []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	return p.AddTTFFontData(more, data)
}

// measured is the size at which widths are measured.
const measured = 100

// look finds the font of a character.
func (p *pen) look(r rune, text string) (face, error) {
	if f, ok := p.faces[r]; ok {
		return f, nil
	}
	for _, name := range p.fonts {
		if err := p.SetFont(name, "", measured); err != nil {
			return face{}, err
		}
		has, err := p.IsCurrFontContainGlyph(r)
		if err != nil {
			return face{}, err
		}
		if !has {
			continue
		}
		w, err := p.MeasureTextWidth(string(r))
		if err != nil {
			return face{}, err
		}
		f := face{name, w / measured}
		p.faces[r] = f
		return f, nil
	}
	return face{}, &GlyphError{r, text}
}

// width is that of a text in points.
func (p *pen) width(text string, size float64) (w float64, err error) {
	for _, r := range text {
		f, err := p.look(r, text)
		if err != nil {
			return 0, err
		}
		w += f.width * size
	}
	return w, nil
}

// write sets a line, its top at y, each stretch of it in the font that has it.
func (p *pen) write(x, y, size float64, text string) error {
	var stretch []rune
	font := ""
	flush := func() error {
		if len(stretch) == 0 {
			return nil
		}
		if err := p.SetFont(font, "", size); err != nil {
			return err
		}
		p.SetXY(x, y+size*ascent)
		w, err := p.width(string(stretch), size)
		if err != nil {
			return err
		}
		if err := p.SetFont(font, "", size); err != nil { // width may have set another
			return err
		}
		x += w
		err = p.Text(string(stretch))
		stretch = stretch[:0]
		return err
	}
	for _, r := range text {
		f, err := p.look(r, text)
		if err != nil {
			return err
		}
		if f.font != font {
			if err := flush(); err != nil {
				return err
			}
			font = f.font
		}
		stretch = append(stretch, r)
	}
	return flush()
}

// ascent is how far below the top of a line its base stands, in sizes.
const ascent = 0.88
