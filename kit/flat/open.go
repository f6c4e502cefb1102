package flat

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"unsafe"
)

// File is an opened file: names and the arrays they stand for, which lie in the
// bytes it was opened from and live as long as those.
type File struct {
	arrays map[string]array
	order  []string
	size   int64
}

// Open reads the header and the table, and compares every byte with its checksum.
// b is the whole file, read or mapped; it is kept.
func Open(b []byte, kind string, version uint32) (*File, error) {
	if !littleEndian() {
		return nil, ErrHost
	}
	head, err := header(b, kind, version)
	if err != nil {
		return nil, err
	}
	f := &File{arrays: map[string]array{}, size: int64(len(b))}
	if err := f.table(b, head); err != nil {
		return nil, err
	}
	end := int64(headerSize)
	for _, name := range f.order {
		a := f.arrays[name]
		if !zeros(b[end:a.offset]) {
			return nil, &DamageError{name, end, "the padding before the array is not empty"}
		}
		if crc32.Checksum(a.data, castagnoli) != a.sum {
			return nil, &DamageError{name, a.offset, "checksum differs"}
		}
		end = a.offset + int64(len(a.data))
	}
	if !zeros(b[end:head.table]) {
		return nil, &DamageError{"table", end, "the padding before the table is not empty"}
	}
	return f, nil
}

type headerOf struct{ table, length int64 }

func header(b []byte, kind string, version uint32) (h headerOf, err error) {
	le := binary.LittleEndian
	if len(b) < 16 || string(b[:8]) != magic || string(bytes.TrimRight(b[8:16], "\x00")) != kind {
		return h, ErrKind
	}
	if len(b) < headerSize {
		return h, &DamageError{"header", int64(len(b)), "the file ends"}
	}
	if crc32.Checksum(b[:60], castagnoli) != le.Uint32(b[60:]) {
		return h, &DamageError{"header", 60, "checksum differs"}
	}
	if got := le.Uint32(b[16:]); got != version {
		return h, &VersionError{got, version}
	}
	if got := le.Uint32(b[20:]); got != layoutV {
		return h, &VersionError{got, layoutV}
	}
	table, length, total := le.Uint64(b[24:]), le.Uint64(b[32:]), le.Uint64(b[40:])
	if total != uint64(len(b)) {
		return h, &DamageError{"header", 40, fmt.Sprintf("the file should have %d bytes and has %d", total, len(b))}
	}
	if table < headerSize || table > total || length != total-table {
		return h, &DamageError{"header", 24, "the table lies outside the file"}
	}
	if crc32.Checksum(b[table:], castagnoli) != le.Uint32(b[48:]) {
		return h, &DamageError{"table", int64(table), "checksum differs"}
	}
	return headerOf{int64(table), int64(length)}, nil
}

// table reads what arrays there are. Its checksum is right, so whatever is wrong
// was written so; it is refused all the same.
func (f *File) table(b []byte, h headerOf) error {
	le := binary.LittleEndian
	t := b[h.table:]
	bad := func(cause string) error {
		return &DamageError{"table", int64(len(b) - len(t)), cause}
	}
	if len(t) < 4 {
		return bad("it ends")
	}
	count := le.Uint32(t)
	t = t[4:]
	if count > maxArrays {
		return bad("too many arrays")
	}
	end := int64(headerSize)
	for range count {
		if len(t) < 2 {
			return bad("it ends")
		}
		n, l := int(t[0]), int(t[1])
		if len(t) < 2+n+l+20 {
			return bad("it ends")
		}
		a := array{name: string(t[2 : 2+n]), layout: string(t[2+n : 2+n+l])}
		t = t[2+n+l:]
		offset, length := le.Uint64(t), le.Uint64(t[8:])
		a.sum = le.Uint32(t[16:])
		t = t[20:]
		if offset%align != 0 || offset < uint64(end) || offset > uint64(h.table) || length > uint64(h.table)-offset {
			return bad("array " + a.name + " lies outside the file")
		}
		if _, twice := f.arrays[a.name]; twice {
			return bad("array " + a.name + " is there twice")
		}
		a.offset, a.data = int64(offset), b[offset:offset+length]
		end = int64(offset + length)
		f.arrays[a.name] = a
		f.order = append(f.order, a.name)
	}
	if len(t) > 0 {
		return bad("something follows it")
	}
	return nil
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// Get gives an array by name. It lies in the file's bytes: whoever writes to it
// writes to them. Bytes that do not lie where numbers may are copied.
func Get[T any](f *File, name string) ([]T, error) {
	a, ok := f.arrays[name]
	if !ok {
		return nil, fmt.Errorf("array %s: %w", name, ErrMissing)
	}
	if want := layoutOf[T](); a.layout != want {
		return nil, fmt.Errorf("array %s of %s, not %s: %w", name, a.layout, want, ErrLayout)
	}
	var one T
	size := int(unsafe.Sizeof(one))
	if len(a.data)%size != 0 {
		return nil, fmt.Errorf("array %s of %d bytes: %w", name, len(a.data), ErrLayout)
	}
	n := len(a.data) / size
	if n == 0 {
		return []T{}, nil
	}
	first := unsafe.Pointer(unsafe.SliceData(a.data))
	if uintptr(first)%unsafe.Alignof(one) != 0 {
		v := make([]T, n)
		copy(bytesOf(v), a.data)
		return v, nil
	}
	return unsafe.Slice((*T)(first), n)[:n:n], nil
}

// Names lists the arrays in the order they were written.
func (f *File) Names() []string { return f.order }

// Bytes is the length of one array, or with an empty name of the file.
func (f *File) Bytes(name string) int64 {
	if name == "" {
		return f.size
	}
	return int64(len(f.arrays[name].data))
}

// Under lists the names that begin with a prefix.
func (f *File) Under(prefix string) []string {
	var names []string
	for _, n := range f.order {
		if strings.HasPrefix(n, prefix) {
			names = append(names, n)
		}
	}
	return names
}
