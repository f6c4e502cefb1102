package circle

import (
	"cmp"
	"maps"
	"slices"

	"conurb/area"
)

// Works lists what can be switched, as it stands on a day as far as was known on
// another (zero: today): projects of the plan that have a section in the pack, and
// sections of no project that opened since the eve of the plan or have not opened. They
// come in the order of opening, what has not opened last.
func (c *Circles) Works(asOf, believed area.Date) []Work {
	asOf, believed = cmp.Or(asOf, c.today), cmp.Or(believed, c.today)
	var out []Work
	at := map[string]int{}
	for _, p := range c.pack.Plan.Projects {
		w := Work{ID: p.ID, Name: p.Name, Project: true, Cities: p.Cities}
		if p.Cost != nil {
			w.Fen, w.CostCite = p.Cost.Fen, &p.Cost.Cite
		}
		at[p.ID] = len(out)
		out = append(out, w)
	}
	for i := range c.pack.Network.Lines {
		l := &c.pack.Network.Lines[i]
		for j := range l.Sections {
			s := &l.Sections[j]
			k, ok := at[s.Project]
			if !ok {
				if s.Opened != nil && s.Opened.Date < c.pack.Plan.From {
					continue
				}
				k = len(out)
				out = append(out, Work{ID: s.ID, Name: joinedName(l, s)})
			}
			out[k].take(l, s, asOf, believed)
		}
	}
	out = slices.DeleteFunc(out, func(w Work) bool { return len(w.Sections) == 0 })
	mute := c.muted()
	for i := range out {
		out[i].Mute = slices.DeleteFunc(slices.Clone(out[i].Sections), func(id string) bool { return !mute[id] })
	}
	slices.SortStableFunc(out, func(a, b Work) int { return cmp.Compare(a.order(), b.order()) })
	return out
}

// joinedName is the name of a section with that of its line.
func joinedName(l *area.Line, s *area.Section) area.Text {
	return area.Text{Zh: l.Name.Zh + s.Name.Zh, En: l.Name.En + ", " + s.Name.En}
}

// take adds a section to a work.
func (w *Work) take(l *area.Line, s *area.Section, asOf, believed area.Date) {
	switch {
	case w.Mode == "":
		w.Mode = l.Mode
	case w.Mode != l.Mode:
		w.Mode = "both"
	}
	w.Whole = (w.Whole || len(w.Sections) == 0) && s.OpenedBy(asOf, believed)
	w.Sections = append(w.Sections, s.ID)
	if s.OpenedBy(asOf, believed) {
		w.Opened = append(w.Opened, *s.Opened)
	} else if d := s.PlannedOn(believed); d != nil && (w.Planned == nil || d.Date > w.Planned.Date) {
		w.Planned = d
	}
	if !w.Project {
		w.Cities = append(w.Cities, slices.Sorted(maps.Keys(s.ByCity))...)
	}
}

// order sorts by the first opening, then by the planned one.
func (w *Work) order() int64 {
	switch {
	case len(w.Opened) > 0:
		first := w.Opened[0].Date
		for _, d := range w.Opened {
			first = min(first, d.Date)
		}
		return int64(first)
	case w.Planned != nil:
		return 1<<40 + int64(w.Planned.Date)
	}
	return 1 << 50
}

// muted are the sections that change nothing whether they are open or not: those
// without which, all others being open, exactly the same trains run, and of which no
// road is drawn.
func (c *Circles) muted() map[string]bool {
	mute, _ := c.silent.Get(func() (map[string]bool, error) {
		out := map[string]bool{}
		all, _ := c.timetable(Asked{}, func(string) bool { return true })
		whole := digestOf(all)
		for _, l := range c.pack.Network.Lines {
			for _, s := range l.Sections {
				if l.Mode == "road" {
					out[s.ID] = len(s.Path) < 2
					continue
				}
				t, _ := c.timetable(Asked{}, func(id string) bool { return id != s.ID })
				out[s.ID] = digestOf(t) == whole
			}
		}
		return out, nil
	})
	return mute
}

// open are the sections open as asked, and the works all of whose sections are.
func (c *Circles) open(a Asked) (open map[string]bool, works []string, err error) {
	open = map[string]bool{}
	for _, l := range c.pack.Network.Lines {
		for i := range l.Sections {
			if s := &l.Sections[i]; s.OpenedBy(a.AsOf, a.Believed) {
				open[s.ID] = true
			}
		}
	}
	list := c.Works(a.AsOf, a.Believed)
	known := make([]string, len(list))
	for i, w := range list {
		known[i] = w.ID
		if a.Complete && w.Project {
			set(open, w.Sections, true)
		}
	}
	for k, ids := range [][]string{a.With, a.Without} {
		for _, id := range ids {
			i := slices.Index(known, id)
			if i < 0 {
				return nil, nil, &WorkError{id, known}
			}
			set(open, list[i].Sections, k == 0)
		}
	}
	for _, w := range list {
		if !slices.ContainsFunc(w.Sections, func(id string) bool { return !open[id] }) {
			works = append(works, w.ID)
		}
	}
	return open, works, nil
}

func set(open map[string]bool, sections []string, to bool) {
	for _, id := range sections {
		open[id] = to
	}
}
