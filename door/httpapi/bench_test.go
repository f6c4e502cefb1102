package httpapi_test

import (
	"net/http/httptest"
	"testing"

	"conurb/door/httpapi"
	"conurb/internal/packtest"
	"conurb/plan/board"
)

// The first page of a board of ten thousand targets, its board at hand already:
// 100 ms are allowed.
func BenchmarkFirstPageOfTenThousandTargets(b *testing.B) {
	d := newDesk(b, packtest.Large(10_000, 6))
	in, err := d.Input(b.Context(), 0)
	if err != nil {
		b.Fatal(err)
	}
	d.board = board.Evaluate(in, board.Query{AsOf: today, BelievedOn: today})
	h := httpapi.New(d, httpapi.Options{})
	for _, c := range []struct{ name, path string }{
		{"first", "/api/v1/board?limit=60"}, {"search", "/api/v1/board?q=9999"}, {"last", "/api/v1/board?offset=9940"},
		{"target", "/api/v1/targets/bulk-target-77"}, {"indicators", "/api/v1/indicators"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
