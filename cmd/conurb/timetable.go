package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"conurb/app/ground"
	"conurb/area"
	"conurb/connect/line"
	"conurb/kit/gtfs"
	"conurb/plan/pack"
)

// networkTimetableCmd writes the trains of a region as GTFS, as of a day or with all
// that is planned.
type networkTimetableCmd struct {
	Pack       string `env:"CONURB_PACK" help:"${pack}" placeholder:"DIR"`
	AsOf       string `name:"as-of" help:"${timetable_as_of}" placeholder:"YYYY-MM-DD|plan"`
	BelievedOn string `name:"believed-on" help:"${believed_on}" placeholder:"YYYY-MM-DD"`
	URL        string `name:"url" default:"http://127.0.0.1:8080/" help:"${timetable_url}" placeholder:"URL"`
	To         string `required:"" help:"${timetable_to}" placeholder:"FILE.zip"`
}

func (c networkTimetableCmd) Run(s *session) error {
	if err := ground.Writable(c.To); err != nil {
		return err
	}
	p, err := s.loadPack(c.Pack)
	if err != nil {
		return err
	}
	if len(p.Services) == 0 {
		fmt.Fprintln(s.err, s.t("line.noservices"))
		return errQuiet(1)
	}
	day, believed, err := c.days(s)
	if err != nil {
		return err
	}
	open, runs := opened(p, day, believed, c.AsOf == "plan")
	feed, rep := line.Feed(&p.Network, p.Services, open, runs, line.Publication{
		Name: s.t("line.publisher", "name", p.Name.In(s.lang)), URL: c.URL, Timezone: p.Timezone, Lang: s.lang, Day: day, Version: p.Digest[:12],
	})
	if err := ground.Save(c.To, func(w io.Writer) error { return gtfs.Write(w, feed) }); err != nil {
		return err
	}
	return s.printServices(c.To, p, feed, rep)
}

// days are the day of the timetable and the day of what is known.
func (c networkTimetableCmd) days(s *session) (day, believed area.Date, err error) {
	today := area.DateOf(s.now())
	day, believed = today, today
	if c.AsOf != "" && c.AsOf != "plan" {
		if day, err = area.ParseDate(c.AsOf); err != nil {
			return 0, 0, fmt.Errorf("--as-of: %w", err)
		}
	}
	if c.BelievedOn != "" {
		if believed, err = area.ParseDate(c.BelievedOn); err != nil {
			return 0, 0, fmt.Errorf("--believed-on: %w", err)
		}
	}
	return day, believed, nil
}

// opened says which sections and services are there on a day; with the plan complete,
// every section is, and every service that has not ended.
func opened(p *pack.Pack, day, believed area.Date, complete bool) (open func(string) bool, runs func(*area.Service) bool) {
	if complete {
		return func(string) bool { return true }, func(s *area.Service) bool { return s.Ends == nil || s.Running(day, believed) }
	}
	return func(id string) bool { k := p.Section(id); return k != nil && k.OpenedBy(day, believed) },
		func(s *area.Service) bool { return s.Running(day, believed) }
}

// servicesSaid is what a timetable was made of, as JSON says it.
type servicesSaid struct {
	File     string      `json:"file"`
	Stops    int         `json:"stops"`
	Services int         `json:"services"`
	Trips    int         `json:"trips"`
	Part     []partSaid  `json:"part"`
	Idle     []line.Idle `json:"idle"`
	Assumed  int         `json:"servicesWithAssumptions"`
}

type partSaid struct {
	Service string      `json:"service"`
	Stretch [][2]string `json:"stretches"`
	Closed  string      `json:"closed,omitempty"`
}

func (s *session) printServices(file string, p *pack.Pack, feed *gtfs.Feed, rep line.Report) error {
	if s.json {
		said := servicesSaid{File: file, Stops: len(feed.Stops), Services: rep.Services, Trips: len(feed.Trips), Part: []partSaid{}, Idle: append([]line.Idle{}, rep.Idle...), Assumed: len(rep.Assumed)}
		for _, k := range rep.Part {
			said.Part = append(said.Part, partSaid{k.Service, k.Stretch, k.Section})
		}
		return s.writeJSON(said)
	}
	names := map[string]string{}
	for _, k := range p.Network.Stations {
		names[k.ID] = k.Name.In(s.lang)
	}
	services := map[string]string{}
	for i := range p.Services {
		services[p.Services[i].ID] = p.Services[i].Name.In(s.lang)
	}
	fmt.Fprintln(s.err, s.t("line.written", "file", file, "services", strconv.Itoa(rep.Services), "trips", strconv.Itoa(len(feed.Trips)), "stops", strconv.Itoa(len(feed.Stops))))
	for _, k := range rep.Part {
		var stretches []string
		for _, e := range k.Stretch {
			stretches = append(stretches, names[e[0]]+"–"+names[e[1]])
		}
		fmt.Fprintln(s.err, "  "+s.t("line.part", "service", services[k.Service], "stretches", strings.Join(stretches, s.t("line.and")), "section", s.section(p, k.Section)))
	}
	for _, k := range rep.Idle {
		fmt.Fprintln(s.err, "  "+s.t("line.idle."+k.Why, "service", services[k.Service], "section", s.section(p, k.Section)))
	}
	fmt.Fprintln(s.err, s.t("line.modelled", "n", strconv.Itoa(len(rep.Assumed)), "services", strconv.Itoa(rep.Services)))
	return nil
}

// section is the name of a section with that of its line.
func (s *session) section(p *pack.Pack, id string) string {
	k := p.Section(id)
	if k == nil {
		return orDash(id)
	}
	return s.t("line.section", "line", p.Line(k.Line).Name.In(s.lang), "section", k.Name.In(s.lang))
}
