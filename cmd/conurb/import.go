package main

import (
	"fmt"
	"strconv"

	"conurb/app/ground"
	"conurb/area"
)

type importCmd struct {
	OSM        importOSMCmd        `cmd:"" name:"osm" help:"${import_osm}"`
	Population importPopulationCmd `cmd:"" name:"population" help:"${import_population}"`
}

func (s *session) home(w where) ground.Home {
	return ground.Home{Data: w.Data, Now: s.now(), Program: version}
}

// importOSMCmd takes an extract as the region's street network.
type importOSMCmd struct {
	where
	building
	File string `arg:"" type:"existingfile" help:"${arg_osm}"`
}

func (c importOSMCmd) Run(s *session) error {
	p, err := s.packFor(c.where)
	if err != nil {
		return err
	}
	n, err := c.build(s, c.File, p.Name)
	if err != nil {
		return err
	}
	if err := ground.In(&p.Area, n.Info.Bounds); err != nil {
		return err
	}
	path, err := ground.TakeNetwork(s.home(c.where), p.ID, n)
	if err != nil {
		return err
	}
	if err := s.printNetwork(path, n); err != nil {
		return err
	}
	fmt.Fprintln(s.err, s.t("ground.imported", "file", path, "pack", p.Name.In(s.lang)))
	return nil
}

// importPopulationCmd takes a raster or a table as the region's people.
type importPopulationCmd struct {
	where
	File  string  `arg:"" type:"existingfile" help:"${arg_population}"`
	Side  float64 `default:"1000" help:"${side}" placeholder:"METRES"`
	Datum string  `default:"wgs84" enum:"wgs84,gcj02,bd09" help:"${datum}" placeholder:"wgs84|gcj02|bd09"`
}

func (c importPopulationCmd) Run(s *session) error {
	p, err := s.packFor(c.where)
	if err != nil {
		return err
	}
	var cells *area.Cells
	if cells, err = s.readCells(c.File, c.Datum, c.Side, ground.Around(&p.Area)); err != nil {
		return err
	}
	people := cells.Column(area.Population)
	if people == nil {
		return &ground.ColumnError{Name: area.Population, Known: cells.Names()}
	}
	if err := ground.In(&p.Area, cells.Bounds()); err != nil {
		return err
	}
	path, err := ground.TakePeople(s.home(c.where), p.ID, cells)
	if err != nil {
		return err
	}
	return s.done("ground.people.imported", "file", path, "pack", p.Name.In(s.lang), "n", strconv.Itoa(cells.Len()), "people", s.amount(people.Sum()))
}

// readCells reads a table of cells, or cuts a raster of people into them within
// bounds.
func (s *session) readCells(file, datum string, side float64, bounds *[4]float64, columns ...string) (*area.Cells, error) {
	if ground.IsRaster(file) {
		tell := s.progress()
		defer tell.end()
		return ground.ReadRaster(s.ctx, file, side, bounds, func(share float64) { tell.say(s.t("ground.step.people"), int(100*share), 100) })
	}
	cells, blanks, err := ground.ReadCells(file, datum, columns...)
	s.blank(blanks)
	return cells, err
}
