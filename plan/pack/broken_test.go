package pack_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"conurb/internal/packtest"
	"conurb/locale"
	"conurb/plan/pack"
)

// broken is a pack with one fault. text replaces old in file; the caret in it
// marks where the problem has to be reported, and is taken out before loading.
type broken struct {
	name, file, old, text string
	code                  string
	at                    string // file:line:column, where the fault is reported elsewhere
	more                  int    // problems besides
	args                  map[string]string
}

const caret = "‸"

func TestOneFaultIsOneProblemAtItsPlace(t *testing.T) {
	for _, list := range [][]broken{brokenYAML, brokenCSV, brokenArea, brokenNetwork, brokenServices, brokenSketch, brokenPlan, brokenObservations} {
		for _, b := range list {
			t.Run(b.name, func(t *testing.T) { b.run(t) })
		}
	}
}

func (b broken) run(t *testing.T) {
	fsys := packtest.Small()
	packtest.Replace(fsys, b.file, b.old, b.text)
	want := b.at
	if want == "" {
		want = takeCaret(t, fsys, b.file)
	}
	p, problems := pack.Load(fsys)
	if p != nil {
		t.Fatalf("loaded, want %s: %s", want, b.code)
	}
	if len(problems) != 1+b.more {
		t.Errorf("%d problems, want %d: %v", len(problems), 1+b.more, problems)
	}
	found := false
	for _, x := range problems {
		words(t, x)
		if got := x.String(); got == want+": "+b.code {
			found = true
			for k, v := range b.args {
				if x.Args[k] != v {
					t.Errorf("argument %s is %q, want %q", k, x.Args[k], v)
				}
			}
		}
	}
	if !found {
		t.Errorf("got %v, want %s: %s", problems, want, b.code)
	}
}

// takeCaret removes the caret and returns the place it marked.
func takeCaret(t *testing.T, fsys fstest.MapFS, file string) string {
	t.Helper()
	before, after, ok := strings.Cut(string(fsys[file].Data), caret)
	if !ok {
		t.Fatal("no caret in the broken text")
	}
	fsys[file] = &fstest.MapFile{Data: []byte(before + after)}
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("%s:%d:%d", file, line+1, column+1)
}

// words checks that a problem can be put in words with nothing left blank.
func words(t *testing.T, x pack.Problem) {
	t.Helper()
	for _, lang := range locale.Languages {
		for _, key := range []string{"check." + x.Code, "check." + x.Code + ".remedy"} {
			s := locale.T(lang, key, x.Args)
			for k := range x.Args {
				if strings.Contains(s, "{"+k+"}") {
					t.Errorf("%s: %q", key, s)
				}
			}
			if strings.HasPrefix(s, "[") || strings.Contains(s, "{field}") {
				t.Errorf("%s: %q", key, s)
			}
		}
	}
}

var brokenYAML = []broken{
	{name: "unknown key", file: "plan/targets.yaml", old: "  judge_rule: new-trunk", text: "  judge_rule: new-trunk\n  ‸colour_of_hope: green", code: "unknown-key"},
	{name: "misspelt key", file: "plan/targets.yaml", old: "  judge_rule: new-trunk", text: "  ‸judgerule: new-trunk", code: "misspelt-key", args: map[string]string{"near": "judge_rule"}},
	{name: "key in capitals", file: "pack.yaml", old: "format: 1\n", text: "‸Format: 1\n", code: "misspelt-key", more: 1, args: map[string]string{"near": "format"}},
	{name: "typed status", file: "plan/targets.yaml", old: "  judge_rule: new-trunk", text: "  judge_rule: new-trunk\n  ‸status: on-track", code: "typed-status"},
	{name: "typed percent", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸percent: 70\n", code: "typed-status"},
	{name: "typed progress in Chinese", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸完成率: 70\n", code: "typed-status"},
	{name: "duplicate key", file: "sources.yaml", old: "  grade: c\n", text: "  grade: c\n  ‸grade: b\n", code: "duplicate-key", args: map[string]string{"first": "sources.yaml:18"}},
	{name: "comma in braces", file: "sources.yaml", old: "{zh: 地图集, en: Atlas}", text: "{zh: 地图集, en: Atlas, ‸second edition}", code: "comma-in-braces"},
	{name: "text as list", file: "pack.yaml", old: "licence: CC0-1.0", text: "licence: ‸[CC0-1.0]", code: "not-a-scalar"},
	{name: "one language", file: "pack.yaml", old: "name: {zh: 双镇（虚构）, en: Twin Towns (invented)}", text: "name: ‸{zh: 双镇（虚构）}", code: "missing-field"},
	{name: "no language", file: "pack.yaml", old: "{zh: 双镇（虚构）, en: Twin Towns (invented)}", text: "‸双镇", code: "not-bilingual"},
	{name: "yes for a name", file: "pack.yaml", old: "en: all of it is invented", text: "en: ‸true", code: "not-text"},
	{name: "quoted number", file: "plan/targets.yaml", old: "  value: 80\n", text: "  value: ‸\"80\"\n", code: "bad-number"},
	{name: "quoted number that a wording states", file: "plan/targets.yaml", old: "  value: 90\n", text: "  value: ‸\"90\"\n", code: "bad-number"},
	{name: "percent sign", file: "plan/targets.yaml", old: "  value: 80\n", text: "  value: ‸80%\n", code: "bad-number"},
	{name: "infinite", file: "plan/targets.yaml", old: "  value: 80\n", text: "  value: ‸.inf\n", code: "bad-number"},
	{name: "bad date", file: "plan/plan.yaml", old: "issued: 2022-06-01", text: "issued: ‸2022-6-1", code: "bad-date"},
	{name: "no such day", file: "plan/plan.yaml", old: "issued: 2022-06-01", text: "issued: ‸2022-02-30", code: "bad-date"},
	{name: "half a number", file: "plan/indicators.yaml", old: "stale_months: 18", text: "stale_months: ‸1.5", code: "bad-whole-number"},
	{name: "wrong truth", file: "plan/indicators.yaml", old: "      partial: true", text: "      partial: ‸probably", code: "not-true-or-false"},
	{name: "missing due", file: "plan/targets.yaml", old: "  due: 2026-12-31\n  judge_rule", text: "  judge_rule", code: "missing-field", at: "plan/targets.yaml:41:3", args: map[string]string{"field": "due"}},
	{name: "empty value", file: "plan/targets.yaml", old: "  due: 2026-12-31\n  judge_rule", text: "  ‸due:\n  judge_rule", code: "missing-field"},
	{name: "unknown word", file: "plan/targets.yaml", old: "  trajectory: {kind: linear,", text: "  trajectory: {kind: ‸zigzag,", code: "unknown-value"},
	{name: "misspelt word", file: "plan/indicators.yaml", old: "  kind: reported", text: "  kind: ‸reportd", code: "misspelt-value", args: map[string]string{"near": "reported"}},
	{name: "grade in capitals", file: "plan/plan.yaml", old: "grade: a", text: "grade: ‸A", code: "misspelt-value", args: map[string]string{"near": "a"}},
	{name: "scalar for a list", file: "plan/targets.yaml", old: "  hedges: [about]\n", text: "  hedges: ‸about\n", code: "not-a-list", more: 1},
	{name: "twice in a list", file: "plan/projects.yaml", old: "cities: [east, west]", text: "cities: [east, ‸east]", code: "listed-twice"},
	{name: "bad id", file: "plan/hedges.yaml", old: "id: strive", text: "id: ‸Strive_For", code: "bad-id", more: 1},
	{name: "duplicate id", file: "sources.yaml", old: "- id: article", text: "- id: ‸plan", code: "duplicate-id", more: 13, args: map[string]string{"first": "sources.yaml:1"}},
	{name: "tab", file: "pack.yaml", old: "name: {zh: 双镇（虚构）, en: Twin Towns (invented)}", text: "name:\n‸\tzh: 双镇", code: "yaml-tab", more: 0},
	{name: "syntax", file: "plan/hedges.yaml", old: "- {id: strive,", text: "‸- {id: strive]", code: "yaml-bracket"},
	{name: "colon in text", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸note: a tunnel: yes\n", code: "yaml-colon", more: 0},
	{name: "wrong indent far down", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n ‸cities: [east]\n", code: "yaml-indent", more: 0},
	{name: "indented too far", file: "plan/projects.yaml", old: "  verb: study\n", text: "    ‸verb: study\n", code: "yaml-indent"},
	{name: "unknown anchor", file: "plan/projects.yaml", old: "  verb: study\n", text: "  ‸verb: *nobody\n", code: "yaml-anchor", args: map[string]string{"value": "nobody"}},
	{name: "no colon", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸a note\n", code: "yaml-no-colon"},
	{name: "text with a star", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸note: *,\n", code: "yaml-sign"},
	{name: "text with an at", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸note: @home\n", code: "yaml-sign"},
	{name: "bracket without content", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸cities: [,]\n", code: "yaml-bracket"},
	{name: "backslash", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸note: \"a \\q\"\n", code: "yaml-escape"},
	{name: "control character", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: study\n  ‸note: a\x01b\n", code: "yaml-control"},
	{name: "dash in a mapping", file: "plan/projects.yaml", old: "  verb: study\n", text: "  ‸verb: - study\n", code: "yaml-indent"},
	{name: "a version of YAML to come", file: "plan/hedges.yaml", old: "- {id: strive,", text: "%YAML 3.0\n---\n- {id: strive,", code: "yaml-syntax", at: "plan/hedges.yaml:2:1"},
	{name: "quote never closed", file: "plan/projects.yaml", old: "en: study a tunnel}", text: "en: \"study a tunnel}", code: "yaml-quote", at: "plan/projects.yaml:39:3"},
	{name: "wide colon", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb‸：study\n", code: "wide-colon"},
	{name: "wide colon of an item", file: "plan/hedges.yaml", old: "- {id: strive, word: {zh: 争取, en: strive for}, meaning: {zh: 尽力而为, en: not promised}, tolerance: 0, grade: assumed}", text: "- ‸id：strive", code: "wide-colon", more: 1},
	{name: "wide colon in braces", file: "plan/projects.yaml", old: "{zh: 研究过江隧道, en: study a tunnel}", text: "{zh: 研究过江隧道, ‸en：study a tunnel}", code: "wide-colon", more: 1},
	{name: "unmerged", file: "plan/projects.yaml", old: "  verb: study\n", text: "‸<<<<<<< HEAD\n  verb: study\n=======\n  verb: seek\n>>>>>>> other\n", code: "unmerged"},
	{name: "two documents", file: "pack.yaml", old: "licence:", text: "---\nlicence:", code: "second-document", at: "pack.yaml:1:1"},
}

var brokenCSV = []broken{
	{name: "unknown column", file: "network/stations.csv", old: "lat,source", text: "lat,‸height,source", code: "unknown-key"},
	{name: "misspelt column", file: "network/stations.csv", old: "id,zh,en,city,lon", text: "id,zh,en,‸citty,lon", code: "misspelt-key", more: 1},
	{name: "missing column", file: "network/stations.csv", old: "lat,source,grade", text: "lat,source", code: "missing-column", at: "network/stations.csv:1:1"},
	{name: "double column", file: "network/stations.csv", old: "lon,lat", text: "lon,lat,‸lat", code: "duplicate-column"},
	{name: "status column", file: "network/stations.csv", old: "lat,source", text: "lat,‸status,source", code: "typed-status"},
	{name: "too many cells", file: "network/stations.csv", old: "mid,中站,Middle,west", text: "‸mid,中站,Middle,the middle one,west", code: "column-count", more: 0},
	{name: "wide comma", file: "network/stations.csv", old: "mid,中站,Middle", text: "mid,中站‸，Middle", code: "wide-comma"},
	{name: "semicolons", file: "network/stations.csv", old: "id,zh,en,city,lon,lat,source,grade", text: "‸id;zh;en;city;lon;lat;source;grade", code: "wrong-separator"},
	{name: "quote never ends", file: "network/stations.csv", old: "mid,中站,Middle", text: "‸mid,\"中站,Middle", code: "csv-quote"},
	{name: "quote inside", file: "network/stations.csv", old: "mid,中站,Middle", text: "mid,中\"站,Middle", code: "csv-quote", at: "network/stations.csv:3:6"},
	{name: "blank row", file: "network/stations.csv", old: "mid,", text: "‸,,,,,,,\nmid,", code: "blank-row"},
	{name: "thousands separator", file: "area/districts.csv", old: ",400000,", text: ",‸\"400,000\",", code: "bad-whole-number"},
	{name: "not a number after Chinese", file: "network/stations.csv", old: "east,东站,East,east,113.2", text: "east,东站,East,east,‸东经113", code: "bad-number"},
	{name: "misspelt city", file: "network/stations.csv", old: "东站,East,east,", text: "东站,East,‸esat,", code: "misspelt-id", args: map[string]string{"near": "east"}},
}

var brokenArea = []broken{
	{name: "city code", file: "area/cities.yaml", old: `code: "990200"`, text: `code: ‸"990201"`, code: "bad-city-code"},
	{name: "twin city code", file: "area/cities.yaml", old: `code: "990200"`, text: `code: ‸"990100"`, code: "duplicate-id", more: 1},
	{name: "district of another city", file: "area/districts.csv", old: "990202,west,,", text: "‸990301,west,,", code: "district-not-of-city", more: 3},
	{name: "five digits", file: "area/districts.csv", old: "990121,", text: "‸99012,", code: "bad-district-code"},
	{name: "urban above total", file: "area/districts.csv", old: "150000,60000", text: "150000,‸600000", code: "urban-above-total"},
	{name: "zone without parent", file: "area/districts.csv", old: "west-park,west,990202,", text: "west-park,west,‸,", code: "zone-without-parent"},
	{name: "county with parent", file: "area/districts.csv", old: "990121,east,,county", text: "990121,east,‸990101,county", code: "parent-not-zone"},
	{name: "no land", file: "area/districts.csv", old: "380000,210.5", text: "380000,‸0", code: "not-positive"},
	{name: "citation of nothing", file: "area/districts.csv", old: "60000,,yearbook,b,,", text: "60000,,yearbook,b,‸atlas,", code: "cites-nothing"},
	{name: "unknown kind", file: "area/districts.csv", old: ",county,", text: ",‸borough,", code: "unknown-value"},
	{name: "scope with an unknown district", file: "area/scopes.yaml", old: `["990101", "990202"]`, text: `["990101", ‸"123456"]`, code: "unknown-id"},
	{name: "scope of a word", file: "area/scopes.yaml", old: "districts: all", text: "districts: ‸everything", code: "bad-district-list"},
	{name: "swapped centre", file: "pack.yaml", old: "centre: [113.0, 28.0]", text: "centre: ‸[28.0, 113.0]", code: "swapped-coordinates"},
	{name: "swapped station", file: "network/stations.csv", old: "113.2,28.0,atlas", text: "‸28.0,113.2,atlas", code: "swapped-coordinates"},
	{name: "far city", file: "area/cities.yaml", old: "[113.2, 28.0]", text: "‸[121.5, 31.2]", code: "far-coordinates"},
	{name: "outline of nowhere", file: "area/outlines.geojson", old: `{"type": "Feature", "properties": {"code": "990202"}`, text: `‸{"type": "Feature", "properties": {"code": "123456"}`, code: "unknown-id"},
	{name: "open ring", file: "area/outlines.geojson", old: "[113.3, 28.1], [113.1, 27.9]]]", text: "[113.3, 28.1], [113.1, 27.8]]]", code: "open-ring", at: "area/outlines.geojson:2:3"},
	{name: "outline of a point", file: "area/outlines.geojson", old: `"MultiPolygon"`, text: `"Point"`, code: "not-a-polygon", at: "area/outlines.geojson:3:3"},
	{name: "broken JSON", file: "area/outlines.geojson", old: `{"code": "990202"}`, text: `{"code" ‸"990202"}`, code: "json-syntax"},
	{name: "bad time zone", file: "pack.yaml", old: "timezone: Asia/Shanghai", text: "timezone: ‸Asia/Hunan", code: "bad-timezone"},
	{name: "newer format", file: "pack.yaml", old: "format: 1", text: "format: ‸2", code: "unknown-format"},
	{name: "script for a link", file: "sources.yaml", old: "url: https://example.org/plan", text: "url: ‸javascript:alert(1)", code: "bad-url"},
}

var brokenNetwork = []broken{
	{name: "unknown station", file: "network/rail.yaml", old: "stations: [west, mid, east]", text: "stations: [west, mid, ‸north, east]", code: "unknown-id"},
	{name: "end off the line", file: "network/rail.yaml", old: "      to: east\n", text: "      to: ‸airport\n", code: "not-on-line"},
	{name: "one end", file: "network/rail.yaml", old: "      to: east\n", text: "", code: "one-end", at: "network/rail.yaml:21:7"},
	{name: "no length", file: "network/rail.yaml", old: "km: 20.6", text: "km: ‸-20.6", code: "not-positive"},
	{name: "unknown definition", file: "network/rail.yaml", old: "definition: main-line", text: "definition: ‸mainline", code: "misspelt-value"},
	{name: "same length twice", file: "network/rail.yaml", old: "[{km: 33.4, definition: route}]", text: "[{km: 33.4, definition: route}, ‸{km: 33.4, definition: route}]", code: "same-length"},
	{name: "cities exceed the section", file: "network/rail.yaml", old: "{west: 4, east: 16.5}", text: "‸{west: 4, east: 17.5}", code: "parts-exceed-whole"},
	{name: "unknown city", file: "network/rail.yaml", old: "by_city: {west: 20}", text: "by_city: {‸south: 20}", code: "unknown-id"},
	{name: "section scope", file: "network/rail.yaml", old: "scopes: [towns]", text: "scopes: [‸town]", code: "misspelt-id"},
	{name: "known before it happened", file: "network/rail.yaml", old: "known: 2024-09-29", text: "known: ‸2024-09-27", code: "known-too-early"},
	{name: "promise without a day of its own", file: "network/rail.yaml", old: "planned: [{date: 2026-10-01, known: 2022-06-01}]", text: "planned: [‸{date: 2026-10-01}]", code: "missing-field", args: map[string]string{"field": "sections[0].planned[0].known"}},
	{name: "same promise twice", file: "network/rail.yaml", old: "planned: [{date: 2026-10-01, known: 2022-06-01}]", text: "planned: [{date: 2026-10-01, known: 2022-06-01}, ‸{date: 2026-10-01, known: 2022-06-01}]", code: "same-promise"},
	{name: "own source without grade", file: "network/rail.yaml", old: "known: 2024-09-29, source: article, grade: b", text: "known: 2024-09-29, source: article", code: "missing-grade", at: "network/rail.yaml:32:15"},
	{name: "class of a road", file: "network/rail.yaml", old: "class: maglev", text: "class: ‸trunk", code: "unknown-value"},
	{name: "road among rails", file: "network/roads.yaml", old: "mode: road", text: "mode: ‸rail", code: "unknown-value"},
	{name: "colour by name", file: "network/rail.yaml", old: `"#c8102e"`, text: "‸red", code: "bad-colour"},
	{name: "path of one point", file: "network/roads.yaml", old: "[[112.8, 28.0], [113.0, 28.1], [113.2, 28.0]]", text: "‸[[112.8, 28.0]]", code: "short-path"},
	{name: "path swapped", file: "network/roads.yaml", old: "[113.0, 28.1]", text: "‸[28.1, 113.0]", code: "swapped-coordinates"},
	{name: "project that does not list it", file: "network/rail.yaml", old: "project: build-shuttle", text: "project: ‸study-tunnel", code: "section-not-listed", more: 1},
	{name: "project that claims it", file: "plan/projects.yaml", old: "sections: [shuttle-all]", text: "sections: [shuttle-all, ‸ring-north]", code: "section-of-other"},
}

var brokenSketch = []broken{
	{name: "unknown kind", file: "area/anchors.yaml", old: "kind: town", text: "kind: ‸towm", code: "misspelt-value"},
	{name: "kind that need not be listed", file: "area/anchors.yaml", old: "kind: town", text: "kind: ‸station", code: "unknown-value"},
	{name: "anchor without grade", file: "area/anchors.yaml", old: "point: [113.1, 28.0], grade: K", text: "point: [113.1, 28.0]", code: "missing-citation", at: "area/anchors.yaml:1:3"},
	{name: "anchor at sea", file: "area/anchors.yaml", old: "[113.1, 28.0]", text: "‸[28.0, 113.1]", code: "swapped-coordinates"},
	{name: "weight of nothing", file: "area/anchors.yaml", old: "weight: 2", text: "weight: ‸0", code: "not-positive"},
	{name: "anchor twice", file: "area/anchors.yaml", old: "id: college", text: "id: ‸market", code: "duplicate-id"},
	{name: "class of a path", file: "connect/strategic.yaml", old: "class: primary", text: "class: ‸tertiary", code: "unknown-value"},
	{name: "limit of a rocket", file: "connect/strategic.yaml", old: "limit_kmh: 60", text: "limit_kmh: ‸600", code: "out-of-range"},
	{name: "no limit", file: "connect/strategic.yaml", old: " limit_kmh: 60,", text: "", code: "missing-field", at: "connect/strategic.yaml:2:5"},
	{name: "link of one point", file: "connect/strategic.yaml", old: "path: [[112.8, 28.0], [113.2, 28.0]]", text: "path: ‸[[112.8, 28.0]]", code: "short-path"},
	{name: "link of no point", file: "connect/strategic.yaml", old: "path: [[112.8, 28.0], [113.2, 28.0]]", text: "path: ‸[]", code: "short-path"},
	{name: "link along a word", file: "connect/strategic.yaml", old: "path: [[112.8, 28.0], [113.2, 28.0]]", text: "path: ‸straight", code: "not-a-list"},
	{name: "interchanges of a street", file: "connect/strategic.yaml", old: "limit_kmh: 60", text: "limit_kmh: 60, interchanges: ‸[[113.0, 28.0]]", code: "interchange-of-street"},
	{name: "link known before it opened", file: "connect/strategic.yaml", old: "known: 2024-05-02", text: "known: ‸2024-04-02", code: "known-too-early"},
	{name: "length of a link", file: "connect/strategic.yaml", old: "number: E9", text: "‸km: 40", code: "unknown-key"},
	{name: "barrier without a course", file: "connect/strategic.yaml", old: " path: [[113.0, 27.8], [113.0, 28.2]],", text: "", code: "missing-field", at: "connect/strategic.yaml:14:5"},
	{name: "no links", file: "connect/strategic.yaml", old: "links:", text: "‸ways:", code: "unknown-key", more: 1},
}

var brokenPlan = []broken{
	{name: "aspect without parent", file: "plan/plan.yaml", old: "{id: rails, parent: move,", text: "‸{id: rails,", code: "missing-field"},
	{name: "task below a goal", file: "plan/plan.yaml", old: "parent: homes", text: "parent: ‸near", code: "unknown-id"},
	{name: "more aspects than stated", file: "plan/plan.yaml", old: "aspects_stated: 3", text: "aspects_stated: ‸0", code: "more-than-stated"},
	{name: "plan ends before it begins", file: "plan/plan.yaml", old: "until: 2026-12-31", text: "until: ‸2021-12-31", code: "dates-reversed"},
	{name: "goal named as a field", file: "plan/plan.yaml", old: "{id: near,", text: "{id: move,", code: "duplicate-id", at: "plan/plan.yaml:16:10", more: 2},
	{name: "hedge of half", file: "plan/hedges.yaml", old: "tolerance: 0.03", text: "tolerance: ‸3", code: "out-of-range"},
	{name: "figure without a source", file: "plan/hedges.yaml", old: "tolerance: 0.03, grade: assumed", text: "tolerance: 0.03, grade: b", code: "missing-source", at: "plan/hedges.yaml:1:3"},
	{name: "nothing cited", file: "plan/hedges.yaml", old: "tolerance: 0.03, grade: assumed", text: "tolerance: 0.03", code: "missing-citation", at: "plan/hedges.yaml:1:3"},
	{name: "measured without rule", file: "plan/indicators.yaml", old: "  kind: reported", text: "  kind: measured", code: "measured-without-rule", at: "plan/indicators.yaml:1:3", more: 9},
	{name: "rules of a reported", file: "plan/indicators.yaml", old: "  decimals: 1\n  kind: measured\n  direction: up\n  additive: true\n  field: move\n  source", text: "  decimals: 1\n  kind: reported\n  stale_months: 1\n  direction: up\n  additive: true\n  field: move\n  source", code: "rules-of-reported", at: "plan/indicators.yaml:58:5"},
	{name: "unknown measure", file: "plan/indicators.yaml", old: "      measure: network-length\n      mode: road", text: "      measure: ‸network-lenght\n      mode: road", code: "misspelt-value"},
	{name: "rule without definition", file: "plan/indicators.yaml", old: "      definitions: [route]\n", text: "", code: "rule-without-definition", at: "plan/indicators.yaml:57:7"},
	{name: "class of another mode", file: "plan/indicators.yaml", old: "classes: [metro, maglev]", text: "classes: ‸[metro, trunk]", code: "class-not-of-mode"},
	{name: "key of no use", file: "plan/indicators.yaml", old: "      measure: network-length\n      mode: road\n      definitions: [route]\n", text: "      measure: commitments-kept\n      mode: ‸road\n", code: "rule-key-unused", more: 1},
	{name: "unknown indicator", file: "plan/targets.yaml", old: "indicator: rail-km", text: "indicator: ‸rail-kms", code: "misspelt-id"},
	{name: "unknown hedge", file: "plan/targets.yaml", old: "hedges: [strive]", text: "hedges: [‸hope]", code: "unknown-id"},
	{name: "unknown operator", file: "plan/targets.yaml", old: "  op: \">=\"\n  value: 80", text: "  op: ‸\"=>\"\n  value: 80", code: "misspelt-value"},
	{name: "wrong way round", file: "plan/targets.yaml", old: "  op: \">=\"\n  value: 80", text: "  op: ‸\"<=\"\n  value: 80", code: "op-against-direction"},
	{name: "figure unlike its wording", file: "plan/targets.yaml", old: "  value: 90\n", text: "  value: ‸91\n", code: "differs-from-wording"},
	{name: "hedges unlike its wording", file: "plan/targets.yaml", old: "judged_by: plan", text: "judged_by: article", code: "differs-from-wording", at: "plan/targets.yaml:10:11"},
	{name: "judged by nobody", file: "plan/targets.yaml", old: "judged_by: plan", text: "judged_by: ‸atlas", code: "unknown-value"},
	{name: "judged by which", file: "plan/targets.yaml", old: "  judged_by: plan\n", text: "", code: "judged-by-which", at: "plan/targets.yaml:1:3"},
	{name: "unknown rule", file: "plan/targets.yaml", old: "judge_rule: new-trunk", text: "judge_rule: ‸new-trunks", code: "misspelt-value"},
	{name: "rule of no indicator", file: "plan/targets.yaml", old: "- id: circle\n", text: "- id: circle\n  judge_rule: ‸urban\n", code: "rule-of-nothing"},
	{name: "baseline after due", file: "plan/targets.yaml", old: "date: 2021-12-31, source: yearbook", text: "date: ‸2026-12-31, source: yearbook", code: "dates-reversed"},
	{name: "path from nowhere", file: "plan/targets.yaml", old: "  baseline: {value: 86.1, date: 2021-12-31, source: yearbook, grade: b}\n", text: "", code: "path-from-nowhere", at: "plan/targets.yaml:16:15"},
	{name: "points out of order", file: "plan/targets.yaml", old: "- {date: 2026-10-01, value: 73.9}", text: "- ‸{date: 2023-10-01, value: 73.9}", code: "points-not-ascending"},
	{name: "verb unlike its wording", file: "plan/projects.yaml", old: "  verb: finish\n", text: "  verb: ‸plan\n", code: "differs-from-wording"},
	{name: "unknown verb", file: "plan/projects.yaml", old: "  verb: study\n", text: "  verb: ‸consider\n", code: "unknown-value"},
	{name: "opens before works", file: "plan/projects.yaml", old: "actual: {date: 2024-09-28,", text: "actual: {date: ‸2022-09-28,", code: "milestones-out-of-order"},
	{name: "unknown section", file: "plan/projects.yaml", old: "sections: [line-1-east]", text: "sections: [‸line-1-eats]", code: "misspelt-id", more: 1},
	{name: "half a fen", file: "plan/projects.yaml", old: "yuan: 8460000000.5", text: "yuan: ‸8460000000.505", code: "bad-money"},
}

var brokenObservations = []broken{
	{name: "same id", file: "observations/people.csv", old: "people-2019,people,towns,2019", text: "‸people-2018,people,towns,2019", code: "duplicate-id", args: map[string]string{"first": "observations/people.csv:2"}},
	{name: "same statement", file: "observations/people.csv", old: "people-2019,people,towns,2019", text: "‸people-2019,people,towns,2018", code: "same-observation"},
	{name: "of a measured indicator", file: "observations/people.csv", old: "people-2019,people", text: "people-2019,‸rail-km", code: "observation-of-measured"},
	{name: "unknown indicator", file: "observations/people.csv", old: "people-2019,people", text: "people-2019,‸poeple", code: "misspelt-id"},
	{name: "unknown scope", file: "observations/people.csv", old: "people,core,", text: "people,‸kernel,", code: "unknown-id"},
	{name: "period", file: "observations/people.csv", old: "2024-Q1", text: "‸2024Q1", code: "bad-period"},
	{name: "published before it began", file: "observations/people.csv", old: "85.3,yearbook,2021-05-11", text: "85.3,yearbook,‸2019-05-11", code: "published-too-early"},
	{name: "no source", file: "observations/people.csv", old: "86.1,yearbook,", text: "86.1,‸,", code: "missing-source"},
	{name: "no source and no day", file: "observations/people.csv", old: "87.9,,2024-05-01,", text: "87.9,,‸,", code: "missing-field"},
	{name: "unknown source", file: "observations/people.csv", old: "86.1,yearbook,", text: "86.1,‸year-book,", code: "misspelt-id"},
	{name: "no value", file: "observations/people.csv", old: "2021,86.1,", text: "2021,‸,", code: "missing-field"},
	{name: "a quarter for a year", file: "plan/indicators.yaml", old: "  stale_months: 18\n", text: "  stale_months: 18\n  period: year\n", code: "other-period-kind", at: "observations/people.csv:8:29"},
	{name: "beyond the limit", file: "plan/indicators.yaml", old: "  stale_months: 18\n", text: "  stale_months: 18\n  limit: 1000\n", code: "beyond-limit", at: "observations/people.csv:10:43"},
	{name: "value with unit", file: "observations/people.csv", old: "2021,86.1,", text: "2021,‸86.1万,", code: "bad-number"},
}
