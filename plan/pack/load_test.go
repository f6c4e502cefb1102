package pack_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conurb/area"
	"conurb/internal/packtest"
	"conurb/plan"
	"conurb/plan/pack"
)

func load(t testing.TB, fsys fstest.MapFS) *pack.Pack {
	t.Helper()
	p, problems := pack.Load(fsys)
	for _, x := range problems {
		t.Error(x, x.Args)
	}
	if p == nil {
		t.FailNow()
	}
	return p
}

func day(s string) area.Date {
	d, err := area.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestSmallPackIsReadWhole(t *testing.T) {
	p := load(t, packtest.Small())
	if got := fmt.Sprint(len(p.Sources), len(p.Area.Cities), len(p.Area.Districts), len(p.Area.Scopes), len(p.Area.Outlines), len(p.Network.Stations),
		len(p.Network.Lines), len(p.Plan.Indicators), len(p.Plan.Targets), len(p.Plan.Projects), len(p.Plan.Observations)); got != "4 2 4 3 2 4 3 3 4 3 9" {
		t.Errorf("counts %s", got)
	}
	if got := p.Scope("towns").Districts; !cmp.Equal(got, []string{"990101", "990121", "990202", "west-park"}) {
		t.Errorf("all districts are %v", got)
	}
	want := area.Section{
		ID: "line-1-east", Line: "line-1", Name: area.Text{Zh: "东段", En: "eastern section"}, From: "mid", To: "east",
		Lengths: []area.Length{{Km: 20.5, Definition: "operating", Cite: area.Cite{Source: "yearbook", Grade: "b"}, Ref: area.Ref{File: "network/rail.yaml", Line: 28}}},
		ByCity:  map[string]float64{"west": 4, "east": 16.5}, Scopes: []string{"towns", "core"}, Project: "finish-line-1",
		Planned: []area.Dated{
			{Date: day("2023-12-31"), Known: day("2022-06-01"), Cite: area.Cite{Source: "plan", Grade: "a"}, Ref: area.Ref{File: "network/rail.yaml", Line: 30}},
			{Date: day("2024-06-30"), Known: day("2023-12-20"), Cite: area.Cite{Source: "article", Grade: "b"}, Ref: area.Ref{File: "network/rail.yaml", Line: 31}},
		},
		Opened: &area.Dated{Date: day("2024-09-28"), Known: day("2024-09-29"), Cite: area.Cite{Source: "article", Grade: "b"}, Ref: area.Ref{File: "network/rail.yaml", Line: 32}},
		Ref:    area.Ref{File: "network/rail.yaml", Line: 21},
	}
	if diff := cmp.Diff(want, *p.Section("line-1-east")); diff != "" {
		t.Error(diff)
	}
	census, _ := plan.ParsePeriod("2020")
	wantObservation := plan.Observation{
		ID: "people-2020", Version: 1, Indicator: "people", Scope: "towns", Period: census, Value: 85.3, Source: "yearbook", Grade: "b",
		Published: day("2021-05-11"), Note: "census, so a break", By: "pack", Ref: area.Ref{File: "observations/people.csv", Line: 4},
	}
	if diff := cmp.Diff(wantObservation, p.Plan.Observations[2], cmpopts.EquateComparable(plan.Period{})); diff != "" {
		t.Error(diff)
	}
	if got := p.Plan.Observations[4].Published; got != day("2023-03-01") {
		t.Errorf("an observation without a day of publication has %v, want the source's", got)
	}
}

func TestCitationsAreInherited(t *testing.T) {
	p := load(t, packtest.Small())
	for _, c := range []struct {
		what string
		got  area.Cite
		want area.Cite
	}{
		{"length from line", p.Section("line-1-west").Lengths[0].Cite, area.Cite{Source: "yearbook", Grade: "b"}},
		{"length of its own", p.Section("line-1-west").Lengths[1].Cite, area.Cite{Source: "article", Grade: "c"}},
		{"opening from line", p.Section("line-1-west").Opened.Cite, area.Cite{Source: "yearbook", Grade: "b"}},
		{"promise from project", p.Project("finish-line-1").Milestones[0].Planned[0].Cite, area.Cite{Source: "plan", Grade: "a"}},
		{"assumed has no source", p.Target("people-2026").Trajectory.Cite, area.Cite{Grade: "assumed"}},
		{"rule from indicator", p.Indicator("rail-km").Rules[0].Cite, area.Cite{Source: "plan", Grade: "a"}},
		{"rule assumed", p.Indicator("rail-km").Rules[1].Cite, area.Cite{Grade: "assumed"}},
		{"task from plan", p.Item("build-rail").Cite, area.Cite{Source: "plan", Grade: "a"}},
		{"land of its own", p.District("990101").LandCite, area.Cite{Source: "atlas", Grade: "c"}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	if got := p.Project("finish-line-1").Cost.Fen; got != 846000000050 {
		t.Errorf("cost %d fen", got)
	}
}

// TestWaysOfWriting: what people and their programs write differently and is
// the same pack.
func TestWaysOfWriting(t *testing.T) {
	want := load(t, packtest.Small())
	for name, change := range map[string]func(fstest.MapFS){
		"byte order mark": func(f fstest.MapFS) {
			for _, name := range []string{"observations/people.csv", "plan/targets.yaml", "area/outlines.geojson", "pack.yaml"} {
				f[name].Data = append([]byte("\uFEFF"), f[name].Data...)
			}
		},
		"lines of Windows": func(f fstest.MapFS) {
			for _, file := range f {
				file.Data = bytes.ReplaceAll(file.Data, []byte("\n"), []byte("\r\n"))
			}
		},
		"no last line end": func(f fstest.MapFS) {
			for _, file := range f {
				file.Data = bytes.TrimRight(file.Data, "\n")
			}
		},
		"columns in another order": func(f fstest.MapFS) {
			packtest.Replace(f, "network/stations.csv", "id,zh,en,city,lon,lat,source,grade\nwest,西站,West,west,112.8,28.0,atlas,c\nmid,中站,Middle,west,113.0,28.0,atlas,c\neast,东站,East,east,113.2,28.0,atlas,c\nairport,机场,Airport,,113.0,28.3,atlas,c",
				"grade,zh,en,city,lat,lon,source,id\nc,西站,West,west,28.0,112.8,atlas,west\nc,中站,Middle,west,28,113,atlas,mid\nc,东站,\"East\",east, 28.0 ,113.2,atlas,east\nc,机场,Airport,,28.3,1.13e2,atlas,airport")
		},
		"anchors and merge keys": func(f fstest.MapFS) {
			packtest.Replace(f, "network/roads.yaml", "      lengths: [{km: 41.2, definition: route}]", "      lengths: [&route {km: 41.2, definition: route}]")
			packtest.Replace(f, "network/roads.yaml", "      lengths: [{km: 38.9, definition: route}]", "      lengths: [{<<: *route, km: 38.9}]")
		},
		"hidden files and notes": func(f fstest.MapFS) {
			for _, name := range []string{".DS_Store", ".git/config", "README.md", "observations/.~lock.csv#", "LICENSE", "plan/notes.md"} {
				f[name] = &fstest.MapFile{Data: []byte("\xff\xfe not ours")}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := packtest.Small()
			change(fsys)
			got := load(t, fsys)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(pack.Pack{}), cmpopts.IgnoreFields(pack.Pack{}, "Files", "Digest"), cmpopts.EquateComparable(plan.Period{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProblemsOfFiles(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"no pack", func(f fstest.MapFS) { delete(f, "pack.yaml") }, "[pack.yaml:1:1: missing-file]"},
		{"no targets", func(f fstest.MapFS) { delete(f, "plan/targets.yaml") }, "[plan/targets.yaml:1:1: missing-file]"},
		{"misspelt file", func(f fstest.MapFS) { f["plan/target.yaml"] = f["plan/hedges.yaml"] }, "[plan/target.yaml:1:1: misspelt-file]"},
		{"unknown file", func(f fstest.MapFS) { f["plan/budget.xlsx"] = f["plan/hedges.yaml"] }, "[plan/budget.xlsx:1:1: unknown-file]"},
		{"empty file", func(f fstest.MapFS) { f["plan/hedges.yaml"] = &fstest.MapFile{Data: []byte(" \n")} }, "[plan/hedges.yaml:1:1: empty-file]"},
		{"only a comment", func(f fstest.MapFS) { f["plan/hedges.yaml"] = &fstest.MapFile{Data: []byte("# nothing yet\n")} }, "[plan/hedges.yaml:1:1: empty-file]"},
		{"a mapping for a list", func(f fstest.MapFS) { f["plan/hedges.yaml"] = &fstest.MapFile{Data: []byte("id: about\n")} }, "[plan/hedges.yaml:1:1: not-a-list]"},
		{"a list for a mapping", func(f fstest.MapFS) { f["plan/plan.yaml"] = &fstest.MapFile{Data: []byte("- id: about\n")} }, "[plan/plan.yaml:1:1: not-a-mapping]"},
		{"GBK", func(f fstest.MapFS) {
			packtest.Replace(f, "network/stations.csv", "东站", "\xb6\xab\xd5\xbe")
		}, "[network/stations.csv:4:6: not-utf8]"},
		{"too large", func(f fstest.MapFS) {
			f["plan/hedges.yaml"] = &fstest.MapFile{Data: bytes.Repeat([]byte("# a long comment\n"), 1<<20)}
		}, "[plan/hedges.yaml:1:1: too-large]"},
		{"no GeoJSON", func(f fstest.MapFS) { f["area/outlines.geojson"] = &fstest.MapFile{Data: []byte("[1, 2]")} }, "[area/outlines.geojson:1:1: not-geojson]"},
		{"a feature of another kind", func(f fstest.MapFS) {
			packtest.Replace(f, "area/outlines.geojson", `{"code": "990101"}`, `{"code": 990101}`)
		}, "[area/outlines.geojson:2:3: bad-feature]"},
		{"half a JSON", func(f fstest.MapFS) {
			f["area/outlines.geojson"] = &fstest.MapFile{Data: []byte("{\"type\": \"FeatureCollection\",\n \"features\": [")}
		}, "[area/outlines.geojson:2:14: json-syntax]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := packtest.Small()
			c.change(fsys)
			p, problems := pack.Load(fsys)
			for _, x := range problems {
				words(t, x)
			}
			if got := fmt.Sprint(problems); got != c.want || p != nil {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestEveryProblemIsReportedAtOnce breaks five files in seven places.
func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	fsys := packtest.Small()
	packtest.Replace(fsys, "pack.yaml", "format: 1", "format: one")
	packtest.Replace(fsys, "area/districts.csv", "150000,60000", "60000,150000")
	packtest.Replace(fsys, "network/rail.yaml", "km: 20.6", "km: 0")
	packtest.Replace(fsys, "network/rail.yaml", "      scopes: [towns]", "      scopes: [tonws]")
	packtest.Replace(fsys, "plan/targets.yaml", "judge_rule: new-trunk", "status: green")
	packtest.Replace(fsys, "observations/people.csv", "people-2019,people,towns,2019,84.2", "people-2019,people,towns,19,84.2")
	packtest.Append(fsys, "observations/people.csv", "people-2025,people,towns,2025,,yearbook,2026-03-01,b,")
	_, problems := pack.Load(fsys)
	want := `[area/districts.csv:3:42: urban-above-total network/rail.yaml:19:16: not-positive network/rail.yaml:45:16: misspelt-id` +
		` observations/people.csv:3:26: bad-period observations/people.csv:11:31: missing-field pack.yaml:2:9: bad-number plan/targets.yaml:49:3: typed-status]`
	if got := fmt.Sprint(problems); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDigestNamesTheBytes(t *testing.T) {
	p := load(t, packtest.Small())
	if got := pack.Digest(p.Files); got != p.Digest || len(got) != 64 {
		t.Errorf("digest %q of the pack, %q of its files", p.Digest, got)
	}
	again, problems := pack.LoadFiles(p.Files)
	if again == nil || again.Digest != p.Digest {
		t.Errorf("the kept files give another pack: %v", problems)
	}
	fsys := packtest.Small()
	packtest.Replace(fsys, "observations/people.csv", "85.3", "85.4")
	if other := load(t, fsys); other.Digest == p.Digest {
		t.Error("another figure, the same digest")
	}
	fsys = packtest.Small()
	fsys["README.md"] = &fstest.MapFile{Data: []byte("for people")}
	if other := load(t, fsys); other.Digest != p.Digest {
		t.Error("a note for people changes the digest")
	}
	// moving bytes between files is another pack: lengths and names are hashed
	a := pack.Digest(map[string][]byte{"a": []byte("xb"), "b": []byte("y")})
	b := pack.Digest(map[string][]byte{"a": []byte("x"), "bb": []byte("y")})
	if a == b {
		t.Error("two sets of files with one digest")
	}
	if got := pack.Digest(nil); got != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("digest of nothing is %s", got)
	}
}

func TestIndexFindsById(t *testing.T) {
	p := load(t, packtest.Small())
	if p.Source("plan") != &p.Sources[0] || p.City("west") != &p.Area.Cities[1] || p.Station("mid") != &p.Network.Stations[1] ||
		p.Line("ring-road") != &p.Network.Lines[2] || p.Hedge("strive") != &p.Plan.Hedges[1] || p.Indicator("road-km") != &p.Plan.Indicators[2] ||
		p.Target("circle") != &p.Plan.Targets[3] || p.Project("study-tunnel") != &p.Plan.Projects[2] || p.Item("rails") != &p.Plan.Aspects[0] {
		t.Error("a lookup does not return the element of the pack")
	}
	if p.Source("nobody") != nil || p.Section("nowhere") != nil || p.District("000000") != nil {
		t.Error("an unknown id is found")
	}
}

// TestHostileBytesEndSoon: bombs of aliases, of nesting and of faults.
func TestHostileBytesEndSoon(t *testing.T) {
	bomb := "- &a {km: 1, definition: route, source: plan, grade: a}\n"
	lengths := "[" + strings.Repeat("*a, ", 3000) + "*a]"
	sections := "[" + strings.Repeat("*s, ", 3000) + "*s]"
	for name, change := range map[string]func(fstest.MapFS){
		"aliases": func(f fstest.MapFS) {
			f["network/rail.yaml"] = &fstest.MapFile{Data: []byte(bomb +
				"- id: x\n  mode: rail\n  class: metro\n  name: {zh: x, en: x}\n  source: plan\n  grade: a\n  sections:\n    - &s\n      id: s\n      name: {zh: x, en: x}\n      scopes: []\n      lengths: " + lengths + "\n" +
				"- {id: y, mode: rail, class: metro, name: {zh: x, en: x}, source: plan, grade: a, sections: " + sections + "}\n")}
		},
		"an alias of itself": func(f fstest.MapFS) {
			f["plan/hedges.yaml"] = &fstest.MapFile{Data: []byte("&a\n- *a\n- {<<: *a}\n- &m {<<: *m}\n")}
		},
		"deep brackets": func(f fstest.MapFS) {
			f["plan/hedges.yaml"] = &fstest.MapFile{Data: []byte("- id: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n")}
		},
		"a hundred thousand faults": func(f fstest.MapFS) {
			f["observations/bad.csv"] = &fstest.MapFile{Data: []byte("id,indicator,scope,period,value,source,published,grade,note\n" + strings.Repeat("x,y,z,w,v,u,t,s,\n", 100_000))}
		},
		"a hundred thousand quotes": func(f fstest.MapFS) {
			f["observations/bad.csv"] = &fstest.MapFile{Data: []byte("id,indicator,scope,period,value,source,published,grade,note\n" + strings.Repeat("a\"b,\n", 100_000))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := packtest.Small()
			change(fsys)
			start := time.Now()
			p, problems := pack.Load(fsys)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if p != nil || len(problems) == 0 || len(problems) > 5000 {
				t.Errorf("%d problems", len(problems))
			}
			for _, x := range problems[:min(len(problems), 50)] {
				words(t, x)
			}
		})
	}
}
