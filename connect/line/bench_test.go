package line

import (
	"os"
	"testing"

	"conurb/plan/pack"
)

// BenchmarkTimetable makes the service day of the whole plan of the area.
func BenchmarkTimetable(b *testing.B) {
	p, problems := pack.Load(os.DirFS("../../region/czt"))
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	for b.Loop() {
		t, _ := Timetable(&p.Network, p.Services, func(string) bool { return true }, always)
		if t.Trips() == 0 {
			b.Fatal("no trips")
		}
	}
}
