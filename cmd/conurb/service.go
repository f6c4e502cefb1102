package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conurb/app"
	"conurb/app/node"
	"conurb/app/services"
	"conurb/area"
	"conurb/door/export"
	"conurb/door/httpapi"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/plan/pack"
)

// serviceCmd is the catalogue of service items: of a node where --data is one, else of a pack.
type serviceCmd struct {
	List   serviceListCmd   `cmd:"" help:"${service_list}"`
	Show   serviceShowCmd   `cmd:"" help:"${service_show}"`
	Check  serviceCheckCmd  `cmd:"" help:"${service_check}"`
	Diff   serviceDiffCmd   `cmd:"" help:"${service_diff}"`
	Export serviceExportCmd `cmd:"" help:"${service_export}"`
}

// The refusals of these commands.
var (
	errNoCatalogue = errors.New("no service items")
	errNoItem      = errors.New("no such service item")
)

var serviceRefusals = []struct {
	err error
	key string
}{{errNoCatalogue, "catalogue.error.none"}, {errNoItem, "catalogue.error.item"}}

// shelf is a catalogue with the editions in force.
type shelf struct {
	pack *pack.Pack
	all  *catalogue.Catalogue
	now  []services.Edition
}

// shelf is the catalogue of the node in a folder, or of a pack.
func (s *session) shelf(w where) (h shelf, err error) {
	if node.Is(w.Data) {
		t, err := s.town(w)
		if err != nil {
			return h, err
		}
		h.pack = t.App.Pack()
		if t.Services == nil {
			return h, errors.Join(fmt.Errorf("%s: %w", w.Data, errNoCatalogue), t.Close())
		}
		h.all = t.Services.Catalogue
		h.now, err = t.Services.Items(s.ctx)
		return h, errors.Join(err, t.Close())
	}
	if h.pack, err = s.packFor(w); err != nil {
		return h, err
	}
	if h.all, err = servicesOf(h.pack); err != nil {
		return h, err
	}
	if h.all == nil {
		return h, fmt.Errorf("%s: %w", h.pack.ID, errNoCatalogue)
	}
	for _, i := range h.all.Items {
		e := services.Edition{Of: i, Asks: h.all.Form(i.Form), InForce: true}
		e.City, e.Item, e.Version, e.Origin = i.City, i.ID, 1, "pack"
		h.now = append(h.now, e)
	}
	return h, nil
}

// servicesOf is the catalogue of a pack; nil where it has none.
func servicesOf(p *pack.Pack) (*catalogue.Catalogue, error) {
	var types *licence.Register
	if b, ok := p.Files[licence.RegisterFile]; ok {
		var err error
		if types, err = licence.ReadRegister(licence.RegisterFile, b); err != nil {
			return nil, err
		}
	}
	return catalogue.Load(p.Files, app.CatalogueRefs(p, types, nil))
}

// of are the editions of an item, of a city or of all.
func (h shelf) of(id, city string) (list []services.Edition, err error) {
	for _, e := range h.now {
		if e.Item == id && (city == "" || e.City == city) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		err = fmt.Errorf("%s %s: %w", id, city, errNoItem)
	}
	return list, err
}

func (h shelf) city(lang, id string) string {
	for _, c := range h.pack.Area.Cities {
		if c.ID == id {
			return c.Name.In(lang)
		}
	}
	return id
}

type serviceListCmd struct {
	where
	Words   []string `arg:"" optional:"" help:"${arg_service_words}"`
	City    string   `help:"${service_city}" placeholder:"CITY"`
	Mode    string   `default:"" enum:",online,deputy,joint" help:"${service_mode}" placeholder:"MODE"`
	Subject string   `help:"${service_subject}" placeholder:"SUBJECT"`
}

// Run lists items, or finds them in plain words.
func (c serviceListCmd) Run(s *session) error {
	h, err := s.shelf(c.where)
	if err != nil {
		return err
	}
	order := map[string]float64{}
	question := strings.Join(c.Words, " ")
	for _, hit := range catalogue.NewIndex(h.all.Items, h.all.Bundles).Find(question) {
		order[hit.ID] = hit.Score
	}
	type row struct {
		ID     string   `json:"id"`
		Name   string   `json:"name"`
		Bundle bool     `json:"bundle,omitempty"`
		Cities []string `json:"cities"`
		Time   string   `json:"time"`
		Modes  string   `json:"modes"`
		Score  float64  `json:"score,omitempty"`
	}
	rows := []row{}
	for _, e := range h.now {
		i := e.Of
		if c.City != "" && i.City != c.City || c.Mode != "" && !slices.Contains(i.Modes, catalogue.Mode(c.Mode)) || c.Subject != "" && !slices.Contains(i.Subject, c.Subject) || question != "" && order[i.ID] == 0 {
			continue
		}
		if n := len(rows); n == 0 || rows[n-1].ID != i.ID {
			rows = append(rows, row{ID: i.ID, Name: i.Name.In(s.lang), Time: s.field("promised", i.Limits.Promised.String()), Modes: s.field("modes", modesOf(i)), Score: order[i.ID]})
		}
		last := &rows[len(rows)-1]
		if last.Time != s.field("promised", i.Limits.Promised.String()) {
			last.Time = s.t("catalogue.varies")
		}
		if last.Modes != s.field("modes", modesOf(i)) {
			last.Modes = s.t("catalogue.varies")
		}
		last.Cities = append(last.Cities, i.City)
	}
	for _, b := range h.all.Bundles {
		if order[b.ID] > 0 {
			rows = append(rows, row{ID: b.ID, Name: b.Name.In(s.lang), Bundle: true, Cities: []string{}, Time: s.t("catalogue.bundle", "n", strconv.Itoa(len(b.Steps))), Score: order[b.ID]})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return -int(1e6 * (a.Score - b.Score)) })
	if s.json {
		return s.writeJSON(rows)
	}
	var cells [][]string
	for _, r := range rows {
		var cities []string
		for _, city := range r.Cities {
			cities = append(cities, h.city(s.lang, city))
		}
		cells = append(cells, []string{r.ID, r.Name, r.Time, r.Modes, strings.Join(cities, s.t("catalogue.and"))})
	}
	s.table(strings.Split(s.t("catalogue.table.list"), "|"), cells)
	return nil
}

func modesOf(i *catalogue.Item) string {
	out := make([]string, len(i.Modes))
	for n, m := range i.Modes {
		out[n] = string(m)
	}
	return strings.Join(out, " ")
}

// field is the value of a field in words.
func (s *session) field(name, value string) string {
	return httpapi.DifferenceWords(s.lang, name, value)
}

type serviceShowCmd struct {
	where
	Item string `arg:"" help:"${arg_service}"`
	City string `help:"${service_city}" placeholder:"CITY"`
}

// Run shows an item of the cities side by side, and in what they differ.
func (c serviceShowCmd) Run(s *session) error {
	h, err := s.shelf(c.where)
	if err != nil {
		return err
	}
	list, err := h.of(c.Item, c.City)
	if err != nil {
		return err
	}
	items := make([]*catalogue.Item, len(list))
	for n, e := range list {
		items[n] = e.Of
	}
	differences := catalogue.Diff(items)
	if s.json {
		return s.writeJSON(map[string]any{"items": items, "differences": differences})
	}
	first := items[0]
	fmt.Fprintf(s.out, "%s (%s)\n%s\n\n", first.Name.In(s.lang), first.ID, first.Plain.In(s.lang))
	header := []string{""}
	for _, e := range list {
		header = append(header, h.city(s.lang, e.City))
	}
	var rows [][]string
	for _, f := range []struct {
		name string
		of   func(e services.Edition) string
	}{
		{"promised", func(e services.Edition) string {
			return s.field("promised", e.Of.Limits.Promised.String()) + " [" + string(e.Of.Limits.Promised.Mark.Grade) + "]"
		}},
		{"statutory", func(e services.Edition) string { return s.field("statutory", e.Of.Limits.Statutory.String()) }},
		{"modes", func(e services.Edition) string { return s.field("modes", modesOf(e.Of)) }},
		{"visits", func(e services.Edition) string { return strconv.Itoa(e.Of.Online.Visits) }},
		{"body", func(e services.Edition) string { return e.Of.Body.Name.In(s.lang) }},
		{"code", func(e services.Edition) string { return e.Of.Code }},
		{"version", func(e services.Edition) string { return e.Name() + " " + s.t("catalogue.origin."+e.Origin) }},
	} {
		row := []string{s.t("catalogue.field." + f.name)}
		for _, e := range list {
			row = append(row, f.of(e))
		}
		rows = append(rows, row)
	}
	s.table(header, rows)
	fmt.Fprintf(s.out, "\n%s\n", s.t("catalogue.field.materials"))
	for _, m := range first.Materials {
		fmt.Fprintf(s.out, "  %s: %s\n", m.Name.In(s.lang), s.field("materials", map[bool]string{true: "required", false: "optional"}[m.Required]+onlyWhen(m.When)))
	}
	s.sayDifferences(differences, func(city string) string { return h.city(s.lang, city) })
	return nil
}

func onlyWhen(condition string) string {
	if condition == "" {
		return ""
	}
	return " when " + condition
}

// sayDifferences prints what differs, a line for each value.
func (s *session) sayDifferences(list []catalogue.Difference, name func(city string) string) {
	fmt.Fprintf(s.out, "\n%s\n", s.t("catalogue.differences", "n", strconv.Itoa(len(list))))
	for _, d := range list {
		label := s.t("catalogue.field." + d.Field)
		if d.Name != (area.Text{}) {
			label += " · " + d.Name.In(s.lang)
		}
		fmt.Fprintf(s.out, "  %s\n", label)
		for _, city := range d.Cities {
			text := d.Texts[city].In(s.lang)
			if d.Texts == nil {
				text = s.field(d.Field, d.Values[city])
			}
			fmt.Fprintf(s.out, "    %s %s\n", pad(name(city), 10), text)
		}
	}
}

type serviceExportCmd struct {
	where
	Format string `default:"cpsv-ap" enum:"cpsv-ap,turtle,csv" help:"${service_format}" placeholder:"FORMAT"`
	To     string `help:"${service_to}" placeholder:"FILE"`
}

func (c serviceExportCmd) Run(s *session) error {
	h, err := s.shelf(c.where)
	if err != nil {
		return err
	}
	all := export.Catalogue{Region: h.pack.ID, Cities: h.pack.Area.Cities, Bundles: h.all.Bundles}
	for _, e := range h.now {
		all.Items = append(all.Items, export.Item{Item: e.Of, Version: e.Version, At: e.At})
	}
	var b bytes.Buffer
	if err := export.Services(&b, c.Format, all); err != nil {
		return err
	}
	return s.writeFile(c.To, b.Bytes())
}

// problemWords are the words of a fault of a file, and of one of the standard.
func problemWords(lang string, p catalogue.Problem) (detail, remedy string) {
	if strings.HasPrefix(p.Field, "/") {
		return httpapi.FaultWords(lang, catalogue.Fault{Code: p.Code, Args: p.Args})
	}
	return locale.T(lang, "catalogue.check."+p.Code, p.Args), locale.T(lang, "catalogue.check."+p.Code+".remedy", p.Args)
}

// serviceProblems prints the faults of a catalogue's files, if err holds some.
func (s *session) serviceProblems(dir string, err error) bool {
	var list catalogue.Problems
	if !errors.As(err, &list) {
		return false
	}
	for _, p := range list {
		file := p.File
		if dir != "" {
			file = strings.TrimSuffix(dir, "/") + "/" + file
		}
		detail, remedy := problemWords(s.lang, p)
		fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", file, p.Line, p.Column, detail, remedy)
	}
	fmt.Fprintln(s.err, s.t("cli.check.count", "n", strconv.Itoa(len(list))))
	return true
}
