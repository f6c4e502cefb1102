package gtfs

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"testing"
	"testing/fstest"
)

// drawnCity is a feed of stop_times rows in 10,000 trips.
func drawnCity(rows int) fstest.MapFS {
	var stops, trips, times bytes.Buffer
	stops.WriteString("stop_id,stop_name,stop_lat,stop_lon\n")
	for i := range 2000 {
		fmt.Fprintf(&stops, "%d,Stop %d,%.6f,%.6f\n", 100000+i, i, 52+float64(i%50)/1000, 13+float64(i/50)/1000)
	}
	trips.WriteString("route_id,service_id,trip_id\n")
	times.WriteString("trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,shape_dist_traveled\n")
	per := rows / 10_000
	for t := range 10_000 {
		fmt.Fprintf(&trips, "1,WK,trip-2026-%06d\n", t)
		for k := range per {
			at := Seconds(5*3600 + t*6 + k*90)
			fmt.Fprintf(&times, "trip-2026-%06d,%v,%v,%d,%d,0,0,%d.25\n", t, at, at, 100000+(t*7+k)%2000, k+1, k*411)
		}
	}
	return fstest.MapFS{
		"agency.txt":     {Data: []byte("agency_name,agency_url,agency_timezone\nA,u,Asia/Shanghai\n")},
		"stops.txt":      {Data: stops.Bytes()},
		"routes.txt":     {Data: []byte("route_id,route_short_name,route_type\n1,1,3\n")},
		"calendar.txt":   {Data: []byte("service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nWK,1,1,1,1,1,0,0,20260101,20261231\n")},
		"trips.txt":      {Data: trips.Bytes()},
		"stop_times.txt": {Data: times.Bytes()},
	}
}

// BenchmarkStopTimes compares reading stop_times.txt to its end: cut by
// encoding/csv, cut by the scanner, and read and checked as part of a feed.
func BenchmarkStopTimes(b *testing.B) {
	const rows = 500_000
	files := drawnCity(rows)
	text := files["stop_times.txt"].Data
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("encoding-csv", func(b *testing.B) {
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		perSecond(b)
	})
	b.Run("scanner", func(b *testing.B) {
		for b.Loop() {
			s := newScanner(bytes.NewReader(text))
			for s.next() {
			}
		}
		perSecond(b)
	})
	b.Run("feed", func(b *testing.B) {
		for b.Loop() {
			f, _, err := ReadFS(context.Background(), files, Options{})
			if err != nil || f.Times.Len() != rows {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
}
