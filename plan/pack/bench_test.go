package pack_test

import (
	"testing"

	"conurb/internal/packtest"
	"conurb/plan/pack"
)

// BenchmarkLoad reads a pack of 10,000 indicators with a target and 60
// observations each.
func BenchmarkLoad(b *testing.B) {
	fsys := packtest.Large(10_000, 60)
	bytes := 0
	for _, f := range fsys {
		bytes += len(f.Data)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		p, problems := pack.Load(fsys)
		if p == nil {
			b.Fatal(problems[0], problems[0].Args)
		}
		if n := len(p.Plan.Observations); n < 600_000 {
			b.Fatal(n)
		}
	}
}
