package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/reach"
	"conurb/door/export"
	"conurb/kit/geo"
)

type reachCmd struct {
	Matrix    reachMatrixCmd    `cmd:"" help:"${reach_matrix}"`
	Isochrone reachIsochroneCmd `cmd:"" help:"${reach_isochrone}"`
	Route     reachRouteCmd     `cmd:"" help:"${reach_route}"`
	Count     reachCountCmd     `cmd:"" help:"${reach_count}"`
}

// on says which network a question is asked of.
type on struct {
	where
	Net        string  `type:"existingfile" help:"${net}" placeholder:"FILE.cnet"`
	Cells      string  `type:"existingfile" help:"${cells}" placeholder:"FILE.csv|FILE.tif"`
	Side       float64 `default:"1000" help:"${side}" placeholder:"METRES"`
	Mode       string  `default:"car" help:"${mode}" placeholder:"car|bicycle|walk|transit"`
	Datum      string  `default:"wgs84" enum:"wgs84,gcj02,bd09" help:"${datum}" placeholder:"wgs84|gcj02|bd09"`
	Congestion string  `type:"existingfile" help:"${congestion}" placeholder:"FILE.csv"`
	Hour       *int    `help:"${hour}" placeholder:"0-23"`
	Inbound    bool    `help:"${inbound}"`
}

// morning is the hour of the day whose congestion holds unless another is named.
const morning = 8

// asked is a network opened for a question.
type asked struct {
	ground *reach.Ground
	engine *reach.Engine
	way    reach.Direction
	lines  bool // asked of the region's own lines, which are a model
}

func (a asked) modelled() bool { return a.lines || a.ground.Modelled() }

// open finds the network and the people: those of the flags, or the region's own.
// Of the cells named by the flag only some columns may be wanted.
func (o on) open(s *session, columns ...string) (asked, error) {
	p := s.progress()
	defer p.end()
	a := asked{}
	if o.Inbound {
		a.way = reach.Inbound
	}
	tell := func(mode, step string) {
		p.say(s.t("ground.building", "mode", s.mode(mode), "step", s.t("ground.step."+step)), 0, 1)
	}
	var err error
	if o.Net == "" {
		region, err := s.packFor(o.where)
		if err != nil {
			return a, err
		}
		if a.ground, err = ground.Region(s.ctx, s.home(o.where), region, tell); err != nil {
			return a, err
		}
	} else {
		net, err := ground.OpenNetwork(o.Net)
		if err != nil {
			return a, err
		}
		a.ground = reach.NewGround(strings.TrimSuffix(filepath.Base(o.Net), ".cnet"), net, nil)
	}
	if o.Cells != "" {
		cells, err := s.readCells(o.Cells, o.Datum, o.Side, &a.ground.Net.Info.Bounds, columns...)
		if err != nil {
			return a, err
		}
		a.ground = reach.NewGround(a.ground.ID, a.ground.Net, cells)
	}
	if a.engine, err = a.ground.Engine(o.Mode); err != nil {
		return a, err
	}
	return a, o.slow(s, &a)
}

// blank tells of fields that were left blank.
func (s *session) blank(fields map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		fmt.Fprintln(s.err, s.t("ground.blank", "name", name, "n", strconv.Itoa(fields[name])))
	}
}

// slow puts congestion on the streets.
func (o on) slow(s *session, a *asked) error {
	if o.Congestion == "" {
		if o.Hour != nil {
			return errHour
		}
		return nil
	}
	hour := morning
	if o.Hour != nil {
		hour = *o.Hour
	}
	streets, classes, ways, err := ground.Congested(a.engine.Mode, o.Congestion, hour)
	if err != nil {
		return err
	}
	for _, class := range classes {
		fmt.Fprintln(s.err, s.t("ground.congestion.unknown", "class", class))
	}
	if ways > 0 {
		fmt.Fprintln(s.err, s.t("ground.congestion.ways", "n", strconv.Itoa(ways)))
	}
	if a.ground, err = a.ground.At(s.ctx, o.Mode, streets); err != nil {
		return err
	}
	a.engine, err = a.ground.Engine(o.Mode)
	return err
}

// cells joins the cells of the ground, and tells of those that lie too far off.
func (a asked) cells(s *session) (*reach.Joined, error) {
	if a.ground.Cells == nil {
		return nil, ground.ErrNoCells
	}
	j, err := a.ground.Joined(a.engine.Mode.ID)
	if err != nil {
		return nil, err
	}
	return j, s.missed(a, j, a.ground.Cells.ID)
}

// missed is an error if no point is near a street, and a note if some are not.
func (s *session) missed(a asked, j *reach.Joined, ids []string) error {
	if err := j.Near(a.ground.Net.Info.Bounds); err != nil {
		return err
	}
	if n := len(j.Missed); n > 0 {
		worst := j.Missed[0]
		for _, m := range j.Missed {
			if m.Metres > worst.Metres {
				worst = m
			}
		}
		fmt.Fprintln(s.err, s.t("ground.missed", "n", strconv.Itoa(n), "of", strconv.Itoa(j.Len()), "metres", number(a.engine.Graph.Snap.Limit),
			"id", ids[worst.Index], "far", far(worst.Metres)))
	}
	return nil
}

// far is a distance to the nearest street, which is looked for within 50 km.
func far(metres float64) string {
	if math.IsInf(metres, 1) {
		return "> 50000"
	}
	return number(metres)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

// point reads "lon,lat", or finds a station or a city of the region by its name.
func (o on) point(s *session, text string) (geo.Point, error) {
	if p, ok := lonlat(text, o.Datum); ok {
		return p, nil
	}
	region, err := s.packFor(o.where)
	if err != nil {
		return geo.Point{}, err
	}
	for _, c := range region.Area.Cities {
		if named(c.ID, c.Name, text) {
			return c.Centre, nil
		}
	}
	for _, st := range region.Network.Stations {
		if named(st.ID, st.Name, text) {
			return st.Point, nil
		}
	}
	return geo.Point{}, fmt.Errorf("%q: %w", text, ground.ErrPlace)
}

func named(id string, name area.Text, text string) bool { // as people write it: with or without 站
	return text == id || strings.TrimSuffix(text, "站") == strings.TrimSuffix(name.Zh, "站") || strings.EqualFold(text, name.En)
}

// decis are durations as times of the engine.
func decis(list []time.Duration) []reach.Decis {
	var out []reach.Decis
	for _, d := range list {
		out = append(out, reach.Minutes(d.Minutes()))
	}
	return out
}

// bounded is what large answers may use.
type bounded struct {
	Cores  int `help:"${cores}" placeholder:"N"`
	Memory int `default:"1024" help:"${memory}" placeholder:"MIB"`
}

// check refuses figures that mean nothing.
func (b bounded) check() error {
	return cmp.Or(within("--cores", float64(b.Cores), 0, 4096), within("--memory", float64(b.Memory), 1, 1<<24))
}

func (b bounded) work(tell func(done, total int)) reach.Work {
	return reach.Work{Cores: b.Cores, Memory: int64(b.Memory) << 20, Progress: tell}
}

// deliver writes an answer to standard output, or whole to a file and then says so.
func (s *session) deliver(path string, write func(io.Writer) error, key string, args ...string) error {
	if path == "" {
		return write(s.out)
	}
	if err := ground.Save(path, write); err != nil {
		return err
	}
	return s.done(key, args...)
}

type reachMatrixCmd struct {
	on
	riding
	bounded
	To  string        `type:"existingfile" help:"${to_cells}" placeholder:"FILE.csv"`
	Max time.Duration `default:"60m" help:"${max}" placeholder:"60m"`
	Out string        `help:"${out_matrix}" placeholder:"FILE.csv|FILE.parquet"`
}

// check refuses what no table could be written for, before any work is done.
func (c reachMatrixCmd) check(s *session) error {
	if ext := strings.ToLower(filepath.Ext(c.Out)); c.Out != "" && ext != ".csv" && ext != ".parquet" {
		return fmt.Errorf("%s: %w", c.Out, errEnding)
	}
	return cmp.Or(s.csvOnly(c.Out), c.bounded.check())
}

func (c reachMatrixCmd) Run(s *session) error {
	if err := c.check(s); err != nil {
		return err
	}
	if c.Mode == transitMode {
		return c.ride(s)
	}
	a, err := c.open(s, ground.NoColumns)
	if err != nil {
		return err
	}
	from, err := a.cells(s)
	if err != nil {
		return err
	}
	to, ids := from, a.ground.Cells.ID
	if c.To != "" {
		cells, err := s.readCells(c.To, c.Datum, c.Side, &a.ground.Net.Info.Bounds, ground.NoColumns)
		if err != nil {
			return err
		}
		to, ids = a.engine.Join(cells.Point, 0), cells.ID
		if err := s.missed(a, to, ids); err != nil {
			return err
		}
	}
	limit := reach.Minutes(c.Max.Minutes())
	about := export.About{"mode": c.Mode, "network": a.ground.ID, "modelled": strconv.FormatBool(a.ground.Modelled()), "max_seconds": number(limit.Seconds())}
	p := s.progress()
	defer p.end()
	write := func(w io.Writer) error {
		m := export.MatrixCSV(w, ids, limit)
		if strings.EqualFold(filepath.Ext(c.Out), ".parquet") {
			m = export.MatrixParquet(w, ids, limit, about)
		}
		work := c.work(func(done, total int) { p.say(s.t("ground.matrix"), done, total) })
		if err := a.engine.Matrix(s.ctx, a.way, from, to, limit, work, func(i int, row reach.Row) error {
			return m.Row(a.ground.Cells.ID[i], row)
		}); err != nil {
			return err
		}
		return m.Close()
	}
	s.modelled(a.ground.Modelled())
	return s.deliver(c.Out, write, "ground.matrix.done", "file", c.Out, "from", strconv.Itoa(from.Len()), "to", strconv.Itoa(to.Len()))
}

type reachIsochroneCmd struct {
	on
	riding
	At   string          `required:"" help:"${at}" placeholder:"LON,LAT|NAME"`
	Max  []time.Duration `default:"15m,30m,45m,60m" help:"${max_list}" placeholder:"15m,30m"`
	Grid *float64        `help:"${grid}" placeholder:"METRES"`
	Out  string          `help:"${out_geojson}" placeholder:"FILE.geojson"`
}

func (c reachIsochroneCmd) Run(s *session) error {
	if c.Grid != nil {
		if err := within("--grid", *c.Grid, 1, 10000); err != nil {
			return err
		}
	} else {
		c.Grid = new(float64)
	}
	if c.Mode == transitMode {
		return c.ride(s)
	}
	a, err := c.open(s)
	if err != nil {
		return err
	}
	at, err := c.point(s, c.At)
	if err != nil {
		return err
	}
	iso, err := a.engine.Isochrones(s.ctx, a.way, at, decis(c.Max), *c.Grid)
	if err != nil {
		return err
	}
	var names []string
	var sums reach.Sums
	if a.ground.Cells != nil {
		if names, sums, err = c.count(s, a, at, iso.Limits(), nil); err != nil {
			return err
		}
	}
	return c.draw(s, a, at, iso, names, sums, nil)
}

// draw writes isochrones with what was counted within them.
func (c reachIsochroneCmd) draw(s *session, a asked, at geo.Point, iso *reach.Isochrones, names []string, sums reach.Sums, more map[string]any) error {
	var counted []map[string]any
	for i := range sums.Places {
		one := map[string]any{"places": sums.Places[i]}
		for k, name := range names {
			one[name] = sums.At[i][k]
		}
		counted = append(counted, one)
	}
	about := export.Basis(a.ground, s.lang)
	maps.Copy(about, more)
	about["mode"], about["modelled"] = c.Mode, a.modelled()
	about["lon"], about["lat"] = at[0], at[1]
	shapes := export.Isochrones(iso, counted, about)
	s.modelled(a.modelled())
	return s.deliver(c.Out, func(w io.Writer) error { return export.WriteJSON(w, shapes) }, "ground.saved", "file", c.Out)
}

// count sums the columns within each limit of a point.
func (o on) count(s *session, a asked, at geo.Point, limits []reach.Decis, columns []string) (names []string, sums reach.Sums, err error) {
	cells, err := a.cells(s)
	if err != nil {
		return nil, sums, err
	}
	names, values, unknown := a.ground.Columns(columns...)
	if unknown != "" {
		return nil, sums, &ground.ColumnError{Name: unknown, Known: a.ground.Cells.Names()}
	}
	here := a.engine.Join([]geo.Point{at}, 0)
	if err := here.Near(a.ground.Net.Info.Bounds); err != nil {
		return nil, sums, err
	}
	err = a.engine.Count(s.ctx, a.way, here, cells, reach.Question{Limits: limits, Columns: values}, reach.Work{}, func(_ int, got reach.Sums) error {
		sums = got
		return nil
	})
	return names, sums, err
}
