// Package gtfs reads public transport timetables in the form of the General Transit
// Feed Specification (GTFS Schedule, gtfs.org/documentation/schedule/reference).
//
// # What it knows
//
// All static files that accessibility needs: agencies, stops with their hierarchy,
// levels and pathways, routes, services with their exceptions, trips, stop times,
// frequencies, transfers, shapes. Fares, areas, networks, translations and
// attributions are kept as rows ([Table]) for those who ask for them; flexible
// (on-demand) services are counted and left out.
//
// What it refuses to know: files and clocks (it reads an io.ReaderAt or an fs.FS),
// words for people (a [Notice] is a code with arguments), walking, routing.
//
// # Form
//
// A [Feed] is flat: every kind of row is a slice, and [Stop], [Trip], [Route] … are
// positions in it. The stop times of trip t are positions f.Trips[t].First up to
// f.Trips[t].Last of the columns in f.Times, in the order of stop_sequence.
//
// # Faults
//
// [ReadZip] and [ReadFS] report every fault with file, line and field. The codes are
// those of the canonical GTFS validator (gtfs-validator.mobilitydata.org/rules.html)
// where it has one. The severity is ours and says what became of the feed here:
// [Error] cannot be mended and the feed is refused; [Warning] is doubtful, and was
// mended where the notice names a mend; [Info] changes nothing that is asked of the
// feed. Every mend is named and counted; docs/methods/*/gtfs.md lists all.
//
// # Time
//
// [Seconds] count from noon minus 12 hours of the service day, in the time zone of
// the agency, as the specification says: midnight except on the two days a year
// when clocks change. They pass 24:00. [Feed.Time] gives the instant. [Date] counts
// days from 0001-01-01 as day 1.
//
// Stop times that are left empty between two given ones are interpolated: by
// shape_dist_traveled where both ends and all between have it and it grows, else by
// the great-circle distance along the stops, else evenly; f.Times.Timing says which
// were. A trip without times at its ends is refused.
//
// # Example
//
//	feed, report, err := gtfs.ReadZip(ctx, file, size, gtfs.Options{})
//	if errors.Is(err, gtfs.ErrRefused) { … report.Groups() says why … }
//	for _, s := range feed.ActiveOn(day) { … the trips of service s run … }
package gtfs
