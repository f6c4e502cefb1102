package flat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type pair struct {
	A int32
	B float32
}

func sample() []byte {
	w := NewWriter("cnet", 3)
	Add(w, "numbers", []int32{1, -2, 3})
	Add(w, "none", []uint64{})
	Add(w, "pairs", []pair{{1, 0.5}, {2, 1.5}})
	Add(w, "text", []byte("长株潭"))
	var b bytes.Buffer
	if n, err := w.WriteTo(&b); err != nil || n != int64(b.Len()) {
		panic(fmt.Sprint(n, err))
	}
	return b.Bytes()
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	b := sample()
	for _, shift := range []int{0, 1, 4} { // bytes that lie badly are copied
		moved := append(make([]byte, shift), b...)[shift:]
		f, err := Open(moved, "cnet", 3)
		if err != nil {
			t.Fatal(err)
		}
		numbers, err := Get[int32](f, "numbers")
		if err != nil || !slices.Equal(numbers, []int32{1, -2, 3}) {
			t.Errorf("shift %d: numbers %v, %v", shift, numbers, err)
		}
		pairs, err := Get[pair](f, "pairs")
		if err != nil || !slices.Equal(pairs, []pair{{1, 0.5}, {2, 1.5}}) {
			t.Errorf("shift %d: pairs %v, %v", shift, pairs, err)
		}
		if none, err := Get[uint64](f, "none"); err != nil || none == nil || len(none) != 0 {
			t.Errorf("none %v, %v", none, err)
		}
		if text, err := Get[byte](f, "text"); err != nil || string(text) != "长株潭" {
			t.Errorf("text %q, %v", text, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	b := sample()
	var version *VersionError
	if _, err := Open(b, "cnet", 4); !errors.As(err, &version) || version.Got != 3 || version.Want != 4 {
		t.Errorf("another version: %v", err)
	}
	for _, other := range [][]byte{nil, []byte("CONURB"), []byte("PK\x03\x04 not a network at all ....")} {
		if _, err := Open(other, "cnet", 3); !errors.Is(err, ErrKind) {
			t.Errorf("%q: %v", other, err)
		}
	}
	if _, err := Open(b, "rail", 3); !errors.Is(err, ErrKind) {
		t.Errorf("another kind: %v", err)
	}
	f, _ := Open(b, "cnet", 3)
	if _, err := Get[uint32](f, "numbers"); !errors.Is(err, ErrLayout) {
		t.Errorf("other elements: %v", err)
	}
	if _, err := Get[int32](f, "names"); !errors.Is(err, ErrMissing) {
		t.Errorf("no such array: %v", err)
	}
}

func TestEveryDamagedByteAndEveryTruncationIsRefused(t *testing.T) {
	b := sample()
	for i := range b {
		bad := slices.Clone(b)
		bad[i] ^= 0x40
		if _, err := Open(bad, "cnet", 3); err == nil {
			t.Errorf("byte %d altered: opened", i)
		}
		if _, err := Open(b[:i], "cnet", 3); err == nil {
			t.Errorf("cut after %d bytes: opened", i)
		}
	}
	if _, err := Open(append(slices.Clone(b), 0), "cnet", 3); err == nil {
		t.Error("a byte more: opened")
	}
}

func TestDamageIsNamed(t *testing.T) {
	b := sample()
	b[2*align] ^= 1 // the second array is empty, so the third starts here
	var d *DamageError
	if _, err := Open(b, "cnet", 3); !errors.As(err, &d) || d.Part != "pairs" {
		t.Errorf("got %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrays := rapid.MapOf(rapid.StringN(1, 20, 40), rapid.SliceOf(rapid.Uint16())).Draw(t, "arrays")
		w := NewWriter("x", 1)
		for name, v := range arrays {
			Add(w, name, v)
		}
		var b bytes.Buffer
		if _, err := w.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		f, err := Open(b.Bytes(), "x", 1)
		if err != nil || len(f.Names()) != len(arrays) {
			t.Fatal(err)
		}
		for name, v := range arrays {
			if got, err := Get[uint16](f, name); err != nil || !slices.Equal(got, v) {
				t.Fatalf("%q: %v, %v", name, got, err)
			}
		}
	})
}

func TestWhatCannotLieInAFileIsAFaultOfTheProgram(t *testing.T) {
	for _, try := range []func(){
		func() { layoutOf[string]() }, func() { layoutOf[*int]() }, func() { layoutOf[bool]() },
		func() {
			layoutOf[struct {
				A int8
				B int32
			}]()
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			try()
		}()
	}
}

// A file whose checksums are right but whose table lies must not panic either.
func FuzzOpen(f *testing.F) {
	f.Add(sample())
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= headerSize {
			le := binary.LittleEndian
			copy(b, magic)
			copy(b[8:16], "cnet\x00\x00\x00\x00")
			le.PutUint32(b[16:], 3)
			le.PutUint32(b[20:], layoutV)
			le.PutUint64(b[40:], uint64(len(b)))
			if table := le.Uint64(b[24:]); table <= uint64(len(b)) {
				le.PutUint64(b[32:], uint64(len(b))-table)
				le.PutUint32(b[48:], crc32.Checksum(b[table:], castagnoli))
			}
			le.PutUint32(b[60:], crc32.Checksum(b[:60], castagnoli))
		}
		file, err := Open(b, "cnet", 3)
		if err != nil {
			return
		}
		for _, name := range file.Names() {
			Get[int32](file, name)
			Get[pair](file, name)
		}
	})
}
