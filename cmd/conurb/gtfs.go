package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"conurb/app/ground"
	"conurb/kit/gtfs"
)

type gtfsCmd struct {
	Check gtfsCheckCmd `cmd:"" help:"${gtfs_check}"`
	Info  gtfsInfoCmd  `cmd:"" help:"${gtfs_info}"`
	Merge gtfsMergeCmd `cmd:"" help:"${gtfs_merge}"`
}

// unpacked is what every command takes that reads a timetable.
type unpacked struct {
	MaxGiB int `name:"max-gib" default:"2" help:"${max_gib}" placeholder:"N"`
}

// read reads a feed from a zip archive or a folder.
func (b unpacked) read(s *session, path string) (*gtfs.Feed, *gtfs.Report, error) {
	o := gtfs.Options{MaxBytes: int64(max(1, b.MaxGiB)) << 30}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	var feed *gtfs.Feed
	var report *gtfs.Report
	if info.IsDir() {
		feed, report, err = gtfs.ReadFS(s.ctx, os.DirFS(path), o)
	} else {
		f, oerr := os.Open(path)
		if oerr != nil {
			return nil, nil, oerr
		}
		defer f.Close()
		feed, report, err = gtfs.ReadZip(s.ctx, f, info.Size(), o)
	}
	if err != nil {
		return nil, report, fmt.Errorf("%s: %w", path, err)
	}
	return feed, report, nil
}

// whole reads a feed that is needed: where it is refused, the report says why.
func (b unpacked) whole(s *session, path string) (*gtfs.Feed, *gtfs.Report, error) {
	feed, report, err := b.read(s, path)
	if errors.Is(err, gtfs.ErrRefused) {
		if s.json {
			if err := s.writeJSON(s.checked(path, report)); err != nil {
				return nil, nil, err
			}
		} else {
			s.printNotices(s.err, path, report, gtfs.Error)
		}
		return nil, nil, errQuiet(1)
	}
	return feed, report, err
}

type gtfsCheckCmd struct {
	unpacked
	Feed string `arg:"" help:"${arg_feed}"`
}

func (c gtfsCheckCmd) Run(s *session) error {
	_, report, err := c.read(s, c.Feed)
	if err != nil && !errors.Is(err, gtfs.ErrRefused) {
		return err
	}
	if s.json {
		if err := s.writeJSON(s.checked(c.Feed, report)); err != nil {
			return err
		}
	} else {
		s.printNotices(s.out, c.Feed, report, gtfs.Info)
	}
	if report.Errors() > 0 {
		return errQuiet(1)
	}
	return nil
}

// checkSaid is a report as JSON says it.
type checkSaid struct {
	Feed    string         `json:"feed"`
	Usable  bool           `json:"usable"`
	Mended  map[string]int `json:"mended"`
	Notices []noticesSaid  `json:"notices"`
}

type noticesSaid struct {
	Code     string      `json:"code"`
	Severity string      `json:"severity"`
	Mend     string      `json:"mend,omitempty"`
	Count    int         `json:"count"`
	First    []placeSaid `json:"first"`
}

type placeSaid struct {
	File   string            `json:"file"`
	Line   int               `json:"line,omitempty"`
	Field  string            `json:"field,omitempty"`
	Args   map[string]string `json:"args"`
	Text   string            `json:"text"`
	Remedy string            `json:"remedy"`
}

func (s *session) checked(path string, r *gtfs.Report) checkSaid {
	said := checkSaid{Feed: path, Usable: r.Errors() == 0, Mended: r.Mended(), Notices: []noticesSaid{}}
	for _, g := range r.Groups() {
		one := noticesSaid{Code: g.Code, Severity: g.Severity.String(), Mend: g.Mend, Count: g.Count}
		for _, n := range g.First {
			one.First = append(one.First, placeSaid{n.File, n.Line, n.Field, n.Args, s.notice(n, ""), s.notice(n, ".remedy")})
		}
		said.Notices = append(said.Notices, one)
	}
	return said
}

// notice is what is wrong, or with ".remedy" what to do about it.
func (s *session) notice(n gtfs.Notice, part string) string {
	args := make([]string, 0, 2*len(n.Args))
	for k, v := range n.Args {
		args = append(args, k, v)
	}
	return s.t("gtfs.check."+n.Code+part, args...)
}

// shownPlaces is how many places of a notice are printed.
const shownPlaces = 3

// printNotices prints what was found, of a severity and above, grouped.
func (s *session) printNotices(w io.Writer, path string, r *gtfs.Report, from gtfs.Severity) {
	for _, g := range r.Groups() {
		if g.Severity < from {
			continue
		}
		mend := ""
		if g.Mend != "" {
			mend = s.t("gtfs.mended", "mend", s.t("gtfs.mend."+g.Mend))
		}
		fmt.Fprintln(w, s.t("gtfs.group", "severity", s.t("gtfs.severity."+g.Severity.String()), "code", g.Code, "n", strconv.Itoa(g.Count), "mend", mend))
		for i, n := range g.First {
			if i == shownPlaces {
				break
			}
			fmt.Fprintf(w, "  %s: %s\n", noticePlace(n), s.notice(n, ""))
		}
		if g.Count > shownPlaces {
			fmt.Fprintln(w, "  "+s.t("gtfs.more", "n", strconv.Itoa(g.Count-shownPlaces)))
		}
		fmt.Fprintln(w, "  → "+s.notice(g.First[0], ".remedy"))
	}
	mends := 0
	for _, n := range r.Mended() {
		mends += n
	}
	key := "gtfs.usable"
	if r.Errors() > 0 {
		key = "gtfs.refused"
	}
	fmt.Fprintln(w, s.t(key, "feed", path, "n", strconv.Itoa(r.Errors()), "mends", strconv.Itoa(mends)))
}

func noticePlace(n gtfs.Notice) string {
	at := n.File
	if n.Line > 0 {
		at += ":" + strconv.Itoa(n.Line)
	}
	if n.Field != "" {
		at += ":" + n.Field
	}
	return at
}

type gtfsInfoCmd struct {
	unpacked
	Feed string `arg:"" help:"${arg_feed}"`
}

// feedSaid is a feed as JSON says it.
type feedSaid struct {
	Feed      string         `json:"feed"`
	Agencies  []string       `json:"agencies"`
	Timezone  string         `json:"timezone"`
	Publisher string         `json:"publisher,omitempty"`
	Version   string         `json:"version,omitempty"`
	First     string         `json:"firstDay"`
	Last      string         `json:"lastDay"`
	Bounds    []float64      `json:"bounds,omitempty"` // west, south, east, north
	Rows      map[string]int `json:"rows"`
	Busiest   []dayTripsSaid `json:"busiestDays"`
	Mended    map[string]int `json:"mended"`
	Kept      map[string]int `json:"keptRows,omitempty"`
	Routes    map[string]int `json:"routesByType"`
}

type dayTripsSaid struct {
	Day   string `json:"day"`
	Trips int    `json:"trips"`
}

func (c gtfsInfoCmd) Run(s *session) error {
	feed, report, err := c.whole(s, c.Feed)
	if err != nil {
		return err
	}
	said := describe(c.Feed, feed, report)
	if s.json {
		return s.writeJSON(said)
	}
	s.printFeed(said)
	return nil
}

// busiestShown is how many of the busiest days are told.
const busiestShown = 3

func describe(path string, f *gtfs.Feed, r *gtfs.Report) feedSaid {
	first, last := f.Span()
	said := feedSaid{Feed: path, Timezone: f.Timezone, First: first.String(), Last: last.String(), Mended: r.Mended(), Kept: map[string]int{}, Routes: map[string]int{},
		Busiest: []dayTripsSaid{}, Rows: map[string]int{"stops": len(f.Stops), "routes": len(f.Routes), "services": len(f.Services), "trips": len(f.Trips), "stopTimes": f.Times.Len(),
			"frequencies": len(f.Frequencies), "transfers": len(f.Transfers), "pathways": len(f.Pathways), "levels": len(f.Levels), "shapes": len(f.Shapes)}}
	for _, a := range f.Agencies {
		said.Agencies = append(said.Agencies, a.Name)
	}
	if f.Info != nil {
		said.Publisher, said.Version = f.Info.Publisher, f.Info.Version
	}
	if w, so, e, n, ok := f.Bounds(); ok {
		said.Bounds = []float64{w, so, e, n}
	}
	for _, k := range f.Kept {
		said.Kept[k.File] = len(k.Rows)
	}
	for i := range f.Routes {
		said.Routes[strconv.Itoa(int(f.Routes[i].Type.Basic()))]++
	}
	days := f.TripsByDay()
	slices.SortStableFunc(days, func(a, b gtfs.DayTrips) int { return cmp.Compare(b.Trips, a.Trips) })
	for _, d := range days[:min(busiestShown, len(days))] {
		said.Busiest = append(said.Busiest, dayTripsSaid{d.Day.String(), d.Trips})
	}
	return said
}

// agenciesShown is how many agencies are named before the rest is counted.
const agenciesShown = 5

func (s *session) printFeed(f feedSaid) {
	names := strings.Join(f.Agencies[:min(agenciesShown, len(f.Agencies))], s.t("gtfs.comma"))
	if more := len(f.Agencies) - agenciesShown; more > 0 {
		names = s.t("gtfs.agencies", "names", names, "n", strconv.Itoa(more))
	}
	bounds := "—"
	if b := f.Bounds; b != nil {
		bounds = fmt.Sprintf("%.4f,%.4f – %.4f,%.4f", b[0], b[1], b[2], b[3])
	}
	fmt.Fprintln(s.out, s.t("gtfs.feed", "feed", f.Feed, "agencies", names, "zone", f.Timezone, "first", orDash(f.First), "last", orDash(f.Last), "bounds", bounds,
		"publisher", orDash(f.Publisher), "version", orDash(f.Version)))
	var rows [][]string
	for _, key := range []string{"stops", "routes", "services", "trips", "stopTimes", "frequencies", "transfers", "pathways", "levels", "shapes"} {
		if n := f.Rows[key]; n > 0 {
			rows = append(rows, []string{s.t("gtfs.rows." + key), strconv.Itoa(n)})
		}
	}
	s.table(strings.Split(s.t("gtfs.rows.header"), "|"), rows)
	for _, d := range f.Busiest {
		fmt.Fprintln(s.out, s.t("gtfs.busiest", "day", d.Day, "n", strconv.Itoa(d.Trips)))
	}
	s.mendsDone(f.Feed, f.Mended)
}

// mendsDone says on standard error that a feed is not as it was sent.
func (s *session) mendsDone(path string, mended map[string]int) {
	n := 0
	for _, k := range mended {
		n += k
	}
	if n > 0 {
		fmt.Fprintln(s.err, s.t("gtfs.mends", "feed", path, "n", strconv.Itoa(n)))
	}
}

type gtfsMergeCmd struct {
	unpacked
	Out   string   `required:"" help:"${out_gtfs}" placeholder:"FILE.zip"`
	Feeds []string `arg:"" help:"${arg_feeds}"`
}

func (c gtfsMergeCmd) Run(s *session) error {
	var parts []gtfs.Part
	for _, path := range c.Feeds {
		feed, report, err := c.whole(s, path)
		if err != nil {
			return err
		}
		s.mendsDone(path, report.Mended())
		parts = append(parts, gtfs.Part{Name: feedName(path), Feed: feed})
	}
	merged, kinds, err := gtfs.Merge(parts...)
	if err != nil {
		return err
	}
	if err := ground.Save(c.Out, func(w io.Writer) error { return gtfs.Write(w, merged) }); err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(map[string]any{"file": c.Out, "feeds": len(parts), "trips": len(merged.Trips), "stops": len(merged.Stops), "prefixed": append([]string{}, kinds...)})
	}
	fmt.Fprintln(s.err, s.t("gtfs.merged", "file", c.Out, "n", strconv.Itoa(len(parts)), "trips", strconv.Itoa(len(merged.Trips)), "stops", strconv.Itoa(len(merged.Stops))))
	if len(kinds) > 0 {
		fmt.Fprintln(s.err, s.t("gtfs.prefixed", "kinds", strings.Join(kinds, ", "), "example", parts[0].Name+":…"))
	}
	return nil
}

// feedName is the name of a file without its folder and ending, as the ids of the
// feed are told apart by it.
func feedName(path string) string {
	base := filepath.Base(filepath.Clean(path))
	return strings.ReplaceAll(strings.TrimSuffix(base, filepath.Ext(base)), ":", "-")
}
