package circle

import (
	"testing"

	"conurb/plan/pack"
	"conurb/region"
)

// BenchmarkSwitchByCar is one road of the region switched: the hierarchy customized
// anew, every cell to every aim.
func BenchmarkSwitchByCar(b *testing.B) {
	p, problems := pack.Load(region.CZT())
	if p == nil {
		b.Fatal(problems)
	}
	c := circlesOf(b, p)
	evaluate(b, c, Asked{Mode: Car})
	ground, _ := c.base.Get(nil)
	r, _ := ground.roads.Get(nil)
	closed := []string{"new-shaoshan-road-i"}
	for b.Loop() {
		if _, err := c.drive(b.Context(), ground, r, closed, nil); err != nil {
			b.Fatal(err)
		}
	}
}
