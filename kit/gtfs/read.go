package gtfs

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
)

// Options bound what is read; the zero value takes the defaults.
type Options struct {
	MaxBytes int64 // of all files of the feed, unpacked; default DefaultMaxBytes
	MaxRows  int   // of any file but stop times and shapes; default DefaultMaxRows
}

// The defaults of Options.
const (
	DefaultMaxBytes = 2 << 30
	DefaultMaxRows  = 5_000_000
)

// The ways in which nothing is read.
var (
	ErrRefused = errors.New("the feed has faults that cannot be mended")
	ErrZip     = errors.New("not a zip archive that can be read")
	ErrTooBig  = errors.New("the feed unpacks to more bytes than are read")
)

// reading is a feed in the making.
type reading struct {
	ctx    context.Context
	fsys   fs.FS
	size   map[string]int64 // files of the feed and their declared length
	o      Options
	left   int64
	err    error
	f      *Feed
	report *Report
	pool   map[string]string
	lost   map[string]bool // files of which rows are missing: who refers to them is not blamed

	agencies map[string]Agency
	levels   map[string]Level
	shapes   map[string]Shape
	lines    lines
}

// lines are where rows stand, for faults found later.
type lines struct{ stops, routes, trips, times, points, transfers, services []int32 }

// ReadZip reads a feed from a zip archive. The report is never nil. The error is
// ErrRefused where the report holds errors, ErrZip, ErrTooBig, one of ctx or of r.
func ReadZip(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Feed, *Report, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, newReport(), fmt.Errorf("%w: %w", ErrZip, err)
	}
	return ReadFS(ctx, z, o)
}

// ReadFS reads a feed from a folder, with the errors of ReadZip.
func ReadFS(ctx context.Context, fsys fs.FS, o Options) (*Feed, *Report, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxRows <= 0 {
		o.MaxRows = DefaultMaxRows
	}
	in := &reading{ctx: ctx, fsys: fsys, o: o, left: o.MaxBytes, f: &Feed{Texts: []string{""}}, report: newReport(), pool: map[string]string{}, lost: map[string]bool{}}
	if err := in.list(); err != nil {
		return nil, in.report, err
	}
	for _, part := range []func(){
		in.required, in.readAgencies, in.readLevels, in.readStops, in.readRoutes, in.readServices, in.readShapes, in.readTrips, in.readTimes,
		in.readFrequencies, in.readTransfers, in.readPathways, in.readInfo, in.keep, in.check,
	} {
		if part(); in.err != nil {
			return nil, in.report, in.err
		}
	}
	if in.report.Errors() > 0 {
		return nil, in.report, ErrRefused
	}
	return in.f, in.report, nil
}

// known are the files that are read; false for those kept as rows.
var known = map[string]bool{
	"agency.txt": true, "stops.txt": true, "routes.txt": true, "trips.txt": true, "stop_times.txt": true, "calendar.txt": true,
	"calendar_dates.txt": true, "frequencies.txt": true, "transfers.txt": true, "pathways.txt": true, "levels.txt": true,
	"shapes.txt": true, "feed_info.txt": true,
	"fare_attributes.txt": false, "fare_rules.txt": false, "fare_media.txt": false, "fare_products.txt": false,
	"fare_leg_rules.txt": false, "fare_leg_join_rules.txt": false, "fare_transfer_rules.txt": false, "rider_categories.txt": false,
	"timeframes.txt": false, "areas.txt": false, "stop_areas.txt": false, "networks.txt": false, "route_networks.txt": false,
	"translations.txt": false, "attributions.txt": false,
}

// flexible are the files of on-demand services, which are left out.
var flexible = []string{"locations.geojson", "location_groups.txt", "location_group_stops.txt", "booking_rules.txt"}

// required files; calendars are looked at apart.
var required = map[string]bool{"agency.txt": true, "stops.txt": true, "routes.txt": true, "trips.txt": true, "stop_times.txt": true}

// list finds the files of the feed, in the only folder where there is just one.
func (in *reading) list() error {
	entries, err := fs.ReadDir(in.fsys, ".")
	if err != nil {
		return fmt.Errorf("list the feed: %w", err)
	}
	var folders []string
	found := false
	for _, e := range entries {
		if e.IsDir() && e.Name() != "__MACOSX" && !strings.HasPrefix(e.Name(), ".") {
			folders = append(folders, e.Name())
		}
		_, ok := known[e.Name()]
		found = found || ok && !e.IsDir()
	}
	if !found && len(folders) == 1 {
		sub, err := fs.Sub(in.fsys, folders[0])
		if err != nil {
			return fmt.Errorf("open folder %s: %w", folders[0], err)
		}
		in.fsys = sub
		if entries, err = fs.ReadDir(sub, "."); err != nil {
			return fmt.Errorf("list the feed: %w", err)
		}
		in.note(Warning, "invalid_input_files_in_subfolder", "folder-opened", folders[0], 0, "")
	}
	in.size = map[string]int64{}
	for _, e := range entries {
		in.enlist(e)
	}
	return nil
}

func (in *reading) enlist(e fs.DirEntry) {
	name := e.Name()
	if e.IsDir() {
		return
	}
	_, ok := known[name]
	switch {
	case ok:
		in.size[name] = 0
		if info, err := e.Info(); err == nil {
			in.size[name] = info.Size()
		}
	case slices.Contains(flexible, name):
		in.note(Warning, "flexible_service", "file-left-out", name, 0, "")
	case path.Ext(name) == ".txt" || path.Ext(name) == ".geojson":
		in.note(Info, "unknown_file", "file-left-out", clip(name), 0, "")
	}
}

func (in *reading) has(file string) bool { _, ok := in.size[file]; return ok }

func (in *reading) required() {
	for _, file := range []string{"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"} {
		if !in.has(file) {
			in.lost[file] = true
			in.note(Error, "missing_required_file", "", file, 0, "")
		}
	}
	if !in.has("calendar.txt") && !in.has("calendar_dates.txt") {
		in.lost["calendar.txt"] = true
		in.note(Error, "missing_calendar_and_calendar_date_files", "", "calendar.txt", 0, "")
	}
}

// reader opens a file so that all files together stay under the limit.
func (in *reading) reader(file string) (io.Reader, func() error, bool) {
	r, err := in.fsys.Open(file)
	if err != nil {
		in.unreadable(file, err)
		return nil, nil, false
	}
	return &metered{r, in}, r.Close, true
}

type metered struct {
	r  io.Reader
	in *reading
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.in.left -= int64(n); m.in.left < 0 {
		return 0, ErrTooBig
	}
	return n, err
}

// unreadable ends the reading: what a file holds cannot be known.
func (in *reading) unreadable(file string, err error) {
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: %w", ErrZip, err)
	}
	in.fail(fmt.Errorf("%s: %w", file, err))
}

func (in *reading) fail(err error) {
	if in.err == nil {
		in.err = err
	}
}

func (in *reading) note(sev Severity, code, mend, file string, line int, field string, args ...string) {
	in.report.add(Notice{Code: code, Severity: sev, File: file, Line: line, Field: field, Mend: mend}, args)
}

// guess is how many rows to make room for.
func (in *reading) guess(file string, perRow int64) int {
	return int(min(in.size[file]/perRow, 1<<20))
}

// unique enters an id; a second row of the same id is an error.
func unique[T ~int32](t *table, ids map[string]T, id string, at T, col int, lines []int32) bool {
	if old, twice := ids[id]; twice {
		first := "?"
		if int(old) < len(lines) {
			first = itoa(lines[old])
		}
		t.note(Error, "duplicate_key", "", col, "value", id, "first", first)
		return false
	}
	ids[id] = at
	return true
}

// most is the number of rows that positions can count.
const most = math.MaxInt32 - 1
