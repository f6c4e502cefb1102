package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"conurb/app/circle"
	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/connect/street"
	"conurb/kit/geo"
	"conurb/locale"
)

type networkCmd struct {
	Build   networkBuildCmd   `cmd:"" help:"${network_build}"`
	Info    networkInfoCmd    `cmd:"" help:"${network_info}"`
	Check   networkCheckCmd   `cmd:"" help:"${network_check}"`
	Profile networkProfileCmd `cmd:"" help:"${network_profile}"`

	Timetable networkTimetableCmd `cmd:"" help:"${network_timetable}"`
}

// building is what every command takes that makes a network of an extract.
type building struct {
	Profile   []string `help:"${profile}" placeholder:"NAME|FILE"`
	Country   string   `help:"${country}" placeholder:"CN"`
	Elevation string   `type:"existingfile" help:"${elevation}" placeholder:"FILE.tif"`
	Name      string   `help:"${net_name}" placeholder:"TEXT"`
}

func (b building) build(s *session, osm string, name area.Text) (*network.Network, error) {
	if b.Name != "" {
		name = area.Text{Zh: b.Name, En: b.Name}
	}
	p := s.progress()
	defer p.end()
	steps := max(1, len(b.Profile))
	if len(b.Profile) == 0 {
		steps = len(street.Builtins)
	}
	done := 0
	return ground.Build(s.ctx, ground.Request{
		OSM: osm, Profiles: b.Profile, Country: strings.ToUpper(b.Country), Elevation: b.Elevation, Name: name, Now: s.now(), Program: version,
		Progress: func(mode string, step network.Step) {
			p.say(s.t("ground.building", "mode", s.mode(mode), "step", s.t("ground.step."+string(step))), done, 4*steps)
			done++
		},
	})
}

type networkBuildCmd struct {
	building
	OSM string `name:"osm" required:"" type:"existingfile" help:"${osm}" placeholder:"FILE.osm.pbf"`
	Out string `required:"" help:"${out_net}" placeholder:"FILE.cnet"`
}

func (c networkBuildCmd) Run(s *session) error {
	if err := ground.Writable(c.Out); err != nil {
		return err
	}
	n, err := c.build(s, c.OSM, area.Text{})
	if err != nil {
		return err
	}
	if err := ground.SaveNetwork(c.Out, n); err != nil {
		return err
	}
	return s.printNetwork(c.Out, n)
}

type networkInfoCmd struct {
	File string `arg:"" type:"existingfile" help:"${arg_net}"`
}

func (c networkInfoCmd) Run(s *session) error {
	n, err := ground.OpenNetwork(c.File)
	if err != nil {
		return err
	}
	return s.printNetwork(c.File, n)
}

// said is a network as JSON says it.
type networkSaid struct {
	File string `json:"file"`
	network.Info
	Modes []modeSaid `json:"modes"`
}

type modeSaid struct {
	ID     string        `json:"id"`
	Nodes  int           `json:"nodes"`
	Arcs   int           `json:"arcs"`
	Edges  int           `json:"edges"`
	Km     float64       `json:"km"`
	Bytes  int64         `json:"bytes"`
	Report street.Report `json:"report"`
}

func (s *session) printNetwork(file string, n *network.Network) error {
	if s.json {
		said := networkSaid{File: file, Info: n.Info}
		for _, m := range n.Modes {
			said.Modes = append(said.Modes, modeSaid{m.ID, m.Graph.Nodes(), m.Graph.Arcs(), m.Graph.Edges(), m.Report.Metres / 1000, m.Bytes(), m.Report})
		}
		return s.writeJSON(said)
	}
	b := n.Info.Bounds
	fmt.Fprintln(s.out, s.t("ground.network", "file", file, "name", n.Info.Name.In(s.lang), "built", n.Info.Built, "country", orDash(n.Info.Country),
		"basis", n.Info.Basis.Text.In(s.lang), "source", orDash(n.Info.Basis.Source),
		"bounds", fmt.Sprintf("%.4f,%.4f – %.4f,%.4f", b[0], b[1], b[2], b[3])))
	s.modelled(n.Info.Basis.Modelled)
	rows := [][]string{}
	for _, m := range n.Modes {
		left := 0.0
		for _, p := range m.Report.Parts {
			left += p.Metres
		}
		rows = append(rows, []string{s.mode(m.ID), strconv.Itoa(m.Graph.Nodes()), strconv.Itoa(m.Graph.Edges()), km(m.Report.Metres),
			strconv.Itoa(m.Report.Restrictions.Applied), fmt.Sprintf("%d (%s km)", len(m.Report.Parts), km(left)), mib(m.Bytes())})
	}
	s.table(strings.Split(s.t("ground.network.header"), "|"), rows)
	for _, m := range n.Modes {
		for i, p := range m.Report.Parts {
			if i == 3 {
				break
			}
			at := p.Place.Point()
			fmt.Fprintln(s.out, s.t("ground.network.part", "mode", s.mode(m.ID), "km", km(p.Metres), "place", fmt.Sprintf("%.5f,%.5f", at[0], at[1]), "way", strconv.FormatInt(p.Way, 10)))
		}
		s.doubts(n, m)
		if m.Report.MissingNodes > 0 {
			fmt.Fprintln(s.out, s.t("ground.network.missing", "mode", s.mode(m.ID), "n", strconv.Itoa(m.Report.MissingNodes)))
		}
	}
	return nil
}

// doubts tells what building a mode could not know.
func (s *session) doubts(n *network.Network, m *network.Mode) {
	r := &m.Report
	if r.NoLimits {
		fmt.Fprintln(s.out, s.t("ground.network.nolimits", "mode", s.mode(m.ID), "country", n.Info.Country))
	}
	if len(r.Unread) > 0 {
		values := slices.SortedFunc(maps.Keys(r.Unread), func(a, b string) int {
			return cmp.Or(r.Unread[b]-r.Unread[a], strings.Compare(a, b))
		})
		fmt.Fprintln(s.out, s.t("ground.network.unread", "mode", s.mode(m.ID), "n", strconv.Itoa(r.UnreadTags), "values", strings.Join(values[:min(3, len(values))], ", ")))
	}
	if h := r.Heights; h.Unknown > 0 {
		fmt.Fprintln(s.out, s.t("ground.network.heights", "mode", s.mode(m.ID), "share", strconv.FormatFloat(100*h.Unknown/max(h.Metres, 1), 'f', 1, 64)+" %"))
	}
}

// modelled says on standard error that figures rest on a model.
func (s *session) modelled(is bool) {
	if is {
		fmt.Fprintln(s.err, s.t("ground.modelled"))
	}
}

func (s *session) mode(id string) string {
	if t := s.t("street.profile." + id); !strings.HasPrefix(t, "[") {
		return t
	}
	return id
}

func km(metres float64) string { return strconv.FormatFloat(metres/1000, 'f', 1, 64) }
func mib(bytes int64) string   { return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) + " MiB" }

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// networkCheckCmd opens a network, which compares every byte with its checksum, and
// holds its fast answers to a plain search from some of its nodes.
type networkCheckCmd struct {
	File    string `arg:"" type:"existingfile" help:"${arg_net}"`
	Sources int    `default:"20" help:"${sources}" placeholder:"N"`
}

func (c networkCheckCmd) Run(s *session) error {
	if err := within("--sources", float64(c.Sources), 1, 1e6); err != nil {
		return err
	}
	start := time.Now()
	n, err := ground.OpenNetwork(c.File)
	if err != nil {
		return err
	}
	opened := time.Since(start)
	p := s.progress()
	pairs := 0
	for i, m := range n.Modes {
		p.say(s.t("ground.checking", "mode", s.mode(m.ID)), i, len(n.Modes))
		compared, err := reach.New(m).Verify(s.ctx, c.Sources, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			p.end()
			return fmt.Errorf("%s: %s: %w", c.File, m.ID, err)
		}
		pairs += compared
	}
	p.end()
	return s.done("ground.checked", "file", c.File, "ms", strconv.FormatFloat(float64(opened.Microseconds())/1000, 'f', 1, 64), "pairs", strconv.Itoa(pairs))
}

// networkProfileCmd prints a built-in profile, to be copied and edited, or checks one.
type networkProfileCmd struct {
	Name string `arg:"" help:"${arg_profile}"`
}

func (c networkProfileCmd) Run(s *session) error {
	var text string
	if c.Name == "limits" {
		file, err := street.BuiltinFile(c.Name)
		if err != nil {
			return err
		}
		text = string(file)
	} else {
		rules, err := ground.Profiles([]string{c.Name})
		if err != nil {
			return err
		}
		text = rules[0].Text
	}
	if s.json {
		var v map[string]any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			return fmt.Errorf("read profile %s: %w", c.Name, err)
		}
		return s.writeJSON(v)
	}
	_, err := fmt.Fprint(s.out, text)
	return err
}

// faults prints the faults of a file that people write, if err holds some.
func (s *session) faults(err error) bool {
	if s.workProblems(err) || s.serviceProblems("", err) {
		return true
	}
	var cells ground.CellFaults
	if errors.As(err, &cells) {
		for _, f := range cells {
			fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", f.File, f.Line, f.Column, locale.T(s.lang, "cells.check."+f.Code, f.Args), locale.T(s.lang, "cells.check."+f.Code+".remedy", f.Args))
		}
		fmt.Fprintln(s.err, s.t("ground.error.cells", "n", strconv.Itoa(len(cells))))
		return true
	}
	var rule circle.RuleFaults
	if errors.As(err, &rule) {
		for _, f := range rule {
			fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", f.File, f.Line, f.Column, locale.T(s.lang, "circle.check."+f.Code, f.Args), locale.T(s.lang, "circle.check."+f.Code+".remedy", f.Args))
		}
		return true
	}
	var list ground.Faults
	if !errors.As(err, &list) {
		return false
	}
	for _, f := range list {
		fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", f.File, f.Line, f.Column, locale.T(s.lang, "street.check."+f.Code, f.Args), locale.T(s.lang, "street.check."+f.Code+".remedy", f.Args))
	}
	return true
}

// lonlat reads "112.98,28.19" in the datum of a flag.
func lonlat(text, datum string) (geo.Point, bool) {
	a, b, ok := strings.Cut(text, ",")
	if !ok {
		if a, b, ok = strings.Cut(text, "，"); !ok {
			return geo.Point{}, false
		}
	}
	lon, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lat, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil || math.IsNaN(lon+lat) {
		return geo.Point{}, false
	}
	switch p := (geo.Point{lon, lat}); datum {
	case "gcj02":
		return geo.FromGCJ(p), true
	case "bd09":
		return geo.FromBD(p), true
	default:
		return p, true
	}
}
