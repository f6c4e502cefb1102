package main

import (
	"io"
	"slices"
	"strconv"

	"conurb/area"
	"conurb/connect/reach"
	"conurb/connect/scenario"
	"conurb/door/export"
)

// matrix writes the times between all cells with works on, as far as the longest limit.
func (c scenarioApplyCmd) matrix(s *session, d studied, works []area.Work) error {
	p := s.progress()
	defer p.end()
	ids, limit := d.ground.Cells.ID, slices.Max(append(decis(c.Max), 0))
	work := c.work(func(done, total int) { p.say(s.t("ground.matrix"), done, total) })
	write := func(w io.Writer) error { return c.times(s, d, works, limit, work, w) }
	if d.base != nil {
		tr, err := d.riding(s, works)
		if err != nil {
			return err
		}
		write = func(w io.Writer) error {
			out, err := export.PercentilesCSV(w, ids, c.Percentiles, d.ground.Modelled())
			if err != nil {
				return err
			}
			if err := tr.Percentiles(s.ctx, d.window, c.Percentiles, work, func(i int, times [][]reach.Decis) error {
				return out.Row(ids[i], times)
			}); err != nil {
				return err
			}
			return out.Close()
		}
	}
	s.modelled(d.ground.Modelled())
	return s.deliver(c.Out, write, "ground.matrix.done", "file", c.Out, "from", strconv.Itoa(len(ids)), "to", strconv.Itoa(len(ids)))
}

// times writes those on streets.
func (c scenarioApplyCmd) times(s *session, d studied, works []area.Work, limit reach.Decis, work reach.Work, w io.Writer) error {
	g, err := scenario.Streets(s.ctx, d.ground, d.engine.Mode.ID, works)
	if err != nil {
		return err
	}
	e, err := g.Engine(d.engine.Mode.ID)
	if err != nil {
		return err
	}
	cells, err := g.Joined(d.engine.Mode.ID)
	if err != nil {
		return err
	}
	m := export.MatrixCSV(w, g.Cells.ID, limit)
	if err := e.Matrix(s.ctx, d.way, cells, cells, limit, work, func(i int, row reach.Row) error {
		return m.Row(g.Cells.ID[i], row)
	}); err != nil {
		return err
	}
	return m.Close()
}
