package osmpbf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// deflated are contents of many shapes, packed at every level.
func deflated(yield func(plain, packed []byte)) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, size := range []int{0, 1, 2, 3, 7, 8, 9, 100, 257, 258, 259, 300, 1000, 5000, 70_000, 200_000} {
		for shape := range 6 {
			plain := make([]byte, size)
			for i := range plain {
				switch shape {
				case 0: // zeros: copies of distance 1
				case 1:
					plain[i] = byte(r.Uint32())
				case 2: // few symbols
					plain[i] = byte(r.IntN(3))
				case 3: // a short pattern
					plain[i] = byte(i % 5)
				case 4: // skewed, for long codes
					plain[i] = byte(r.ExpFloat64() * 9)
				case 5:
					if plain[i] = byte(r.IntN(60)); i > 40_000 && r.IntN(9) > 0 {
						plain[i] = plain[i-40_000+r.IntN(2)+8000]
					}
				}
			}
			for _, level := range []int{-2, 0, 1, 6, 9} {
				var b bytes.Buffer
				w, _ := zlib.NewWriterLevel(&b, level)
				w.Write(plain)
				w.Close()
				yield(plain, b.Bytes())
			}
		}
	}
}

func TestInflateGivesWhatWasDeflated(t *testing.T) {
	var z inflater
	deflated(func(plain, packed []byte) {
		got := make([]byte, len(plain))
		if err := z.zlib(got, packed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes from %d: %v", len(plain), len(packed), err)
		}
		if err := z.zlib(make([]byte, len(plain)+1), packed); !errors.Is(err, errShorter) {
			t.Fatalf("one byte less than stated: %v", err)
		}
		if len(plain) > 0 {
			if err := z.zlib(make([]byte, len(plain)-1), packed); !errors.Is(err, errLonger) {
				t.Fatalf("one byte more than stated (%d): %v", len(plain), err)
			}
		}
		if err := z.zlib(got, append(bytes.Clone(packed), 0)); !errors.Is(err, errAfter) {
			t.Fatalf("a byte after the end: %v", err)
		}
		for _, cut := range []int{0, 1, 2, len(packed) / 2, len(packed) - 5, len(packed) - 4, len(packed) - 1} {
			if err := z.zlib(got, packed[:cut]); err == nil {
				t.Fatalf("%d of %d bytes are enough", cut, len(packed))
			}
		}
	})
}

// sameAsStandard compares with compress/zlib, which must agree on every input
// whether it is right, and on what it gives.
func sameAsStandard(t *testing.T, z *inflater, packed []byte, limit int) {
	t.Helper()
	in := bytes.NewReader(packed)
	var want []byte
	r, wantErr := zlib.NewReader(in)
	if wantErr == nil {
		want, wantErr = io.ReadAll(io.LimitReader(r, int64(limit)+1))
	}
	if len(want) > limit {
		return
	}
	got := make([]byte, len(want))
	err := z.zlib(got, packed)
	switch {
	case errors.Is(err, errAfter) && wantErr == nil && in.Len() > 0: // they do not look
	case (err == nil) != (wantErr == nil):
		t.Fatalf("%x: got %v, want %v", packed, err, wantErr)
	case err == nil && !bytes.Equal(got, want):
		t.Fatalf("%x: other content", packed)
	}
}

func TestInflateRefusesWhatTheStandardLibraryRefuses(t *testing.T) {
	var z inflater
	r := rand.New(rand.NewPCG(1, 9))
	deflated(func(_, packed []byte) {
		if len(packed) > 3000 {
			return
		}
		for range 40 {
			bad := bytes.Clone(packed)
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
			sameAsStandard(t, &z, bad, 1<<20)
			// Behind a wrong byte the checksum hides what was accepted, so that
			// the blocks alone are compared as well.
			sameAsStandard(t, &z, bad[:r.IntN(len(bad)+1)], 1<<20)
		}
	})
}

func FuzzInflate(f *testing.F) {
	deflated(func(_, packed []byte) {
		if len(packed) < 300 {
			f.Add(packed)
		}
	})
	var z inflater
	f.Fuzz(func(t *testing.T, packed []byte) { sameAsStandard(t, &z, packed, 1<<18) })
}

func BenchmarkInflate(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	plain := make([]byte, 300_000)
	for i := range plain {
		if plain[i] = byte(r.ExpFloat64() * 20); i > 1000 && r.IntN(8) == 0 {
			plain[i] = plain[i-r.IntN(900)-1]
		}
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(plain)
	w.Close()
	var z inflater
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	for b.Loop() {
		if err := z.zlib(plain, packed.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
