package raster_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// picture is what the small writer of these tests can write.
type picture struct {
	order          binary.AppendByteOrder
	big            bool
	width, height  int
	block          [2]int // tiles; a width of 0: strips of so many rows
	bands          [][]float64
	apart          bool
	format, bytes  int
	compression    int
	predictor      int
	noData         string
	scale, tie     []float64
	transformation []float64
	keys           []uint16 // key, value, ...
	metadata       string
	sparse         int // a block to leave out, from 1
}

// tag is a directory entry with its values written out.
type tag struct {
	id, kind uint16
	count    int
	b        []byte
}

func (p *picture) shorts(id uint16, v ...uint16) tag {
	t := tag{id, 3, len(v), nil}
	for _, x := range v {
		t.b = p.order.AppendUint16(t.b, x)
	}
	return t
}

func (p *picture) longs(id uint16, v ...uint32) tag {
	t := tag{id, 4, len(v), nil}
	for _, x := range v {
		t.b = p.order.AppendUint32(t.b, x)
	}
	return t
}

func (p *picture) doubles(id uint16, v ...float64) tag {
	t := tag{id, 12, len(v), nil}
	for _, x := range v {
		t.b = p.order.AppendUint64(t.b, math.Float64bits(x))
	}
	return t
}

func ascii(id uint16, s string) tag { return tag{id, 2, len(s) + 1, append([]byte(s), 0)} }

// write makes the file: header, blocks, values, directory.
func (p *picture) write() []byte {
	mark, head := "II", 8
	if p.order.String() == "BigEndian" {
		mark = "MM"
	}
	if p.big {
		head = 16
	}
	out := make([]byte, head)
	var offsets, counts []uint32
	for _, b := range p.blocks() {
		if len(offsets)+1 == p.sparse {
			offsets, counts = append(offsets, 0), append(counts, 0)
			continue
		}
		offsets, counts = append(offsets, uint32(len(out))), append(counts, uint32(len(b)))
		out = append(out, b...)
	}
	tags := p.tags(offsets, counts)
	room := 4
	if p.big {
		room = 8
	}
	var dir []byte
	for _, t := range tags {
		dir = p.order.AppendUint16(p.order.AppendUint16(dir, t.id), t.kind)
		value := t.b
		if p.big {
			dir = p.order.AppendUint64(dir, uint64(t.count))
		} else {
			dir = p.order.AppendUint32(dir, uint32(t.count))
		}
		if len(value) > room {
			at := len(out)
			out = append(out, value...)
			if value = p.order.AppendUint32(nil, uint32(at)); p.big {
				value = p.order.AppendUint64(nil, uint64(at))
			}
		}
		dir = append(append(dir, value...), make([]byte, room-len(value))...)
	}
	at := len(out)
	h := p.order.AppendUint16([]byte(mark), 42)
	if p.big {
		h = p.order.AppendUint16(p.order.AppendUint16(p.order.AppendUint16([]byte(mark), 43), 8), 0)
		copy(out, p.order.AppendUint64(h, uint64(at)))
		return append(append(p.order.AppendUint64(out, uint64(len(tags))), dir...), make([]byte, 8)...)
	}
	copy(out, p.order.AppendUint32(h, uint32(at)))
	return append(append(p.order.AppendUint16(out, uint16(len(tags))), dir...), make([]byte, 4)...)
}

func (p *picture) tags(offsets, counts []uint32) []tag {
	n := len(p.bands)
	every := func(v int) []uint16 { return slices.Repeat([]uint16{uint16(v)}, n) }
	planar := 1
	if p.apart {
		planar = 2
	}
	tags := []tag{p.longs(256, uint32(p.width)), p.longs(257, uint32(p.height)), p.shorts(258, every(8*p.bytes)...), p.shorts(259, uint16(p.compression)),
		p.shorts(277, uint16(n)), p.shorts(284, uint16(planar)), p.shorts(317, uint16(p.predictor)), p.shorts(339, every(p.format)...)}
	if p.block[0] > 0 {
		tags = append(tags, p.longs(322, uint32(p.block[0])), p.longs(323, uint32(p.block[1])), p.longs(324, offsets...), p.longs(325, counts...))
	} else {
		tags = append(tags, p.longs(273, offsets...), p.longs(278, uint32(p.block[1])), p.longs(279, counts...))
	}
	if p.scale != nil {
		tags = append(tags, p.doubles(33550, p.scale...), p.doubles(33922, p.tie...))
	}
	if p.transformation != nil {
		tags = append(tags, p.doubles(34264, p.transformation...))
	}
	if p.keys != nil {
		v := []uint16{1, 1, 0, uint16(len(p.keys) / 2)}
		for i := 0; i < len(p.keys); i += 2 {
			v = append(v, p.keys[i], 0, 1, p.keys[i+1])
		}
		tags = append(tags, p.shorts(34735, v...))
	}
	if p.metadata != "" {
		tags = append(tags, ascii(42112, p.metadata))
	}
	if p.noData != "" {
		tags = append(tags, ascii(42113, p.noData))
	}
	slices.SortFunc(tags, func(a, b tag) int { return cmp.Compare(a.id, b.id) })
	return tags
}

func (p *picture) blocks() (out [][]byte) {
	w, h := p.block[0], p.block[1]
	if w == 0 {
		w = p.width
	}
	groups := [][][]float64{p.bands}
	if p.apart {
		groups = nil
		for _, b := range p.bands {
			groups = append(groups, [][]float64{b})
		}
	}
	for _, bands := range groups {
		for y := 0; y < p.height; y += h {
			for x := 0; x < p.width; x += w {
				rows := h
				if p.block[0] == 0 {
					rows = min(h, p.height-y)
				}
				var b []byte
				for j := y; j < y+rows; j++ {
					b = append(b, p.row(bands, x, j, w)...)
				}
				out = append(out, p.pack(b))
			}
		}
	}
	return out
}

// row writes pixels of all bands, zeros beyond the edge, with the predictor applied.
func (p *picture) row(bands [][]float64, x0, y, w int) []byte {
	var b []byte
	for x := x0; x < x0+w; x++ {
		for _, band := range bands {
			v := 0.0
			if x < p.width && y < p.height {
				v = band[y*p.width+x]
			}
			b = p.number(b, v)
		}
	}
	switch n := len(bands); p.predictor {
	case 2:
		step := n * p.bytes
		for i := len(b) - p.bytes; i >= step; i -= p.bytes {
			p.put(b[i:], p.get(b[i:])-p.get(b[i-step:]))
		}
	case 3:
		planes := make([]byte, len(b))
		count := len(b) / p.bytes
		for i := range count {
			v := p.get(b[i*p.bytes:])
			for k := range p.bytes {
				planes[k*count+i] = byte(v >> (8 * (p.bytes - 1 - k)))
			}
		}
		for i := len(planes) - 1; i >= n; i-- {
			planes[i] -= planes[i-n]
		}
		return planes
	}
	return b
}

func (p *picture) number(b []byte, v float64) []byte {
	u := uint64(int64(v))
	if p.format == 3 {
		if u = math.Float64bits(v); p.bytes == 4 {
			u = uint64(math.Float32bits(float32(v)))
		}
	}
	b = append(b, make([]byte, p.bytes)...)
	p.put(b[len(b)-p.bytes:], u)
	return b
}

func (p *picture) put(b []byte, v uint64) {
	for k := range p.bytes {
		at := k
		if p.order.String() == "BigEndian" {
			at = p.bytes - 1 - k
		}
		b[at] = byte(v >> (8 * k))
	}
}

func (p *picture) get(b []byte) (v uint64) {
	for k := range p.bytes {
		at := k
		if p.order.String() == "BigEndian" {
			at = p.bytes - 1 - k
		}
		v |= uint64(b[at]) << (8 * k)
	}
	return v
}

func (p *picture) pack(b []byte) []byte {
	var out bytes.Buffer
	switch p.compression {
	case 5:
		return packLZW(b)
	case 8, 32946:
		z := zlib.NewWriter(&out)
		z.Write(b)
		z.Close()
	case 32773:
		return packBits(b)
	case 50000:
		z, _ := zstd.NewWriter(&out)
		z.Write(b)
		z.Close()
	default:
		return b
	}
	return out.Bytes()
}

func packBits(b []byte) (out []byte) {
	for i := 0; i < len(b); {
		n := 1
		for i+n < len(b) && n < 128 && b[i+n] == b[i] {
			n++
		}
		if n > 1 {
			out = append(out, byte(1-n), b[i])
		} else {
			out = append(out, 0, b[i], 0x80) // a run of one, and a byte that means nothing
		}
		i += n
	}
	return out
}

// packLZW is the compressor of TIFF 6.0, section 13, as it is written there.
func packLZW(b []byte) (out []byte) {
	var bits uint64
	var have, width uint
	table := map[string]int{}
	put := func(code int) {
		bits, have = bits<<width|uint64(code), have+width
		for ; have >= 8; have -= 8 {
			out = append(out, byte(bits>>(have-8)))
		}
	}
	next := 258
	clear := func() { table, next, width = map[string]int{}, 258, 9 }
	code := func(s []byte) int {
		if len(s) == 1 {
			return int(s[0])
		}
		return table[string(s)]
	}
	width = 9
	put(256)
	clear()
	omega := []byte{}
	for _, k := range b {
		longer := append(slices.Clone(omega), k)
		if _, known := table[string(longer)]; known || len(longer) == 1 {
			omega = longer
			continue
		}
		put(code(omega))
		table[string(longer)] = next
		next++
		switch next {
		case 512, 1024, 2048:
			width++
		case 4095:
			put(256)
			clear()
		}
		omega = []byte{k}
	}
	if len(omega) > 0 {
		put(code(omega))
	}
	next++
	if next == 512 || next == 1024 || next == 2048 {
		width++
	}
	put(257)
	width = 7
	put(0)
	return out
}
