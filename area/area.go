package area

// Text is a name or sentence in the two languages of the product.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// In returns the text in a BCP 47 language, falling back to the other one.
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" || t.Zh == "" {
		return t.En
	}
	return t.Zh
}

// Grade says how far a figure can be trusted.
type Grade string

// The grades, best first.
const (
	GradeA       Grade = "a"       // primary or government text
	GradeB       Grade = "b"       // provincial or national press
	GradeC       Grade = "c"       // reprint or encyclopaedia
	GradeD       Grade = "d"       // weak aggregator
	GradeK       Grade = "K"       // general knowledge, unverified
	GradeAssumed Grade = "assumed" // no source; chosen, and said so
)

// Grades lists every grade, best first.
var Grades = []Grade{GradeA, GradeB, GradeC, GradeD, GradeK, GradeAssumed}

// Ref is the place in the region pack where a row was written.
type Ref struct {
	File string `json:"file"` // slash path inside the pack
	Line int    `json:"line"` // from 1
}

// Source is a document that figures are taken from.
type Source struct {
	ID        string `json:"id"`
	Title     Text   `json:"title"`
	Publisher string `json:"publisher,omitempty"`
	URL       string `json:"url,omitempty"`
	Published Date   `json:"published,omitempty"` // the day it could first be read
	Grade     Grade  `json:"grade"`
	Licence   string `json:"licence,omitempty"` // SPDX identifier where data is reused
	Ref       Ref    `json:"ref"`
}

// Cite is a figure's source and grade; every row of the pack carries one.
type Cite struct {
	Source string `json:"source,omitempty"` // Source.ID; empty only when Grade is assumed
	Grade  Grade  `json:"grade"`
}

// City is a member city of the area, a node of its own.
type City struct {
	ID     string     `json:"id"`
	Code   string     `json:"code"` // GB/T 2260
	Name   Text       `json:"name"`
	Centre [2]float64 `json:"centre"` // WGS-84 lon, lat of the city centre
	Cite
	Ref Ref `json:"ref"`
}

// District is a district, county or county-level city; a development zone
// that the census counts apart is one too, with Parent set.
type District struct {
	Code       string  `json:"code"` // GB/T 2260; a zone without a code has an id of its own
	City       string  `json:"city"` // City.ID
	Parent     string  `json:"parent,omitempty"`
	Kind       string  `json:"kind"` // district | county | county-level-city | zone
	Name       Text    `json:"name"`
	Population int     `json:"population"` // census residents, zones not included in their parent
	Urban      int     `json:"urban"`      // of them urban
	LandKm2    float64 `json:"landKm2"`    // 0 where unknown
	LandCite   Cite    `json:"landCite,omitzero"`
	Cite
	Ref Ref `json:"ref"`
}

// Scope is an area that figures are stated for. Figures of two scopes are
// never compared.
type Scope struct {
	ID         string   `json:"id"`
	Name       Text     `json:"name"`
	Definition Text     `json:"definition"`
	Districts  []string `json:"districts,omitempty"` // District.Code; empty where the scope reaches outside the pack
	LandKm2    float64  `json:"landKm2,omitempty"`
	Cite
	Ref Ref `json:"ref"`
}

// Area is the territory of a region pack.
type Area struct {
	Cities    []City     `json:"cities"`
	Districts []District `json:"districts"`
	Scopes    []Scope    `json:"scopes"`
	Outlines  []Outline  `json:"outlines"`
}

// Outline is the simplified boundary of a district, for drawing and for models that say
// so (package people).
type Outline struct {
	District string           `json:"district"` // District.Code
	Rings    [][][][2]float64 `json:"rings"`    // polygons of rings of WGS-84 lon, lat
}
