package osmpbf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// Parts of content that are right.
var (
	words    = wire{}.bytes(1, wire{}.text(1, "").text(1, "highway").text(1, "primary"))
	oneDense = wire{}.diffs(1, 7).diffs(8, 10).diffs(9, 20)
)

// group is content of one group with one element in the given field.
func group(field int, element []byte) []byte {
	return append(append(wire{}, words...), wire{}.bytes(2, wire{}.bytes(field, element))...)
}

func data(blob []byte) []byte { return append(header(), block(typeData, blob)...) }

// zlibOf is a zlib blob that claims any size.
func zlibOf(content []byte, claim int64) []byte {
	var p pack
	p.parse(blob(packZlib, content))
	return wire{}.int(2, claim).bytes(3, p.data)
}

var (
	at      = int64(len(header())) // where the second block begins
	anybody = wire{}.int(1, 5)     // a way or relation of number 5
)

// faulty is a file that must be refused: by which error, in which block and at
// which byte of the file, or of the content.
type faulty struct {
	name   string
	file   []byte
	is     error
	block  int
	offset int64
	inside int64 // -1: not in the content; -2: anywhere in it
	text   string
}

var faultyFiles = []faulty{
	{"empty", nil, ErrNotPBF, 0, 0, -1, "empty"},
	{"text", []byte("<?xml version='1.0'?>"), ErrNotPBF, 0, 0, -1, "<?xm"},
	{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), ErrNotPBF, 0, 0, -1, ""},
	{"zeros", make([]byte, 100), ErrNotPBF, 0, 4, -1, ""},
	{"three bytes", []byte{0, 0, 0}, ErrTruncated, 0, 3, -1, "length"},
	{"data first", block(typeData, raw(words)), ErrNotPBF, 0, 4, -1, "OSMData"},
	{"two headers", append(header(), header()...), ErrCorrupt, 1, at + 4, -1, "second"},
	{"history", header(featureHistory), ErrFeature, 0, 0, -1, "superseded"},
	{"unknown features", header("Teleport", "Sarcasm"), ErrFeature, 0, 0, -1, `"Teleport", "Sarcasm"`},
	{"header bounds", block(typeHeader, raw(wire{}.bytes(1, wire{}.sint(1, 1).sint(2, 2)))), ErrCorrupt, 0, 0, 4, "four sides"},

	{"ends after length", append(header(), 0, 0, 0, 9), ErrTruncated, 1, at + 4, -1, "header"},
	{"ends in blob header", append(header(), 0, 0, 0, 9, 10), ErrTruncated, 1, at + 5, -1, "header"},
	{"ends before blob", append(header(), block(typeData, raw(words))[:17]...), ErrTruncated, 1, at + 17, -1, "blob"},
	{"ends in blob", append(header(), block(typeData, raw(words))[:30]...), ErrTruncated, 1, at + 30, -1, "blob"},
	{"ends in unknown block", append(header(), block("_other", raw(words))[:30]...), ErrTruncated, 1, at + 30, -1, "blob"},
	{"64 KiB header", append(header(), 0, 1, 0, 0), ErrTooLarge, 1, at, -1, "65536"},
	{"4 GiB header", append(header(), 255, 255, 255, 255), ErrTooLarge, 1, at, -1, "4294967295"},
	{"header without type", append(header(), 0, 0, 0, 2, 0x18, 0), ErrCorrupt, 1, at + 4, -1, "type"},
	{"header without size", append(append(header(), 0, 0, 0, 9), wire{}.text(1, typeData)...), ErrCorrupt, 1, at + 4, -1, "length"},
	{"negative size", withHead(wire{}.text(1, typeData).int(3, -1)), ErrCorrupt, 1, at + 4, -1, "negative"},
	{"33 MiB blob", withHead(wire{}.text(1, typeData).int(3, 33<<20)), ErrTooLarge, 1, at + 4, -1, "blob"},
	{"2^62 blob", withHead(wire{}.text(1, typeData).int(3, 1<<62)), ErrTooLarge, 1, at + 4, -1, "blob"},
	{"size as text", withHead(wire{}.text(1, typeData).text(3, "x")), ErrCorrupt, 1, at + 4 + 9, -1, "wire type"},
	{"32 MiB blob that is not there", withHead(wire{}.text(1, typeData).int(3, 32<<20)), ErrTruncated, 1, at + 18, -1, "blob"},

	{"empty blob", data(nil), ErrCorrupt, 1, at + 15, -1, "without data"},
	{"broken blob", data([]byte{0x0a, 5, 1}), ErrCorrupt, 1, at + 15, -1, "5 bytes where 1"},
	{"packed twice", data(wire{}.int(2, 1).text(1, "a").text(3, "b")), ErrCorrupt, 1, at + 20, -1, "raw and as zlib"},
	{"lzma", data(wire{}.int(2, 9).text(4, "xx")), ErrCompression, 1, at + 19, -1, "lzma"},
	{"bzip2", data(wire{}.int(2, 9).text(5, "xx")), ErrCompression, 1, at + 19, -1, "bzip2"},
	{"raw of another size", data(wire{}.int(2, 9).text(1, "xx")), ErrCorrupt, 1, at + 19, -1, "claims 9"},
	{"zlib without size", data(wire{}.text(3, "xx")), ErrCorrupt, 1, at + 15, -1, "without the size"},
	{"zlib of negative size", data(wire{}.int(2, -1).text(3, "xx")), ErrCorrupt, 1, at + 15, -1, "negative"},
	{"zlib of 32 MiB", data(wire{}.int(2, 32<<20).text(3, "xx")), ErrTooLarge, 1, at + 15, -1, "33554432"},
	{"zlib of 2^40", data(wire{}.int(2, 1<<40).text(3, "xx")), ErrCorrupt, 1, at + 15, -1, "32 bits"},
	{"a few bytes for 31 MiB", data(wire{}.int(2, 31<<20).bytes(3, make([]byte, 99))), ErrCorrupt, 1, at + 22, -1, "cannot hold"},
	{"zlib of more than stated", data(zlibOf(words, int64(len(words))-1)), ErrCorrupt, 1, at, -1, "longer"},
	{"zlib of less than stated", data(zlibOf(words, int64(len(words))+1)), ErrCorrupt, 1, at, -1, "shorter"},
	{"not zlib", data(wire{}.int(2, 20).text(3, "garbage")), ErrCorrupt, 1, at, -1, "not zlib"},
	{"not zstd", data(wire{}.int(2, 20).text(7, "garbage")), ErrCorrupt, 1, at, -1, "zstd"},
	{"zstd of more than stated", data(bytes.Replace(blob(packZstd, words), []byte{2 << 3, byte(len(words))}, []byte{2 << 3, byte(len(words) - 1)}, 1)), ErrCorrupt, 1, at, -1, "longer"},
	{"zstd of less than stated", data(bytes.Replace(blob(packZstd, words), []byte{2 << 3, byte(len(words))}, []byte{2 << 3, byte(len(words) + 1)}, 1)), ErrCorrupt, 1, at, -1, "shorter"},
	{"not lz4", data(wire{}.int(2, 20).text(6, "garbage")), ErrCorrupt, 1, at, -1, "lz4"},

	{"content cut", data(raw(words[:9])), ErrCorrupt, 1, at, 0, "bytes where"},
	{"number without end", data(raw(wire{0x88, 0x80})), ErrCorrupt, 1, at, 0, "without an end"},
	{"number of 70 bits", data(raw(bytes.Repeat([]byte{0xff}, 11))), ErrCorrupt, 1, at, 0, "64 bits"},
	{"field 0", data(raw(wire{0x02, 0x00, 0x00})), ErrCorrupt, 1, at, 0, "field key"},
	{"group of fields", data(raw(wire{0x0b, 0x00, 0x00})), ErrCorrupt, 1, at, 0, "wire type 3"},
	{"strings as number", data(raw(wire{}.int(1, 3))), ErrCorrupt, 1, at, 0, "wire type"},
	{"granularity 0", data(raw(wire{}.int(17, 0))), ErrCorrupt, 1, at, 0, "granularity"},
	{"granularity below 0", data(raw(wire{}.int(17, -100))), ErrCorrupt, 1, at, 0, "granularity"},
	{"granularity over 32 bits", data(raw(wire{}.int(17, 1<<40))), ErrCorrupt, 1, at, 0, "32 bits"},
	{"date granularity", data(raw(wire{}.int(18, 0))), ErrCorrupt, 1, at, 0, "granularity"},
	{"offset", data(raw(wire{}.int(17, 100).int(19, 1<<62))), ErrCorrupt, 1, at, 3, "offset"},
	{"no strings", data(raw(wire{}.bytes(2, wire{}.bytes(2, oneDense)))), ErrCorrupt, 1, at, 2, "string table"},
	{"strings cut", data(raw(append(wire{}.bytes(1, []byte{0x0a, 9}), wire{}.bytes(2, wire{}.bytes(2, oneDense))...))), ErrCorrupt, 1, at, 2, "bytes where"},
	{"group cut", data(raw(append(append(wire{}, words...), wire{}.bytes(2, []byte{0x12, 9})...))), ErrCorrupt, 1, at, int64(len(words)) + 2, "bytes where"},

	{"no latitudes", data(raw(group(2, wire{}.diffs(1, 1, 2).diffs(9, 1, 2)))), ErrCorrupt, 1, at, -2, "no latitudes"},
	{"too few longitudes", data(raw(group(2, wire{}.diffs(1, 1, 2).diffs(8, 1, 2).diffs(9, 1)))), ErrCorrupt, 1, at, -2, "1 longitudes of dense nodes where 2"},
	{"too many latitudes", data(raw(group(2, wire{}.diffs(1, 1).diffs(8, 1, 2).diffs(9, 1)))), ErrCorrupt, 1, at, -2, "2 latitudes"},
	{"column cut", data(raw(group(2, wire{}.bytes(1, []byte{0x80})))), ErrCorrupt, 1, at, -2, "inside a number"},
	{"column of 70 bits", data(raw(group(2, wire{}.bytes(1, append(bytes.Repeat([]byte{0xff}, 10), 1)).diffs(8, 1).diffs(9, 1)))), ErrCorrupt, 1, at, -2, "64 bits"},
	{"column of floats", data(raw(group(2, append(wire{0x0d}, 1, 2, 3, 4)))), ErrCorrupt, 1, at, -2, "wire type 5"},
	{"ids over 64 bits", data(raw(group(2, wire{}.ints(1, -2, 2, -2).diffs(8, 1, 1, 1).diffs(9, 1, 1, 1)))), ErrCorrupt, 1, at, -2, "add up"},
	{"latitude of 112", data(raw(group(2, wire{}.diffs(1, 77).diffs(8, 1_120_000_000).diffs(9, 280_000_000)))), ErrCorrupt, 1, at, -2, "node 77: latitude beyond"},
	{"longitude of -181", data(raw(group(2, wire{}.diffs(1, 77).diffs(8, 0).diffs(9, -1_810_000_000)))), ErrCorrupt, 1, at, -2, "node 77: longitude beyond"},
	{"latitude of 2^63", data(raw(group(2, wire{}.diffs(1, 77).diffs(8, math.MinInt64).diffs(9, 0)))), ErrCorrupt, 1, at, -2, "latitude beyond"},
	{"key out of table", data(raw(group(2, append(oneDense, wire{}.ints(10, 3, 1, 0)...)))), ErrCorrupt, 1, at, -2, "not in the string table of 3"},
	{"negative key", data(raw(group(2, append(oneDense, wire{}.ints(10, -1, 1, 0)...)))), ErrCorrupt, 1, at, -2, "not in the string table"},
	{"key without value", data(raw(group(2, append(oneDense, wire{}.ints(10, 1)...)))), ErrCorrupt, 1, at, -2, "after a key"},
	{"tags end early", data(raw(group(2, wire{}.diffs(1, 1, 2).diffs(8, 1, 2).diffs(9, 1, 2).ints(10, 0)))), ErrCorrupt, 1, at, -2, "node 1 of 2"},
	{"tags of nobody", data(raw(group(2, append(oneDense, wire{}.ints(10, 0, 0)...)))), ErrCorrupt, 1, at, -2, "more than the 1"},
	{"tags without nodes", data(raw(group(2, wire{}.ints(10, 0)))), ErrCorrupt, 1, at, -2, "there are none"},
	{"info too short", data(raw(group(2, wire{}.diffs(1, 1, 2).bytes(5, wire{}.ints(1, 1)).diffs(8, 1, 2).diffs(9, 1, 2)))), ErrCorrupt, 1, at, -2, "1 entries"},
	{"info of unknown user", data(raw(group(2, append(oneDense, wire{}.bytes(5, wire{}.diffs(5, 9))...)))), ErrCorrupt, 1, at, -2, "out of range"},
	{"info of late time", data(raw(group(2, append(oneDense, wire{}.bytes(5, wire{}.diffs(2, 1<<60))...)))), ErrCorrupt, 1, at, -2, "out of range"},
	{"info version", data(raw(group(2, append(oneDense, wire{}.bytes(5, wire{}.ints(1, 1<<40))...)))), ErrCorrupt, 1, at, -2, "32 bits"},

	{"node without place", data(raw(group(1, wire{}.sint(1, 3)))), ErrCorrupt, 1, at, -2, "node 3: number, latitude or longitude"},
	{"node off the globe", data(raw(group(1, wire{}.sint(1, 3).sint(8, 0).sint(9, 1<<62)))), ErrCorrupt, 1, at, -2, "node 3: longitude"},
	{"node tags", data(raw(group(1, wire{}.sint(1, 3).ints(2, 1).sint(8, 0).sint(9, 0)))), ErrCorrupt, 1, at, -2, "node 3: no tag values where 1"},
	{"way without number", data(raw(group(3, wire{}.ints(2, 1).ints(3, 1)))), ErrCorrupt, 1, at, -2, "way without a number"},
	{"way number as text", data(raw(group(3, wire{}.text(1, "5")))), ErrCorrupt, 1, at, -2, "wire type"},
	{"way tags", data(raw(group(3, append(anybody, wire{}.ints(2, 1, 2).ints(3, 1)...)))), ErrCorrupt, 1, at, -2, "way 5: 1 tag values where 2"},
	{"way key", data(raw(group(3, append(anybody, wire{}.ints(2, 1<<31).ints(3, 1)...)))), ErrCorrupt, 1, at, -2, "way 5: key 0 of 1"},
	{"way value", data(raw(group(3, append(anybody, wire{}.ints(2, 1).ints(3, math.MaxInt64)...)))), ErrCorrupt, 1, at, -2, "way 5: value 0 of 1"},
	{"way refs over 64 bits", data(raw(group(3, append(anybody, wire{}.ints(8, -2, -2)...)))), ErrCorrupt, 1, at, -2, "way 5: "},
	{"way places", data(raw(group(3, append(anybody, wire{}.diffs(8, 1, 2).diffs(9, 1, 2).diffs(10, 1)...)))), ErrCorrupt, 1, at, -2, "way 5: 1 longitudes of nodes where 2"},
	{"way places without longitude", data(raw(group(3, append(anybody, wire{}.diffs(8, 1).diffs(9, 1)...)))), ErrCorrupt, 1, at, -2, "way 5: no longitudes"},
	{"way info user", data(raw(group(3, append(anybody, wire{}.bytes(4, wire{}.int(5, 3))...)))), ErrCorrupt, 1, at, -2, "way 5: user"},
	{"way info time", data(raw(group(3, append(anybody, wire{}.bytes(4, wire{}.int(2, math.MaxInt64))...)))), ErrCorrupt, 1, at, -2, "way 5: time"},
	{"relation without number", data(raw(group(4, wire{}.diffs(9, 1)))), ErrCorrupt, 1, at, -2, "relation without a number"},
	{"relation roles", data(raw(group(4, append(anybody, wire{}.ints(8, 1).diffs(9, 1, 2).ints(10, 1, 1)...)))), ErrCorrupt, 1, at, -2, "relation 5: 1 roles"},
	{"relation kinds", data(raw(group(4, append(anybody, wire{}.ints(8, 1, 1).diffs(9, 1, 2)...)))), ErrCorrupt, 1, at, -2, "relation 5: no kinds"},
	{"relation members", data(raw(group(4, append(anybody, wire{}.ints(8, 1)...)))), ErrCorrupt, 1, at, -2, "relation 5: 1 roles of members where 0"},
	{"relation role", data(raw(group(4, append(anybody, wire{}.ints(8, 9).diffs(9, 1).ints(10, 1)...)))), ErrCorrupt, 1, at, -2, "relation 5: role of member 0"},
	{"relation kind", data(raw(group(4, append(anybody, wire{}.ints(8, 1).diffs(9, 1).ints(10, 3)...)))), ErrCorrupt, 1, at, -2, "relation 5: member 0 of 1 is of unknown kind"},
}

func withHead(head []byte) []byte {
	return append(binary.BigEndian.AppendUint32(header(), uint32(len(head))), head...)
}

func TestFaultyFilesAreRefused(t *testing.T) {
	for _, c := range faultyFiles {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			for _, r := range []io.Reader{bytes.NewReader(c.file), iotest.OneByteReader(bytes.NewReader(c.file))} {
				_, err := Read(t.Context(), r, Options{Info: true}, func(*Block) error { return nil })
				c.check(t, err)
			}
			_, err := ReadAt(t.Context(), bytes.NewReader(c.file), int64(len(c.file)), Options{Info: true}, func(*Block) error { return nil })
			c.check(t, err)
		})
	}
}

func (c *faulty) check(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.Is(err, c.is) || !errors.As(err, &e) {
		t.Fatalf("got %v, want %v", err, c.is)
	}
	if e.Block != c.block || e.Offset != c.offset {
		t.Errorf("block %d at %d, want block %d at %d: %v", e.Block, e.Offset, c.block, c.offset, err)
	}
	if e.Inside != c.inside && !(c.inside == -2 && e.Inside >= 0 && e.Inside < int64(len(c.file))) {
		t.Errorf("inside %d, want %d: %v", e.Inside, c.inside, err)
	}
	if !strings.Contains(err.Error(), c.text) {
		t.Errorf("%q says nothing of %q", err, c.text)
	}
}

func TestEveryTruncationIsFound(t *testing.T) {
	f := plainForm
	whole := write(town(300), f)
	edges := map[int]bool{}
	s := stream{r: bytes.NewReader(whole)}
	for j := (&job{}); s.next(j) == nil; {
		s.skip(j)
		edges[int(s.pos)] = true
	}
	for n := range whole {
		_, err := Read(t.Context(), bytes.NewReader(whole[:n]), Options{Workers: 1}, func(*Block) error { return nil })
		var e *Error
		switch {
		case edges[n] && err != nil:
			t.Fatalf("cut between blocks, at %d: %v", n, err)
		case edges[n] || n == 0:
		case !errors.Is(err, ErrTruncated) || !errors.As(err, &e) || e.Offset != int64(n):
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestEveryWrongByteIsFoundOrHarmless(t *testing.T) {
	whole := write(town(120), plainForm)
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x55
		_, err := Read(t.Context(), bytes.NewReader(bad), Options{Info: true, Workers: 1}, func(*Block) error { return nil })
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(bad)) || e.Block < 0) {
			t.Fatalf("wrong byte %d: %v", i, err)
		}
	}
}

func TestReadErrorsKeepTheirCause(t *testing.T) {
	whole := write(town(300), plainForm)
	cause := errors.New("disk on fire")
	for _, n := range []int{0, 2, 10, 60, len(whole) - 20} {
		_, err := Read(t.Context(), io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(cause)), Options{}, func(*Block) error { return nil })
		var e *Error
		if !errors.Is(err, cause) || !errors.As(err, &e) || e.Offset != int64(n) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// swollen are contents of about n bytes that become as large as can be.
func swollen(n int) map[string][]byte {
	many := func(b []byte) []byte { return bytes.Repeat(b, n/len(b)) }
	ones := many([]byte{2})
	third := ones[:n/3]
	one := wire{}.bytes(3, wire{}.int(1, 1))
	return map[string][]byte{
		"strings":      append(wire{}.bytes(1, many([]byte{0x0a, 0})), wire{}.bytes(2, wire{}.bytes(2, oneDense))...),
		"dense nodes":  group(2, wire{}.bytes(1, third).bytes(8, make([]byte, n/3)).bytes(9, make([]byte, n/3))),
		"plain nodes":  append(words[:len(words):len(words)], wire{}.bytes(2, many(wire{}.bytes(1, wire{}.sint(1, 1).sint(8, 1).sint(9, 1))))...),
		"ways":         append(words[:len(words):len(words)], wire{}.bytes(2, many(one))...),
		"way groups":   append(words[:len(words):len(words)], many(wire{}.bytes(2, one))...),
		"refs":         group(3, append(anybody, wire{}.bytes(8, ones)...)),
		"places":       group(3, append(anybody, wire{}.bytes(8, third).bytes(9, make([]byte, n/3)).bytes(10, make([]byte, n/3))...)),
		"tags":         group(3, append(anybody, wire{}.bytes(2, ones[:n/2]).bytes(3, ones[:n/2])...)),
		"dense tags":   group(2, append(oneDense, wire{}.bytes(10, append(bytes.Clone(ones), 0))...)),
		"relations":    append(words[:len(words):len(words)], wire{}.bytes(2, many(wire{}.bytes(4, wire{}.int(1, 1))))...),
		"members":      group(4, append(anybody, wire{}.bytes(8, third).bytes(9, third).bytes(10, make([]byte, n/3))...)),
		"empty groups": append(words[:len(words):len(words)], many([]byte{0x12, 0})...),
		"scattered":    group(3, append(anybody, many(wire{}.int(8, 2))...)),
	}
}

func TestExpansionIsBounded(t *testing.T) {
	for name, content := range swollen(1 << 20) {
		for _, info := range []bool{false, true} {
			d, b := decoder{o: &Options{Info: info}}, Block{}
			if err := d.decode(content, &b); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			scratch := 8*int64(cap(d.numbers)) + int64(cap(d.keep))
			got := float64(b.footprint()+scratch) / float64(len(content))
			t.Logf("%-12s info %-5t %5.1f times its content", name, info, got)
			if got > float64(d.o.expansion()) {
				t.Errorf("%s, info %t: %.1f times its content", name, info, got)
			}
		}
	}
}

// TestMemoryIsBounded reads a file of a few hundred kilobytes that unpacks to
// 140 MiB, each block of which expands as far as it can.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacks 140 MiB")
	}
	content := swollen(12 << 20)["dense nodes"]
	b := header()
	one := block(typeData, blob(packZlib, content))
	for range 12 {
		b = append(b, one...)
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := heap(), uint64(0)
	_, err := Read(t.Context(), bytes.NewReader(b), Options{Workers: 4, Memory: 64 << 20}, func(*Block) error {
		most = max(most, heap()-before)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// A single block is over the bound, so that one at a time is let through.
	if limit := uint64(len(content)) * 11; most > limit {
		t.Errorf("%d MiB held, at most %d expected", most>>20, limit>>20)
	}
	t.Logf("%d MiB held for blocks of %d MiB", most>>20, len(content)>>20)
}
