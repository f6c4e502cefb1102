package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"conurb/area"
	"conurb/livelihood/catalogue"
	"conurb/locale"
)

// Catalogue is the service items of a region as they are exported.
type Catalogue struct {
	Region  string // id of the pack
	Cities  []area.City
	Items   []Item
	Bundles []*catalogue.Bundle
}

// Item is one of them, with its edition; At is zero where its city has not said since when.
type Item struct {
	*catalogue.Item
	Version int
	At      time.Time
}

// Services writes the catalogue: cpsv-ap is the Core Public Service Vocabulary Application
// Profile 3.2.0 (SEMIC) as JSON-LD, turtle the same as Turtle, csv a table with a row for
// every item of a city.
//
// What the profile has no place for is left out: stages, forms, conditions of materials. A
// limit in working days is written as the days of the calendar that it takes, seven for five
// and rounded up; the promise itself stands in the words of the channel.
func Services(w io.Writer, format string, c Catalogue) error {
	switch format {
	case "cpsv-ap":
		return linked(c).jsonLD(w)
	case "turtle":
		return linked(c).turtle(w)
	case "csv":
		return servicesTable(w, c)
	}
	return fmt.Errorf("services as %q: no such format", format)
}

// linking makes linked data of a catalogue.
type linking struct {
	graph
	c Catalogue
}

func linked(c Catalogue) *graph {
	l := &linking{graph: graph{by: map[string]*rdfNode{}}, c: c}
	publisher := l.node(l.id("catalogue", "publisher"), "foaf:Agent").add("dct:identifier", plainText(c.Region)).
		add("dct:title", rdfTerm{text: "Conurb: " + c.Region, lang: "en"}, rdfTerm{text: "Conurb：" + c.Region, lang: "zh"})
	set := l.node(l.id("catalogue", c.Region), "dcat:Dataset").add("dct:title", said("catalogue.cpsv.title")...).
		add("dct:description", said("catalogue.cpsv.description")...).add("dct:publisher", to(publisher))
	for i := range c.Items {
		s := l.service(&c.Items[i]).add("dct:isPartOf", to(set))
		set.add("dct:hasPart", to(s))
	}
	for _, b := range c.Bundles {
		l.event(b)
	}
	for _, list := range []string{"type", "subject", "served"} {
		l.collection(list)
	}
	return &l.graph
}

// id names a node: ids of the pack and of its files, which have letters, digits and dashes.
func (l *linking) id(kind string, parts ...string) string {
	return "urn:conurb:" + l.c.Region + ":" + kind + ":" + strings.Join(parts, ":")
}

// both are the two languages of a text.
func both(t area.Text) (list []rdfTerm) {
	if t.Zh != "" {
		list = append(list, rdfTerm{text: t.Zh, lang: "zh"})
	}
	if t.En != "" {
		list = append(list, rdfTerm{text: t.En, lang: "en"})
	}
	return list
}

// said are words of the language files in both languages.
func said(key string) []rdfTerm {
	return both(area.Text{Zh: locale.T("zh-CN", key, nil), En: locale.T("en", key, nil)})
}

// concept is a code of a list of the standards.
func (l *linking) concept(list, code string) rdfTerm {
	return to(l.node(l.id("code", list, code), "skos:Concept").add("skos:prefLabel", said("catalogue."+list+"."+code)...).add("skos:notation", plainText(code)))
}

func (l *linking) collection(list string) {
	prefix := l.id("code", list, "")
	c := l.node(l.id("codes", list), "skos:Collection").add("skos:prefLabel", said("catalogue.field."+list)...)
	for _, n := range l.nodes {
		if strings.HasPrefix(n.id, prefix) {
			c.add("skos:member", to(n))
		}
	}
}

func (l *linking) service(e *Item) *rdfNode {
	i := e.Item
	s := l.node(l.id("service", i.City, i.ID), "cpsv:PublicService").add("dct:identifier", plainText(i.Code)).
		add("dct:title", both(i.Name)...).add("dct:description", both(i.Plain)...)
	for _, w := range i.Search.Zh {
		s.add("dcat:keyword", rdfTerm{text: w, lang: "zh"})
	}
	for _, w := range i.Search.En {
		s.add("dcat:keyword", rdfTerm{text: w, lang: "en"})
	}
	s.add("cv:hasCompetentAuthority", to(l.authority(i.City, i.Body)))
	s.add("dct:spatial", to(l.place(i.City))).add("dct:type", l.concept("type", i.Type))
	for _, x := range i.Subject {
		s.add("cv:thematicArea", l.concept("subject", x))
	}
	for _, x := range i.Served {
		s.add("dct:audience", l.concept("served", x))
	}
	for _, tag := range []string{"ZHO", "ENG"} {
		s.add("dct:language", to(l.node("http://publications.europa.eu/resource/authority/language/"+tag, "dct:LinguisticSystem")))
	}
	if d := duration(i.Limits.Promised); d != "" {
		s.add("cv:processingTime", typed(d, "xsd:duration"))
	}
	l.inputs(s, i)
	l.rules(s, i)
	l.channels(s, i)
	l.costs(s, i)
	for n, b := range i.Joint {
		p := l.node(l.id("participation", i.City, i.ID, strconv.Itoa(n)), "cv:Participation").add("dct:identifier", plainText(b.Code)).
			add("dct:description", both(b.Name)...).add("cv:role", l.concept("role", "joint")).add("cv:hasParticipant", to(l.authority(i.City, b)))
		s.add("cv:hasParticipation", to(p))
	}
	for k := range l.c.Items {
		if o := l.c.Items[k].Item; o.Basic == i.Basic && o.City != i.City {
			s.add("cv:relatedService", rdfTerm{id: l.id("service", o.City, o.ID)})
		}
	}
	return s
}

// duration writes a limit in days of the calendar.
func duration(d catalogue.Days) string {
	switch {
	case !d.Stated():
		return ""
	case d.Unit == catalogue.Working:
		return "P" + strconv.Itoa((d.Count*7+4)/5) + "D"
	}
	return "P" + strconv.Itoa(d.Count) + "D"
}

func (l *linking) place(city string) *rdfNode {
	n := l.node(l.id("city", city), "dct:Location")
	for _, c := range l.c.Cities {
		if c.ID == city {
			n.add("skos:prefLabel", both(c.Name)...).add("dct:identifier", plainText(c.Code))
		}
	}
	return n
}

// authority is a body: an organisation and an agent as well, since the shapes infer nothing.
func (l *linking) authority(city string, b catalogue.Body) *rdfNode {
	return l.node(l.id("body", b.Code), "cv:PublicOrganisation", "org:Organization", "foaf:Agent").add("dct:identifier", plainText(b.Code)).
		add("dct:title", both(b.Name)...).add("skos:prefLabel", both(b.Name)...).add("dct:spatial", to(l.place(city)))
}

// inputs are the materials, and what the applicant gets.
func (l *linking) inputs(s *rdfNode, i *catalogue.Item) {
	for _, m := range i.Materials {
		e := l.node(l.id("material", i.City, i.ID, m.ID), "cv:Evidence").add("dct:identifier", plainText(i.ID+"/"+m.ID)).add("dct:title", both(m.Name)...)
		for _, code := range m.Licences {
			kind := l.node(l.id("licence", code), "cv:EvidenceType").add("dct:identifier", plainText(code))
			e.add("dct:conformsTo", to(kind))
			s.add("cv:hasInputType", to(kind))
		}
		s.add("cpsv:hasInput", to(e))
	}
	s.add("cpsv:produces", to(l.node(l.id("result", i.City, i.ID), "cv:Output").add("dct:identifier", plainText(i.ID+"/result")).add("dct:title", both(i.Result.Name)...)))
}

// rules are what the item rests on, and the conditions of acceptance.
func (l *linking) rules(s *rdfNode, i *catalogue.Item) {
	for n, g := range i.Grounds {
		law := l.node(l.id("law", i.City, i.ID, strconv.Itoa(n)), "eli:LegalResource").add("dct:title", both(g.Name)...)
		words := g.Name
		if g.Article != "" {
			words = area.Text{Zh: g.Name.Zh + "（" + g.Article + "）", En: g.Name.En + " (" + g.Article + ")"}
		}
		rule := l.node(l.id("rule", i.City, i.ID, strconv.Itoa(n)), "cpsv:Rule").add("dct:identifier", plainText(i.ID+"/rule/"+strconv.Itoa(n))).
			add("dct:title", both(g.Name)...).add("dct:description", both(words)...).add("cpsv:implements", to(law))
		s.add("cv:hasLegalResource", to(law)).add("cpsv:follows", to(rule))
	}
	for n, a := range i.Accept {
		s.add("cv:holdsRequirement", to(l.node(l.id("condition", i.City, i.ID, strconv.Itoa(n)), "cv:Requirement").
			add("dct:identifier", plainText(i.ID+"/condition/"+strconv.Itoa(n))).add("dct:title", both(a.Text)...)))
	}
}

// channels are the ways of handling, and whom to ask.
func (l *linking) channels(s *rdfNode, i *catalogue.Item) {
	for _, h := range i.Handled {
		c := l.node(l.id("channel", i.City, i.ID, h), "cv:Channel").add("dct:identifier", plainText(i.ID+"/channel/"+h)).add("dct:type", l.concept("handled", h)).
			add("cv:ownedBy", to(l.authority(i.City, i.Body)))
		if d := duration(i.Limits.Promised); d != "" {
			c.add("cv:processingTime", typed(d, "xsd:duration")).add("dct:description", both(promise(i.Limits.Promised))...)
		}
		for n, p := range i.Places {
			if h == "1" {
				c.add("cv:openingHours", to(l.node(l.id("hours", i.City, i.ID, strconv.Itoa(n)), "time:TemporalEntity").add("dct:description", both(p.Hours)...)))
			}
		}
		s.add("cv:hasChannel", to(c))
	}
	s.add("cv:contactPoint", to(l.node(l.id("contact", i.City, i.ID), "cv:ContactPoint").add("cv:telephone", plainText(i.Consult.Phone))))
	body := l.authority(i.City, i.Body)
	for n, p := range i.Places {
		body.add("locn:address", to(l.node(l.id("address", i.City, i.ID, strconv.Itoa(n)), "locn:Address").add("locn:fullAddress", both(p.Address)...).add("locn:locatorName", both(p.Name)...)))
	}
}

// promise is a limit in words.
func promise(d catalogue.Days) area.Text {
	key, args := "catalogue.days."+string(d.Unit), map[string]string{"n": strconv.Itoa(d.Count)}
	if d.Count == 0 {
		key = "catalogue.at-once"
	}
	return area.Text{Zh: locale.T("zh-CN", key, args), En: locale.T("en", key, args)}
}

// double writes fen as yuan in the canonical form of xsd:double: 2000 is 2.0E1.
func double(fen int64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(float64(fen)/100, 'E', -1, 64), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent) // FormatFloat wrote it
	return mantissa + "E" + strconv.Itoa(n)
}

func (l *linking) costs(s *rdfNode, i *catalogue.Item) {
	for _, f := range i.Fees {
		currency := l.node("http://publications.europa.eu/resource/authority/currency/CNY", "skos:Concept")
		s.add("cv:hasCost", to(l.node(l.id("fee", i.City, i.ID, f.ID), "cv:Cost").add("dct:identifier", plainText(i.ID+"/fee/"+f.ID)).
			add("cv:hasValue", typed(double(f.Amount), "xsd:double")).add("cv:currency", to(currency)).
			add("dct:description", both(f.Name)...).add("cv:isDefinedBy", to(l.authority(i.City, i.Body)))))
	}
}

// event is a bundle: a turn in a life, or in that of an enterprise.
func (l *linking) event(b *catalogue.Bundle) {
	kind := "cv:LifeEvent"
	if b.Event == "restaurant" {
		kind = "cv:BusinessEvent"
	}
	e := l.node(l.id("bundle", b.ID), "cv:Event", kind).add("dct:identifier", plainText(b.ID)).add("dct:title", both(b.Name)...).
		add("dct:description", both(b.Plain)...).add("dct:type", l.concept("event", b.Event))
	for _, st := range b.Steps {
		for k := range l.c.Items {
			if i := l.c.Items[k].Item; i.ID == st.Item {
				s := l.node(l.id("service", i.City, i.ID))
				s.add("cv:isGroupedBy", to(e))
				e.add("cv:hasRelatedService", to(s))
			}
		}
	}
}

// servicesTable writes a row for every item of a city.
func servicesTable(w io.Writer, c Catalogue) error {
	t := csv.NewWriter(w)
	rows := [][]string{{"id", "city", "version", "since", "basic", "code", "name_zh", "name_en", "type", "kind", "level", "scope", "modes", "body_zh", "body_code",
		"statutory", "promised", "promised_source", "promised_grade", "materials", "fees_fen", "visits", "depth", "course", "form", "source", "grade"}}
	for _, e := range c.Items {
		i, since := e.Item, ""
		if !e.At.IsZero() {
			since = e.At.UTC().Format(time.RFC3339)
		}
		var modes, materials, fees []string
		for _, m := range i.Modes {
			modes = append(modes, string(m))
		}
		for _, m := range i.Materials {
			materials = append(materials, m.ID)
		}
		for _, f := range i.Fees {
			fees = append(fees, f.ID+"="+strconv.FormatInt(f.Amount, 10))
		}
		rows = append(rows, []string{i.ID, i.City, strconv.Itoa(e.Version), since, i.Basic, i.Code, i.Name.Zh, i.Name.En, i.Type, i.Kind, i.Level, i.Scope, strings.Join(modes, " "),
			i.Body.Name.Zh, i.Body.Code, i.Limits.Statutory.String(), i.Limits.Promised.String(), i.Limits.Promised.Mark.Source, string(i.Limits.Promised.Mark.Grade),
			strings.Join(materials, " "), strings.Join(fees, " "), strconv.Itoa(i.Online.Visits), i.Online.Depth, i.Course, i.Form, i.Mark.Source, string(i.Mark.Grade)})
	}
	return t.WriteAll(rows)
}
