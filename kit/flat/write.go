package flat

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Writer collects arrays and writes them as one file. It keeps the slices, not
// copies of them.
type Writer struct {
	kind    string
	version uint32
	arrays  []array
	names   map[string]bool
}

type array struct {
	name, layout string
	data         []byte
	offset       int64
	sum          uint32
}

// NewWriter makes a writer for a kind (at most 8 bytes) and its version.
func NewWriter(kind string, version uint32) *Writer {
	if len(kind) == 0 || len(kind) > kindSize {
		panic("flat: kind " + kind)
	}
	return &Writer{kind: kind, version: version, names: map[string]bool{}}
}

// Add appends an array under a name of its own.
func Add[T any](w *Writer, name string, v []T) {
	if w.names[name] || len(name) == 0 || len(name) > maxName || len(w.arrays) == maxArrays {
		panic("flat: array " + name + " cannot be added")
	}
	w.names[name] = true
	w.arrays = append(w.arrays, array{name: name, layout: layoutOf[T](), data: bytesOf(v)})
}

// WriteTo writes the file.
func (w *Writer) WriteTo(out io.Writer) (int64, error) {
	if !littleEndian() {
		return 0, ErrHost
	}
	at := int64(headerSize)
	for i := range w.arrays {
		a := &w.arrays[i]
		a.offset, a.sum = at, crc32.Checksum(a.data, castagnoli)
		at = aligned(at + int64(len(a.data)))
	}
	table := w.table()
	header := make([]byte, headerSize)
	copy(header, magic)
	copy(header[8:16], w.kind)
	le := binary.LittleEndian
	le.PutUint32(header[16:], w.version)
	le.PutUint32(header[20:], layoutV)
	le.PutUint64(header[24:], uint64(at))
	le.PutUint64(header[32:], uint64(len(table)))
	le.PutUint64(header[40:], uint64(at)+uint64(len(table)))
	le.PutUint32(header[48:], crc32.Checksum(table, castagnoli))
	le.PutUint32(header[60:], crc32.Checksum(header[:60], castagnoli))

	var n int64
	put := func(b []byte) error {
		m, err := out.Write(b)
		n += int64(m)
		return err
	}
	if err := put(header); err != nil {
		return n, err
	}
	var zero [align]byte
	for i := range w.arrays {
		a := &w.arrays[i]
		if err := put(a.data); err != nil {
			return n, fmt.Errorf("array %s: %w", a.name, err)
		}
		if err := put(zero[:aligned(n)-n]); err != nil {
			return n, fmt.Errorf("array %s: %w", a.name, err)
		}
	}
	return n, put(table)
}

// table is a count, and for each array the lengths of name and layout (a byte each),
// name, layout, offset, length and checksum.
func (w *Writer) table() []byte {
	le := binary.LittleEndian
	t := le.AppendUint32(nil, uint32(len(w.arrays)))
	for _, a := range w.arrays {
		t = append(t, byte(len(a.name)), byte(len(a.layout)))
		t = append(append(t, a.name...), a.layout...)
		t = le.AppendUint64(t, uint64(a.offset))
		t = le.AppendUint64(t, uint64(len(a.data)))
		t = le.AppendUint32(t, a.sum)
	}
	return t
}
