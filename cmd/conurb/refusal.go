package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conurb/app"
	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/ground"
	"conurb/app/job"
	"conurb/area/cells"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/connect/transit"
	"conurb/kit/flat"
	"conurb/kit/gtfs"
	"conurb/kit/osmpbf"
	"conurb/kit/shapley"
	"conurb/kit/sheet"
	"conurb/store"
	"conurb/trust/evidence"
)

// refusals are the errors that a person can do something about, with the key of
// the sentence that says what.
var refusals = []struct {
	err error
	key string
}{
	{store.ErrDSN, "store.error.dsn"}, {store.ErrVersion, "store.error.version"}, {store.ErrReadOnly, "store.error.read-only"},
	{store.ErrForeign, "store.error.foreign"}, {store.ErrFull, "store.error.full"}, {store.ErrUnknown, "store.error.unknown"},
	{store.ErrInvalid, "store.error.invalid"}, {store.ErrMoved, "store.error.moved"}, {store.ErrWithdrawn, "store.error.withdrawn"},
	{store.ErrConflict, "store.error.conflict"}, {store.ErrOtherPack, "store.error.other-pack"}, {store.ErrExists, "store.error.exists"},
	{store.ErrToken, "store.error.token"}, {store.ErrNotEmpty, "store.error.not-empty"}, {store.ErrBackup, "store.error.backup"},
	{store.ErrDamaged, "store.error.damaged"}, {store.ErrDiffers, "store.error.differs"}, {store.ErrTooLarge, "store.error.too-large"},
	{job.ErrKind, "job.error.kind"}, {job.ErrOpen, "job.error.open"}, {job.ErrGone, "job.error.gone"}, {errAlone, "cli.error.alone"}, {errHere, "cli.error.here"},
	{evidence.ErrBundle, "cli.error.bundle"}, {app.ErrWitness, "cli.error.witness"}, {app.ErrNoDatabase, "cli.error.nodatabase"}, {app.ErrUnknown, "cli.error.unknown"}, {app.ErrNoReason, "cli.error.noreason"},
	{reach.ErrNoWay, "ground.error.noway"}, {reach.ErrLimit, "ground.error.limit"}, {reach.ErrUnknownMode, "ground.error.mode"},
	{ground.ErrNoCells, "ground.error.nocells"}, {ground.ErrPlace, "ground.error.place"}, {network.ErrNotNetwork, "ground.error.notnetwork"},
	{street.ErrNoStreets, "ground.error.nostreets"}, {street.ErrOptions, "ground.error.options"}, {street.ErrUnknownProfile, "ground.error.profile"},
	{street.ErrHour, "ground.error.hour"}, {street.ErrPlace, "ground.error.latitude"}, {osmpbf.ErrNotPBF, "ground.error.notpbf"}, {ground.ErrSource, "ground.error.source"}, {ground.ErrHeights, "ground.error.heights"}, {ground.ErrRaster, "ground.error.raster"},
	{ground.ErrTwice, "ground.error.twice"}, {ground.ErrFolder, "cli.error.folder"}, {ground.ErrFile, "cli.error.file"}, {context.Canceled, "cli.error.stopped"},
	{errHour, "ground.error.nocongestion"}, {errEnding, "ground.error.ending"}, {errNoJSON, "cli.error.nojson"},
	{gtfs.ErrZip, "gtfs.error.zip"}, {gtfs.ErrTooBig, "gtfs.error.toobig"}, {gtfs.ErrNames, "gtfs.error.names"}, {gtfs.ErrZones, "gtfs.error.zones"},
	{gtfs.ErrTooLarge, "gtfs.error.toolarge"},
	{errNoTimetable, "ground.error.timetable"}, {errDepart, "ground.error.depart"}, {errRiding, "ground.error.riding"}, {errOnePercent, "ground.error.percent"}, {errPercent, "ground.error.percentage"}, {errNoLines, "ground.error.nolines"}, {errServeDay, "ground.error.serveday"}, {errEvery, "ground.error.every"},
	{reach.ErrVehicle, "ground.error.vehicle"}, {transit.ErrWindow, "ground.error.window"},
	{contribution.ErrIndicator, "contribution.error.indicator"}, {contribution.ErrPeriod, "contribution.error.period"}, {contribution.ErrNoOrder, "contribution.error.order"},
	{shapley.ErrPlayers, "contribution.error.players"}, {errBudget, "contribution.error.budget"}, {errOrders, "contribution.error.orders"}, {errCSV, "contribution.error.csv"},
	{errWork, "scenario.error.work"}, {errNoPeople, "scenario.error.nopeople"}, {errNoStreets, "scenario.error.unseen"},
	{circle.ErrMode, "circle.error.mode"}, {circle.ErrNoRule, "circle.error.norule"}, {circle.ErrNoPeople, "circle.error.nopeople"}, {errCellsEnding, "circle.error.ending"}, {errRecord, "circle.error.record"},
	{errWithAndWithout, "circle.error.with"}, {errSince, "circle.error.since"},
	{ground.ErrPairs, "ground.error.pairs"}, {sheet.ErrEncoding, "cli.error.encoding"}, {sheet.ErrWorkbook, "cli.error.workbook"}, {sheet.ErrTooLong, "cli.error.toolong"},
}

// The refusals of commands that are well formed and cannot be meant.
var (
	errHour   = errors.New("--hour without --congestion")
	errEnding = errors.New("neither .csv nor .parquet")
	errListen = errors.New("cannot listen")
	errEvery  = errors.New("--every with --out")

	errServeDay = errors.New("--gtfs without its day or network")

	errCellsEnding = errors.New("cells of one mode go to .csv, .geojson or .parquet")
	errNoJSON      = errors.New("a table is no JSON")
)

// rangeError tells that the figure of a flag is out of bounds.
type rangeError struct {
	Flag        string
	Value       float64
	Least, Most float64
}

func (e *rangeError) Error() string {
	return fmt.Sprintf("%s=%v is not within %v and %v", e.Flag, e.Value, e.Least, e.Most)
}

// within refuses the figure of a flag that is out of bounds.
func within(flag string, v, least, most float64) error {
	if v >= least && v <= most {
		return nil
	}
	return &rangeError{flag, v, least, most}
}

// csvOnly refuses JSON for a table that goes to standard output.
func (s *session) csvOnly(out string) error {
	if s.json && out == "" {
		return errNoJSON
	}
	return nil
}

// remedy says what to do about an error, empty where there is nothing to add.
func (s *session) remedy(err error) string {
	if text := s.particular(err); text != "" {
		return text
	}
	for _, r := range slices.Concat(refusals, licenceRefusals, checkRefusals, deskRefusals, nodeRefusals, householdRefusals, fundRefusals, caseRefusals, serviceRefusals, personRefusals) {
		if errors.Is(err, r.err) {
			return s.t(r.key)
		}
	}
	return ""
}

// particular is what to do about an error that says more than its kind.
func (s *session) particular(err error) string {
	var far *reach.FarError
	var column *ground.ColumnError
	var version *flat.VersionError
	var damage *flat.DamageError
	var service *ground.ServiceError
	var outside *rangeError
	var elsewhere *ground.ElsewhereError
	var work *circle.WorkError
	var scope *circle.ScopeError
	var basic *circle.ServiceError
	switch {
	case errors.As(err, &work):
		return s.t("circle.error.work", "known", strings.Join(work.Known, ", "))
	case errors.As(err, &basic):
		return s.t("circle.error.service", "kinds", strings.Join(basic.Kinds, ", "))
	case errors.As(err, &scope):
		return s.t("circle.error.scope", "scope", scope.Scope)
	case errors.As(err, &elsewhere):
		text := s.t("ground.error.elsewhere", "file", bounds(elsewhere.Bounds), "region", bounds(elsewhere.Region))
		if elsewhere.Swapped {
			return text + " " + s.t("ground.error.far.swapped")
		}
		return text + " " + s.t("ground.error.elsewhere.remedy")
	case errors.As(err, &outside):
		return s.t("cli.error.range", "flag", outside.Flag, "least", strconv.FormatFloat(outside.Least, 'f', -1, 64), "most", strconv.FormatFloat(outside.Most, 'f', -1, 64))
	case errors.As(err, &service):
		return s.t("ground.error.service", "first", service.First.String(), "last", service.Last.String())
	case errors.As(err, &far):
		text := s.t("ground.error.far", "n", strconv.Itoa(far.Points), "points", bounds(far.Bounds), "network", bounds(far.Network))
		if far.Swapped {
			return text + " " + s.t("ground.error.far.swapped")
		}
		return text + " " + s.t("ground.error.far.remedy")
	case errors.Is(err, reach.ErrNothingJoined):
		return s.t("ground.error.joined")
	case errors.As(err, &column):
		return s.t("ground.error.column", "name", column.Name, "known", cmp.Or(strings.Join(column.Known, ", "), "–"))
	case errors.As(err, &version):
		return s.t("ground.error.version")
	case errors.As(err, &damage):
		return s.t("ground.error.damage")
	}
	if code := cells.Code(err); code != "" {
		return s.t("cells.error."+code) + " " + s.t("cells.error."+code+".remedy")
	}
	return ""
}

// bounds are west, south, east and north for people.
func bounds(b [4]float64) string {
	return fmt.Sprintf("%.3f,%.3f – %.3f,%.3f", b[0], b[1], b[2], b[3])
}
