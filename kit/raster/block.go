package raster

import (
	"container/list"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
)

// Bounds of a block and of what is kept.
const (
	maxPixels = 1 << 24 // of a block
	maxDecode = 1 << 27 // bytes of a block with all its bands
	keptBytes = 64 << 20
)

// How samples are written (TIFF 6.0, section 19).
const (
	sampleUnsigned = 1
	sampleSigned   = 2
	sampleFloat    = 3
)

// layout says how the pixels lie in the file.
type layout struct {
	width, height int
	block         [2]int // width and height of a block; the last strip may be shorter
	across, down  int    // blocks
	tiled         bool
	samples       int // in a block: 1 where bands are stored apart
	band          int // its place among the samples of a block
	bytes         int // of a sample
	format        uint64
	compression   uint64
	predictor     uint64
	parts         int // blocks that an uncompressed strip is read in
	stripRows     int
	offsets       []uint64
	counts        []uint64
}

// blocks reads the layout for a band, from 0.
func (d *directory) blocks(band int) (*layout, error) {
	get := func(tag uint16, otherwise uint64, err *error) uint64 {
		v, e := d.whole(tag, otherwise)
		if *err == nil {
			*err = e
		}
		return v
	}
	var err error
	width, height := get(tagWidth, 0, &err), get(tagHeight, 0, &err)
	samples, planar := get(tagSamples, 1, &err), get(tagPlanar, 1, &err)
	l := &layout{compression: get(tagCompression, 1, &err), predictor: get(tagPredictor, 1, &err), parts: 1}
	rows := get(tagRowsPerStrip, math.MaxUint32, &err)
	tileW, tileH := get(tagTileWidth, 0, &err), get(tagTileHeight, 0, &err)
	order := get(tagFillOrder, 1, &err)
	switch {
	case err != nil:
		return nil, err
	case width == 0 || height == 0 || width > math.MaxInt32 || height > math.MaxInt32:
		return nil, &Error{0, fmt.Errorf("an image of %d by %d pixels", width, height)}
	case samples == 0 || samples > 1<<12:
		return nil, &Error{0, fmt.Errorf("an image of %d bands", samples)}
	case band < 0 || uint64(band) >= samples:
		return nil, unsupported("band %d of %d", band+1, samples)
	case order != 1:
		return nil, unsupported("bits in reversed order (FillOrder 2)")
	case planar != 1 && planar != 2:
		return nil, &Error{0, fmt.Errorf("planar configuration %d", planar)}
	}
	l.width, l.height = int(width), int(height)
	l.tiled = tileW != 0 || tileH != 0
	l.block = [2]int{l.width, int(min(max(rows, 1), height))}
	if l.tiled {
		if tileW == 0 || tileH == 0 || tileW > maxPixels || tileH > maxPixels {
			return nil, &Error{0, fmt.Errorf("tiles of %d by %d pixels", tileW, tileH)}
		}
		l.block = [2]int{int(tileW), int(tileH)}
	}
	l.samples, l.band = int(samples), band
	if planar == 2 {
		l.samples, l.band = 1, 0
	}
	if err := d.sample(l, int(samples)); err != nil {
		return nil, err
	}
	return l, d.places(l, band, planar == 2)
}

// sample reads what a number is.
func (d *directory) sample(l *layout, samples int) error {
	bits, err := d.wholes(tagBits, maxValues)
	if err != nil {
		return err
	}
	formats, err := d.wholes(tagSampleFormat, maxValues)
	if err != nil {
		return err
	}
	size := uint64(1)
	for i, b := range bits {
		if size = b; b != bits[0] && i < samples {
			return unsupported("bands of %d and of %d bits", bits[0], b)
		}
	}
	l.format = sampleUnsigned
	for _, f := range formats {
		if l.format = f; f != formats[0] {
			return unsupported("bands of different kinds of numbers")
		}
	}
	whole := l.format == sampleUnsigned || l.format == sampleSigned
	if !(whole && (size == 8 || size == 16 || size == 32) || l.format == sampleFloat && (size == 32 || size == 64)) {
		return unsupported("numbers of %d bits in sample format %d", size, l.format)
	}
	l.bytes = int(size / 8)
	switch l.compression {
	case compressNone, compressLZW, compressDeflate, compressOldDeflate, compressPackBits, compressZstd:
	default:
		return unsupported("compression %d %s", l.compression, compressions[l.compression])
	}
	if l.compression == compressNone || l.compression == compressPackBits {
		l.predictor = predictNone // it belongs to LZW and the later ones
	}
	if l.predictor < predictNone || l.predictor > predictFloat || l.predictor == predictFloat && l.format != sampleFloat {
		return unsupported("predictor %d of sample format %d", l.predictor, l.format)
	}
	return nil
}

// places reads where the blocks are.
func (d *directory) places(l *layout, band int, apart bool) (err error) {
	l.across = (l.width + l.block[0] - 1) / l.block[0]
	l.down = (l.height + l.block[1] - 1) / l.block[1]
	l.stripRows = l.block[1]
	offsets, counts := uint16(tagStripOffsets), uint16(tagStripCounts)
	if l.tiled {
		offsets, counts = tagTileOffsets, tagTileCounts
	}
	if l.offsets, err = d.wholes(offsets, maxBlocks); err != nil {
		return err
	}
	if l.counts, err = d.wholes(counts, maxBlocks); err != nil {
		return err
	}
	n := int64(l.across) * int64(l.down)
	if n > maxBlocks {
		return unsupported("%d blocks in one band", n)
	}
	first := int64(0)
	if apart {
		first = n * int64(band)
	}
	if int64(len(l.offsets)) < first+n || int64(len(l.counts)) < first+n {
		return &Error{d.tags[offsets].offset, fmt.Errorf("%d offsets and %d lengths for %d blocks from %d", len(l.offsets), len(l.counts), n, first)}
	}
	l.offsets, l.counts = l.offsets[first:first+n], l.counts[first:first+n]
	if l.compression == compressNone && !l.tiled { // a long strip is read in parts
		rows := max(1, min(l.block[1], (1<<20)/(l.width*l.samples*l.bytes)))
		l.block[1], l.parts = rows, (l.block[1]+rows-1)/rows
		l.down = (l.height-1)/l.stripRows*l.parts + ((l.height-1)%l.stripRows)/rows + 1
	}
	pixels := int64(l.block[0]) * int64(l.block[1])
	if pixels > maxPixels || pixels*int64(l.samples*l.bytes) > maxDecode {
		return unsupported("blocks of %d by %d pixels; rewrite the file in tiles", l.block[0], l.block[1])
	}
	return nil
}

// rows are the first row of a line of blocks and how many it has.
func (l *layout) rows(down int) (y, n int) {
	strip, part := down/l.parts, down%l.parts
	y = strip*l.stripRows + part*l.block[1]
	return y, min(l.block[1], l.stripRows-part*l.block[1], l.height-y)
}

// lineOf is the line of blocks that a row lies in.
func (l *layout) lineOf(y int) int {
	return y/l.stripRows*l.parts + y%l.stripRows/l.block[1]
}

// decode reads a block of the band; NaN stands for none.
func (r *Raster) decode(across, down int) ([]float64, error) {
	l := r.layout
	_, rows := l.rows(down)
	stored := rows
	if l.tiled {
		stored = l.block[1]
	}
	values := make([]float64, l.block[0]*rows)
	row := l.block[0] * l.samples * l.bytes
	i := down/l.parts*l.across + across
	offset, count := l.offsets[i], l.counts[i]
	if offset == 0 && count == 0 { // GDAL leaves blocks out that hold nothing
		if r.hasNone {
			for i := range values {
				values[i] = math.NaN()
			}
		}
		return values, nil
	}
	at := int64(min(offset, math.MaxInt64))
	n := int64(min(count, math.MaxInt64))
	if l.compression == compressNone {
		skip := int64(down%l.parts) * int64(l.block[1]) * int64(row)
		at, n = at+min(skip, math.MaxInt64-at), min(max(n-skip, 0), int64(stored*row))
	}
	if n > maxDecode {
		return nil, &Error{at, fmt.Errorf("a block of %d bytes", n)}
	}
	src, err := r.dir.bytes(at, n)
	if err != nil {
		return nil, err
	}
	b := make([]byte, stored*row)
	if err := unpack(b, src, l.compression); err != nil {
		if u := (*UnsupportedError)(nil); errors.As(err, &u) {
			return nil, err
		}
		return nil, &Error{at, err}
	}
	if l.predictor != predictNone {
		restore(b, r.dir.order, l.predictor, l.block[0], l.samples, l.bytes)
	}
	r.numbers(values, b)
	return values, nil
}

// numbers takes the band out of the bytes of a block.
func (r *Raster) numbers(values []float64, b []byte) {
	l, order := r.layout, r.dir.order
	step := l.samples * l.bytes
	at := l.band * l.bytes
	for i := range values {
		v := number(b[at:at+l.bytes], order, l.format)
		if r.hasNone && v == r.none || math.IsInf(v, 0) {
			v = math.NaN()
		}
		values[i] = v
		at += step
	}
}

func number(b []byte, order binary.ByteOrder, format uint64) float64 {
	switch len(b) {
	case 1:
		if format == sampleSigned {
			return float64(int8(b[0]))
		}
		return float64(b[0])
	case 2:
		if v := order.Uint16(b); format == sampleSigned {
			return float64(int16(v))
		} else {
			return float64(v)
		}
	case 4:
		switch v := order.Uint32(b); format {
		case sampleSigned:
			return float64(int32(v))
		case sampleFloat:
			return float64(math.Float32frombits(v))
		default:
			return float64(v)
		}
	}
	return math.Float64frombits(order.Uint64(b))
}

// shelf keeps the blocks that were used last.
type shelf struct {
	mu    sync.Mutex
	found map[int]*list.Element
	order *list.List // of kept, the last used in front
	bytes int
}

type kept struct {
	block  int
	values []float64
}

// block gives a decoded block, from the shelf or from the file.
func (r *Raster) block(across, down int) ([]float64, error) {
	s := &r.shelf
	s.mu.Lock()
	defer s.mu.Unlock()
	key := down*r.layout.across + across
	if e := s.found[key]; e != nil {
		s.order.MoveToFront(e)
		return e.Value.(kept).values, nil
	}
	values, err := r.decode(across, down)
	if err != nil {
		return nil, err
	}
	s.found[key] = s.order.PushFront(kept{key, values})
	s.bytes += 8 * len(values)
	for s.bytes > keptBytes && s.order.Len() > 1 {
		e := s.order.Back()
		k := s.order.Remove(e).(kept)
		delete(s.found, k.block)
		s.bytes -= 8 * len(k.values)
	}
	return values, nil
}
