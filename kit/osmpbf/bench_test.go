package osmpbf

import (
	"bytes"
	"testing"
)

// content is one block of a usual size, unpacked.
func content(kind Kind) []byte {
	a := town(8000)
	w := &writer{form: plainForm}
	switch kind {
	case KindNode:
		return w.content(world{Nodes: a.Nodes})
	case KindWay:
		for len(a.Ways) < 8000 {
			a.Ways = append(a.Ways, a.Ways...)
		}
		return w.content(world{Ways: a.Ways[:8000]})
	}
	for len(a.Relations) < 2000 {
		a.Relations = append(a.Relations, a.Relations...)
	}
	return w.content(world{Relations: a.Relations[:2000]})
}

func TestDecodingAllocatesPerBlockOnly(t *testing.T) {
	for _, k := range []Kind{KindNode, KindWay, KindRelation} {
		c := content(k)
		b := Block{}
		for _, o := range []Options{{}, {Info: true}, {Nodes: Filter{Key: keyed}, Ways: Filter{Key: keyed}, Relations: Filter{Key: keyed}}} {
			d := decoder{o: &o}
			n := testing.AllocsPerRun(20, func() {
				if err := d.decode(c, &b); err != nil {
					t.Fatal(err)
				}
			})
			if n > 4 { // the text of the strings, and the counting of them
				t.Errorf("block of %ss: %.0f allocations", k, n)
			}
		}
	}
}

func keyed(key string) bool { return key == "highway" || key == "type" }

func TestReadingAllocatesNothingPerBlockButText(t *testing.T) {
	few, many := plainForm, plainForm
	few.PerBlock, many.PerBlock = 400, 100
	a := town(40_000)
	count := func(data []byte) float64 {
		return testing.AllocsPerRun(3, func() {
			if _, err := Read(t.Context(), bytes.NewReader(data), Options{Workers: 1}, func(*Block) error { return nil }); err != nil {
				t.Fatal(err)
			}
		})
	}
	x, y := count(write(a, few)), count(write(a, many))
	if blocks := 3 * (40_000 + 4_000 + 400) / 400; y-x > 5*float64(blocks) {
		t.Errorf("%.0f allocations for %d blocks more", y-x, blocks)
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, k := range []Kind{KindNode, KindWay, KindRelation} {
		b.Run(k.String(), func(b *testing.B) {
			c := content(k)
			d, bl := decoder{o: &Options{}}, Block{}
			b.SetBytes(int64(len(c)))
			b.ReportAllocs()
			for b.Loop() {
				if err := d.decode(c, &bl); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
