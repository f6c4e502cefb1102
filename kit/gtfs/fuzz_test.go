package gtfs_test

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"

	"conurb/kit/gtfs"
)

// FuzzRead puts any bytes in the place of each file: a feed is read soundly or
// refused, never a panic; what is read can be written and read again.
func FuzzRead(f *testing.F) {
	names := []string{"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt", "calendar_dates.txt",
		"frequencies.txt", "transfers.txt", "pathways.txt", "levels.txt", "shapes.txt", "feed_info.txt", "fare_rules.txt"}
	for i, name := range names {
		if file, ok := world(small, odd[4], odd[5])[name]; ok {
			f.Add(uint8(i), file.Data)
		}
	}
	for _, c := range mended {
		for name, file := range world(c.text) {
			for i := range names {
				if names[i] == name {
					f.Add(uint8(i), file.Data)
				}
			}
		}
	}
	for i := range names {
		f.Add(uint8(i), []byte{})
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		files := world(small)
		files[names[int(which)%len(names)]] = &fstest.MapFile{Data: data}
		feed, report, err := gtfs.ReadFS(context.Background(), files, gtfs.Options{MaxBytes: 1 << 20, MaxRows: 1000})
		if (feed == nil) != (err != nil) || report == nil {
			t.Fatalf("feed %v, error %v", feed != nil, err)
		}
		if err != nil {
			return
		}
		for i := range feed.Trips {
			row := &feed.Trips[i]
			for k := row.First; k < row.Last; k++ {
				if feed.Times.Departure[k] < feed.Times.Arrival[k] || k > row.First && feed.Times.Arrival[k] < feed.Times.Departure[k-1] {
					t.Fatalf("time runs backwards in %s", row.ID)
				}
			}
		}
		feed.InSeatOn(gtfs.NewDate(2026, 1, 5))
		feed.Span()
		var b bytes.Buffer
		if err := gtfs.Write(&b, feed); err != nil {
			t.Fatal(err)
		}
		if _, r, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b.Bytes()), int64(b.Len()), gtfs.Options{}); err != nil {
			t.Fatalf("what was written is refused: %v %+v", err, r.Groups())
		}
	})
}

// FuzzZip reads any bytes as an archive.
func FuzzZip(f *testing.F) {
	f.Add(zipped(f, world(small)))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		feed, report, err := gtfs.ReadZip(context.Background(), bytes.NewReader(b), int64(len(b)), gtfs.Options{MaxBytes: 1 << 20, MaxRows: 1000})
		if (feed == nil) != (err != nil) || report == nil {
			t.Fatalf("feed %v, error %v", feed != nil, err)
		}
	})
}
