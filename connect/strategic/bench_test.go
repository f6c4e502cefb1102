package strategic_test

import (
	"testing"

	"conurb/area"
	"conurb/area/people"
	"conurb/connect/strategic"
)

// BenchmarkRegion lays residents and streets of the region.
func BenchmarkRegion(b *testing.B) {
	p := czt(b)
	day := area.NewDate(2026, 1, 1)
	for b.Loop() {
		cells, _, err := people.Distribute(&p.Area, &p.Network, p.Sketch.Anchors, people.DefaultRule())
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := strategic.Source(&p.Network, &p.Sketch, cells, strategic.DefaultRule(), day, day); err != nil {
			b.Fatal(err)
		}
	}
}
