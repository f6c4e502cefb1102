package httpapi

import (
	"context"

	"conurb/area"
	"conurb/plan"
	"conurb/plan/board"
)

// Pack is the area, its plan and its sources: what does not change with the days.
type Pack struct {
	ID        string      `json:"id" doc:"The region pack." example:"czt"`
	Name      Text        `json:"name" doc:"The name of the area."`
	Digest    string      `json:"digest" doc:"SHA-256 of the pack's files." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Board     string      `json:"board" doc:"The rules that turn evidence into verdicts on this node." example:"board-1"`
	Timezone  string      `json:"timezone" doc:"The time zone in which a day begins." example:"Asia/Shanghai"`
	Today     area.Date   `json:"today" format:"date" doc:"The calendar day in the area." example:"2026-11-23"`
	Map       MapView     `json:"map" doc:"Where a map of the area opens."`
	Licence   string      `json:"licence" doc:"The licence of the pack's data." example:"CC-BY-4.0"`
	Notice    Text        `json:"notice" doc:"What has to be said with the data."`
	Outlines  Outlines    `json:"outlines" doc:"Where the district outlines are from."`
	Plan      Plan        `json:"plan" doc:"The plan document."`
	Sources   []Source    `json:"sources" nullable:"false" doc:"The documents that figures are taken from."`
	Scopes    []Scope     `json:"scopes" nullable:"false" doc:"The areas that figures are stated for."`
	Cities    []City      `json:"cities" nullable:"false" doc:"The member cities."`
	Districts []District  `json:"districts" nullable:"false" doc:"The districts and counties."`
	Hedges    []HedgeRule `json:"hedges" nullable:"false" doc:"The hedge words of the plan and how they are read."`
	Goals     []Item      `json:"goals" nullable:"false" doc:"The goals of the plan."`
	Fields    []Item      `json:"fields" nullable:"false" doc:"The fields of the plan."`
	Aspects   []Item      `json:"aspects" nullable:"false" doc:"The aspects whose names are known."`
	Tasks     []Item      `json:"tasks" nullable:"false" doc:"The tasks of the plan."`
}

// MapView is where a map opens.
type MapView struct {
	Centre []float64 `json:"centre" nullable:"false" doc:"Longitude and latitude, WGS-84." example:"[112.97,28.0]"`
	Zoom   float64   `json:"zoom" doc:"The zoom level." example:"8.2"`
}

// Outlines is where the district outlines are from.
type Outlines struct {
	Source string `json:"source,omitempty" doc:"The source." example:"outlines-2020"`
	Grade  string `json:"grade" doc:"How far they can be trusted." example:"c"`
	Note   *Text  `json:"note,omitempty" doc:"What is to be said about them."`
}

// Plan is the plan document.
type Plan struct {
	ID            string    `json:"id" doc:"The plan." example:"czt-2022"`
	Title         Text      `json:"title" doc:"Its title."`
	Issuer        Text      `json:"issuer" doc:"Who issued it."`
	Number        string    `json:"number,omitempty" doc:"Its number." example:"第17号"`
	Issued        area.Date `json:"issued" format:"date" doc:"The day it was issued." example:"2022-06-01"`
	From          area.Date `json:"from" format:"date" doc:"The day it begins." example:"2022-01-01"`
	Until         area.Date `json:"until" format:"date" doc:"The day it ends." example:"2026-12-31"`
	AspectsStated int       `json:"aspectsStated" doc:"How many aspects it says it has." example:"18"`
	Wordings      []Wording `json:"wordings" nullable:"false" doc:"What each source calls it."`
	Source        string    `json:"source,omitempty" doc:"The source." example:"plan-2022"`
	Grade         string    `json:"grade" doc:"How far it can be trusted." example:"a"`
}

// Source is a document that figures are taken from.
type Source struct {
	ID        string    `json:"id" doc:"The id of the source." example:"hunan-daily-2022"`
	Title     Text      `json:"title" doc:"Its title."`
	Publisher string    `json:"publisher,omitempty" doc:"Who published it." example:"湖南日报"`
	URL       string    `json:"url,omitempty" doc:"Where it can be read." example:"https://example.org/plan"`
	Published area.Date `json:"published" format:"date" doc:"The day it could first be read." example:"2022-06-29"`
	Grade     string    `json:"grade" doc:"How far it can be trusted." example:"b"`
	Licence   string    `json:"licence,omitempty" doc:"The licence of its data." example:"CC-BY-4.0"`
	Ref       *Ref      `json:"ref,omitempty" doc:"Where the region pack wrote it."`
}

// Scope is an area that figures are stated for.
type Scope struct {
	ID         string   `json:"id" doc:"The id of the scope." example:"three-cities"`
	Name       Text     `json:"name" doc:"Its name."`
	Definition Text     `json:"definition" doc:"What belongs to it."`
	Districts  []string `json:"districts" nullable:"false" doc:"The codes of its districts; empty where it reaches outside the pack." example:"[\"430102\",\"430103\"]"`
	LandKm2    float64  `json:"landKm2,omitempty" doc:"Its land area in km²; left out where unknown." example:"18900"`
	Source     string   `json:"source,omitempty" doc:"The source." example:"plan-2022"`
	Grade      string   `json:"grade" doc:"How far it can be trusted." example:"a"`
}

// City is a member city.
type City struct {
	ID     string    `json:"id" doc:"The id of the city." example:"changsha"`
	Code   string    `json:"code" doc:"Its code in GB/T 2260." example:"430100"`
	Name   Text      `json:"name" doc:"Its name."`
	Centre []float64 `json:"centre" nullable:"false" doc:"Longitude and latitude of its centre, WGS-84." example:"[112.9389,28.2278]"`
}

// District is a district, county, county-level city or counted zone.
type District struct {
	Code       string  `json:"code" doc:"Its code in GB/T 2260, or an id for a zone without one." example:"430102"`
	City       string  `json:"city" doc:"The city it belongs to." example:"changsha"`
	Parent     string  `json:"parent,omitempty" doc:"The district a zone lies in." example:"430211"`
	Kind       string  `json:"kind" doc:"district, county, county-level-city or zone." example:"district"`
	Name       Text    `json:"name" doc:"Its name."`
	Population int     `json:"population" doc:"Census residents, zones not included in their parent." example:"642002"`
	Urban      int     `json:"urban" doc:"Of them urban." example:"642002"`
	LandKm2    float64 `json:"landKm2,omitempty" doc:"Its land area in km²; left out where unknown." example:"42"`
	Source     string  `json:"source,omitempty" doc:"The source of the population." example:"census-2020"`
	Grade      string  `json:"grade" doc:"How far it can be trusted." example:"c"`
}

// HedgeRule is a hedge word and how it is read.
type HedgeRule struct {
	ID        string  `json:"id" doc:"The id of the hedge word." example:"about"`
	Word      Text    `json:"word" doc:"The word."`
	Meaning   Text    `json:"meaning" doc:"What it is taken to mean."`
	Tolerance float64 `json:"tolerance" doc:"The share of the figure that it forgives." example:"0.03"`
	Grade     string  `json:"grade" doc:"How far that reading can be trusted; assumed when nobody published it." example:"assumed"`
}

func (s *server) pack(_ context.Context, _ *Language) (*answer[Pack], error) {
	p := s.desk.Pack()
	return &answer[Pack]{Pack{
		ID: p.ID, Name: text(p.Name), Digest: p.Digest, Board: board.Version, Timezone: p.Timezone, Today: s.desk.Today(),
		Map: MapView{p.Map.Centre[:], p.Map.Zoom}, Licence: p.Licence, Notice: text(p.Notice),
		Outlines: Outlines{p.OutlineCite.Source, string(p.OutlineCite.Grade), textOrNone(p.OutlineNote)}, Plan: planOf(&p.Plan),
		Sources: each(p.Sources, source), Scopes: each(p.Area.Scopes, scope), Cities: each(p.Area.Cities, city),
		Districts: each(p.Area.Districts, district), Hedges: each(p.Plan.Hedges, hedge),
		Goals: each(p.Plan.Goals, item), Fields: each(p.Plan.Fields, item), Aspects: each(p.Plan.Aspects, item), Tasks: each(p.Plan.Tasks, item),
	}}, nil
}

func planOf(p *plan.Plan) Plan {
	return Plan{
		ID: p.ID, Title: text(p.Title), Issuer: text(p.Issuer), Number: p.Number, Issued: p.Issued, From: p.From, Until: p.Until,
		AspectsStated: p.AspectsStated, Wordings: each(p.Wordings, wording), Source: p.Source, Grade: string(p.Grade),
	}
}

func source(s area.Source) Source {
	return Source{s.ID, text(s.Title), s.Publisher, s.URL, s.Published, string(s.Grade), s.Licence, ref(s.Ref)}
}

func scope(s area.Scope) Scope {
	return Scope{s.ID, text(s.Name), text(s.Definition), strings0(s.Districts), s.LandKm2, s.Source, string(s.Grade)}
}

func city(c area.City) City { return City{c.ID, c.Code, text(c.Name), c.Centre[:]} }

func district(d area.District) District {
	return District{d.Code, d.City, d.Parent, d.Kind, text(d.Name), d.Population, d.Urban, d.LandKm2, d.Source, string(d.Grade)}
}

func hedge(h plan.HedgeRule) HedgeRule {
	return HedgeRule{h.ID, text(h.Word), text(h.Meaning), h.Tolerance, string(h.Grade)}
}
