package opensdg

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Folder is an Open SDG data repository in memory.
type Folder struct {
	Indicators []Indicator // by id, as text: 1-1-1, 10-1-1, 2-1-1
	texts      texts
}

// Indicator is one indicator's metadata and table; either may be missing.
type Indicator struct {
	ID    string
	Meta  *Meta
	Table *Table
}

// Problem is a file that could not be read. Its indicator is measured without it.
type Problem struct {
	File string
	Err  error
}

func (p Problem) Error() string { return p.File + ": " + p.Err.Error() }

// Unwrap returns the cause.
func (p Problem) Unwrap() error { return p.Err }

// ErrNoIndicators says that a folder has neither data nor metadata files.
var ErrNoIndicators = errors.New("no data/*.csv and no meta/*.md")

// Read reads a folder with every problem at once; the folder is never nil.
func Read(fsys fs.FS) (*Folder, []Problem) {
	r := reader{fsys: fsys, found: map[string]*Indicator{}}
	r.texts("translations/en")
	r.each("meta", []string{".md", ".yml", ".yaml"}, func(i *Indicator, b []byte) error {
		m, err := ParseMeta(b)
		if err == nil {
			i.Meta = m
		}
		return err
	})
	r.each("indicator-config", []string{".yml", ".yaml"}, func(i *Indicator, b []byte) error {
		var doc yaml.Node
		if err := yaml.Unmarshal(b, &doc); err != nil {
			return fmt.Errorf("read metadata: %w", err)
		}
		if i.Meta == nil {
			i.Meta = &Meta{}
		}
		return i.Meta.add(&doc)
	})
	r.each("data", []string{".csv"}, func(i *Indicator, b []byte) error {
		t, err := ParseTable(b)
		i.Table = t
		return err
	})
	f := &Folder{texts: r.words}
	for _, i := range r.found {
		f.Indicators = append(f.Indicators, *i)
	}
	slices.SortFunc(f.Indicators, func(a, b Indicator) int { return strings.Compare(a.ID, b.ID) })
	if len(f.Indicators) == 0 && len(r.problems) == 0 {
		r.problems = append(r.problems, Problem{".", ErrNoIndicators})
	}
	return f, r.problems
}

type reader struct {
	fsys     fs.FS
	found    map[string]*Indicator
	words    texts
	problems []Problem
}

// each reads the files of a folder whose name has a dash, as the ids have.
func (r *reader) each(dir string, endings []string, take func(*Indicator, []byte) error) {
	entries, err := fs.ReadDir(r.fsys, dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.problems = append(r.problems, Problem{dir, err})
		}
		return
	}
	for _, e := range entries {
		ending := path.Ext(e.Name())
		id := strings.TrimPrefix(strings.TrimSuffix(e.Name(), ending), "indicator_")
		if e.IsDir() || !slices.Contains(endings, ending) || !strings.Contains(id, "-") {
			continue
		}
		file := path.Join(dir, e.Name())
		b, err := fs.ReadFile(r.fsys, file)
		if err == nil {
			if r.found[id] == nil {
				r.found[id] = &Indicator{ID: id}
			}
			err = take(r.found[id], b)
		}
		if err != nil {
			r.problems = append(r.problems, Problem{file, err})
		}
	}
}

// texts are translations: "group.key" to what people read.
type texts map[string]string

// texts reads a folder of translations, if there is one.
func (r *reader) texts(dir string) {
	r.words = texts{}
	files, err := fs.Glob(r.fsys, path.Join(dir, "*.yml"))
	if err != nil {
		return
	}
	for _, file := range files {
		b, err := fs.ReadFile(r.fsys, file)
		if err != nil {
			r.problems = append(r.problems, Problem{file, err})
			continue
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(b, &doc); err != nil {
			r.problems = append(r.problems, Problem{file, fmt.Errorf("read translations: %w", err)})
			continue
		}
		if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
			continue
		}
		group := strings.TrimSuffix(path.Base(file), ".yml")
		for i := 0; i+1 < len(doc.Content[0].Content); i += 2 {
			if key, value := doc.Content[0].Content[i], doc.Content[0].Content[i+1]; value.Kind == yaml.ScalarNode {
				r.words[group+"."+key.Value] = value.Value
			}
		}
	}
}

// label is the text that people read for a cell, a column or an option: its
// translation, looked for as it is, in the group of its column and in "data". A
// key of the group "data" without a translation is read without its prefix.
func (w texts) label(s, column string) string {
	for _, key := range []string{s, column + "." + s, "data." + s} {
		if t, ok := w[key]; ok {
			return t
		}
	}
	return strings.TrimPrefix(s, "data.")
}
