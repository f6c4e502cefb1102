package ground

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/street"
	"conurb/locale"
)

// ErrSource tells that a file is no OpenStreetMap extract that can be read.
var ErrSource = errors.New("cannot be read as an OpenStreetMap file")

// Faults are the faults of a file that people write: a profile, legal speeds, a
// table of congestion.
type Faults []street.Problem

func (f Faults) Error() string { return fmt.Sprintf("%d faults, the first at %s", len(f), f[0]) }

// Request says what network to build.
type Request struct {
	OSM       string   // file of an extract, .osm.pbf
	Profiles  []string // names of built-in profiles or files; none is all built-in ones
	Country   string   // whose legal speeds hold; empty: only tagged ones
	Name      area.Text
	Now       time.Time
	Program   string
	Elevation string // file of heights; empty: streets are level
	Progress  func(mode string, step network.Step)
}

// Build makes a network of an extract.
func Build(ctx context.Context, r Request) (*network.Network, error) {
	rules, err := Profiles(r.Profiles)
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	f, size, err := openSized(r.OSM)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum, err := digest(r.OSM)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(r.OSM)
	if r.Name == (area.Text{}) {
		r.Name = area.Text{Zh: base, En: base}
	}
	var profiles []*street.Profile
	for _, p := range rules {
		profiles = append(profiles, p.Profile)
	}
	var heights street.Elevation
	faults := func() error { return nil }
	if r.Elevation != "" {
		raster, file, err := openRaster(r.Elevation)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHeights, err)
		}
		defer file.Close()
		heights, faults = raster, raster.Err
	}
	n, err := network.Build(ctx, street.OpenPBF(ctx, f, size, profiles...), rules, network.Plan{
		Name: r.Name, Country: r.Country, Limits: limits, Elevation: heights,
		Basis: area.Basis{Source: base, Digest: sum, Text: text("ground.basis.osm", nil)},
		Built: r.Now.UTC().Format(time.RFC3339), Program: r.Program, Progress: r.Progress,
	})
	if err := faults(); err != nil { // heights that could not be read would pass as level ground
		return nil, fmt.Errorf("%s: %w: %w", r.Elevation, ErrHeights, err)
	}
	switch {
	case err == nil || errors.Is(err, context.Canceled), errors.Is(err, street.ErrNoStreets), errors.Is(err, street.ErrOptions):
		return n, err
	}
	return nil, fmt.Errorf("%s: %w: %w", r.OSM, ErrSource, err)
}

// Profiles reads profiles by the names of built-in ones or from files.
func Profiles(names []string) ([]network.Rules, error) {
	if len(names) == 0 {
		names = street.Builtins
	}
	var out []network.Rules
	for _, name := range names {
		file, text, err := profileText(name)
		if err != nil {
			return nil, err
		}
		p, problems := street.ReadProfile(file, text)
		if len(problems) > 0 {
			return nil, Faults(problems)
		}
		if slices.ContainsFunc(out, func(r network.Rules) bool { return r.ID == p.ID }) {
			return nil, fmt.Errorf("%s: %w", p.ID, ErrTwice)
		}
		out = append(out, network.Rules{Profile: p, Text: string(text)})
	}
	return out, nil
}

// profileText finds a profile by the name of a built-in one, or by its path.
func profileText(name string) (file string, text []byte, err error) {
	switch {
	case slices.Contains(street.Builtins, name):
		text, err = street.BuiltinFile(name)
		return name + ".yaml", text, err
	case strings.ContainsAny(name, `./\`):
		text, err = os.ReadFile(name)
		return name, text, err
	}
	return "", nil, fmt.Errorf("profile %q: %w", name, street.ErrUnknownProfile)
}

// SaveNetwork writes a network file.
func SaveNetwork(path string, n *network.Network) error {
	return Save(path, func(w io.Writer) error { _, err := n.WriteTo(w); return err })
}

// OpenNetwork opens a network file.
func OpenNetwork(path string) (*network.Network, error) {
	b, err := load(path)
	if err != nil {
		return nil, err
	}
	n, err := network.Open(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

// Congested reads a table of congestion and gives the streets of a mode at an hour.
// Classes that the network does not have are returned: mostly a slip of the pen; and
// so is the number of ways that it does not have.
func Congested(m *network.Mode, file string, hour int) (g *street.Graph, classes []string, ways int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, 0, err
	}
	defer f.Close()
	c, problems := street.ReadCongestion(file, f)
	if len(problems) > 0 {
		return nil, nil, 0, Faults(problems)
	}
	g, err = m.Graph.Congested(c, hour)
	return g, c.Unknown(m.Graph), len(c.UnknownWays(m.Graph)), err
}

// text is a sentence of the language files in both languages.
func text(key string, args map[string]string) area.Text {
	return area.Text{Zh: locale.T("zh-CN", key, args), En: locale.T("en", key, args)}
}
