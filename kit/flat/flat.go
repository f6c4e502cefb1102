package flat

import (
	"errors"
	"fmt"
	"hash/crc32"
	"reflect"
	"strings"
	"unsafe"
)

const (
	magic      = "CONURB\x00\x00"
	layoutV    = 1
	headerSize = 64
	align      = 64
	kindSize   = 8
	maxName    = 255
	maxArrays  = 1 << 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The refusals that are not damage.
var (
	ErrKind    = errors.New("not a file of this kind")
	ErrHost    = errors.New("this processor stores numbers the other way round")
	ErrMissing = errors.New("the file has no such array")
	ErrLayout  = errors.New("the array holds other elements")
)

// VersionError tells that a file was written by another version of the program.
type VersionError struct{ Got, Want uint32 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("file of version %d; this program reads version %d", e.Got, e.Want)
}

// DamageError tells which part of a file is not as it was written.
type DamageError struct {
	Part   string // header, table, or the name of an array
	Offset int64
	Cause  string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("damaged at byte %d (%s): %s", e.Offset, e.Part, e.Cause)
}

// layout writes out what a type consists of; ok is false for what cannot lie in a
// file: pointers, slices, strings, bools, padding.
func layout(t reflect.Type) (text string, ok bool) {
	switch t.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("i%d", 8*t.Size()), true
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("u%d", 8*t.Size()), true
	case reflect.Float32, reflect.Float64:
		return fmt.Sprintf("f%d", 8*t.Size()), true
	case reflect.Struct:
		parts, sum := []string{}, uintptr(0)
		for i := range t.NumField() {
			part, ok := layout(t.Field(i).Type)
			if !ok {
				return "", false
			}
			parts, sum = append(parts, part), sum+t.Field(i).Type.Size()
		}
		return "{" + strings.Join(parts, ",") + "}", sum == t.Size() && sum > 0
	}
	return "", false
}

// layoutOf is the layout of T; a T that cannot lie in a file is a fault of the program.
func layoutOf[T any]() string {
	text, ok := layout(reflect.TypeFor[T]())
	if !ok {
		panic(fmt.Sprintf("flat: %v cannot be kept in a file", reflect.TypeFor[T]()))
	}
	return text
}

// bytesOf is a slice as the bytes it lies in.
func bytesOf[T any](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
}

// littleEndian tells how this processor stores numbers.
func littleEndian() bool {
	one := uint16(1)
	return *(*byte)(unsafe.Pointer(&one)) == 1
}

func aligned(n int64) int64 { return (n + align - 1) / align * align }
