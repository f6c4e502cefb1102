package pack

import (
	"regexp"
	"strconv"
	"strings"

	"conurb/area"
)

// readArea reads the folder area/.
func (l *loader) readArea() {
	l.items(citiesFile, l.city, "city")
	l.rows(districtsFile, []string{"code", "city", "parent", "kind", "zh", "en", "population", "urban", "land_km2", "source", "grade", "area_source", "area_grade"},
		nil, l.district, "district")
	l.items(scopesFile, l.scope, "scope")
	l.readOutlines()
}

var codeForm = regexp.MustCompile(`^[1-9]\d{5}$`)

func cityCode(s string) bool { return codeForm.MatchString(s) && strings.HasSuffix(s, "00") }

func (l *loader) city(m *mapping) {
	c := area.City{ID: m.define("city"), Code: m.text("code", must), Name: m.bilingual("name", must), Cite: m.cited(), Ref: m.ref()}
	at := m.look.cell("code").at
	switch {
	case c.Code == "":
	case !cityCode(c.Code):
		l.report(at, "bad-city-code", "value", c.Code)
	default:
		l.declare("city code", c.Code, at)
	}
	p, at, ok := m.point("centre", must)
	if ok {
		l.checkPoint(p, at, reachArea)
	}
	c.Centre = p
	l.pack.Area.Cities = append(l.pack.Area.Cities, c)
}

var districtKinds = []string{"district", "county", "county-level-city", "zone"}

func (l *loader) district(r record, ref area.Ref) {
	d := area.District{
		Code: r.text("code", must), City: r.refer("city", "city", must), Parent: r.refer("parent", "district", may),
		Kind: r.word("kind", must, districtKinds...), Name: area.Text{Zh: r.text("zh", must), En: r.text("en", must)},
		LandKm2: r.positive("land_km2", may), Ref: ref,
	}
	total, okTotal := r.whole("population", must, 0, 2_000_000_000)
	urban, okUrban := r.whole("urban", must, 0, 2_000_000_000)
	if d.Population, d.Urban = total, urban; okTotal && okUrban && urban > total {
		l.report(r.look.cell("urban").at, "urban-above-total", "urban", strconv.Itoa(urban), "total", strconv.Itoa(total))
	}
	d.Cite = r.cited()
	if c := r.look.cell("land_km2"); c.there {
		of := r
		of.cite = d.Cite
		d.LandCite = of.citedAs("area_source", "area_grade", must)
	} else {
		l.noCite(r, "area_source", "area_grade")
	}
	l.declare("district", d.Code, r.look.cell("code").at)
	l.districtCode(r, &d)
	l.pack.Area.Districts = append(l.pack.Area.Districts, d)
}

// noCite reports the citation of a figure that is not there.
func (l *loader) noCite(r record, keys ...string) {
	for _, key := range keys {
		if c := r.look.cell(key); c.there {
			l.report(c.at, "cites-nothing")
		}
	}
}

// districtCode holds a code against GB/T 2260, where the code of a district
// begins with that of its city. Zones are not in the standard: they have an id of
// their own and name the district they were cut from.
func (l *loader) districtCode(r record, d *area.District) {
	at, parentAt := r.look.cell("code").at, r.look.cell("parent").at
	if d.Kind == "zone" {
		if d.Parent == "" {
			l.report(parentAt, "zone-without-parent")
		}
		if !codeForm.MatchString(d.Code) && !idForm.MatchString(d.Code) && d.Code != "" {
			l.report(at, "bad-id", "value", d.Code)
		}
		return
	}
	if d.Parent != "" {
		l.report(parentAt, "parent-not-zone", "kind", d.Kind)
	}
	if !codeForm.MatchString(d.Code) {
		if d.Code != "" {
			l.report(at, "bad-district-code", "value", d.Code)
		}
		return
	}
	code, city := d.Code, d.City
	l.after(func() {
		for _, c := range l.pack.Area.Cities {
			if prefix := strings.TrimSuffix(strings.TrimSuffix(c.Code, "00"), "00"); c.ID == city && cityCode(c.Code) && !strings.HasPrefix(code, prefix) {
				l.report(at, "district-not-of-city", "value", code, "city", city, "code", c.Code)
			}
		}
	})
}

func (l *loader) scope(m *mapping) {
	s := area.Scope{
		ID: m.define("scope"), Name: m.bilingual("name", must), Definition: m.bilingual("definition", must),
		LandKm2: m.positive("land_km2", may), Cite: m.cited(), Ref: m.ref(),
	}
	i := len(l.pack.Area.Scopes)
	if c := l.scalarOr(m, "districts"); c.there {
		if c.text != "all" {
			l.report(c.at, "bad-district-list", "value", c.text)
		}
		l.after(func() { l.pack.Area.Scopes[i].Districts = l.allDistricts() })
	} else {
		s.Districts = m.refs("districts", "district", must)
	}
	l.pack.Area.Scopes = append(l.pack.Area.Scopes, s)
}

// scalarOr returns the cell of a key that may also be a list.
func (l *loader) scalarOr(m *mapping, key string) cell {
	node, at, ok := m.child(m.tree(), key, may)
	if !ok || node.Value == "" {
		return cell{at: at}
	}
	return cell{text: node.Value, at: at, there: true}
}

func (l *loader) allDistricts() []string {
	codes := make([]string, len(l.pack.Area.Districts))
	for i, d := range l.pack.Area.Districts {
		codes[i] = d.Code
	}
	return codes
}
