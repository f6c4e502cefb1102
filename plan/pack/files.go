package pack

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a pack: far above any real one, and low enough that a hostile one
// cannot exhaust the machine that checks it.
const (
	maxYAML  = 16 << 20  // bytes of a YAML file
	maxTable = 256 << 20 // bytes of a CSV or GeoJSON file
	maxPack  = 512 << 20 // bytes of all files
	maxFiles = 2000
	maxText  = 20_000 // bytes of one value
)

// Names of the files of a pack.
const (
	packFile       = "pack.yaml"
	sourcesFile    = "sources.yaml"
	citiesFile     = "area/cities.yaml"
	districtsFile  = "area/districts.csv"
	scopesFile     = "area/scopes.yaml"
	outlinesFile   = "area/outlines.geojson"
	stationsFile   = "network/stations.csv"
	railFile       = "network/rail.yaml"
	roadsFile      = "network/roads.yaml"
	servicesFile   = "network/services.yaml"
	anchorsFile    = "area/anchors.yaml"
	strategicFile  = "connect/strategic.yaml"
	circleFile     = "connect/circle-v1.yaml" // read by package connect/circle
	licenceFile    = "licence/types.yaml"     // read by package livelihood/licence
	nodesFile      = "trust/nodes.yaml"       // read by package app/node
	planFile       = "plan/plan.yaml"
	hedgesFile     = "plan/hedges.yaml"
	indicatorsFile = "plan/indicators.yaml"
	targetsFile    = "plan/targets.yaml"
	projectsFile   = "plan/projects.yaml"
	observations   = "observations" // a folder: any *.csv in it
	services       = "service"      // a folder: any *.yaml and *.json below it, read by packages of livelihood
)

var requiredFiles = []string{packFile, sourcesFile, citiesFile, districtsFile, scopesFile, planFile, indicatorsFile, targetsFile}

var knownFiles = append(slices.Clone(requiredFiles), outlinesFile, anchorsFile, stationsFile, railFile, roadsFile, servicesFile, strategicFile, circleFile, licenceFile, nodesFile, hedgesFile, projectsFile)

// readFiles takes in the files of the format. Text for people beside them
// (README.md, LICENSE, NOTICE) is left alone; anything else is a problem, since a
// misspelt file name would otherwise lose its rows without a word.
func (l *loader) readFiles(fsys fs.FS) {
	if _, err := fs.Stat(fsys, packFile); err != nil {
		l.report(place{file: packFile}, "missing-file", "file", packFile)
		l.fatal = true
		return
	}
	total, count := int64(0), 0
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if hidden(name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || aside(name) {
			return nil
		}
		if count++; count > maxFiles {
			l.report(place{file: name}, "too-many-files", "n", strconv.Itoa(maxFiles))
			return fs.SkipAll
		}
		if !l.known(name) {
			return nil
		}
		info, err := fs.Stat(fsys, name)
		if err != nil {
			return err
		}
		if total += info.Size(); info.Size() > limit(name) || total > maxPack {
			l.report(place{file: name}, "too-large", "bytes", strconv.FormatInt(info.Size(), 10), "limit", strconv.FormatInt(min(limit(name), maxPack), 10))
			l.unread[name] = true
			return nil
		}
		l.files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		l.report(place{file: packFile}, "unreadable", "cause", clip(err.Error()))
		l.fatal = true
	}
}

// checkNames does for a set of files what readFiles does for a folder.
func (l *loader) checkNames() {
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if !l.known(name) {
			continue
		}
		if n := int64(len(l.files[name])); n > limit(name) {
			l.report(place{file: name}, "too-large", "bytes", strconv.FormatInt(n, 10), "limit", strconv.FormatInt(limit(name), 10))
			l.unread[name] = true
		}
	}
}

func (l *loader) known(name string) bool {
	if slices.Contains(knownFiles, name) || path.Dir(name) == observations && path.Ext(name) == ".csv" || ofServices(name) {
		return true
	}
	if near := nearest(name, knownFiles); near != "" {
		l.report(place{file: name}, "misspelt-file", "near", near)
	} else {
		l.report(place{file: name}, "unknown-file", "allowed", strings.Join(knownFiles, ", ")+", "+observations+"/*.csv, "+services+"/*.yaml")
	}
	return false
}

func ofServices(name string) bool {
	return strings.HasPrefix(name, services+"/") && slices.Contains([]string{".yaml", ".json"}, path.Ext(name))
}

func hidden(name string) bool { return name != "." && strings.HasPrefix(path.Base(name), ".") }

// aside reports whether a file is text for people, not part of the data.
func aside(name string) bool {
	switch base := path.Base(name); {
	case strings.HasPrefix(base, "LICENSE"), strings.HasPrefix(base, "NOTICE"), strings.HasPrefix(base, "README"):
		return true
	default:
		return path.Ext(base) == ".md"
	}
}

func limit(name string) int64 {
	if path.Ext(name) == ".yaml" {
		return maxYAML
	}
	return maxTable
}

// text returns a file without its byte order mark; ok is false, and the problem
// reported where there is one, if it is absent or not UTF-8.
func (l *loader) text(name string) (b []byte, ok bool) {
	if l.unread[name] {
		return nil, false
	}
	b, ok = l.files[name]
	if !ok {
		if slices.Contains(requiredFiles, name) {
			l.report(place{file: name}, "missing-file", "file", name)
		}
		return nil, false
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if !utf8.Valid(b) {
		l.report(invalidAt(name, b), "not-utf8")
		return nil, false
	}
	if at := bytes.Index(b, []byte("\n<<<<<<< ")); at >= 0 && bytes.Contains(b, []byte("\n>>>>>>> ")) {
		l.report(offset(name, b, at+1), "unmerged")
		return nil, false
	}
	if len(bytes.TrimSpace(b)) == 0 {
		l.report(place{file: name}, "empty-file")
		return nil, false
	}
	return b, true
}

// breakKinds notes that what a file defines is not known, unless the file is
// simply not there and need not be.
func (l *loader) breakKinds(name string, kinds []string) {
	if l.files[name] == nil && !l.unread[name] && !slices.Contains(requiredFiles, name) {
		return
	}
	for _, k := range kinds {
		l.broken[k] = true
	}
}

func invalidAt(name string, b []byte) place {
	i := 0
	for i < len(b) {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return offset(name, b, i)
}

// offset turns a byte offset into a place.
func offset(name string, b []byte, i int) place {
	i = min(max(i, 0), len(b))
	start := bytes.LastIndexByte(b[:i], '\n') + 1
	return place{file: name, line: bytes.Count(b[:i], []byte("\n")) + 1, column: utf8.RuneCount(b[start:i]) + 1}
}
