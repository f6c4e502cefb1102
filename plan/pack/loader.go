package pack

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/area"
	"conurb/plan"
)

// maxProblems is how many problems of one file are listed; the rest is counted.
const maxProblems = 2000

// maxSearched bounds the work of finding the nearest of many ids for many faults.
const maxSearched = 2_000_000

// place is a position in a file of the pack, and the field it is about.
type place struct {
	file    string
	line    int // from 1; 0 means the file as a whole
	column  int // from 1
	inBytes bool
	field   string
}

func (p place) at(field string) place { p.field = field; return p }

// where writes the place as people write it, for pointing at a second place.
func (p place) where() string { return p.file + ":" + strconv.Itoa(max(p.line, 1)) }

// loader is the state of reading one pack.
type loader struct {
	pack     *Pack
	files    map[string][]byte
	problems []Problem
	unread   map[string]bool // files that are there and too large
	perFile  map[string]int
	fatal    bool                        // nothing more can be read
	closed   map[string]bool             // files whose further problems are not listed
	ids      map[string]map[string]place // kind -> id -> where it is defined
	broken   map[string]bool             // kinds whose file could not be read: references to them are not judged
	later    []func()                    // checks that need the whole pack, in order of writing
	frame    frame
	dates    map[string]dateOrNot
	starts   map[string][]int // byte offsets of lines, of files with a problem
	searched int              // ids compared in looking for the nearest
	tracked  int              // stations looked at in joining the stops of services

	indicators map[string]*plan.Indicator // filled when first asked, once all are read
	sections   map[string]*area.Section
}

func newLoader() *loader {
	return &loader{
		pack: &Pack{}, files: map[string][]byte{}, unread: map[string]bool{}, perFile: map[string]int{},
		ids: map[string]map[string]place{}, broken: map[string]bool{}, closed: map[string]bool{}, dates: map[string]dateOrNot{}, starts: map[string][]int{},
	}
}

// load reads the files in the order of their dependence, then runs the checks
// across files.
func (l *loader) load() (*Pack, []Problem) {
	if !l.fatal {
		p := l.pack
		p.Files, p.Digest = l.files, Digest(l.files)
		l.readHead()
		l.readSources()
		l.readArea()
		l.readNetwork()
		l.readSketch()
		l.readPlan()
		for i := 0; i < len(l.later); i++ {
			l.later[i]()
		}
		p.index = newIndex(p)
		l.readObservations()
	}
	for file, n := range l.perFile {
		if n > maxProblems {
			l.problems = append(l.problems, Problem{File: file, Line: 1, Column: 1, Code: "more", Args: map[string]string{"n": strconv.Itoa(n - maxProblems)}})
		}
	}
	if len(l.problems) > 0 {
		slices.SortStableFunc(l.problems, byPlace)
		return nil, l.problems
	}
	return l.pack, nil
}

// report notes a problem; args are names and values in turn.
func (l *loader) report(at place, code string, args ...string) {
	if l.closed[at.file] {
		return
	}
	if l.perFile[at.file]++; l.perFile[at.file] > maxProblems {
		return
	}
	p := Problem{File: at.file, Line: max(at.line, 1), Column: max(at.column, 1), Field: at.field, Code: code}
	if at.inBytes {
		p.Column = l.inCharacters(at)
	}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = clip(args[i+1])
	}
	if p.Field != "" {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args["field"] = clip(p.Field)
	}
	l.problems = append(l.problems, p)
}

// inCharacters turns a column counted in bytes into one counted in characters.
func (l *loader) inCharacters(at place) int {
	b := bytes.TrimPrefix(l.files[at.file], []byte("\uFEFF"))
	starts, known := l.starts[at.file]
	if !known {
		starts = append(starts, 0)
		for i, c := range b {
			if c == '\n' {
				starts = append(starts, i+1)
			}
		}
		l.starts[at.file] = starts
	}
	if at.line > len(starts) {
		return at.column
	}
	b = b[starts[at.line-1]:]
	return utf8.RuneCount(b[:min(max(at.column-1, 0), len(b))]) + 1
}

// clip shortens a value for a message.
func clip(s string) string {
	const longest = 300
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) <= longest {
		return s
	}
	cut := longest
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// kinds of ids, and the files that define them.
var definedIn = map[string]string{
	"source": sourcesFile, "city": citiesFile, "district": districtsFile, "scope": scopesFile,
	"service": servicesFile, "station": stationsFile, "line": railFile + ", " + roadsFile, "section": railFile + ", " + roadsFile,
	"goal": planFile, "field": planFile, "aspect": planFile, "task": planFile, "aspect or field": planFile,
	"hedge": hedgesFile, "indicator": indicatorsFile, "target": targetsFile, "project": projectsFile,
}

// declare notes where an id is defined, and reports one that already is.
func (l *loader) declare(kind, id string, at place) {
	if id == "" {
		return
	}
	known := l.ids[kind]
	if known == nil {
		known = map[string]place{}
		l.ids[kind] = known
	}
	if first, twice := known[id]; twice {
		l.report(at, "duplicate-id", "id", id, "first", first.where())
		return
	}
	known[id] = at
}

// refer checks, once everything is read, that an id is defined.
func (l *loader) refer(kind, id string, at place) {
	if id == "" {
		return
	}
	l.later = append(l.later, func() { l.mustKnow(kind, id, at) })
}

// mustKnow reports an id that nothing defines, with the nearest that is.
func (l *loader) mustKnow(kind, id string, at place) bool {
	names := []string{kind}
	if kind == "aspect or field" {
		names = []string{"aspect", "field"}
	}
	var all []string
	for _, k := range names {
		if _, ok := l.ids[k][id]; ok || l.broken[k] {
			return true
		}
		if l.searched < maxSearched && l.perFile[at.file] < maxProblems {
			l.searched += len(l.ids[k])
			for other := range l.ids[k] {
				all = append(all, other)
			}
		}
	}
	if near := nearest(id, all); near != "" {
		l.report(at, "misspelt-id", "id", id, "where", definedIn[kind], "near", near)
	} else {
		l.report(at, "unknown-id", "id", id, "where", definedIn[kind])
	}
	return false
}

// after runs a check once every file but the observations is read.
func (l *loader) after(check func()) { l.later = append(l.later, check) }
