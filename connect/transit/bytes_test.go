package transit

import (
	"testing"

	"pgregory.net/rapid"
)

func TestEightLanesAtATimeAreLanesOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b narrow
		for i := range a {
			a[i] = uint8(rapid.SampledFrom([]int{0, 1, 2, 126, 127, 128, 129, 254, 255, rapid.IntRange(0, 255).Draw(t, "a")}).Draw(t, "of a"))
			b[i] = uint8(rapid.SampledFrom([]int{0, 1, 2, 126, 127, 128, 129, 254, 255, rapid.IntRange(0, 255).Draw(t, "b")}).Draw(t, "of b"))
		}
		var who uint64
		most := a
		for i := range a {
			if a[i] > b[i] {
				who |= 1 << i
			}
			most[i] = max(a[i], b[i])
		}
		for _, by := range bytewises() {
			if got := by.above(&a, &b); got != who {
				t.Fatalf("%s, above: got %064b, want %064b", by.name, got, who)
			}
			up := a
			if by.lift(&up, &b); up != most {
				t.Fatalf("%s: got %v, want %v", by.name, up, most)
			}
		}
	})
}
