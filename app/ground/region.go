package ground

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/reach"
	"conurb/kit/geo"
	"conurb/plan/pack"
)

// Home is where a node keeps its files, and who asks.
type Home struct {
	Data    string
	Now     time.Time
	Program string
}

// The region's own files in the data folder.
func (h Home) network(id string) string { return filepath.Join(h.Data, "networks", id+".cnet") }
func (h Home) people(id string) string  { return filepath.Join(h.Data, "people", id+".csv") }
func (h Home) model(id string) string {
	return filepath.Join(h.Data, "networks", id+"-modelled.cnet")
}

// Tell says what is being done; it may be nil.
type Tell func(mode, step string)

func (t Tell) steps() func(string, network.Step) {
	return func(mode string, s network.Step) {
		if t != nil {
			t(mode, string(s))
		}
	}
}

// Region opens the network and the people of a region: those that were imported, and
// models of whichever were not; and its own lines as they run today.
func Region(ctx context.Context, h Home, p *pack.Pack, tell Tell) (*reach.Ground, error) {
	cells, _, err := ReadCells(h.people(p.ID), "")
	var squares *area.Cells // of the modelled people
	if errors.Is(err, fs.ErrNotExist) {
		squares, err = modelPeople(p)
		cells = squares
	}
	if err != nil {
		return nil, fmt.Errorf("people of %s: %w", p.ID, err)
	}
	net, err := OpenNetwork(h.network(p.ID))
	if errors.Is(err, fs.ErrNotExist) {
		net, err = modelNetwork(ctx, h, p, squares, tell)
	}
	if err != nil {
		return nil, fmt.Errorf("streets of %s: %w", p.ID, err)
	}
	today, err := h.today(p)
	if err != nil {
		return nil, err
	}
	return Lines(reach.NewGround(p.ID, net, cells), p, today)
}

// Open opens a network file and, if named, the table of its cells. Cells that lie
// somewhere else than the network are a *reach.FarError: counts of them would all
// be nought.
func Open(id, file, table string) (*reach.Ground, error) {
	n, err := OpenNetwork(file)
	if err != nil || table == "" {
		return grounded(id, n, nil, err)
	}
	cells, _, err := ReadCells(table, "")
	if err == nil {
		if !geo.Touch(cells.Bounds(), n.Info.Bounds) {
			err = fmt.Errorf("%s: %w", table, reach.Far(cells.Point, n.Info.Bounds))
		}
	}
	return grounded(id, n, cells, err)
}

func grounded(id string, n *network.Network, cells *area.Cells, err error) (*reach.Ground, error) {
	if err != nil {
		return nil, err
	}
	return reach.NewGround(id, n, cells), nil
}

// In refuses bounds that touch none of an area's outlines, as *ElsewhereError. An area
// without outlines takes all.
func In(a *area.Area, b [4]float64) error {
	r := Around(a)
	if r == nil || geo.Touch(b, *r) {
		return nil
	}
	return &ElsewhereError{Bounds: b, Region: *r, Swapped: geo.Touch(geo.Exchanged(b), *r)}
}

// TakeNetwork keeps a network as a region's own.
func TakeNetwork(h Home, id string, n *network.Network) (path string, err error) {
	path = h.network(id)
	return path, SaveNetwork(path, n)
}

// TakePeople keeps cells as a region's own.
func TakePeople(h Home, id string, c *area.Cells) (path string, err error) {
	path = h.people(id)
	return path, SaveCells(path, c)
}
